"""Train an autoencoder and a variational one with the derived gradients; measure what they do.

Data: the UCI digits (8 x 8) that scikit-learn carries, read from its files. Law: the same seed
gives the same numbers; both models get the same images, sizes, steps and optimiser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from symnn.codegen.compiled import compile as compiled
from symnn.codegen.steps import Step, compile_step
from symnn.importers.data import read_digits
from symnn.lang.optimizers import Adam
from symnn.probability.gaussian import frechet, kl_to_standard
from symnn.report.vae.model import Coder, coder

HIDDEN, LATENT = 64, 8
EPOCHS, BATCH, RATE = 60, 100, 3e-3
SEEDS = (0, 1, 2)
TRAIN = 1400
Arrays = dict[str, np.ndarray]
Arrays2 = tuple[np.ndarray, np.ndarray]
_POINTS = 17  # of a path between two codes; odd, so that one is the middle


@dataclass(frozen=True)
class Digits:
    """Images in rows, entries in [0, 1], and their classes."""

    train: np.ndarray
    test: np.ndarray
    labels: np.ndarray
    test_labels: np.ndarray


def load_digits() -> Digits:
    """The 1797 digits in an order of their own; the last ones are kept for the test.

    Raises:
        DataError: scikit-learn is not installed.
    """
    table = read_digits()
    order = np.random.default_rng(0).permutation(len(table.features))
    images, labels = table.features[order], table.labels[order].astype(int)
    return Digits(images[:TRAIN], images[TRAIN:], labels[:TRAIN], labels[TRAIN:])


@dataclass
class Trained:
    """One trained model and what was measured on it."""

    kind: str  # "ae", "vae"
    seed: int
    parameters: Arrays
    measures: dict[str, float] = field(default_factory=dict)
    pictures: dict[str, np.ndarray] = field(default_factory=dict)


def train(
    digits: Digits, seed: int, *, variational: bool, beta: float = 1, latent: int = LATENT
) -> tuple[Trained, Coder]:
    """One model from one seed."""
    net, step = _compiled(digits.train.shape[1], latent, variational, beta)
    rng = np.random.default_rng([seed, 4])
    step.load({n: _start(p.shape, rng) for n, p in net.parameters.items()})
    for _ in range(EPOCHS):
        order = rng.permutation(len(digits.train))
        for at in range(0, len(order), BATCH):
            data = {"X": digits.train[order[at : at + BATCH]]}
            if net.E is not None:
                data["E"] = rng.standard_normal((len(data["X"]), latent))
            step.step(**data)
    kind = "vae" if variational else "ae"
    return Trained(kind, seed, {k: np.asarray(v) for k, v in step.params.items()}), net


@lru_cache(maxsize=16)
def _compiled(entries: int, latent: int, variational: bool, beta: float) -> tuple[Coder, Step]:
    """A model and its step, compiled once for all seeds; `load` starts it anew."""
    net = coder("N", entries, HIDDEN, latent, variational=variational, beta=beta)
    weights = list(net.parameters.values())
    return net, compile_step(net.values["L"], weights, optimizer=Adam(RATE))


def _start(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Variance 1 kept through a matrix; zeros for a bias."""
    if len(shape) < 2:
        return np.zeros(shape)
    return rng.standard_normal(shape) / np.sqrt(shape[0])


class Runner:
    """Encoder and decoder of a trained model as functions of arrays."""

    def __init__(self, net: Coder, parameters: Mapping[str, np.ndarray]) -> None:
        self.net, self.parameters = net, dict(parameters)
        v = net.values
        wanted = [v["M"], v["S"]] if "S" in v else [v["M"]]
        self._encode = compiled(wanted)
        self._rate = compiled([v["D"]]) if "D" in v else None

    def encode(self, images: np.ndarray) -> list[np.ndarray]:
        """Means, and log-variances where there are some."""
        return [np.asarray(a) for a in self._run(self._encode, X=images)]

    def rate(self, images: np.ndarray) -> float:
        """KL of the encoder's laws from the prior, in nats for each image; a point has no law."""
        if self._rate is None:
            return float("inf")
        return float(self._run(self._rate, X=images)[0]) / len(images)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Images, entries in (0, 1)."""
        p = self.parameters
        logits = np.tanh(codes @ p["W_3"] + p["b_3"]) @ p["W_4"] + p["b_4"]
        return 1 / (1 + np.exp(-logits))

    def _run(self, function: object, **data: np.ndarray) -> list[np.ndarray]:
        names = {x.name for x in function.inputs}  # type: ignore[attr-defined]
        known = {n: v for n, v in {**self.parameters, **data}.items() if n in names}
        return function(**known)  # type: ignore[operator,no-any-return]


def cross_entropy(images: np.ndarray, found: np.ndarray) -> float:
    """Mean over images of the Bernoulli loss, in nats."""
    safe = np.clip(found, 1e-12, 1 - 1e-12)
    terms = -images * np.log(safe) - (1 - images) * np.log(1 - safe)
    return float(np.mean(np.sum(terms, axis=1)))


def measure(trained: Trained, net: Coder, digits: Digits) -> None:
    """Reconstruction, codes against the prior, samples, and interpolation."""
    rng = np.random.default_rng([trained.seed, 5])
    run = Runner(net, trained.parameters)
    encoded = run.encode(digits.train)
    codes = encoded[0]
    if len(encoded) > 1:
        codes = codes + np.exp(encoded[1] / 2) * rng.standard_normal(codes.shape)
    test_codes = run.encode(digits.test)[0]
    rebuilt = run.decode(test_codes)
    m = trained.measures
    m["reconstruction"] = cross_entropy(digits.test, rebuilt)
    m["squared"] = float(np.mean(np.sum((rebuilt - digits.test) ** 2, axis=1)))
    m["rate"] = run.rate(digits.test)
    m["prior"] = kl_to_standard(codes)
    noise = rng.standard_normal((1000, LATENT))
    _sampled(m, "standard", run.decode(noise), digits)
    center, spread = codes.mean(axis=0), np.linalg.cholesky(np.cov(codes.T))
    _sampled(m, "fitted", run.decode(center + noise @ spread.T), digits)
    pairs = np.random.default_rng(6).permutation(len(test_codes))
    first, second = pairs[: 2 * (len(pairs) // 2)].reshape(2, -1)
    _between(m, run, (test_codes[first], test_codes[second]), digits)
    pixels = (digits.test[first] + digits.test[second]) / 2
    m["pixel_middle"] = float(np.mean(nearest(pixels, digits.train)[0]))
    line = np.linspace(0, 1, 10)[:, None]
    far = int(np.argmax(np.sum((digits.test - digits.test[0]) ** 2, axis=1)))
    a, b = test_codes[0], test_codes[far]
    trained.pictures |= {
        "real": digits.test[:10], "rebuilt": rebuilt[:10], "samples": run.decode(noise[:20]),
        "line": run.decode((1 - line) * a + line * b),
    }  # fmt: skip


def _between(m: dict[str, float], run: Runner, ends: Arrays2, digits: Digits) -> None:
    """Straight lines between codes: where their middle falls, and how straight their images run."""
    a, b = ends
    images = np.stack([run.decode((1 - t) * a + t * b) for t in np.linspace(0, 1, _POINTS)])
    m["middle"] = float(np.mean(nearest(images[_POINTS // 2], digits.train)[0]))
    length = np.sum(np.linalg.norm(np.diff(images, axis=0), axis=2), axis=0)
    m["bend"] = float(np.mean(length / np.linalg.norm(images[-1] - images[0], axis=1)))


def _sampled(m: dict[str, float], name: str, samples: np.ndarray, digits: Digits) -> None:
    distance, labels = nearest(samples, digits.train, digits.labels)
    m[f"{name}_frechet"] = frechet(samples, digits.train)
    m[f"{name}_nearest"] = float(np.mean(distance))
    share = np.bincount(labels, minlength=10) / len(labels)
    m[f"{name}_classes"] = float(np.exp(-np.sum(share * np.log(np.maximum(share, 1e-12)))))


def nearest(
    images: np.ndarray, real: np.ndarray, labels: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each image to the nearest real one, and the class of that one."""
    squares = np.sum(images**2, 1)[:, None] - 2 * images @ real.T + np.sum(real**2, 1)[None]
    at = np.argmin(squares, axis=1)
    distance = np.sqrt(np.maximum(squares[np.arange(len(at)), at], 0))
    return distance, labels[at] if labels is not None else at


def reference(digits: Digits) -> dict[str, float]:
    """The same measures on real images that no model has seen."""
    return {
        "frechet": frechet(digits.test, digits.train),
        "nearest": float(np.mean(nearest(digits.test, digits.train)[0])),
    }


def run_all(digits: Digits) -> list[Trained]:
    """Both models from every seed, trained and measured."""
    found = []
    for seed in SEEDS:
        for variational in (False, True):
            trained, net = train(digits, seed, variational=variational)
            measure(trained, net, digits)
            found.append(trained)
    return found
