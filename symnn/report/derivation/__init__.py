"""Exercises of kind derivation: gradients step by step, algorithm, what lies beyond."""
