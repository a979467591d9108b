"""Exercises of kind network."""
