"""TikZ: the shapes of the SVG, formulas in LaTeX, and two engines set every kind of drawing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import symnn as sn
from symnn import nn
from symnn.drawing.canvas import LIGHT
from symnn.drawing.drawer import draw
from symnn.drawing.figures import graph_figure
from symnn.drawing.matrices import matrices_figure
from symnn.drawing.units import units_diagram
from symnn.probability.moments import source
from tests.drawing.samples import LOSSES
from tests.models.nets import cnn6074

ODD = "50 % of a_1 → β ≤ 漢 $x$ \\input{/etc/passwd} é\u202f: {#~^&"


def _random() -> sn.Tensor:
    mu, s = sn.parameter("mu", ("d",)), sn.parameter("s", ("d",))
    z = sn.named("z", mu + np.exp(s) * source("epsilon", ("d",)))
    return np.sum(z * z)


def _matrices() -> str:
    X, W = sn.tensor("X", ("T", "d")), sn.parameter("W", ("d", "k"))
    return matrices_figure(sn.named("Q", X @ W), {"T": 4, "d": 3, "k": 2}, "fr").tikz


def _odd() -> str:
    x = sn.parameter("x", ("n",))
    return draw(np.sum(x * x), roles={"x": ODD}).tikz


def _branches() -> str:
    blocks = [nn.TransformerBlock(8, 2) for _ in range(3)]
    return draw(nn.Sequential(*blocks, nn.Linear(8, 4)), sn.tensor("X", ("T", 8)), lang="fr").tikz


KINDS: dict[str, Callable[[], str]] = {
    **{name: lambda f=f: draw(f(), lang="fr").tikz for name, f in LOSSES.items()},
    "tall": lambda: draw(LOSSES["layer"](), lang="fr").turned().tikz,
    "volumes": lambda: draw(cnn6074(), sn.tensor("x", (28, 28, 1)), lang="fr").tikz,
    "branches": _branches,
    "random": lambda: draw(_random(), lang="fr").tikz,
    "matrices": _matrices,
    "units": lambda: units_diagram([3, 12, 2], "fr").tikz,
    "weights": lambda: units_diagram([2, 1], "fr", weights=[np.array([[1.0, -0.5]])]).tikz,
    "odd": _odd,
}
ROOM = re.compile(r"\\useasboundingbox \(([-\d.]+),([-\d.]+)\) rectangle \(([-\d.]+),([-\d.]+)\);")
PAGE = r"""\documentclass[a4paper]{article}
\usepackage{iftex}\ifpdftex\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\fi
\usepackage{lmodern}\ifpdftex\else\usepackage{fontspec}\fi
\usepackage[margin=24mm]{geometry}
\usepackage{amsmath,amssymb,bm,tikz}
\parindent=0pt\pagestyle{empty}
\begin{document}
"""


@cache
def drawn(kind: str) -> str:
    return KINDS[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_every_thing_lies_in_the_picture_and_the_picture_on_the_page(kind: str) -> None:
    text = drawn(kind)
    found = ROOM.search(text)
    unit = re.search(r"\[x=([\d.]+)bp,y=-([\d.]+)bp\]", text)
    assert found and unit and unit[1] == unit[2]
    left, top, right, bottom = map(float, found.groups())
    assert (right - left) * float(unit[1]) <= 459.1
    assert (bottom - top) * float(unit[1]) <= 680.1
    for x, y in re.findall(r"\((-?[\d.]+),(-?[\d.]+)\)", text):
        assert left <= float(x) <= right and top <= float(y) <= bottom


@pytest.mark.parametrize("kind", KINDS)
def test_no_end_of_line_outside_the_picture_is_a_space(kind: str) -> None:
    head, rest = drawn(kind).split("\\begin{tikzpicture}")
    lines = [*head.splitlines(), rest.splitlines()[-1]]
    assert lines and all(line.endswith("%") for line in lines)


def test_it_has_the_shapes_words_and_formulas_of_the_svg() -> None:
    figure = graph_figure(LOSSES["attention"](), "fr")
    shapes = len(re.findall(r"<(?:rect|path|polygon) [^>]*style=", figure.wide))
    assert len(re.findall(r"^\\(?:path|fill)\[", figure.tikz, re.MULTILINE)) == shapes
    words = figure.wide.count("<text ")
    assert figure.tikz.count(r"{\sffamily{}") == words
    formulas = figure.wide.count('<g transform="translate(')
    assert figure.tikz.count(r"\node[") == words + formulas
    assert r"$\nabla_{\mathbf{A}} L = \nabla_{\mathbf{Z}} L \, \mathbf{V}^{\top}$" in figure.tikz


def test_its_colours_are_the_light_ones() -> None:
    said = dict(re.findall(r"\\definecolor\{symnn-([a-z-]+)\}\{HTML\}\{(\w+)\}", drawn("layer")))
    assert said == {name: value[1:].upper() for name, value in LIGHT.items()}
    assert set(re.findall(r"symnn-([a-z-]+)[,\]]", drawn("layer"))) <= set(LIGHT)


def test_a_turned_drawing_is_turned_in_tikz_too() -> None:
    left, top, right, bottom = map(float, ROOM.search(drawn("tall")).groups())  # type: ignore[union-attr]
    assert bottom - top > right - left


def test_no_word_is_a_command() -> None:
    assert r"\textbackslash{}input\{/etc/passwd\}" in drawn("odd")
    assert r"\input{" not in drawn("odd")


def compiled(text: str, folder: Path, engine: str) -> str:
    """Compile pictures and return the log; the test fails where the engine does."""
    program = shutil.which(engine)
    assert program, f"{engine} is not installed"
    (folder / "page.tex").write_text(f"{PAGE}{text}\\end{{document}}\n", encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    run = subprocess.run([*command, "page.tex"], cwd=folder, capture_output=True, check=False)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, log[-1500:]
    return log


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["pdflatex", "xelatex"])
def test_every_kind_compiles_and_fits_the_page(engine: str, tmp_path: Path) -> None:
    pages = [f"\\setbox0\\hbox{{{drawn(kind)}}}\\typeout{{wide \\the\\wd0}}\\box0\\clearpage\n"
             for kind in KINDS]  # fmt: skip
    log = compiled("".join(pages), tmp_path, engine)
    assert "Missing character" not in log
    assert "Overfull" not in log
    wide = [float(w) for w in re.findall(r"wide ([\d.]+)pt", log)]
    for kind, width in zip(KINDS, wide, strict=True):
        left, _, right, _ = map(float, ROOM.search(drawn(kind)).groups())  # type: ignore[union-attr]
        unit = float(re.search(r"\[x=([\d.]+)bp", drawn(kind))[1])  # type: ignore[index]
        assert width == pytest.approx((right - left) * unit * 72.27 / 72, abs=0.1), kind
