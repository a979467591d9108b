"""Laws of printed forms on random expressions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnn.notation.latex import to_latex
from symnn.notation.matrix import matrix_form
from tests.notation_forms.judge import check_components, check_matrix
from tests.notation_forms.random_nodes import Maker

SEEDS = st.tuples(st.integers(0, 10**6), st.integers(0, 3), st.integers(0, 2))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_the_printed_matrix_form_has_the_value_of_the_node(seed: tuple[int, int, int]) -> None:
    number, rank, depth = seed
    check_matrix(Maker(number).node(rank, depth))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_the_printed_components_have_the_value_of_the_node(seed: tuple[int, int, int]) -> None:
    number, rank, depth = seed
    check_components(Maker(number).node(rank, depth))


@pytest.mark.parametrize("rank", range(5))
def test_every_node_has_a_form_and_prints_as_latex(rank: int) -> None:
    for seed in range(25):
        node = Maker(seed).node(rank, 3)
        assert to_latex(matrix_form(node).tree)
