"""Settings of an operation, printed behind its arguments: `conv(X, K; s=2, p=1)`.

A setting is a letter with one value, or with one for each axis of space: s stride, p padding,
d dilation, g groups, k window, n size of the result. Law: one value holds for every axis, and what
is not set has its default. To extend: a keyword of the kernel in `window_kernels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.core.scalars import Scalar, sub
from symnn.notation.axis_names import AxisNames
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree


@dataclass(frozen=True, slots=True)
class Setting(Tree):
    """A letter and its values."""

    name: str
    values: tuple[Tree, ...]


def split(args: Sequence[Tree]) -> tuple[list[Tree], list[Setting | AxisNames]]:
    """The arguments, then the settings.

    >>> from symnn.notation.tree import Num, Sym
    >>> split((Sym("X"), Setting("k", (Num(2),))))[1][0].name
    'k'
    """
    settings = [a for a in args if isinstance(a, Setting | AxisNames)]
    return [a for a in args if not isinstance(a, Setting | AxisNames)], settings


def setting(
    name: str, values: Sequence[Scalar], default: Sequence[Scalar] | None, *, whole: bool = False
) -> tuple[Setting, ...]:
    """The setting where it is not the default; one value where all are equal (unless `whole`).

    >>> setting("s", (2, 2), (1, 1))
    (Setting(name='s', values=(Num(value=2),)),)
    >>> setting("p", (0,), (0,))
    ()
    """
    if default is not None and all(sub(a, b) == 0 for a, b in zip(values, default, strict=True)):
        return ()
    alike = not whole and all(sub(a, values[0]) == 0 for a in values)
    return (Setting(name, tuple(map(size_tree, values[:1] if alike else values))),)
