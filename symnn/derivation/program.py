"""The program of a derivation: named values in order, each defined by earlier names.

`trace` turns the Calls below a loss into bindings: named, wanted and output calls stay opaque,
everything else is opened, folded, and named automatically where a reader needs a name (a sum under
a function, a value with two readers). Law: opening all names gives the original expression.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sympy as sp

from symnn.calculus.folds import fold
from symnn.core.node import (
    Node,
)
from symnn.core.scalars import Scalar
from symnn.derivation.auto_names import auto_named, free_name
from symnn.derivation.definitions import Binding, Program
from symnn.derivation.name_facts import prove_facts
from symnn.derivation.normalised_names import name_normalised
from symnn.derivation.recurrences import MEMBERS, group_of, spread
from symnn.lang.call import Call, below, opened

_LETTERS = {"scan": "s", "scan before": "before", "scan next": "next"}


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic collection while a graph is built: nothing dies there, and each pass walks it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def trace(output: Call, wrt: Sequence[Call] = (), output_name: str = "L") -> Program:
    """The program that computes `output`."""
    if output.is_leaf:  # d x / d x: the value needs a binding of its own
        output = Call("copy", [output], output.port)
    wanted = set(wrt)
    calls, renamed = spread(below([output]), wanted)
    aliases = set(renamed.values())
    opaque = [c for c in calls if _is_opaque(c, wanted, output) and c not in aliases]
    expressions = opened([output, *opaque], opaque)
    definitions = fold([expressions[c] for c in opaque])
    taken = {str(c.name) for c in calls if c.name}
    taken |= {str(s) for c in calls for size in c.port.sizes for s in _symbols(size)}
    bindings = [
        _bound(c, d, output, output_name, taken, renamed)
        for c, d in zip(opaque, definitions, strict=True)
    ]
    works = dict.fromkeys(c.attrs["recurrence"] for c in calls if c.op == "scan")
    bindings = name_normalised(bindings, taken)
    program = auto_named(bindings, taken, [work.length for work in works])
    groups = [group_of(work, program) for work in works]
    definitions_of: dict[Node, Node] = {}
    for b in program:
        prove_facts(b, definitions_of)
        definitions_of[b.leaf] = b.definition
    inputs = [c for c in calls if c.is_leaf]
    by_leaf = {b.leaf: b for b in program}
    by_leaf.update((alias.port, by_leaf[state.port]) for state, alias in renamed.items())
    return Program(inputs, program, by_leaf[output.port], by_leaf, groups)


def _is_opaque(call: Call, wrt: set[Call], output: Call) -> bool:
    if call.is_leaf or call.op == "number":
        return False
    return call.name is not None or call is output or call in wrt or call.op in MEMBERS


def _bound(
    call: Call,
    definition: Node,
    output: Call,
    output_name: str,
    taken: set[str],
    renamed: Mapping[Call, Call],
) -> Binding:
    """The binding of an opaque call; an unnamed output or wanted value is given a name."""
    if call in renamed:
        call.symbol = call.symbol or renamed[call].symbol
        call.port.name = str(renamed[call].name)
        return Binding(call, definition, name=str(renamed[call].name))
    if call.name is not None:
        return Binding(call, definition, name=call.name)
    name = free_name(output_name if call is output else _LETTERS.get(call.op, "u"), taken)
    taken.add(name)
    call.port.name = name  # a label for messages; the call itself stays unnamed
    return Binding(call, definition, auto=call is not output, name=name)


def _symbols(size: Scalar) -> Iterable[sp.Symbol]:
    """Size symbols: an automatic name must not be one (h for a hidden width)."""
    return getattr(size, "free_symbols", ())
