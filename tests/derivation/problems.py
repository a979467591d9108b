"""The golden set: losses with the gradient as a textbook prints it.

Each problem builds a loss with NumPy's own functions on symbolic tensors and names the tensor to
differentiate in. `published` is the textbook's form in symnn's own text grammar; the test compares
lengths (symbols and operators of the notation tree) and evaluates both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import symnn as sn

Built = tuple[Any, Any]


@dataclass(frozen=True)
class Problem:
    """A loss, the tensor, and the published gradient."""

    name: str
    build: Callable[[], Built]
    published: str


PROBLEMS: list[Problem] = []


def problem(published: str) -> Callable[[Callable[[], Built]], Callable[[], Built]]:
    def note(build: Callable[[], Built]) -> Callable[[], Built]:
        PROBLEMS.append(Problem(build.__name__, build, published))
        return build

    return note


def _layer() -> tuple[Any, ...]:
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    return W, b, x, y, W @ x + b


def _net(activation: Callable[[Any], Any]) -> tuple[Any, ...]:
    W, b, x, y, affine = _layer()
    z = sn.named("z", affine)
    a = sn.named("a", activation(z))
    return W, b, x, y, z, a


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _squared(a: Any, y: Any) -> Any:
    return np.sum((a - y) ** 2)


@problem("2 (ŷ − y)")
def linear_layer_bias() -> Built:
    _W, b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return _squared(y_hat, y), b


@problem("2 (ŷ − y) xᵀ")
def linear_layer_weights() -> Built:
    W, _b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return _squared(y_hat, y), W


@problem("2 Wᵀ (ŷ − y)")
def linear_layer_input() -> Built:
    _W, _b, x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return _squared(y_hat, y), x


@problem("2 Aᵀ (A x − b)")
def least_squares() -> Built:
    A, x, b = sn.tensor("A", ("m", "n")), sn.parameter("x", ("n",)), sn.tensor("b", ("m",))
    return np.sum((A @ x - b) ** 2), x


@problem("2 Aᵀ (A x − b) + 2 λ x")
def ridge() -> Built:
    A, x, b = sn.tensor("A", ("m", "n")), sn.parameter("x", ("n",)), sn.tensor("b", ("m",))
    lam = sn.tensor("lambda_", (), latex=r"\lambda")
    return np.sum((A @ x - b) ** 2) + lam * np.sum(x**2), x


@problem("2 Aᵀ (A x − b) + λ sign(x)")
def lasso() -> Built:
    A, x, b = sn.tensor("A", ("m", "n")), sn.parameter("x", ("n",)), sn.tensor("b", ("m",))
    lam = sn.tensor("lambda_", (), latex=r"\lambda")
    return np.sum((A @ x - b) ** 2) + lam * np.sum(np.abs(x)), x


@problem("A x + Aᵀ x")
def quadratic_form() -> Built:
    A, x = sn.tensor("A", ("n", "n")), sn.parameter("x", ("n",))
    return x @ (A @ x), x


@problem("2 (a − y) ⊙ a ⊙ (1 − a)")
def sigmoid_squared() -> Built:
    _W, b, _x, y, _z, a = _net(_sigmoid)
    return _squared(a, y), b


@problem("(2 (a − y) ⊙ a ⊙ (1 − a)) xᵀ")
def sigmoid_squared_weights() -> Built:
    W, _b, _x, y, _z, a = _net(_sigmoid)
    return _squared(a, y), W


@problem("2 (a − y) ⊙ (1 − a ⊙ a)")
def tanh_squared() -> Built:
    _W, b, _x, y, _z, a = _net(np.tanh)
    return _squared(a, y), b


@problem("2 (a − y) ⊙ step(z)")
def relu_squared() -> Built:
    _W, b, _x, y, _z, a = _net(lambda z: np.maximum(z, 0))
    return _squared(a, y), b


@problem("2 (a − y) ⊙ sigmoid(z)")
def softplus_squared() -> Built:
    _W, b, _x, y, _z, a = _net(lambda z: np.log(1 + np.exp(z)))
    return _squared(a, y), b


@problem("2 (a − y) ⊙ (Phi(z) + z ⊙ phi(z))")
def gelu_squared() -> Built:
    _W, b, _x, y, _z, a = _net(sn.gelu)
    return _squared(a, y), b


@problem("sign(ŷ − y)")
def absolute_error() -> Built:
    _W, b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return np.sum(np.abs(y_hat - y)), b


@problem("sign(ŷ − y) / p")
def mean_absolute_error() -> Built:
    _W, b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return np.mean(np.abs(y_hat - y)), b


@problem("2 (ŷ − y) / p")
def mean_squared_error() -> Built:
    _W, b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    return np.mean((y_hat - y) ** 2), b


@problem("p − y")
def softmax_cross_entropy() -> Built:
    z, y = sn.parameter("z", ("k",)), sn.tensor("y", ("k",), assume={"simplex"})
    p = sn.named("p", sn.softmax(z))
    return -np.sum(y * np.log(p)), z


@problem("(p − y) xᵀ")
def softmax_regression_weights() -> Built:
    W, x = sn.parameter("W", ("k", "n")), sn.tensor("x", ("n",))
    y = sn.tensor("y", ("k",), assume={"simplex"})
    z = sn.named("z", W @ x)
    p = sn.named("p", sn.softmax(z))
    return -np.sum(y * np.log(p)), W


@problem("Xᵀ (P − Y) / N")
def softmax_regression_rows() -> Built:
    X, W = sn.tensor("X", ("N", "d")), sn.parameter("W", ("d", "k"))
    Y = sn.tensor("Y", ("N", "k"), assume={"simplex"})
    Z = sn.named("Z", X @ W)
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = sn.named("P", E / np.sum(E, axis=1, keepdims=True))
    return -np.mean(np.sum(Y * np.log(P), axis=1)), W


@problem("(P − Y) Xᵀ / N")
def softmax_regression_columns() -> Built:
    X, W = sn.tensor("X", ("d", "N")), sn.parameter("W", ("k", "d"))
    Y = sn.tensor("Y", ("k", "N"), assume={"sums to 1 along 0"})
    Z = sn.named("Z", W @ X)
    P = sn.named("P", sn.softmax(Z, axis=0))
    return -np.sum(Y * np.log(P)) / X.shape[1], W


@problem("Xᵀ (s − y)")
def logistic_regression() -> Built:
    X, w, y = sn.tensor("X", ("N", "d")), sn.parameter("w", ("d",)), sn.tensor("y", ("N",))
    z = sn.named("z", X @ w)
    s = sn.named("s", _sigmoid(z))
    return -np.sum(y * np.log(s) + (1 - y) * np.log(1 - s)), w


@problem("−y x step(1 − y wᵀ x)")
def hinge() -> Built:
    w, x, y = sn.parameter("w", ("n",)), sn.tensor("x", ("n",)), sn.tensor("y", ())
    return np.maximum(0, 1 - y * (w @ x)), w


@problem("clip(ŷ − y, −1, 1)")
def huber() -> Built:
    _W, b, _x, y, z = _layer()
    y_hat = sn.named("y_hat", z)
    r = y_hat - y
    return np.sum(np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5)), b


@problem("λ W")
def weight_decay() -> Built:
    W, lam = sn.parameter("W", ("m", "n")), sn.tensor("lambda_", (), latex=r"\lambda")
    return lam / 2 * np.sum(W**2), W


@problem("W / ‖W‖")
def frobenius_norm() -> Built:
    W = sn.parameter("W", ("m", "n"))
    return np.sqrt(np.sum(W**2)), W


def _two_layers(wrt: str) -> Built:
    W1, b1 = sn.parameter("W1", ("h", "n")), sn.parameter("b1", ("h",))
    W2, b2 = sn.parameter("W2", ("p", "h")), sn.parameter("b2", ("p",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    z1 = sn.named("z1", W1 @ x + b1)
    a1 = sn.named("a1", np.tanh(z1))
    z2 = sn.named("z2", W2 @ a1 + b2)
    a2 = sn.named("a2", np.tanh(z2))
    return _squared(a2, y), {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "x": x, "z1": z1}[wrt]


@problem("W_2ᵀ δ_2 ⊙ (1 − a_1 ⊙ a_1)")
def two_layers_delta() -> Built:
    return _two_layers("z1")


@problem("δ_1 xᵀ")
def two_layers_first_weights() -> Built:
    return _two_layers("W1")


@problem("δ_1")
def two_layers_first_bias() -> Built:
    return _two_layers("b1")


@problem("δ_2 a_1ᵀ")
def two_layers_second_weights() -> Built:
    return _two_layers("W2")


@problem("W_1ᵀ δ_1")
def two_layers_input() -> Built:
    return _two_layers("x")


def _rows(wrt: str) -> Built:
    X, Y = sn.tensor("X", ("N", "n")), sn.tensor("Y", ("N", "p"))
    W1, b1 = sn.parameter("W1", ("n", "h")), sn.parameter("b1", ("h",))
    W2, b2 = sn.parameter("W2", ("h", "p")), sn.parameter("b2", ("p",))
    Z1 = sn.named("Z1", X @ W1 + b1)
    H = sn.named("H", np.maximum(Z1, 0))
    Z2 = sn.named("Z2", H @ W2 + b2)
    return np.sum((Z2 - Y) ** 2) / X.shape[0], {
        "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Z1": Z1, "Z2": Z2,
    }[wrt]  # fmt: skip


@problem("2 (Z_2 − Y) / N")
def rows_output() -> Built:
    return _rows("Z2")


@problem("Hᵀ ∇_{Z_2}")
def rows_second_weights() -> Built:
    return _rows("W2")


@problem("∇_{Z_2}ᵀ 𝟏_N")
def rows_second_bias() -> Built:
    return _rows("b2")


@problem("∇_{Z_2} W_2ᵀ ⊙ step(Z_1)")
def rows_delta() -> Built:
    return _rows("Z1")


@problem("Xᵀ δ_1")
def rows_first_weights() -> Built:
    return _rows("W1")


@problem("δ_1ᵀ 𝟏_N")
def rows_first_bias() -> Built:
    return _rows("b1")


def _columns(wrt: str) -> Built:
    X, Y = sn.tensor("X", ("n", "N")), sn.tensor("Y", ("p", "N"))
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    Z = sn.named("Z", W @ X + b[:, None])
    A = sn.named("A", _sigmoid(Z))
    return np.sum((A - Y) ** 2) / 2, {"W": W, "b": b, "Z": Z}[wrt]


@problem("(A − Y) ⊙ A ⊙ (1 − A)")
def columns_delta() -> Built:
    return _columns("Z")


@problem("δ Xᵀ")
def columns_weights() -> Built:
    return _columns("W")


@problem("δ 𝟏_N")
def columns_bias() -> Built:
    return _columns("b")


@problem("−y ⊙ exp(−y ⊙ z)")
def exponential_loss() -> Built:
    z, y = sn.parameter("z", ("n",)), sn.tensor("y", ("n",))
    return np.sum(np.exp(-y * z)), z


@problem("softmax(z)")
def log_sum_exp() -> Built:
    z = sn.parameter("z", ("n",))
    return np.log(np.sum(np.exp(z))), z


@problem("2 (R + Rᵀ) W")
def tied_weights() -> Built:
    W, X = sn.parameter("W", ("n", "k")), sn.tensor("X", ("n", "n"))
    R = sn.named("R", W @ W.T - X)
    return np.sum(R**2), W


@problem("2 (h − y) ⊙ (1 − u ⊙ u)")
def skip_delta() -> Built:
    W, b = sn.parameter("W", ("n", "n")), sn.parameter("b", ("n",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("n",))
    z = sn.named("z", W @ x + b)
    u = sn.named("u", np.tanh(z))
    h = sn.named("h", x + u)
    return _squared(h, y), z


@problem("∇_h + Wᵀ δ")
def skip_input() -> Built:
    W, b = sn.parameter("W", ("n", "n")), sn.parameter("b", ("n",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("n",))
    z = sn.named("z", W @ x + b)
    u = sn.named("u", np.tanh(z))
    h = sn.named("h", x + u)
    return _squared(h, y), x


@problem("A ⊙ (∇_A − ((A ⊙ ∇_A) 𝟏_T) 𝟏_Tᵀ)")
def attention_scores() -> Built:
    return _attention("S")


@problem("∇_S K / sqrt(d)")
def attention_queries() -> Built:
    return _attention("Q")


@problem("∇_Sᵀ Q / sqrt(d)")
def attention_keys() -> Built:
    return _attention("K")


@problem("Aᵀ ∇_Z")
def attention_values() -> Built:
    return _attention("V")


@problem("∇_Z Vᵀ")
def attention_weights() -> Built:
    return _attention("A")


def _attention(wrt: str) -> Built:
    Q, K = sn.parameter("Q", ("T", "d")), sn.parameter("K", ("T", "d"))
    V, Y = sn.parameter("V", ("T", "v")), sn.tensor("Y", ("T", "v"))
    S = sn.named("S", Q @ K.T / np.sqrt(K.shape[-1]))
    A = sn.named("A", sn.softmax(S))
    Z = sn.named("Z", A @ V)
    return np.sum((Z - Y) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "A": A, "Z": Z}[wrt]


@problem("b aᵀ + a bᵀ")
def symmetric_bilinear() -> Built:
    X, a, b = sn.parameter("X", ("n", "n")), sn.tensor("a", ("n",)), sn.tensor("b", ("n",))
    return a @ (X @ b) + b @ (X @ a), X


@problem("2 X")
def frobenius_squared() -> Built:
    X = sn.parameter("X", ("m", "n"))
    return np.trace(X.T @ X), X


@problem("Aᵀ Bᵀ")
def trace_of_product() -> Built:
    A, B = sn.tensor("A", ("m", "k")), sn.tensor("B", ("n", "m"))
    X = sn.parameter("X", ("k", "n"))
    return np.trace(A @ X @ B), X
