"""Rows of an analysis: one layer, or the total, with its counts and how each explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from symnn.analysis.collect import Saved
from symnn.analysis.costs import Domain
from symnn.analysis.counters import Counter, operations, total
from symnn.analysis.receptive import Fields
from symnn.analysis.views import view
from symnn.core.scalars import Scalar, exact, mul, to_sympy
from symnn.text.numbers import format_number

Sizes = Mapping[str, Any]


@dataclass(frozen=True)
class ParameterRow:
    """One parameter or buffer: its dotted name, shape, and whether it is trained."""

    name: str
    shape: tuple[Scalar, ...]
    entries: Scalar
    trained: bool


@dataclass(frozen=True)
class Row:
    """The counts of one layer, of a group of layers, or of everything.

    Attributes:
        name: dotted path.  title: the reader's name.  op: the layer's class.
        output_shape: of its result.
        weights: parameters and buffers.
        forward, backward: counters.
        domains: where its MACs come from.
        saved: what it keeps for backward.
        moved: bytes that its operations read and write.
        fields: receptive field per axis of the input.
    """

    name: str
    title: str
    op: str
    settings: dict[str, Any]
    input_shape: tuple[Scalar, ...]
    output_shape: tuple[Scalar, ...]
    weights: tuple[ParameterRow, ...] = ()
    forward: Counter = field(default_factory=dict)
    backward: Counter = field(default_factory=dict)
    domains: tuple[Domain, ...] = ()
    saved: tuple[Saved, ...] = ()
    moved: Scalar = 0
    fields: Fields = ()

    @property
    def parameters(self) -> Scalar:
        """Trained entries."""
        return total(w.entries for w in self.weights if w.trained)

    @property
    def buffers(self) -> Scalar:
        """Entries that are kept but not trained."""
        return total(w.entries for w in self.weights if not w.trained)

    @property
    def macs(self) -> Scalar:
        """Products that are summed."""
        return self.forward.get("mac", 0)

    @property
    def multiplications(self) -> Scalar:
        """All products."""
        return self.forward.get("mul", 0)

    @property
    def additions(self) -> Scalar:
        """All sums and differences."""
        return self.forward.get("add", 0)

    @property
    def comparisons(self) -> Scalar:
        """All comparisons."""
        return self.forward.get("cmp", 0)

    @property
    def divisions(self) -> Scalar:
        """All divisions."""
        return self.forward.get("div", 0)

    @property
    def flops(self) -> Scalar:
        """2 per MAC."""
        return mul(2, self.macs)

    @property
    def flops_exact(self) -> Scalar:
        """Every operation, one each."""
        return operations(self.forward)

    @property
    def saved_bytes(self) -> Scalar:
        """Bytes kept for backward."""
        return total(s.size for s in self.saved)

    def count(self, convention: str = "macs", *, backward: bool = False) -> Scalar:
        """A named view of the counters."""
        return view(convention).of(self.backward if backward else self.forward)

    def explain(self, what: str = "macs", lang: str = "en") -> str:
        """A count as its formula, with the numbers put in.

        `what` is "macs", "multiplications" or "parameters".
        """
        if what == "parameters":
            value, text = self.parameters, parameter_text(self.weights)
        elif what in ("macs", "multiplications"):
            value = self.macs if what == "macs" else self.multiplications
            text = " + ".join(domain_text(d) for d in self.domains)
            if what == "multiplications" and value != self.macs:
                return f"{text} + ... = {number(value, lang)}" if text else number(value, lang)
        else:
            return number(self.count(what), lang)
        return f"{text} = {number(value, lang)}" if text else number(value, lang)

    def at(self, values: Mapping[sp.Symbol, int]) -> Row:
        """The row with numbers for some sizes."""

        def put(x: Scalar) -> Scalar:
            return x if isinstance(x, int) else exact(sp.simplify(to_sympy(x).subs(values)))

        return replace(
            self,
            input_shape=tuple(map(put, self.input_shape)),
            output_shape=tuple(map(put, self.output_shape)),
            weights=tuple(
                replace(w, shape=tuple(map(put, w.shape)), entries=put(w.entries))
                for w in self.weights
            ),
            forward={k: put(v) for k, v in self.forward.items()},
            backward={k: put(v) for k, v in self.backward.items()},
            domains=tuple(
                Domain(tuple(map(put, d.outputs)), tuple(map(put, d.summed))) for d in self.domains
            ),
            saved=tuple(replace(s, entries=put(s.entries)) for s in self.saved),
            moved=put(self.moved),
        )


def number(value: Scalar, lang: str = "en") -> str:
    """A count for readers: grouped digits, or the expression."""
    if isinstance(value, int):
        return format_number(value, lang)
    return str(value).replace("**", "^").replace("*", "·")


def factors(sizes: tuple[Scalar, ...]) -> str:
    """`28·28·4`."""
    shown = [number(s) if isinstance(s, (int, sp.Symbol)) else f"({number(s)})" for s in sizes]
    return "·".join(shown) or "1"


def domain_text(domain: Domain) -> str:
    """`28·28·4 × 3·3·1`.

    >>> domain_text(Domain((28, 28, 4), (3, 3, 1)))
    '28·28·4 × 3·3·1'
    """
    return f"{factors(domain.outputs)} × {factors(domain.summed)}"


def parameter_text(weights: tuple[ParameterRow, ...]) -> str:
    """`4·(1·3·3 + 1)` for a weight with a bias per row, else a sum of products."""
    trained = [w for w in weights if w.trained]
    if len(trained) == 2 and trained[1].shape == trained[0].shape[:1] and len(trained[0].shape) > 1:
        rows, *rest = trained[0].shape
        return f"{factors((rows,))}·({factors(tuple(rest))} + 1)"
    return " + ".join(factors(w.shape) for w in trained)


def merged(rows: list[Row], name: str, title: str, op: str) -> Row:
    """Several rows as one: counts added; the shapes of the last."""
    forward: Counter = {}
    backward: Counter = {}
    kinds = dict.fromkeys(k for r in rows for k in r.forward)
    back = dict.fromkeys(k for r in rows for k in r.backward)
    for k in kinds:
        forward[k] = total(r.forward.get(k, 0) for r in rows)
    for k in back:
        backward[k] = total(r.backward.get(k, 0) for r in rows)
    return Row(
        name, title, op, {}, rows[0].input_shape if rows else (),
        rows[-1].output_shape if rows else (),
        tuple(w for r in rows for w in r.weights), forward, backward,
        tuple(d for r in rows for d in r.domains), tuple(s for r in rows for s in r.saved),
        total(r.moved for r in rows), rows[-1].fields if rows else (),
    )  # fmt: skip
