"""Functions met in expressions: which one, of what, and `1 + exp(x)`.

Pure questions that the folds share; nothing is rewritten here.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.core.node import Factor, Map, Node, Sum, Term


def is_map(node: Node, name: str) -> bool:
    """Whether a node is that function."""
    return isinstance(node, Map) and node.fn.name == name


def argument(node: Map) -> Node:
    """The first argument over the map's own axes."""
    arg, axes = node.args[0]
    if axes == tuple(range(node.rank)):
        return arg
    own = fresh_indices(node)
    return make_sum(own, [Term(1, (), (Factor(arg, tuple(own[a].pos for a in axes)),))], STRUCTURE)


def one_plus_exp(s: Factor) -> Factor | None:
    """The exponential where a factor is `1 + exp(x)`."""
    assert isinstance(s.node, Sum)
    if len(s.node.terms) != 2:
        return None
    terms = [instantiate(s.node, t, s.pos) for t in s.node.terms]
    ones = [t for t in terms if t.coef == 1 and not t.factors]
    exps = [
        t for t in terms
        if t.coef == 1 and not t.bound and len(t.factors) == 1
        and t.factors[0].power == 1 and is_map(t.factors[0].node, "exp")
    ]  # fmt: skip
    return exps[0].factors[0] if len(ones) == 1 and len(exps) == 1 else None
