"""Calls: what was written. Each NumPy call, layer or model makes one, with its own identity.

A Call's *body* is an interned expression over the *ports* of its arguments; nothing is inlined
when it is made, and names belong to Calls, never to expressions. `opened` puts the argument's
expressions in, except those of the calls that stay opaque, which are read through their port.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from symnn.calculus.build import substitute
from symnn.calculus.facts import STRUCTURE
from symnn.core.node import Leaf, Node

_UIDS = itertools.count()
_PACKAGE = str(Path(__file__).resolve().parent.parent)


class Call:
    """One operation as written.

    Attributes:
        op: the operation's name ("matmul", "tanh", "parameter", "named", ...).
        args: the calls that it reads.
        body: its value over the ports of `args`.
        port: the leaf that stands for its value where it is opaque; for a tensor leaf, the leaf.
        name, symbol: the reader's name (`y_hat`) and its LaTeX, if it has one.
        where: "file.py:14", the line that made it.
        conditions: undecided size equalities and bounds that it relies on, as (left, right) text.
    """

    __slots__ = (
        "args", "attrs", "body", "conditions", "name", "op", "port", "symbol", "uid", "where",
    )  # fmt: skip

    def __init__(
        self,
        op: str,
        args: Iterable[Call],
        body: Node,
        *,
        name: str | None = None,
        symbol: str | None = None,
        attrs: dict[str, Any] | None = None,
        dtype: str = "float",
        conditions: tuple[tuple[Any, Any], ...] = (),
    ) -> None:
        self.uid = next(_UIDS)
        self.op, self.args, self.body = op, tuple(args), body
        self.name, self.symbol = name, symbol
        self.attrs = attrs or {}
        self.conditions = conditions
        self.where = source_line()
        if isinstance(body, Leaf) and not self.args:
            self.port: Leaf = body
            body.tag = self
        else:
            self.port = Leaf(
                name or f"{op}_{self.uid}", body.sizes, role="port", dtype=dtype,
                below=body.below, tag=self,
            )  # fmt: skip

    @property
    def is_leaf(self) -> bool:
        """Whether it is a parameter, an input or a constant."""
        return not self.args and self.port is self.body

    @property
    def path(self) -> str:
        """Name or operation, for messages."""
        return self.name or self.op

    def __repr__(self) -> str:
        return f"<{self.op} {self.name or self.uid}>"


def source_line() -> str:
    """`file.py:14`, the line outside of this package that is running."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return ""
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def below(roots: Iterable[Call]) -> list[Call]:
    """All calls below the roots, each after its arguments."""
    done: dict[Call, None] = {}
    stack: list[tuple[Call, bool]] = [(r, False) for r in reversed(list(roots))]
    while stack:
        call, ready = stack.pop()
        if call in done:
            continue
        if ready:
            done[call] = None
            continue
        stack.append((call, True))
        stack.extend((a, False) for a in reversed(call.args) if a not in done)
    return list(done)


def opened(roots: list[Call], opaque: Collection[Call] = ()) -> dict[Call, Node]:
    """The expression of every call below the roots, in terms of leaves and opaque ports.

    An opaque call's own entry is its definition; its readers read its port.
    """
    shut = set(opaque)
    known: dict[Call, Node] = {}
    for call in below(roots):
        ports = {a.port: (a.port if a in shut else known[a]) for a in call.args}
        changed = {port: node for port, node in ports.items() if port is not node}
        known[call] = substitute(call.body, changed, STRUCTURE) if changed else call.body
    return known
