"""Training with the generated programs, and what theory says that they must do.

Law: curves, bounds and optima are computed by different means (the program; loss values alone;
the derived Hessian) and compared here; a disagreement is a failed check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.core.errors import UnsupportedError
from symnn.derivation.products import hessian
from symnn.lang.binding import evaluate
from symnn.report.answers.context import Context
from symnn.report.answers.generated import Programs, example
from symnn.report.answers.model import DATA, predicted
from symnn.report.derivation.training_runs import (
    Array,
    Parameters,
    Space,
    cycle_point,
    growth,
    least_squares,
    losses,
)

NEAR = (0.999, 1.001)
GROWTH_STEPS = 4000
LONG_STEPS = 3000


@dataclass
class Setting:
    """The data of one training: arrays by tensor name, the samples, spaces and functions."""

    arrays: dict[str, Array]
    examples: list[Any]
    space: Space
    names: tuple[str, ...]
    programs: Programs
    samples: int

    def epoch(self, data: Any, rate: float, parameters: Parameters) -> Parameters:
        """One pass, one example at a time."""
        found = self.programs.epoch.run(data, rate, *parameters)
        return found if isinstance(found, tuple) else (found,)

    def full_step(self, data: Any, rate: float, parameters: Parameters) -> Parameters:
        """One step on the whole batch."""
        assert self.programs.batch_epoch is not None
        found = self.programs.batch_epoch.run([example(data)], self.samples, rate, *parameters)
        return found if isinstance(found, tuple) else (found,)

    def loss(self, parameters: Parameters) -> float:
        """The mean loss."""
        data = tuple(self.arrays.values())
        return float(self.programs.loss.run(*data, self.samples, *parameters))

    @property
    def whole(self) -> tuple[Array, ...]:
        """All data as one batch."""
        return tuple(self.arrays.values())


def make_setting(ctx: Context, programs: Programs) -> Setting:
    """Draw inputs, hidden true parameters and noise; targets follow from the model itself."""
    training = ctx.exercise.data["training"]
    sizes, samples = training["sizes"], training["samples"]
    rng = ctx.rng(1)
    shapes = {
        n: tuple(sizes.get(s, s) for s in t["shape"])
        for n, t in ctx.exercise.data["tensors"].items()
    }
    inputs = {n: rng.standard_normal((samples, *shapes[n])) for n in shapes if _is(ctx, n, "input")}
    ordered = _parameter_names(ctx)
    true = {n: rng.standard_normal(shapes[n]) for n in ordered}
    targets = _targets(ctx, inputs, true, shapes, rng, float(training["noise"]))
    arrays = {n: {**inputs, **targets}[n] for n in shapes if ctx.model.role(n) in DATA}
    examples = [example(x) for x in zip(*arrays.values(), strict=True)]
    space = Space(tuple(shapes[n] for n in ordered))
    return Setting(arrays, examples, space, ordered, programs, samples)


def _is(ctx: Context, name: str, role: str) -> bool:
    return ctx.model.role(name) == role


def _parameter_names(ctx: Context) -> tuple[str, ...]:
    wanted = ctx.exercise.data["wrt"]
    return tuple(n for n in ctx.exercise.data["tensors"] if n in wanted)


def _targets(
    ctx: Context, inputs: dict[str, Array], true: dict[str, Array],
    shapes: dict[str, tuple[int, ...]], rng: np.random.Generator, noise: float,
) -> dict[str, Array]:  # fmt: skip
    found = {}
    for name in shapes:
        if not _is(ctx, name, "target"):
            continue
        prediction = predicted(ctx.batch_model, name)
        if prediction is None:
            raise UnsupportedError(f"the loss compares nothing with the target {name}")
        value = evaluate(prediction, **inputs, **true)
        found[name] = np.asarray(value) + noise * rng.standard_normal(np.shape(value))
    return found


@dataclass
class Learning:
    """All results of the training.

    Attributes:
        curves: mean loss per epoch by rate.
        optimum: the least mean loss, from loss values alone.
        cycles: per rate (loss where the cycle settles, spectral radius of an epoch).
        bound: the largest stable full-batch step 2 / lambda_max.
        near: excess loss below and above the bound.
        deviations: what was compared, with the largest deviation.
    """

    curves: dict[float, list[float]]
    optimum: float
    cycles: dict[float, tuple[float, float]]
    bound: float
    largest: float
    near: dict[float, list[float]]
    reached: float
    deviations: dict[str, float]


def learn(ctx: Context, setting: Setting) -> Learning:
    """Train, solve, compare."""
    training = ctx.exercise.data["training"]
    space = setting.space
    start = space.unpack(0.1 * ctx.rng(2).standard_normal(space.size))
    curves = {
        rate: losses(setting.epoch, setting.loss, setting.examples, rate, start,
                     training["epochs"])[0]
        for rate in training["rates"]
    }  # fmt: skip
    point, optimum = least_squares(setting.loss, space)
    H = derived_hessian(ctx, setting, space.unpack(point))
    values = np.linalg.eigvalsh(H)
    bound = 2 / float(values[-1])
    near = {
        share: growth(setting.full_step, setting.loss, setting.whole, share * bound,
                      start, GROWTH_STEPS, optimum)
        for share in NEAR
    }  # fmt: skip
    cycles, affine = _cycles(setting, training["rates"])
    last = losses(setting.full_step, setting.loss, setting.whole, 0.9 * bound, start, LONG_STEPS)[0]
    scale = max(optimum, 1e-6 * setting.loss(start))  # data without noise have optimum 0
    deviations = {
        "hessian": _hessian_deviation(setting, H),
        "affine": affine,
        "newton": _newton_deviation(ctx, setting, H, start, optimum) / scale,
        "reached": abs(last[-1] - optimum) / scale,
    }
    return Learning(curves, optimum, cycles, bound, float(values[-1]), near, last[-1], deviations)


def _cycles(setting: Setting, rates: list[float]) -> tuple[dict[float, tuple[float, float]], float]:
    found, worst = {}, 0.0
    for rate in rates:
        point, radius, deviation = cycle_point(setting.epoch, setting.examples, rate, setting.space)
        found[rate] = (setting.loss(setting.space.unpack(point)), radius)
        worst = max(worst, deviation)
    return found, worst


def derived_hessian(ctx: Context, setting: Setting, at: Parameters) -> Array:
    """The derived Hessian of the mean loss in all parameters, evaluated on the data."""
    model = ctx.batch_model
    wanted = [model.tensors[n] for n in setting.names]
    blocks = [hessian(model.loss, u, v) for u in wanted for v in wanted]
    values = {**setting.arrays, **dict(zip(setting.names, at, strict=True))}
    *arrays, _ = evaluate([*blocks, model.loss], values)  # the loss binds all sizes
    sides = [int(np.prod(shape)) for shape in setting.space.shapes]
    count = len(sides)
    return np.block(
        [
            [np.reshape(arrays[i * count + j], (sides[i], sides[j])) for j in range(count)]
            for i in range(count)
        ]
    )


def _newton_deviation(
    ctx: Context, setting: Setting, H: Array, start: Parameters, optimum: float
) -> float:
    """One Newton step with derived gradient and Hessian against the optimum of the loss values."""
    model = ctx.batch_model
    gradients = [model.derivation.gradients[n] for n in setting.names]
    values = {**setting.arrays, **dict(zip(setting.names, start, strict=True))}
    *arrays, _ = evaluate([*gradients, model.loss], values)
    space = setting.space
    point = space.pack(start) - np.linalg.solve(H, space.pack(tuple(map(np.asarray, arrays))))
    return abs(setting.loss(space.unpack(point)) - optimum)


def _hessian_deviation(setting: Setting, H: Array) -> float:
    """The derived Hessian against second differences of the loss, exact for a quadratic loss."""
    space = setting.space
    rng = np.random.default_rng(space.size)
    worst = 0.0
    for _ in range(5):
        v = rng.standard_normal(space.size)
        sides = [setting.loss(space.unpack(s * v)) for s in (1.0, 0.0, -1.0)]
        expected = float(v @ H @ v)
        worst = max(worst, abs(sides[0] - 2 * sides[1] + sides[2] - expected) / abs(expected))
    return worst
