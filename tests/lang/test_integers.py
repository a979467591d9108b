"""Integer tensors: positions, reads, comparisons as brackets, masks, one-hot, argmax."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import symnn as sn
from symnn.core.node import GE, Map, Softmax, Sum
from symnn.core.walk import topological
from symnn.lang.call import opened
from tests.differences import check_gradients, close

RNG = np.random.default_rng(11)
S, X = RNG.normal(size=(4, 4)), RNG.normal(size=(4, 5))
xp = sn.numpy
n, m = sn.sizes("n m")
IDX = np.array([[2, 0, 3], [1, 1, 0]])


def node_of(t: sn.Tensor):  # type: ignore[no-untyped-def]
    return opened([t.call])[t.call]


def kinds(t: sn.Tensor) -> set[str]:
    return {type(x).__name__ for x in topological([node_of(t)])}


def checked(t: sn.Tensor, numbers: dict, wanted: np.ndarray, f=None) -> None:  # type: ignore
    assert close(sn.evaluate(t, numbers), np.asarray(wanted, dtype=float), 1e-12)
    check_gradients(t, numbers, f)


@pytest.mark.parametrize("make", [
    lambda i: i, lambda i: i + 1, lambda i: 2 * i + 1, lambda i: i * 2 - 3, lambda i: -i,
    lambda i: (i[:, None] + i)[1:, ::2], lambda i: i[::-1].reshape(2, 2),
    lambda i: i.T + i[:, None],
    lambda i: np.broadcast_to(i, (3, 4)), lambda i: i[:2] * 5, lambda i: (i - i[:, None]) * -1,
])  # fmt: skip
def test_affine_integers_have_numpys_values(make) -> None:  # type: ignore[no-untyped-def]
    assert np.array_equal(sn.evaluate(make(xp.arange(4))), make(np.arange(4)))


def test_arange_by_a_symbolic_size_counts() -> None:
    x = sn.tensor("x", ("n",))
    assert np.array_equal(sn.evaluate(x * 0 + xp.arange(n), x=S[0]), np.arange(4))
    assert np.array_equal(sn.evaluate(xp.arange(2, 11, 3)), np.arange(2, 11, 3))
    assert np.array_equal(sn.evaluate(xp.arange(5, 0, -2)), np.arange(5, 0, -2))


def test_an_affine_index_is_an_affine_read() -> None:
    x = sn.tensor("x", ("n", 5))
    windows = x[:, xp.arange(3)[:, None] + xp.arange(3)]
    assert kinds(windows) == {"Sum", "Leaf"}
    j = np.arange(3)[:, None] + np.arange(3)
    checked(windows**2, {x: X}, X[:, j] ** 2, lambda a: a[:, j] ** 2)


def test_negative_affine_indices_count_from_the_end() -> None:
    x = sn.tensor("x", ("n", 5))
    checked(x[:, -1 - xp.arange(5)] * x, {x: X}, X[:, ::-1] * X)


def test_an_integer_input_is_a_read_and_its_gradient_a_scatter() -> None:
    table, t = sn.tensor("E", ("V", "d")), sn.tensor("t", ("B", "T"), dtype=int, below="V")
    checked(table[t] ** 2, {table: X, t: IDX}, X[IDX] ** 2, lambda a, i: a[i] ** 2)


def test_arithmetic_on_integer_inputs_is_affine_too() -> None:
    table, t = sn.tensor("E", (9, "d")), sn.tensor("t", ("B", "T"), dtype=int, below=4)
    big = RNG.normal(size=(9, 2))
    checked(table[2 * t + 1] ** 2, {table: big, t: IDX}, big[2 * IDX + 1] ** 2)
    checked(table[t[:, 1:]] ** 2, {table: big, t: IDX}, big[IDX[:, 1:]] ** 2)


def test_labels_pick_by_two_indices() -> None:
    z, y = sn.tensor("z", ("B", "V")), sn.tensor("y", ("B",), dtype=int, below="V")
    labels = np.array([4, 0, 2, 2])
    picked = z[xp.arange(z.shape[0]), y]
    checked(picked**2, {z: X, y: labels}, X[np.arange(4), labels] ** 2)


def test_take_along_axis_by_an_input() -> None:
    z, t = sn.tensor("z", ("B", "V")), sn.tensor("t", ("B", 2), dtype=int, below="V")
    labels = np.array([[4, 0], [2, 2], [1, 0], [3, 4]])
    wanted = np.take_along_axis(X, labels, 1) ** 2
    checked(np.take_along_axis(z, t, axis=1) ** 2, {z: X, t: labels}, wanted)
    checked(np.take(z, t[0], axis=1) ** 2, {z: X, t: labels}, X[:, labels[0]] ** 2)


def test_argmax_indexes_and_takes_the_first_on_ties() -> None:
    z = sn.tensor("z", ("B", "V"))
    best = np.argmax(z, axis=1)
    checked(z[xp.arange(z.shape[0]), best] ** 2, {z: X}, X.max(1) ** 2, lambda a: a.max(1) ** 2)
    ties = np.array([[1.0, 3.0, 3.0, 0.0, 3.0]])
    assert sn.evaluate(best, z=ties)[0] == 1
    checked(z[0, best + 0], {z: X}, X[0, X.argmax(1)], lambda a: a[0, a.argmax(1)])
    hot = sn.one_hot(best, z.shape[1])
    checked(hot * z, {z: X}, X * (X.max(1, keepdims=True) == X))


def test_integer_comparisons_are_brackets_not_functions() -> None:
    i = xp.arange(n)
    t = sn.tensor("t", ("n",), dtype=int, below=5)
    a, b = np.arange(4), np.array([4, 0, 2, 2])
    x = sn.tensor("x", ("n", "n"))
    for mask, wanted in [
        (i[:, None] >= i, a[:, None] >= a), (i[:, None] > i, a[:, None] > a),
        (i[:, None] <= i + 1, a[:, None] <= a + 1), (np.equal(i[:, None], i), np.eye(4)),
        (i[:, None] != i, 1 - np.eye(4)), (t[:, None] == xp.arange(n), b[:, None] == a),
        (~(i[:, None] >= i), a[:, None] < a),
        ((i[:, None] >= i) & (i[:, None] <= i + 1), (a[:, None] >= a) & (a[:, None] <= a + 1)),
        ((i[:, None] > i) | (i[:, None] < i), 1 - np.eye(4)), (i[:, None] >= 2, a[:, None] >= 2),
    ]:  # fmt: skip
        assert "Map" not in kinds(mask)
        numbers = {x: S, t: b} if "t" in str(below_names(mask)) else {x: S}
        checked(mask * x, numbers, wanted * S)


def below_names(t: sn.Tensor) -> list[str]:
    return [str(x) for x in topological([node_of(t)])]


def test_where_under_a_bracket_is_guarded_terms() -> None:
    x, i = sn.tensor("x", ("n", "n")), xp.arange(n)
    a = np.arange(4)
    for mask, known in [
        (i[:, None] >= i, a[:, None] >= a), (np.equal(i[:, None], i), np.eye(4) > 0),
        (i[:, None] != i, np.eye(4) == 0),
    ]:  # fmt: skip
        value = np.where(mask, x**2, np.exp(x))
        assert not any(isinstance(k, Map) and k.fn.name == "where" for k in topological(
            [node_of(value)])) or mask.call.op == "not"  # fmt: skip
        checked(value, {x: S}, np.where(known, S**2, np.exp(S)))


def causal(scores: np.ndarray) -> np.ndarray:
    a = np.arange(len(scores))
    return special.softmax(np.where(a[:, None] >= a, scores, -np.inf), axis=-1)


def normalised(e: sn.Tensor) -> sn.Tensor:
    return e / e.sum(-1, keepdims=True)


def shifted_exp(z: sn.Tensor) -> sn.Tensor:
    return np.exp(z - z.max(-1, keepdims=True))


def by_lse(z: sn.Tensor) -> sn.Tensor:
    return np.exp(z - sn.logsumexp(z, keepdims=True))


i = xp.arange(n)
s = sn.tensor("s", ("n", "n"))
ATTENTION = {
    "where": lambda: sn.softmax(np.where(i[:, None] >= i, s, -np.inf)),
    "named": lambda: sn.softmax(sn.named("S", np.where(i[:, None] >= i, s, -np.inf))),
    "scaled after": lambda: sn.softmax(np.where(i[:, None] >= i, 3 * s, -np.inf) / 3),
    "turned": lambda: sn.softmax(np.where(i[:, None] < i, -np.inf, s)),
    "added": lambda: sn.softmax(s + np.where(i[:, None] >= i, 0, -np.inf)),
    "tri": lambda: sn.softmax(np.where(xp.tri(s.shape[0]), s, -np.inf)),
    "logic": lambda: sn.softmax(np.where((i[:, None] >= i) & (i >= 0), s, -np.inf)),
    "by hand": lambda: normalised(np.exp(np.where(i[:, None] >= i, s, -np.inf))),
    "shifted": lambda: normalised(shifted_exp(np.where(i[:, None] >= i, s, -np.inf))),
    "by lse": lambda: by_lse(np.where(i[:, None] >= i, s, -np.inf)),
}  # fmt: skip


@pytest.mark.parametrize("spelling", ATTENTION)
def test_minus_infinity_under_softmax_is_a_domain(spelling: str) -> None:
    checked(ATTENTION[spelling](), {s: S}, causal(S), causal)


def test_the_mask_of_attention_is_a_domain_bracket_of_the_softmax() -> None:
    node = node_of(ATTENTION["where"]())
    assert isinstance(node, Softmax)
    assert len(node.domain) == 1


def test_a_batch_of_scores_broadcasts_under_the_mask() -> None:
    t = sn.tensor("t", ("b", "n", "n"))
    batch = RNG.normal(size=(2, 4, 4))
    p = sn.softmax(np.where(i[:, None] >= i, t / np.sqrt(t.shape[-1]), -np.inf))
    checked(p, {t: batch}, np.stack([causal(x / 2) for x in batch]))


def test_minus_infinity_under_max() -> None:
    masked = np.where(i[:, None] >= i, s, -np.inf)
    wanted = np.where(np.tri(4, dtype=bool), S, -np.inf).max(-1)
    checked(masked.max(axis=-1), {s: S}, wanted)
    assert np.array_equal(
        sn.evaluate(np.argmax(masked, axis=-1), s=S), np.argmax(causal(S), axis=-1)
    )


def test_a_known_triangular_mask_of_numpy_is_recognised() -> None:
    t = sn.tensor("t", (4, 4))
    mask = np.tril(np.ones((4, 4), dtype=bool))
    checked(sn.softmax(np.where(mask, t, -np.inf)), {t: S}, causal(S), causal)
    checked(sn.softmax(np.where(~mask, -np.inf, t)), {t: S}, causal(S), causal)


def test_one_hot_is_a_bracket() -> None:
    y = sn.tensor("y", ("B",), dtype=int, below="V")
    z = sn.tensor("z", ("B", "V"))
    labels = np.array([4, 0, 2, 2])
    checked(sn.one_hot(y, z.shape[1]) * z, {z: X, y: labels}, np.eye(5)[labels] * X)
    assert any(f.is_bracket and f.node is not GE for f in bracket_terms(sn.one_hot(y, "V")))


def bracket_terms(t: sn.Tensor):  # type: ignore[no-untyped-def]
    node = node_of(t)
    assert isinstance(node, Sum)
    return [f for term in node.terms for f in term.factors]
