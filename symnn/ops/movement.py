"""Operations that move entries: reads at affine positions and brackets, no arithmetic.

Reshape is one mixed-radix number: splitting an axis is an affine read, merging axes is the
bracket `[flat = digits]`, which the normal form solves when the axes are split again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import sympy as sp

from symnn.calculus.brackets import at_least_zero, equal_to_zero, inside, same_place
from symnn.calculus.build import Positions, fresh_indices, positions
from symnn.core.index import Affine, Index, combine, constant, difference
from symnn.core.node import Factor, Node, Term
from symnn.core.scalars import Scalar, add, mul, neg, sub, to_sympy
from symnn.ops.algebra import build
from symnn.ops.constants import below_diagonal


def read(node: Node, out: Sequence[Index], pos: Positions, guards: Sequence[Factor] = ()) -> Node:
    """`node[pos]` over `out`, 0 where a guard fails."""
    return build(tuple(out), Term(1, (), (Factor(node, pos), *guards)))


def volume(sizes: Sequence[Scalar]) -> Scalar:
    """The number of entries."""
    return reduce(mul, sizes, 1)


def provably_equal(a: Scalar, b: Scalar) -> bool:
    """Whether two sizes are equal by expanding and cancelling."""
    rest = sub(a, b)
    return rest == 0 or sp.cancel(sp.together(to_sympy(rest))) == 0


def flat_position(indices: Sequence[Index]) -> Affine:
    """The row-major number of an entry."""
    total = constant(0)
    for i in indices:
        total = combine(i.pos, total, i.size)
    return total


def _groups(
    old: Sequence[Index], new: Sequence[Index]
) -> list[tuple[Sequence[Index], Sequence[Index]]]:
    """The finest split of both shapes into runs of provably equal volume."""
    result: list[tuple[Sequence[Index], Sequence[Index]]] = []
    while old or new:
        a, b = _first_run(old, new)
        result.append((old[:a], new[:b]))
        old, new = old[a:], new[b:]
    return result


def _first_run(old: Sequence[Index], new: Sequence[Index]) -> tuple[int, int]:
    for total in range(2, len(old) + len(new)):
        for a in range(max(1, total - len(new)), min(len(old), total - 1) + 1):
            b = total - a
            if provably_equal(_volume(old[:a]), _volume(new[:b])):
                return a, b
    return len(old), len(new)


def _volume(indices: Sequence[Index]) -> Scalar:
    return volume([i.size for i in indices])


def reshape(node: Node, sizes: Sequence[Scalar]) -> Node:
    """The same entries in row-major order under other sizes of the same volume."""
    own, out = fresh_indices(node), tuple(Index(s) for s in sizes)
    place: dict[Index, Affine] = {i: constant(0) for i in own if i.size == 1}
    bound: list[Index] = []
    brackets: list[Factor] = []
    for old, new in _groups([i for i in own if i.size != 1], [i for i in out if i.size != 1]):
        if len(old) == 1:
            place[old[0]] = flat_position(new)
        else:
            place.update((i, i.pos) for i in old)
            bound += old
            brackets.append(same_place(flat_position(new), flat_position(old)))
    pos = tuple(place[i] for i in own)
    return build(out, Term(1, tuple(bound), (Factor(node, pos), *brackets)))


def concatenate(nodes: Sequence[Node], axis: int) -> Node:
    """Nodes one after the other along an axis."""
    total: Scalar = 0
    for n in nodes:
        total = add(total, n.sizes[axis])
    out = list(fresh_indices(nodes[0]))
    out[axis] = Index(total)
    terms, start = [], constant(0)
    for n in nodes:
        offset = difference(out[axis].pos, start)
        pos = tuple(offset if k == axis else i.pos for k, i in enumerate(out))
        terms.append(Term(1, (), (Factor(n, pos), *inside(offset, n.sizes[axis]))))
        start = combine(start, constant(n.sizes[axis]))
    return build(tuple(out), *terms)


def stack(nodes: Sequence[Node], axis: int) -> Node:
    """Nodes along a new axis."""
    own = fresh_indices(nodes[0])
    new = Index(len(nodes))
    out = (*own[:axis], new, *own[axis:])
    terms = [
        Term(1, (), (Factor(n, positions(own)), equal_to_zero(difference(new.pos, constant(k)))))
        for k, n in enumerate(nodes)
    ]
    return build(out, *terms)


def pad(
    node: Node, widths: Sequence[tuple[Scalar, Scalar]], values: Sequence[tuple[Scalar, Scalar]]
) -> Node:
    """Constant padding, axis after axis as NumPy does it (later axes fill the corners)."""
    for axis, ((before, after), (low, high)) in enumerate(zip(widths, values, strict=True)):
        if before != 0 or after != 0:
            node = _pad_axis(node, axis, before, after, low, high)
    return node


def _pad_axis(
    node: Node, axis: int, before: Scalar, after: Scalar, low: Scalar, high: Scalar
) -> Node:
    size = node.sizes[axis]
    out = list(fresh_indices(node))
    out[axis] = Index(add(size, add(before, after)))
    shifted = combine(out[axis].pos, constant(before), -1)
    pos = tuple(shifted if k == axis else i.pos for k, i in enumerate(out))
    under = at_least_zero(combine(constant(-1), shifted, -1))
    over = at_least_zero(difference(shifted, constant(size)))
    terms = [Term(1, (), (Factor(node, pos), *inside(shifted, size)))]
    terms += [Term(low, (), (under,)), Term(high, (), (over,))]
    return build(tuple(out), *terms)


def roll(node: Node, axis: int, shift: Scalar) -> Node:
    """Entries moved by `shift` (0 <= shift <= size) along an axis, wrapping around."""
    out = fresh_indices(node)
    here = combine(out[axis].pos, constant(shift), -1)
    around = combine(here, constant(node.sizes[axis]))
    terms = []
    for p in (here, around):
        pos = tuple(p if k == axis else i.pos for k, i in enumerate(out))
        terms.append(Term(1, (), (Factor(node, pos), *inside(p, node.sizes[axis]))))
    return build(out, *terms)


def flip(node: Node, axes: Sequence[int]) -> Node:
    """Axes in reverse order."""
    out = fresh_indices(node)
    pos = tuple(
        combine(constant(sub(i.size, 1)), i.pos, -1) if k in axes else i.pos
        for k, i in enumerate(out)
    )
    return read(node, out, pos)


def cumsum(node: Node, axis: int) -> Node:
    """Running sums: `sum(k: x[k] [k <= i])`."""
    out = fresh_indices(node)
    k = out[axis].fresh()
    pos = tuple(k.pos if a == axis else i.pos for a, i in enumerate(out))
    guard = below_diagonal(out[axis], k)
    return build(out, Term(1, (k,), (Factor(node, pos), guard)))


def triangle(node: Node, offset: Scalar, *, lower: bool) -> Node:
    """The part on and below (or above) a diagonal of the last two axes."""
    out = fresh_indices(node)
    i, j = out[-2], out[-1]
    guard = below_diagonal(i, j, offset) if lower else below_diagonal(j, i, neg(offset))
    return read(node, out, positions(out), [guard])


def diagonal(node: Node, start: tuple[Scalar, Scalar], size: Scalar, axes: tuple[int, int]) -> Node:
    """The diagonal from `start` of two axes, as the last axis."""
    rest, along, pos = _on_diagonal(node, start, size, axes)
    return read(node, (*rest, along), pos)


def trace(node: Node, start: tuple[Scalar, Scalar], size: Scalar, axes: tuple[int, int]) -> Node:
    """The sum of a diagonal of two axes."""
    rest, along, pos = _on_diagonal(node, start, size, axes)
    return build(rest, Term(1, (along,), (Factor(node, pos),)))


def _on_diagonal(
    node: Node, start: tuple[Scalar, Scalar], size: Scalar, axes: tuple[int, int]
) -> tuple[tuple[Index, ...], Index, Positions]:
    """The indices of the other axes, the index along the diagonal, and the positions read."""
    own = fresh_indices(node)
    along = Index(size)
    place = {a: combine(along.pos, constant(s)) for a, s in zip(axes, start, strict=True)}
    rest = tuple(i for k, i in enumerate(own) if k not in axes)
    return rest, along, tuple(place.get(k, i.pos) for k, i in enumerate(own))


def diagonal_matrix(node: Node, offset: int) -> Node:
    """The matrix with a vector on a diagonal."""
    size = add(node.sizes[0], abs(offset))
    i, j = Index(size), Index(size)
    p = combine(i.pos, constant(min(offset, 0)))
    on_it = same_place(combine(i.pos, constant(offset)), j.pos)
    return build((i, j), Term(1, (), (Factor(node, (p,)), on_it, *inside(p, node.sizes[0]))))


def windows(node: Node, axes: Sequence[int], extents: Sequence[Scalar]) -> Node:
    """Sliding windows of stride 1: the window axes come last."""
    sizes = list(node.sizes)
    for axis, extent in zip(axes, extents, strict=True):  # an axis may be given twice
        sizes[axis] = sub(sizes[axis], sub(extent, 1))
    out = tuple(Index(s) for s in sizes)
    inner = tuple(Index(e) for e in extents)
    pos = list(positions(out))
    for axis, u in zip(axes, inner, strict=True):
        pos[axis] = combine(pos[axis], u.pos)
    return read(node, (*out, *inner), tuple(pos))
