"""Names of forward equations: which phrase says what an equation is, read off the equation.

Each function returns a phrase key of `symnn.text.phrases`; nothing here looks at names.
"""

from fractions import Fraction

from symnn.core.node import (
    Extremum,
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
from symnn.core.walk import topological
from symnn.derivation.definitions import direct_leaves
from symnn.notation.matrix import matrix_form
from symnn.notation.tree import Apply, Mul, Neg

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
LINALG_RULES = {
    "inv": "rule.inverse",
    "det": "rule.determinant",
    "logdet": "rule.log_determinant",
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
        case LinAlg() if definition.kind in LINALG_RULES:
            return LINALG_RULES[definition.kind]
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
    return _entry_rule(node.terms[0])


def _entry_rule(term: Term) -> str:
    """One term without a sum: what is done in each entry."""
    plain = [f for f in term.factors if not f.is_bracket]
    numbers = not any(f.pos for f in plain)
    if any(is_negative(f.power) for f in plain):
        return "rule.quotient"
    if len(plain) < 2:
        return "rule.definition"
    first, *rest = (set(f.indices()) for f in plain)
    apart = len(rest) == 1 and first and rest[0] and not first & rest[0]
    if numbers:
        return "rule.product"
    return "rule.outer_product" if apart else "rule.elementwise_product"


def _scalar_rule(node: Sum, *, output: bool) -> str:
    terms = node.terms
    squares = [f for t in terms for f in t.factors if f.power == 2]
    if squares and len(terms) == 1:
        mean = not is_number(terms[0].coef)
        if not output:
            return "rule.mean" if mean else "rule.norm"
        if isinstance(squares[0].node, Leaf) and not mean:
            return "rule.squared_norm"
        return "rule.mean_squared_loss" if mean else "rule.squared_loss"
    inside = topological([node])
    names = {n.fn.name for n in inside if isinstance(n, Map)}
    if names & {"log"} or any(isinstance(n, LogSumExp) for n in inside):
        return "rule.cross_entropy"
    if names == {"abs"} and len(terms) == 1:
        return "rule.absolute_loss"
    if not output and _has_parameter(node) and any(map(_contracts, terms)):
        return "rule.affine" if len(terms) > 1 else "rule.linear"
    return "rule.sum" if len(terms) > 1 else _number_rule(terms[0])


def _number_rule(term: Term) -> str:
    """One term that is a number: a sum of entries, a product of vectors, a form."""
    plain = [f for f in term.factors if not f.is_bracket]
    if not term.bound:
        root = len(plain) == 1 and plain[0].power == Fraction(1, 2)
        return "rule.norm" if root and isinstance(plain[0].node, Sum) else _entry_rule(term)
    if len(plain) == 1:
        if len(set(plain[0].indices())) < len(plain[0].pos):
            return "rule.trace"
        return "rule.sum_of_entries" if is_number(term.coef) else "rule.mean"
    indices = [set(f.indices()) for f in plain]
    if len(plain) == 2:
        same = indices[0] == indices[1]
        return "rule.inner_product" if same else "rule.definition"
    if len(plain) == 3 and all(len(x) <= 2 for x in indices):
        repeated = len({f.node for f in plain}) < len(plain)
        return "rule.quadratic_form" if repeated else "rule.bilinear_form"
    return "rule.definition"


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
