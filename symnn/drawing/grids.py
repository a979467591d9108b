"""Values as matrices of shaded cells: a real pass through a program, shapes in true proportion.

One cell per entry. Blue is positive, orange negative, the shade says how much; rows that sum to 1
(attention weights) are green and carry their numbers. All values come from evaluating the program
at the sizes given; nothing is drawn that was not computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.core.node import Leaf, Node
from symnn.core.scalars import to_sympy
from symnn.core.sizes import size_symbol
from symnn.derivation.definitions import Program
from symnn.drawing.canvas import Box, Canvas
from symnn.drawing.graph import Graph, Vertex
from symnn.oracle import interpret
from symnn.text.numbers import format_number

CELL = 13.0
NUMBERED = (27.0, 20.0)
_MOST_NUMBERED = 64


@dataclass(frozen=True)
class Grid:
    """The values of one vertex, and whether each row sums to 1."""

    values: np.ndarray
    weights: bool

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell."""
        numbered = self.weights and self.values.size <= _MOST_NUMBERED
        return NUMBERED if numbered else (CELL, CELL)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the grid."""
        rows, columns = self.values.shape
        return columns * self.cell[0], rows * self.cell[1]


def grids_of(
    program: Program, graph: Graph, sizes: Mapping[str, int], seed: int,
    arrays: Mapping[str, Any] | None = None,
) -> dict[str, Grid]:  # fmt: skip
    """The values of all inputs and named values at the given sizes.

    Args:
        program: what is computed.
        graph: its graph, whose keys are used.
        sizes: a number for each size.
        seed: of the standard normal draws for inputs that `arrays` does not give.
        arrays: values of inputs by name.
    """
    rng = np.random.default_rng(seed)
    known: dict[str, Any] = {}
    for call in program.inputs:
        shape = tuple(_at(s, sizes) for s in call.port.sizes)
        drawn = rng.standard_normal(shape)
        known[call.port.name] = (arrays or {}).get(call.port.name, drawn)
    values: dict[Node, Any] = {c.port: np.asarray(known[c.port.name]) for c in program.inputs}
    bound = {size_symbol(k): v for k, v in sizes.items()}
    for b in program.bindings:
        (values[b.leaf],) = interpret([b.definition], values, bound)
    found = {x.name: np.asarray(v) for x, v in values.items() if isinstance(x, Leaf)}
    return {key: _grid(value) for key, value in found.items() if key in graph.nodes}


def _at(size: Any, sizes: Mapping[str, int]) -> int:
    return int(to_sympy(size).subs({size_symbol(k): v for k, v in sizes.items()}))


def _grid(value: np.ndarray) -> Grid:
    flat = np.atleast_1d(value)
    flat = flat[:, None] if flat.ndim == 1 else flat.reshape(-1, flat.shape[-1])
    sums = bool(flat.shape[1] > 1 and (flat >= 0).all() and np.allclose(flat.sum(axis=1), 1))
    return Grid(flat, sums)


def draw_grid(canvas: Canvas, vertex: Vertex, grid: Grid, box: Box, lang: str) -> None:
    """The cells of a grid inside a box, with a frame."""
    values, (w, h) = grid.values, grid.cell
    top = float(np.abs(values).max()) or 1.0
    canvas.rectangle(box, "page", fill="page", corner=0, width=0.5)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            tone = "green" if grid.weights else "blue" if value >= 0 else "vermillion"
            share = abs(float(value)) / top * (0.62 if grid.weights else 0.85)
            x, y = box.x + j * w, box.y + i * h
            canvas.shade(Box(x, y, w, h), tone, share)
            if w > CELL:
                shown = f"{value:.2f}".replace(".", format_number(0.5, lang)[1])
                canvas.text(shown, x + w / 2, y + h / 2 + 3.6, "ink", size=10, of=vertex.key)
    tone = "green" if grid.weights else vertex.tone if vertex.round else "blue"
    canvas.rectangle(box, tone, of=vertex.key, fill="none", corner=0, width=1.5,
                     title=f"{vertex.label.text} ({vertex.words})")  # fmt: skip
