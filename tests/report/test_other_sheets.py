"""Sheets other than the exam: every shape of derivation is answered or says why not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from symnn.core.errors import SymnnError
from symnn.report.sheet import read_sheet
from symnn.report.solution import Solution, solve_sheet

HEAD = """
title.fr = "T"
[[exercises]]
number = 7
kind = "derivation"
title.fr = "Un"
statement.fr = "Un"
[[exercises.questions]]
number = "1"
asks = "gradients"
text.fr = "?"
[exercises.derivation]
loss = "L"
"""


def solved(text: str) -> Solution:
    return solve_sheet(read_sheet(HEAD + text), "fr")


def gradients(solution: Solution) -> list[str]:
    return [g["text"].split(" = ")[1] for g in solution.answers["exercises"][0]["gradients"]]


def test_softmax_and_cross_entropy() -> None:
    found = solved("""
equations = ["z[i] = sum(j: W[i,j]*x[j])", "q[i] = softmax[i](z[i])", "L = -sum(i: y[i]*log(q[i]))"]
wrt = ["W"]
tensors.x = { shape = ["n"], role = "input" }
tensors.W = { shape = ["p", "n"], role = "weights" }
tensors.y = { shape = ["p"], role = "target", assume = ["simplex"] }
""")
    assert gradients(found) == ["(q − y) xᵀ"]
    assert found.passed


def test_a_scalar_model_without_target_trains_and_runs(tmp_path: Path) -> None:
    found = solved("""
equations = ["r = sum(j: w[j]*x[j]) + c", "L = r^2"]
wrt = ["w", "c"]
tensors.x = { shape = [3], role = "input" }
tensors.w = { shape = [3], role = "weights" }
tensors.c = { shape = [], role = "bias" }
training = { sizes = {}, samples = 10, epochs = 3, rates = [0.1] }
""")
    assert gradients(found) == ["2 r x", "2 r"]
    assert found.answers["exercises"][0]["training"]["optimum"] == pytest.approx(0, abs=1e-12)
    (tmp_path / "descent.py").write_text(found.files["descent.py"], encoding="utf-8")
    subprocess.run([sys.executable, "-I", "descent.py"], cwd=tmp_path, check=True)


def test_names_of_the_program_are_kept_apart_from_those_of_the_sheet() -> None:
    found = solved("""
equations = ["z[i] = sum(j: W[i,j]*x[j])", "L = sum(i: z[i]^2)"]
wrt = ["W"]
tensors.x = { shape = ["m"], role = "input" }
tensors.W = { shape = ["p", "m"], role = "weights" }
""")
    assert "def descent_in_batches(B, M, p, m, eta, E, rng):" in found.files["descent.py"]


def test_what_cannot_be_answered_says_so() -> None:
    found = solved("""
equations = ["z[i] = sum(j: W[i,j]*x[j])", "L = sum(i: z[i]^2)"]
wrt = ["z", "W"]
tensors.x = { shape = ["n"], role = "input" }
tensors.W = { shape = ["p", "n"], role = "weights" }
""")
    assert gradients(found) == ["2 z", "2 z xᵀ"]
    (why,) = found.answers["exercises"][0]["not_answered"]
    assert why.startswith("no descent in z, which is a value and no parameter")
    assert why.splitlines()[0] in found.files["index.html"]


@pytest.mark.parametrize(
    ("equation", "words"),
    [
        ("L = sum(i,k: u[i,j]^2)", "j is neither an index here nor a scalar"),
        ("L = sum(i: u[i]^2)", "expected: 2 positions"),
        ("L = nothing(u[1,1])", "nothing"),
        ("L = sum(i,j: v[i,j])", "v is no tensor"),
    ],
)
def test_an_equation_that_cannot_be_read_keeps_its_caret(equation: str, words: str) -> None:
    with pytest.raises(SymnnError) as caught:
        solved(f"""
equations = ["{equation}"]
wrt = ["u"]
tensors.u = {{ shape = ["n", "m"], role = "parameter" }}
""")
    message = str(caught.value)
    assert message.startswith("sheet, line 15: exercise 7, key derivation.equations.1\n")
    assert words in message
    assert "\n  " + " " * 2 + " " in message
    assert "^" in message
