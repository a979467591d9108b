"""Training: converges to the closed form, equals loops written by hand, reproduces, stops well."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import DomainError, ShapeError, UnknownNameError, UnsupportedError
from symnn.lang.optimizers import SGD
from symnn.training.history import load_history
from symnn.training.loop import train

RNG = np.random.default_rng(0)
X, NOISE = RNG.normal(size=(40, 3)), 0.1 * RNG.normal(size=(40, 2))
Y = X @ RNG.normal(size=(3, 2)) + 0.5 + NOISE


def one_sample() -> sn.Tensor:
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    return np.sum((sn.named("y_hat", W @ x + b) - y) ** 2)


def whole_batch() -> sn.Tensor:
    W, b = sn.parameter("W", ("n", "p")), sn.parameter("b", ("p",))
    data, y = sn.tensor("X", ("N", "n")), sn.tensor("Y", ("N", "p"))
    return np.sum((data @ W + b - y) ** 2) / data.shape[0]


def by_hand(batch: int, epochs: int, order: list[np.ndarray], lr: float = 0.01):  # type: ignore[no-untyped-def]
    W, b = np.zeros((2, 3)), np.zeros(2)
    for epoch in range(epochs):
        for start in range(0, 40, batch):
            rows = order[epoch][start : start + batch]
            R = 2 * (X[rows] @ W.T + b - Y[rows])
            W, b = W - lr * R.T @ X[rows] / len(rows), b - lr * R.sum(axis=0) / len(rows)
    return W, b


@pytest.mark.parametrize("loss", [one_sample, whole_batch])
def test_linear_regression_reaches_the_least_squares_solution(loss) -> None:  # type: ignore[no-untyped-def]
    names = ("x", "y") if loss is one_sample else ("X", "Y")
    data = dict(zip(names, (X, Y), strict=True))
    h = train(loss(), data, optimizer=SGD(0.2), epochs=300, batch=None)
    wanted = np.linalg.lstsq(np.hstack([X, np.ones((40, 1))]), Y, rcond=None)[0]
    W = h.parameters["W"].T if loss is one_sample else h.parameters["W"]
    assert np.allclose(W, wanted[:3], atol=1e-9)
    assert np.allclose(h.parameters["b"], wanted[3], atol=1e-9)


@pytest.mark.parametrize("batch", [1, 7, 40])
def test_updates_are_those_of_a_loop_written_by_hand(batch: int) -> None:
    h = train(one_sample(), {"x": X, "y": Y}, optimizer=SGD(0.01), epochs=3, batch=batch,
              init="zeros", shuffle=False)  # fmt: skip
    W, b = by_hand(batch, 3, [np.arange(40)] * 3)
    assert np.allclose(h.parameters["W"], W, rtol=1e-12, atol=1e-13)
    assert np.allclose(h.parameters["b"], b, rtol=1e-12, atol=1e-13)
    assert h.steps == 3 * -(-40 // batch)


def test_a_batch_loss_and_a_sample_loss_take_the_same_steps() -> None:
    options = {"optimizer": SGD(0.01), "epochs": 2, "batch": 8, "init": "zeros", "seed": 3}
    a = train(one_sample(), {"x": X, "y": Y}, **options)  # type: ignore[arg-type]
    b = train(whole_batch(), {"X": X, "Y": Y}, **options)  # type: ignore[arg-type]
    assert np.allclose(a.parameters["W"].T, b.parameters["W"], rtol=1e-12)
    assert np.allclose(a.losses, b.losses, rtol=1e-12)


def test_columns_are_samples_too() -> None:
    W = sn.parameter("W", ("p", "n"))
    data, y = sn.tensor("X", ("n", "N")), sn.tensor("Y", ("p", "N"))
    loss = np.sum((W @ data - y) ** 2) / data.shape[1]
    h = train(loss, {"X": X.T, "Y": Y.T}, optimizer=SGD(0.1), epochs=100, batch=10)
    wanted = np.linalg.lstsq(X, Y, rcond=None)[0].T
    assert np.allclose(h.parameters["W"], wanted, atol=0.1)


def test_the_shuffled_order_is_that_of_the_seed() -> None:
    h = train(one_sample(), {"x": X, "y": Y}, optimizer=SGD(0.01), epochs=2, init="zeros", seed=5)
    rng = np.random.default_rng(5)
    W, _ = by_hand(1, 2, [rng.permutation(40), rng.permutation(40)])
    assert np.allclose(h.parameters["W"], W, rtol=1e-12)


def test_the_same_seed_gives_the_same_bits_and_another_one_others() -> None:
    runs = [train(one_sample(), {"x": X, "y": Y}, epochs=2, seed=s, optimizer=SGD(0.01))
            for s in (1, 1, 2)]  # fmt: skip
    assert np.array_equal(runs[0].parameters["W"], runs[1].parameters["W"])
    assert runs[0].losses == runs[1].losses
    assert not np.array_equal(runs[0].parameters["W"], runs[2].parameters["W"])


def test_initial_values_by_array_name_and_size() -> None:
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ())
    W, v = sn.parameter("W", ("h", "n")), sn.parameter("v", ("h",))
    loss = (v @ np.tanh(W @ x) - y) ** 2
    data = {"x": X, "y": Y[:, 0]}
    h = train(loss, data, epochs=60, sizes={"h": 5}, init={"v": "normal"}, optimizer=SGD(0.05))
    assert h.parameters["W"].shape == (5, 3)
    assert h.losses[-1] < 0.5 * h.losses[0]
    start = {"W": np.zeros((4, 3)), v: np.zeros(4)}
    assert train(loss, data, epochs=1, init=start).parameters["v"].shape == (4,)


def test_ctrl_c_returns_what_there_is() -> None:
    def interrupt(epoch: int, history: object) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    h = train(one_sample(), {"x": X, "y": Y}, epochs=9, callback=interrupt, optimizer=SGD(0.01))
    assert h.interrupted
    assert len(h.losses) == 2
    assert set(h.parameters) == {"W", "b"}


def test_a_callback_may_stop() -> None:
    h = train(one_sample(), {"x": X, "y": Y}, epochs=9, optimizer=SGD(0.01),
              callback=lambda epoch, history: history.losses[-1] < 1e9)  # fmt: skip
    assert len(h.losses) == 1


def test_a_loss_that_is_no_number_stops_with_an_error() -> None:
    with pytest.raises(DomainError, match="fix: a smaller learning rate, or scaled data"):
        train(one_sample(), {"x": X, "y": Y}, epochs=50, optimizer=SGD(10.0))


def test_errors() -> None:
    loss = one_sample()
    with pytest.raises(ShapeError, match="x: 40, y: 39"):
        train(loss, {"x": X, "y": Y[:-1]})
    with pytest.raises(UnknownNameError, match="train: no value for y"):
        train(loss, {"x": X})
    with pytest.raises(UnsupportedError, match="there is: glorot, normal, zeros"):
        train(loss, {"x": X, "y": Y}, init="he")
    with pytest.raises(UnknownNameError, match="there is no parameter to learn"):
        train(np.sum(sn.tensor("x", ("n",))), {"x": X})
    w, x = sn.parameter("w", ("h",)), sn.tensor("x", ())
    with pytest.raises(ShapeError, match="pass sizes="):
        train(np.sum(w * x), {"x": X[:, 0]})


def test_history_prints_and_saves_without_pickle(tmp_path: Path) -> None:
    h = train(one_sample(), {"x": X, "y": Y}, epochs=30, optimizer=SGD(0.01))
    assert str(h).splitlines()[0].split() == ["epoch", "loss"]
    assert len(str(h).splitlines()) == 14
    h.save(tmp_path / "run")
    back = load_history(tmp_path / "run.npz")
    assert back.losses == h.losses
    assert np.array_equal(back.parameters["W"], h.parameters["W"])
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]


def test_no_bar_outside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    train(one_sample(), {"x": X, "y": Y}, epochs=2, optimizer=SGD(0.01))
    assert capsys.readouterr().err == ""


def test_accuracy_as_a_metric_of_one_sample() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 60)
    points = 3 * np.eye(3)[labels] + 0.3 * rng.normal(size=(60, 3))
    W = sn.parameter("W", (3, 3))
    x, t = sn.tensor("x", (3,)), sn.tensor("t", (), dtype=int, below=3)
    scores = W @ x
    loss = sn.logsumexp(scores) - scores[t]
    hit = np.equal(np.argmax(scores), t)
    h = train(loss, {"x": points, "t": labels}, epochs=4, batch=10, metrics={"accuracy": hit})
    by_hand = np.mean(np.argmax(points @ h.parameters["W"].T, axis=1) == labels)
    assert h.metrics["accuracy"][-1] == pytest.approx(by_hand)
    assert h.metrics["accuracy"][-1] > 0.95
    assert "accuracy" in str(h)
