"""What `symnn draw` reads: equations, a network, or an exercise of a sheet.

Law: the readers, schemas and messages are those of `derive`, `analyze` and `solve`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from symnn.analysis.analyzer import Analysis, analyze
from symnn.core.errors import SymnnError, explain
from symnn.derivation.derivation import Derivation
from symnn.drawing import command
from symnn.importers.networks import read_network
from symnn.lang.tensor import tensor
from symnn.nn.layer_types import image_model
from symnn.report.answers.model import build
from symnn.report.answers.problem import from_arguments, from_file, top_keys
from symnn.report.exam.fields import SheetError
from symnn.report.exam.sheet import Exercise, load_sheet

_KINDS = ("derivation", "network")


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `symnn draw` with this reader.

    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_parser(commands).parse_args(["e.toml", "-o", "n.svg"]).output
    'n.svg'
    """
    return command.add_parser(subparsers, read_drawing)


def read_drawing(args: argparse.Namespace) -> Derivation | Analysis:
    """What the arguments of `symnn draw` name, ready to draw.

    Raises:
        SymnnError: nothing, or both a file and equations; or what the readers refuse.
    """
    if not args.file:
        return build(from_arguments(args)).derivation
    if args.define:
        raise SymnnError(explain("symnn draw", expected="a file or --define", found="both"))
    keys = top_keys(Path(args.file))
    if "exercises" in keys:
        return _of_exercise(_chosen(args.file, args.only))
    if "layers" in keys:
        return analyze(read_network(args.file).value)
    return build(from_file(args.file, args.only)).derivation


def _chosen(name: str, only: int | None) -> Exercise:
    found = [e for e in load_sheet(name).exercises if e.kind in _KINDS]
    chosen = [e for e in found if only in (None, e.number)]
    if not chosen:
        known = ", ".join(str(e.number) for e in found) or "none"
        raise SheetError(f"{name}: no drawing of exercise {only}\n  expected: one of {known}")
    return chosen[0]


def _of_exercise(exercise: Exercise) -> Derivation | Analysis:
    if exercise.kind == "derivation":
        return build(exercise).derivation
    model, shape = image_model(exercise.data)
    return analyze(model(tensor("x", shape)))
