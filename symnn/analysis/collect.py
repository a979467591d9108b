"""Profiles of all operations, summed by layer; gradients that several readers pass are added.

A value needs a gradient if a parameter stands below it. What depends on no input and no parameter
(masks, tables of positions) is a constant, computed once and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.analysis import scalars
from symnn.analysis.costs import Domain
from symnn.analysis.counters import Counter, Counts, count, plus, product, settled, times
from symnn.analysis.graph import Graph, LayerCall, base, is_view, resolved
from symnn.analysis.profile import Kept, Profile, profile_of
from symnn.analysis.scalars import Count, expr
from symnn.core.scalars import Scalar
from symnn.lang.call import Call

TRAINED = "parameter"
HELD = ("parameter", "buffer", "constant")


@dataclass(frozen=True)
class Saved:
    """A tensor kept from the forward pass for the backward pass.

    Attributes:
        name: what it is, for readers.  kind: value, mask or statistic.
        entries: how many.  bytes: each of them.
    """

    name: str
    kind: str
    entries: Scalar
    bytes: int

    @property
    def size(self) -> Scalar:
        """Bytes in all."""
        return expr(scalars.mul(self.entries, self.bytes))


@dataclass
class Tally:
    """Sums of one layer's own operations."""

    forward: Counter = field(default_factory=dict)
    backward: Counter = field(default_factory=dict)
    domains: list[Domain] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    moved: Scalar = 0
    problems: list[str] = field(default_factory=list)


class Collection:
    """Tallies of a graph.

    Args:
        graph: from `read_graph`.
        padding: whether products against padding zeros count.
        bytes_each: bytes of a float.
    """

    def __init__(self, graph: Graph, *, padding: bool = True, bytes_each: int = 4) -> None:
        self.graph, self.padding, self.bytes_each = graph, padding, bytes_each
        self.tallies: dict[LayerCall, Tally] = {}
        self.live, self.trained = _kinds(graph)
        self._readers: dict[Call, int] = {}
        self._kept: dict[object, tuple[LayerCall, Saved]] = {}
        counters: dict[LayerCall, tuple[list[Counts], list[Counts]]] = {}
        for op in graph.order:
            if op in self.live:
                home = graph.owner[op]
                forward, backward = counters.setdefault(home, ([], []))
                self._operation(op, home, forward, backward)
        for call, readers in self._readers.items():
            if readers > 1:
                extra = count(add=scalars.mul(readers - 1, product(call.port.sizes)))
                counters.setdefault(graph.owner[call], ([], []))[1].append(extra)
        for home, (forward, backward) in counters.items():
            tally = self.tally(home)
            tally.forward = settled(times(plus(*forward), home.times))
            tally.backward = settled(times(plus(*backward), home.times))
        for home, saved in self._settled():
            self.tally(home).saved.append(saved)

    def tally(self, home: LayerCall) -> Tally:
        """The tally of a layer."""
        return self.tallies.setdefault(home, Tally())

    def _operation(
        self, op: Call, home: LayerCall, forward: list[Counts], backward: list[Counts]
    ) -> None:
        ends = [resolved(a) for a in op.args]
        wanted = [k for k, a in enumerate(ends) if a in self.trained]
        profile = profile_of(op, wanted, padding=self.padding)
        tally = self.tally(home)
        if profile.problem:
            tally.problems.append(f"{home.path if home.call.attrs else op.path}: {profile.problem}")
        forward.append(profile.forward.counter)
        tally.domains += profile.forward.domains
        for k in dict.fromkeys(profile.backward):
            backward.append(profile.backward[k])
            self._readers[ends[k]] = self._readers.get(ends[k], 0) + 1
        self._keep(op, home, profile)

    def _keep(self, op: Call, home: LayerCall, profile: Profile) -> None:
        for kept in profile.kept:
            found = self._saved(op, kept)
            if found is not None:
                self._kept.setdefault(found[0], (home, found[1]))

    def _saved(self, op: Call, kept: Kept) -> tuple[object, Saved] | None:
        if kept.kind == "mask":
            return ("mask", op), Saved(f"mask of {_name(op)}", "mask", expr(kept.entries), 1)
        if kept.source is None:
            key = ("statistic", op, kept.entries)
            name = f"statistic of {_name(op)}"
            return key, Saved(name, "statistic", expr(kept.entries), self.bytes_each)
        held = base(op if kept.source == -1 else op.args[kept.source])
        if held.op in HELD or held not in self.live:
            return None
        each = {"int": 8, "bool": 1}.get(held.port.dtype, self.bytes_each)
        each = 1 if "mask" in held.port.facts else each
        kind = "mask" if each == 1 else "value"
        if _small(held):
            kind = "statistic"
        return held, Saved(_name(held), kind, product(held.port.sizes), each)

    def _settled(self) -> list[tuple[LayerCall, Saved]]:
        """Without the masks of values that are kept anyway (relu: its output tells the sign)."""
        found = []
        for key, (home, saved) in self._kept.items():
            if isinstance(key, tuple) and key[0] == "mask":
                op = key[1]
                if op.op == "relu" and base(op) in self._kept:
                    continue
            entries = expr(scalars.mul(saved.entries, home.times))
            found.append((home, Saved(saved.name, saved.kind, entries, saved.bytes)))
        return found


def _small(call: Call) -> bool:
    """Whether a value has been reduced over a trailing axis: a mean, a variance of rows."""
    return call.op in ("mean", "power", "add") and any(
        a.port.sizes and len(a.port.sizes) > len(call.port.sizes) for a in _sources(call)
    )


def _sources(call: Call) -> list[Call]:
    """A call and what it was made from, as far as the shape stays the same."""
    found = [call]
    while call.op in ("power", "add") and call.args and call.args[0].port.sizes == call.port.sizes:
        call = call.args[0]
        found.append(call)
    return [a for c in found for a in c.args if c.op == "mean"]


def _name(call: Call) -> str:
    return call.name or call.op


def _kinds(graph: Graph) -> tuple[set[Call], set[Call]]:
    """Calls that depend on data or parameters, and those below which a parameter stands."""
    live: set[Call] = set()
    trained: set[Call] = set()
    for leaf in graph.leaves:
        if leaf.op not in ("number", "constant"):
            live.add(leaf)
        if leaf.op == TRAINED:
            trained.add(leaf)
    for op in graph.order:
        ends = [resolved(a) for a in op.args]
        if any(a in live for a in ends):
            live.add(op)
        if op.port.dtype == "float" and any(a in trained for a in ends):
            trained.add(op)
    return live, trained


def moved_entries(call: Call) -> Count:
    """Entries read and written by an operation; views move nothing."""
    if is_view(call):
        return 0
    tensors = [call, *dict.fromkeys(call.args)]
    return scalars.total(scalars.product(c.port.sizes) for c in tensors)
