"""Sheets as written: read, checked, refused by line."""
