"""The second route as a worked solution: `dL = tr(Gᵀ dW)`, one differential put in after another.

Depths: "answers" (dL in the wanted differentials, and the gradients read off), "main" (the
differential of each name and what it makes of dL), "all" (with the name put in written out too).
Law: every formula is printed from the nodes of the route, which `check` compares with the
gradients that the chain rule gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symnn.core.errors import CheckError, UnsupportedError
from symnn.core.node import Leaf, Node
from symnn.derivation.answers import answer_value
from symnn.derivation.backward import Cotangent
from symnn.derivation.bench import Bench, relative
from symnn.derivation.definitions import Program
from symnn.derivation.differentials import DifferentialStep, SecondRoute
from symnn.derivation.names import Names
from symnn.notation import tree as t
from symnn.notation.letters import Letters
from symnn.notation.matrix import matrix_form
from symnn.notation.normal import normalise
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.text.phrases import phrase

LIMIT = 1e-10
Printer = Callable[[Tree], str]


class DifferentialWriter:
    """Writes one second route.

    Attributes:
        route: what was derived.  wrt: the wanted leaves.
    """

    def __init__(
        self, route: SecondRoute, names: Names, letters: Letters, wrt: Sequence[Leaf]
    ) -> None:
        self.route, self.names, self.letters, self.wrt = route, names, letters, list(wrt)
        self.dloss = t.Differential(names.loss)

    def text(self, depth: str, lang: str) -> str:
        """Unicode text at a depth."""
        return "\n".join(self._lines(depth, lang, to_text))

    def _lines(self, depth: str, lang: str, printer: Printer) -> list[str]:
        _known(depth)
        lines = []
        steps = self.route.steps if depth != "answers" else []
        for number, step in enumerate(steps, 1):
            rule = phrase("rule.differential", lang)
            lines.append(f"({number})  {printer(self.differential(step))}   [{rule}]")
            if step is self.route.steps[0] and depth != "all":
                lines[-1] = f"({number})  {printer(self.form(step, whole=False))}   [{rule}]"
            else:
                lines.append(f"      {printer(self.form(step, whole=depth == 'all'))}")
            read = ", ".join(printer(self.read_off(x, g)) for x, g in step.coefficients.items())
            lines.append(f"      ⇒ {read}")
        return [*lines, *map(printer, self.answers())]

    def differential(self, step: DifferentialStep) -> Tree:
        """`dz = dW x + db`."""
        return t.Relation("=", self.names(step.differential), self.tree(step.value))

    def form(self, step: DifferentialStep, *, whole: bool) -> Tree:
        """`dL = tr(∇_zᵀ dz) = tr((∇_z xᵀ)ᵀ dW) + ∇_zᵀ db`; the first part with `whole`."""
        last = self._sum(step.coefficients)
        above = [self.dloss]
        if whole and step is not self.route.steps[0]:
            name = self.names.gradient(step.binding.leaf)
            above.append(self.pairing(name, step.binding.leaf))
        return t.Chain((*above, last)) if len(above) > 1 else t.Relation("=", self.dloss, last)

    def read_off(self, leaf: Leaf, gradient: Node) -> Tree:
        """`∇_W = ∇_z xᵀ`: the coefficient of dW."""
        return t.Relation("=", self.names.gradient(leaf), self.tree(gradient))

    def answers(self) -> list[Tree]:
        """`∇_W(L) = ...`, as the route found it, with short names put in."""
        found = {x: Cotangent(x, [], g, g) for x, g in self.route.gradients.items()}
        values = {x: answer_value(found[x], found) for x in self.wrt}
        return [
            t.Relation("=", t.Grad(self.names(x), self.names.loss), self.tree(value))
            for x, value in values.items()
        ]

    def _sum(self, coefficients: dict[Leaf, Node]) -> Tree:
        parts = [self.pairing(self.tree(g), x) for x, g in coefficients.items()]
        return parts[0] if len(parts) == 1 else t.Add(tuple(parts))

    def pairing(self, gradient: Tree, leaf: Leaf) -> Tree:
        """`tr(Gᵀ dW)`, `gᵀ dv`, `g ds`, or `⟨G, dT⟩` of a tensor."""
        d = self.names(self.route.differentials[leaf])
        if leaf.rank > 2:
            return t.Inner(gradient, d)
        if not leaf.rank:
            return t.Mul((gradient, d))
        scale, array = _scaled(gradient)
        product: Tree = t.Mul((t.Transpose(array), d))
        if leaf.rank == 2:
            product = t.Apply("tr", (product,))
        match scale:
            case t.Num(1):
                return product
            case t.Num(-1):
                return t.Neg(product)
        return normalise(t.Mul((scale, product)))

    def tree(self, node: Node) -> Tree:
        """A node in matrix form."""
        return matrix_form(node, self.names, letters=self.letters).tree


def _scaled(tree: Tree) -> tuple[t.Num, Tree]:
    """A number in front of a formula, and the rest: `2(h − y)` is 2 times `h − y`."""
    match tree:
        case t.Neg(arg):
            scale, rest = _scaled(arg)
            return t.Num(-scale.value), rest
        case t.Mul((t.Num() as scale, *rest)) if rest:
            return scale, rest[0] if len(rest) == 1 else t.Mul(tuple(rest))
    return t.Num(1), tree


def _known(depth: str) -> None:
    if depth not in ("answers", "main", "all"):
        raise UnsupportedError(f"unknown depth {depth!r}\n  there is: answers, main, all")


def routes_agree(
    route: SecondRoute, program: Program, cotangents: dict[Leaf, Cotangent], *, draws: int,
    seed: int,
) -> float:  # fmt: skip
    """The largest relative deviation of the two routes over random draws.

    Raises:
        CheckError: it is above the rounding error.
    """
    rng = np.random.default_rng(seed)
    worst = 0.0
    for _ in range(draws):
        bench = Bench(program, cotangents, rng)
        for leaf, gradient in route.gradients.items():
            if leaf in cotangents:
                ours = bench.value(cotangents[leaf].value)
                worst = max(worst, relative(bench.value(gradient), ours))
    if worst > LIMIT:
        raise CheckError(f"the differentials deviate from the chain rule by {worst:.1e}")
    return worst
