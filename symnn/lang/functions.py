"""Functions and losses that networks are made of, as compositions of the tensors' own operations.

The activation functions are registered elementwise functions; the losses are plain NumPy-style
code. Law: equal to the formula in its docstring (tests compare with NumPy's own evaluation).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from symnn.core.errors import DomainError, UnsupportedError
from symnn.lang.arithmetic import add, apply, minimum, multiply, power_, subtract
from symnn.lang.comparisons import equal, greater, where
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
    """max(x, 0), entry by entry; slope 0 at 0.

    >>> from symnn.lang.binding import evaluate
    >>> evaluate(relu([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    return apply("relu", x)


def softplus(x: Any) -> Tensor:
    """log(1 + exp(x)), entry by entry.

    >>> from symnn.lang.binding import evaluate
    >>> round(float(evaluate(softplus(0.0))), 4)        # log 2
    0.6931
    """
    return apply("softplus", x)


def silu(x: Any) -> Tensor:
    """`x sigmoid(x)`, entry by entry.

    Source: Elfwing, Uchibe and Doya, Sigmoid-weighted linear units, 2017, section 2.

    >>> from symnn.lang.binding import evaluate
    >>> round(float(evaluate(silu(1.0))), 4)
    0.7311
    """
    t = as_tensor(x)
    return _called("silu", multiply(t, sigmoid(t)))


def gelu(x: Any, approximate: str = "none") -> Tensor:
    """`x Φ(x)`, Φ the distribution function of the standard normal law.

    Args:
        x: a tensor of any shape.
        approximate: "none", or "tanh" for `x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`.

    Raises:
        UnsupportedError: another approximation.

    Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016, section 2.

    >>> from symnn.lang.binding import evaluate
    >>> [round(float(evaluate(gelu(1.0, how))), 5) for how in ("none", "tanh")]
    [0.84134, 0.84119]
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
    """`x` where x > 0, else `slope x`; its slope at 0 is `slope`.

    >>> from symnn.lang.binding import evaluate
    >>> evaluate(leaky_relu([-1.0, 2.0], slope=0.1)).tolist()
    [-0.1, 2.0]
    """
    t = as_tensor(x)
    return _called("leaky_relu", where(greater(t, 0), t, multiply(slope, t)))


def elu(x: Any, alpha: Any = 1) -> Tensor:
    """`x` where x > 0, else `alpha (exp(x) - 1)`; its slope at 0 is `alpha`.

    Source: Clevert, Unterthiner and Hochreiter, Exponential Linear Units, 2015, eq. 16.

    >>> from symnn.lang.binding import evaluate
    >>> evaluate(elu([-1.0, 2.0])).round(4).tolist()
    [-0.6321, 2.0]
    """
    t = as_tensor(x)
    return _called("elu", where(greater(t, 0), t, multiply(alpha, apply("expm1", t))))


def one_hot(indices: Any, depth: Any) -> Tensor:
    """1 at each index along a new last axis of length `depth`, else 0.

    Args:
        indices: integers below a known size, of any shape.
        depth: the length of the new axis, a number or a name.

    Raises:
        DomainError: the entries are not known to be integers below a size.

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
    """The sum of `(prediction - target)²` over all entries.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(squared_error([1.0, 3.0], [0.0, 1.0])))
    5.0
    """
    return _called("squared_error", sum_(power_(subtract(prediction, target), 2)))


def mse(prediction: Any, target: Any) -> Tensor:
    """The mean of `(prediction - target)²` over all entries.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(mse([1.0, 3.0], [0.0, 1.0])))
    2.5
    """
    return _called("mse", mean(power_(subtract(prediction, target), 2)))


def mae(prediction: Any, target: Any) -> Tensor:
    """The mean of `|prediction - target|` over all entries.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(mae([1.0, 3.0], [0.0, 1.0])))
    1.5
    """
    return _called("mae", mean(apply("abs", subtract(prediction, target))))


def huber(prediction: Any, target: Any, delta: Any = 1) -> Tensor:
    """The mean of `r²/2` for |r| <= delta, else `delta (|r| - delta/2)`, r = prediction - target.

    As c * (|r| - c/2) with c = min(|r|, delta). Source: Huber, Ann. Math. Stat. 35 (1964) 73-101.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(huber([0.5, 3.0], [0.0, 0.0])))   # (0.125 + 2.5)/2
    1.3125
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
    """The mean of `softplus(scores) - target scores`: `-log p` of the class, p = sigmoid(scores).

    Args:
        scores: of any shape.
        target: 0 or 1, or probabilities, of the same shape.

    >>> from symnn.lang.binding import evaluate
    >>> round(float(evaluate(binary_cross_entropy_with_logits([0.0], [1.0]))), 4)   # log 2
    0.6931
    """
    z = as_tensor(scores)
    each = subtract(apply("softplus", z), multiply(target, z))
    return _called("binary_cross_entropy_with_logits", mean(each))


def hinge(scores: Any, target: Any) -> Tensor:
    """The mean of `max(0, 1 - target scores)`, target in {-1, 1}.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(hinge([0.5, 3.0], [1.0, 1.0])))
    0.25
    """
    return _called("hinge", mean(relu(subtract(1, multiply(target, scores)))))


def l1(*tensors: Any) -> Tensor:
    """The sum of the absolute values of all entries of all tensors.

    Raises:
        DomainError: no tensor.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(l1([1.0, -2.0], [3.0])))
    6.0
    """
    return _called("l1", _total([sum_(apply("abs", t)) for t in tensors]))


def l2(*tensors: Any) -> Tensor:
    """The sum of the squares of all entries of all tensors.

    Raises:
        DomainError: no tensor.

    >>> from symnn.lang.binding import evaluate
    >>> float(evaluate(l2([1.0, -2.0], [3.0])))
    14.0
    """
    return _called("l2", _total([sum_(power_(t, 2)) for t in tensors]))


def _total(parts: list[Tensor]) -> Tensor:
    if not parts:
        raise DomainError("a penalty needs at least one tensor")
    result = parts[0]
    for p in parts[1:]:
        result = add(result, p)
    return result
