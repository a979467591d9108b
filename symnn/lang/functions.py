"""Functions and losses that networks are made of, as compositions of the tensors' own operations.

The activation functions are registered elementwise functions; the losses are plain NumPy-style
code. Law: equal to the formula in its docstring (tests compare with NumPy's own evaluation).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from symnn.core.errors import DomainError, UnsupportedError
from symnn.lang.arithmetic import add, apply, minimum, multiply, power_, subtract
from symnn.lang.comparisons import equal
from symnn.lang.creation import arange
from symnn.lang.places import has_bounds, place_of
from symnn.lang.reductions import logsumexp, mean, softmax, sum_
from symnn.lang.shaping import expand_dims
from symnn.lang.size import Size, scalar_of
from symnn.lang.tensor import Tensor, as_tensor

__all__ = [
    "binary_cross_entropy_with_logits", "cross_entropy", "elu", "gelu", "hinge", "huber", "l1",
    "l2", "leaky_relu", "logsumexp", "mae", "mse", "one_hot", "relu", "sigmoid", "silu", "softmax",
    "softplus", "squared_error",
]  # fmt: skip


def _called(op: str, result: Tensor) -> Tensor:
    """Let the last Call of a composition carry the function's name."""
    result.call.op = op
    return result


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x)).

    >>> from symnn.lang.tensor import tensor
    >>> sigmoid(tensor("z", ("n",)))
    Tensor(sigmoid: [n])
    """
    return apply("sigmoid", x)


def relu(x: Any) -> Tensor:
    """max(x, 0); slope 0 at 0."""
    return apply("relu", x)


def softplus(x: Any) -> Tensor:
    """log(1 + exp(x))."""
    return apply("softplus", x)


def silu(x: Any) -> Tensor:
    """X * sigmoid(x)."""
    t = as_tensor(x)
    return _called("silu", multiply(t, sigmoid(t)))


def gelu(x: Any, approximate: str = "none") -> Tensor:
    """X * Phi(x), or with approximate="tanh" the tanh form.

    Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016, section 2.
    """
    t = as_tensor(x)
    if approximate == "none":
        return _called("gelu", multiply(t, apply("Phi", t)))
    if approximate != "tanh":
        raise UnsupportedError(
            f"gelu with approximate={approximate!r}\n  there is: 'none' (exact), 'tanh'"
        )
    inner = add(t, multiply(0.044715, power_(t, 3)))
    root = Size(sp.sqrt(2 / sp.pi))
    return _called(
        "gelu_tanh", multiply(multiply(0.5, t), add(1, apply("tanh", multiply(root, inner))))
    )


def leaky_relu(x: Any, slope: Any = 0.01) -> Tensor:
    """X where x > 0, else slope * x, as relu(x) - slope * relu(-x)."""
    t = as_tensor(x)
    return _called("leaky_relu", subtract(relu(t), multiply(slope, relu(-t))))


def elu(x: Any, alpha: Any = 1) -> Tensor:
    """X where x > 0, else alpha * (exp(x) - 1), as relu(x) + alpha * expm1(-relu(-x))."""
    t = as_tensor(x)
    return _called("elu", add(relu(t), multiply(alpha, apply("expm1", -relu(-t)))))


def one_hot(indices: Any, depth: Any) -> Tensor:
    """1 at each index along a new last axis of length `depth`, else 0.

    >>> from symnn.lang.tensor import tensor
    >>> one_hot(tensor("y", ("B",), dtype=int, below="V"), "V")
    Tensor(one_hot: [B, V])
    """
    t = as_tensor(indices)
    place = place_of(t)
    if place is None or not has_bounds(place[1]):
        raise DomainError(
            f"one_hot of {t.call.path}, whose entries are not integers below a known size\n"
            "  fix: sn.tensor(name, shape, dtype=int, below=V)"
        )
    made: Tensor = equal(expand_dims(t, -1), arange(Size(scalar_of(depth))))
    return _called("one_hot", made)


# -- losses --------------------------------------------------------------------------------------


def squared_error(prediction: Any, target: Any) -> Tensor:
    """The sum of (prediction - target)^2."""
    return _called("squared_error", sum_(power_(subtract(prediction, target), 2)))


def mse(prediction: Any, target: Any) -> Tensor:
    """The mean of (prediction - target)^2."""
    return _called("mse", mean(power_(subtract(prediction, target), 2)))


def mae(prediction: Any, target: Any) -> Tensor:
    """The mean of |prediction - target|."""
    return _called("mae", mean(apply("abs", subtract(prediction, target))))


def huber(prediction: Any, target: Any, delta: Any = 1) -> Tensor:
    """The mean of r^2/2 for |r| <= delta, else delta * (|r| - delta/2).

    As c * (|r| - c/2) with c = min(|r|, delta). Source: Huber, Ann. Math. Stat. 35 (1964) 73-101.
    """
    size = apply("abs", subtract(prediction, target))
    cut = minimum(size, delta)
    return _called("huber", mean(multiply(cut, subtract(size, multiply(0.5, cut)))))


def cross_entropy(prediction: Any, target: Any, *, logits: bool = False, axis: int = -1) -> Tensor:
    """-sum target * log(prediction) along `axis`, averaged over the other axes.

    Args:
        prediction: probabilities, or scores with `logits=True`.
        target: probabilities of the same shape, or integer classes (one axis fewer).
        logits: whether `prediction` holds scores.
        axis: the axis of the classes.

    >>> from symnn.lang.tensor import tensor
    >>> cross_entropy(tensor("p", ("n",)), tensor("y", ("n",)))
    Tensor(cross_entropy: [])
    """
    p, y = as_tensor(prediction), as_tensor(target)
    if y.is_integer:
        y = one_hot(y, p.shape[axis])
    log = subtract(p, logsumexp(p, axis=axis, keepdims=True)) if logits else apply("log", p)
    each = -sum_(multiply(y, log), axis=axis)
    return _called("cross_entropy", mean(each) if each.ndim else each)


def binary_cross_entropy_with_logits(scores: Any, target: Any) -> Tensor:
    """The mean of softplus(scores) - target * scores."""
    z = as_tensor(scores)
    each = subtract(apply("softplus", z), multiply(target, z))
    return _called("binary_cross_entropy_with_logits", mean(each))


def hinge(scores: Any, target: Any) -> Tensor:
    """The mean of max(0, 1 - target * scores), target in {-1, 1}."""
    return _called("hinge", mean(relu(subtract(1, multiply(target, scores)))))


def l1(*tensors: Any) -> Tensor:
    """The sum of absolute values of all entries."""
    return _called("l1", _total([sum_(apply("abs", t)) for t in tensors]))


def l2(*tensors: Any) -> Tensor:
    """The sum of squares of all entries."""
    return _called("l2", _total([sum_(power_(t, 2)) for t in tensors]))


def _total(parts: list[Tensor]) -> Tensor:
    if not parts:
        raise DomainError("a penalty needs at least one tensor")
    result = parts[0]
    for p in parts[1:]:
        result = add(result, p)
    return result
