"""Types of command-line arguments: a seed, a count, a share, a rate, the path of an npz file.

Law: a text that is no such number is refused with what was expected; nothing is rounded or cut.
Extend: a function from text to value that raises `ArgumentTypeError`.
"""

from __future__ import annotations

import math
from argparse import ArgumentTypeError

MOST_SEED = 2**32 - 1


def seed(text: str) -> int:
    """A seed of random numbers.

    >>> seed("7")
    7
    """
    return _whole(text, 0, MOST_SEED)


def jobs(text: str) -> int:
    """How many processes work at a time."""
    return _whole(text, 1, 64)


def share(text: str) -> float:
    """A share from 0 to below 1.

    >>> share("0.2")
    0.2
    """
    value = _number(text, "a share from 0 to below 1")
    if not 0 <= value < 1:
        raise ArgumentTypeError(f"expected a share from 0 to below 1, found {text!r}")
    return value


def rate(text: str) -> float:
    """A finite rate above 0."""
    value = _number(text, "a number above 0")
    if not 0 < value < math.inf:
        raise ArgumentTypeError(f"expected a finite number above 0, found {text!r}")
    return value


def npz(text: str) -> str:
    """The path of an npz file.

    >>> npz("net.npz")
    'net.npz'
    """
    if not text.endswith(".npz"):
        raise ArgumentTypeError(f"expected FILE.npz, found {text!r}")
    return text


def _whole(text: str, low: int, high: int) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or not low <= int(text) <= high:
        raise ArgumentTypeError(f"expected a whole number from {low} to {high}, found {text!r}")
    return int(text)


def _number(text: str, expected: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected {expected}, found {text!r}") from None
