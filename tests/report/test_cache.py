"""The cache and the processes: fast the second time, the same bytes whichever way, never wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from symnn.core.errors import SymnnError
from symnn.report import cache as kept
from symnn.report import running
from symnn.report.answers.solved import Solved
from symnn.report.cache import Cache, default_folder, key_of
from symnn.report.encoding import decoded, encoded
from symnn.report.exam.sheet import Sheet, load_sheet, read_sheet
from symnn.report.printing.document import Figure, Formula, Section, Table
from symnn.report.running import News, Run, solve_all
from symnn.report.solution import solve_sheet

TWO = """
title.fr = "T"
[[exercises]]
number = 1
kind = "derivation"
title.fr = "Un"
statement.fr = "Un"
questions = [{ number = "1", asks = "gradients", text.fr = "?" }]
[exercises.derivation]
equations = ["L = sum(i: (u[i] - y[i])^2)"]
loss = "L"
wrt = ["u"]
tensors.u = { shape = ["n"], role = "parameter" }
tensors.y = { shape = ["n"], role = "target" }
[[exercises]]
number = 2
kind = "network"
title.fr = "Deux"
statement.fr = "Deux"
questions = [{ number = "1", asks = "diagram", text.fr = "?" }]
[exercises.network]
input = { height = 4, width = 4, channels = 1 }
layers = [{ type = "flatten", name = "F" }, { type = "dense", name = "D", units = 3 }]
"""


@pytest.fixture
def sheet() -> Sheet:
    return read_sheet(TWO)


def states(news: list[News]) -> list[tuple[int, str]]:
    return [(n.exercise.number, n.state) for n in news]


def test_the_second_run_computes_nothing_and_gives_the_same_bytes(
    sheet: Sheet, tmp_path: Path
) -> None:
    news: list[News] = []
    store = Cache(tmp_path)
    fresh = solve_sheet(sheet, "fr", cache=store)
    again = solve_sheet(sheet, "fr", cache=store, told=news.append)
    assert states(news) == [(1, "cached"), (2, "cached")]
    assert again.files == fresh.files == solve_sheet(sheet, "fr").files
    assert store.troubles == []


@pytest.mark.slow
def test_processes_give_the_same_bytes(sheet: Sheet) -> None:
    news: list[News] = []
    parallel = solve_sheet(sheet, "fr", jobs=2, told=news.append)
    assert parallel.files == solve_sheet(sheet, "fr").files
    assert states(news)[:2] == [(1, "started"), (2, "started")]
    assert sorted(states(news)[2:]) == [(1, "solved"), (2, "solved")]


@pytest.mark.slow
def test_the_whole_exam_is_the_same_in_processes_and_from_the_cache(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    one = solve_sheet(load_sheet(), "en", cache=store)
    began = time.perf_counter()
    assert solve_sheet(load_sheet(), "en", cache=store).files == one.files
    assert time.perf_counter() - began < 10
    assert solve_sheet(load_sheet(), "en", jobs=2).files == one.files


def test_the_key_changes_with_everything_that_the_answer_depends_on(
    sheet: Sheet, monkeypatch
) -> None:
    first, second = sheet.exercises
    later = read_sheet("\n" + TWO).exercises[0]  # messages name lines
    other = read_sheet(TWO.replace("units = 3", "units = 4")).exercises[1]
    keys = [
        key_of(first, "fr", 0), key_of(first, "en", 0), key_of(first, "fr", 1),
        key_of(second, "fr", 0), key_of(other, "fr", 0), key_of(later, "fr", 0),
        key_of(replace(first, marks=3), "fr", 0),
    ]  # fmt: skip
    monkeypatch.setattr(kept, "program_digest", lambda: "another")
    keys.append(key_of(first, "fr", 0))
    assert len(set(keys)) == len(keys)


def test_the_digest_of_the_program_is_that_of_its_files(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(kept, "_ROOT", tmp_path)
    seen = set()
    for text in ("a = 1", "a = 2"):
        (tmp_path / "module.py").write_text(text)
        seen.add(kept.program_digest.__wrapped__())
    monkeypatch.setattr(kept, "_version", lambda package: "another")
    seen.add(kept.program_digest.__wrapped__())
    assert len(seen) == 3


def test_damaged_and_misplaced_entries_are_not_believed(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    store.store("a", "answer")
    (file,) = tmp_path.iterdir()
    assert store.find("a") == "answer"
    for damage in (b"", b"\xff\xfe", file.read_bytes()[:-1], file.read_bytes() + b" "):
        file.write_bytes(damage)
        assert store.find("a") is None
    store.store("a", "answer")
    file.rename(tmp_path / "b.json")
    assert store.find("b") is None


def test_a_damaged_entry_is_computed_again(sheet: Sheet, tmp_path: Path) -> None:
    store = Cache(tmp_path)
    fresh = solve_sheet(sheet, "fr", cache=store)
    for file in tmp_path.iterdir():
        file.write_text(file.read_text("utf-8").replace("u", "v"), "utf-8")
    assert solve_sheet(sheet, "fr", cache=store).files == fresh.files


def test_a_failed_exercise_is_not_kept(sheet: Sheet, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(running.SOLVERS, "network", lambda *_: Solved(failures=["wrong"]))
    solve_sheet(sheet, "fr", cache=Cache(tmp_path))
    assert len([*tmp_path.iterdir()]) == 2  # the exercise without failure, and the page


def test_the_oldest_entries_are_dropped(tmp_path: Path) -> None:
    store = Cache(tmp_path, largest=300)
    for k, name in enumerate("abc"):
        store.store(name, "x" * 80)
        os.utime(tmp_path / f"{name}.json", (k, k))
    assert store.find("a") is None
    assert store.find("b") is not None  # and is the youngest now
    store.store("d", "x" * 80)
    assert store.find("c") is None
    assert store.find("b") is not None


def test_unfinished_files_of_killed_runs_are_dropped(tmp_path: Path) -> None:
    (tmp_path / ".old.new").write_text("x")
    os.utime(tmp_path / ".old.new", (0, 0))
    (tmp_path / ".young.new").write_text("x")
    Cache(tmp_path).store("a", "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".young.new", "a.json"]


def test_a_folder_that_cannot_be_written_is_a_remark(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = Cache(tmp_path / "file")
    assert solve_sheet(sheet, "fr", cache=store).passed
    assert len(store.troubles) == 3  # two exercises and the page


def test_nothing_is_kept_while_the_program_changes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(kept, "_LOADED", 0.0)
    store = Cache(tmp_path / "c")
    store.store("a", "x")
    assert store.find("a") is None
    assert store.troubles == ["files of symnn changed while it ran"]


def test_the_folder_is_the_users_own(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYMNN_CACHE", "off")
    assert default_folder() is None
    monkeypatch.setenv("SYMNN_CACHE", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("SYMNN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "symnn"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".cache" / "symnn"


def test_a_solved_exercise_comes_back_from_its_text() -> None:
    formula = Formula(("a", "= b"), "a=b", "a = b")
    blocks = (Figure("f", "<svg/>", "F", (formula, "x")), Table((formula, "h"), ((("1",), ()),)))
    solved = Solved(
        blocks, (Section("s", "1", "t", blocks),), {"n": [1, 2.5, None]},
        {"a.txt": "a", "b.bin": b"\x00\xff"}, ["f"], ["s"],
    )  # fmt: skip
    assert decoded(encoded(solved)) == solved


def test_a_worker_that_dies_is_named(sheet: Sheet, monkeypatch) -> None:
    monkeypatch.setattr(running, "_work", os.abort)
    with pytest.raises(SymnnError, match=r"exercise [12]\n  expected: an answer\n  found: its pro"):
        solve_all(sheet.exercises, Run("fr", jobs=2))


@pytest.mark.slow
def test_a_refusal_in_a_worker_keeps_its_message() -> None:
    wrong = read_sheet(TWO.replace("u[i] - y[i]", "u[i] - y[j]"))
    with pytest.raises(SymnnError, match="j is neither an index here nor a scalar") as caught:
        solve_sheet(wrong, "fr", jobs=2)
    assert str(caught.value).startswith("sheet, line 10: exercise 1, key derivation.equations.1\n")


@pytest.mark.slow
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "symnn", "solve", "--jobs", "2", "--out", "out", "--no-cache"],
        cwd=tmp_path, text=True, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until = time.time() + 60
    while len(children.read_text().split()) < 3 and time.time() < until:  # two and the tracker
        time.sleep(0.05)
    started = children.read_text().split()
    assert len(started) == 3
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == "symnn: interrupted; nothing was written\n"
    assert list(tmp_path.iterdir()) == []
    until = time.time() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in started) and time.time() < until:
        time.sleep(0.05)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


@pytest.mark.slow
def test_only_takes_several_numbers(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(TWO, "utf-8")
    command = [sys.executable, "-m", "symnn", "solve", "two.toml", "--json", "--only"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    found = subprocess.run(
        [*command, "2,1"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert [e["number"] for e in json.loads(found.stdout)["exercises"]] == [1, 2]
    wrong = subprocess.run(
        [*command, "1,7"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "expected: one of 1, 2\n  found: 7" in wrong.stderr
