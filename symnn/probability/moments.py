"""Expectations of polynomials in random sources, taken on the index form.

A source is a leaf of mean 0, with independent entries of variance 1 or a covariance matrix. The
expectation of a product of its entries is a sum over pairings, each pair a bracket `[i = j]` or an
entry of the covariance (Isserlis 1918): exact at every degree for a normal source; a source known
by its first two moments raises above degree 2.
Law: what is returned reads no source, and equals the Monte-Carlo mean (tests).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from symnn.calculus.build import fresh_indices, map_node, positions
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import simplify
from symnn.core.errors import ShapeError, UnsupportedError, explain
from symnn.core.index import Index, difference
from symnn.core.node import EQ, Factor, Leaf, Map, Node, Sum, Term
from symnn.core.scalars import mul
from symnn.core.walk import leaves
from symnn.lang.call import Call, below, opened
from symnn.lang.tensor import Tensor, tensor

NORMAL, STANDARDISED = "normal", "standardised"
_MOST_TERMS = 2000
Pairs = tuple[tuple[Factor, Factor], ...]


def source(
    name: str, shape: object, *, kind: str = NORMAL, latex: str | None = None,
    covariance: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """A random source of mean 0; never differentiated.

    Args:
        name: an identifier.
        shape: as for `tensor`.
        kind: "normal", or "standardised" where only mean and variance are known.
        latex: the printed form.
        covariance: a symmetric matrix, for a source with one axis; without it the entries are
            independent, of variance 1.

    >>> source("epsilon", ("d",))
    Tensor(epsilon: [d])
    """
    if kind not in (NORMAL, STANDARDISED):
        raise UnsupportedError(f"no source of kind {kind!r}; there are {NORMAL}, {STANDARDISED}")
    made = tensor(name, shape, latex=latex)
    made.call.attrs["source"] = kind
    if covariance is not None:
        if made.ndim != 1 or covariance.sizes != made.sizes * 2:
            raise ShapeError(
                explain("source", expected=f"a covariance of shape {list(made.sizes * 2)}",
                        found=f"shape {list(covariance.sizes)}",
                        fix="give a matrix with the length of the source on both axes")
            )  # fmt: skip
        made.call.attrs["covariance"] = covariance.call.port
    return made


def expectation(value: Tensor, sources: Sequence[Tensor]) -> Tensor:
    """The mean of a value over its sources.

    Raises:
        UnsupportedError: the value is no polynomial in them, or a moment is not known.

    >>> import symnn as sn
    >>> e, w = source("e", ("d",)), sn.tensor("w", ("d",))
    >>> import numpy as np
    >>> expectation(np.sum(w * e) ** 2, [e]).text()
    '‖w‖²'
    """
    body = opened([value.call], _certain(value, sources))[value.call]
    return as_call("expectation", mean_node(body, sources))


def _certain(value: Tensor, sources: Sequence[Tensor]) -> set[Call]:
    """Named values that read no source: they keep their names."""
    shaken = {s.call for s in sources}
    for call in below([value.call]):
        if any(a in shaken for a in call.args):
            shaken.add(call)
    return {c for c in below([value.call]) if c.name and not c.is_leaf and c not in shaken}


def variance(value: Tensor, sources: Sequence[Tensor]) -> Tensor:
    """The variance over the sources, of a value of any shape, entry by entry."""
    mean, second = expectation(value, sources), expectation(value * value, sources)
    result: Tensor = second - mean * mean
    body = opened([result.call], _certain(result, sources))[result.call]
    return as_call("variance", simplify(body))


def as_call(op: str, body: Node) -> Tensor:
    """A Tensor whose value is an expression over leaves and ports."""
    return Tensor(Call(op, [x.tag for x in leaves([body]) if isinstance(x.tag, Call)], body))


def mean_node(body: Node, sources: Sequence[Tensor]) -> Node:
    """The expectation of an expression, as an expression without sources."""
    kinds = {s.call.port: s.call.attrs.get("source", NORMAL) for s in sources}
    second = {s.call.port: s.call.attrs.get("covariance") for s in sources}
    own = fresh_indices(body)
    start = Term(1, (), (Factor(body, positions(own)),))
    terms: list[Term] = []
    for term in _opened_terms(start, kinds):
        terms.extend(_paired(term, kinds, second))
    merged = make_sum(own, terms)
    if isinstance(merged, Sum):
        single = (Term(t.coef, t.bound, tuple(map(_one_power, t.factors))) for t in merged.terms)
        merged = make_sum(merged.indices, single)
    return simplify(merged)


def _one_power(f: Factor) -> Factor:
    """`exp(a)^n` as `exp(n a)`: the square of `exp(l / 2)` is `exp(l)`."""
    whole = isinstance(f.power, int) and f.power != 1
    if not whole or not isinstance(f.node, Map) or f.node.fn.name != "exp":
        return f
    ((arg, axes),) = f.node.args
    own = tuple(Index(s) for s in f.node.sizes)
    read = Factor(arg, tuple(own[a].pos for a in axes))
    scaled = make_sum(own, [Term(f.power, (), (read,))])
    return Factor(map_node(f.node.fn, own, [(scaled, positions(own))]), f.pos)


def _opened_terms(start: Term, kinds: Collection[Leaf]) -> list[Term]:
    """Every group that holds a source multiplied out; each other factor free of sources."""
    waiting, done = [start], []
    while waiting:
        term = waiting.pop()
        group = next((f for f in term.factors if f.node not in kinds and _random(f, kinds)), None)
        if group is None:
            done.append(term)
            continue
        if not isinstance(group.node, Sum) or not _whole(group.power):
            raise UnsupportedError(
                explain("expectation", expected="a polynomial in the sources",
                        found=f"{type(group.node).__name__} of a source",
                        fix="open it with `rewritten`, or estimate it by sampling")
            )  # fmt: skip
        if len(waiting) + len(done) > _MOST_TERMS:
            raise UnsupportedError(f"expectation: more than {_MOST_TERMS} products")
        waiting.extend(_once(term, group))
    return done[::-1]


def _random(f: Factor, kinds: Collection[Leaf]) -> bool:
    return not f.is_bracket and any(x in kinds for x in leaves([f.node]))


def _whole(power: object) -> bool:
    return isinstance(power, int) and power > 0


def _once(term: Term, group: Factor) -> Iterator[Term]:
    """One copy of a group multiplied out."""
    rest = [f for f in term.factors if f is not group]
    if group.power != 1:
        rest.append(Factor(group.node, group.pos, group.power - 1))  # type: ignore[operator]
    assert isinstance(group.node, Sum)
    for inner in group.node.terms:
        made = instantiate(group.node, inner, group.pos)
        yield Term(mul(term.coef, made.coef), (*term.bound, *made.bound), (*rest, *made.factors))


def _paired(
    term: Term, kinds: dict[Leaf, str], second: Mapping[Node, Node | None]
) -> Iterator[Term]:
    """One term per way to pair the entries of each source."""
    fixed = tuple(f for f in term.factors if f.node not in kinds)
    choices: list[Pairs] = [()]
    for leaf, kind in kinds.items():
        mine = [
            Factor(f.node, f.pos) for f in term.factors if f.node is leaf
            for _ in range(_count(f))
        ]  # fmt: skip
        if len(mine) > 2 and kind != NORMAL:
            raise UnsupportedError(
                explain("expectation", expected=f"at most two entries of {leaf.name}",
                        found=f"{len(mine)}, and only its mean and variance are known",
                        fix="take a normal source")
            )  # fmt: skip
        choices = [(*c, *p) for c in choices for p in pairings(mine)]
    for pairs in choices:
        moments = tuple(x for a, b in pairs for x in _second_moment(a, b, second[a.node]))
        yield Term(term.coef, term.bound, (*fixed, *moments))


def _second_moment(a: Factor, b: Factor, covariance: Node | None) -> Iterator[Factor]:
    """The mean of a product of two entries of one source."""
    if covariance is None:
        for p, q in zip(a.pos, b.pos, strict=True):
            yield Factor(EQ, (difference(p, q),))
    else:
        yield Factor(covariance, (*a.pos, *b.pos))


def _count(f: Factor) -> int:
    if not isinstance(f.power, int) or f.power < 1:
        raise UnsupportedError(f"expectation of a power {f.power} of a source")
    return f.power


def pairings(items: Sequence[Factor]) -> Iterator[Pairs]:
    """All ways to split into pairs: none of an odd number, 1, 3, 15... of 2, 4, 6.

    >>> [sum(1 for _ in pairings(range(n))) for n in (0, 1, 2, 3, 4, 6)]
    [1, 0, 1, 0, 3, 15]
    """
    if not items:
        yield ()
    elif len(items) % 2 == 0:
        first = items[0]
        for k in range(1, len(items)):
            rest = [*items[1:k], *items[k + 1 :]]
            for more in pairings(rest):
                yield ((first, items[k]), *more)
