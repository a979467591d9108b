"""Brackets that stay: arrays of truth values over the indices in them.

Law: entry by entry the value of the bracket. `np.tri`, `np.eye` and one-sided comparisons of
ranges are the readable cases; every other bracket compares two sides.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.codegen.arrays import Array
from symnn.codegen.code import Code, call, compare
from symnn.codegen.reads import Reader
from symnn.core.index import Affine, Index, combine, constant, negated
from symnn.core.scalars import is_negative, neg


def mask(reader: Reader, p: Affine, out: Sequence[Index], *, equal: bool) -> Array:
    """`[p = 0]` or `[p >= 0]` over the indices of p."""
    if equal and p.terms and is_negative(p.terms[0][1]):
        p = negated(p)
    plain = all(isinstance(a, Index) and c in (1, -1) for a, c in p.terms)
    if plain and len(p.terms) == 2 and {c for _, c in p.terms} == {1, -1}:
        return _triangle(reader, p, equal=equal)
    left = Affine(0, tuple((a, c) for a, c in p.terms if not is_negative(c)))
    right = negated(combine(p, left, -1))
    op = "==" if equal else ">="
    if not left.terms:  # c - i >= 0 reads i <= c
        left, right = combine(right, constant(neg(right.const))), constant(neg(right.const))
        op = "==" if equal else "<="
    labels = tuple(i for i in out if i in p.indices())
    labels += tuple(dict.fromkeys(i for i in p.indices() if i not in labels))
    sides = [reader.grid(side, labels).code for side in (left, right)]
    return Array(compare(sides[0], op, sides[1]), labels, "bool")


def _triangle(reader: Reader, p: Affine, *, equal: bool) -> Array:
    """`[i - j + c >= 0]` is np.tri(n, m, c); `[i - j + c = 0]` is np.eye(n, m, c)."""
    (i,) = (a for a, c in p.terms if c == 1)
    (j,) = (a for a, c in p.terms if c == -1)
    w = reader.writer
    sizes = [w.whole(i.size)]
    shift = p.const != 0
    if j.size != i.size or shift:
        sizes.append(w.whole(j.size))
    if shift:
        sizes.append(w.whole(p.const))
    name = "np.eye" if equal else "np.tri"
    return Array(call(name, *sizes, "dtype=bool"), (i, j), "bool")


def holds(parts: Sequence[Array], labels: Sequence[Index], align: object) -> Code:
    """All of several masks, broadcast under the labels."""
    codes = [align(p, labels) for p in parts]  # type: ignore[operator]
    if len(codes) == 1:
        return codes[0]
    return Code(" & ".join(c.text if c.level == 6 else f"({c.text})" for c in codes), 0)
