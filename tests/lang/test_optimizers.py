"""Update rules: what Adam's equations are worth against explicit weighted means."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn


def test_adam_divides_weighted_means_of_gradients_and_of_their_squares() -> None:
    rule = sn.Adam(0.05, beta1=0.8, beta2=0.95, eps=1e-6)
    target = np.array([3.0, -1.0, 0.5])
    w = sn.parameter("w", (3,))
    step = sn.compile_step(np.sum((w - target) ** 2), wrt=[w], optimizer=rule)
    at = np.array([0.1, 0.2, -0.4])
    step.load({"w": at})
    gradients = []
    for n in range(1, 9):
        gradients.append(2 * (at - target))
        old = np.arange(n)[::-1]
        means = []
        for share, values in ((0.8, gradients), (0.95, [g**2 for g in gradients])):
            weights = share**old / np.sum(share**old)  # they sum to 1
            means.append(np.tensordot(weights, np.array(values), 1))
        at = at - 0.05 * means[0] / (np.sqrt(means[1]) + 1e-6)
        step.step()
        np.testing.assert_allclose(step.params["w"], at, rtol=1e-12, atol=1e-14)


def test_the_first_step_of_adam_has_the_size_of_the_rate() -> None:
    w = sn.parameter("w", (2,))
    step = sn.compile_step(np.sum(w**2), wrt=[w], optimizer=sn.Adam(0.1))
    step.load({"w": np.array([40.0, -0.3])})
    step.step()
    np.testing.assert_allclose(step.params["w"], [39.9, -0.2], rtol=1e-6)


def test_rates_out_of_range_are_refused() -> None:
    with pytest.raises(sn.DomainError, match="beta1"):
        sn.Adam(0.1, beta1=1.0)
