"""Recurrences as plain loops: `for t in range(T)`, the stacks allocated before.

The body is lowered by the same rules as everything else, into the lines of the loop; what it reads
from outside has a variable before it. Law: compiled = interpreted, at every number of steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from symnn.codegen.arrays import Array, as_number, shape_text
from symnn.codegen.code import ATOM, Code
from symnn.codegen.reads import Source
from symnn.codegen.structure import restructured
from symnn.codegen.usage import axis_orders, occurrences, operands
from symnn.codegen.writer import Writer
from symnn.core.index import Index
from symnn.core.node import Leaf, Node
from symnn.core.recurrence import Scan, ScanState, make_scan_state
from symnn.core.walk import topological

Lower = Callable[[dict[Node, Source], dict[Node, tuple[int, ...]]], Callable[[Node], Source]]


def scan_code(
    node: Scan,
    known: Mapping[Node, Source],
    writer: Writer,
    names: Mapping[Node, str],
    start: Lower,
) -> tuple[Source, ...]:
    """Write the loop of a recurrence.

    Args:
        node: the recurrence, whose arguments are known.
        known: the Source of every node so far.
        writer: takes the lines.
        names: variables reserved for nodes.
        start: makes the lowering of a body from what its ports are and the axis orders wanted.

    Returns:
        The stack of each state.
    """
    stacks = [make_scan_state(node, k) for k in range(len(node.next))]
    wanted = [names.get(s) or writer.name(_hint(k, stacks)) for k, s in enumerate(stacks)]
    t = writer.name("t")
    now = [writer.name(f"{name}_t") for name in wanted]
    ports = _outside(node, known, writer, t)
    for name, own, s, init in zip(wanted, now, stacks, node.inits, strict=True):
        shape = shape_text(writer, [Index(size) for size in s.sizes])
        writer.statements([f"{name} = np.empty({shape}{writer.array_type()})"])
        writer.statements([f"{own} = {_number(known[init], writer)}"])
    ports.update((p, Source(Code(own), p.sizes)) for p, own in zip(node.states, now, strict=True))
    steps = f"range({writer.whole(node.length)})"
    head = f"for {t} in {f'reversed({steps})' if node.backward else steps}:"
    with writer.block(head):
        _body(node, ports, writer, now, start)
        writer.statements(f"{name}[{t}] = {own}" for name, own in zip(wanted, now, strict=True))
    return tuple(Source(Code(name), s.sizes) for name, s in zip(wanted, stacks, strict=True))


def _hint(number: int, stacks: Sequence[ScanState]) -> str:
    base = "carried" if stacks[0].scan.backward else "states"
    return base if len(stacks) == 1 else f"{base}_{number}"


def _number(source: Source, writer: Writer) -> Code:
    return as_number(writer, Array(source.natural(), (), source.kind)).code


def _outside(
    node: Scan, known: Mapping[Node, Source], writer: Writer, t: str
) -> dict[Node, Source]:
    """The ports of inputs and captures as variables, or as their entry at step t."""
    ports: dict[Node, Source] = {}
    for port, arg in zip(node.inputs, node.xs, strict=True):
        code = _variable(known[arg], writer, "xs")
        ports[port] = Source(Code(f"{code}[{t}]"), port.sizes, known[arg].kind)
    for port, arg in zip(node.captures, node.held, strict=True):
        ports[port] = Source(_variable(known[arg], writer, "c"), port.sizes, known[arg].kind)
    return ports


def _variable(source: Source, writer: Writer, wanted: str) -> Code:
    """A name, a view of one, or a new variable."""
    code = source.natural()
    view = code.level == ATOM and code.text.removesuffix(".T").isidentifier()
    return code if view else writer.assign(wanted, code)


def _body(
    node: Scan, ports: dict[Node, Source], writer: Writer, now: Sequence[str], start: Lower
) -> None:
    """The lines of one step."""
    roots = restructured(node.next)
    order = topological(roots, operands)
    readers = Counter(c for n in order for c in occurrences(n))
    readers.update(roots)
    known = dict(ports)
    lower = start(known, axis_orders(roots))
    for n in order:
        if n in known:
            continue
        source = lower(n)
        if readers[n] > 1 and n not in roots and not _is_plain(n):
            source = Source(
                writer.assign("a", source.code), source.sizes, source.kind, source.order
            )
        known[n] = source
    values = [_number(known[r], writer) for r in roots]
    if len(now) == 1:
        writer.statements([f"{now[0]} = {values[0]}"])
    else:
        made = [writer.assign(f"next_{own}", v) for own, v in zip(now, values, strict=True)]
        writer.statements([f"{', '.join(now)} = {', '.join(map(str, made))}"])


def _is_plain(node: Node) -> bool:
    return isinstance(node, Leaf) or (not node.rank and not node.children())
