"""A bare terminal: no locale, another encoding, a home that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
_OF_THE_LOCALE = ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUTF8", "MPLCONFIGDIR")


def run(*arguments: str, folder: Path, **changes: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with nothing in its environment about letters."""
    kept = {k: v for k, v in os.environ.items() if k not in _OF_THE_LOCALE}
    return subprocess.run(
        [sys.executable, "-m", "symnn", *arguments], cwd=folder, capture_output=True, check=False,
        env={**kept, "PYTHONPATH": str(ROOT), **changes},
    )  # fmt: skip


@pytest.mark.parametrize(("changes", "printed"), [
    (C_LOCALE, "∇_x(L) = 2 x"),
    ({"PYTHONIOENCODING": "utf-8"}, "∇_x(L) = 2 x"),
    ({"PYTHONIOENCODING": "latin-1"}, r"\u2207_x(L) = 2 x"),
    ({"PYTHONIOENCODING": "ascii"}, r"\u2207_x(L) = 2 x"),
])  # fmt: skip
def test_every_encoding_takes_the_formulas(
    changes: dict[str, str], printed: str, tmp_path: Path
) -> None:
    done = run("derive", "x'*x", "--wrt", "x", folder=tmp_path, **changes)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").splitlines()[0] == printed


def test_a_picture_is_the_same_without_a_locale(tmp_path: Path) -> None:
    command = ["draw", "--define", "L = sum(i: u[i]^2)", "--input", "u=n", "--lang", "fr", "-o"]
    first = run(*command, "a.svg", folder=tmp_path)
    second = run(*command, "b.svg", folder=tmp_path, **C_LOCALE)
    assert (first.returncode, second.returncode) == (0, 0)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_home_that_cannot_be_written_costs_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()  # a file: no folder can be made in it, not even by root
    done = run("solve", "--only", "3", "--lang", "fr", "--out", "out", folder=tmp_path,
               HOME=str(home), XDG_CACHE_HOME="", XDG_CONFIG_HOME="", SYMNN_CACHE="")  # fmt: skip
    assert done.returncode == 0
    errors = done.stderr.decode().splitlines()
    assert len(errors) == 1, errors
    assert errors[0].startswith("symnn: not kept for the next run: ")
    assert (tmp_path / "out" / "index.html").is_file()
