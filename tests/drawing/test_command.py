"""`symnn draw`: files written whole, one message for a mistake."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from symnn.drawing.command import add_parser, run
from tests.drawing.samples import layer


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(), lambda args: layer())
    return parser.parse_args(["draw", *words])


def test_a_file_is_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "net.svg"
    assert run(parsed("e.toml", "-o", str(target), "--json")) == 0
    assert target.read_text().startswith("<svg")
    assert json.loads(capsys.readouterr().out)["layout"] == "path"


def test_tall_and_forward_only(tmp_path: Path) -> None:
    target = tmp_path / "net.svg"
    assert run(parsed("e.toml", "-o", str(target), "--tall", "--no-backward")) == 0
    assert "stroke-dasharray" not in target.read_text()


def test_a_wrong_ending_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parsed("e.toml", "-o", str(tmp_path / "net.bmp"))) == 2
    assert capsys.readouterr().err.startswith("symnn: cannot draw to net.bmp\n")
    assert not list(tmp_path.iterdir())
