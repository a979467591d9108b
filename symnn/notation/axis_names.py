"""Axes of the arrays of a convolution or pool by their letters: `conv(X, K; NHWC, HWCO → NHWO)`.

As in an einsum: a letter that the result lacks is summed, one that all have stays; the letters of
space slide. L, HW or DHW are space, N stands for a batch, C and O for channels in and out, G for
groups; `(GC)` is one axis of both, row by row, and 1 an axis of one entry. PyTorch's order, NCHW
and OCHW, is not written. Law: the letters say all; the order of axes is that of the arrays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symnn.notation.tree import Tree

SPACE = "DHWL"
SLIDING = {1: "L", 2: "HW", 3: "DHW"}
_AXIS = re.compile(r"\(([A-Z]{2,})\)|([A-Z])|(1)")
LABEL = re.compile(rf"(?:{_AXIS.pattern})+")


@dataclass(frozen=True, slots=True)
class AxisNames(Tree):
    """The letters of each array that is read, and of the result ("" where it is the same)."""

    reads: tuple[str, ...]
    made: str = ""


def letters_of(label: str) -> list[str]:
    """The letters of each axis, "" for an axis of one entry.

    >>> letters_of("N(GC)1HW")
    ['N', 'GC', '', 'H', 'W']
    """
    return [both or one for both, one, _ in _AXIS.findall(label)]


def label_of(axes: Sequence[str]) -> str:
    """The label of axes, each with its letters.

    >>> label_of(["N", "GC", "", "H", "W"])
    'N(GC)1HW'
    """
    return "".join(f"({a})" if len(a) > 1 else a or "1" for a in axes)
