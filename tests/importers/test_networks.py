"""TOML networks: what loads builds; what does not has one message with line and nearest name."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from symnn.analysis.analyzer import analyze
from symnn.core.errors import SymnnError
from symnn.importers import analyze_command
from symnn.importers.networks import parse_network

EXAM = """\
channels = "last"
[input]
height = 28
width = 28
channels = 1
[[layers]]
type = "conv"
name = "Conv 1"
filters = 4
kernel = 3
padding = 1
activation = "relu"
output = [28, 28, 4]
[[layers]]
type = "maxpool"
kernel = 2
[[layers]]
type = "conv"
name = "Conv 2"
filters = 8
kernel = 4
depth = "?"
stride = 4
padding = 1
[[layers]]
type = "maxpool"
kernel = 2
[[layers]]
type = "flatten"
start = -3
[[layers]]
type = "dense"
units = 128
[[layers]]
type = "dense"
units = 10
activation = "softmax"
"""


def test_the_exam_is_read_and_k_is_deduced() -> None:
    net = parse_network(EXAM)
    a = analyze(net.value)
    assert (a.parameters, a.macs) == (6074, 41_792)
    assert net.deduced[0].reason == ("Conv 2: depth = 4, since its input has the shape [14, 14, 4]")


def test_blocks_repeat_and_residuals() -> None:
    text = """
    [input]
    shape = ["N", 8]
    [[layers]]
    type = "block"
    use = "body"
    repeat = 3
    [blocks.body]
    layers = [{type = "residual", layers = [{type = "dense", units = 8, activation = "relu"}]}]
    """
    a = analyze(parse_network(text).value)
    assert a.parameters == 3 * (8 * 8 + 8)
    symbolic = analyze(parse_network(text.replace("repeat = 3", 'repeat = "L"')).value)
    assert str(symbolic.parameters) == "72*L"


WRONG = {
    "an unknown key": (("stride = 4", "strid = 4"), "line 23", "did you mean stride?"),
    "an unknown type": (('type = "flatten"', 'type = "flaten"'), "line 29",
                        "did you mean flatten?"),
    "a wrong output": (("[28, 28, 4]", "[28, 28, 5]"), "line 13", "the derived shape [28, 28, 4]"),
    "a missing key": (("filters = 8\n", ""), "layers.2", "add filters"),
    "a wrong depth": (('depth = "?"', "depth = 3"), "Conv 2", "in_channels=4"),
    "text for a size": (("units = 128", 'units = "a b"'), "line 33", "a whole number"),
    "an unknown table": (("[input]", "[inputt]\na=1\n[input]"), "inputt", "did you mean input?"),
    "a window that does not fit": (("kernel = 4", "kernel = 40"), "Conv 2", "padding=13"),
    "broken TOML": (("[input]", "[input"), "TOML", "correct that line"),
    "an unknown activation": (('"relu"', '"rlu"'), "rlu", "relu"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_errors_say_where_and_what_to_do(case: str) -> None:
    (old, new), where, advice = WRONG[case]
    with pytest.raises(SymnnError) as error:
        parse_network(EXAM.replace(old, new), "net.toml")
    assert where in str(error.value)
    assert advice in str(error.value)
    assert str(error.value).startswith("net.toml")


def test_a_block_may_not_contain_itself() -> None:
    text = """
    [input]
    shape = [1, 8]
    [[layers]]
    type = "block"
    use = "a"
    [blocks.a]
    layers = [{type = "block", use = "a"}]
    """
    with pytest.raises(SymnnError, match="a -> a"):
        parse_network(text)


# -- the command ---------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    analyze_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["analyze", *words])
    code = args.run(args)
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "net.toml"
    path.write_text(EXAM.replace("channels = 1", 'channels = 1\nbatch = "N"'))
    return str(path)


def test_the_command_prints_a_table_and_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, file, "--explain")
    assert code == 0
    assert "deduced: Conv 2: depth = 4" in out
    assert "not counted:" in out
    code, out, _ = run(capsys, file, "--set", "N=32", "--format", "json", "--convention", "flops")
    data = json.loads(out)
    assert data["schema"] == "symnn.analysis/1"
    assert data["unit"] == "FLOPs"
    assert data["total"]["count"] == 2 * 32 * 41_792
    assert data["layers"][0]["name"] == "Conv 1"


@pytest.mark.parametrize("words", [("--set", "M=3"), ("--set", "N=x"), ("--set", "N=0")])
def test_wrong_sizes_are_refused(
    file: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, file, *words)
    assert (code, out) == (2, "")
    assert err.startswith("symnn: ")


def test_a_missing_file_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "nowhere.toml")
    assert code == 2
    assert "nowhere.toml" in err


def test_the_layers_of_a_file_are_known_to_a_program_that_imports_nothing_else() -> None:
    program = "import symnn.importers.networks, symnn.nn.description as d; print(len(d.TYPES))"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(found.stdout) > 20
