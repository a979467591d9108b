"""Losses as modules, `loss(prediction, target)`, named and reduced as in torch.nn.

Law: each is the mean of its entries ("mean"), or their sum ("sum"); the entries are written once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from symnn.core.errors import UnknownNameError, explain
from symnn.lang import functions
from symnn.lang.tensor import Tensor
from symnn.nn.module import Module

_REDUCTIONS: dict[str, Callable[[Any], Any]] = {"mean": np.mean, "sum": np.sum}


class Loss(Module):
    """A number from predictions and targets.

    Args:
        reduction: "mean" or "sum" over the entries (over the rows for CrossEntropyLoss).
    """

    kind: ClassVar[str] = "loss"

    def __init__(self, reduction: str = "mean", name: str | None = None) -> None:
        super().__init__(name)
        if reduction not in _REDUCTIONS:
            raise UnknownNameError(
                explain(f"unknown reduction {reduction!r}", expected=", ".join(_REDUCTIONS),
                        fix="use one of these")
            )  # fmt: skip
        self.reduction = reduction

    def settings(self) -> dict[str, Any]:
        return {"reduction": self.reduction}

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The loss of each entry."""
        raise NotImplementedError(f"{type(self).__name__} has no entries")

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]
        result: Tensor = _REDUCTIONS[self.reduction](self.entries(prediction, target))
        return result


class MSELoss(Loss):
    """Of (prediction - target)².

    >>> from symnn.lang.tensor import tensor
    >>> MSELoss()(tensor("p", ("n",)), tensor("y", ("n",))).sizes
    ()
    """

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        return (prediction - target) ** 2


class L1Loss(Loss):
    """Of |prediction - target|.

    >>> from symnn.lang.tensor import tensor
    >>> L1Loss("sum")(tensor("p", ("N",)), tensor("y", ("N",))).sizes
    ()
    """

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        return np.abs(prediction - target)  # type: ignore[return-value]


class HuberLoss(Loss):
    """Of r²/2 for |r| <= delta, else delta (|r| - delta/2).

    >>> from symnn.lang.tensor import tensor
    >>> HuberLoss(delta=2)(tensor("p", ("N",)), tensor("y", ("N",))).sizes
    ()
    """

    def __init__(self, reduction: str = "mean", delta: Any = 1, name: str | None = None) -> None:
        super().__init__(reduction, name)
        self.delta = delta

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        size = np.abs(prediction - target)
        cut = np.minimum(size, self.delta)
        return cut * (size - cut / 2)  # type: ignore[no-any-return]


class BCEWithLogitsLoss(Loss):
    """Of softplus(score) - target * score.

    >>> from symnn.lang.tensor import tensor
    >>> BCEWithLogitsLoss()(tensor("z", ("N",)), tensor("y", ("N",))).sizes
    ()
    """

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        return functions.softplus(prediction) - target * prediction


class BCELoss(Loss):
    """Of -target log p - (1 - target) log(1 - p), for probabilities p.

    >>> from symnn.lang.tensor import tensor
    >>> BCELoss()(tensor("p", ("N",)), tensor("y", ("N",))).sizes
    ()
    """

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        value = -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction))
        return value  # type: ignore[no-any-return]


class CrossEntropyLoss(Loss):
    """Of -sum target log softmax(scores) along the last axis; targets: classes or probabilities.

    >>> from symnn.lang.tensor import tensor
    >>> labels = tensor("t", ("B",), dtype=int, below="V")
    >>> CrossEntropyLoss()(tensor("z", ("B", "V")), labels).sizes
    ()
    """

    def entries(self, prediction: Tensor, target: Tensor) -> Tensor:
        y = functions.one_hot(target, prediction.shape[-1]) if target.is_integer else target
        total = functions.logsumexp(prediction, axis=-1, keepdims=True)
        return -np.sum(y * (prediction - total), axis=-1)  # type: ignore[no-any-return]
