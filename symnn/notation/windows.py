"""Component forms of the kinds that range over an axis: softmax, log-sum-exp, maxima, products.

A softmax or argmax of something that is a vector in matrix notation is written as an entry of it
(`softmax(z)_i`); otherwise by its definition, the domain beside the sum sign. Law: as the node,
except where a maximum is attained twice. Extend: an arm in `read`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from symnn.core.errors import UnsupportedError
from symnn.core.index import Affine, Index, combine
from symnn.core.node import (
    ArgExtremum,
    Extremum,
    Factor,
    Indicator,
    LinAlg,
    LogSumExp,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
    make_indicator,
)
from symnn.core.recurrence import ScanState
from symnn.notation import maps
from symnn.notation import tree as t
from symnn.notation.conditional import left_out
from symnn.notation.conditions import Places, domain_tree
from symnn.notation.graph import Stuck
from symnn.notation.letters import Letters
from symnn.notation.linear import linalg_tree
from symnn.notation.maps import FormStyle
from symnn.notation.naming import Names
from symnn.notation.pieces import Piece
from symnn.notation.scalars import size_tree
from symnn.notation.terms import opened
from symnn.notation.tree import Tree
from symnn.notation.writer import MatrixWriter

Positions = tuple[Affine, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The tree of each index that may be read here, earliest first."""

    trees: Mapping[Index, Tree]

    def used(self) -> set[str]:
        """The letters in use."""
        return {tree.letter for tree in self.trees.values() if isinstance(tree, t.Index)}

    def within(self, more: Mapping[Index, str]) -> Scope:
        """The scope with further letters."""
        return Scope({**self.trees, **{i: t.Index(x) for i, x in more.items()}})


class Reads(Protocol):
    """What the arms below need of the writer of entries."""

    names: Names
    letters: Letters
    style: FormStyle

    def read(self, node: Node, pos: Positions, scope: Scope) -> Tree:
        """One entry of a node."""

    def position(self, p: Affine, scope: Scope) -> Tree:
        """A position."""

    def sum(self, terms: Sequence[Term], scope: Scope, *, raw: bool = False) -> Tree:
        """A sum of terms."""

    def places(self, scope: Scope) -> Places:
        """How indices are written in a scope."""

    def bind(
        self, bound: Sequence[Index], scope: Scope, factors: Sequence[Factor] = ()
    ) -> tuple[Scope, dict[Index, str]]:
        """Letters for bound indices, those of a window by role."""


class Windows:
    """The arms of `Entries.read` for nodes with an axis or window of their own."""

    def __init__(self, entries: Reads) -> None:
        self.entries = entries
        self.matrices = MatrixWriter(entries.names, entries.style, entries.letters)

    def read(self, node: Node, pos: Positions, scope: Scope) -> Tree:
        """One entry of such a node.

        Raises:
            UnsupportedError: a kind without component form.
        """
        match node:
            case Softmax():
                return self._softmax(node, pos, scope)
            case LogSumExp():
                return self._logsumexp(node, pos, scope)
            case Extremum():
                return self._window(node.kind, node, pos, scope)
            case Product():
                return self._window("prod", node, pos, scope)
            case Indicator():
                return self._indicator(node, pos, scope)
            case ArgExtremum():
                return self._argument(node, pos, scope)
            case LinAlg():
                return self._linalg(node, pos, scope)
            case ScanState():  # a recurrence without a name: its steps are not shown
                places = tuple(self.entries.position(p, scope) for p in pos)
                return t.Entry(t.Sym("scan", roman=True), places)
        raise UnsupportedError(f"no component form for the kind {type(node).__name__}")

    def _linalg(self, node: LinAlg, pos: Positions, scope: Scope) -> Tree:
        """`(X⁻¹)_{ij}`, `det(X)`: a function of the matrix form."""
        ends = pos[node.arg.rank - 2 :]
        own = tuple(Index(s) for s in node.arg.sizes[-2:])
        with self.matrices.holding(scope.trees):
            read = (*pos[: node.arg.rank - 2], *(i.pos for i in own))
            tree = linalg_tree(node.kind, self.matrices.read(node.arg, read)[0].tree)
        return t.Entry(tree, tuple(self.entries.position(p, scope) for p in ends)) if ends else tree

    def vector(self, node: Node, pos: Positions, scope: Scope) -> Piece | None:
        """A read with one index that has no letter yet, as a column, or None."""
        with self.matrices.holding(scope.trees):
            try:
                piece, free = self.matrices.read(node, pos)
            except Stuck:
                return None
        return piece if len(free) == 1 else None

    def _softmax(self, node: Softmax, pos: Positions, scope: Scope) -> Tree:
        inner = Index(node.sizes[node.axis])
        opened = _put(pos, node.axis, inner)
        vector = None if node.domain else self.vector(node.arg, opened, scope)
        if vector is not None:
            whole = maps.softmax_piece(vector, along_rows=True)
            return t.Entry(whole.tree, (self.entries.position(pos[node.axis], scope),))
        top = t.Apply("exp", (self.entries.read(node.arg, pos, scope),))
        form: Tree = t.Frac(top, self._exponentials(node, opened, inner, scope))
        if node.domain:
            own = dict(zip(node.indices, pos, strict=True))
            places = self.entries.places(scope)
            inside = domain_tree([d.substitute(own) for d in node.domain], places)
            assert inside is not None
            form = t.Mul((t.Iverson(inside), form))
        return form

    def _exponentials(
        self, node: Softmax | LogSumExp, opened: Positions, inner: Index, scope: Scope
    ) -> Tree:
        within, chosen = self.entries.bind([inner], scope)
        own = dict(zip(node.indices, opened, strict=True))
        domain = [d.substitute(own) for d in node.domain]
        body = t.Apply("exp", (self.entries.read(node.arg, opened, within),))
        held = domain_tree(domain, self.entries.places(within), [inner])
        return t.BigOp("sum", body, ((chosen[inner], size_tree(inner.size)),), held)

    def _logsumexp(self, node: LogSumExp, pos: Positions, scope: Scope) -> Tree:
        inner = Index(node.arg.sizes[node.axis])
        opened = (*pos[: node.axis], inner.pos, *pos[node.axis :])
        vector = None if node.domain else self.vector(node.arg, opened, scope)
        if vector is not None:
            return t.Apply("logsumexp", (vector.tree,))
        return t.Apply("log", (self._exponentials(node, opened, inner, scope),))

    def _window(self, op: str, node: Extremum | Product, pos: Positions, scope: Scope) -> Tree:
        """`max`, `min` or `∏` over the bound indices, the domain beside the sign."""
        fresh = tuple(b.fresh() for b in node.bound)
        mapping = dict(zip(node.indices, pos, strict=True))
        mapping.update((b, f.pos) for b, f in zip(node.bound, fresh, strict=True))
        reads = [p.substitute(mapping) for p in node.pos]
        within, chosen = self.entries.bind(fresh, scope, _reads_below(node.body, tuple(reads)))
        domain = [d.substitute(mapping) for d in node.domain]
        ranges = tuple((chosen[f], size_tree(f.size)) for f in fresh)
        held = domain_tree(domain, self.entries.places(within), fresh)
        if op == "prod" and len(fresh) == 1 and isinstance(node.body, Sum) and held is None:
            rest, places = left_out(opened(node.body, tuple(reads)), fresh[0])
            apart = [
                t.Relation("!=", t.Index(chosen[fresh[0]]), self.entries.position(p, within))
                for p in places
            ]
            if apart:
                held = apart[0] if len(apart) == 1 else t.All(tuple(apart))
                return t.BigOp(op, self.entries.sum(rest, within), ranges, held)
        body = self.entries.read(node.body, tuple(reads), within)
        return t.BigOp(op, body, ranges, held)

    def _indicator(self, node: Indicator, pos: Positions, scope: Scope) -> Tree:
        extremum = node.extremum
        rank = extremum.rank
        out, bound = pos[:rank], pos[rank:]
        best = self._best(extremum, out, scope)
        if best is not None:
            return t.Iverson(t.Relation("=", self.entries.position(bound[0], scope), best))
        mapping = dict(zip((*extremum.indices, *extremum.bound), pos, strict=True))
        body = self.entries.read(
            extremum.body, tuple(p.substitute(mapping) for p in extremum.pos), scope
        )
        same = t.Relation("=", body, self._window(extremum.kind, extremum, out, scope))
        inside = domain_tree(
            [d.substitute(mapping) for d in extremum.domain], self.entries.places(scope)
        )
        if inside is None:
            return t.Iverson(same)
        return t.Cases(((t.Iverson(same), inside),), t.Num(0))

    def _best(self, node: Extremum, out: Positions, scope: Scope) -> Tree | None:
        """`argmax(z)` where the extremum is one of a column."""
        if len(node.bound) != 1 or node.domain or node.kind != "max":
            return None
        inner = node.bound[0].fresh()
        mapping = {**dict(zip(node.indices, out, strict=True)), node.bound[0]: inner.pos}
        vector = self.vector(node.body, tuple(p.substitute(mapping) for p in node.pos), scope)
        return None if vector is None else t.Apply("argmax", (vector.tree,))

    def _argument(self, node: ArgExtremum, pos: Positions, scope: Scope) -> Tree:
        """`argmax(z)`, or the sum of the numbers of the places, each times its indicator."""
        extremum = node.extremum
        best = self._best(extremum, pos, scope)
        if best is not None:
            return best
        fresh = tuple(b.fresh() for b in extremum.bound)
        within, chosen = self.entries.bind(fresh, scope)
        hit = self._indicator(make_indicator(extremum), (*pos, *(f.pos for f in fresh)), within)
        number = self.entries.position(flat(fresh), within)
        ranges = tuple((chosen[f], size_tree(f.size)) for f in fresh)
        return t.BigOp("sum", t.Mul((number, hit)), ranges)


def _reads_below(body: Node, pos: Positions) -> list[Factor]:
    """The reads of a body, seen through one sum: where its windows show."""
    if isinstance(body, Sum):
        return [f for term in opened(body, pos) for f in term.factors]
    return [Factor(body, pos)]


def _put(pos: Positions, axis: int, index: Index) -> Positions:
    return tuple(index.pos if k == axis else p for k, p in enumerate(pos))


def flat(indices: Sequence[Index]) -> Affine:
    """The row-major number of a place."""
    total = Affine(0, ())
    for i in indices:
        total = combine(i.pos, total, i.size)
    return total
