"""Layouts: the same derivation under the other conventions of matrix calculus.

    mixed         a gradient has the shape of its variable, ∂u/∂v has the rows of u (the default)
    numerator     every derivative has the rows of what is differentiated: ∂L/∂W is transposed
    denominator   every derivative has the rows of what it is differentiated in: ∂u/∂v is transposed
    columns       samples are columns: values with an axis of samples in front are transposed

A stack over the steps of a recurrence stays a stack: it is each step of it that is transposed.
Law: a layout renames arrays to their transposes and changes nothing else, so putting the
transposes back gives the mixed form; each formula is checked in the layout in which it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.core.node import Leaf
from symnn.derivation.definitions import Program
from symnn.derivation.draws import symbols_of
from symnn.derivation.names import Names
from symnn.derivation.transposes import Name, Turner, name_at_step
from symnn.derivation.views import View
from symnn.notation import tree as t
from symnn.notation.letters import Letters
from symnn.notation.normal import normalise
from symnn.notation.scalars import size_tree
from symnn.notation.shapes import ONE
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree

LAYOUTS = ("mixed", "numerator", "denominator")
SAMPLES = ("rows", "columns")
_GRADIENTS = ("gradient", "path", "sum", "answer", "structured")


class Layout:
    """One layout of one derivation.

    Attributes:
        program: what was derived.
        shapes: sizes of every name, as it is called here.
        names: how each name of the mixed layout is called here.
        steps: of a stack over steps, how its name at one step is called.
    """

    def __init__(
        self, program: Program, names: Names, letters: Letters, layout: str, samples: str
    ) -> None:
        if layout not in LAYOUTS or samples not in SAMPLES:
            raise UnsupportedError(
                f"no layout {layout!r} with samples in {samples!r}\n"
                f"  there is: {', '.join(LAYOUTS)}; samples in {' or '.join(SAMPLES)}"
            )
        self.layout, self.samples = layout, samples
        self.plain: dict[Tree, tuple[Tree, ...]] = {}
        self.names: dict[Tree, Name] = {}
        self.steps: dict[Tree, Name] = {}
        self.lengths = {g.length for g in program.groups}
        batch = {s for s, role in letters.roles.items() if role == "batch"}
        self.old, self.program = names, program
        leaves = [*(c.port for c in program.inputs), *(b.leaf for b in program.bindings)]
        for leaf in leaves:
            self._add(leaf, samples == "columns" and self._of_samples(leaf, batch), names)
        symbols = {size_tree(s): () for s in symbols_of(leaves)}
        self.plain = {**symbols, **self.plain}
        self.shapes: dict[Tree, tuple[Tree, ...]] = dict(symbols)
        self.shapes |= {name.tree: self._shape(old, name) for old, name in self.names.items()}
        for old, name in self.steps.items():
            if name.turned:
                first, *rest = self.plain[old]
                turned = self._turned(tuple(rest))
                self.shapes[t.Entry(name.tree, ())] = (first, *turned)

    @property
    def usual(self) -> bool:
        """Whether nothing changes."""
        return self.layout == "mixed" and self.samples == "rows"

    def is_stack(self, leaf: Leaf) -> bool:
        """Whether the first axis of a value is the steps of a recurrence."""
        return leaf.rank > 0 and leaf.sizes[0] in self.lengths

    def _add(self, leaf: Leaf, columns: bool, names: Names) -> None:
        sizes = tuple(map(size_tree, leaf.sizes))
        value, gradient = names(leaf), names.gradient(leaf)
        self.plain[value] = self.plain[gradient] = self.plain[t.Grad(value)] = sizes
        stack = self.is_stack(leaf)
        turned = columns != (self.layout == "numerator" and leaf.rank - stack in (1, 2))
        shown = t.Partial(names.loss, (value,)) if self.layout == "numerator" else gradient
        self.names[value] = Name(value, columns and not stack)
        for tree in (gradient, t.Grad(value)):
            named = tree if isinstance(tree, t.Sym) else shown
            self.names[tree] = Name(named, turned and not stack)
        if stack and not self.usual:
            self.steps[value] = Name(value, columns)
            for tree in (gradient, t.Grad(value)):
                self.steps[tree] = Name(self.names[tree].tree, turned)

    def _of_samples(self, leaf: Leaf, batch: set[object]) -> bool:
        """Whether a matrix, or each step of a stack, has its samples along the rows."""
        rows, *rest = leaf.sizes[self.is_stack(leaf) :] or (None,)
        return len(rest) == 1 and rows in batch and leaf.role != "parameter"

    def _shape(self, old: Tree, name: Name) -> tuple[Tree, ...]:
        return self._turned(self.plain[old]) if name.turned else self.plain[old]

    @staticmethod
    def _turned(sizes: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """The sizes of the transpose; of a vector, a row."""
        return (ONE, *sizes) if len(sizes) == 1 else sizes[::-1]

    def shape(self, view: View) -> tuple[Tree, ...]:
        """Rows and columns of the right side of a view; () for a number."""
        sizes = tuple(size_tree(s) for s in view.shape)  # type: ignore[arg-type]
        if not sizes:
            return ()
        column = (sizes[0], ONE) if len(sizes) == 1 else sizes
        return column[::-1] if self.turns(view) and not self.at_step(view) else column

    # -- views -----------------------------------------------------------------------------------

    def view(self, view: View) -> View:
        """The view in this layout."""
        if self.usual:
            return view
        up = self.turns(view)
        return replace(
            view,
            left=self._components(view.left),
            components=tuple(map(self._components, view.components)),
            matrix_left=self._left(view),
            before=tuple(self.turn(x, up=up) for x in view.before),
            matrix=None if view.matrix is None else self._matrix(view, up),
            reasons=tuple((key, self._said(values)) for key, values in view.reasons),
            facts=tuple((key, self._said(values)) for key, values in view.facts),
            words=None if view.words is None else (view.words[0], self._said(view.words[1])),
        )

    def _said(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a phrase: formulas over the names of this layout."""
        return {k: self._components(v) if isinstance(v, Tree) else v for k, v in values.items()}

    def turns(self, view: View) -> bool:
        """Whether the right side of a view is transposed here."""
        step = view.step
        if self.usual:
            return False
        if self.at_step(view):
            value = self.old(step.subject)
            return self.steps[t.Grad(value) if step.kind in _GRADIENTS else value].turned
        if step.kind == "local":
            if view.entrywise:
                return self.names[self.old(step.subject)].turned
            return self.layout == "denominator" and step.value.rank == 2 and view.kind == "matrix"
        value = self.old(step.subject)
        key = t.Grad(value) if step.kind in _GRADIENTS else value
        return self.names[key].turned and view.kind == "matrix"

    def at_step(self, view: View) -> bool:
        """Whether the matrix form is that of one step of a stack."""
        return (
            view.kind == "index" and len(view.matrix_letters) == 1
            and self.is_stack(view.step.subject)
        )  # fmt: skip

    def _matrix(self, view: View, up: bool) -> Tree:
        assert view.matrix is not None
        if view.kind != "matrix" and not self.at_step(view):
            return self._components(view.matrix)
        return self.turn(view.matrix, up=up)

    def _left(self, view: View) -> Tree:
        step = view.step
        if self.at_step(view) and step.kind != "local":
            return self._step_left(view.matrix_left)
        if step.kind == "path" and step.user is not None:
            local = t.Partial(self.old(step.user), (self.old(step.subject),))
            return self._passed(local, self.names[t.Grad(self.old(step.user))].tree)
        if step.kind == "answer" and self.layout == "numerator":
            return t.Partial(self.old.loss, (self.old(step.subject),))
        if step.kind in ("gradient", "sum"):
            return self.names[self.old.gradient(step.subject)].tree
        return view.matrix_left

    def _passed(self, local: Tree, above: Tree) -> Tree:
        """What one reader passes back: `(∂L/∂u)(∂u/∂v)`, or the other way round."""
        swap = {"numerator": (above, local), "denominator": (local, above)}
        return t.Mul(swap.get(self.layout, (t.Transpose(local), above)))

    def _step_left(self, tree: Tree) -> Tree:
        """The left side of one step."""
        match tree:
            case t.Add(terms):
                return t.Add(tuple(map(self._step_left, terms)))
            case t.Mul((t.Transpose(t.Partial() as local), above)):
                return self._passed(local, self._step_left(above))
            case t.Grad(t.Entry(base, positions), of) if self.layout == "numerator":
                return t.Partial(of or self.old.loss, (t.Entry(base, positions),))
            case t.Grad() if tree in self.names:
                return self.names[tree].tree
        return tree

    # -- trees -----------------------------------------------------------------------------------

    def turn(self, tree: Tree, *, up: bool) -> Tree:
        """A formula over the names of this layout; transposed with `up`."""
        try:
            return normalise(Turner(self.names, self.plain, self.steps).turn(tree, up))
        except UnknownNameError:  # a form without a known shape: transposes stay where they are
            plain = self._replaced(tree)
            return normalise(t.Transpose(plain) if up else plain)

    def _replaced(self, tree: Tree) -> Tree:
        name = self.names.get(tree) or name_at_step(tree, self.steps)
        if name is not None:
            return t.Transpose(name.tree) if name.turned else name.tree
        return map_children(tree, self._replaced)

    def _components(self, tree: Tree) -> Tree:
        """A component form: the letters of transposed arrays change places."""
        match tree:
            case t.Entry(base, (step, *rest)) if base in self.steps:
                name = self.steps[base]
                both = rest[::-1] if name.turned and len(rest) == 2 else rest
                return t.Entry(name.tree, tuple(map(self._components, (step, *both))))
            case t.Entry(base, positions) if base in self.names:
                name = self.names[base]
                if not name.turned or len(self.plain[base]) != 2:
                    return t.Entry(name.tree, tuple(map(self._components, positions)))
                both = (*map(self._components, positions), t.Colon())[:2]
                return t.Entry(name.tree, both[::-1])
            case t.Partial(num, den):
                parts = tuple(self._components(d) for d in den)
                return t.Partial(self._components(num), parts)
            case t.Grad() | t.Sym() if tree in self.names:
                return self.names[tree].tree
        return map_children(tree, self._components)
