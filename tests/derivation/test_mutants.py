"""Failing must be possible: a mutated rule turns the checks red."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

import symnn as sn
from symnn.calculus import adjoint
from symnn.core.function import FUNCTIONS, OUT, derivative
from symnn.core.index import Affine
from symnn.core.node import Node, Term
from symnn.derivation import views


@pytest.fixture
def wrong_tanh() -> Iterator[None]:
    right = FUNCTIONS["tanh"]
    FUNCTIONS["tanh"] = replace(right, name="tanh", derivatives=(1 - OUT,))
    derivative.cache_clear()
    yield
    FUNCTIONS["tanh"] = right
    derivative.cache_clear()


def two_layers(prefix: str) -> sn.Derivation:
    """A net of its own names, so that no interned node of another test is met."""
    W = sn.parameter(f"{prefix}W", (f"{prefix}p", f"{prefix}n"))
    x, y = sn.tensor("x", (f"{prefix}n",)), sn.tensor("y", (f"{prefix}p",))
    return sn.derive(np.sum((np.tanh(W @ x) - y) ** 2), wrt=W)


def test_the_right_rules_pass() -> None:
    assert two_layers("a").check().passed


def test_a_wrong_derivative_of_tanh_is_found(wrong_tanh: None) -> None:
    with pytest.raises(sn.CheckError, match="FAILED"):
        two_layers("b").check()


def test_a_dropped_factor_in_the_adjoint_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = adjoint.place

    def dropped(target: Node, pos: tuple[Affine, ...], term: Term) -> adjoint.Contribution:
        return right(target, pos, Term(term.coef, term.bound, term.factors[:1]))

    monkeypatch.setattr(adjoint, "place", dropped)
    with pytest.raises(sn.CheckError, match="FAILED"):
        two_layers("c").check()


def test_a_swapped_transpose_in_print_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = views.matrix_form

    def swapped(node: Node, *args: object, **kwargs: object) -> object:
        form = right(node, *args, **kwargs)  # type: ignore[arg-type]
        tree = form.tree
        if isinstance(tree, views.t.Mul) and len(tree.factors) == 2:
            tree = views.t.Mul(tree.factors[::-1])
        return replace(form, tree=tree)

    monkeypatch.setattr(views, "matrix_form", swapped)
    d = two_layers("d")
    with pytest.raises(sn.SymnnError):
        d.check()


def test_labels_that_do_not_sum_to_one_are_found() -> None:
    z, y = sn.parameter("z", ("ek",)), sn.tensor("y", ("ek",), assume={"simplex"})
    p = sn.named("p", sn.softmax(z))
    d = sn.derive(-np.sum(y * np.log(p)), wrt=z)
    y.call.port.facts = frozenset()  # the draw is then no simplex, and p - y is wrong
    with pytest.raises(sn.CheckError, match="∇_z"):
        d.check()
