"""Output folders: whole or not there, and never somebody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symnn.core.errors import SymnnError
from symnn.report.output import write_folder


def files(**more: str) -> dict[str, str]:
    names = ["answers.json", *more]
    return {"answers.json": json.dumps({"program": "symnn", "files": names}), **more}


def test_a_folder_is_made_and_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    write_folder(target, files(**{"a.txt": "1", "b.txt": "2"}))
    write_folder(target, files(**{"a.txt": "3"}))
    assert sorted(p.name for p in target.iterdir()) == ["a.txt", "answers.json"]
    assert (target / "a.txt").read_text() == "3"
    assert [p.name for p in target.parent.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("dear")
    with pytest.raises(SymnnError) as caught:
        write_folder(tmp_path, files())
    assert str(caught.value) == (
        f"{tmp_path}\n"
        "  expected: an empty folder, or one that an earlier symnn solve has written\n"
        "  found: thesis.tex\n"
        "  fix: choose another folder with --out; nothing was changed"
    )
    assert (tmp_path / "thesis.tex").read_text() == "dear"


def test_a_file_or_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(SymnnError, match="expected: a folder"):
            write_folder(tmp_path / name, files())


def test_a_failure_while_writing_leaves_the_old_result(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_folder(target, files(**{"a.txt": "old"}))
    with pytest.raises(SymnnError, match="can be written"):
        write_folder(target, files(**{"no/such/place.txt": "new"}))
    assert (target / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_interrupt_while_writing_leaves_the_old_result(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "out"
    write_folder(target, files(**{"a.txt": "old"}))

    def interrupted(self: Path, other: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_folder(target, files(**{"a.txt": "new"}))
    monkeypatch.undo()
    assert (target / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
