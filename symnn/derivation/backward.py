"""Reverse mode from name to name.

Each definition is differentiated on its own with the names in it held opaque; the contributions of
several readers are summed; each result becomes a named cotangent. So the names of the forward pass
stay in every result by construction, and the work is linear in the graph.

A cotangent is put into the next step only through a function (DESIGN: `-y/p` into the softmax's
`p_i([i=j] - p_j)` gives `p - y`), and only where its value has no other reader.
"""

from __future__ import annotations

from collections.abc import Collection

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.build import number_node
from symnn.calculus.simplify import simplify
from symnn.core.node import Leaf, Node
from symnn.derivation.cotangents import (
    Cotangent,
    Path,
    definitions_by_node,
    gradient_call,
    named_derivative,
    paths_of,
    settle,
    total,
    with_facts,
    with_names,
)
from symnn.derivation.definitions import Program, direct_leaves
from symnn.derivation.through_time import through_time

__all__ = [
    "Cotangent", "Path", "backward", "definitions_by_node", "gradient_call", "jacobian_node",
    "with_names",
]  # fmt: skip


def backward(
    program: Program, wrt: Collection[Leaf], *, simple: bool = True, named: bool = True
) -> dict[Leaf, Cotangent]:
    """The cotangents of every value between the output and the `wrt` leaves.

    Args:
        program: from `trace`; its output must be a scalar.
        wrt: leaves or ports.
        simple: run the simplifier on each (False: the normal form only).
        named: give each cotangent a name (False: put definitions in).
    """
    needed = _needed(program, wrt)
    seed = number_node(1)
    done: dict[Leaf, Cotangent] = {}
    output = program.output
    done[output.leaf] = Cotangent(output.leaf, [], seed, seed)
    parts: dict[Leaf, list[Path]] = {}
    names = definitions_by_node(program)
    for u in reversed(program.bindings):
        if u.leaf not in needed or (u.leaf in done and u is not output):
            continue
        group = program.group_of(u)
        if group is not None:
            for leaf, paths in through_time(group, parts, done, needed, names, simple).items():
                parts.setdefault(leaf, []).extend(paths)
            continue
        if u is not output:
            if u.leaf not in parts:
                continue
            done[u.leaf] = settle(u.leaf, parts.pop(u.leaf), simple=simple, named=named)
        for path_target, path in paths_of(u, done[u.leaf], needed, names, simple=simple):
            parts.setdefault(path_target, []).append(path)
    for leaf, paths in parts.items():
        done[leaf] = settle(leaf, paths, simple=simple, named=named)
    return done


def _needed(program: Program, wrt: Collection[Leaf]) -> set[Leaf]:
    needed: set[Leaf] = set(wrt)
    for b in program.bindings:
        if any(leaf in needed for leaf in direct_leaves(b.definition)):
            needed.add(b.leaf)
    return needed


# -- higher order --------------------------------------------------------------------------------


def jacobian_node(program: Program, wrt: Leaf) -> Node | None:
    """D output / d wrt as one node over names; axes: output, then wrt. None: no dependence."""
    needed = _needed(program, [wrt])
    lead = program.output.definition.rank
    names = definitions_by_node(program)
    pending: dict[Leaf, list[Node]] = {}
    for u in reversed(program.bindings):
        if u.leaf not in needed:
            continue
        if u is program.output:
            grad = delta(u.definition.sizes)
        elif u.leaf in pending:
            grad = simplify(total(pending.pop(u.leaf)))
        else:
            continue
        targets = [x for x in direct_leaves(u.definition) if x in needed]
        if isinstance(u.definition, Leaf):
            pending.setdefault(u.definition, []).append(grad)
            continue
        hook = simplify if u.shown is None else None
        found = reverse(u.definition, grad, targets, lead=lead, simplify=hook)
        for leaf, value in found.items():
            pending.setdefault(leaf, []).append(simplify(named_derivative(u, value, names)))  # type: ignore[arg-type]
    if wrt not in pending:
        return None
    value, _ = with_facts(simplify(total(pending[wrt])))
    return value
