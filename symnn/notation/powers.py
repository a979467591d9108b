"""Powers in a product of matrices: `A A x` is `A² x`.

Law: equal neighbours in a product of matrices are square, so that the power has the value of the
product.
"""

from __future__ import annotations

from symnn.notation.tree import Mul, Num, Pow, Tree


def with_powers(tree: Tree) -> tuple[Tree, int]:
    """`A² x` for `A A x`, and how much shorter it is.

    >>> from symnn.notation.text import to_text
    >>> from symnn.notation.tree import Sym
    >>> to_text(with_powers(Mul((Sym("A"), Sym("A"), Sym("A"), Sym("x"))))[0])
    'A³ x'
    """
    if not isinstance(tree, Mul):
        return tree, 0
    factors: list[tuple[Tree, int]] = []
    for factor in tree.factors:
        base, power = _base(factor)
        if factors and factors[-1][0] == base and not isinstance(base, Num):
            factors[-1] = (base, factors[-1][1] + power)
        else:
            factors.append((base, power))
    if len(factors) == len(tree.factors):
        return tree, 0
    written = tuple(Pow(base, Num(n)) if n > 1 else base for base, n in factors)
    lengths = [sum(1 + 2 * (n > 1) for _, n in fs) + len(fs) - 1 for fs in (factors, _bases(tree))]
    return written[0] if len(written) == 1 else Mul(written), max(lengths[1] - lengths[0], 0)


def _bases(tree: Mul) -> list[tuple[Tree, int]]:
    return [_base(f) for f in tree.factors]


def _base(tree: Tree) -> tuple[Tree, int]:
    match tree:
        case Pow(base, Num(int(n)), False) if n > 1:
            return base, n
    return tree, 1
