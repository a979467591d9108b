"""Names put back: a derivative reads values of the forward pass by their names.

A whole definition inside is its name. Where `r = sqrt(s)` is named, s is read as r²; where
`y = x / r` is named, `x / r` inside a product is read as y. Law: opening the names gives the same
value, wherever the roots are real.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symnn.calculus.build import rebuild, substitute
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.scalars import Scalar, is_negative, mul, neg, power, sub
from symnn.core.walk import topological


class Readings(dict[Node, Node]):
    """The name of every definition, and what follows from roots and quotients among them."""

    def __init__(self, definitions: Iterable[tuple[Node, Leaf]]) -> None:
        super().__init__()
        self.roots: dict[Node, Node] = {}
        self.quotients: dict[Node, list[tuple[Term, tuple[Index, ...], Leaf]]] = {}
        for node, leaf in definitions:
            self[node] = leaf
            if isinstance(node, Sum) and len(node.terms) == 1:
                self._learn(node, node.terms[0], leaf)

    def _learn(self, node: Sum, term: Term, leaf: Leaf) -> None:
        whole = term.bound or any(f.is_bracket for f in term.factors) or not term.factors
        if whole or is_negative(term.coef):
            return
        first, *rest = sorted(term.factors, key=lambda f: f.power != 1)
        if not rest:
            found = _opened_root(node, term.coef, first, leaf)
            if found is not None:
                self.roots[first.node] = found
        elif first.power == 1 and any(is_negative(f.power) for f in rest) and _plain(first):
            pattern = Term(term.coef, (), (first, *rest))
            self.quotients.setdefault(first.node, []).append((pattern, node.indices, leaf))


def _plain(f: Factor) -> bool:
    """Whether it reads every axis by an index of its own."""
    bare = [p.bare for p in f.pos]
    return None not in bare and len(set(bare)) == len(bare)


def _opened_root(node: Sum, coef: Scalar, f: Factor, leaf: Leaf) -> Node | None:
    """`s` over its own axes, as a power of its root `coef s^w`."""
    if not isinstance(f.power, Fraction) or not isinstance(f.node, Sum) or not _plain(f):
        return None
    own = tuple(Index(s) for s in f.node.sizes)
    at = {p.bare: i.pos for p, i in zip(f.pos, own, strict=True)}
    if any(i not in at for i in node.indices):
        return None
    read = Factor(leaf, tuple(at[i] for i in node.indices), power(f.power, -1))
    return make_sum(own, [Term(power(coef, neg(power(f.power, -1))), (), (read,))])


def read_back(node: Node, names: Mapping[Node, Node]) -> Node:
    """The node with definitions, roots and quotients read by their names."""
    inside = {n: names[n] for n in topological([node]) if n in names}
    node = substitute(node, inside) if inside else node
    if not isinstance(names, Readings) or not (names.roots or names.quotients):
        return node
    roots = {n: names.roots[n] for n in topological([node]) if n in names.roots}
    node = substitute(node, roots) if roots else node
    return _with_quotients(node, names) if names.quotients else node


def _with_quotients(node: Node, names: Readings) -> Node:
    known: dict[Node, Node] = {}
    for n in topological([node]):
        made = rebuild(n, known)
        if isinstance(made, Sum):
            terms = [_read_quotients(t, names) for t in made.terms]
            if any(a is not b for a, b in zip(terms, made.terms, strict=True)):
                made = make_sum(made.indices, terms)
        known[n] = made
    return known[node]


def _read_quotients(term: Term, names: Readings) -> Term:
    for f in term.factors:
        for pattern, own, leaf in names.quotients.get(f.node, ()):
            found = _matched(term, f, pattern, own, leaf)
            if found is not None:
                return _read_quotients(found, names)
    return term


def _matched(
    term: Term, top: Factor, pattern: Term, own: tuple[Index, ...], leaf: Leaf
) -> Term | None:
    """The term with one quotient read by its name, or None."""
    first, *rest = pattern.factors
    if not isinstance(top.power, int) or top.power < 1:
        return None
    at: dict[Index, Affine] = {p.bare: q for p, q in zip(first.pos, top.pos, strict=True)}  # type: ignore[misc]
    if any(i not in at for i in own):
        return None
    taken = {id(top): sub(top.power, 1)}
    for wanted in rest:
        pos = tuple(p.substitute(at) for p in wanted.pos)
        holder = next(
            (g for g in term.factors if g.node is wanted.node and g.pos == pos
             and id(g) not in taken and _holds(g.power, wanted.power)), None,
        )  # fmt: skip
        if holder is None:
            return None
        taken[id(holder)] = sub(holder.power, wanted.power)
    left = [Factor(g.node, g.pos, taken.get(id(g), g.power)) for g in term.factors
            if taken.get(id(g), g.power) != 0]  # fmt: skip
    name = Factor(leaf, tuple(at[i] for i in own))
    return Term(mul(term.coef, power(pattern.coef, -1)), term.bound, (*left, name))


def _holds(power_: Scalar, part: Scalar) -> bool:
    """Whether a power has another as a part of the same sign."""
    rest = sub(power_, part)
    numbers = all(isinstance(w, (int, Fraction)) for w in (power_, part, rest))
    return numbers and (rest == 0 or is_negative(rest) == is_negative(part))
