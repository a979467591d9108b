"""Programs generated from a model, loaded and ready to call.

The source is the program's own print of its notation trees; names in it come from `Sym` and are
identifiers by construction. No text of a sheet is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.core.errors import UnsupportedError
from symnn.lang.size import sizes
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.program import to_program
from symnn.notation.pseudocode import Algorithm, Assign, Return
from symnn.notation.scalars import size_tree
from symnn.report.answers.descent import BATCHES, DATASET, EPOCHS, ETA, Descent, make_descent
from symnn.report.answers.model import DATA, Model, batch_size
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
    try:
        return Program(source, load(source, name))
    except SyntaxError as error:
        raise UnsupportedError(
            f"the program {name} cannot be written: {error.msg}\n"
            "  fix: rename the tensor whose symbol is that of the step, the epochs or the data"
        ) from error


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
    m = size_symbol(batch_model)
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


def size_symbol(model: Model) -> t.Sym:
    """The symbol of the batch size."""
    tree = size_tree(sizes(batch_size(model.exercise)).expr)
    assert isinstance(tree, t.Sym)
    return tree


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
    inputs = (*symbols, size_symbol(model), *descent.parameters)
    return program(algorithm, "mean_loss", descent.ranks, inputs)


def example(data: tuple[np.ndarray, ...]) -> Any:
    """One example as the loop unpacks it: an array alone, or a tuple of arrays.

    >>> example((np.ones(2),)).shape, len(example((np.ones(2), np.ones(3))))
    ((2,), 2)
    """
    return data[0] if len(data) == 1 else data
