"""Every rule keeps the value, at random and pairwise different sizes, and can be left out."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnn as sn
import symnn.ops.elementwise  # registers the functions
from symnn.calculus.identities import IDENTITIES, Identity, M, N
from symnn.calculus.reading import cost
from symnn.core.errors import UnsupportedError
from symnn.core.node import Node
from symnn.core.walk import leaves
from symnn.derivation.draws import draw_leaf
from symnn.oracle import interpret

SWITCHED = [r for r in IDENTITIES if r.switched]


@pytest.mark.parametrize("rule", SWITCHED, ids=lambda r: r.name)
@pytest.mark.parametrize("seed", range(3))
def test_the_rule_keeps_the_value(rule: Identity, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = dict(zip((M, N), rng.permutation([2, 3, 4, 5])[:2].tolist(), strict=True))
    with sn.rules_off(rule.name):
        long = rule.sample()
    short = rule.sample()
    by_name = {x.name: draw_leaf(x, sizes, rng) for x in leaves([long])}
    values = [
        interpret([n], {x: by_name[x.name] for x in leaves([n])}, sizes)[0] for n in (long, short)
    ]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rule", SWITCHED, ids=lambda r: r.name)
def test_without_the_rule_the_form_is_another(rule: Identity) -> None:
    with sn.rules_off(rule.name):
        long = rule.sample()
    short = rule.sample()
    assert _shape(short) != _shape(long)
    if rule.name != "inverse and determinant of products":  # which only cancels later
        assert cost(short) <= cost(long)


def _shape(node: Node) -> str:
    """The expression without the numbers of its indices."""
    return re.sub(r"[Σi]\d+", "i", repr(node))


@pytest.mark.parametrize("rule", [r for r in IDENTITIES if not r.switched], ids=lambda r: r.name)
def test_the_form_is_short(rule: Identity) -> None:
    expected = {"cyclic trace": 0.2, "powers": 1.3, "roots": 1.3}
    assert cost(rule.sample()) < expected[rule.name] + 0.1


def test_names_and_laws_are_said_once() -> None:
    assert len({r.name for r in IDENTITIES}) == len({r.law for r in IDENTITIES}) == len(IDENTITIES)


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="no rule is called"), sn.rules_off("nonsense"):
        pass


def test_a_rule_left_out_shows_in_a_derivation() -> None:
    z, y = sn.parameter("z", ("n",)), sn.tensor("y", ("n",), assume={"simplex"})
    loss = -np.sum(y * np.log(sn.softmax(z)))
    assert sn.derive(loss, wrt=z).text() == "∇_z(L) = softmax(z) − y"
    with sn.rules_off("sums along an axis"):
        assert sn.derive(loss, wrt=z).text() != "∇_z(L) = softmax(z) − y"
