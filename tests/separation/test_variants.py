import functools

import numpy as np
import pytest

from symnn.separation import design
from symnn.separation.clauses import Instance
from symnn.separation.dichotomies import linear_dichotomies
from symnn.separation.search import Search
from symnn.separation.training import loss_and_gradient, start_weights, train_network
from symnn.separation.variants import relu_variant, skip_variant, smooth_variant
from tests.separation.sets import STAR, XOR, board, row, scattered

SAMPLES = [XOR, STAR, row(6), board(3, 4), scattered(15, 1)]


@functools.cache
def designed(k):
    return design(*SAMPLES[k])


@pytest.fixture(params=range(len(SAMPLES)))
def found(request):
    return designed(request.param)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_above_the_bound_the_smooth_network_is_right_on_every_point(found, activation):
    smooth = smooth_variant(found.network, found.points, activation)
    assert smooth.right == len(found.points) and smooth.used > smooth.bound
    x = np.array(found.points.coordinates, dtype=float)
    W = np.array([u.weights for u in found.network.hidden], dtype=float)
    b = np.array([u.bias for u in found.network.hidden], dtype=float)
    v, c = np.array(found.network.output, dtype=float), float(found.network.bias)
    for beta in smooth.bound * np.array([1.0001, 1.5, 4, 20]) + 1e-9:
        z = beta * (x @ W.T + b)
        h = sigmoid(z) if activation == "sigmoid" else (np.tanh(z) + 1) / 2
        assert ((h @ v + c > 0) == np.array(found.points.labels)).all()


def test_the_measured_steepness_is_not_above_the_proved_one(found):
    smooth = smooth_variant(found.network, found.points, "sigmoid")
    assert smooth.measured <= smooth.bound * (1 + 1e-6)


def test_relu_networks_are_exact_on_every_point(found):
    relu = relu_variant(found.network, found.points)
    for point, label in zip(found.points.coordinates, found.points.labels, strict=True):
        assert relu.score(point) != 0 and (relu.score(point) > 0) == label
    assert len(relu.units) in (found.hidden_units, 2 * found.hidden_units)


def test_skip_connections_never_need_more_units(found):
    best = skip_variant(found.network, found.points, linear_dichotomies(found.points.coordinates))
    assert len(best.network.hidden) <= found.hidden_units
    for point, label in zip(found.points.coordinates, found.points.labels, strict=True):
        assert best.network.classify(point) == label


def test_skip_connections_halve_an_alternating_row():
    found = design(*row(7))
    best = skip_variant(found.network, found.points, linear_dichotomies(found.points.coordinates))
    assert (len(best.network.hidden), best.proved) == (3, True)


@pytest.mark.parametrize("seed", range(4))
def test_the_skip_search_agrees_with_trying_every_unit(seed):
    points, labels = scattered(9, seed, 8)
    splits = linear_dichotomies(points)
    instance = Instance(splits.sides, np.array(labels, bool), tuple(points))
    plain = any(not instance.refute([unit]) for unit in range(len(splits)))
    assert (Search(instance).find(1) is not None) == plain


def test_the_gradient_of_the_training_is_that_of_central_differences():
    random = np.random.default_rng(0)
    x, y = random.standard_normal((6, 2)), np.array([0.0, 1, 1, 0, 1, 0])
    weights = start_weights(random, 2, 3)
    _, gradients = loss_and_gradient(weights, x, y)
    step = 1e-6
    for k, gradient in enumerate(gradients):
        for index in np.ndindex(gradient.shape):
            moved = []
            for sign in (1, -1):
                trial = [w.copy() for w in weights]
                trial[k][index] += sign * step
                moved.append(loss_and_gradient(tuple(trial), x, y)[0])
            # float64, central difference of a smooth loss: error about step^2 + eps / step
            assert gradient[index] == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=1e-8)


def test_training_is_the_same_for_the_same_seed_and_solves_xor_from_some_start():
    found = design(*XOR)
    first = train_network(found.points, 2, seed=1, epochs=1500)
    assert first == train_network(found.points, 2, seed=1, epochs=1500)
    assert first.success > 0
    assert all(curve[-1] < curve[0] for curve in first.losses)
