"""Sheets other than the exam: every shape of derivation is answered or says why not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from symnn.core.errors import SymnnError
from symnn.report.exam.fields import SheetError
from symnn.report.exam.sheet import load_sheet, read_sheet
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


SECOND = Path(__file__).parents[2] / "reports" / "second-sheet.toml"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_second_sheet_is_answered_whole(lang: str) -> None:
    found = solve_sheet(load_sheet(SECOND), lang)
    assert found.passed
    points, layer, network, coder, attention = found.answers["exercises"]
    assert points["answer"]["hidden_units"] == points["answer"]["lower"] == 2
    assert [g["text"] for g in layer["gradients"]] == [
        "∇_V(J) = δ uᵀ", "∇_c(J) = (p − t) ⊙ (1 − p ⊙ p)",
    ]  # fmt: skip
    shapes = [row["output_shape"] for row in network["answer"]["rows"]]
    assert shapes == [[28, 20, 6], [14, 10, 6], [7, 5, 16], [3, 2, 16], [96], [5]]
    counts = [row["parameters"]["value"] for row in network["answer"]["rows"]]
    assert counts == [5 * 5 * 3 * 6 + 6, 0, 3 * 3 * 6 * 16, 0, 0, 96 * 5 + 5]
    first = network["answer"]["rows"][0]["multiplications"]["value"]
    assert first == 28 * 20 * 6 * 5 * 5 * 3
    assert coder["difference"]["vae_parameters"] != coder["difference"]["ae_parameters"]
    assert "not_answered" not in str(found.answers)
    assert attention["attention"]["text"] == "Z = A V"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[0, 1], [0, -1], [1, 0]", "[0, 1], [0, -1]", "13 labels, one per point"),
        ('asks = "design"', 'asks = "explain"', "one of design, since kind is 'points'"),
        ("data = [[-2], [-1]", "data = [[-2], [-1, 1]", "1 coordinates"),
        ("u = [2, -1]", "u = [2, -1, 3]", "m = 3 entries"),
        ('loss = "J"', 'loss = "K"', "the left side of an equation: s, p, J"),
        ('activation = "tanh"\nloss', 'activation = "sine"\nloss', "one of identity, sigmoid"),
        ("kernel = 5", "kernel = 33", "at most the 32 rows that reach this layer"),
        ('layers = ["Conv A"]', 'layers = ["Conv C"]', "the name of a layer: Conv A"),
        ("units = 5", "units = 0", "a whole number from 1"),
        ('likelihood = "normal"', 'likelihood = "poisson"', "one of bernoulli, normal"),
        ("observed = 50", 'observed = "N"', "another name than N and h"),
        ('asks = "compare"', 'asks = "forward"', "one of explain, compare"),
        ("masked = true", "heads = 2", "1: the answer derives one head"),
        ("masked = true", 'masked = "yes"', "true or false"),
        ('asks = "formalism"', 'asks = "prove"', "one of design, forward"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name_and_line(
    old: str, new: str, expected: str
) -> None:
    text = SECOND.read_text("utf-8")
    assert old in text
    with pytest.raises(SheetError) as caught:
        read_sheet(text.replace(old, new, 1), "second.toml")
    assert str(caught.value).startswith("second.toml, line ")
    assert "exercise " in str(caught.value)
    assert f"expected: {expected}" in str(caught.value)
