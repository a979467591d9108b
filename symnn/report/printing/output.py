"""Output folders that are whole or not there: written beside, then renamed.

Law: at every moment DIR is either the old result or the new one. A folder that holds anything
else than a report of this program, at any depth, is never replaced.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from symnn.core.errors import SymnnError, explain

MARKER = "answers.json"


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write all files as the new content of a folder.

    Args:
        folder: made if it is not there; replaced if it holds an earlier report.
        files: texts and bytes by name; a name may have folders before it, with slashes;
            `answers.json` is among them and lists all names under "files".

    Raises:
        SymnnError: the folder holds other files, a name leaves it, or it cannot be written.
    """
    check_replaceable(folder)
    for name in files:
        _check_name(name)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        for name, data in files.items():
            _write(made / name, data)
        made.chmod(0o755)
        _put_in_place(made, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name:
        raise SymnnError(
            explain(
                "a file of the report",
                expected="a path inside its folder",
                found=repr(name),
                fix="name it without a root and without ..",
            )
        )


def _write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)


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
    own = _own_files(folder)
    foreign = [name for name in sorted(_contents(folder)) if name not in own]
    if foreign:
        raise SymnnError(
            explain(
                str(folder),
                expected="an empty folder, or one that an earlier symnn solve has written",
                found=", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else ""),
                fix="choose another folder with --out; nothing was changed",
            )
        )


def _contents(folder: Path) -> Iterator[str]:
    """Every file and link by its path below the folder; a folder only if it is empty."""
    for path in folder.rglob("*"):
        inner = path.is_dir() and not path.is_symlink()
        if not inner or not any(path.iterdir()):
            yield path.relative_to(folder).as_posix()


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
