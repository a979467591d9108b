"""What a command is asked about: a typed formula, a network, equations, or an exercise of a sheet.

Law: one reader for `derive`, `code` and `train`, so that what one of them accepts, all accept. To
add a form of input: an arm in `read_problem`.
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symnn.core.errors import SymnnError, explain
from symnn.derivation.inputs import wanted
from symnn.importers.losses import LOSSES, Objective, objective
from symnn.importers.networks import read_network
from symnn.lang.tensor import Tensor
from symnn.report.answers.model import build
from symnn.report.exam.consistency import LEFT, check_derivation
from symnn.report.exam.fields import Place, SheetError
from symnn.report.exam.schema import DERIVATION
from symnn.report.exam.sheet import Exercise, load_sheet
from symnn.report.exam.toml_lines import key_lines
from symnn.report.printing.typed import Typed, pairs


@dataclass
class Problem:
    """A value, and what is wanted of it.

    Attributes:
        value: the value of the formula, a scalar for all but Jacobians.
        wrt: the tensors to differentiate in.
        objective: of a network.
        title: the name of the file, or the text.
    """

    value: Tensor
    wrt: list[Tensor]
    title: str = ""
    objective: Objective | None = field(default=None)


def add_problem(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what a command is asked about."""
    add = parser.add_argument
    add("source", nargs="?", metavar="TEXT|FILE.toml",
        help="a formula in matrix notation, a network, equations, or an exam sheet")  # fmt: skip
    add("--var", action="append", default=[], metavar="NAME=SIZES",
        help="sizes of a name of the formula: W=m,n; a vector: x=n; a scalar: c=")  # fmt: skip
    add("--assume", action="append", default=[], metavar="NAME=FACTS",
        help="facts: A=symmetric,pd")  # fmt: skip
    add("--define", action="append", default=[], metavar="EQUATION",
        help="an equation in index notation; the last one is the loss")  # fmt: skip
    add("--parameter", action="append", default=[], metavar="NAME=SIZES",
        help="a tensor to differentiate in: W=p,n; a scalar: c=")  # fmt: skip
    add("--input", action="append", default=[], metavar="NAME=SIZES",
        help="any other tensor: x=n or x=28,28")  # fmt: skip
    add("--latex", action="append", default=[], metavar="NAME=SYMBOL",
        help=r"a printed symbol: y_hat=\hat{y}")  # fmt: skip
    add("--wrt", metavar="NAMES", help="what to differentiate in: W,b (default: the parameters; "
        "in a formula without parameters, every name)")  # fmt: skip
    add("--loss", default="", metavar="NAME", choices=["", *LOSSES],
        help=f"of a network: {', '.join(LOSSES)} (default: that of its file)")  # fmt: skip
    add("--only", type=int, metavar="N", help="exercise N of a sheet")


def read_problem(args: argparse.Namespace) -> Problem:
    """The problem that the arguments describe.

    Raises:
        SymnnError: nothing or two things are given, or what the readers refuse.
    """
    if args.source and args.define:
        raise SymnnError(
            explain("the input", expected="a formula or file, or --define", found="both")
        )
    if args.define:
        return _of_exercise(from_arguments(args), "")
    if not args.source:
        raise SymnnError(
            explain("the input", expected='a formula such as "norm2(W*x + b - y)^2", FILE.toml, or '
                    "--define with an equation", found="nothing", fix="see --help")
        )  # fmt: skip
    if not is_file(args.source):
        return _of_text(args)
    if "layers" in top_keys(Path(args.source)):
        return _of_network(args)
    exercise = from_file(args.source, args.only)
    return _of_exercise(exercise, args.wrt or "")


def is_file(source: str) -> bool:
    """Whether a source names a file rather than being a formula.

    >>> is_file("net.toml"), is_file("x'*A*x")
    (True, False)
    """
    if source.endswith(".toml"):
        return True
    try:
        return Path(source).is_file()
    except (OSError, ValueError):  # too long, or not a path at all
        return False


def top_keys(path: Path) -> set[str]:
    """The top keys of a TOML file; none where it is not TOML, which its reader will say."""
    try:
        return set(tomllib.loads(path.read_bytes().decode("utf-8")))
    except (OSError, ValueError, RecursionError):
        return set()


def _of_text(args: argparse.Namespace) -> Problem:
    declared = [*args.var, *args.parameter, *args.input]
    learned = tuple(pairs("--parameter", args.parameter))
    facts = {n: _names(v) for n, v in pairs("--assume", args.assume).items()}
    typed = Typed(
        args.source, pairs("--var", declared), facts, pairs("--latex", args.latex),
        _wanted_names(args) or learned,
    )  # fmt: skip
    value, names = typed.read()
    return Problem(value, wanted(value.call, names), args.source)


def _wanted_names(args: argparse.Namespace) -> tuple[str, ...]:
    return () if args.wrt in (None, "all") else _names(args.wrt)


def _names(text: str) -> tuple[str, ...]:
    return tuple(n.strip() for n in text.split(",") if n.strip())


def _of_network(args: argparse.Namespace) -> Problem:
    network = read_network(args.source)
    found = objective(network, args.loss)
    names = list(_wanted_names(args))
    return Problem(found.loss, wanted(found.loss.call, names or None), network.name, found)


def _of_exercise(exercise: Exercise, wrt: str) -> Problem:
    model = build(exercise)
    chosen = model.wrt if wrt in ("", "all") else wanted(model.loss.call, list(_names(wrt)))
    return Problem(model.loss, chosen, exercise.place.file)


# -- equations in index notation -------------------------------------------------------------------


def from_file(name: str, only: int | None) -> Exercise:
    """The derivation of a TOML file: its own keys, or an exercise of a sheet."""
    path = Path(name)
    try:
        text = path.read_bytes().decode("utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        raise SheetError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except (ValueError, RecursionError) as error:
        raise SheetError(f"{path.name}: not TOML: {error}") from error
    if "exercises" not in raw:
        return from_data(raw, Place(path.name, key_lines(text)))
    found = [e for e in load_sheet(path).exercises if e.kind == "derivation"]
    chosen = [e for e in found if only in (None, e.number)]
    if not chosen:
        known = ", ".join(str(e.number) for e in found) or "none"
        raise SheetError(f"{path.name}: no derivation {only or ''}\n  expected: one of {known}")
    return chosen[0]


def from_arguments(args: argparse.Namespace) -> Exercise:
    """The derivation that `--define` and its declarations describe."""
    if not args.define:
        raise SymnnError(
            explain("the input", expected="FILE.toml, or --define with an equation",
                    found="neither", fix="see --help")
        )  # fmt: skip
    latex = pairs("--latex", args.latex)
    facts = {n: list(_names(v)) for n, v in pairs("--assume", getattr(args, "assume", [])).items()}
    declared = [*args.input, *getattr(args, "var", [])]
    roles = dict.fromkeys(pairs("--parameter", args.parameter), "parameter")
    tensors: dict[str, dict[str, Any]] = {}
    for name, sizes in pairs("--input", [*args.parameter, *declared]).items():
        shape = [int(s) if s.isdigit() else s for s in _names(sizes)]
        tensors[name] = {"shape": shape, "role": roles.get(name, "input")}
        if name in latex:
            tensors[name]["latex"] = latex.pop(name)
        if name in facts:
            tensors[name]["assume"] = facts.pop(name)
    if facts:
        raise SymnnError(
            explain("--assume", expected=f"a declared name: {', '.join(tensors) or 'none'}",
                    found=", ".join(facts))
        )  # fmt: skip
    lefts = [m[1] for m in map(LEFT.match, args.define) if m]
    wrt = list(_wanted_names(args) or roles or tensors)
    if not wrt:
        wanted = "--wrt or --parameter, or --input of each name"
        raise SymnnError(explain("--define", expected=wanted, found="none"))
    data = {"tensors": tensors, "equations": args.define, "wrt": wrt,
            "loss": lefts[-1] if lefts else "L"}  # fmt: skip
    if latex:
        data["symbols"] = latex
    return from_data(data, Place("command line", {}))


def from_data(raw: dict[str, Any], place: Place) -> Exercise:
    """An exercise of a bare derivation table."""
    data = DERIVATION.read(raw, (), place)
    check_derivation(data, (), place)
    title = {"fr": place.file, "en": place.file}
    return Exercise(1, None, title, "derivation", title, (), (), data, place, ())
