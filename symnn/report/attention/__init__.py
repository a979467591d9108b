"""Exercises of kind attention."""
