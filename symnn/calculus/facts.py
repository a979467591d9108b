"""What is known about the value of a node: sign, 0/1, sums along an axis.

Sign facts act from construction. Sums (a softmax sums to 1, declared labels sum to 1, centred
values sum to 0) act only in the pass that has facts on, so that a step can say which it needed;
`note` records each use. Law: a fact is never a guess; unknown is None or False.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from symnn.core.node import (
    EQ,
    GE,
    Extremum,
    Indicator,
    Leaf,
    LinAlg,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
)
from symnn.core.scalars import is_number, rational_content, to_sympy
from symnn.core.sizes import sign

INVERTIBLE = frozenset({"invertible", "pd", "orthogonal"})


@dataclass
class Policy:
    """How far the normal form goes.

    Attributes:
        inline: read through sums of one term that have bound indices (False keeps them shared).
        facts: use sums along axes and declared symmetry.
        disabled: facts not to use, as (leaf or node, fact).
    """

    inline: bool = True
    facts: bool = False
    disabled: frozenset[tuple[Node, str]] = frozenset()


READER = Policy()
STRUCTURE = Policy(inline=False)
WITH_FACTS = Policy(facts=True)


@dataclass
class Uses:
    """Facts and conditions that a rewrite relied on, by first use."""

    facts: dict[tuple[Node, str], None] = field(default_factory=dict)
    nonzero: dict[Node, None] = field(default_factory=dict)


_OFF: ContextVar[frozenset[str]] = ContextVar("rules off", default=frozenset())


@contextmanager
def without_rules(names: frozenset[str]) -> Iterator[None]:
    """Leave rules out inside the block, by the names in `identities`."""
    token = _OFF.set(_OFF.get() | names)
    try:
        yield
    finally:
        _OFF.reset(token)


def is_off(rule: str) -> bool:
    """Whether a rule is left out here."""
    return rule in _OFF.get()


def rules_left_out() -> frozenset[str]:
    """The rules left out here; results under different sets are different results."""
    return _OFF.get()


_USES: ContextVar[Uses | None] = ContextVar("uses", default=None)


@contextmanager
def recording() -> Iterator[Uses]:
    """Collect the facts and conditions used inside the block."""
    uses = Uses()
    token = _USES.set(uses)
    try:
        yield uses
    finally:
        _USES.reset(token)


def note_fact(node: Node, fact: str) -> None:
    """Record that a fact about `node` was used."""
    uses = _USES.get()
    if uses is not None:
        uses.facts[(node, fact)] = None


def note_nonzero(node: Node) -> None:
    """Record that x/x was cancelled where x may be 0."""
    uses = _USES.get()
    if uses is not None:
        uses.nonzero[node] = None


def replay(uses: Uses) -> None:
    """Record again what a remembered rewrite relied on."""
    for node, fact in uses.facts:
        note_fact(node, fact)
    for node in uses.nonzero:
        note_nonzero(node)


def sum_along(node: Node, axis: int, policy: Policy) -> int | None:
    """The known constant sum of a node along an axis, or None."""
    fact = _sum_fact(node, axis)
    if fact is None or (node, fact[0]) in policy.disabled:
        return None
    note_fact(node, fact[0])
    return fact[1]


def _sum_fact(node: Node, axis: int) -> tuple[str, int] | None:
    if isinstance(node, Softmax):
        return ("sums to 1", 1) if axis == node.axis else None
    if isinstance(node, Leaf):
        for fact in sorted(node.facts):
            if fact in ("simplex", "onehot") and axis == node.rank - 1:
                return (fact, 1)
            if fact == f"sums to 1 along {axis}":
                return (fact, 1)
            if fact == f"sums to 0 along {axis}":
                return (fact, 0)
    return None


def zero_one(node: Node) -> bool:
    """Whether every value is 0 or 1."""
    if isinstance(node, Map):
        return node.fn.zero_one
    if isinstance(node, Leaf):
        return bool(node.facts & {"mask", "onehot"})
    return isinstance(node, Indicator) or node is EQ or node is GE


def nonnegative(node: Node) -> bool:
    """Whether every value is known to be >= 0."""
    known = node.cache.get("nonnegative")
    if known is None:
        known = _nonnegative(node)
        node.cache["nonnegative"] = known
    return bool(known)


def _nonnegative(node: Node) -> bool:
    if positive(node) or zero_one(node):
        return True
    match node:
        case Map():
            return node.fn.nonnegative
        case Softmax():
            return True
        case Leaf():
            return bool(node.facts & {"nonnegative", "simplex", "onehot", "mask"})
        case Extremum() | Product():
            return nonnegative(node.body)
        case Sum():
            return _complement(node) or all(
                (rational_content(t.coef) > 0)
                and all(f.is_bracket or _even(f.power) or nonnegative(f.node) for f in t.factors)
                for t in node.terms
            )
    return False


def _complement(node: Sum) -> bool:
    """`1 - s` of a product s of values between 0 and 1 (or even powers of values above -1)."""
    ones = [t for t in node.terms if not t.factors and t.coef == 1]
    rest = [t for t in node.terms if t.factors and t.coef == -1 and not t.bound]
    if len(node.terms) != 2 or len(ones) != 1 or len(rest) != 1:
        return False
    return all(
        f.is_bracket
        or (sign(f.power) == 1 and bounded(f.node) and (_even(f.power) or nonnegative(f.node)))
        for f in rest[0].factors
    )


def bounded(node: Node) -> bool:
    """Whether every value is known to lie between -1 and 1."""
    match node:
        case Map():
            return node.fn.zero_one or node.fn.bounded
        case Leaf():
            return bool(node.facts & {"simplex", "onehot", "mask", "bounded"})
        case Softmax() | Indicator():
            return True
    return False


def _even(power: object) -> bool:
    return isinstance(power, int) and power % 2 == 0


def positive(node: Node) -> bool:
    """Whether every value is known to be > 0."""
    known = node.cache.get("positive")
    if known is None:
        known = _positive(node)
        node.cache["positive"] = known
    return bool(known)


def _positive(node: Node) -> bool:
    match node:
        case Map():
            return node.fn.positive
        case Softmax():
            return not node.domain
        case Leaf():
            return "positive" in node.facts
        case Extremum() | Product():
            return positive(node.body)
        case Sum():
            return _positive_sum(node)
        case LinAlg():
            return node.kind == "det" and positive_definite(node.arg)
    return False


def positive_definite(node: Node) -> bool:
    """Whether a matrix is known to be positive definite."""
    if isinstance(node, Leaf):
        return "pd" in node.facts
    return isinstance(node, LinAlg) and node.kind == "inv" and positive_definite(node.arg)


def _positive_sum(node: Sum) -> bool:
    strict = False
    for t in node.terms:
        if not (is_number(t.coef) or to_sympy(t.coef).is_positive) or rational_content(t.coef) <= 0:
            return False
        if any(f.is_bracket for f in t.factors):
            if not nonnegative_factors(t.factors):
                return False
            continue
        if all(positive(f.node) for f in t.factors):
            strict = True
        elif not nonnegative_factors(t.factors):
            return False
    return strict


def nonnegative_factors(factors: tuple[object, ...]) -> bool:
    """Whether a product of factors is known to be >= 0."""
    return all(
        f.is_bracket or _even(f.power) or nonnegative(f.node)  # type: ignore[attr-defined]
        for f in factors
    )


def nonzero(node: Node) -> bool:
    """Whether no value can be 0."""
    if isinstance(node, LinAlg):
        invertible = isinstance(node.arg, Leaf) and bool(node.arg.facts & INVERTIBLE)
        return node.kind == "det" and (invertible or positive_definite(node.arg))
    return positive(node) or (isinstance(node, Leaf) and "nonzero" in node.facts)
