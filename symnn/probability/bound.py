"""The evidence lower bound as rewrites of one tree by named rules.

A tree is made of densities `p(a | b)`, products and quotients of them, logarithms, integrals over
z, means under a law of z, divergences. A rule turns a tree into the next one or raises; it never
looks at a model. Law: each line holds on every model (`value`; tests on a Gaussian and on tables
of random numbers): an equality to rounding, Jensen's step with exactly the lost divergence.
To extend: a function here, then its name among the rules of a derivation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symnn.core.errors import UnsupportedError


@dataclass(frozen=True, slots=True)
class Density:
    """`law(of | given)`, such as q(z | x)."""

    law: str
    of: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """A density over another one; over 1 where there is none."""

    top: Density
    below: Density | None = None


@dataclass(frozen=True, slots=True)
class Integral:
    """The integral over z of a product of ratios."""

    factors: tuple[Ratio, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean under a law of z of a product of ratios, or of a sum of logarithms."""

    law: Density
    body: tuple[Ratio, ...] | Log | Sum


@dataclass(frozen=True, slots=True)
class Log:
    """The logarithm of a product of ratios, of an integral, of a mean."""

    body: tuple[Ratio, ...] | Integral | Mean


@dataclass(frozen=True, slots=True)
class Divergence:
    """The Kullback-Leibler divergence of one law from another, with its sign."""

    law: Density
    other: Density
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of terms."""

    terms: tuple[Log | Mean | Divergence, ...]


Tree = Log | Mean | Divergence | Sum
EVIDENCE = Density("p", ("x",))
JOINT = Density("p", ("x", "z"))
LIKELIHOOD = Density("p", ("x",), ("z",))
PRIOR = Density("p", ("z",))
POSTERIOR = Density("p", ("z",), ("x",))
GUESS = Density("q", ("z",), ("x",))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: how it stands to the line before, and by which rule."""

    tree: Tree
    rule: str = ""
    relation: str = "="


def _refuse(rule: str, tree: Tree) -> UnsupportedError:
    return UnsupportedError(f"the rule {rule!r} does not apply to {tree}")


def marginal(tree: Tree) -> Tree:
    """`p(x)` is the integral over z of `p(x, z)`."""
    if tree != Log((Ratio(EVIDENCE),)):
        raise _refuse("marginal", tree)
    return Log(Integral((Ratio(JOINT),)))


def insert(tree: Tree) -> Tree:
    """A ratio a / b is `(q / b) (a / q)`; where b is 1, q stands alone."""
    match tree:
        case Log(Integral((Ratio(top, below),))):
            return Log(Integral((Ratio(GUESS, below), Ratio(top, GUESS))))
        case Mean(law, Log((Ratio(top, below),))):
            return Mean(law, Log((Ratio(law, below), Ratio(top, law))))
    raise _refuse("insert", tree)


def as_mean(tree: Tree) -> Tree:
    """The integral of q times a function is the mean of the function under q."""
    match tree:
        case Log(Integral((Ratio(law, None), *rest))) if law == GUESS:
            return Log(Mean(law, tuple(rest)))
    raise _refuse("as_mean", tree)


def jensen(tree: Tree) -> Tree:
    """The logarithm is concave: that of a mean is at least the mean of it."""
    match tree:
        case Log(Mean(law, tuple() as factors)):
            return Mean(law, Log(factors))
    raise _refuse("jensen", tree)


def chain(tree: Tree) -> Tree:
    """`p(x, z) = p(x | z) p(z)`."""
    match tree:
        case Mean(law, Log((Ratio(top, below),))) if top == JOINT:
            return Mean(law, Log((Ratio(LIKELIHOOD), Ratio(PRIOR, below))))
    raise _refuse("chain", tree)


def logarithm(tree: Tree) -> Tree:
    """The logarithm of a product is the sum of the logarithms."""
    match tree:
        case Mean(law, Log(tuple() as factors)):
            return Mean(law, Sum(tuple(Log((f,)) for f in factors)))
    raise _refuse("logarithm", tree)


def linear(tree: Tree) -> Tree:
    """The mean of a sum is the sum of the means."""
    match tree:
        case Mean(law, Sum(terms)):
            return Sum(tuple(Mean(law, x) for x in terms if isinstance(x, Log)))
    raise _refuse("linear", tree)


def divergence(tree: Tree) -> Tree:
    """The mean under q of `log (q / b)` is KL(q, b); that of `log (b / q)` is its negative."""
    if not isinstance(tree, Sum):
        raise _refuse("divergence", tree)
    return Sum(tuple(map(_as_divergence, tree.terms)))


def _as_divergence(term: Log | Mean | Divergence) -> Log | Mean | Divergence:
    match term:
        case Mean(law, Log((Ratio(top, Density() as below),))):
            if top == law and below.of == law.of:
                return Divergence(law, below)
            if below == law and top.of == law.of:
                return Divergence(law, top, -1)
    return term


def constant(tree: Tree) -> Tree:
    """What does not read z is its own mean, since q integrates to 1."""
    match tree:
        case Log((Ratio(top, None),)) if "z" not in (*top.of, *top.given):
            return Mean(GUESS, tree)
    raise _refuse("constant", tree)


def bayes(tree: Tree) -> Tree:
    """`p(x) = p(x, z) / p(z | x)`, whatever z."""
    match tree:
        case Mean(law, Log((Ratio(top, None),))) if top == EVIDENCE:
            return Mean(law, Log((Ratio(JOINT, POSTERIOR),)))
    raise _refuse("bayes", tree)


RULES: dict[str, Callable[[Tree], Tree]] = {
    f.__name__: f
    for f in (marginal, insert, as_mean, jensen, chain, logarithm, linear, divergence, constant,
              bayes)
}  # fmt: skip
BOUND = ("marginal", "insert", "as_mean", "jensen", "chain", "logarithm", "linear", "divergence")
DECOMPOSITION = ("constant", "bayes", "insert", "logarithm", "linear", "divergence")


def rewritten(rules: Sequence[str], start: Tree = Log((Ratio(EVIDENCE),))) -> tuple[Line, ...]:
    """The lines from `log p(x)` on, one for each rule.

    >>> [line.relation for line in rewritten(BOUND)].count(">=")
    1
    >>> rewritten(DECOMPOSITION)[-1].tree.terms[0] == Divergence(GUESS, POSTERIOR)
    True
    """
    lines = [Line(start)]
    for rule in rules:
        made = RULES[rule](lines[-1].tree)
        lines.append(Line(made, rule, ">=" if rule == "jensen" else "="))
    return tuple(lines)
