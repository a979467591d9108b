"""Exercises of kind generative."""
