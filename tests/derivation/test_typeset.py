"""A derivation is set by Typst and by LaTeX as it is printed, in every layout and language."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typst

import symnn as sn

from .problems import PROBLEMS
from .test_recurrences import CASES, rnn
from .test_steps import DERIVATIONS

DEPTHS = ("answers", "main", "all", "layers")
LAYOUTS = ("mixed", "numerator", "denominator")
PAGE = "#set page(width: auto, height: auto)\n"
PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[a0paper,margin=1cm]{geometry}
\usepackage{amsmath,amssymb,bm}
\begin{document}
"""


def typst_source(formulas: list[str]) -> bytes:
    return (PAGE + "\n".join(f"$ {f} $\n" for f in formulas)).encode()


@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
def test_typst_sets_every_depth(build: Callable[[], sn.Derivation]) -> None:
    d = build()
    formulas = [d.typst(depth, lang) for depth in DEPTHS for lang in ("en", "fr")]
    assert typst.compile(typst_source(formulas), format="svg")


def test_typst_sets_every_layout_problem_and_recurrence() -> None:
    found = []
    for problem in PROBLEMS[::4]:
        loss, wrt = problem.build()
        d = sn.derive(loss, wrt=wrt)
        found += [d.typst("main", layout=layout) for layout in LAYOUTS]
    loss, wrt = rnn()
    found.append(sn.derive(loss, wrt=wrt).typst("all", layout="denominator"))
    assert len(found) > 12
    assert typst.compile(typst_source(found), format="svg")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_layout_is_stated_once(lang: str) -> None:
    d = DERIVATIONS[0]()
    said = {"en": "Numerator layout", "fr": "Disposition au numérateur"}[lang]
    for depth in DEPTHS:
        texts = [d.text, d.latex, d.typst]
        assert [f(depth, lang, layout="numerator").count(said) for f in texts] == [1, 1, 1]
        assert not any(said in f(depth, lang) for f in texts)


@pytest.mark.slow
def test_pdflatex_sets_every_derivation(tmp_path: Path) -> None:
    program = shutil.which("pdflatex")
    assert program, "pdflatex is not installed"
    found = [build().latex("main", layout=layout) for build in DERIVATIONS for layout in LAYOUTS]
    found += [build().latex("all", "fr") for build in DERIVATIONS]
    for case in (c for c in CASES if callable(c)):
        loss, wrt = case()
        found.append(sn.derive(loss, wrt=wrt).latex("main"))
    body = "\n".join(f"\\[ {f} \\]" for f in found)
    (tmp_path / "d.tex").write_text(f"{PREAMBLE}{body}\n\\end{{document}}\n", encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "d.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, log[-1500:]
    assert "Missing character" not in log
