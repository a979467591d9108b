"""Every function of the face against NumPy itself, on values and on gradients of order 1 and 2."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.calculus.adjoint import reverse
from symnn.calculus.build import fresh_indices
from symnn.calculus.normal import make_sum
from symnn.core.node import Factor, Leaf, Term
from symnn.lang.call import opened
from symnn.oracle import interpret
from tests.differences import check_gradients, close
from tests.lang.cases import ALL, FAMILIES, SIZES, Case


def symbolic(case: Case, *, known: bool = False) -> list[sn.Tensor]:
    shapes = case.numbers() if known else case.symbols()
    return [sn.tensor("abc"[k], shape) for k, shape in enumerate(shapes)]


SPELLINGS = [*ALL, *(c for cases in FAMILIES.values() for c in cases)]


@pytest.mark.parametrize("known", [False, True], ids=["symbolic", "known"])
@pytest.mark.parametrize("case", SPELLINGS, ids=lambda c: c.name)
def test_the_oracle_gives_what_numpy_gives(case: Case, known: bool) -> None:
    tensors, arrays = symbolic(case, known=known), case.arrays()
    wanted = np.asarray(case.f(*arrays), dtype=float)
    got = sn.evaluate(case.f(*tensors), dict(zip(tensors, arrays, strict=True)))
    assert got.shape == wanted.shape
    assert close(got, wanted, 1e-12)


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda c: c.name)
def test_gradients_are_central_differences(case: Case) -> None:
    tensors, arrays = symbolic(case), case.arrays()
    numbers = dict(zip(tensors, arrays, strict=True))
    check_gradients(case.f(*tensors), numbers, case.f)


@pytest.mark.parametrize("family", FAMILIES)
def test_all_spellings_have_one_value_and_one_gradient(family: str) -> None:
    results = []
    for case in FAMILIES[family]:
        tensors, arrays = symbolic(case), case.arrays()
        value = case.f(*tensors)
        root = opened([value.call])[value.call]
        seed = Leaf("seed", root.sizes)
        known = {t.call.port: a for t, a in zip(tensors, arrays, strict=True)}
        sizes = {sn.Size(sn.sizes(s).expr).expr: v for s, v in SIZES.items()}
        shape = case.f(*arrays).shape
        known[seed] = np.random.default_rng(1).normal(size=shape)
        found = reverse(root, seed, [t.call.port for t in tensors])
        gradients = [found[t.call.port] for t in tensors]
        results.append(interpret([root, *gradients], known, sizes))
    assert len(results) >= 5
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            assert close(b, a, 1e-10)


def test_reshape_there_and_back_is_the_tensor_itself() -> None:
    x = sn.tensor("x", ("n", "m", "p"))
    for middle in [(-1,), ("n", -1), (-1, "p")]:
        back = x.reshape(middle).reshape(x.shape)
        node = opened([back.call])[back.call]
        own = fresh_indices(node)
        copy = make_sum(own, [Term(1, (), (Factor(node, tuple(i.pos for i in own)),))])
        assert copy is x.call.port


def test_one_function_runs_on_three_namespaces() -> None:
    import jax.numpy as jnp

    def f(xp, W, x):  # type: ignore[no-untyped-def]
        h = xp.maximum(W @ x, 0) + xp.ones(W.shape[0]) * xp.arange(W.shape[0])
        return xp.sum(xp.eye(W.shape[0]) @ h) / xp.sqrt(xp.square(x).mean() + 1)

    W, x = np.random.default_rng(0).normal(size=(3, 4)), np.linspace(-1, 1, 4)
    symbols = f(sn.numpy, sn.tensor("W", ("p", "n")), sn.tensor("x", ("n",)))
    assert np.isclose(sn.evaluate(symbols, W=W, x=x), f(np, W, x))
    assert np.isclose(f(jnp, W, x), f(np, W, x), rtol=1e-5)  # jax computes in float32
