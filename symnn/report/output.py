"""Output folders that are whole or not there: written beside, then renamed.

Law: at every moment DIR is either the old result or the new one. A folder that holds anything
else than a report of this program is never replaced.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symnn.core.errors import SymnnError, explain

MARKER = "answers.json"


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write all files as the new content of a folder.

    Args:
        folder: made if it is not there; replaced if it holds an earlier report.
        files: texts by name; `answers.json` is among them and lists all names under "files".

    Raises:
        SymnnError: the folder holds other files, or cannot be written.
    """
    check_replaceable(folder)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8")
        made.chmod(0o755)
        _put_in_place(made, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    try:
        folder.rename(old / "old")
        try:
            made.rename(folder)
        except BaseException:
            (old / "old").rename(folder)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def check_replaceable(folder: Path) -> None:
    """Refuse a path that is a file, a link, or a folder with files of somebody else."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise SymnnError(explain(str(folder), expected="a folder", found="a file or a link",
                                 fix="choose another folder with --out"))  # fmt: skip
    if not folder.is_dir():
        return
    found = sorted(p.name for p in folder.iterdir())
    foreign = [name for name in found if name not in _own_files(folder)]
    if foreign:
        raise SymnnError(
            explain(
                str(folder),
                expected="an empty folder, or one that an earlier symnn solve has written",
                found=", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else ""),
                fix="choose another folder with --out; nothing was changed",
            )
        )


def _own_files(folder: Path) -> list[str]:
    try:
        data = json.loads((folder / MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    known = (
        data.get("files", []) if isinstance(data, dict) and data.get("program") == "symnn" else []
    )
    return [str(name) for name in known]


def _unwritable(folder: Path, error: OSError) -> SymnnError:
    return SymnnError(
        explain(
            str(folder),
            expected="a folder that can be written",
            found=str(error.strerror or error),
            fix="choose another folder with --out",
        )
    )
