"""What the sections of exercise 5 share: the derived model, its step lines, its checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from symnn.calculus.build import rebuild
from symnn.calculus.facts import Policy
from symnn.core.node import Leaf, Node
from symnn.core.walk import topological
from symnn.derivation.checks import CheckReport, relative
from symnn.derivation.showing import tensor_tree
from symnn.derivation.views import View
from symnn.lang.call import Call, below, opened
from symnn.lang.face import Tensor, evaluate, sizes
from symnn.notation import tree as t
from symnn.notation.layout import style
from symnn.notation.matrix import matrix_form
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.context import Context
from symnn.report.answers.model import Model
from symnn.report.answers.steps_view import StepLines
from symnn.report.attention.model import Net, attention_net, model_of, shape_of
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Badge, Formula, Steps, formula
from symnn.report.words import Words
from symnn.text.symbols import parse_symbol, symbol_from_identifier

DRAWS = 3
TRIALS = 20
EXACT = 1e-10
ORDER = ("W_V", "W_Q", "W_K", "X", "W_1", "b_1")
ATTENTION = ("Q", "K", "V", "S", "A", "Z")
Values = Mapping[str, Any]


class Page:
    """The state of exercise 5 while it is answered."""

    def __init__(self, exercise: Exercise, words: Words, seed: int) -> None:
        self.shape = shape_of(exercise)
        self.net = attention_net(self.shape)
        wrt = [{**self.net.parameters, "X": self.net.X}[name] for name in ORDER]
        self.model = model_of(exercise, self.net, wrt)
        self.ctx = Context(exercise, words, seed)
        self.ctx.__dict__["model"] = self.model  # in place of the one that a sheet writes out
        self.words = words
        self.report: CheckReport | str = self.ctx.checked(self.model, draws=DRAWS)
        self.ctx.report = self.report
        self.lines = StepLines(self.ctx, self.model, self.report)

    @property
    def heads(self) -> tuple[str, str, str]:
        """Heads of the three columns of a derivation."""
        w = self.words
        return w.text("label.component_form"), w.text("label.matrix_form"), w.text("label.rule")

    def forward(self, names: Iterable[str]) -> Steps:
        """The forward equations of some values."""
        wanted = {self.net.values[n].call.port for n in names}
        views = [
            v for v in self.model.derivation.views
            if v.step.kind == "forward" and v.step.subject in wanted
        ]  # fmt: skip
        return self.steps(views)

    def steps(self, views: Iterable[View], label: str = "") -> Steps:
        """Views as lines of the page."""
        return Steps(
            self.heads, self.lines.of(views), label=label,
            detail_word=self.words.text("label.detail"),
        )  # fmt: skip

    def leaf(self, name: str) -> Leaf:
        """The leaf of a value, a parameter or X."""
        known = {**self.net.parameters, **self.net.values, "X": self.net.X}
        return known[name].call.port

    def name(self, name: str) -> Tree:
        """The symbol of a value."""
        return self.model.names(self.leaf(name))

    @staticmethod
    def size(value: Any) -> Any:
        """A size of the sheet as a Size; a number as it is."""
        return sizes(value) if isinstance(value, str) else value

    def gradient(self, name: str) -> Tree:
        """The symbol of a gradient."""
        return self.model.names.gradient(self.leaf(name))

    def in_inputs(self, name: str) -> Tree:
        """`name = ...` in inputs and parameters alone; in names where that is no matrix form."""
        value, names = self.net.values[name], self.model.names
        form = matrix_form(inlined(opened([value.call])[value.call]), names)
        if form.kind != "matrix":
            by_leaf = self.model.derivation.program.by_leaf
            form = matrix_form(by_leaf[self.leaf(name)].definition, names)
        return t.Relation("=", self.name(name), form.tree)

    def sizes_of(self, name: str) -> tuple[Tree, ...]:
        """Sizes as trees."""
        return tuple(map(size_tree, self.leaf(name).sizes))

    def formula(self, tree: Tree, model: Model | None = None, *, display: bool = False) -> Formula:
        """A tree as a formula in the style of the page."""
        return self.ctx.formula(tree, model, display=display)

    def printed(
        self, value: Tensor, left: t.Sym | None = None, *, display: bool = False
    ) -> Formula:
        """A value of no model, printed by the program; `left =` in front."""
        leaves = [c for c in below([value.call]) if c.symbol or c.is_leaf]
        known = {x: c.port.rank for c in leaves if isinstance(x := name_of(c), t.Sym)}
        body = style(tensor_tree(value, where=False), known)
        tree = body if left is None else t.Relation("=", left, body)
        return formula(tree, self.words.lang, display=display)

    def claim(self, deviation: float, key: str, limit: float = EXACT, **values: object) -> Badge:
        """A badge for a numeric claim."""
        return self.ctx.claim(deviation, limit, key, **values)

    def draws(self, net: Net, purpose: int, count: int = TRIALS) -> list[dict[str, Any]]:
        """Random values of all leaves of a net, sizes drawn anew each time."""
        rng = self.ctx.rng(purpose)
        found = []
        for _ in range(count):
            sizes: dict[str, int] = {}
            leaves = {**net.parameters, "X": net.X}
            if net.target is not None:
                leaves[str(net.target.name)] = net.target
            free = list(rng.permutation(np.arange(2, 9)))
            for leaf in leaves.values():
                for s in leaf.sizes:
                    if not isinstance(s, int) and str(s) not in sizes:
                        sizes[str(s)] = int(free.pop())
            found.append({
                n: rng.standard_normal([sizes.get(str(s), s) for s in x.sizes])
                for n, x in leaves.items()
            })  # fmt: skip
        return found


def inlined(root: Node) -> Node:
    """The expression with its plain products written in place, as a reader multiplies them out."""
    known: dict[Node, Node] = {}
    for node in topological([root]):
        known[node] = rebuild(node, known, Policy(inline=True, facts=False, disabled=frozenset()))
    return known[root]


def name_of(call: Call) -> Tree:
    """The symbol of a call."""
    return parse_symbol(call.symbol) if call.symbol else symbol_from_identifier(str(call.path))


def worst(found: Iterable[tuple[np.ndarray, np.ndarray]]) -> float:
    """The largest relative deviation over pairs (found, expected)."""
    return max((relative(a, b) for a, b in found), default=0.0)


def value_of(tensors: list[Tensor], values: Values) -> list[np.ndarray]:
    """Several tensors at once; names that they do not read are left out."""
    read = {c.name for c in below([x.call for x in tensors]) if c.is_leaf}
    many = evaluate(tensors, {k: v for k, v in values.items() if k in read})
    return [np.asarray(v) for v in many]
