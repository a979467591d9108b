"""Compiled = interpreted: every spelling of the face, gradients, random sums, windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.facts import READER, STRUCTURE
from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.core.walk import leaves
from symnn.lang.binding import evaluate
from symnn.lang.call import opened
from symnn.lang.definition import define
from symnn.lang.face import named, tensor
from symnn.lang.tensor import Tensor, make
from symnn.oracle import interpret
from tests.calculus.random_sums import NUMBERS, Maker
from tests.codegen.random_affine import AffineMaker, arrays, as_tensor
from tests.lang.cases import ALL, FAMILIES, Case

CASES = [*ALL, *(c for cases in FAMILIES.values() for c in cases)]
TOLERANCE = 1e-12  # float64: the same operations in another order


def check(value: Tensor, values: dict[Tensor, Any], tolerance: float = TOLERANCE) -> np.ndarray:
    """Compile, run, compare with the oracle."""
    f = compile(value)
    used = {t: a for t, a in values.items() if t.call in f.function.inputs}
    got, wanted = f(used), evaluate(value, used)
    assert got.shape == wanted.shape
    error = np.max(np.abs(got - wanted) / np.maximum(1, np.abs(wanted)), initial=0)
    assert error <= tolerance, f"error {error} in\n{f.source}"
    return got


def symbols(case: Case, *, known: bool) -> dict[Tensor, np.ndarray]:
    shapes = case.numbers() if known else case.symbols()
    return {
        tensor("abc"[k], s): a for k, (s, a) in enumerate(zip(shapes, case.arrays(), strict=True))
    }


@pytest.mark.parametrize("known", [False, True], ids=["symbolic", "known"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_every_spelling_compiles_to_its_value(case: Case, known: bool) -> None:
    values = symbols(case, known=known)
    check(case.f(*values), values)


@pytest.mark.parametrize("policy", [READER, STRUCTURE], ids=["reader", "structure"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_gradients_of_orders_1_and_2_compile_to_their_values(case: Case, policy: Any) -> None:
    values = symbols(case, known=False)
    value = case.f(*values)
    root = opened([value.call])[value.call]
    seed = tensor("seed", root.sizes)
    shape = evaluate(value, values).shape
    values[seed] = np.random.default_rng(3).normal(size=shape)
    wrt = [t.call.port for t in values if t is not seed]
    for first in reverse(root, seed.call.port, wrt, policy=policy).values():
        check(make("first", list(values), first), values)
        if policy is READER:
            for second in reverse(first, delta(first.sizes), wrt, lead=first.rank).values():
                check(make("second", list(values), second), values)


@pytest.mark.parametrize("maker", [Maker, AffineMaker], ids=["sums", "affine"])
@pytest.mark.parametrize("seed", range(30))
def test_random_sums_and_their_gradients_compile_to_their_values(maker: Any, seed: int) -> None:
    node = maker(seed).node(seed % 3, 2)
    value, inputs = as_tensor(node)
    values = arrays(inputs, seed)
    known = {t.call.port: a for t, a in values.items()}
    assert np.allclose(compile(value)(values), interpret([node], known, NUMBERS)[0], 1e-9, 1e-9)
    upstream = tensor("upstream", node.sizes)
    values[upstream] = np.random.default_rng(seed).normal(size=[NUMBERS[s] for s in node.sizes])
    known[upstream.call.port] = values[upstream]
    for g in reverse(node, upstream.call.port, leaves([node]), policy=STRUCTURE).values():
        wanted = interpret([g], known, NUMBERS)[0]
        got = compile(make("gradient", list(values), g))(values)
        scale = max(1.0, float(np.max(np.abs(wanted), initial=0)))
        assert np.max(np.abs(got - wanted), initial=0) < 1e-9 * scale


def _images(n: int = 2, c: int = 3, size: int = 7) -> tuple[Tensor, Tensor, dict[Tensor, Any]]:
    x, w = tensor("x", ("n", "c", size, size)), tensor("w", (4, "c", 3, 3))
    rng = np.random.default_rng(0)
    return x, w, {x: rng.normal(size=(n, c, size, size)), w: rng.normal(size=(4, c, 3, 3))}


CONV = "y[n,o,h,v] = sum(c,k,l: x[n,c,s*h+d*k-p,s*v+d*l-p] * w[o,c,k,l])"


@pytest.mark.parametrize("s", [1, 2, 3])
@pytest.mark.parametrize("p", [0, 1, 2])
@pytest.mark.parametrize("d", [1, 2])
def test_convolutions_and_their_gradients(s: int, p: int, d: int) -> None:
    x, w, values = _images()
    y = define(CONV, x=x, w=w, s=s, p=p, d=d, outside={"x": 0})
    check(y, values)
    for g in gradients(np.sum(np.tanh(y)), [x, w]).values():
        check(g, values)


POOL = "y[n,c,h,v] = max(a,b: x[n,c,s*h+a-p,s*v+b-p])"


@pytest.mark.parametrize(("s", "p", "window", "out"), [(2, 0, 2, 3), (2, 1, 3, 4), (1, 1, 3, 7)])
def test_pooling_with_padding_that_is_skipped(s: int, p: int, window: int, out: int) -> None:
    x, _, values = _images()
    sizes = {"a": window, "b": window, "h": out, "v": out}
    y = define(POOL, x=x, s=s, p=p, sizes=sizes, outside={"x": "skip"})
    values = {x: values[x]}
    check(y, values)
    check(gradients(np.sum(y**2), [x])[x], values)


def test_the_first_of_equal_maxima_gets_the_gradient() -> None:
    x = tensor("x", ("n", 4))
    values = {x: np.array([[1.0, 2.0, 2.0, 0.0], [3.0, 3.0, 3.0, 3.0]])}
    got = check(gradients(np.sum(np.max(x, axis=1)), [x])[x], values)
    assert got.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]


def test_embedding_and_its_gradient_with_repeated_indices() -> None:
    E, t = tensor("E", ("v", "d")), tensor("t", ("B", "T"), dtype=int, below="v")
    rng = np.random.default_rng(0)
    values = {E: rng.normal(size=(6, 3)), t: np.array([[1, 1, 5], [0, 1, 5]])}
    y = E[t]
    check(y, values)
    check(gradients(np.sum(y**3), [E])[E], values)
    assert "np.add.at" in compile(gradients(np.sum(y**3), [E])[E]).source


def test_an_excluded_infinity_stays_out() -> None:
    x = tensor("x", (4,))
    i = define("i[k] = x[k] * [k >= 1]", x=np.log(x))
    assert check(i, {x: np.array([0.0, 1.0, 2.0, 3.0])})[0] == 0


def test_softmax_and_logsumexp_do_not_overflow() -> None:
    z = tensor("z", ("n",))
    big = np.array([1000.0, 999.0, -1000.0])
    by_hand = np.exp(z) / np.sum(np.exp(z))
    assert np.isfinite(compile(by_hand)(z=big)).all()
    assert np.isclose(compile(np.log(np.sum(np.exp(z))))(z=big), 1000.3132616875182)


def test_float32_stays_float32() -> None:
    for case in CASES:
        values = symbols(case, known=False)
        f = compile(case.f(*values), dtype=np.float32)
        got = f(values)
        wanted = evaluate(case.f(*values), values)
        assert got.dtype == np.float32, case.name
        assert np.allclose(got, wanted, rtol=2e-3, atol=2e-4), case.name


def test_outputs_come_back_in_the_form_in_which_they_were_asked_for() -> None:
    x = tensor("x", ("n",))
    assert compile(2 * x)(x=[1.0]).tolist() == [2]
    assert [a.tolist() for a in compile([x, -x])(x=[1.0])] == [[1], [-1]]
    assert {k: a.tolist() for k, a in compile({"a": x + 1})(x=[1.0]).items()} == {"a": [2]}
    assert compile([x])({x: [3.0]})[0].tolist() == [3]


def test_an_output_shares_no_memory_with_an_input() -> None:
    x = tensor("x", ("n", "m"))
    given = np.ones((2, 3))
    for value in (x, x.T, x[0], np.broadcast_to(x[0], (4, x.shape[1]))):
        got = compile(value)(x=given)
        got[...] = 7
        assert np.all(given == 1)


def test_outputs_share_no_memory_with_one_another_and_are_copied_only_then() -> None:
    x, big = tensor("x", ("n", "m")), named("big", tensor("x", ("n", "m")) * 2)
    given = np.ones((20, 30))
    f = compile([big, big, big.T, big[0]])
    first, *others = f({"x": given})
    first[...] = 7
    assert all(np.all(a == 2) for a in others)
    g = compile([x + 1, (x * 3).T])
    computed: list[np.ndarray] = []
    run = g._run
    g._run = lambda *a: computed.extend(run(*a)) or computed  # type: ignore[func-returns-value]
    assert all(a is b for a, b in zip(g(x=given), computed, strict=True))


def test_each_value_is_computed_once_in_a_deep_residual_net() -> None:
    h = tensor("h", ("n",))
    W = tensor("W", ("n", "n"))
    for _ in range(40):
        h = h + np.tanh(W @ h)
    loss = np.sum(h**2)
    source = compile([loss, gradients(loss, [W])[W]]).source
    assert source.count("np.tanh") == 40
    assert len(source) < 40 * 400


def test_named_values_keep_their_names() -> None:
    x = tensor("x", ("n",))
    y = named("y", named("lambda_", x * 2) + 1)
    assert "lambda_ = 2 * x" in compile([y, y**2]).source
