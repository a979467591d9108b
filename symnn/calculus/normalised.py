"""Normalised values found in a term: `(x - mean(x)) / sqrt(mean((x - mean(x))²) + ε)`.

The two factors of such a quotient are told by their terms: the square under the root is averaged
over some axes of the other factor, which is x or `x - mean(x)` over the same axes (layer, batch,
group norm; RMS norm without the mean). Law: top * below = scale * x̂ entry by entry, by proof.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from symnn.calculus.centring import indices_of, lone_axes
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum, primitive
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import Scalar, is_negative, is_number, mul, power

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Normalised:
    """A factor pair that is `scale * (x - mean(x)) / σ`, or `scale * x / σ`.

    Attributes:
        top, below: the two factors of the term.
        axes: the axes of `top` that the mean and the variance run over.
        value: x, read over the axes of `top`: the node and its positions in `own`.
        own: one index for each axis of `top`.
        centred: whether the mean is taken off.
        variance: σ² as a term list over the axes of `own` that are left.
        scale: the number in front.
    """

    top: Factor
    below: Factor
    axes: tuple[int, ...]
    value: Factor
    own: tuple[Index, ...]
    centred: bool
    variance: tuple[Term, ...]
    scale: Scalar

    @property
    def kept(self) -> tuple[Index, ...]:
        """The indices that σ has."""
        return tuple(i for k, i in enumerate(self.own) if k not in self.axes)


def normalisations(term: Term, opened: Callable[[Factor], Factor]) -> Iterator[Normalised]:
    """The normalised values in a term.

    Args:
        term: any.
        opened: a factor with a named root opened: σ^-1 as (σ²)^(-1/2).
    """
    for below in term.factors:
        root = opened(below)
        if root.power != -HALF or not isinstance(root.node, Sum):
            continue
        for top in term.factors:
            if top.power == 1 and not top.is_bracket:
                found = _normalised(top, below, root)
                if found is not None:
                    yield found


def _normalised(top: Factor, below: Factor, root: Factor) -> Normalised | None:
    assert isinstance(root.node, Sum)
    terms = [_unwrapped(instantiate(root.node, t, root.pos)) for t in root.node.terms]
    squares = [t for t in terms if _is_square(t, top.node)]
    readers = [t for t in terms if any(f.node is top.node for f in t.factors)]
    if len(squares) != 1 or readers != squares:
        return None
    (square,) = squares
    axes = _averaged(square, top)
    if axes is None:
        return None
    count = product(top.node.sizes[k] for k in axes)
    ratio = mul(square.coef, count)
    if not is_number(ratio) or is_negative(ratio):
        return None
    own = tuple(Index(s) for s in top.node.sizes)
    found = _value(top.node, axes, own, count)
    if found is None:
        return None
    value, factor, centred = found
    mapping = {p.bare: i.pos for p, i in zip(top.pos, own, strict=True) if p.bare is not None}
    if len(mapping) != len(own):
        return None
    by = power(mul(ratio, mul(factor, factor)), -1)
    variance = tuple(
        Term(mul(t.coef, by), t.bound, tuple(_moved(f, mapping) for f in t.factors)) for t in terms
    )
    scale = mul(-1 if is_negative(factor) else 1, power(ratio, -HALF))
    return Normalised(top, below, axes, value, own, centred, variance, scale)


def _unwrapped(term: Term) -> Term:
    """A lone read of a sum of one factor, opened: a mean is a sum over its values."""
    while len(term.factors) == 1:
        f = term.factors[0]
        inner = f.node
        if not isinstance(inner, Sum) or f.power != 1 or len(inner.terms) != 1:
            return term
        opened = instantiate(inner, inner.terms[0], f.pos)
        if len(opened.factors) != 1:
            return term
        bound = (*term.bound, *opened.bound)
        term = Term(mul(term.coef, opened.coef), bound, opened.factors)
    return term


def product(sizes: Iterable[Scalar]) -> Scalar:
    """How many entries axes of these sizes have."""
    total: Scalar = 1
    for size in sizes:
        total = mul(total, size)
    return total


def _moved(f: Factor, mapping: dict[Index, Affine]) -> Factor:
    return Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power)


def _is_square(term: Term, node: Node) -> bool:
    if len(term.factors) != 1 or not term.bound:
        return False
    (f,) = term.factors
    return f.node is node and f.power == 2


def _averaged(square: Term, top: Factor) -> tuple[int, ...] | None:
    """The axes that the square is summed over, the others read as in `top`."""
    (f,) = square.factors
    axes = lone_axes(f, set(square.bound))
    kept = all(p == q for k, (p, q) in enumerate(zip(f.pos, top.pos, strict=True)) if k not in axes)
    return axes if kept and len(axes) == len(square.bound) else None


def _value(
    node: Node, axes: tuple[int, ...], own: tuple[Index, ...], count: Scalar
) -> tuple[Factor, Scalar, bool] | None:
    """(x, κ, whether centred) with node = κ (x - mean(x)) or κ x."""
    whole = tuple(i.pos for i in own)
    if not isinstance(node, Sum):
        return Factor(node, whole), 1, False
    along = [own[a] for a in axes]
    means = [t for t in node.terms if not indices_of(t).intersection(node.indices[a] for a in axes)]
    if len(means) != 1:
        return None
    held = instantiate(node, means[0], whole)
    mean = _unwrapped(held)
    if len(mean.factors) != 1 or len(mean.bound) != len(along):
        return None
    (read,) = mean.factors
    factor = mul(mul(mean.coef, count), -1)
    for order in itertools.permutations(along):
        places = {b: i.pos for b, i in zip(mean.bound, order, strict=True)}
        if any(b.size != i.size for b, i in zip(mean.bound, order, strict=True)):
            continue
        value = _moved(read, places)
        made = make_sum(own, [Term(factor, (), (value,)), held], STRUCTURE)
        if isinstance(made, Sum) and (made is node or primitive(made)[1] is primitive(node)[1]):
            return value, factor, True
    return None
