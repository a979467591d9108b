"""Printed forms checked: the text of a formula is parsed again and evaluated.

For each step of a derivation, the matrix form and every component form, as text, must give the
value that the oracle gives to the step's node, at each draw. This catches a lost transpose, a lost
minus sign, a letter used twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from symnn.core.node import Leaf
from symnn.core.scalars import evaluate_scalar
from symnn.derivation.bench import Bench, relative
from symnn.derivation.layouts import Layout, Name
from symnn.derivation.loops import series_of
from symnn.derivation.views import View
from symnn.notation.evaluate import evaluate, evaluate_components
from symnn.notation.parse import parse_text
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.tree import Grad, Partial, Sym, Tree
from symnn.notation.values import Series, turned_steps

MOST_POINTS = 2**21


def printed_errors(
    bench: Bench, layout: Layout, views: list[View]
) -> Iterator[tuple[str, float | None]]:
    """(what, deviation) of each printed form of each step at one draw; None: too large to do."""
    values, entries = named_values(bench, layout), named_values(bench, layout, entries=True)
    sizes = {str(s): v for s, v in bench.sizes.items()}
    symbols = {s for tree in values for s in _symbols(tree)}
    for plain in views:
        view = layout.view(plain)
        if _points(view, bench) > MOST_POINTS:
            yield _label(view, "printed"), None
            continue
        slopes = _local_values(bench, layout, view)
        local, inside = {**values, **slopes}, {**entries, **slopes}
        expected = bench.value(view.step.value)
        if view.matrix is not None:
            wanted = expected
            if view.entrywise and view.step.forms[0].node is not None:
                wanted = bench.value(view.step.forms[0].node)
            if layout.turns(plain):
                wanted = turned_steps(wanted) if layout.at_step(plain) else _turned(wanted)
            whole = view.kind == "matrix" or layout.at_step(plain)
            for tree in (*view.before, view.matrix):
                given = local if whole else inside
                error = _matrix_error(view, tree, given, sizes, symbols, wanted)
                yield _label(view, "matrix"), error
        for tree in view.components:
            yield (
                _label(view, "components"),
                _component_error(view, tree, inside, sizes, symbols, bench),
            )


def _turned(value: Any) -> Any:
    """The transpose; of a vector, a row."""
    return value[np.newaxis, :] if value.ndim == 1 else value.T


def _points(view: View, bench: Bench) -> float:
    """Points of the largest index box among the forms of a step."""
    counts = [1.0]
    for form in view.step.forms:
        for t in form.terms:
            indices = dict.fromkeys((*form.indices, *t.bound))
            counts.append(float(np.prod([evaluate_scalar(i.size, bench.sizes) for i in indices])))
    return max(counts)


def _label(view: View, what: str) -> str:
    return f"({view.step.number}) {what}"


def named_values(bench: Bench, layout: Layout, *, entries: bool = False) -> dict[Tree, Any]:
    """The arrays of all names at a draw, by their trees in a layout.

    With `entries`, vectors are read by one letter, whether they are rows or columns.
    """
    found: dict[Tree, Any] = {size_tree(s): v for s, v in bench.sizes.items()}

    def put(key: Tree, name: Name | None, value: Any) -> None:
        turned = name is not None and name.turned and not (entries and value.ndim == 1)
        found[key] = _turned(value) if turned else value

    def put_slope(leaf: Leaf, value: Any) -> None:
        """`∂L/∂W_{kl}` is read by the letters of W."""
        name = layout.names.get(layout.old.gradient(leaf))
        if name is None:
            found[layout.old.gradient(leaf)] = found[Grad(layout.old(leaf))] = value
            return
        symbol = isinstance(name.tree, Sym)
        put(name.tree, name if symbol or not entries else layout.names[layout.old(leaf)], value)
        put(Grad(layout.old(leaf)), layout.names[layout.old(leaf)] if entries else name, value)

    later = {leaf for g in bench.program.groups for leaf in g.neighbours}  # read in the series
    for leaf, value in bench.values.items():
        if isinstance(leaf, Leaf) and leaf not in later:
            put(layout.old(leaf), layout.names.get(layout.old(leaf)), value)
    for leaf, c in bench.cotangents.items():
        put_slope(leaf, bench.value(c.value))
    found.update(_stacks(bench, layout, found, entries=entries))
    return found


def _stacks(
    bench: Bench, layout: Layout, known: dict[Tree, Any], *, entries: bool
) -> dict[Tree, Series]:
    """The stacks over steps, by all that they are called."""
    found = series_of(bench.program.groups, bench.values, bench.sizes, layout.old)
    for old, name in layout.steps.items():
        if old not in known and name.tree not in known:
            continue
        array = known.get(old, known.get(name.tree))
        stack = found.get(old) or found.get(name.tree) or Series(array)
        value = old.wrt if isinstance(name.tree, Partial) and isinstance(old, Grad) else old
        turned = layout.steps[value].turned and stack.array.ndim == 3 if entries else name.turned
        found[old] = found[name.tree] = replace(stack, turned=turned)
    return found


def _local_values(bench: Bench, layout: Layout, view: View) -> dict[Tree, Any]:
    """The local derivative ∂u/∂v that the chain rule in symbols names."""
    step = view.step
    if step.user is None or step.local is None:
        return {}
    pair = layout.old(step.user), layout.old(step.subject)
    value = bench.value(step.local)
    axes = list(range(value.ndim))
    top = step.user.rank
    for name, own in zip(pair, (axes[:top], axes[top:]), strict=True):
        if name in layout.names and layout.names[name].turned:
            axes[own[0] : own[-1] + 1] = own[::-1]
        elif name in layout.steps and layout.steps[name].turned and len(own) == 3:
            axes[own[0] : own[-1] + 1] = [own[0], own[2], own[1]]
    return {Partial(pair[0], (pair[1],)): value.transpose(axes)}


def _symbols(tree: Tree) -> list[Sym]:
    if isinstance(tree, Sym):
        return [tree]
    if not isinstance(tree, Grad):
        return []
    return [s for part in (tree.wrt, tree.of) if part is not None for s in _symbols(part)]


@lru_cache(maxsize=2048)
def _again(tree: Tree, symbols: frozenset[Sym], indices: tuple[str, ...]) -> Tree:
    """The tree that its text is parsed to; the same at every draw."""
    return parse_text(to_text(tree), symbols, indices=indices)


def _matrix_error(
    view: View,
    matrix: Tree,
    values: dict[Tree, Any],
    sizes: dict[str, int],
    symbols: set[Sym],
    expected: Any,
) -> float:
    if view.kind not in ("matrix", "slices", "kronecker"):
        return _free_error(view, matrix, values, sizes, symbols, expected)
    tree = _again(matrix, frozenset(symbols), ())
    found = evaluate(tree, values, sizes)
    if view.kind == "kronecker" and found.size == expected.size:
        found = found.reshape(expected.shape)  # (row, column) pairs, row by row
    if found.ndim == 1 and expected.shape == (*found.shape, 1):  # a matrix of one column
        found = found[:, np.newaxis]
    if found.shape != expected.shape:
        if found.ndim == 0:  # a number written for an array of it
            found = np.broadcast_to(found, expected.shape)
        else:
            return float("inf")
    return relative(found, expected)


def _component_error(
    view: View,
    tree: Tree,
    values: dict[Tree, Any],
    sizes: dict[str, int],
    symbols: set[Sym],
    bench: Bench,
) -> float:
    step = view.step
    if step.kind == "local":
        node = step.forms[0].node
        assert node is not None
        letters = [step.forms[0].letters[i] for i in step.forms[0].indices]
        free = [
            (x, int(evaluate_scalar(i.size, bench.sizes)))
            for x, i in zip(letters, step.forms[0].indices, strict=True)
        ]
        expected = bench.value(node)
    else:
        free = [(x, int(evaluate_scalar(s, bench.sizes))) for x, s in view.free]  # type: ignore[arg-type]
        expected = bench.value(step.value)
    return _parsed_error(tree, values, sizes, symbols, free, expected)


def _free_error(
    view: View,
    tree: Tree,
    values: dict[Tree, Any],
    sizes: dict[str, int],
    symbols: set[Sym],
    expected: Any,
) -> float:
    free = list(zip(view.matrix_letters, expected.shape, strict=False))  # one step: its letter
    return _parsed_error(tree, values, sizes, symbols, free, expected)


def _parsed_error(
    tree: Tree,
    values: dict[Tree, Any],
    sizes: dict[str, int],
    symbols: set[Sym],
    free: list[tuple[str, int]],
    expected: Any,
) -> float:
    again = _again(tree, frozenset(symbols), tuple(x for x, _ in free))
    found = evaluate_components(again, values, sizes, free)
    if len(free) < expected.ndim < found.ndim:  # a column in a step is a row of the stack
        found = found[..., 0]
    elif found.ndim < expected.ndim:  # a number written for an array of it
        found = found.reshape(found.shape + (1,) * (expected.ndim - found.ndim))
    pairs = zip(found.shape, expected.shape, strict=False)
    if found.ndim != expected.ndim or any(a not in (1, b) for a, b in pairs):
        return float("inf")
    return relative(np.broadcast_to(found, expected.shape), expected)
