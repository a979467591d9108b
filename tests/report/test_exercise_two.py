"""Exercise 2 as it is answered: formulas as golden text, and every claim held to numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from symnn.report.answers.context import Context
from symnn.report.answers.descent import make_descent
from symnn.report.answers.generated import load
from symnn.report.exam.sheet import load_sheet
from symnn.report.printing.document import Answer, StepLine, Steps
from symnn.report.solution import Solution
from symnn.report.words import Words


@pytest.fixture(scope="module")
def answers(french: Solution) -> dict:
    return french.answers["exercises"][1]


def test_every_formula_of_the_answer(answers: dict, golden: Callable[[str, str], None]) -> None:
    lines = ["forward"]
    for row in answers["forward"]:
        lines += [f"  {row['component']}", f"  {row['matrix']}   [{', '.join(row['shape'])}]"]
    lines += ["answer 1", f"  {answers['prediction']['text']}", "gradients"]
    for row in answers["gradients"]:
        lines += [f"  {row['text']}", f"  {row['latex']}   [{', '.join(row['shape'])}]"]
    lines += ["other activations"]
    lines += [f"  {row['activation']}: {row['latex']}" for row in answers["activations"]]
    lines += ["any number of layers", *(f"  {x}" for x in answers["recursion"]["latex"])]
    lines += ["Hessian", *(f"  {', '.join(r['of'])}: {r['latex']}" for r in answers["hessian"])]
    lines += ["one update", f"  {answers['residual_factor']['latex']}"]
    golden("report/exercise-2.txt", "\n".join(lines))


def test_the_generated_program(french: Solution, golden: Callable[[str, str], None]) -> None:
    golden("report/descent.py.txt", french.files["descent.py"])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_steps_as_they_are_shown(
    lang: str, golden: Callable[[str, str], None], french: Solution, english: Solution
) -> None:
    part = {"fr": french, "en": english}[lang].document.parts[1]
    lines: list[str] = []
    for section in part.sections:
        lines.append(f"{section.number} {section.title}")
        for block in section.blocks:
            lines += [f"  [{block.label}]"] if isinstance(block, Steps) and block.label else []
            for line in block.lines if isinstance(block, Steps) else ():
                lines += shown(line)
            if isinstance(block, Answer) and block.formula is not None:
                lines.append(f"  = {block.label} ({block.number}) {block.formula.text}")
    golden(f"report/steps.{lang}.txt", "\n".join(lines))


def shown(line: StepLine) -> list[str]:
    """A line of the page as text."""
    matrix = line.matrix.text if line.matrix else plain(line.words)
    shape = f"   {line.shape.text}" if line.shape else ""
    component = line.component.text if line.component else ""
    return [f"  ({line.number}) {component}", f"      {matrix}{shape}",
            f"      {line.rule}: {plain(line.reasons)}"]  # fmt: skip


def plain(runs: tuple) -> str:
    return "".join(r if isinstance(r, str) else r.text for r in runs)


def test_the_program_runs_on_its_own(french: Solution, tmp_path: Path) -> None:
    (tmp_path / "descent.py").write_text(french.files["descent.py"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "descent.py"], cwd=tmp_path, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    losses = [float(row.split()[1]) for row in done.stdout.splitlines()]
    assert losses[0] > losses[1] > losses[2]


def test_every_check_passed_and_is_shown(french: Solution, answers: dict) -> None:
    assert french.passed
    page = french.files["index.html"]
    assert "badge failed" not in page
    for row in answers["gradients"]:
        assert row["check"]["state"] == "verified"
        assert row["check"]["text"] in page
    assert answers["second_route"]["deviation"] < 1e-12
    assert answers["recursion"]["state"] == "verified"
    assert answers["residual_factor"]["state"] == "verified"


def test_the_program_is_the_textbook_descent(french: Solution) -> None:
    descent = load(french.files["descent.py"], "descent")
    rng = np.random.default_rng(5)
    data = [(rng.standard_normal(3), rng.standard_normal(2)) for _ in range(7)]
    W, b = descent(data, 2, 3, 0.03, 4, np.random.default_rng(1))
    V, c = 0.1 * np.random.default_rng(1).standard_normal((2, 3)), np.zeros(2)
    for _ in range(4):
        for x, y in data:
            r = V @ x + c - y
            V, c = V - 0.03 * 2 * np.outer(r, x), c - 0.03 * 2 * r
    np.testing.assert_allclose(W, V, rtol=0, atol=1e-13)
    np.testing.assert_allclose(b, c, rtol=0, atol=1e-13)


def test_a_batch_of_one_is_the_single_example(french: Solution) -> None:
    one = load(french.files["descent.py"], "descent")
    many = load(french.files["descent.py"], "descent_in_batches")
    rng = np.random.default_rng(6)
    data = [(rng.standard_normal(3), rng.standard_normal(2)) for _ in range(5)]
    batches = [(x[None], y[None]) for x, y in data]
    a = one(data, 2, 3, 0.02, 3, np.random.default_rng(0))
    b = many(batches, 1, 2, 3, 0.02, 3, np.random.default_rng(0))
    for u, v in zip(a, b, strict=True):
        np.testing.assert_allclose(u, v, rtol=0, atol=1e-13)


def test_the_training_reaches_what_theory_says(answers: dict) -> None:
    training = answers["training"]
    assert max(training["deviations"].values()) < 1e-8
    losses = [r["cycle_loss"] for r in training["rates"].values()]
    assert training["optimum"] < losses[0] < losses[1] < losses[2]
    assert all(r["epoch_radius"] < 1 for r in training["rates"].values())
    assert training["full_batch_bound"] == pytest.approx(2 / training["lambda_max"])


def test_the_optimum_is_that_of_lstsq() -> None:
    """A third way to the same number: NumPy's least squares on (x, 1)."""
    from symnn.report.answers.generated import make_programs
    from symnn.report.derivation.learning import learn, make_setting

    ctx = Context(load_sheet().exercises[1], Words("en"), 3)
    programs = make_programs(ctx.model, ctx.batch_model, ctx.words, batch=True)
    setting = make_setting(ctx, programs)
    X, Y = setting.whole
    A = np.concatenate([X, np.ones((len(X), 1))], axis=1)
    found, *_ = np.linalg.lstsq(A, Y, rcond=None)
    best = float(np.sum((A @ found - Y) ** 2) / len(X))
    learned = learn(ctx, setting)
    assert learned.optimum == pytest.approx(best, rel=1e-12)
    gram = 2 / len(X) * float(np.linalg.eigvalsh(A.T @ A)[-1])
    assert learned.largest == pytest.approx(gram, rel=1e-12)


def test_every_descent_line_names_its_origin() -> None:
    ctx = Context(load_sheet().exercises[1], Words("en"), 0)
    descent = make_descent(ctx.model, ctx.words)
    assert [o.kind for o in descent.origins] == ["forward", "backward", "update", "update"]


def test_the_answers_are_plain_data_in_both_languages(french: Solution, english: Solution) -> None:
    a, b = (json.loads(json.dumps(s.answers)) for s in (french, english))
    for one, other in zip(a["exercises"], b["exercises"], strict=True):
        assert one["number"] == other["number"]
        assert one["status"] == other["status"]
    assert a["exercises"][1]["gradients"][0]["latex"] == b["exercises"][1]["gradients"][0]["latex"]
    assert [e["status"] for e in a["exercises"][:2]] == ["answered"] * 2
