"""MNIST's IDX files: images and labels of a folder, plain or gzip.

A file is a magic number (0, 0, type of the numbers, number of axes), the size of each axis and the
numbers, all big-endian (LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998).
Law: every array has the shape that its header says; a file with fewer or more bytes is refused.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path as File
from typing import IO, Any

import numpy as np

from symnn.core.errors import explain
from symnn.importers.data import DataError, Table

Array = np.ndarray[Any, Any]
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
PARTS = {"train": "train", "test": "t10k"}
LARGEST = 2**32


def read_idx(path: File) -> Array:
    """The array of one IDX file.

    Raises:
        DataError: no such file, no IDX file, fewer or more bytes than its header says.

    >>> import tempfile
    >>> file = File(tempfile.mkdtemp()) / "labels-idx1-ubyte"
    >>> _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    >>> read_idx(file).tolist()
    [7, 2, 1]
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            return _array(str(path), stream)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(explain(str(path), expected="an IDX file", found=reason)) from None


def _array(name: str, stream: IO[bytes]) -> Array:
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES or not head[3]:
        found = f"the bytes {head.hex(' ')}" if head else "an empty file"
        raise DataError(
            explain(name, expected="an IDX file: 00 00, a type from 08 to 0e, a number of axes",
                    found=found)
        )  # fmt: skip
    sizes = stream.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(explain(name, expected=f"{head[3]} sizes", found="the end of the file"))
    shape = [int(s) for s in np.frombuffer(sizes, ">u4")]
    kind = np.dtype(TYPES[head[2]])
    wanted = math.prod(shape) * kind.itemsize
    if wanted > LARGEST:
        raise DataError(
            explain(name, expected=f"at most {LARGEST} bytes", found=f"sizes {shape} in its header")
        )
    numbers = stream.read(wanted)
    if len(numbers) < wanted or stream.read(1):
        found = f"{len(numbers)} (cut off)" if len(numbers) < wanted else f"more than {wanted}"
        raise DataError(
            explain(name, expected=f"{wanted} bytes of numbers, for sizes {shape}", found=found)
        )
    return np.frombuffer(numbers, kind).reshape(shape).astype(kind.newbyteorder("="))


def read_idx_folder(folder: str) -> tuple[Table, Table | None]:
    """Training samples, and test samples where the folder has them.

    Args:
        folder: has `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and, for the test, the same
            with `t10k`; each may end in `.gz`, and have a dot before `idx`.

    Raises:
        DataError: a file is missing or damaged, or images and labels differ in number.
    """
    if not File(folder).is_dir():
        raise DataError(explain(f"--data idx:{folder}", expected="a folder", found="none there"))
    train = _table(File(folder), "train")
    test = _has(File(folder), "test")
    return train, _table(File(folder), "test") if test else None


def _has(folder: File, part: str) -> bool:
    return any(_candidates(folder, part, kind) for kind in ("images", "labels"))


def _candidates(folder: File, part: str, kind: str) -> list[File]:
    axes = {"images": 3, "labels": 1}[kind]
    names = [
        f"{PARTS[part]}-{kind}{dot}idx{axes}-ubyte{end}" for end in ("", ".gz") for dot in "-."
    ]
    return [folder / n for n in names if (folder / n).exists()]


def _table(folder: File, part: str) -> Table:
    found = {kind: _candidates(folder, part, kind) for kind in ("images", "labels")}
    for kind, files in found.items():
        if not files:
            name = f"{PARTS[part]}-{kind}-idx{3 if kind == 'images' else 1}-ubyte"
            listed = ", ".join(sorted(f.name for f in folder.iterdir())[:8]) or "an empty folder"
            raise DataError(
                explain(f"--data idx:{folder}", expected=f"{name}, or {name}.gz", found=listed)
            )
    images, labels = read_idx(found["images"][0]), read_idx(found["labels"][0])
    if labels.ndim != 1 or images.ndim < 2 or len(images) != len(labels) or not len(labels):
        raise DataError(
            explain(f"--data idx:{folder}", expected="a label for each image, one image at least",
                    found=f"images {list(images.shape)}, labels {list(labels.shape)}")
        )  # fmt: skip
    scale = 255.0 if images.dtype == np.uint8 else 1.0
    names = tuple(map(str, range(int(labels.max()) + 1)))
    return Table(images / scale, labels.astype(float), names)
