"""The printed lines of the second route, parsed again and evaluated.

At a draw every wanted value moves in a random direction; the differential of each name follows
from the steps, the gradients from the chain rule. Law: each formula of a line has the value of what
the line is about: du, dL or what is put in of it, a gradient. A program with a recurrence is left
to the comparison of the routes: its differentials are read at one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from symnn.core.errors import CheckError
from symnn.core.node import Leaf, Node
from symnn.derivation.bench import Bench, relative
from symnn.derivation.cotangents import Cotangent
from symnn.derivation.definitions import Program
from symnn.derivation.differential_texts import LIMIT, DifferentialWriter
from symnn.derivation.differentials import DifferentialStep
from symnn.derivation.layouts import Layout
from symnn.derivation.printed import named_values
from symnn.notation import tree as t
from symnn.notation.each import letters_of_each
from symnn.notation.evaluate import evaluate_components
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.traversal import map_children, walk
from symnn.notation.tree import Tree
from symnn.oracle import Array


def printed_lines_hold(
    writer: DifferentialWriter, program: Program, cotangents: dict[Leaf, Cotangent],
    layout: Layout, *, draws: int, seed: int,
) -> float:  # fmt: skip
    """The largest relative deviation of a printed line over random draws.

    Raises:
        CheckError: a line deviates by more than the rounding error; the message is the line.
    """
    rng = np.random.default_rng(seed)
    worst = 0.0
    for _ in range(draws):
        bench = Bench(program, cotangents, rng)
        for line, error in differential_errors(writer, bench, layout):
            if error is not None and not error <= LIMIT:
                raise CheckError(f"the differentials: line {line} deviates by {error:.1e}")
            worst = max(worst, error or 0.0)
    return worst


def differential_errors(
    writer: DifferentialWriter, bench: Bench, layout: Layout
) -> Iterator[tuple[str, float | None]]:
    """(line, deviation) of each line of the route at one draw; None: read at one step."""
    if writer.names.program.groups:
        yield from ((f"({number})", None) for number in range(1, len(writer.route.steps) + 1))
        return
    draw = _Draw(writer, bench, layout)
    for number, step in enumerate(writer.route.steps, 1):
        assert isinstance(step, DifferentialStep)
        yield f"({number}) differential", draw.error(writer.differential(step), step.differential)
        for whole in (False, True):
            yield f"({number}) form", draw.form_error(step, whole=whole)
        for leaf, gradient in writer.known_after(step).items():
            yield f"({number}) gradient", draw.error(writer.read_off(leaf, gradient), gradient)
    for leaf, answer in zip(writer.wrt, writer.answers(), strict=True):
        yield f"answer {leaf.name}", draw.error(answer, writer.route.gradients[leaf])


class _Draw:
    """Values of all names, gradients and differentials at one draw."""

    def __init__(self, writer: DifferentialWriter, bench: Bench, layout: Layout) -> None:
        self.writer, self.bench, route = writer, bench, writer.route
        self.moved: dict[Node, Array] = {
            route.differentials[x]: bench.rng.normal(size=np.shape(bench.values[x]))
            for x in writer.wrt
        }
        for step in reversed(route.steps):
            if isinstance(step, DifferentialStep):
                self.moved.setdefault(step.differential, bench.value(step.value, self.moved))
        self.values: dict[Tree, Any] = named_values(bench, layout)
        for d in route.differentials.values():
            if d in self.moved:
                self.values[writer.names(d)] = self.moved[d]
        self.sizes = {str(s): v for s, v in bench.sizes.items()}
        self.symbols = {s for tree in self.values for s in walk(tree) if isinstance(s, t.Sym)}

    def error(self, line: Tree, about: Node) -> float:
        """How far the right side of `left = right` is from the value of a node."""
        body, _ = letters_of_each(line)
        assert isinstance(body, t.Relation)
        wanted = self.bench.value(about, self.moved)
        return self._deviation(body.right, wanted, _letters(body.left))

    def form_error(self, step: DifferentialStep, *, whole: bool) -> float:
        """How far the parts of `dL = tr(Gᵀ du) = ...` are from what the step stands for."""
        line = self.writer.form(step, whole=whole)
        sides = line.parts if isinstance(line, t.Chain) else (line.left, line.right)
        wanted = self.bench.value(step.pairing, self.moved)
        if sides[0] == self.writer.dloss:
            wanted = self.moved[self.writer.route.steps[0].differential]
        return max(self._deviation(s, wanted) for s in sides if s != self.writer.dloss)

    def _deviation(self, formula: Tree, wanted: Array, letters: Sequence[str] = ()) -> float:
        """Between a formula, parsed again, and a value; letters stand for the first axes."""
        tree = _entries_outside(parse_text(to_text(formula), self.symbols, indices=letters))
        free = list(zip(letters, wanted.shape, strict=False))
        found = evaluate_components(tree, self.values, self.sizes, free)
        if found.size == wanted.size:
            return relative(found.reshape(wanted.shape), wanted)
        one = found.size == 1  # a number written for an array of it
        return relative(np.broadcast_to(found.item(), wanted.shape), wanted) if one else np.inf


def _letters(left: Tree) -> tuple[str, ...]:
    """The letters of a left side: `dX_{i}`, `∇_{X_i}`, `δ_i`."""
    match left:
        case t.Differential(inner) | t.Grad(inner):
            return _letters(inner)
        case t.Entry(_, positions):
            return tuple(p.letter for p in positions if isinstance(p, t.Index))
    return ()


def _entries_outside(tree: Tree) -> Tree:
    """`dX_{i,j}` read as the entry of dX."""
    match tree:
        case t.Differential(t.Entry(base, positions)):
            return t.Entry(t.Differential(base), positions)
    return map_children(tree, _entries_outside)
