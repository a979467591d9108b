"""Convolutions by name: `Σ x[c, s h + u − p, s v + w − p] K[o, c, u, w]` is `conv(x, K, s, p)`.

The kernel is (out, in, window...), the input has its channel before its places, perhaps a batch in
front; zeros outside. Law: the name has the value of the term; anything else is left to index
notation. Extend: a reader of the roles of the indices for the adjoints.
"""

from __future__ import annotations

import sympy as sp

from symnn.core.index import Affine, Index, combine, constant, difference
from symnn.core.node import GE, Factor, Leaf, Term
from symnn.core.scalars import Scalar, add, exact, is_number, mul, sub, to_sympy
from symnn.notation import pieces
from symnn.notation.naming import Names
from symnn.notation.pieces import Piece
from symnn.notation.scalars import scalar_tree
from symnn.notation.tree import Apply


def convolution_piece(names: Names, term: Term, target: tuple[Index, ...]) -> Piece | None:
    """The convolution that the factors of a term are, over the target axes, or None."""
    reads = [f for f in term.factors if f.node is not GE]
    if len(reads) != 2 or any(not isinstance(f.node, Leaf) or f.power != 1 for f in reads):
        return None
    slid, kernel = sorted(reads, key=lambda f: all(p.bare for p in f.pos))
    window = kernel.pos[2:]
    places = slid.pos[len(slid.pos) - len(window) :]
    if not window or any(p.bare is None for p in kernel.pos) or all(p.bare for p in places):
        return None
    step = _step(places, target[len(target) - len(window) :], window)
    batch = target[: len(target) - len(window) - 1]
    head = (*(i.pos for i in batch), kernel.pos[1])
    right = slid.pos[: len(slid.pos) - len(window)] == head and len(batch) <= 1
    if step is None or not right or kernel.pos[0].bare is not target[len(batch)]:
        return None
    bound = {p.bare for p in kernel.pos[1:]}
    if set(term.bound) != bound or not _only_ranges(term, slid) or not _fits(slid, target, *step):
        return None
    stride, padding = step
    numbers = () if (stride, padding) == (1, 0) else (stride,) if padding == 0 else step
    trees = (names(slid.node), names(kernel.node), *map(scalar_tree, numbers))  # type: ignore
    return pieces.whole(Apply("conv", trees), 1 + len(trees), len(target))


def _step(
    places: tuple[Affine, ...], out: tuple[Index, ...], window: tuple[Affine, ...]
) -> tuple[Scalar, Scalar] | None:
    """Stride and padding of `s h + u − p`, the same on all axes."""
    found = set()
    for place, h, u in zip(places, out, window, strict=True):
        assert u.bare is not None
        stride = place.coefficient(h)
        padding = -place.const if is_number(place.const) else mul(-1, place.const)
        rest = difference(place, combine(u, h.pos, stride))
        if stride == 0 or rest != constant(place.const):
            return None
        found.add((stride, padding))
    return found.pop() if len(found) == 1 else None


def _only_ranges(term: Term, slid: Factor) -> bool:
    """Whether the brackets say no more than that the read stays inside the input."""
    inside = set()
    for p, size in zip(slid.pos, slid.node.sizes, strict=True):
        inside |= {p, combine(constant(sub(size, 1)), p, -1)}
    return all(f.pos[0] in inside for f in term.factors if f.node is GE)


def _fits(slid: Factor, target: tuple[Index, ...], stride: Scalar, padding: Scalar) -> bool:
    """Whether the output has the size of a convolution, no row more or less."""
    count = len([p for p in slid.pos if p.bare is None])
    for p, size, out in zip(
        slid.pos[-count:], slid.node.sizes[-count:], target[-count:], strict=True
    ):
        window = next(i for i in p.indices() if i is not out)
        room = to_sympy(sub(add(size, mul(2, padding)), window.size))
        wanted = exact(sp.floor(room / to_sympy(stride)) + 1)
        if sub(wanted, out.size) != 0:
            return False
    return True
