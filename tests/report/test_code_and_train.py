"""`symnn code` and `symnn train`: the printed program is the derived step; training learns."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest

from symnn.cli import main
from symnn.training import history as history_module
from symnn.training.history import load_history

NET = """
[input]
shape = ["N", {inputs}]
[[layers]]
type = "dense"
units = 8
activation = "tanh"
[[layers]]
type = "dense"
units = {classes}
[loss]
type = "cross_entropy"
"""


def write(path: Path, inputs: int, classes: int) -> str:
    path.write_text(NET.format(inputs=inputs, classes=classes), encoding="utf-8")
    return str(path)


def test_the_printed_step_runs_alone_and_lowers_the_loss(tmp_path: Path, capsys) -> None:
    assert main(["code", write(tmp_path / "n.toml", 3, 2), "--lr", "0.5"]) == 0
    space: dict = {}
    exec(capsys.readouterr().out, space)
    rng = np.random.default_rng(0)
    values = {"x": rng.normal(size=(6, 3)), "y": np.eye(2)[[0, 1, 0, 1, 1, 0]],
              "W_linear1": rng.normal(size=(8, 3)), "b_linear1": np.zeros(8),
              "W_linear2": rng.normal(size=(2, 8)), "b_linear2": np.zeros(2)}  # fmt: skip
    learned = [k for k in values if k not in "xy"]
    losses = []
    for _ in range(30):
        loss, *new = space["step"](**values)
        losses.append(float(loss))
        values.update(zip(learned, new, strict=True))
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(
    ("target", "words"),
    [("pseudocode", "W⁽¹⁾ ← W⁽¹⁾ − η ∇_{W⁽¹⁾}"), ("latex", r"\nabla_{W^{(1)}}")],
)
def test_the_algorithm_has_the_derived_lines(tmp_path, capsys, target: str, words: str) -> None:
    net = write(tmp_path / "n.toml", 3, 2)
    assert main(["code", net, "--target", target, "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert words in out
    assert "Descente de gradient" in out


def test_training_on_the_digits_learns_and_saves(tmp_path: Path, capsys) -> None:
    out = tmp_path / "net.npz"
    net = write(tmp_path / "n.toml", 64, 10)
    assert main(["train", net, "--data", "digits", "--epochs", "8", "--json", "-o", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["accuracy"] > 0.8
    assert found["losses"][-1] < found["losses"][0] / 2
    kept = load_history(out)
    assert {k: list(v.shape) for k, v in kept.parameters.items()} == found["parameters"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["n.toml", "net.npz"]


def test_training_on_a_csv_and_on_named_arrays(tmp_path: Path, capsys) -> None:
    table = tmp_path / "xor.csv"
    table.write_text("x1,x2,label\n0,0,a\n0,1,b\n1,0,b\n1,1,a\n", encoding="utf-8")
    net = write(tmp_path / "n.toml", 2, 2)
    options = ["--test", "0", "--batch", "4", "--epochs", "300", "--json"]
    assert main(["train", net, "--data", str(table), *options]) == 0
    assert json.loads(capsys.readouterr().out)["losses"][-1] < 0.3
    x = np.random.default_rng(0).normal(size=(64, 3))
    np.savez(tmp_path / "d.npz", x=x, y=x @ [1.0, 2.0, 3.0] + 0.5)
    formula = ["(w'*x + b - y)^2", "--var", "b=", "--var", "y=", "--wrt", "w,b"]
    data = ["--data", str(tmp_path / "d.npz"), "--batch", "8", "--epochs", "40", "--json"]
    assert main(["train", *formula, *data]) == 0
    assert json.loads(capsys.readouterr().out)["losses"][-1] < 1e-12


def test_ctrl_c_saves_what_was_learned(tmp_path: Path, capsys, monkeypatch) -> None:
    from symnn.training import loop

    epoch = loop._Run._epoch

    def interrupted(self, number: int) -> float:
        if number == 3:
            signal.raise_signal(signal.SIGINT)
        return epoch(self, number)

    monkeypatch.setattr(loop._Run, "_epoch", interrupted)
    net, out = write(tmp_path / "n.toml", 64, 10), tmp_path / "net.npz"
    assert main(["train", net, "--data", "digits", "--json", "-o", str(out)]) == 130
    assert json.loads(capsys.readouterr().out)["interrupted"] is True
    assert len(load_history(out).losses) == 2


def test_an_interrupted_save_leaves_the_old_file(tmp_path: Path, monkeypatch) -> None:
    history = history_module.History([1.0], {"w": np.ones(2)})
    history.save(tmp_path / "a.npz")
    before = (tmp_path / "a.npz").read_bytes()

    def broken(*args, **arrays) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(history_module.np, "savez", broken)
    with pytest.raises(KeyboardInterrupt):
        history.save(tmp_path / "a.npz")
    assert (tmp_path / "a.npz").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["code", "x'*A"], "expected: a scalar"),
        (["train", "x'*x", "--data", "digits"], "an npz with one array for each name"),
        (["train", "x'*x", "--data", "none.npz"], "none.npz"),
        (["train", "x'*x", "--data", "a.txt"], "expected: digits, FILE.npz, FILE.csv or idx:DIR"),
        (["train", "x'*x", "--data", "idx:none"], "expected: a folder"),
        (["train", "x'*x", "--data", "digits", "--epochs", "0"], "--epochs"),
        (["train", "x'*x", "--data", "digits", "-o", "no/such/a.npz"], "a folder that exists"),
    ],
)
def test_a_mistake_is_one_message_and_code_2(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--lr", "0", "expected a finite number above 0, found '0'"),
        ("--lr", "nan", "found 'nan'"),
        ("--test", "1", "expected a share from 0 to below 1, found '1'"),
        ("--test", "nan", "found 'nan'"),
        ("--seed", "-1", "expected a whole number from 0 to 4294967295, found '-1'"),
        ("-o", "net.txt", "expected FILE.npz, found 'net.txt'"),
    ],
)
def test_an_option_out_of_range_is_refused(option, value, words, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["train", "x'*x", "--data", "digits", option, value])
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


CSV = [
    ("1,2,3,a\n2,3,4,b\n", "fix: add a first line, such as x1,x2,label"),
    ("x1;x2;label\n1;2;a\n", "fix: separate the columns with commas"),
    ("x1,x2,label\n1,2,a\n1,nan,b\n", "line 3\n  expected: finite numbers\n  found: 'nan'"),
    ("x1,x2,label\n1,2,a\n1e400,2,b\n", "line 3"),
    ("x1,x2,label\n1,2,a\n2,1,b\n3,1,c\n", "as many units as there are classes"),
    ("x1,x2,label\n", "found: 1 lines"),
    ("", "found: 0 lines"),
]


@pytest.mark.parametrize(("content", "words"), CSV)
def test_a_csv_that_does_not_fit_is_one_message(tmp_path, capsys, content: str, words: str) -> None:
    table = tmp_path / "a.csv"
    table.write_text(content, encoding="utf-8")
    assert main(["train", write(tmp_path / "n.toml", 2, 2), "--data", str(table)]) == 2
    assert words in capsys.readouterr().err


def test_a_csv_may_have_a_byte_order_mark_quotes_and_empty_lines(tmp_path: Path, capsys) -> None:
    table = tmp_path / "a.csv"
    table.write_text('label,"x1",x2\n"a","1",2\n\nb,2,1\n\n', encoding="utf-8-sig")
    net = write(tmp_path / "n.toml", 2, 2)
    assert main(["train", net, "--data", str(table), "--epochs", "1", "--test", "0"]) == 0


def test_no_samples_are_refused(tmp_path: Path, capsys) -> None:
    np.savez(tmp_path / "none.npz", x=np.zeros((0, 2)), y=np.zeros(0))
    net = write(tmp_path / "n.toml", 2, 2)
    assert main(["train", net, "--data", str(tmp_path / "none.npz")]) == 2
    assert "one sample at least" in capsys.readouterr().err


def test_sizes_that_no_array_has_are_refused(tmp_path: Path, capsys) -> None:
    net = write(tmp_path / "n.toml", 10**23, 2)
    assert main(["derive", net]) == 2
    assert "GiB" in capsys.readouterr().err
