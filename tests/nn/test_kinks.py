"""At a kink the slope of an activation lies between the slopes beside it, taken from steps."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.nn.activation import FUNCTIONS, PReLU

AT = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 6.0])
NAMES = [name for name in FUNCTIONS if "softmax" not in name]
STEP = 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_the_slope_at_a_kink_lies_between_the_slopes_beside_it(name: str) -> None:
    x = sn.tensor("x", (len(AT),))
    y = FUNCTIONS[name](x)
    slope = sn.derive(np.sum(y), wrt=x).gradients[x]
    below, at, above = (sn.evaluate(y, {x: AT + h}) for h in (-STEP, 0.0, STEP))
    beside = np.stack([(at - below) / STEP, (above - at) / STEP])
    inputs = {x: AT} if name not in ("identity", "linear") else {}
    for found in (sn.evaluate(slope, {x: AT}), sn.compile(slope)(inputs)):
        assert np.all(found >= beside.min(axis=0) - 1e-4)
        assert np.all(found <= beside.max(axis=0) + 1e-4)


def test_the_learned_slope_holds_at_0() -> None:
    x = sn.tensor("x", (3,))
    y = PReLU()(x)
    slope = sn.derive(np.sum(y), wrt=x).gradients[x]
    found = sn.evaluate(slope, {"x": [-1.0, 0.0, 1.0], "W_prelu": [0.25]})
    assert found.tolist() == [0.25, 0.25, 1.0]
