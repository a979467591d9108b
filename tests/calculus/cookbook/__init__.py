"""Known derivatives, by source and number: right, and as short as published."""
