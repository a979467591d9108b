"""From a node to a piece: the recursion that turns expressions into matrix expressions.

`MatrixWriter.read(node, pos)` writes `node[pos]` over the free indices of the positions, at most
two; indices that are *fixed* stand for a letter (a slice). What has no matrix notation raises
`Stuck`. Results are memoised by node and pattern of positions, whatever the indices are called.

Law: the piece, evaluated, is the array of the read. Extend: one arm in `_make` per node kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from symnn.core.index import Affine, Index, Read
from symnn.core.node import (
    ArgExtremum,
    Bracket,
    Extremum,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import Scalar
from symnn.notation import axes, combine, maps, pieces
from symnn.notation import tree as t
from symnn.notation.assembly import TermForm, spread, term_piece, total
from symnn.notation.conditions import Places, bracket_tree, position_tree
from symnn.notation.deltas import labels_inside, without_equality
from symnn.notation.graph import Graph, Stuck
from symnn.notation.items import Item
from symnn.notation.kron_terms import kron_of
from symnn.notation.leaf_pieces import diagonal_of, leaf_piece, slope, tensor_norm
from symnn.notation.letters import Letters
from symnn.notation.linear import linalg_piece
from symnn.notation.maps import FormStyle
from symnn.notation.mode_products import mode_graph
from symnn.notation.naming import Names, default_name
from symnn.notation.neighbours import beside, is_last_step, is_stepwise, step_indices
from symnn.notation.pieces import Piece
from symnn.notation.scalars import scalar_tree, size_tree
from symnn.notation.sliding_names import biased_convolution, max_pool, sliding_graph
from symnn.notation.sums import slicing_order
from symnn.notation.terms import balanced, constant_value, is_of_parameters, opened
from symnn.notation.wide_sums import wide_sums

Positions = tuple[Affine, ...]
Free = tuple[Index, ...]


class MatrixWriter:
    """Writes nodes as matrix expressions.

    Args:
        names: the tree of a leaf's name.
        style: how functions are written.
        letters: chooses letters of slices; by default those of each expression.
    """

    def __init__(
        self,
        names: Names = default_name,
        style: FormStyle = FormStyle(),  # noqa: B008 (frozen)
        letters: Letters | None = None,
    ) -> None:
        self.names, self.style, self.letters = names, style, letters or Letters()
        self.fixed: dict[Index, t.Tree] = {}
        self.memo: dict[Any, Piece | None] = {}
        self.sides = False  # whether a symmetric A and its transpose are told apart

    @contextmanager
    def holding(self, fixed: Mapping[Index, t.Tree]) -> Iterator[None]:
        """Hold indices fixed at letters inside the block."""
        before = self.fixed
        self.fixed = {**before, **fixed}
        try:
            yield
        finally:
            self.fixed = before

    def read(self, node: Node, pos: Positions, scale: Scalar = 1) -> tuple[Piece, Free]:
        """A read, times `scale`, as a piece over its free indices in order of appearance."""
        free = tuple(dict.fromkeys(i for p in pos for i in p.indices() if i not in self.fixed))
        number = {i: k for k, i in enumerate(free)}
        pattern = tuple(self._pattern(p, number) for p in pos)
        key = (node, pattern, tuple(i.size for i in free), scale, self.sides)
        if key not in self.memo:
            try:
                self.memo[key] = self._make(node, pos, free, scale)
            except Stuck:
                self.memo[key] = None
        piece = self.memo[key]
        if piece is None:
            raise Stuck
        return piece, free

    def _pattern(self, p: Affine, number: dict[Index, int]) -> object:
        if p.bare is not None:
            return number[p.bare] if p.bare in number else self.fixed[p.bare]
        if any(i in number for i in p.indices()):
            return (p, tuple(number.get(i) for i in p.indices()))
        return self.position(p)

    def position(self, p: Affine) -> t.Tree:
        """A position without free indices."""
        return position_tree(p, self.places())

    def places(self) -> Places:
        """How fixed indices are written."""
        return Places(self.fixed, self._integer)

    def _integer(self, read: Read) -> t.Tree:
        return self.read(read.node, read.pos)[0].tree

    # -- one node --------------------------------------------------------------------------------

    def _make(self, node: Node, pos: Positions, free: Free, scale: Scalar) -> Piece:
        pool = max_pool(self, node, pos) if isinstance(node, Extremum) else None
        if pool is not None:
            return pool
        if len(free) > 2 and not isinstance(node, Leaf | Sum | Map):
            raise Stuck
        match node:
            case Leaf():
                if is_stepwise(node):
                    return self._one_step(node, pos, free)
                name, place = self.names(node), self._place(node, pos)
                return leaf_piece(node, name, pos, free, place, sides=self.sides)
            case Sum():
                return self.sum_piece(opened(node, pos, scale), free)
            case Map():
                return self._map(node, pos, free)
            case Softmax():
                return axes.softmax_of(self, node, pos, free)
            case LogSumExp():
                return axes.logsumexp_of(self, node, pos)
            case Extremum():
                return axes.extremum_of(self, node, node.kind, pos)
            case ArgExtremum() if node.extremum.kind == "max":
                return axes.extremum_of(self, node.extremum, "argmax", pos)
            case LinAlg():
                return self._linalg(node, pos, free)
        raise Stuck

    def _place(self, leaf: Leaf, pos: Positions) -> Callable[[Affine], t.Tree]:
        """How a position of a leaf is written: the last step of a recurrence is T."""

        def place(p: Affine) -> t.Tree:
            return size_tree(leaf.sizes[0]) if p is pos[0] else self.position(p)

        return place if is_last_step(leaf, pos) else self.position

    def _one_step(self, leaf: Leaf, pos: Positions, free: Free) -> Piece:
        """A value of a recurrence at one step, or the step beside it; the step must be held."""
        if set(pos[0].indices()) & set(free):
            raise Stuck
        stack, pos = beside(leaf, pos)
        name = self.names(stack)
        if not isinstance(name, t.Grad):
            return leaf_piece(stack, name, pos, free, self.position)
        of = leaf_piece(stack, name.wrt, pos, free, self.position)
        return replace(of, tree=slope(of.tree, name), turned=slope(of.turned, name))

    def _linalg(self, node: LinAlg, pos: Positions, free: Free) -> Piece:
        row, column = (Index(s) for s in node.arg.sizes[-2:])
        batch, ends = (pos, ()) if node.kind in ("det", "logdet") else (pos[:-2], pos[-2:])
        matrix, axes = self.read(node.arg, (*batch, row.pos, column.pos))
        if axes != (row, column):
            raise Stuck
        whole = linalg_piece(node.kind, matrix)
        return self._read_of(whole, ends, free) if ends else whole

    def _read_of(self, matrix: Piece, pos: Positions, free: Free) -> Piece:
        """A matrix, its diagonal, a row or column of it, or an entry."""
        plain = [p for p in pos if p.bare in free]
        if len(plain) == 2:
            return matrix if pos[0] != pos[1] else diagonal_of(matrix)
        if any(set(p.indices()) & set(free) for p in pos if p not in plain):
            raise Stuck
        read = [t.Colon() if p in plain else self.position(p) for p in pos]
        while read and isinstance(read[-1], t.Colon):
            read.pop()
        return pieces.atom(t.Entry(matrix.tree, tuple(read)), len(plain))

    def _map(self, node: Map, pos: Positions, free: Free) -> Piece:
        args = []
        numbers = [constant_value(arg) for arg, _ in node.args]
        for (arg, own_axes), number in zip(node.args, numbers, strict=True):
            if number is not None and None in numbers:
                args.append(pieces.number(scalar_tree(number)))
                continue
            piece, own = self.read(arg, tuple(pos[a] for a in own_axes))
            if len(free) > 2 and own not in ((), free):
                raise Stuck
            if own:
                piece = spread(piece, own, free)
            args.append(piece)
        written = maps.piece_of_map(node.fn.name, args, self.style)
        if written is None:
            raise Stuck
        return written

    # -- sums ------------------------------------------------------------------------------------

    def sum_piece(self, terms: tuple[Term, ...], target: Free) -> Piece:
        """The sum of terms over the target indices."""
        biased = biased_convolution(self, terms, target) if len(target) > 1 else None
        if biased is not None:
            return biased
        forms = [self.term_form(term, target) for term in terms]
        if not forms:
            return combine.zero(tuple(i.size for i in target))
        cores = [(f.core.tree, tuple(i.piece.tree for i in f.above)) for f in forms if f.core]
        if len(set(cores)) < len(cores) and not self.sides:
            self.sides = True  # S + Sᵀ, before the fact that S is symmetric is used
            forms = [self.term_form(term, target) for term in terms]
            self.sides = False
        return total(forms)

    def term_form(self, term: Term, target: Free) -> TermForm:
        """One term reduced; where a tensor has too many axes, its norm or a sum of slices."""
        try:
            form = self._graph(term, target).reduced()
            return replace(form, late=is_of_parameters(term))
        except Stuck:
            wide = wide_sums(self, term, self.fixed)
            if wide is not None:
                form = self.term_form(wide[0], target)
                return replace(form, above=[*form.above, *wide[1]])
            other = None if target else tensor_norm(term, self.names)
            other = other or self._sliced_sum(term, target)
            if other is None:
                raise
            return other

    def _graph(self, term: Term, target: Free) -> Graph:
        found = kron_of(term, target, self.read)
        if found is not None:
            graph = self._graph(found[1], ())
            graph.target = target
            graph.add(found[0], target)
            return graph
        named = sliding_graph(self, term, target) or mode_graph(self, term, target)
        if named is not None:
            return named
        if len(target) > 2:
            return self._entrywise(term, target)
        coef, scaled = balanced(labels_inside(term))
        factors, diagonal = without_equality(scaled, target)
        graph = Graph(target, list(term.bound), coef, diagonal=diagonal)
        for f, scale in factors:
            if isinstance(f.node, Bracket):
                if set(f.indices()) - set(self.fixed):
                    raise Stuck
                graph.add(pieces.number(bracket_tree(f, self.places()), 3), ())
                continue
            piece, free = self.read(f.node, f.pos, scale)
            graph.add(piece, free, f.power)
        return graph

    def _entrywise(self, term: Term, target: Free) -> Graph:
        """A term whose arrays all have the target's axes: the graph of its scalars, with them."""
        coef, scaled = balanced(term)
        graph = Graph(target, list(term.bound), coef)
        for f, scale in scaled:
            if isinstance(f.node, Bracket):
                raise Stuck
            piece, free = self.read(f.node, f.pos, scale)
            if set(free) & set(target) and free != target:
                raise Stuck
            graph.add(piece, free, f.power)
        return graph

    def _sliced_sum(self, term: Term, target: Free) -> TermForm | None:
        """`Σ_b` of what is left when one bound index is held fixed."""
        wide = [f for f in term.factors if len(set(f.indices()) - set(self.fixed)) > 2]
        steps = step_indices(term.bound, term.factors)
        for index in steps or slicing_order(term.bound, wide):
            used = {tree.letter for tree in self.fixed.values() if isinstance(tree, t.Index)}
            letter = self.letters.of(index, "sum", used)
            rest = tuple(b for b in term.bound if b is not index)
            with self.holding({index: t.Index(letter)}):
                try:
                    inner = self.term_form(Term(1, rest, term.factors), target)
                except Stuck:
                    continue
            negative, body = term_piece(inner, literal=False)
            body = combine.negated(body) if negative else body
            whole = combine.big_sum(body, letter, index.size)
            if target:
                return TermForm(term.coef, [], whole)
            return TermForm(term.coef, [Item(whole)], None)
        return None
