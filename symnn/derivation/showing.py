"""Printing any tensor: `x.text()`, `x.latex()`, and its notebook forms.

Named values keep their names; what was named automatically, and gradients, are defined in `where`
lines, so that the printed result can be read (and parsed) alone. Registered as methods of Tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symnn.calculus.build import fresh_indices, positions
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import simplify
from symnn.core.errors import UnsupportedError
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.core.recurrence import ScanState
from symnn.derivation.definitions import Binding, Program, direct_leaves
from symnn.derivation.names import Names
from symnn.derivation.program import trace
from symnn.derivation.recurrences import initial_value, is_before, is_named_first
from symnn.derivation.step_parts import derivation_letters
from symnn.lang.tensor import METHODS, Tensor
from symnn.notation import tree as t
from symnn.notation.commutation import Commutation, VecOrder
from symnn.notation.components import component_form
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.letters import Letters
from symnn.notation.matrix import Form, matrix_form, step_form
from symnn.notation.naming import default_name
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree

ORDERS = ("rows", "columns")
FORMS = ("matrix", "differential")


def tensor_tree(
    value: Tensor, *, where: bool = True, vec: str = "rows", form: str = "matrix"
) -> Tree:
    """The notation tree of a tensor's value.

    Args:
        value: any tensor; of a Jacobian or Hessian with more than two axes the matrix is written.
        where: define automatic names and gradients behind the formula, and say how vec goes.
        vec: "rows" or "columns", how the entries of a matrix become a column.
        form: "matrix", or "differential" for the change `dY` of a Jacobian in a change `dX`.

    >>> import numpy as np
    >>> import symnn as sn
    >>> W, x = sn.parameter("W", ("p", "n")), sn.tensor("x", ("n",))
    >>> print(np.tanh(W @ x).text())
    tanh(u)
      where u = W x
    >>> print(sn.jacobian(W.T @ W, W).text())
    (𝐈_{n²} + 𝐊_{n×n}) (Wᵀ ⊗ 𝐈_n)
      where "vec goes row by row"
            𝐊_{n×n} (a ⊗ b) = b ⊗ a
    >>> print(sn.jacobian(W.T @ W, W).text(form="differential"))
    Wᵀ dW + (dW)ᵀ W
    """
    _must_exist(vec, form)
    if value.call.is_leaf:
        return default_name(value.call.port)
    program = trace(value.call, output_name="y")
    names, letters = Names(program), derivation_letters(program)
    node, rows = program.output.definition, derived_axes(value)
    if form == "differential":
        node, names = _in_a_change(value, node, names)
        rows = None
    written = _Lines(program, names, letters)
    if isinstance(node, ScanState):
        body, last = written.line(written.output), []
    else:
        found = matrix_form(node, names, letters=letters, rows=rows, vec=vec)
        body, last = found.tree, conventions(found)
    return with_lines(body, [*written.explained(), *last]) if where else body


def _must_exist(vec: str, form: str) -> None:
    if vec not in ORDERS or form not in FORMS:
        raise UnsupportedError(
            f"vec={vec!r}, form={form!r}\n  there is: vec {', '.join(ORDERS)}; "
            f"form {', '.join(FORMS)}"
        )


def with_lines(body: Tree, lines: Sequence[Tree]) -> Tree:
    """A formula with its `where` lines, if any."""
    return t.Where(body, tuple(lines)) if lines else body


def derived_axes(value: Tensor) -> int | None:
    """How many leading axes of a Jacobian are those of what was differentiated, or None."""
    of = value.call.attrs.get("of", ())
    return of[0].ndim if value.call.op == "jacobian" else None


def conventions(form: Form) -> list[Tree]:
    """What a line with a Kronecker product says: how vec goes, and what 𝐊 does."""
    if not form.note:
        return []
    found: list[Tree] = [VecOrder(form.note.removeprefix("note.vec_"))]
    a, b = t.Sym("a"), t.Sym("b")
    swaps = dict.fromkeys(x for x in walk(form.tree) if isinstance(x, Commutation))
    return found + [t.Relation("=", t.Mul((k, t.Kron((a, b)))), t.Kron((b, a))) for k in swaps]


def _in_a_change(value: Tensor, node: Node, names: Names) -> tuple[Node, Callable[[Leaf], Tree]]:
    """The Jacobian times a change dX, and names that know it."""
    if derived_axes(value) is None:
        raise UnsupportedError("only a Jacobian has a differential form; give sn.jacobian(y, x)")
    wrt = value.call.attrs["of"][1]
    change = Leaf("d" + wrt.call.name, wrt.call.port.sizes)
    own = fresh_indices(node)
    rows = node.rank - wrt.ndim
    factors = (Factor(node, positions(own)), Factor(change, positions(own[rows:])))
    moved = simplify(make_sum(own[:rows], [Term(1, own[rows:], factors)]))
    shown = t.Differential(names(wrt.call.port))
    return moved, lambda leaf: shown if leaf is change else names(leaf)


def _wants_words(binding: Binding) -> bool:
    """Whether a name is not the writer's own: made here or by a derivation, or a gradient."""
    op = binding.call.op
    return binding.auto or op == "gradient" or op.startswith("auto ")


class _Lines:
    """The definitions behind one printed value; a recurrence is written as its steps."""

    def __init__(self, program: Program, names: Callable[[Leaf], Tree], letters: Letters) -> None:
        self.program, self.names, self.letters = program, names, letters
        self.written = program.written
        self.output = next(b for b in self.written if b.leaf is program.output.leaf)

    def explained(self) -> list[Tree]:
        """Automatic names and gradients that the output reads, directly or through one another."""
        by_leaf = {b.leaf: b for b in self.written if _wants_words(b)}
        waiting, wanted = [self.output], {self.output.leaf}
        while waiting:
            new = [x for x in _reads(waiting.pop()) if x in by_leaf and x not in wanted]
            wanted.update(new)
            waiting += [by_leaf[x] for x in new]
        shown = [b for b in self.written if b.leaf in wanted and b is not self.output]
        return [self.line(b) for b in shown if not (is_before(b.leaf) and is_named_first(b))]

    def line(self, b: Binding) -> Tree:
        """`u = W x`; in a recurrence `s_0 = h_0`, `s_t = tanh(a_t)`."""
        if is_before(b.leaf):
            state, by = b.leaf.cache["neighbour"]
            at = t.Num(-1) if by < 0 else size_tree(state.sizes[0])
            return self._equation(t.Entry(self.names(state), (at,)), initial_value(b))
        if not any(b.leaf in g.leaves for g in self.program.groups):
            return self._equation(self.names(b.leaf), b.definition)
        free = self.letters.for_axes(b.leaf.sizes, "output", set())
        tree = step_form(b.definition, self.names, self.letters, free[0])
        if tree is None:
            tree = component_form(b.definition, self.names, self.letters, free)
        else:
            free = free[:1]
        return t.Relation("=", t.Entry(self.names(b.leaf), tuple(map(t.Index, free))), tree)

    def _equation(self, left: Tree, node: Node) -> Tree:
        return t.Relation("=", left, matrix_form(node, self.names, letters=self.letters).tree)


def _reads(b: Binding) -> list[Leaf]:
    """What a definition as it is written reads; before each step, the state and its first value."""
    if not is_before(b.leaf):
        return direct_leaves(b.definition)
    return [b.leaf.cache["neighbour"][0], *direct_leaves(initial_value(b))]


def tensor_text(value: Tensor, *, lang: str = "en", **options: Any) -> str:
    """Unicode text of a tensor's value; options as in `tensor_tree`."""
    return to_text(tensor_tree(value, **options), Style(lang=lang))


def tensor_latex(value: Tensor, *, lang: str = "en", **options: Any) -> str:
    """LaTeX of a tensor's value; options as in `tensor_tree`."""
    return to_latex(tensor_tree(value, **options), Style(lang=lang))


def _bundle(value: Tensor, include: Any = None, exclude: Any = None) -> dict[str, str]:
    bundle = {
        "text/plain": f"{value!r}\n{tensor_text(value)}",
        "text/latex": f"$\\displaystyle {tensor_latex(value)}$",
    }
    kept = {k: v for k, v in bundle.items() if include is None or k in include}
    return {k: v for k, v in kept.items() if exclude is None or k not in exclude}


METHODS["text"] = tensor_text
METHODS["latex"] = tensor_latex
METHODS["_repr_latex_"] = lambda value: f"$\\displaystyle {tensor_latex(value)}$"
METHODS["_repr_mimebundle_"] = _bundle
