"""analyze: shapes, parameters, operations, memory and receptive fields of a model, as formulas.

No model is run and no weight allocated: everything is read off the Calls' equations. The counts are
SymPy expressions in the sizes; `at(N=32)` puts numbers in.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sympy as sp

from symnn.analysis import scalars
from symnn.analysis.collect import Collection, moved_entries
from symnn.analysis.counters import product
from symnn.analysis.graph import Graph, LayerCall, read_graph, resolved
from symnn.analysis.memory import peak_live
from symnn.analysis.receptive import Fields, receptive_fields
from symnn.analysis.report import ParameterRow, Row, merged
from symnn.analysis.scalars import expr
from symnn.analysis.solving import solutions
from symnn.analysis.tables import render, rich_table
from symnn.analysis.views import View, view
from symnn.core.errors import UnknownNameError, explain
from symnn.core.scalars import Scalar, add, exact, mul, to_sympy
from symnn.core.sizes import size_symbol
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor


class Analysis:
    """What a model costs.

    Attributes:
        layers: one Row per layer that computes or holds something, in order of execution.
        total: all of them together.
        view: the convention that tables show.
        padding: whether products against padding zeros count as work.
        notes: tied parameters, constants, conditions on sizes.
        not_counted: what could not be counted; empty unless something is missing.
        input_shape: of the first input.
    """

    def __init__(
        self, layers: list[Row], *, view: View, padding: bool, bytes_each: int,
        peak_entries: Scalar, notes: list[str], not_counted: list[str],
        input_shape: tuple[Scalar, ...],
    ) -> None:  # fmt: skip
        self.layers, self.view, self.padding = layers, view, padding
        self.bytes_each, self.peak_entries = bytes_each, peak_entries
        self.notes, self.not_counted = notes, not_counted
        self.input_shape = input_shape

    @cached_property
    def total(self) -> Row:
        """The sum of all layers."""
        return merged(self.layers, "total", "Total", "")

    @property
    def unit(self) -> str:
        """The unit of `view`."""
        return self.view.unit

    @property
    def parameters(self) -> Scalar:
        """Trained parameters, a tied one once."""
        return self.total.parameters

    @property
    def macs(self) -> Scalar:
        """MACs of the forward pass."""
        return self.total.macs

    @property
    def peak_bytes(self) -> Scalar:
        """The most bytes of values alive at once in the forward pass."""
        return mul(self.bytes_each, self.peak_entries)

    @property
    def parameter_bytes(self) -> Scalar:
        """Bytes of parameters and buffers."""
        return mul(self.bytes_each, add(self.total.parameters, self.total.buffers))

    @property
    def saved_bytes(self) -> Scalar:
        """Bytes kept from the forward pass for the backward pass."""
        return self.total.saved_bytes

    def training_bytes(self, states: int = 2) -> Scalar:
        """Parameters, gradients, optimizer states (Adam: 2 per parameter) and saved activations."""
        each = mul(self.bytes_each, mul(1 + states, self.total.parameters))
        return add(add(self.parameter_bytes, each), self.saved_bytes)

    @property
    def symbols(self) -> list[sp.Symbol]:
        """Free sizes, by name."""
        values = [*self.total.forward.values(), *(s for r in self.layers for s in r.output_shape)]
        found = {s for v in values for s in to_sympy(v).free_symbols}
        found |= to_sympy(self.parameters).free_symbols
        return sorted(found, key=str)

    def layer(self, name: str) -> Row:
        """The row of a layer, or of all layers below a dotted path, together."""
        below = [r for r in self.layers if name in (r.name, r.title)
                 or r.name.startswith(f"{name}.") or f".{name}." in f".{r.name}."]  # fmt: skip
        if len(below) == 1:
            return below[0]
        if not below:
            raise UnknownNameError(
                explain(
                    f"no layer {name!r}",
                    expected=", ".join(r.name for r in self.layers),
                    fix="use one of these, or the front of several",
                )
            )
        return merged(below, name, name, "")

    def at(self, **numbers: int) -> Analysis:
        """The analysis with numbers for some sizes."""
        values = {size_symbol(k): v for k, v in numbers.items()}
        unknown = [str(s) for s in values if s not in self.symbols]
        if unknown:
            raise UnknownNameError(
                explain(
                    f"no size {', '.join(unknown)}",
                    expected=", ".join(map(str, self.symbols)) or "no symbolic size",
                    fix="name one of these",
                )
            )
        return Analysis(
            [r.at(values) for r in self.layers], view=self.view, padding=self.padding,
            bytes_each=self.bytes_each,
            peak_entries=exact(sp.simplify(to_sympy(self.peak_entries).subs(values))),
            notes=self.notes, not_counted=self.not_counted,
            input_shape=tuple(exact(to_sympy(s).subs(values)) for s in self.input_shape),
        )  # fmt: skip

    def solve(self, left: Any, right: Any, unknown: str) -> list[sp.Expr]:
        """The positive values of a size where two quantities are equal.

        `left` and `right` are counts of this analysis, numbers, or names: "attn.macs",
        "saved_bytes", "training_bytes". For a budget take the floor.
        """
        return solutions(self.quantity(left), self.quantity(right), size_symbol(unknown))

    def quantity(self, what: Any) -> sp.Expr:
        """A count by name: `total.macs`, `mlp.flops`, `saved_bytes`."""
        if not isinstance(what, str):
            return to_sympy(exact(what))
        own = {"parameters", "peak_bytes", "parameter_bytes", "saved_bytes", "training_bytes"}
        if what in own:
            value = getattr(self, what)
            return to_sympy(value() if callable(value) else value)
        path, _, name = what.rpartition(".")
        row = self.total if path in ("", "total") else self.layer(path)
        return to_sympy(getattr(row, name))

    def table(self, **options: Any) -> Any:
        """A rich table for the terminal."""
        return rich_table(self, **options)

    def to(self, target: str, **options: Any) -> str:
        """The table as "text", "csv", "json", "markdown", "latex" or "html"."""
        return render(self, target, **options)

    def __repr__(self) -> str:
        return self.to("text")

    def _repr_html_(self) -> str:
        return self.to("html")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The table as text and HTML, for notebooks."""
        return {"text/plain": self.to("text"), "text/html": self.to("html")}


def analyze(
    model: Any, *inputs: Tensor, convention: str = "macs", padding: bool = True,
    bytes_each: int = 4,
) -> Analysis:  # fmt: skip
    """Analyse a model on symbolic inputs, or a value that has been built.

    Args:
        model: a layer, model or function with inputs; or a Tensor without.
        *inputs: symbolic tensors.
        convention: the view that tables show: macs, multiplications, flops, flops_exact,
            connections.
        padding: count products against padding zeros (as every program computes them).
        bytes_each: bytes of a float.

    >>> import symnn.nn as nn
    >>> from symnn.lang.tensor import tensor
    >>> a = analyze(nn.Linear("n", "p"), tensor("x", ("N", "n")))
    >>> a.total.macs, a.total.parameters
    (N*n*p, n*p + p)
    """
    shown = view(convention)
    value = model if isinstance(model, Tensor) and not inputs else model(*inputs)
    graph = read_graph([value.call])
    collected = Collection(graph, padding=padding, bytes_each=bytes_each)
    source = next((c for c in graph.leaves if c.op == "input"), None)
    fields = _fields(graph, source)
    owned, tied = _owned(graph)
    rows = [
        _row(home, collected, owned.get(home, []), fields, bytes_each) for home in _homes(graph)
    ]
    problems = [p for t in collected.tallies.values() for p in t.problems]
    return Analysis(
        rows, view=shown, padding=padding, bytes_each=bytes_each,
        peak_entries=peak_live(graph, collected.live), notes=tied + _conditions(graph),
        not_counted=list(dict.fromkeys(problems)),
        input_shape=source.port.sizes if source else (),
    )  # fmt: skip


def _homes(graph: Graph) -> list[LayerCall]:
    """Layers that compute or hold something, or have no layers inside, as they finish."""
    homes = [x for x in graph.layers if x.operations or x.leaves or not x.children]
    return sorted([*homes, *graph.loose], key=lambda x: x.call.uid)


def _fields(graph: Graph, source: Call | None) -> dict[Call, Fields]:
    if source is None or source.port.dtype == "int" or len(source.port.sizes) < 3:
        return {}
    return receptive_fields(graph, source)


def _row(
    home: LayerCall, collected: Collection, weights: list[ParameterRow],
    fields: dict[Call, Fields], bytes_each: int,
) -> Row:  # fmt: skip
    call, tally = home.call, collected.tally(home)
    layered = "layer" in call.attrs
    inputs = call.attrs.get("inputs", ()) if layered else call.args
    moved = scalars.total(moved_entries(op) for op in home.operations if op in collected.live)
    return Row(
        name=home.path if layered else call.path,
        title=str(call.attrs["title"]) if layered else call.path,
        op=call.op,
        settings=call.attrs["layer"].settings() if layered else {},
        input_shape=inputs[0].port.sizes if inputs else (),
        output_shape=call.port.sizes,
        weights=tuple(weights),
        forward=tally.forward,
        backward=tally.backward,
        domains=tuple(tally.domains),
        saved=tuple(tally.saved),
        moved=expr(scalars.product((bytes_each, home.times, moved))),
        fields=fields.get(resolved(call), ()),
    )


def _owned(graph: Graph) -> tuple[dict[LayerCall, list[ParameterRow]], list[str]]:
    """Parameters and buffers by the first layer that has them; notes on shared ones."""
    home: dict[Call, tuple[LayerCall, str]] = {}
    shared: dict[Call, list[str]] = {}
    for layer in sorted(graph.layers, key=lambda x: x.call.uid):
        module = layer.call.attrs["layer"]
        for key, value in (*module._parameters.items(), *module._buffers.items()):
            home.setdefault(value.call, (layer, f"{layer.path}.{key}"))
            names = shared.setdefault(value.call, [])
            if f"{layer.path}.{key}" not in names:
                names.append(f"{layer.path}.{key}")
    found: dict[LayerCall, list[ParameterRow]] = {}
    for leaf in graph.leaves:
        if leaf.op not in ("parameter", "buffer") or (leaf not in home and leaf not in graph.owner):
            continue
        layer, name = home.get(leaf, (graph.owner[leaf], str(leaf.name)))
        entries = mul(layer.times, product(leaf.port.sizes))
        made = ParameterRow(name, leaf.port.sizes, entries, leaf.op == "parameter")
        found.setdefault(layer, []).append(made)
    tied = [
        f"{' = '.join(names)}: one tensor, counted once"
        for c, names in shared.items()
        if c in home and len({n.rpartition(".")[0] for n in names}) > 1
    ]
    return found, tied


def _conditions(graph: Graph) -> list[str]:
    found = [c for op in graph.order for c in op.conditions]
    texts = [str(c) if hasattr(c, "value") else f"{c[0]} = {c[1]}" for c in found]
    return [f"assumed: {t}" for t in dict.fromkeys(texts)]
