"""The component form: a node as one entry, with its sums written out.

`component_form` writes `Σ_j W_{ij} x_j + b_i` for the entry i of a node; `component_terms` writes
terms as a rule gives them, brackets unsolved. A sum stands directly before the factors that need
it, independent sums beside each other. Every expression has a component form.

Law: evaluated at all values of the free letters, the form equals the node. Extend: one arm in
`_Entries.read` per node kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symnn.core.index import Affine, Index, Read
from symnn.core.node import (
    Bracket,
    Factor,
    Leaf,
    Map,
    Node,
    Sum,
    Term,
)
from symnn.core.scalars import Scalar, is_negative, mul, neg, power
from symnn.notation import tree as t
from symnn.notation.conditional import runs_over_an_axis, under_the_sign
from symnn.notation.conditions import (
    Places,
    bracket_tree,
    position_tree,
    range_tree,
    ranges_apart,
)
from symnn.notation.deltas import bracketed, brackets_out, earliest, turned, unsolved
from symnn.notation.factors import Written, assemble, quotient, unsigned, with_coefficient
from symnn.notation.letters import (
    Letters,
    free_letters,
    letter_rank,
    letters_for,
    name_letters,
    roles_of_reads,
)
from symnn.notation.maps import FormStyle, written
from symnn.notation.naming import Names, default_name
from symnn.notation.neighbours import beside, is_last_step
from symnn.notation.scalars import scalar_tree, size_tree
from symnn.notation.sums import content, partition, reading_order
from symnn.notation.terms import balanced, is_of_parameters, opened
from symnn.notation.tree import Tree
from symnn.notation.windows import Scope, Windows

Positions = tuple[Affine, ...]
Scaled = Sequence[tuple[Factor, Scalar]]


class Entries:
    """Writes entries of nodes; see `component_form` for the arguments."""

    def __init__(
        self,
        names: Names = default_name,
        letters: Letters | None = None,
        style: FormStyle = FormStyle(),  # noqa: B008 (frozen)
        loss: Tree | None = None,
    ) -> None:
        self.names, self.letters, self.style, self.loss = names, letters or Letters(), style, loss
        self.windows = Windows(self)

    # -- reads -----------------------------------------------------------------------------------

    def read(self, node: Node, pos: Positions, scope: Scope, scale: Scalar = 1) -> Tree:
        """One entry of a node, times `scale`."""
        match node:
            case Leaf():
                stack, pos = beside(node, pos)
                return self.entry(self.names(stack), self._places(stack, pos, scope))
            case Sum():
                return self.sum(opened(node, pos, scale), scope)
            case Map():
                args = [self.read(n, tuple(pos[a] for a in axes), scope) for n, axes in node.args]
                return written(node.fn.name, tuple(args), self.style)
        return self.windows.read(node, pos, scope)

    def _places(self, stack: Leaf, pos: Positions, scope: Scope) -> list[Tree]:
        places = [self.position(p, scope) for p in pos]
        if is_last_step(stack, pos):
            places[0] = size_tree(stack.sizes[0])
        return places

    def entry(self, name: Tree, places: list[Tree]) -> Tree:
        """A component of a name; of a gradient, `∂L/∂W_{kl}` where the loss is known."""
        if isinstance(name, t.Grad) and self.loss is not None:
            inner = t.Entry(name.wrt, tuple(places)) if places else name.wrt
            return t.Partial(name.of or self.loss, (inner,))
        return t.Entry(name, tuple(places)) if places else name

    def places(self, scope: Scope) -> Places:
        """How indices are written in a scope."""
        return Places(scope.trees, lambda r: self._integer(r, scope))

    def _integer(self, read: Read, scope: Scope) -> Tree:
        return self.read(read.node, read.pos, scope)

    def position(self, p: Affine, scope: Scope) -> Tree:
        """A position."""
        return position_tree(p, self.places(scope))

    # -- terms -----------------------------------------------------------------------------------

    def sum(self, terms: Sequence[Term], scope: Scope, *, raw: bool = False) -> Tree:
        """A sum of terms, its common number in front."""
        if raw:
            given = {i: t.Index(x) for i, x in self.letters.given.items()}
            place = _ranks({**given, **scope.trees})
            terms = [turned(brackets_out(term), place) for term in terms]
        else:
            place = _ranks(scope.trees)
            terms = [earliest(term, place) for term in bracketed(terms)]
        ready = [
            (term.coef, [(f, 1) for f in term.factors]) if raw else balanced(term) for term in terms
        ]
        common = 1 if raw else content([coef for coef, _ in ready])
        inverse = power(common, -1)
        parts = [
            self.term(term, mul(coef, inverse), factors, scope, raw=raw)
            for term, (coef, factors) in zip(terms, ready, strict=True)
        ]
        plain = [mul(coef, inverse) in (1, -1) for coef, _ in ready]
        late = [is_of_parameters(term) for term in terms]
        total = assemble(parts, [1 + 4 * x + (not y) for x, y in zip(late, plain, strict=True)])
        if common == 1:
            return total
        negative, tree = with_coefficient(common, total)
        return t.Neg(tree) if negative else tree

    def term(
        self, term: Term, coef: Scalar, scaled: Scaled, scope: Scope, *, raw: bool = False
    ) -> tuple[bool, Tree]:
        """Sign and tree of one term; raw: one sum sign in front of all factors."""
        bound, ordered = list(term.bound), scaled
        if not raw:
            bound, ordered = reading_order(term.bound, scaled, list(scope.trees))
        inner, chosen = self.bind(bound, scope, [f for f, _ in ordered])
        ordered, ranges = ranges_apart(ordered)
        factors, minus = unsigned([self._factor(f, scale, inner) for f, scale in ordered])
        factors += [self._range(p, top, inner) for p, top in ranges]
        uses = [set(f.indices) for f in factors]
        if raw:
            groups = [(bound, list(range(len(factors))))] if bound else []
        else:
            groups = partition(bound, uses)
        inside = {k for _, numbers in groups for k in numbers}
        outside = [f for k, f in enumerate(factors) if k not in inside]
        read = [f for f, _ in ordered]
        for indices, numbers in groups:
            under = [factors[k] for k in numbers]
            outside.append(self._big(indices, under, inner, chosen, read, raw=raw))
        negative, tree = with_coefficient(coef, quotient(outside, list(scope.trees)))
        return negative is not minus, tree

    def _big(
        self, bound: Sequence[Index], under: list[Written], scope: Scope,
        chosen: Mapping[Index, str], read: Sequence[Factor], *, raw: bool,
    ) -> Written:  # fmt: skip
        """A sum sign over factors, a bracket between letters beside it: `∑_{j ≥ i} r_j`."""
        letters = {chosen[i]: i for i in bound}
        found = None if raw else under_the_sign([w.tree for w in under], letters)
        ranges = {i: size_tree(i.size) for i in bound}
        shown: dict[Index, Tree | None] = {**ranges}
        condition = None
        if found is not None and len(under) > len(found[0]):
            numbers, last, condition = found
            under = [w for k, w in enumerate(under) if k not in numbers]
            shown.pop(last)
            shown[last] = None if runs_over_an_axis(last, read) else ranges[last]
        body = quotient(under, None if raw else list(scope.trees))
        pairs = tuple((chosen[i], upper) for i, upper in shown.items())
        return Written(t.BigOp("sum", body, pairs, condition))

    def bind(
        self, bound: Sequence[Index], scope: Scope, factors: Sequence[Factor] = ()
    ) -> tuple[Scope, dict[Index, str]]:
        """Letters for bound indices, those of a window by role, and the scope with them."""
        used = scope.used()
        roles = roles_of_reads(factors)
        plain = "sum" if used else "output"  # the sums of a number run over i, j
        chosen = {i: self.letters.of(i, roles.get(i, plain), used) for i in bound}
        return scope.within(chosen), chosen

    def _range(self, p: Affine, top: Scalar, scope: Scope) -> Written:
        return Written(range_tree(p, top, self.places(scope)), frozenset(p.indices()))

    def _factor(self, f: Factor, scale: Scalar, scope: Scope) -> Written:
        indices = frozenset(f.indices())
        if isinstance(f.node, Bracket):
            return Written(bracket_tree(f, self.places(scope)), indices)
        tree = self.read(f.node, f.pos, scope, scale)
        below = is_negative(f.power)
        exponent = neg(f.power) if below else f.power
        return Written(raised(tree, exponent), indices, below)


def _ranks(trees: Mapping[Index, Tree]) -> dict[Index, int]:
    """The indices in scope by the rank of their letters."""
    lettered = [(tree.letter, i) for i, tree in trees.items() if isinstance(tree, t.Index)]
    return {
        i: k for k, (_, i) in enumerate(sorted(lettered, key=lambda pair: letter_rank(pair[0])))
    }


def raised(tree: Tree, exponent: Scalar) -> Tree:
    """A power of a number; a half is a root."""
    if exponent == 1:
        return tree
    if exponent == Fraction(1, 2):
        return t.Apply("sqrt", (tree,))
    return t.Pow(tree, scalar_tree(exponent))


def component_form(
    node: Node,
    names: Names = default_name,
    letters: Letters | None = None,
    free: Sequence[str] | None = None,
    *,
    style: FormStyle = FormStyle(),  # noqa: B008 (frozen)
    loss: Tree | None = None,
) -> Tree:
    """Write one entry of a node.

    Args:
        node: an expression over leaves.
        names: the tree of a leaf's name.
        letters: chooses the letters; by default those that suit the expression.
        free: the letters of the node's own axes; by default chosen as outputs.
        style: how functions are written.
        loss: where given, gradient names print as `∂L/∂W_{kl}`.

    Returns:
        A scalar tree over the free letters, counted from 0 inside.

    >>> W, x = Leaf("W", (2, 3)), Leaf("x", (3,))
    >>> i, j = Index(2), Index(3)
    >>> from symnn.calculus.normal import make_sum
    >>> z = make_sum((i,), [Term(1, (j,), (Factor(W, (i.pos, j.pos)), Factor(x, (j.pos,))))])
    >>> from symnn.notation.text import to_text
    >>> to_text(component_form(z))
    '∑_{j=1}^{3} W_{i,j} x_j'
    """
    letters = letters or letters_for(node, name_letters([node], names))
    own = node.indices if isinstance(node, Sum) else tuple(Index(s) for s in node.sizes)
    chosen = free or free_letters(node, letters)
    scope = Scope({}).within(dict(zip(own, chosen, strict=True)))
    entries = Entries(names, letters, style, loss)
    return entries.read(node, tuple(i.pos for i in own), scope)


def component_terms(
    indices: Sequence[Index],
    terms: Sequence[Term],
    names: Names = default_name,
    letters: Letters | None = None,
    *,
    style: FormStyle = FormStyle(),  # noqa: B008 (frozen)
    loss: Tree | None = None,
    raw: bool | None = None,
) -> Tree:
    """Write terms as a rule gives them: `Σ_i δ_i [i = k] x_l`.

    Args:
        indices: the free indices; letters that are not given are chosen as outputs.
        terms: their sum is written.
        names: the tree of a leaf's name.
        letters: letters given for indices, and the choice of others.
        style: how functions are written.
        loss: where given, gradient names print as `∂L/∂W_{kl}`.
        raw: each term as it stands, one sum sign in front; by default where a bracket with a
            summed index is unsolved.
    """
    raw = any(map(unsolved, terms)) if raw is None else raw
    letters = letters or Letters(forbidden=name_letters(_nodes(terms), names))
    used: set[str] = set(letters.given.values())
    chosen = {i: letters.of(i, "output", used) for i in indices}
    entries = Entries(names, letters, style, loss)
    return entries.sum(terms, Scope({}).within(chosen), raw=raw)


def _nodes(terms: Sequence[Term]) -> list[Node]:
    return [f.node for term in terms for f in term.factors if not isinstance(f.node, Bracket)]
