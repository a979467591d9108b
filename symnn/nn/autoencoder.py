"""Autoencoders: a code between two networks, certain or drawn from a distribution.

The noise of a VAE is an input like another (`model.noise`): a random source that `derive` never
differentiates and `evaluate` is given. Law: the loss is the negative evidence lower bound, its
divergence taken exactly by the moment rules of `probability`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.core.errors import UnknownNameError, explain
from symnn.lang.functions import binary_cross_entropy_with_logits, mse
from symnn.lang.tensor import Tensor
from symnn.nn.dense import Linear
from symnn.nn.module import Module
from symnn.probability.divergences import gaussian_diagonal
from symnn.probability.moments import source

LIKELIHOODS = ("bernoulli", "normal")


class AutoEncoder(Module):
    """`decoder(encoder(x))`.

    >>> from symnn.lang.tensor import tensor
    >>> model = AutoEncoder(Linear("d", "k"), Linear("k", "d"))
    >>> model(tensor("x", ("N", "d"))).sizes
    (N, d)
    """

    kind = "autoencoder"

    def __init__(self, encoder: Module, decoder: Module, name: str | None = None) -> None:
        super().__init__(name)
        self.encoder, self.decoder = encoder, decoder

    def encode(self, x: Any) -> Tensor:
        """The code of x."""
        return self.encoder(x)

    def decode(self, code: Any) -> Tensor:
        """What a code stands for."""
        return self.decoder(code)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return self.decode(self.encode(x))

    def loss(self, x: Any, likelihood: str = "normal") -> Tensor:
        """Mean squared error ("normal"), or cross-entropy of logits ("bernoulli")."""
        check_likelihood(likelihood)
        kind = mse if likelihood == "normal" else binary_cross_entropy_with_logits
        return kind(self(x), x)


class VAE(Module):
    """A code drawn from `N(mean(x), diag exp log_variance(x))`, as `mean + exp(s/2) * noise`.

    Args:
        encoder: gives the hidden values that both heads read.
        decoder: from a code to logits or means.
        latent: entries of a code.
        beta: weighs the divergence; 1 is the evidence lower bound.

    Attributes:
        mean, log_variance, noise: the tensors of the last call.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, 2014.

    >>> from symnn.lang.tensor import tensor
    >>> model = VAE(Linear("d", "h"), Linear("k", "d"), "k")
    >>> model(tensor("x", ("N", "d"))).sizes, model.noise.sizes
    ((N, d), (N, k))
    """

    kind = "vae"
    mean: Tensor
    log_variance: Tensor
    noise: Tensor

    def __init__(
        self, encoder: Module, decoder: Module, latent: Any, beta: Any = 1, name: str | None = None
    ) -> None:
        super().__init__(name)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.to_mean, self.to_log_variance = Linear(None, latent), Linear(None, latent)

    def settings(self) -> dict[str, Any]:
        return {"beta": self.beta}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        hidden = self.encoder(x)
        mean, s = self.to_mean(hidden), self.to_log_variance(hidden)
        noise = source(f"noise_{self.title}", mean.sizes, latex=r"\epsilon")
        for key, value in (("mean", mean), ("log_variance", s), ("noise", noise)):
            object.__setattr__(self, key, value)  # values, not parameters
        return self.decoder(mean + np.exp(s / 2) * noise)

    def loss(self, x: Any, likelihood: str = "bernoulli") -> Tensor:
        """The negative bound per row: reconstruction plus beta times the divergence from N(0, I).

        Args:
            x: rows of observations.
            likelihood: "bernoulli" with logits, or "normal" of variance 1 (constant left out).
        """
        check_likelihood(likelihood)
        out = self(x)
        each = (out - x) ** 2 / 2 if likelihood == "normal" else np.logaddexp(0, out) - x * out
        total = np.sum(each) + self.beta * gaussian_diagonal(self.mean, self.log_variance)
        return total / out.shape[0] if out.ndim > 1 else total


def check_likelihood(name: str) -> None:
    """Raise for a likelihood that there is not."""
    if name not in LIKELIHOODS:
        raise UnknownNameError(
            explain(f"unknown likelihood {name!r}", expected=", ".join(LIKELIHOODS),
                    fix="use one of these")
        )  # fmt: skip
