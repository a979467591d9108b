"""Products of tensors: matmul, dot, inner, outer, einsum, tensordot, kron.

Each is one sum in index notation; sizes that do not fit raise with the operands and the fix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symnn.calculus.build import Positions, fresh_indices, positions
from symnn.core.errors import ParseError
from symnn.core.index import Index, constant
from symnn.core.scalars import Scalar
from symnn.lang.arithmetic import multiply
from symnn.lang.dispatch import implements, unsupported
from symnn.lang.shapes import Condition, broadcast_sizes, must_equal, normal_axis
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import algebra


@implements(np.matmul)
def matmul(a: Any, b: Any) -> Tensor:
    """Matrix product by NumPy's rule."""
    left, right = as_tensor(a), as_tensor(b)
    calls = [left.call, right.call]
    if not left.ndim or not right.ndim:
        raise unsupported("matmul of a scalar (write *): np.matmul")
    inner = right.sizes[-2] if right.ndim > 1 else right.sizes[-1]
    conditions = must_equal(
        "matmul", calls, left.sizes[-1], inner, "equal inner sizes",
        f"transpose one operand, or give both the inner size {left.sizes[-1]}",
    )  # fmt: skip
    batch, more = broadcast_sizes("matmul", calls, [left.sizes[:-2], right.sizes[:-2]])
    body = algebra.matmul(left.call.port, right.call.port, batch)
    return make("matmul", [left, right], body, conditions=conditions + more)


def _contract(
    op: str, a: Tensor, b: Tensor, axes_a: Sequence[int], axes_b: Sequence[int]
) -> Tensor:
    """Sum over paired axes; the rest of a, then the rest of b."""
    conditions: list[Condition] = []
    own_a, own_b = fresh_indices(a.call.port), list(fresh_indices(b.call.port))
    for i, j in zip(axes_a, axes_b, strict=True):
        fix = f"transpose one operand, or give both the size {a.sizes[i]}"
        conditions += must_equal(
            op, [a.call, b.call], a.sizes[i], b.sizes[j], "equal summed sizes", fix
        )
        own_b[j] = own_a[i]
    out = [i for k, i in enumerate(own_a) if k not in axes_a]
    out += [i for k, i in enumerate(own_b) if k not in axes_b]
    reads = [(a.call.port, positions(own_a)), (b.call.port, positions(own_b))]
    return make(op, [a, b], algebra.contract(out, reads), conditions=tuple(conditions))


@implements(np.dot, method="dot")
def dot(a: Any, b: Any) -> Tensor:
    """NumPy's dot: last axis of a with the last but one of b; with a scalar the product."""
    left, right = as_tensor(a), as_tensor(b)
    if not left.ndim or not right.ndim:
        return multiply(left, right)
    return _contract("dot", left, right, [left.ndim - 1], [max(right.ndim - 2, 0)])


@implements(np.inner)
def inner(a: Any, b: Any) -> Tensor:
    """Sum over the last axes."""
    left, right = as_tensor(a), as_tensor(b)
    if not left.ndim or not right.ndim:
        return multiply(left, right)
    return _contract("inner", left, right, [left.ndim - 1], [right.ndim - 1])


@implements(np.vdot)
def vdot(a: Any, b: Any) -> Tensor:
    """Sum of the entrywise product of two tensors of one shape."""
    left, right = as_tensor(a), as_tensor(b)
    if left.ndim != right.ndim:
        raise unsupported("np.vdot of tensors of different rank (ravel them first)")
    return _contract("vdot", left, right, list(range(left.ndim)), list(range(right.ndim)))


@implements(np.outer)
def outer(a: Any, b: Any) -> Tensor:
    """All products of entries of two vectors."""
    left, right = as_tensor(a), as_tensor(b)
    if left.ndim > 1 or right.ndim > 1:
        raise unsupported("np.outer of tensors of rank above 1 (ravel them first)")
    return _contract("outer", left, right, [], [])


@implements(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Tensor:
    """Sum over the given pairs of axes, or the last and first `axes` ones."""
    left, right = as_tensor(a), as_tensor(b)
    if isinstance(axes, int):
        axes = (list(range(left.ndim - axes, left.ndim)), list(range(axes)))
    lists = [list(x) if isinstance(x, (tuple, list)) else [x] for x in axes]
    axes_a = [normal_axis("tensordot", k, left.ndim) for k in lists[0]]
    axes_b = [normal_axis("tensordot", k, right.ndim) for k in lists[1]]
    return _contract("tensordot", left, right, axes_a, axes_b)


@implements(np.einsum)
def einsum(subscripts: Any, *operands: Any, **extra: Any) -> Tensor:
    """The sum that the subscripts say, as `np.einsum('bi,io->bo', x, w)`."""
    if not isinstance(subscripts, str):
        raise unsupported("np.einsum with axis lists in place of subscripts")
    extra.pop("optimize", None)
    if extra:
        raise unsupported(f"np.einsum with {', '.join(extra)}")
    parts = [as_tensor(o) for o in operands]
    inputs, output = _subscripts(subscripts, [p.ndim for p in parts])
    size, conditions = _letter_sizes(subscripts, inputs, parts)
    index = {letter: Index(s, letter if len(letter) == 1 else "") for letter, s in size.items()}
    reads = [
        (p.call.port, _einsum_read(p.sizes, letters, index))
        for p, letters in zip(parts, inputs, strict=True)
    ]
    out = [index[letter] for letter in output]
    bound = tuple(i for letter, i in index.items() if letter not in output)
    body = algebra.sum_of_product(out, bound, reads)
    attrs = {"subscripts": subscripts}
    return make("einsum", parts, body, conditions=conditions, attrs=attrs)


def _einsum_read(
    sizes: tuple[Scalar, ...], letters: Sequence[str], index: dict[str, Index]
) -> Positions:
    return tuple(
        constant(0) if s == 1 and index[letter].size != 1 else index[letter].pos
        for s, letter in zip(sizes, letters, strict=True)
    )


def _subscripts(text: str, ranks: Sequence[int]) -> tuple[list[list[str]], list[str]]:
    """The letters of each operand and of the output; an ellipsis becomes the names ...0, ...1."""
    left, arrow, right = text.replace(" ", "").partition("->")
    groups = left.split(",")
    if len(groups) != len(ranks):
        raise ParseError(
            f"einsum {text!r} names {len(groups)} operands, but {len(ranks)} were given"
        )
    inputs = [_letters(text, g, r) for g, r in zip(groups, ranks, strict=True)]
    dots = max((sum(x.startswith(".") for x in letters) for letters in inputs), default=0)
    spread = [f".{k}" for k in range(dots, 0, -1)]
    if arrow:
        output = _letters(text, right, len(right.replace("...", "")) + dots * ("..." in right))
    else:
        counts = [x for letters in inputs for x in letters]
        once = sorted(x for x in set(counts) if counts.count(x) == 1 and x.isalpha())
        output = spread + once
    known = {x for letters in inputs for x in letters}
    if len(set(output)) != len(output) or not set(output) <= known:
        raise ParseError(f"einsum {text!r}: each output letter once, and from an operand")
    return inputs, output


def _letters(text: str, group: str, rank: int) -> list[str]:
    before, dots, after = group.partition("...")
    spread = rank - len(before) - len(after)
    named = before + after
    if (named and not (named.isalpha() and named.isascii())) or spread < 0 or (spread and not dots):
        raise ParseError(
            f"einsum {text!r}: {group!r} does not fit an operand of rank {rank}\n"
            "  expected: one letter per axis, or ... for the leading ones"
        )
    return [*before, *(f".{k}" for k in range(spread, 0, -1)), *after]


def _letter_sizes(
    text: str, inputs: list[list[str]], parts: list[Tensor]
) -> tuple[dict[str, Scalar], tuple[Condition, ...]]:
    size: dict[str, Scalar] = {}
    conditions: list[Condition] = []
    for letters, p in zip(inputs, parts, strict=True):
        for letter, s in zip(letters, p.sizes, strict=True):
            if size.get(letter, 1) == 1:
                size[letter] = s
            elif s != 1:
                conditions += must_equal(
                    f"einsum {text!r}", [q.call for q in parts], size[letter], s,
                    f"one size for {letter}", "rename the letter of one operand, or transpose it",
                )  # fmt: skip
    return size, tuple(conditions)


@implements(np.kron)
def kron(a: Any, b: Any) -> Tensor:
    """Kronecker product: entry (i*p + k, j*q + l) is a[i, j] b[k, l]."""
    left, right = as_tensor(a), as_tensor(b)
    rank = max(left.ndim, right.ndim)
    own_a, own_b = fresh_indices(left.call.port), fresh_indices(right.call.port)
    reads = [(left.call.port, positions(own_a)), (right.call.port, positions(own_b))]
    pairs = list(zip(_leading(own_a, rank), _leading(own_b, rank), strict=True))
    return make("kron", [left, right], algebra.kronecker(reads, pairs))


def _leading(own: tuple[Index, ...], rank: int) -> tuple[Index, ...]:
    return (*(Index(1) for _ in range(rank - len(own))), *own)
