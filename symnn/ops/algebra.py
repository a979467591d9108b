"""Sums, products and contractions on nodes: each operation is one construction in index notation.

Functions take and return nodes; sizes are assumed to fit (the face checks and explains). To add
an operation, write its terms here, and nothing else: derivative, cost and print follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.brackets import same_place
from symnn.calculus.build import Positions, fresh_indices, map_node, positions
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import (
    Factor,
    Node,
    Term,
    make_arg_extremum,
    make_extremum,
    make_logsumexp,
    make_product,
    make_softmax,
)
from symnn.core.scalars import Scalar, mul, power
from symnn.ops import elementwise as _elementwise  # noqa: F401  registers the functions


def build(indices: tuple[Index, ...], *terms: Term) -> Node:
    """A sum that keeps the structure as written (contractions stay shared)."""
    return make_sum(indices, terms, STRUCTURE)


def broadcast_positions(node: Node, out: Sequence[Index]) -> Positions:
    """Read `node` under trailing output indices; an axis of size 1 is read at 0."""
    own = out[len(out) - node.rank :]
    return tuple(
        constant(0) if size == 1 and index.size != 1 else index.pos
        for size, index in zip(node.sizes, own, strict=True)
    )


def linear(parts: Sequence[tuple[Scalar, Node]], sizes: tuple[Scalar, ...]) -> Node:
    """`sum of c_k * A_k`, broadcast to `sizes`."""
    out = tuple(Index(s) for s in sizes)
    return build(out, *(Term(c, (), (Factor(a, broadcast_positions(a, out)),)) for c, a in parts))


def product(factors: Sequence[tuple[Node, Scalar]], sizes: tuple[Scalar, ...]) -> Node:
    """`A_1^w_1 * A_2^w_2 * ...` entry by entry, broadcast to `sizes`."""
    out = tuple(Index(s) for s in sizes)
    made = tuple(Factor(a, broadcast_positions(a, out), w) for a, w in factors)
    return build(out, Term(1, (), made))


def elementwise(name: str, args: Sequence[Node], sizes: tuple[Scalar, ...]) -> Node:
    """A registered function of broadcast arguments."""
    out = tuple(Index(s) for s in sizes)
    reads = [(a, broadcast_positions(a, out)) for a in args]
    return map_node(function(name), out, reads, STRUCTURE)


def reduce_sum(node: Node, axes: Sequence[int], *, keep: bool = False) -> Node:
    """Sum over axes; with `keep` they stay with size 1."""
    own = fresh_indices(node)
    return build(
        _kept(own, axes, keep=keep),
        Term(1, tuple(own[a] for a in axes), (Factor(node, positions(own)),)),
    )


def reduce_mean(node: Node, axes: Sequence[int], *, keep: bool = False) -> Node:
    """Mean over axes."""
    own = fresh_indices(node)
    count: Scalar = 1
    for a in axes:
        count = mul(count, own[a].size)
    term = Term(power(count, -1), tuple(own[a] for a in axes), (Factor(node, positions(own)),))
    return build(_kept(own, axes, keep=keep), term)


def _kept(own: tuple[Index, ...], axes: Sequence[int], *, keep: bool) -> tuple[Index, ...]:
    if keep:
        return tuple(Index(1) if k in axes else i for k, i in enumerate(own))
    return tuple(i for k, i in enumerate(own) if k not in axes)


def with_axes(node: Node, axes: Sequence[int]) -> Node:
    """Insert axes of size 1."""
    rank = node.rank + len(axes)
    own = iter(fresh_indices(node))
    out = tuple(Index(1) if k in axes else next(own) for k in range(rank))
    read = tuple(i.pos for k, i in enumerate(out) if k not in axes)
    return build(out, Term(1, (), (Factor(node, read),)))


def reduce_extremum(
    kind: str,
    node: Node,
    axes: Sequence[int],
    *,
    keep: bool = False,
    indices: tuple[Index, ...] = (),
    domain: Positions = (),
) -> Node:
    """Maximum or minimum over axes, where all `domain` positions over `indices` are >= 0."""
    own = indices or fresh_indices(node)
    bound = tuple(own[a] for a in axes)
    outer = _kept(own, axes, keep=False)
    result = make_extremum(kind, outer, bound, node, positions(own), domain)
    return with_axes(result, axes) if keep else result


def arg_extremum(
    kind: str,
    node: Node,
    axes: Sequence[int],
    *,
    indices: tuple[Index, ...] = (),
    domain: Positions = (),
) -> Node:
    """Row-major number over `axes` of the first place of the maximum or minimum."""
    own = indices or fresh_indices(node)
    bound = tuple(own[a] for a in axes)
    outer = _kept(own, axes, keep=False)
    return make_arg_extremum(make_extremum(kind, outer, bound, node, positions(own), domain))


def reduce_product(node: Node, axes: Sequence[int], *, keep: bool = False) -> Node:
    """Product over axes."""
    own = fresh_indices(node)
    bound = tuple(own[a] for a in axes)
    result = make_product(_kept(own, axes, keep=False), bound, node, positions(own))
    return with_axes(result, axes) if keep else result


def softmax(node: Node, axis: int, indices: tuple[Index, ...] = (), domain: Positions = ()) -> Node:
    """Softmax along an axis."""
    return make_softmax(node, axis, indices, domain)


def logsumexp(
    node: Node,
    axis: int,
    *,
    keep: bool = False,
    indices: tuple[Index, ...] = (),
    domain: Positions = (),
) -> Node:
    """Log-sum-exp along an axis."""
    result = make_logsumexp(node, axis, indices, domain)
    return with_axes(result, [axis]) if keep else result


def contract(
    out: Sequence[Index], operands: Sequence[tuple[Node, Positions]], coef: Scalar = 1
) -> Node:
    """A product of reads, summed over every index that is not an output index."""
    kept = set(out)
    bound = tuple(
        dict.fromkeys(i for _, pos in operands for p in pos for i in p.indices() if i not in kept)
    )
    return build(tuple(out), Term(coef, bound, tuple(Factor(n, p) for n, p in operands)))


def sum_of_product(
    out: Sequence[Index], bound: Sequence[Index], operands: Sequence[tuple[Node, Positions]]
) -> Node:
    """A product of reads, summed over `bound`."""
    return build(tuple(out), Term(1, tuple(bound), tuple(Factor(n, p) for n, p in operands)))


def kronecker(
    operands: Sequence[tuple[Node, Positions]], pairs: Sequence[tuple[Index, Index]]
) -> Node:
    """A product of reads whose paired indices (i, k) become one axis i * size of k + k."""
    out = tuple(Index(mul(i.size, k.size)) for i, k in pairs)
    flat = [combine(k.pos, i.pos, k.size) for i, k in pairs]
    same = [same_place(o.pos, f) for o, f in zip(out, flat, strict=True)]
    bound = tuple(x for pair in pairs for x in pair)
    factors = (*(Factor(n, p) for n, p in operands), *same)
    return build(out, Term(1, bound, factors))


def matmul(a: Node, b: Node, batch: tuple[Scalar, ...]) -> Node:
    """`A @ B` by NumPy's rule; `batch` are the broadcast leading sizes."""
    lead = tuple(Index(s) for s in batch)
    k = Index(a.sizes[-1])
    rows = (Index(a.sizes[-2]),) if a.rank > 1 else ()
    columns = (Index(b.sizes[-1]),) if b.rank > 1 else ()
    read_a = (*_lead(a.sizes[:-2], lead), *positions((*rows, k)))
    read_b = (*_lead(b.sizes[:-2], lead), *positions((k, *columns)))
    return contract((*lead, *rows, *columns), [(a, read_a), (b, read_b)])


def _lead(sizes: tuple[Scalar, ...], lead: tuple[Index, ...]) -> tuple[Affine, ...]:
    own = lead[len(lead) - len(sizes) :]
    return tuple(
        constant(0) if s == 1 and i.size != 1 else i.pos for s, i in zip(sizes, own, strict=True)
    )


def transpose(node: Node, axes: Sequence[int]) -> Node:
    """Axes reordered: output axis k is input axis `axes[k]`."""
    own = fresh_indices(node)
    return build(tuple(own[a] for a in axes), Term(1, (), (Factor(node, positions(own)),)))
