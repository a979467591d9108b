"""Names of rules: which phrase says why a step holds, read off the equations.

Two questions, two functions: how a name enters an equation (`local_rule`), and what a gradient step
does (`gradient_rule`); `forward_rules` says what an equation is. Each returns a phrase key of
`symnn.text.phrases`; nothing here looks at names.
"""

from symnn.core.node import (
    EQ,
    Extremum,
    Factor,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import is_negative, is_number
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.forward_rules import LINALG_RULES, window_rule

_FUNCTION_RULES = {
    "log": "rule.derivative_of_logarithm",
    "log1p": "rule.derivative_of_logarithm",
    "exp": "rule.derivative_of_exponential",
}


# -- how v enters u ------------------------------------------------------------------------------


def local_rule(definition: Node, v: Leaf) -> str:
    """The phrase key of the local derivative of a definition in one leaf below it."""
    match definition:
        case Leaf():
            return "rule.activation_identity"
        case Map():
            return _FUNCTION_RULES.get(definition.fn.name, "rule.derivative_of_activation")
        case Softmax():
            return "rule.derivative_of_softmax"
        case Sum():
            return _local_sum(definition, v)
    return _of_function(definition)


def _of_function(node: Node) -> str:
    """The derivative of a function of many entries."""
    match node:
        case Extremum():
            return f"rule.derivative_of_{node.kind}"
        case LogSumExp():
            return "rule.derivative_of_logsumexp"
        case Product():
            return "rule.derivative_of_product"
        case LinAlg() if node.kind in LINALG_RULES:
            return LINALG_RULES[node.kind].replace("rule.", "rule.derivative_of_")
    return "rule.chain"


def _local_sum(node: Sum, v: Leaf) -> str:
    holding = [
        (t, f) for t in node.terms for f in t.factors if v in _leaves_of(f) and f.node is not EQ
    ]
    if len(holding) != 1:
        return (
            "rule.derivative_of_sum"
            if len({id(t) for t, _ in holding}) > 1
            else ("rule.derivative_of_product")
        )
    term, factor = holding[0]
    if factor.power == 2:
        return "rule.derivative_of_square"
    if factor.power != 1:
        return "rule.derivative_of_power"
    if factor.node is not v:
        return _through_group(factor.node)
    return _direct(node, term, factor, v)


def _leaves_of(f: Factor) -> list[Leaf]:
    return [] if f.is_bracket else direct_leaves(f.node)


def _through_group(inner: Node) -> str:
    if isinstance(inner, Map):
        return _FUNCTION_RULES.get(inner.fn.name, "rule.chain_activation")
    if isinstance(inner, Softmax):
        return "rule.derivative_of_softmax"
    return _of_function(inner)


def _direct(node: Sum, term: Term, factor: Factor, v: Leaf) -> str:
    others = [f for f in term.factors if f is not factor and not f.is_bracket]
    if not others:
        if node.rank > v.rank or (v.role == "parameter" and v.rank == 1):
            return "rule.bias" if v.role == "parameter" else "rule.broadcast"
        if term.bound:
            return "rule.derivative_of_sum" if is_number(term.coef) else "rule.derivative_of_mean"
        return "rule.derivative_of_sum"
    if not term.bound:
        below = all(is_negative(f.power) for f in others)
        return "rule.derivative_of_quotient" if below else "rule.derivative_of_product"
    if not node.rank:
        return "rule.derivative_of_linear_form"
    if v.role == "parameter":
        return "rule.affine_weights"
    layer = any(x.role == "parameter" for f in others for x in direct_leaves(f.node))
    return "rule.affine_input" if layer else "rule.derivative_of_matrix_product"


# -- what a gradient step does -------------------------------------------------------------------


def gradient_rule(result: Node, definition: Node, cotangent: Node, *, batch: bool = False) -> str:
    """The phrase key of a gradient step, from its result in normal form."""
    if isinstance(definition, Softmax):
        return "rule.chain_softmax"
    if isinstance(definition, Map):
        return "rule.chain_activation"
    if isinstance(result, Leaf):
        return "rule.chain_selection"
    if named := window_rule(result):
        return named
    if isinstance(result, Sum) and len(result.terms) == 1:
        return _one_term(result, cotangent, batch=batch)
    return "rule.chain"


def _one_term(result: Sum, cotangent: Node, *, batch: bool) -> str:
    (term,) = result.terms
    plain = [f for f in term.factors if not f.is_bracket]
    if not any(f.node is cotangent for f in plain):
        return "rule.chain"
    if not term.bound:
        vectors = all(len(f.pos) == 1 for f in plain) and len(plain) == 2
        return "rule.chain_outer_product" if vectors and result.rank == 2 else "rule.chain"
    if batch:
        return "rule.sum_over_batch"
    if len(plain) == 1:
        return "rule.sum_over_axis" if result.rank else "rule.sum_of_entries"
    return "rule.chain_transposed_product" if result.rank else "rule.inner_product"
