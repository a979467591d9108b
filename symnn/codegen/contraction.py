"""A product of arrays, summed over the indices that the output has not.

The product splits into components that share no summed index; each component is contracted pair
by pair in opt_einsum's order, each pair as the most readable form that fits: elementwise product,
inner product, `@` with the transposes that fit, else einsum. Sizes that are symbols count with the
numbers of a call, once they are known. Law: equal to the sum over the box.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import opt_einsum

from symnn.codegen.arrays import Array, as_number, multiplied, ordered, summed, transposed
from symnn.codegen.code import POWER, Code, call, matmul, method
from symnn.codegen.linear import product
from symnn.codegen.writer import Writer
from symnn.core.index import Index

_LETTERS = "ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH"
_MATRIX_RANK = 2


def contracted(writer: Writer, parts: Sequence[Array], out: Sequence[Index]) -> list[Array]:
    """Arrays whose elementwise product is the sum; none of them has a summed index."""
    parts = [_own_sums(writer, p, parts, k, out) for k, p in enumerate(parts)]
    free = [p for p in parts if all(i in out for i in p.labels)]
    rest = [p for p in parts if p not in free]
    return free + [_component(writer, group, out) for group in _components(rest, out)]


def _own_sums(
    writer: Writer, part: Array, parts: Sequence[Array], k: int, out: Sequence[Index]
) -> Array:
    """Sum the indices that only this part has."""
    others = {i for n, p in enumerate(parts) if n != k for i in p.labels}
    gone = [i for i in part.labels if i not in others and i not in out]
    return summed(as_number(writer, part), gone) if gone else part


def _components(parts: Sequence[Array], out: Sequence[Index]) -> list[list[Array]]:
    groups: list[tuple[set[Index], list[Array]]] = []
    for p in parts:
        own = {i for i in p.labels if i not in out}
        touching = [g for g in groups if g[0] & own]
        merged = (own.union(*(g[0] for g in touching)), [*(x for g in touching for x in g[1]), p])
        groups = [g for g in groups if g not in touching] + [merged]
    return [g[1] for g in groups]


def _component(writer: Writer, parts: list[Array], out: Sequence[Index]) -> Array:
    parts = _merged(writer, parts, out)
    gram = _gram(writer, parts, out)
    if gram is not None:
        return gram
    while len(parts) > 2:
        a, b = _next_pair(writer, parts, out)
        others = {i for k, p in enumerate(parts) if k not in (a, b) for i in p.labels}
        made = pair(writer, parts[a], parts[b], [*out, *(others - set(out))])
        parts = [p for k, p in enumerate(parts) if k not in (a, b)]
        parts.append(made.with_code(writer.short("t", made.code)))
        parts = _merged(writer, parts, out)
    if len(parts) == 1:
        gone = [i for i in parts[0].labels if i not in out]
        return summed(as_number(writer, parts[0]), gone)
    return pair(writer, parts[0], parts[1], out)


def _merged(writer: Writer, parts: list[Array], out: Sequence[Index]) -> list[Array]:
    """Parts over the same indices multiplied entry by entry first (an inner product stays)."""
    groups: dict[frozenset[Index], list[Array]] = {}
    for p in parts:
        groups.setdefault(frozenset(p.labels), []).append(p)
    if len(parts) == 2 and len(groups) == 1:
        return parts
    return [_entrywise(writer, g, out) for g in groups.values()]


def _entrywise(writer: Writer, parts: list[Array], out: Sequence[Index]) -> Array:
    """A product over the same indices: matrices in the order of the output, others as they lie.

    The latter get a variable, for other sums often read the same product.
    """
    if len(parts) == 1 or len(parts[0].labels) <= _MATRIX_RANK:
        return multiplied(writer, parts, out)
    lying = [p for p in parts if ".T" not in p.code.text and ".transpose(" not in p.code.text]
    made = multiplied(writer, parts, (lying or parts)[0].labels)
    return made.with_code(writer.assign("t", made.code))


def _gram(writer: Writer, parts: Sequence[Array], out: Sequence[Index]) -> Array | None:
    """`Xᵀ diag(d) X` with d >= 0 as `Sᵀ S`, S = sqrt(d) X: BLAS computes only half of it."""
    if len(parts) != 3:
        return None
    weight, a, b = sorted(parts, key=lambda p: len(p.labels))
    if len(weight.labels) != 1 or not weight.nonnegative or len(a.labels) != 2:
        return None
    (k,) = weight.labels
    axis = a.labels.index(k) if k in a.labels and k not in out else None
    if axis is None or a.code.text != b.code.text or len(b.labels) != 2 or b.labels[axis] is not k:
        return None
    root = Array(_square_root(weight.code), (k,))
    scaled = multiplied(writer, [a, root], a.labels)
    scaled = scaled.with_code(writer.assign("scaled", scaled.code))
    own = [i for i in a.labels if i is not k]
    result = ordered([*own, *(i for i in b.labels if i is not k)], out)
    return _matrix(scaled, Array(scaled.code, b.labels), k, result)


def _square_root(code: Code) -> Code:
    """The root of an array without negative entries, or an array of which it is the square."""
    if code.level == POWER and code.text.endswith(" ** 2"):
        return Code(code.text.removesuffix(" ** 2"))
    return call("np.sqrt", code)


def _next_pair(writer: Writer, parts: Sequence[Array], out: Sequence[Index]) -> tuple[int, int]:
    letter: dict[Index, str] = {}
    for p in parts:
        for i in p.labels:
            letter.setdefault(i, opt_einsum.get_symbol(len(letter)))
    terms = ["".join(letter[i] for i in p.labels) for p in parts]
    result = "".join(letter[i] for i in out if i in letter)
    shapes = [tuple(writer.extent(i.size) for i in p.labels) for p in parts]
    path, _ = opt_einsum.contract_path(
        f"{','.join(terms)}->{result}", *shapes, shapes=True, optimize="auto"
    )
    first = path[0]
    return (min(first), max(first)) if len(first) == 2 else (0, 1)


def pair(writer: Writer, a: Array, b: Array, out: Collection[Index]) -> Array:
    """Two arrays multiplied, summed over what `out` has not."""
    gone = [i for i in a.labels if i not in out]
    gone += [i for i in b.labels if i not in out and i not in gone]
    if not gone:
        return multiplied(writer, [a, b], list(out))
    a, b = as_number(writer, a), as_number(writer, b)
    a = summed(a, [i for i in gone if i not in b.labels])
    b = summed(b, [i for i in gone if i not in a.labels])
    gone = [i for i in gone if i in a.labels and i in b.labels]
    if not gone:
        return multiplied(writer, [a, b], list(out))
    a, b = (x.with_code(writer.short("t", x.code)) for x in (a, b))
    kept = [i for i in (*a.labels, *b.labels) if i not in gone]
    result = ordered(dict.fromkeys(kept), list(out))
    batch = [i for i in a.labels if i in b.labels and i not in gone]
    own_a = [i for i in a.labels if i not in b.labels]
    own_b = [i for i in b.labels if i not in a.labels]
    if not own_a or not own_b:
        if not batch and len(gone) == 1 and len(a.labels) + len(b.labels) <= 3:
            return _matrix(a, b, gone[0], result)
        if batch or (not own_a and not own_b):
            return _weighted_sum(writer, a, b, gone, result)
    if len(gone) == 1 and len(own_a) <= 1 and len(own_b) <= 1:
        return _matrix(a, b, gone[0], result) if not batch else _stacked(a, b, gone[0], result)
    if len(gone) == 1 and not batch:
        made = _stack_times_matrix(a, b, gone[0], result)
        if made is not None:
            return made
    return _einsum(a, b, result)


def _matrix(a: Array, b: Array, k: Index, result: Sequence[Index]) -> Array:
    """`a @ b` of vectors and matrices, in the order that gives the wanted result."""
    left = [i for i in a.labels if i is not k]
    right = [i for i in b.labels if i is not k]
    if left and right and result.index(left[0]) > result.index(right[0]):
        a, b = b, a
        left, right = right, left
    if len(b.labels) > 1 and len(a.labels) == 1 and b.labels[0] is not k:
        a, b = b, a  # W @ x rather than x @ W.T
        left, right = right, left
    first = transposed(a, [*left, k]) if len(a.labels) > 1 else a
    second = transposed(b, [k, *right]) if len(b.labels) > 1 else b
    ranks = (len(first.labels), len(second.labels))
    return Array(product(first.code, second.code, ranks), (*left, *right))


def _stacked(a: Array, b: Array, k: Index, result: Sequence[Index]) -> Array:
    """`a @ b` on the last two axes, leading axes alike."""
    batch = [i for i in result if i in a.labels and i in b.labels]
    left = [i for i in a.labels if i is not k and i not in batch]
    right = [i for i in b.labels if i is not k and i not in batch]
    if result.index(left[0]) > result.index(right[0]):
        a, b, left, right = b, a, right, left
    first, second = _swapped(a, [*batch, *left, k]), _swapped(b, [*batch, k, *right])
    return Array(matmul(first, second), (*batch, *left, *right))


def _swapped(a: Array, labels: list[Index]) -> Code:
    if a.labels != tuple(labels) and a.labels[:-2] == tuple(labels[:-2]):
        return method(a.code, "swapaxes", "-1", "-2")
    return transposed(a, labels).code


def _stack_times_matrix(a: Array, b: Array, k: Index, result: Sequence[Index]) -> Array | None:
    """`A @ B` with A of any rank that ends in k, and B a matrix; or B a stack of matrices."""
    for x, y in ((a, b), (b, a)):
        if len(y.labels) > 2 and y.labels[-2] is k and len(x.labels) == 2:
            first = transposed(x, [*(i for i in x.labels if i is not k), k])
            labels = (*y.labels[:-2], first.labels[0], y.labels[-1])
            if labels == tuple(result):
                return Array(matmul(first.code, y.code), labels)
        if len(y.labels) == 2 and x.labels[-1] is k and result[-1] in y.labels:
            second = transposed(y, [k, result[-1]])
            first = transposed(x, [*result[:-1], k])  # rows stay rows, so BLAS reads both
            return Array(matmul(first.code, second.code), tuple(result))
    return None


def _weighted_sum(
    writer: Writer, a: Array, b: Array, gone: list[Index], result: Sequence[Index]
) -> Array:
    """`(A * B).sum(axis)` where one operand has all the indices; einsum where neither has."""
    if not batch_free(a, b) and not (
        set(a.labels) >= set(b.labels) or set(b.labels) >= set(a.labels)
    ):
        return _einsum(a, b, result)
    if len(a.labels) == len(b.labels) == 1:
        return Array(matmul(a.code, b.code), ())
    big, small = (a, b) if len(a.labels) >= len(b.labels) else (b, a)
    product = multiplied(writer, [big, small], big.labels)
    return summed(product, gone)


def batch_free(a: Array, b: Array) -> bool:
    """Whether both have the same indices."""
    return set(a.labels) == set(b.labels)


def _einsum(a: Array, b: Array, result: Sequence[Index]) -> Array:
    letters = {i: _LETTERS[k] for k, i in enumerate(dict.fromkeys((*a.labels, *b.labels)))}
    texts = ["".join(letters[i] for i in x) for x in (a.labels, b.labels, result)]
    spec = f'"{texts[0]},{texts[1]}->{texts[2]}"'
    return Array(call("np.einsum", spec, a.code, b.code, "optimize=True"), tuple(result))
