"""The judge of printed forms: the text, read back and evaluated, against the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.node import Leaf, Node
from symnn.core.scalars import evaluate_scalar
from symnn.core.walk import leaves, topological
from symnn.notation.components import component_form, free_letters, name_letters
from symnn.notation.evaluate import evaluate, evaluate_components
from symnn.notation.letters import letters_for
from symnn.notation.matrix import Form, matrix_form
from symnn.notation.naming import Names, default_name
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.tree import Sym, Tree
from symnn.oracle import interpret
from symnn.text.symbols import symbol_from_identifier

PRIMES = [3, 4, 5, 6, 7, 2]
OTHERS = [5, 2, 6, 4, 3, 7]


def size_symbols(nodes: Sequence[Node]) -> list[sp.Symbol]:
    """All size symbols below the nodes, in order of appearance."""
    found: dict[sp.Symbol, None] = {}
    for node in topological(nodes):
        scalars = list(node.sizes)
        for term in getattr(node, "terms", ()):
            scalars += [term.coef, *(b.size for b in term.bound)]
        for bound in getattr(node, "bound", ()):
            scalars.append(bound.size)
        for size in scalars:
            for s in sorted(getattr(size, "free_symbols", ()), key=str):
                found[s] = None
    return list(found)


def draw(node: Node, numbers: Sequence[int], seed: int) -> tuple[dict[Leaf, Any], dict[Any, int]]:
    """Values of the leaves and sizes, pairwise different."""
    below = leaves([node])
    symbols = size_symbols([node])
    sizes = dict(zip(symbols, [*numbers, *range(8, 20)], strict=False))
    sizes.update((s, 2) for s in symbols if s.name == "k")  # a window fits what it slides over
    rng = np.random.default_rng(seed)
    values = {}
    for leaf in below:
        shape = tuple(int(evaluate_scalar(s, sizes)) for s in leaf.sizes)
        if leaf.dtype == "int":
            top = int(evaluate_scalar(leaf.below, sizes))
            values[leaf] = rng.integers(0, top, shape)
        elif leaf.facts & {"positive", "simplex", "nonnegative"}:
            values[leaf] = rng.uniform(0.3, 1.2, shape)
        else:
            values[leaf] = rng.uniform(0.2, 1.2, shape) * rng.choice([-1, 1], shape)
            if leaf.name.endswith("pos"):
                values[leaf] = np.abs(values[leaf])
        if leaf.facts & {"symmetric", "pd"}:
            values[leaf] = values[leaf] + values[leaf].T
    return values, sizes


def _names(values: dict[Leaf, Any], names: Names) -> dict[Tree, Any]:
    return {names(leaf): value for leaf, value in values.items()}


def _named_sizes(sizes: dict[Any, int]) -> dict[str, int]:
    return {to_text(symbol_from_identifier(s.name)): v for s, v in sizes.items()}


def value_of_form(
    node: Node, form: Form, values: dict[Leaf, Any], sizes: dict[Any, int], names: Names
) -> tuple[Any, str]:
    bound = _names(values, names)
    symbols = [x for x in bound if isinstance(x, Sym)]
    symbols += [symbol_from_identifier(s.name) for s in sizes]
    text = to_text(form.tree)
    tree = parse_text(text, symbols, indices=form.letters)
    extents = [int(evaluate_scalar(s, sizes)) for s in node.sizes]
    if form.kind in ("entries", "index"):
        free = list(zip(form.letters, extents, strict=True))
        return evaluate_components(tree, bound, _named_sizes(sizes), free), text
    return evaluate(tree, bound, _named_sizes(sizes)), text


def agree(node: Node, form: Form, names: Names = default_name) -> str:
    """Compare at two draws; returns the text."""
    text = ""
    for numbers, seed in ((PRIMES, 0), (OTHERS, 1)):
        values, sizes = draw(node, numbers, seed)
        (wanted,) = interpret([node], values, sizes)
        found, text = value_of_form(node, form, values, sizes, names)
        if form.kind == "kronecker":
            lead = int(np.prod(wanted.shape[: form.rows]))
            wanted = wanted.reshape(lead, -1)
            found = found.reshape(wanted.shape) if found.size == wanted.size else found
        if not np.isfinite(found).all():
            continue  # exp of large numbers: the formula is not stable, the oracle is
        assert found.shape == wanted.shape, f"{text}: {found.shape} for {wanted.shape}"
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9, err_msg=text)
    return text


def check_matrix(node: Node, **options: Any) -> str:
    return agree(node, matrix_form(node, **options))


def check_components(node: Node) -> str:
    letters = letters_for(node, name_letters([node], default_name))
    chosen = tuple(free_letters(node, letters))
    tree = component_form(node, default_name, letters, chosen)
    return agree(node, Form(tree, "index", chosen))
