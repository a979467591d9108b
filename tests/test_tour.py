"""The notebook of the tour: well formed, runs from top to bottom, and shows what it promises."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

import symnn as sn

RICH = {"text/latex", "text/html", "image/svg+xml", "text/markdown", "application/json"}
PATH = Path(__file__).parents[1] / "reports" / "tour.ipynb"


@pytest.fixture(scope="module")
def shown() -> list[tuple[str, Any, str]]:
    """(source, value of the last expression, printed text) of each code cell."""
    book = json.loads(PATH.read_text("utf-8"))
    space: dict[str, Any] = {}
    found = []
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                value = _run("".join(cell["source"]), space)
            found.append(("".join(cell["source"]), value, out.getvalue()))
    return found


def _run(source: str, space: dict[str, Any]) -> Any:
    """Run a cell as a notebook does: the value of a last expression is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(PATH), "exec"), space)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), str(PATH), "eval"), space)


def test_the_notebook_is_well_formed() -> None:
    book = json.loads(PATH.read_text("utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({c["id"] for c in book["cells"]}) == len(book["cells"])
    assert all(c["outputs"] == [] for c in book["cells"] if c["cell_type"] == "code")


def test_every_value_has_a_rich_form(shown) -> None:
    values = [(source, v) for source, v, _ in shown if v is not None]
    assert len(values) >= 9
    for source, value in values:
        bundle = value._repr_mimebundle_()
        assert "text/plain" in bundle, source
        assert bundle.keys() & RICH, source


def test_the_tour_shows_what_it_promises(shown) -> None:
    printed = "".join(text for _, _, text in shown)
    assert "∇_W = ∇_ŷ xᵀ   (p × 1)(1 × n) = (p × n)" in printed
    assert "# Numerator layout" in printed
    assert "S_{k,l} and S_{l,k} are one variable" in printed
    share = float(printed.split("% of the digits")[0].rsplit("\n", 1)[-1])
    assert share > 90


def test_public_objects_have_notebook_forms() -> None:
    x = sn.tensor("x", ("n",))
    f = sn.compile(x * x)
    assert "```python" in f._repr_mimebundle_()["text/markdown"]
    report = sn.derive(sn.parse("x'*x", x=x), wrt=x).check()
    assert report._repr_mimebundle_()["text/html"].startswith("<table>")
