"""Autoencoders and losses as modules: values, gradients, the noise of a VAE."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symnn as sn
from symnn import nn

RNG = np.random.default_rng(0)


def _entries(name, p, y, xp=np):
    r = p - y
    return {
        "MSELoss": lambda: r**2,
        "L1Loss": lambda: xp.abs(r),
        "HuberLoss": lambda: xp.where(xp.abs(r) <= 1, r**2 / 2, xp.abs(r) - 0.5),
        "BCEWithLogitsLoss": lambda: xp.logaddexp(0, p) - y * p,
        "BCELoss": lambda: -(y * xp.log(p) + (1 - y) * xp.log(1 - p)),
        "CrossEntropyLoss": lambda: (
            -xp.sum(y * (p - xp.log(xp.sum(xp.exp(p), axis=-1, keepdims=True))), axis=-1)
        ),
    }[name]()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "name",
    ["MSELoss", "L1Loss", "HuberLoss", "BCEWithLogitsLoss", "BCELoss", "CrossEntropyLoss"],
)
def test_losses_and_their_gradients_agree_with_jax(name, reduction):
    jax.config.update("jax_enable_x64", True)
    p, y = sn.parameter("p", ("n", "k")), sn.tensor("y", ("n", "k"))
    loss = getattr(nn, name)(reduction)(p, y)
    f = sn.compile([loss, sn.derive(loss, wrt=p).gradients[p]])
    for shape in ((3, 4), (5, 2)):
        a, b = RNG.uniform(0.1, 0.9, shape), RNG.uniform(0.1, 0.9, shape)
        reduce = getattr(jnp, reduction)
        value, gradient = jax.value_and_grad(lambda q, t=b, r=reduce: r(_entries(name, q, t, jnp)))(
            jnp.asarray(a)
        )
        found, slope = f(p=a, y=b)
        np.testing.assert_allclose(found, value, rtol=1e-12)
        np.testing.assert_allclose(slope, gradient, rtol=1e-10, atol=1e-12)


def test_classes_are_one_hot_targets():
    z, t = sn.parameter("z", ("B", "V")), sn.tensor("t", ("B",), dtype=int, below="V")
    loss = nn.CrossEntropyLoss()(z, t)
    scores, classes = RNG.standard_normal((4, 3)), np.array([0, 2, 1, 1])
    expected = np.mean(_entries("CrossEntropyLoss", scores, np.eye(3)[classes]))
    np.testing.assert_allclose(sn.evaluate(loss, z=scores, t=classes), expected)


def _model(variational):
    encoder = nn.Sequential(nn.Linear("d", "h"), nn.Tanh())
    decoder = nn.Sequential(nn.Linear("k", "h"), nn.Tanh(), nn.Linear("h", "d"))
    if variational:
        return nn.VAE(encoder, decoder, "k")
    return nn.AutoEncoder(nn.Sequential(encoder, nn.Linear("h", "k")), decoder)


@pytest.mark.parametrize("likelihood", ["bernoulli", "normal"])
def test_a_vae_derives_and_its_noise_is_not_differentiated(likelihood):
    x = sn.tensor("x", ("N", "d"))
    model = _model(True)
    d = sn.derive(model.loss(x, likelihood))
    assert set(d.gradients) == {p.call.name for p in model.parameters()}
    assert d.check(draws=1).passed
    with_beta = nn.VAE(nn.Linear("d", "h"), nn.Linear("k", "d"), "k", beta=0)
    plain = sn.derive(with_beta.loss(x, "normal"))
    assert plain.check(draws=1).passed


def test_an_autoencoder_has_no_noise():
    x = sn.tensor("x", ("N", "d"))
    model = _model(False)
    assert sn.derive(model.loss(x)).check(draws=1).passed
    assert model.decode(model.encode(x)).sizes == model(x).sizes


def test_what_there_is_not_is_named():
    x = sn.tensor("x", ("N", "d"))
    with pytest.raises(sn.UnknownNameError, match="bernoulli, normal"):
        _model(False).loss(x, "poisson")
    with pytest.raises(sn.UnknownNameError, match="mean, sum"):
        nn.MSELoss("none")
