"""Programs generated from a model, loaded and ready to call.

The source is the program's own print of its notation trees; names in it come from `Sym` and are
identifiers by construction. No text of a sheet is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.program import to_program
from symnn.notation.pseudocode import Algorithm, Assign, Return
from symnn.report.descent import BATCHES, DATASET, EPOCHS, ETA, Descent, make_descent
from symnn.report.model import BATCH_SIZE, DATA, Model
from symnn.report.words import Words

Function = Callable[..., Any]


@dataclass(frozen=True)
class Program:
    """Source and function of one generated algorithm."""

    source: str
    run: Function


def load(source: str, name: str) -> Function:
    """The function that a generated source defines."""
    namespace: dict[str, Any] = {}
    exec(compile(source, f"<generated {name}>", "exec"), namespace)
    function: Function = namespace[name]
    return function


def program(
    algorithm: Algorithm, name: str, ranks: dict[t.Sym, int], inputs: tuple[t.Sym, ...]
) -> Program:
    """Print an algorithm as NumPy and load it."""
    source = to_program(algorithm, name, ranks, inputs)
    return Program(source, load(source, name))


@dataclass(frozen=True)
class Programs:
    """All programs of a model: descent, one epoch, per example and per batch, and the loss."""

    sample: Descent
    batch: Descent | None
    descent: Program
    epoch: Program
    batch_descent: Program | None
    batch_epoch: Program | None
    loss: Program

    def file(self, header: str, demo: str = "") -> str:
        """One module with all functions, its imports once; `demo` runs it."""
        parts = [self.descent, self.batch_descent, self.loss]
        bodies: dict[str, None] = {}
        for part in parts:
            if part is not None:
                for block in part.source.strip().split("\n\n\n")[1:]:
                    bodies.setdefault(block, None)
        first = f'"""{header}"""\n\nimport numpy as np'
        return "\n\n\n".join([first, *bodies, *([demo] if demo else [])]) + "\n"


def make_programs(model: Model, batch_model: Model, words: Words, *, batch: bool) -> Programs:
    """Generate and load the programs of a model."""
    m = t.Sym(BATCH_SIZE)
    one = make_descent(model, words)
    inputs = (DATASET, *one.sizes, ETA, EPOCHS)
    descent = program(one.algorithm, "descent", one.ranks, inputs)
    epoch = program(one.epoch, "epoch", one.ranks, (DATASET, ETA, *one.parameters))
    many = make_descent(batch_model, words, batch=True)
    batched = (BATCHES, m, *many.sizes, ETA, EPOCHS)
    many_run = program(many.algorithm, "descent_in_batches", many.ranks, batched)
    many_epoch = program(
        many.epoch, "epoch_in_batches", many.ranks, (BATCHES, m, ETA, *many.parameters)
    )
    loss = loss_program(batch_model, many)
    if not batch:
        return Programs(one, None, descent, epoch, None, None, loss)
    return Programs(one, many, descent, epoch, many_run, many_epoch, loss)


def loss_program(model: Model, descent: Descent) -> Program:
    """The mean loss over a batch as a function of the data and the parameters."""
    lines = [
        Assign(model.names(b.leaf), matrix_form(b.definition, model.names).tree)
        for b in model.derivation.program.bindings
    ]
    result = model.names(model.derivation.program.output.leaf)
    data = tuple(
        model.names(x.call.port) for n, x in model.tensors.items() if model.role(n) in DATA
    )
    symbols = tuple(s for s in data if isinstance(s, t.Sym))
    algorithm = Algorithm("loss", (), (*lines, Return((result,))))
    inputs = (*symbols, t.Sym(BATCH_SIZE), *descent.parameters)
    return program(algorithm, "mean_loss", descent.ranks, inputs)


def batches(data: tuple[np.ndarray, ...], size: int) -> list[tuple[np.ndarray, ...]]:
    """Whole batches of examples, in order.

    >>> [len(x) for (x,) in batches((np.arange(7),), 3)]
    [3, 3]
    """
    count = len(data[0]) // size
    return [tuple(a[k * size : (k + 1) * size] for a in data) for k in range(count)]
