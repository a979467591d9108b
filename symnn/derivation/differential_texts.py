"""The second route as a worked solution: `dL = tr(Gᵀ dW)`, one differential put in after another.

Depths: "answers" (dL in the wanted differentials, and the gradients read off), "main" (the
differential of each name and what it makes of dL), "all" (with the name put in written out too).
Law: every formula is printed from the nodes of the route, which `check` compares with the
gradients that the chain rule gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from symnn.calculus.simplify import simplify
from symnn.core.errors import CheckError, UnsupportedError
from symnn.core.node import Leaf, Node
from symnn.derivation.answers import answer_value
from symnn.derivation.backward import Cotangent
from symnn.derivation.bench import Bench, relative
from symnn.derivation.cotangents import total
from symnn.derivation.definitions import Program
from symnn.derivation.differential_steps import StepForms, inside_out
from symnn.derivation.differentials import CollectedStep, DifferentialStep, SecondRoute
from symnn.derivation.names import Names
from symnn.derivation.texts import whole_name
from symnn.notation import tree as t
from symnn.notation.each import slice_equation
from symnn.notation.letters import Letters
from symnn.notation.matrix import Form, matrix_form
from symnn.notation.normal import normalise
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.traversal import walk
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
        self.steps = StepForms(names.program, names, letters)

    def text(self, depth: str, lang: str) -> str:
        """Unicode text at a depth."""
        return "\n".join(self._lines(depth, lang, to_text))

    def _lines(self, depth: str, lang: str, printer: Printer) -> list[str]:
        _known(depth)
        lines = []
        steps = self.route.steps if depth != "answers" else []
        for number, step in enumerate(steps, 1):
            if isinstance(step, CollectedStep):
                lines.append(f"({number})  {self._collected(step, lang, printer)}")
                continue
            rule = phrase("rule.differential", lang)
            lines.append(f"({number})  {printer(self.differential(step))}   [{rule}]")
            if step is self.route.steps[0] and depth != "all":
                lines[-1] = f"({number})  {printer(self.form(step, whole=False))}   [{rule}]"
            else:
                lines.append(f"      {printer(self.form(step, whole=depth == 'all'))}")
            read = [self.read_off(x, g) for x, g in self.known_after(step).items()]
            if read:
                lines.append(f"      ⇒ {', '.join(map(printer, read))}")
        lines += map(printer, self.answers())
        word = f"  {phrase('formula.where', lang)} "
        for k, tree in enumerate(self.definitions() if depth == "answers" else []):
            lines.append((" " * len(word) if k else word) + printer(tree))
        return lines

    def _collected(self, step: CollectedStep, lang: str, printer: Printer) -> str:
        """`∇_{h_t} = 2(h_t − y_t) + Uᵀ δ_{t+1}, ∇_{h_0} = Uᵀ δ_1`."""
        read = (printer(self._collected_of(x, parts)) for x, parts in step.parts.items())
        length = size_tree(step.group.length)
        end = t.Num(0) if step.group.backward else t.Add((length, t.Num(1)))
        why = phrase("reason.after_last", lang, s=printer(end))
        return f"⇒ {', '.join(read)}   [{phrase('rule.through_time', lang)}; {why}]"

    def _collected_of(self, leaf: Leaf, parts: list[Node]) -> Tree:
        """`∇_{h_t} = 2(h_t − y_t) + Uᵀ δ_{t+1}`, part by part where each has a form at one step."""
        forms = [self.steps.form(p) if leaf in self.steps.members else None for p in parts]
        known = [f for f in forms if f is not None]
        if len(known) < len(parts) or len(parts) == 1:
            return self.read_off(leaf, simplify(total(parts)))
        return t.Relation("=", self.steps.gradient(leaf), normalise(t.Add(tuple(known))))

    def differential(self, step: DifferentialStep) -> Tree:
        """`dz = dW x + db`; in a recurrence at one step, `dh_t = da_t ⊙ (1 − h_t ⊙ h_t)`."""
        leaf = step.binding.leaf
        shown = self.steps.form(step.value) if leaf in self.steps.members else None
        if shown is not None:
            return t.Relation("=", self.steps.differential(leaf), shown)
        return self.equation(self.names(step.differential), step.value)

    def form(self, step: DifferentialStep, *, whole: bool) -> Tree:
        """`dL = tr(∇_zᵀ dz) = tr((∇_z xᵀ)ᵀ dW) + ∇_zᵀ db`; the first part with `whole`.

        Where more is left of dL, it is not dL: `tr(∇_zᵀ dz) = ...`.
        """
        last = self._sum(step.coefficients)
        above = [self.dloss]
        leaf = step.binding.leaf
        alone = step.alone or leaf in self.steps.members
        if step is not self.route.steps[0] and (whole or not alone):
            pair = self._stepwise(leaf, None) or self.pairing(self.names.gradient(leaf), leaf)
            above = [self.dloss, pair] if alone else [pair]
        return t.Chain((*above, last)) if len(above) > 1 else t.Relation("=", above[0], last)

    def known_after(self, step: DifferentialStep) -> dict[Leaf, Node]:
        """The gradients that a step completes: those of what no later step reads."""
        found = {x: step.coefficients[x] for x in self.steps.known(step.coefficients)}
        others = [s for s in self.route.steps if s is not step and isinstance(s, DifferentialStep)]
        later = self.route.steps[self.route.steps.index(step) + 1 :]
        for x in [x for x in found if x not in self.steps.members]:
            if any(x in s.coefficients for s in others if s in later):
                del found[x]
            elif any(x in s.coefficients for s in others):
                found[x] = self.route.gradients[x]
        return found

    def read_off(self, leaf: Leaf, gradient: Node) -> Tree:
        """`∇_W = ∇_z xᵀ`: the coefficient of dW."""
        if self.steps.reads_steps(leaf, gradient):
            shown = self.steps.form(gradient)
            if shown is not None:
                return t.Relation("=", self.steps.gradient(leaf), shown)
        return self.equation(self.names.gradient(leaf), gradient)

    def equation(self, left: Tree, node: Node) -> Tree:
        """`left = value`, of a slice or an entry where there is no matrix notation."""
        form = self._written(node)
        free = form.letters if form.kind in ("entries", "index") else ()
        return slice_equation(left, form.tree, free) or t.Relation("=", left, form.tree)

    def _stepwise(self, leaf: Leaf, gradient: Node | None) -> Tree | None:
        """`Σ_t (Uᵀ δ_t)ᵀ dh_{t-1}`, with its own gradient where none is given; else None."""
        if not self.steps.reads_steps(leaf, *([gradient] if gradient is not None else [])):
            return None
        shown = self.steps.gradient(leaf) if gradient is None else self.steps.form(gradient)
        if shown is None:
            return None
        pair = _paired(shown, self.steps.differential(leaf), leaf.rank - 1)
        return self.steps.summed(pair, leaf.sizes[0])

    def answers(self) -> list[Tree]:
        """`∇_W(L) = ...`, as the route found it, with short names put in."""
        found = {x: Cotangent(x, [], g, g) for x, g in self.route.gradients.items()}
        return [self._answer(x, answer_value(found[x], found)) for x in self.wrt]

    def definitions(self) -> list[Tree]:
        """What the answers read and the writer did not name: `δ = ∇_h ⊙ (1 − h ⊙ h)`.

        Values come first, then gradients from the loss inwards.
        """
        named = {self.names.gradient(x): (x, g) for x, g in self.route.gradients.items()
                 if x not in self.wrt}  # fmt: skip
        given = {self.names(b.leaf): b for b in self.names.program.bindings if b.auto}
        found: dict[Tree, Tree] = {}
        waiting = self.answers()
        while waiting:
            below = {whole_name(x) for x in walk(waiting.pop(0))} - found.keys()
            new = {name: self.read_off(*of) for name, of in named.items() if name in below}
            for name, b in given.items():
                if name in below and b.leaf not in self.steps.members:
                    new[name] = self.equation(name, b.definition)
            found |= new
            waiting += new.values()
        order = [*(n for n in given if n in found), *(n for n in reversed(found) if n in named)]
        return [found[name] for name in order]

    def _answer(self, leaf: Leaf, value: Node) -> Tree:
        by_steps = self.steps.reads_steps(leaf, value)
        shown = self.steps.form(value) if by_steps else None
        name = self.names(leaf) if shown is None else self.steps.name(leaf)
        left = t.Grad(name, self.names.loss)
        return self.equation(left, value) if shown is None else t.Relation("=", left, shown)

    def _sum(self, coefficients: dict[Leaf, Node]) -> Tree:
        parts = [
            self._stepwise(x, g) or self.pairing(self._coefficient(x, g), x)
            for x, g in coefficients.items()
        ]
        return parts[0] if len(parts) == 1 else t.Add(tuple(parts))

    def pairing(self, gradient: Tree, leaf: Leaf) -> Tree:
        """`tr(Gᵀ dW)`, `gᵀ dv`, `g ds`, or `⟨G, dT⟩` of a tensor."""
        return _paired(gradient, self.names(self.route.differentials[leaf]), leaf.rank)

    def _coefficient(self, leaf: Leaf, gradient: Node) -> Tree:
        """A coefficient; by the name of the gradient where it is written entry by entry."""
        form = self._written(gradient)
        whole = form.kind == "matrix" or gradient is not self.route.gradients.get(leaf)
        return form.tree if whole else self.names.gradient(leaf)

    def _written(self, node: Node) -> Form:
        """A node in matrix form, or the next best."""
        form = matrix_form(node, self.names, letters=self.letters)
        return replace(form, tree=inside_out(form.tree))


def _paired(gradient: Tree, d: Tree, rank: int) -> Tree:
    """The inner product of a gradient with a differential of this rank."""
    if rank > 2:
        return t.Inner(gradient, d)
    if not rank:
        return t.Mul((gradient, d))
    scale, array = _scaled(gradient)
    product: Tree = t.Mul((t.Transpose(array), d))
    if rank == 2:
        product = t.Apply("tr", (product,))
    match scale:
        case t.Num(1):
            return product
        case t.Num(-1):
            return t.Neg(product)
    return normalise(t.Mul((scale, product)))


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
