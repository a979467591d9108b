"""What the answers of several kinds of exercise share."""
