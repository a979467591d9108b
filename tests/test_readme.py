"""The README's examples run; its commands and its schema page are those of the program."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from symnn.cli import main, make_parser
from symnn.report.exam.schema import sheet_page

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_five_examples_run() -> None:
    assert len(BLOCKS) == 5
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    example = doctest.DocTestParser().get_doctest("".join(BLOCKS), {}, "README", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=flags)
    printed: list[str] = []
    runner.run(example, out=printed.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(printed)


def test_two_commands_set_it_up() -> None:
    commands = re.findall(r"^    (pip install .*)$", README, re.MULTILINE)
    assert commands == [
        "pip install '.[data]' && symnn solve --lang fr --out symnn-out",
        "pip install '.[test]' && python -m pytest",
    ]
    assert make_parser().parse_args(["solve", "--lang", "fr", "--out", "symnn-out"]).lang == "fr"


def test_its_commands_on_equations_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^    symnn (\w+ .*?\".*?)   ", README, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["derive", "draw"]
    for line in lines:
        assert main(shlex.split(line)) == 0, capsys.readouterr().err
    assert (tmp_path / "net.svg").read_text("utf-8").count("∇") >= 1


def test_every_picture_and_page_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_the_page_on_sheets_is_the_schema(request: pytest.FixtureRequest) -> None:
    page = ROOT / "reports" / "SHEET.md"
    if request.config.getoption("--regold"):
        page.write_text(sheet_page(), encoding="utf-8")
    assert page.read_text("utf-8") == sheet_page()
