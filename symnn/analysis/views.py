"""Named views of the counters: one argument `convention=`, each with its unit.

Published counts differ because they count different things. A view says which, in one line; what
it leaves out stays in the counters. Law: a printed count always carries its unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symnn.analysis.counters import operations
from symnn.core.errors import UnsupportedError, explain
from symnn.core.scalars import Scalar, add, mul


@dataclass(frozen=True)
class View:
    """One way to sum up a counter.

    Attributes:
        name: what `convention=` takes.  unit: what is printed after the number.
        of: from a counter to a scalar.  meaning: one line for readers.
    """

    name: str
    unit: str
    of: Callable[[Mapping[str, Scalar]], Scalar]
    meaning: str


VIEWS = {
    v.name: v
    for v in (
        View("macs", "MACs", lambda c: c.get("mac", 0),
             "products that are summed: torchvision, ResNet, MobileNet, fvcore"),
        View("multiplications", "multiplications", lambda c: c.get("mul", 0),
             "all products, those of a scale or a norm too: the exercise"),
        View("flops", "FLOPs", lambda c: mul(2, c.get("mac", 0)),
             "2 per MAC, nothing else: torch, PaLM, Chinchilla, nanoGPT"),
        View("flops_exact", "operations", operations,
             "every product, sum, comparison, division and function call, one each"),
        View("connections", "connections", lambda c: add(c.get("mac", 0), c.get("bias", 0)),
             "MACs and one connection per added bias: LeNet, 1998"),
        View("additions", "additions", lambda c: c.get("add", 0), "all sums and differences"),
    )
}  # fmt: skip


def view(name: str) -> View:
    """The view of that name.

    Raises:
        UnsupportedError: lists what there is.

    >>> view("flops").of({"mac": 10})
    20
    """
    if name not in VIEWS:
        raise UnsupportedError(
            explain(
                f"unknown convention {name!r}", expected=", ".join(VIEWS), fix="choose one of these"
            )
        )
    return VIEWS[name]
