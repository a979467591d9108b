"""Data for training: the digits, an npz of named arrays, or a csv of numbers with a last label.

Law: a file is plain numbers, never pickled; what does not fit is one message with both shapes.
Classes are coded one-hot where the loss wants them so.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path as File
from typing import Any

import numpy as np

from symnn.core.errors import ShapeError, SymnnError, UnsupportedError, explain
from symnn.lang.tensor import Tensor

Array = np.ndarray[Any, Any]
_INSTALL = "pip install 'symnn[data]'"


class DataError(SymnnError):
    """Data that cannot be read."""


@dataclass(frozen=True)
class Table:
    """Samples: features row by row, and a label each.

    Attributes:
        features: samples × features.
        labels: one number a sample.
        classes: the names of classes, where labels count them.
    """

    features: Array
    labels: Array
    classes: tuple[str, ...] = ()


def read_digits() -> Table:
    """The UCI digits that scikit-learn carries: 1797 images of 8 × 8, grey values from 0 to 1.

    Raises:
        DataError: scikit-learn is not installed.
    """
    spec = find_spec("sklearn")
    where = File(spec.origin).parent if spec is not None and spec.origin else None
    file = where / "datasets" / "data" / "digits.csv.gz" if where else None
    if file is None or not file.exists():
        raise DataError(
            explain("--data digits", expected="scikit-learn, which carries them",
                    found="not installed", fix=_INSTALL)
        )  # fmt: skip
    with gzip.open(file, "rt") as stream:
        table = np.loadtxt(stream, delimiter=",")
    return Table(table[:, :64] / 16.0, table[:, 64], tuple(map(str, range(10))))


def read_csv(path: str) -> Table:
    """A csv with a header: features, then the label in the last column or in that named label.

    Raises:
        DataError: no such file, no numbers, rows of different lengths.
    """
    rows = _rows(path)
    head, body = rows[0], rows[1:]
    label = head.index("label") if "label" in head else len(head) - 1
    for number, row in enumerate(body, 2):
        if len(row) != len(head):
            raise DataError(
                explain(f"{path}, line {number}", expected=f"{len(head)} columns",
                        found=str(len(row)))
            )  # fmt: skip
    features = [[r[k] for k in range(len(head)) if k != label] for r in body]
    if all(_is_number(c) for k, c in enumerate(head) if k != label):
        raise DataError(
            explain(f"{path}, line 1", expected="a header: the names of the columns",
                    found=", ".join(head), fix="add a first line, such as x1,x2,label")
        )  # fmt: skip
    for number, row in enumerate(features, 2):
        bad = [c for c in row if not _is_number(c)]
        if bad:
            raise DataError(
                explain(f"{path}, line {number}", expected="finite numbers", found=repr(bad[0]))
            )
    numbers = np.array(features, dtype=float)
    words = [r[label] for r in body]
    try:
        labels = np.array(words, dtype=float)
    except ValueError:
        labels = np.array([np.nan])
    if np.all(labels == np.round(labels)) or np.isnan(labels).any():
        names = tuple(dict.fromkeys(sorted(words)))
        return Table(numbers, np.array([names.index(w) for w in words]), names)
    return Table(numbers, labels)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _rows(path: str) -> list[list[str]]:
    try:
        with File(path).open(newline="", encoding="utf-8-sig") as file:
            rows = [[c.strip() for c in row] for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(explain(path, expected="a csv file", found=str(reason))) from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise DataError(
            explain(path, expected="a header and rows of two columns or more",
                    found=f"{len(rows)} lines" + (f", the first: {rows[0]}" if rows else ""),
                    fix="separate the columns with commas")
        )  # fmt: skip
    return rows


def read_arrays(path: str) -> dict[str, Array]:
    """The arrays of an npz by name.

    Raises:
        DataError: no such file, or one that is no npz of plain numbers.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {k: file[k] for k in file.files}
    except (OSError, ValueError, AttributeError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is no npz of plain arrays"
        raise DataError(explain(path, expected="an npz file", found=str(reason))) from None
    bad = [k for k, a in found.items() if a.dtype.kind not in "fiub"]
    if bad:
        raise DataError(explain(path, expected="numbers", found=f"{bad[0]}: {found[bad[0]].dtype}"))
    return found


def as_input(features: Array, like: Tensor, *, samples: bool) -> Array:
    """Features in the shape that a network reads, samples first.

    Raises:
        ShapeError: another number of features.
    """
    own = like.sizes[1:] if samples else like.sizes
    numbers = [int(s) for s in own if str(s).isdigit()]
    if len(numbers) != len(own):
        return features
    if int(np.prod(numbers, dtype=int)) != int(np.prod(features.shape[1:], dtype=int)):
        raise ShapeError(
            explain("the data", expected=f"{like.name}: [{', '.join(map(str, own))}] a sample",
                    found=f"{list(features.shape[1:])}", fix="change [input] of the network")
        )  # fmt: skip
    return features.reshape(len(features), *numbers)


def one_hot(labels: Array, classes: int) -> Array:
    """Whole numbers from 0 as rows of 0 and 1.

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    whole = labels.astype(int)
    if not labels.size:
        raise ShapeError(explain("the labels", expected="one sample at least", found="none"))
    if labels.ndim != 1 or np.any(whole != labels) or whole.min() < 0 or whole.max() >= classes:
        raise ShapeError(
            explain("the labels", expected=f"whole numbers from 0 to {classes - 1}, one a sample",
                    found=f"shape {list(labels.shape)}, from {labels.min()} to {labels.max()}",
                    fix="give the last layer as many units as there are classes")
        )  # fmt: skip
    return np.eye(classes)[whole]


def split(data: Mapping[str, Array], share: float, seed: int) -> tuple[dict[str, Array], ...]:
    """Training and test samples, drawn with a seed; the test part has `share` of them."""
    count = len(next(iter(data.values())))
    order = np.random.default_rng(seed).permutation(count)
    cut = count - round(share * count)
    if not 0 < cut <= count:
        raise UnsupportedError(explain("--test", expected="a share below 1", found=str(share)))
    return tuple({k: a[part] for k, a in data.items()} for part in (order[:cut], order[cut:]))
