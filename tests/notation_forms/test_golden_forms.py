"""The printed forms of the examples: their value, and their text as reviewed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symnn.notation.components import component_form
from symnn.notation.matrix import matrix_form
from symnn.notation.text import to_text
from tests.notation_forms.examples import Example, examples
from tests.notation_forms.judge import check_components, check_matrix

EXAMPLES = list(examples())
LABELS = [e.label for e in EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=LABELS)
def test_the_matrix_form_has_the_value_of_the_node(example: Example) -> None:
    check_matrix(example.node, rows=example.rows)


@pytest.mark.parametrize("example", EXAMPLES, ids=LABELS)
def test_the_components_have_the_value_of_the_node(example: Example) -> None:
    check_components(example.node)


def test_the_forms_read_as_reviewed(golden: Callable[[str, str], None]) -> None:
    lines = []
    for e in EXAMPLES:
        form = matrix_form(e.node, rows=e.rows)
        lines.append(f"{e.label}   [{form.kind}]")
        lines.append(f"    {to_text(form.tree)}")
        lines.append(f"    {to_text(component_form(e.node))}")
    golden("forms.txt", "\n".join(lines) + "\n")


def test_labels_of_examples_are_unique() -> None:
    assert len(set(LABELS)) == len(LABELS) >= 60
