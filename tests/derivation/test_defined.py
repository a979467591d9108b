"""Every name that is printed is an input, a size, the writer's own, or has a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

import symnn as sn
from symnn.derivation.definitions import Program
from symnn.derivation.names import Names
from symnn.derivation.program import trace
from symnn.derivation.showing import tensor_tree
from symnn.derivation.texts import at_depth, component_equation, explained, matrix_equation
from symnn.notation import tree as t
from symnn.notation.commutation import Commutation
from symnn.notation.each import letters_of_each
from symnn.notation.scalars import size_tree
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree
from tests.calculus.cookbook.judge import tensors_of
from tests.calculus.cookbook.problem import Problem as Known
from tests.calculus.cookbook.sources import ALL

from .problems import PROBLEMS, Problem
from .programs import ProgramMaker
from .test_recurrences import CASES
from .test_steps import DERIVATIONS


def symbols(tree: Tree) -> set[Tree]:
    return {x for x in walk(tree) if isinstance(x, t.Sym)}


def given(program: Program, names: Names) -> set[Tree]:
    """The names that the writer chose, and the sizes."""
    leaves = [*(c.port for c in program.inputs), *(b.leaf for b in program.bindings)]
    auto = {b.leaf for b in program.bindings if b.auto or b.call.op.startswith(("auto ", "gradi"))}
    found = {names(x) for x in leaves if x not in auto} | {names.loss}
    return found.union(*(symbols(size_tree(s)) for x in leaves for s in x.sizes))


def undefined(equations: Iterable[Tree], bodies: Iterable[Tree], known: set[Tree]) -> set[Tree]:
    """Symbols of the right sides that are neither known nor on a left side."""
    rights, lefts = list(bodies), set(known)
    for equation in equations:
        line = letters_of_each(equation)[0]
        left, *parts = line.parts if isinstance(line, t.Chain) else (line.left, line.right)
        rights += parts
        if not any(isinstance(x, Commutation) for x in walk(left)):  # a law, no definition
            lefts |= symbols(left)
        else:
            lefts |= symbols(line)
    return set().union(*map(symbols, rights)) - lefts


def of_answers(d: sn.Derivation) -> set[Tree]:
    layout = d.layout()
    shown = at_depth(d.views, "answers")
    lines = [
        matrix_equation(v) or component_equation(v)
        for v in (*shown, *explained(d.views, shown, layout))
    ]
    return undefined(lines, [], given(d.program, d.names))


def of_value(value: sn.Tensor) -> set[Tree]:
    program = trace(value.call, output_name="y")
    tree = tensor_tree(value)
    body, lines = (tree.body, tree.definitions) if isinstance(tree, t.Where) else (tree, ())
    if isinstance(body, t.Relation):
        body, lines = t.Num(0), (body, *lines)
    equations = [x for x in lines if isinstance(x, (t.Relation, t.Chain, t.ForEach))]
    return undefined(equations, [body], given(program, Names(program)))


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_names_in_answers_are_defined(problem: Problem) -> None:
    loss, wrt = problem.build()
    assert of_answers(sn.derive(loss, wrt=wrt)) == set()


@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
def test_names_in_answers_of_networks_are_defined(build: Callable[[], sn.Derivation]) -> None:
    assert of_answers(build()) == set()


@pytest.mark.parametrize("build", CASES, ids=lambda b: b.__name__)
def test_names_in_answers_of_recurrences_are_defined(build: Callable[[], Any]) -> None:
    loss, wrt = build()
    assert of_answers(sn.derive(loss, wrt=wrt)) == set()
    assert of_value(loss) == set()


@pytest.mark.parametrize("seed", range(12))
def test_names_in_answers_of_random_programs_are_defined(seed: int) -> None:
    assert of_answers(sn.derive(ProgramMaker(seed).loss())) == set()


@pytest.mark.parametrize("known", ALL, ids=str)
def test_names_in_known_derivatives_are_defined(known: Known) -> None:
    tensors = tensors_of(known)
    value, wrt = known.f(sn.numpy, **tensors), [tensors[n] for n in known.wrt.split()]
    assert of_value(value) == set()
    match known.order:
        case "jacobian":
            assert of_value(sn.jacobian(value, wrt[0])) == set()
        case "hessian":
            assert of_value(sn.hessian(value, wrt[0], wrt[-1])) == set()
        case "differential":
            assert of_value(sn.jvp(value, wrt[0], tensors["d" + known.wrt])) == set()
        case _:
            assert of_answers(sn.derive(value, wrt=wrt)) == set()


def test_a_softmax_below_a_jacobian_is_defined_down_to_the_inputs() -> None:
    W = sn.parameter("W", ("p", "n"))
    value = sn.parse("softmax(W*x) - y", W=W, x="n", y="p")
    text = sn.jacobian(value, W).text()
    assert "u = W x" in text
    assert of_value(sn.jacobian(value, W)) == set()


def test_a_name_without_a_line_is_found() -> None:
    u, W, x = (t.Sym(letter) for letter in "uWx")
    line = t.Relation("=", t.Sym("p"), t.Apply("softmax", (u,)))
    assert undefined([line], [t.Sym("p")], set()) == {u}
    assert undefined([line, t.Relation("=", u, t.Mul((W, x)))], [], {W, x}) == set()
