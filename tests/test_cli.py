"""The command line: exit codes, messages, and what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from symnn.cli import main
from symnn.core.errors import CheckError
from symnn.derivation.derivation import Derivation

SMALL = """
title.fr = "Petit"
[[exercises]]
number = 1
kind = "derivation"
title.fr = "Un"
statement.fr = "Un"
[[exercises.questions]]
number = "1"
asks = "gradients"
text.fr = "Le gradient ?"
[exercises.derivation]
equations = ["L = sum(i: (u[i] - y[i])^2)"]
loss = "L"
wrt = ["u"]
tensors.u = { shape = ["n"], role = "parameter" }
tensors.y = { shape = ["n"], role = "target" }
"""

NET = """
[input]
shape = ["N", 4]
[[layers]]
type = "dense"
units = 3
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder, by its path in it."""
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_solve_writes_a_whole_folder(sheet: Path, tmp_path: Path, capsys) -> None:
    assert main(["solve", str(sheet), "--out", str(tmp_path / "out")]) == 0
    names = sorted(contents(tmp_path / "out"))
    data = json.loads((tmp_path / "out" / "answers.json").read_text("utf-8"))
    assert names == data["files"]
    assert data["exercises"][0]["gradients"][0]["text"].endswith("= 2(u − y)")
    out = capsys.readouterr().out
    assert "vérifié" in out
    assert "\x1b" not in out  # no colours where nobody looks


def test_the_same_seed_gives_the_same_bytes(sheet: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main(["solve", str(sheet), "--out", str(tmp_path / name)]) == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_json_goes_to_standard_output_alone(
    sheet: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["solve", str(sheet), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passed"] is True
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.toml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solve", "none.toml"], "symnn: none.toml: no such file or directory"),
        (["solve", "--only", "9"], "expected: one of 1, 2, 3, 4, 5"),
        (["derive"], "FILE.toml, or --define with an equation"),
        (["derive", "--define", "L = u"], "expected: --wrt or --parameter"),
        (["derive", "--define", "L = u[i]", "--input", "u"], "expected: NAME=VALUE"),
        (["derive", "--define", "L = u", "--parameter", "u=", "--draws", "0"], "--draws"),
        (["design", "none.csv"], "none.csv"),
        (["analyze", "none.toml"], "none.toml"),
        (["draw"], "expected: FILE.toml, or --define with an equation"),
        (["draw", "none.toml"], "none.toml"),
    ],
)
def test_bad_input_is_one_message_and_code_2(
    arguments, words, capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["solve", "--lang", "de"], ["solve", "--seed", "-1"], ["no"]]
)
def test_argparse_refuses_with_code_2(arguments, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_failed_check_leaves_the_report_beside_and_the_folder_alone(
    sheet: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    out = tmp_path / "out"
    assert main(["solve", str(sheet), "--out", str(out)]) == 0
    before = contents(out)

    def failing(self, **options):
        raise CheckError("a formula failed its check\nwhat  method")

    monkeypatch.setattr(Derivation, "check", failing)
    assert main(["solve", str(sheet), "--out", str(out)]) == 1
    assert contents(out) == before
    page = (tmp_path / "out.failed" / "index.html").read_text("utf-8")
    assert '<span class="badge failed">' in page
    assert "failed check" in capsys.readouterr().err


def test_every_command_has_help_with_examples(capsys) -> None:
    for arguments in (
        ["--help"],
        *(
            [c, "--help"]
            for c in ("solve", "design", "derive", "analyze", "draw", "code", "train", "doctor")
        ),
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert "examples:" in capsys.readouterr().out


def test_version_and_doctor(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("symnn ")
    assert main(["doctor", "--json"]) == 0
    assert {p["part"] for p in json.loads(capsys.readouterr().out)["parts"]} >= {"typst", "numpy"}


def test_derive_prints_checked_gradients(capsys) -> None:
    arguments = ["derive", "--define", "L = sum(i: (u[i]-y[i])^2)", "--input", "u=n",
                 "--input", "y=n", "--wrt", "u"]  # fmt: skip
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["gradients"]["u"]["text"] == "2(u − y)"
    assert found["gradients"]["u"]["deviation"] < 1e-9
    assert main([*arguments, "--format", "latex"]) == 0
    assert capsys.readouterr().out == "\\nabla_{u} L = 2(u - y)\n"
    assert main([*arguments, "--depth", "main", "--lang", "fr"]) == 0
    assert "dérivée d’un carré" in capsys.readouterr().out


def test_analyze_prints_a_table(tmp_path: Path, capsys) -> None:
    net = tmp_path / "net.toml"
    net.write_text(NET, encoding="utf-8")
    assert main(["analyze", str(net)]) == 0
    assert "15" in capsys.readouterr().out


def test_draw_reads_equations_networks_and_sheets(sheet: Path, tmp_path: Path, capsys) -> None:
    net, out = tmp_path / "net.toml", tmp_path / "out.svg"
    net.write_text(NET, encoding="utf-8")
    equations = ["--define", "L = sum(i: u[i]^2)", "--parameter", "u=n"]
    for source in ([str(sheet)], [str(net)], equations):
        assert main(["draw", *source, "-o", str(out)]) == 0
        assert out.read_text("utf-8").startswith("<svg")
        out.unlink()
    capsys.readouterr()
    assert main(["draw", str(sheet), "--only", "9"]) == 2
    assert "expected: one of 1" in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "import symnn.report.solve_command as command\n"
        "from symnn.cli import main\n"
        "def slow(*args, **options):\n"
        "    print('started', flush=True)\n"
        "    time.sleep(60)\n"
        "command.solve_sheet = slow\n"
        "sys.exit(main(['solve', '--out', 'out']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == "symnn: interrupted; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_a_formula_may_start_with_a_minus(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["derive", "-y'*log(x)", "--wrt", "x"]) == 0
    assert capsys.readouterr().out.startswith("∇_x(L) = −y ⊘ x")


def test_a_command_loads_its_own_module_alone() -> None:
    program = (
        "import sys\n"
        "from symnn.cli import COMMANDS, make_parser\n"
        "make_parser('')\n"
        "assert 'sympy' not in sys.modules and 'numpy' not in sys.modules\n"
        "make_parser('derive').parse_args(['derive', 'x^2'])\n"
        "assert not {'matplotlib', 'rich', 'networkx', 'scipy.stats'} & set(sys.modules)\n"
        "print([c for c, (module, _) in COMMANDS.items() if module in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert found.stdout == "['derive']\n"
