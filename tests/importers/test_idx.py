"""MNIST's IDX files: read as written, plain and gzip; a damaged one is one message and code 2."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from symnn.cli import main
from symnn.importers.data import DataError
from symnn.importers.idx import TYPES, read_idx, read_idx_folder

NET = """
[input]
shape = ["N", {shape}]
[[layers]]
type = "flatten"
[[layers]]
type = "dense"
units = 3
[loss]
type = "cross_entropy"
"""


def idx(array: np.ndarray, code: int = 8) -> bytes:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(TYPES[code]).tobytes()


def folder(path: Path, test: bool = True) -> Path:
    """Images whose brightest row tells the class."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 90), ("t10k", 30)) if test else (("train", 90),):
        labels = rng.integers(0, 3, count)
        images = rng.integers(0, 40, (count, 3, 4))
        images[np.arange(count), labels] += 200
        (path / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return path


@pytest.mark.parametrize("code", TYPES)
def test_an_array_is_read_as_it_was_written(tmp_path: Path, code: int) -> None:
    array = np.arange(24).reshape(2, 3, 4)
    for name, pack in (("a", bytes), ("a.gz", gzip.compress)):
        (tmp_path / name).write_bytes(pack(idx(array, code)))
        found = read_idx(tmp_path / name)
        assert found.shape == array.shape
        assert np.array_equal(found, array)


def test_a_folder_is_training_and_test(tmp_path: Path) -> None:
    train, test = read_idx_folder(str(folder(tmp_path)))
    assert train.features.shape == (90, 3, 4)
    assert 0 <= train.features.min() < train.features.max() <= 1
    assert test is not None
    assert test.labels.shape == (30,)
    assert train.classes == ("0", "1", "2")


def test_without_a_test_a_share_is_kept(tmp_path: Path) -> None:
    assert read_idx_folder(str(folder(tmp_path, test=False)))[1] is None


def test_a_network_learns_them(tmp_path: Path, capsys) -> None:
    net = tmp_path / "n.toml"
    net.write_text(NET.format(shape="3, 4"), encoding="utf-8")
    data = folder(tmp_path)
    options = ["--data", f"idx:{data}", "--epochs", "60", "--json"]
    assert main(["train", str(net), *options]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1.0
    net.write_text(NET.format(shape="5, 4"), encoding="utf-8")
    assert main(["train", str(net), *options]) == 2
    assert "[3, 4]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\0\0\x08", "the bytes 00 00 08"),
        (b"PK\3\4 zip", "the bytes 50 4b 03 04"),
        (b"\0\0\x08\3\0\0", "the end of the file"),
        (idx(np.zeros((2, 3)))[:-1], "5 (cut off)"),
        (idx(np.zeros((2, 3))) + b"\0", "more than 6"),
        (struct.pack(">BBBB2I", 0, 0, 8, 2, 2**31, 2**31), "sizes [2147483648, 2147483648]"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(DataError, match=r"IDX|bytes|sizes") as error:
        read_idx(tmp_path / "a")
    assert words in str(error.value)


def test_a_gzip_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(idx(np.zeros((20, 30))))[:-12])
    with pytest.raises(DataError, match=r"a\.gz"):
        read_idx(tmp_path / "a.gz")
    (tmp_path / "b.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match=r"b\.gz"):
        read_idx(tmp_path / "b.gz")


def test_a_missing_file_and_other_counts_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train-images-idx3-ubyte, or"):
        read_idx_folder(str(tmp_path))
    folder(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.zeros(3))))
    with pytest.raises(DataError, match=r"labels \[3\]"):
        read_idx_folder(str(tmp_path))
