"""The sheet as Unicode text: nothing moves the cursor, and nothing is left out."""

from __future__ import annotations

import unicodedata

import pytest

from symnn.report.printing.plain import to_plain
from symnn.report.solution import Solution
from tests.report.documents import HOSTILE, every_block


@pytest.mark.parametrize("text", [*HOSTILE, "\x1b[2J\x9b2J \u202e reversed"])
def test_no_text_moves_the_cursor(text: str) -> None:
    found = to_plain(every_block(text))
    assert not [c for c in found if unicodedata.category(c) == "Cc" and c != "\n"]
    assert "\u202e" not in found


def test_every_place_of_the_document_is_said() -> None:
    found = " ".join(to_plain(every_block("marker")).split())
    assert found.count("marker") > 100
    for sign in ("✓ marker", "✗ marker", "○ marker", "(1) x = y", "figures/fi1.svg"):
        assert sign in found


def test_tables_stand_in_columns(french: Solution) -> None:
    lines = to_plain(french.document).split("\n")
    weights = next(line for line in lines if line.endswith("poids, à apprendre"))
    biases = next(line for line in lines if line.endswith("biais, à apprendre"))
    assert weights.index("poids") == biases.index("biais")
    assert "Réponse 2 b (2.12)" in lines
