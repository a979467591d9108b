"""Signs in component forms: `2(ŷ_i − y_i)` rather than `−2(y_i − ŷ_i)`.

A minus in front of a product that holds a difference is spent on the difference. Law: the value
does not change.
"""

from __future__ import annotations

from symnn.notation import tree as t
from symnn.notation.traversal import map_children, walk
from symnn.notation.tree import Tree


def spent_signs(tree: Tree) -> Tree:
    """The tree with minus signs put into differences, everywhere.

    >>> y, z = t.Sym("y"), t.Sym("z")
    >>> spent_signs(t.Neg(t.Mul((t.Num(2), t.Add((y, t.Neg(z))))))) == t.Mul(
    ...     (t.Num(2), t.Add((z, t.Neg(y)))))
    True
    """
    if isinstance(tree, t.Neg):
        flipped = _flipped(tree.arg)
        if flipped is not None:
            return spent_signs(flipped)
    return map_children(tree, spent_signs)


def _flipped(tree: Tree) -> Tree | None:
    """Minus the tree without a minus in front, where a difference can take it."""
    match tree:
        case t.Add((t.Neg(), *_)):
            return None
        case t.Add(terms) if any(isinstance(x, t.Iverson) for part in terms for x in walk(part)):
            return None  # `[i = j] − p_j` is read in this order
        case t.Add(terms) if any(isinstance(x, t.Neg) for x in terms):
            turned = [x.arg if isinstance(x, t.Neg) else t.Neg(x) for x in terms]
            return t.Add(tuple(sorted(turned, key=lambda x: isinstance(x, t.Neg))))
        case t.Mul(factors):
            for k, f in enumerate(factors):
                inner = _flipped(f)
                if inner is not None:
                    return t.Mul((*factors[:k], inner, *factors[k + 1 :]))
        case t.Frac(num, den, elementwise):
            inner = _flipped(num)
            return None if inner is None else t.Frac(inner, den, elementwise)
        case t.BigOp("sum", body, indices, condition):
            inner = _flipped(body)
            return None if inner is None else t.BigOp("sum", inner, indices, condition)
    return None
