"""Readability, measured: symbols and operators against the textbook's form, over the golden set."""

from __future__ import annotations

import statistics

import numpy as np

import symnn as sn
from symnn.calculus.build import substitute
from symnn.calculus.simplify import simplify
from symnn.core.node import Node
from symnn.derivation.bench import Bench, relative
from symnn.derivation.cotangents import is_gradient
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.printed import named_values
from symnn.notation.evaluate import evaluate
from symnn.notation.matrix import matrix_form
from symnn.notation.measure import length
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.traversal import walk
from symnn.notation.tree import Grad, Sym, Tree

from .problems import PROBLEMS, Problem


def shortest_form(d: sn.Derivation, wrt: sn.Tensor, published: Tree) -> Tree:
    """Our form: with cotangent names only where the published form has them."""
    steps = [
        v for v in d.views
        if v.step.subject is wrt.call.port and v.step.kind in ("gradient", "sum", "answer")
    ]  # fmt: skip
    nodes = [v.step.value for v in steps]
    if not any(tree in gradient_symbols(d) for tree in walk(published)):
        nodes = [put_in(d, wrt)]
    forms = [matrix_form(n, d.names) for n in nodes]
    return min((f.tree for f in forms if f.kind == "matrix"), key=length)


def gradient_symbols(d: sn.Derivation) -> set[Tree]:
    leaves = [b.leaf for b in d.program.bindings]
    return {d.names.gradient(x) for x in leaves} | {Grad(d.names(x)) for x in leaves}


def put_in(d: sn.Derivation, wrt: sn.Tensor) -> Node:
    """The gradient with every cotangent name replaced by its value."""
    value = d.cotangents[wrt.call.port].value
    while names := [x for x in direct_leaves(value) if is_gradient(x)]:
        value = simplify(substitute(value, {names[0]: names[0].tag.body}))
    return value


def published_form(d: sn.Derivation, problem: Problem) -> Tree:
    return parse_text(problem.published, _symbols(d))


def _symbols(d: sn.Derivation) -> list[Sym]:
    trees = [d.names(b.leaf) for b in d.program.bindings]
    trees += [d.names(c.port) for c in d.program.inputs]
    trees += [d.names.gradient(b.leaf) for b in d.program.bindings]
    sizes = [Sym(str(s)) for c in d.program.inputs for s in c.port.sizes]
    found = [t.wrt if isinstance(t, Grad) else t for t in [*trees, *sizes]]
    return [t for t in dict.fromkeys(found) if isinstance(t, Sym)]


def rows() -> list[tuple[str, str, int, int]]:
    """(problem, printed form, its length, published length)."""
    found = []
    for problem in PROBLEMS:
        loss, wrt = problem.build()
        d = sn.derive(loss, wrt=wrt)
        theirs = published_form(d, problem)
        ours = shortest_form(d, wrt, theirs)
        found.append((problem.name, to_text(ours), length(ours), length(theirs)))
    return found


def test_results_are_as_short_as_the_published_forms() -> None:
    ratios = sorted(ours / theirs for _, _, ours, theirs in rows())
    assert len(ratios) >= 40
    assert statistics.median(ratios) <= 1.0
    assert ratios[int(0.9 * len(ratios))] <= 1.3


def test_published_forms_have_the_derived_value() -> None:
    for problem in PROBLEMS:
        loss, wrt = problem.build()
        d = sn.derive(loss, wrt=wrt)
        bench = Bench(d.program, d.cotangents, np.random.default_rng(1))
        sizes = {str(s): v for s, v in bench.sizes.items()}
        values = named_values(bench, d.layout())
        theirs = evaluate(published_form(d, problem), values, sizes)
        ours = bench.value(d.cotangents[wrt.call.port].value)
        assert relative(ours, theirs) <= 1e-10, problem.name


if __name__ == "__main__":
    for name, form, ours, theirs in rows():
        print(f"{name:28s} {form:48s} {ours:3d} {theirs:3d} {ours / theirs:.2f}")
