"""`train`: minimise a loss on data by its compiled step; seeded, interruptible, with a history.

Law: with the same seed the same numbers; each update is the optimiser's rule on the mean gradient
of its batch, nothing else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from symnn.codegen.batching import mean_over_samples
from symnn.codegen.steps import Step, data_inputs
from symnn.core.errors import DomainError, ShapeError, UnknownNameError
from symnn.lang.binding import arrays_for, bind_sizes
from symnn.lang.call import Call, below
from symnn.lang.optimizers import SGD, Optimizer
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor
from symnn.training.history import History
from symnn.training.initialisers import initial
from symnn.training.metrics import Metrics
from symnn.training.samples import Samples, samples

Callback = Callable[[int, History], Any]


def train(
    loss: Tensor,
    data: Mapping[Any, Any],
    *,
    wrt: Sequence[Tensor] | None = None,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch: int | None = 1,
    seed: int = 0,
    init: Any = "glorot",
    sizes: Mapping[str, int] | None = None,
    shuffle: bool = True,
    progress: bool = True,
    callback: Callback | None = None,
    metrics: Mapping[str, Tensor] | None = None,
) -> History:
    """Minimise a loss on data.

    Args:
        loss: rank 0; for one sample (the data has one more axis in front), or for a batch (the
            data has the declared ranks, cut along the axis whose size no parameter has).
        data: arrays by name or tensor.
        wrt: what is learned; all parameters if None.
        optimizer: SGD(0.1) if None.
        epochs: passes over the data.
        batch: samples in a step; None: all.
        seed: of the initial draws and the order.
        init: "glorot", "normal", "zeros", or a dict of arrays and such names.
        sizes: numbers of sizes that neither data nor given arrays tell (a hidden width).
        shuffle: a new order each epoch.
        progress: a bar, if standard error is a terminal.
        callback: called with (epoch, history) after each; training stops where it returns True.
        metrics: scalars to watch, for one sample or a batch as the loss is.

    Returns:
        History: losses per epoch, parameters.

    Raises:
        DomainError: the loss became NaN or infinite.
        ShapeError, UnknownNameError: data that does not fit.

    >>> from symnn.lang.face import parameter, tensor
    >>> w, x, y = parameter("w", ()), tensor("x", ()), tensor("y", ())
    >>> h = train((w * x - y) ** 2, {"x": [1.0, 2.0], "y": [3.0, 6.0]}, epochs=50)
    >>> round(float(h.parameters["w"]), 6)
    3.0
    """
    learned = list(wrt) if wrt is not None else _parameters(loss)
    inputs = data_inputs(loss, learned)
    given = arrays_for([t.call for t in inputs], data, where="train")
    given = {c: a for c, a in given.items() if c in [t.call for t in inputs]}
    rows = samples(given, learned)
    rng = np.random.default_rng(seed)
    bound = _bound(rows, init, learned, sizes)
    step, rename = _step(loss, rows, learned, optimizer or SGD(), batch)
    step.load(initial(learned, init, bound, rng))
    run = _Run(step, rows, rename, batch or rows.count, rng if shuffle else None)
    run.metrics = Metrics(metrics or {}, rows)
    return run.epochs(epochs, progress=progress, callback=callback)


def _parameters(loss: Tensor) -> list[Tensor]:
    found = [Tensor(c) for c in below([loss.call]) if c.op == "parameter"]
    if not found:
        raise UnknownNameError(
            "train: there is no parameter to learn\n"
            "  fix: make it with sn.parameter, or name the tensors with wrt="
        )
    return found


def _bound(
    rows: Samples, init: Any, learned: Sequence[Tensor], sizes: Mapping[str, int] | None
) -> dict[Any, int]:
    """Numbers of the size symbols: from one sample, given parameters, and `sizes`."""
    known = rows.one(0) if rows.single else dict(rows.arrays)
    if isinstance(init, Mapping):
        for p in learned:
            for key, value in init.items():
                same = key.call is p.call if isinstance(key, Tensor) else key == p.name
                if same and not isinstance(value, str):
                    known[p.call] = np.asarray(value)
    bound = bind_sizes(known, where="train")
    for name, value in (sizes or {}).items():
        if bound.setdefault(scalar_of(name), value) != value:
            raise ShapeError(
                f"ShapeError in train\n  size {name} is {value} in sizes=, but "
                f"{bound[scalar_of(name)]} in the data\n  fix: give one of them"
            )
    return bound


def _step(
    loss: Tensor, rows: Samples, learned: Sequence[Tensor], optimizer: Optimizer, batch: int | None
) -> tuple[Step, dict[Call, Call]]:
    """The compiled step, and what each data call is called in it."""
    if batch is not None and batch < 1:
        raise DomainError(f"train: batch={batch}\n  expected: 1 or more\n  fix: batch=1 or None")
    if not rows.single or batch == 1:
        return Step(loss, learned, optimizer, batch, float), {c: c for c in rows.arrays}
    mean, made, _ = mean_over_samples(loss, [Tensor(c) for c in rows.axes])
    rename = {c: made[c].call if c in made else c for c in rows.arrays}
    return Step(mean, learned, optimizer, batch, float), rename


class _Run:
    """One training run."""

    def __init__(
        self,
        step: Step,
        rows: Samples,
        rename: dict[Call, Call],
        batch: int,
        rng: np.random.Generator | None,
    ) -> None:
        self.step, self.rows, self.rename = step, rows, rename
        self.batch, self.rng = batch, rng
        self.used = {t.call for t in step.inputs}
        self.metrics = Metrics({}, rows)
        self.history = History()

    def epochs(self, count: int, *, progress: bool, callback: Callback | None) -> History:
        """Run; Ctrl-C ends it early."""
        start = time.perf_counter()
        try:
            with _bar(count, shown=progress) as advance:
                for epoch in range(1, count + 1):
                    self.history.losses.append(self._epoch(epoch))
                    for name, value in self.metrics(self.step.values).items():
                        self.history.metrics.setdefault(name, []).append(value)
                    advance(self.history.losses[-1])
                    if callback is not None:
                        self.history.parameters = self.step.params
                        if callback(epoch, self.history) is True:
                            break
        except KeyboardInterrupt:
            self.history.interrupted = True
        self.history.parameters = self.step.params
        self.history.seconds = time.perf_counter() - start
        return self.history

    def _epoch(self, epoch: int) -> float:
        places = np.arange(self.rows.count)
        if self.rng is not None:
            places = self.rng.permutation(self.rows.count)
        total = 0.0
        for start in range(0, len(places), self.batch):
            part = places[start : start + self.batch]
            value = self._advance(part, check=self.history.steps == 0)
            self.history.steps += 1
            if not np.isfinite(value):
                raise DomainError(
                    f"train: loss {value} in epoch {epoch}, update {self.history.steps}\n"
                    "  expected: a finite number\n"
                    "  fix: a smaller learning rate, or scaled data"
                )
            total += value * len(part)
        return total / len(places)

    def _advance(self, places: np.ndarray[Any, Any], *, check: bool) -> float:
        lone = self.rows.single and self.batch == 1
        arrays = self.rows.one(int(places[0])) if lone else self.rows.rows(places)
        named = {self.rename[c]: a for c, a in arrays.items()}
        named = {c: a for c, a in named.items() if c in self.used}
        if check:
            self.step.check(named)
        return self.step.advance(named)


@contextmanager
def _bar(count: int, *, shown: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error, if that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield lambda loss: None
        return
    columns = (
        TextColumn("epoch"), MofNCompleteColumn(), BarColumn(),
        TextColumn("loss {task.fields[loss]:.4g}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("train", total=count, loss=float("nan"))
        yield lambda loss: bar.update(task, advance=1, loss=loss)
