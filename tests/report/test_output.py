"""Output folders: whole or not there, and never somebody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symnn.core.errors import SymnnError
from symnn.report.printing.output import write_folder


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
        write_folder(target, files(**{"a.txt": "new", "a.txt/b.txt": "new"}))
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


def test_bytes_and_folders_are_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    data = {**files(**{"figures/a.svg": "<svg/>"}), "figures/a.pdf": b"\xff\x00"}
    data["answers.json"] = json.dumps({"program": "symnn", "files": sorted(data)})
    write_folder(target, data)
    assert (target / "figures" / "a.pdf").read_bytes() == b"\xff\x00"
    write_folder(target, files())
    assert [p.name for p in target.iterdir()] == ["answers.json"]


@pytest.mark.parametrize("foreign", ["figures/mine.svg", "mine/empty/", "deep/er/mine.txt"])
def test_a_stranger_deep_in_the_folder_keeps_it(tmp_path: Path, foreign: str) -> None:
    target = tmp_path / "out"
    write_folder(target, files(**{"figures/a.svg": "<svg/>"}))
    path = target / foreign
    if foreign.endswith("/"):
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("dear")
    with pytest.raises(SymnnError, match=foreign.rstrip("/")):
        write_folder(target, files())
    assert path.exists()
    assert (target / "figures" / "a.svg").exists()


def test_a_linked_folder_inside_is_not_followed(tmp_path: Path) -> None:
    target, other = tmp_path / "out", tmp_path / "other"
    write_folder(target, files())
    other.mkdir()
    (other / "answers.json").write_text("dear")
    (target / "figures").symlink_to(other)
    with pytest.raises(SymnnError, match="figures"):
        write_folder(target, files())


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\b", ""])
def test_a_file_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(SymnnError, match="a path inside its folder"):
        write_folder(tmp_path / "out", files(**{name: "x"}))
    assert not list(tmp_path.iterdir())
