"""The two networks of exercise 4 as equations: an autoencoder and a variational one, equal in size.

Law: this is the one place that writes them; losses, gradients and counts are derived from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.lang.face import Tensor, named, parameter, sizes, tensor
from symnn.probability.divergences import gaussian_diagonal
from symnn.probability.moments import source


@dataclass(frozen=True)
class Coder:
    """An encoder and a decoder.

    Attributes:
        values: every named value, in order; "L" is the loss.
        parameters: by name.
        X, E: images in rows; the random source, if there is one.
    """

    values: Mapping[str, Tensor]
    parameters: Mapping[str, Tensor]
    X: Tensor
    E: Tensor | None


_LIKELIHOODS: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "bernoulli": lambda x, o: np.sum(np.logaddexp(0, o) - x * o),
    "normal": lambda x, o: np.sum((o - x) ** 2) / 2,
}


def coder(
    images: Any, observed: Any, hidden: Any, latent: Any, *, variational: bool, beta: Any = 1,
    likelihood: str = "bernoulli",
) -> Coder:  # fmt: skip
    """Encode, (sample,) decode; mean over the images.

    Args:
        images: their number, as those after it a number or a name.
        observed: entries of an image.
        hidden: units of each hidden layer.
        latent: entries of a code.
        variational: a VAE; else an autoencoder.
        beta: weighs the divergence: a number or a tensor; 1 is the bound.
        likelihood: "bernoulli" with logits, or "normal" of variance 1, without its constant.
    """
    known: dict[str, Tensor] = {}

    def weight(name: str, *shape: Any, latex: str = "") -> Tensor:
        return known.setdefault(name, parameter(name, shape, latex=latex or name))

    X = tensor("X", (images, observed))
    E = source("E", (images, latent)) if variational else None
    v: dict[str, Tensor] = {}
    v["H"] = named("H", np.tanh(X @ weight("W_1", observed, hidden) + weight("b_1", hidden)))
    wm = weight("W_mu", hidden, latent, latex=r"W_\mu")
    v["M"] = named("M", v["H"] @ wm + weight("b_mu", latent, latex=r"b_\mu"))
    v["Z"] = v["M"]
    if E is not None:
        wl = weight("W_s", hidden, latent)
        v["S"] = named("S", v["H"] @ wl + weight("b_s", latent))
        v["Z"] = named("Z", v["M"] + np.exp(v["S"] / 2) * E)
    g = v["Z"] @ weight("W_3", latent, hidden) + weight("b_3", hidden)
    v["G"] = named("G", np.tanh(g))
    v["O"] = named("O", v["G"] @ weight("W_4", hidden, observed) + weight("b_4", observed))
    count = sizes(images) if isinstance(images, str) else images
    v["R"] = named("R", _LIKELIHOODS[likelihood](X, v["O"]))
    total = v["R"]
    if E is not None:
        v["D"] = named("D", gaussian_diagonal(v["M"], v["S"]))
        total = v["R"] + beta * v["D"]
    v["L"] = named("L", total / count, latex=r"\mathcal{L}")
    return Coder(v, known, X, E)
