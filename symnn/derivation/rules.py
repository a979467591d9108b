"""Names of rules: which phrase says why a step holds, read off the equations.

Three questions, three functions: what a forward equation is (`forward_rule`), how a name enters it
(`local_rule`), and what a gradient step does (`gradient_rule`). Each returns a phrase key of
`symnn.text.phrases`; nothing here looks at names.
"""

from __future__ import annotations

from symnn.core.node import (
    EQ,
    Extremum,
    Factor,
    Leaf,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import is_number
from symnn.core.walk import topological
from symnn.derivation.definitions import direct_leaves
from symnn.notation.matrix import matrix_form
from symnn.notation.tree import Apply, Mul, Neg

_FUNCTION_RULES = {
    "log": "rule.derivative_of_logarithm",
    "log1p": "rule.derivative_of_logarithm",
    "exp": "rule.derivative_of_exponential",
}
_WINDOW_RULES = {
    "conv": "rule.convolution",
    "convt": "rule.convolution_input",
    "corr": "rule.convolution_kernel",
    "avgpool": "rule.average_pooling",
    "avgunpool": "rule.average_unpooling",
    "upsample": "rule.upsampling",
    "maxpool": "rule.max_pooling",
    "maxunpool": "rule.max_unpooling",
}
_FORWARD_FUNCTIONS = {
    "log": "rule.logarithm",
    "exp": "rule.exponential",
    "abs": "rule.absolute_value",
    "step": "rule.threshold",
}


def forward_rule(definition: Node, *, identity: bool = False, output: bool = False) -> str:
    """The phrase key of a forward equation."""
    if identity:
        return "rule.activation_identity"
    if named := window_rule(definition):
        return named
    match definition:
        case Leaf():
            return "rule.definition"
        case Map():
            return _FORWARD_FUNCTIONS.get(definition.fn.name, "rule.activation")
        case Softmax():
            return "rule.softmax"
        case LogSumExp():
            return "rule.logsumexp"
        case Extremum():
            return "rule.max" if definition.kind == "max" else "rule.min"
        case Product():
            return "rule.product"
        case Sum():
            return _forward_sum(definition, output=output)
    return "rule.definition"


def window_rule(node: Node) -> str:
    """The phrase key of a convolution or pool, from the name that the notation gives it, or ""."""
    if isinstance(node, Extremum):
        computed = any(p.bare is None for p in node.pos)
    else:
        factors = [f for t in node.terms for f in t.factors] if isinstance(node, Sum) else []
        computed = any(p.bare is None and p.terms for f in factors for p in f.pos)
    if not computed:
        return ""
    tree = matrix_form(node).tree
    while isinstance(tree, Mul | Neg):
        tree = tree.arg if isinstance(tree, Neg) else tree.factors[-1]
    return _WINDOW_RULES.get(tree.fn, "") if isinstance(tree, Apply) else ""


def _forward_sum(node: Sum, *, output: bool) -> str:
    if not direct_leaves(node):
        return "rule.constant"
    contractions = [t for t in node.terms if _contracts(t)]
    if node.rank == 0:
        return _scalar_rule(node, output=output)
    if contractions and len(node.terms) > len(contractions):
        return "rule.affine" if _has_parameter(node) else "rule.sum"
    if contractions:
        if _has_parameter(node):
            return "rule.linear"
        return "rule.matrix_product" if node.rank >= 2 else "rule.matrix_vector_product"
    if len(node.terms) == 1 and node.terms[0].bound:
        return "rule.mean" if not is_number(node.terms[0].coef) else "rule.sum"
    if len(node.terms) > 1:
        return "rule.residual" if _plain_sum(node) else "rule.sum"
    return "rule.elementwise_product" if len(node.terms[0].factors) > 1 else "rule.definition"


def _scalar_rule(node: Sum, *, output: bool) -> str:
    terms = node.terms
    squares = [t for t in terms if any(f.power == 2 for f in t.factors)]
    if squares and len(terms) == 1:
        mean = not is_number(terms[0].coef)
        if not output:
            return "rule.mean" if mean else "rule.norm"
        return "rule.mean_squared_loss" if mean else "rule.squared_loss"
    inside = topological([node])
    names = {n.fn.name for n in inside if isinstance(n, Map)}
    if names & {"log"} or any(isinstance(n, LogSumExp) for n in inside):
        return "rule.cross_entropy"
    if names == {"abs"}:
        return "rule.absolute_loss"
    return "rule.sum" if len(terms) > 1 else "rule.definition"


def _contracts(t: Term) -> bool:
    plain = [f for f in t.factors if not f.is_bracket]
    return bool(t.bound) and len(plain) > 1


def _has_parameter(node: Node) -> bool:
    return any(x.role == "parameter" for x in direct_leaves(node))


def _plain_sum(node: Sum) -> bool:
    return all(
        t.coef == 1 and len(t.factors) == 1 and not t.bound and t.factors[0].power == 1
        for t in node.terms
    )


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
    return "rule.chain"


def _direct(node: Sum, term: Term, factor: Factor, v: Leaf) -> str:
    others = [f for f in term.factors if f is not factor and not f.is_bracket]
    if not others:
        if node.rank > v.rank or (v.role == "parameter" and v.rank == 1):
            return "rule.bias" if v.role == "parameter" else "rule.broadcast"
        if term.bound:
            return "rule.sum" if is_number(term.coef) else "rule.derivative_of_mean"
        return "rule.derivative_of_sum"
    if term.bound:
        return "rule.affine_weights" if v.role == "parameter" else "rule.affine_input"
    return "rule.derivative_of_product"


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
    if len(plain) == 1 or batch:
        return "rule.sum_over_batch"
    return "rule.chain_transposed_product" if result.rank else "rule.inner_product"
