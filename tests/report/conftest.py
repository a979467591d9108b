"""One solved sheet per language, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from symnn.report.exam.sheet import load_sheet
from symnn.report.solution import Solution, solve_sheet


@pytest.fixture(scope="session")
def french() -> Solution:
    return solve_sheet(load_sheet(), "fr")


@pytest.fixture(scope="session")
def english() -> Solution:
    return solve_sheet(load_sheet(), "en")
