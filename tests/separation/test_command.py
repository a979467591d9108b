import json
import subprocess
import sys

import pytest

from symnn.separation.__main__ import main


def run(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["symnn", "design", *words])
    code = main()
    return code, *capsys.readouterr()


def test_the_json_is_one_object(monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys, "xor", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["hidden_units"] == 2


def test_text_in_two_languages(monkeypatch, capsys):
    assert "2 hidden units: minimal, proved." in run(monkeypatch, capsys, "xor")[1]
    french = run(monkeypatch, capsys, "xor", "--lang", "fr")[1]
    assert "2 unités cachées\u00a0: minimal, prouvé." in french


def test_bad_input_gives_one_message_and_code_2(monkeypatch, capsys, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("0,0,a\n1,oops,b\n")
    code, out, err = run(monkeypatch, capsys, str(path), "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert err == (
        "p.csv, line 2, column 2 (x2)\n"
        "  expected: a number such as 2, -0.5, 1e-3 or 1/3\n  found: 'oops'\n"
        "  fix: correct this cell, or leave the point out\n"
    )
    assert not (tmp_path / "out").exists()


def test_the_files_are_written_whole(monkeypatch, capsys, tmp_path):
    code, *_ = run(monkeypatch, capsys, "stars", "--out", str(tmp_path / "deep" / "out"))
    names = sorted(p.name for p in (tmp_path / "deep" / "out").iterdir())
    assert (code, names) == (0, ["design.json", "design.txt", "network.svg", "points.svg"])


def test_a_folder_that_is_a_file_is_refused(monkeypatch, capsys, tmp_path):
    (tmp_path / "taken").write_text("")
    code, _, err = run(monkeypatch, capsys, "xor", "--out", str(tmp_path / "taken"))
    assert code == 2 and "expected: a folder that can be written" in err


def test_several_classes_one_against_the_rest(monkeypatch, capsys, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("0,0,a\n1,1,b\n2,2,c\n")
    assert run(monkeypatch, capsys, str(path))[0] == 2
    code, out, _ = run(monkeypatch, capsys, str(path), "--positive", "b", "--json")
    assert (code, json.loads(out)["hidden_units"]) == (0, 2)


@pytest.mark.parametrize("limit", ["0", "-1", "nan"])
def test_a_bad_time_limit_is_refused(monkeypatch, capsys, limit):
    code, _, err = run(monkeypatch, capsys, "xor", "--time-limit", limit)
    assert code == 2 and err.startswith("time limit\n")


def test_the_module_runs_alone():
    done = subprocess.run(
        [sys.executable, "-m", "symnn.separation", "design", "xor", "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(done.stdout)["proved"] is True
