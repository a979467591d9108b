"""The command `symnn derive`: equations in, checked gradients out.

The equations come from `--define` or from a TOML file with the keys of a sheet's derivation
table. Law: the same reader, schema and messages as for a sheet; every answer is checked before it
is shown.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

from symnn.core.errors import SymnnError, explain
from symnn.notation.latex import to_latex
from symnn.notation.text import to_text
from symnn.report.consistency import LEFT, check_derivation
from symnn.report.fields import LANGUAGES, Place, SheetError
from symnn.report.model import Model, build
from symnn.report.schema import DERIVATION
from symnn.report.sheet import Exercise, load_sheet
from symnn.report.toml_lines import key_lines

DEPTHS = ("answers", "main", "all")
_EXAMPLES = """\
examples:
  symnn derive --define "z[i] = sum(j: W[i,j]*x[j]) + b[i]" --define "L = sum(i: (z[i]-y[i])^2)" \\
               --parameter W=p,n --parameter b=p --input x=n --input y=p
  symnn derive --define "L = sum(i: (u[i]-y[i])^2)" --input u=n --input y=n --wrt u --depth all
  symnn derive equations.toml --format latex
  symnn derive equations.toml --format json --draws 20

equations.toml:
  equations = ["z[i] = sum(j: W[i,j]*x[j])", "L = sum(i: z[i]^2)"]
  loss = "L"
  wrt = ["W"]
  tensors.W = { shape = ["p", "n"], role = "weights" }
  tensors.x = { shape = ["n"], role = "input", latex = "\\\\mathbf{x}" }
"""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "derive",
        help="derive the gradients of equations in index notation",
        description="Derive the gradients of a scalar, check them numerically, print them.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE.toml", help="equations, or an exam sheet")
    parser.add_argument("--define", action="append", default=[], metavar="EQUATION",
                        help="an equation; the last one is the loss")  # fmt: skip
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=SIZES",
                        help="a tensor to differentiate in: W=p,n; a scalar: c=")  # fmt: skip
    parser.add_argument("--input", action="append", default=[], metavar="NAME=SIZES",
                        help="any other tensor: x=n or x=28,28")  # fmt: skip
    parser.add_argument("--latex", action="append", default=[], metavar="NAME=SYMBOL",
                        help=r"a printed symbol: y_hat=\hat{y}")  # fmt: skip
    parser.add_argument("--wrt", metavar="NAMES", help="wanted gradients (default: parameters)")
    parser.add_argument("--only", type=int, metavar="N", help="exercise N of a sheet")
    parser.add_argument("--depth", choices=DEPTHS, default="answers",
                        help="answers, main steps, or every step (default: answers)")  # fmt: skip
    parser.add_argument("--format", choices=("text", "latex", "json"), default="text",
                        help="default: text")  # fmt: skip
    parser.add_argument("--json", action="store_const", dest="format", const="json",
                        help="the same as --format json")  # fmt: skip
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language (default: en)")
    parser.add_argument("--draws", type=int, default=5, metavar="N",
                        help="random draws of the check (default: 5)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the draws")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.draws < 1:
        raise SymnnError(explain("--draws", expected="at least 1", found=str(args.draws)))
    if args.file and args.define:
        raise SymnnError(explain("symnn derive", expected="a file or --define", found="both"))
    exercise = from_file(args.file, args.only) if args.file else from_arguments(args)
    model = build(exercise)
    report = model.derivation.check(draws=args.draws, seed=args.seed)
    if args.format == "json":
        print(json.dumps(_data(model, report), ensure_ascii=False))
    elif args.format == "latex":
        print(model.derivation.latex(args.depth))
    else:
        print(model.derivation.text(args.depth, args.lang))
        print(f"# {args.draws} draws, largest deviation from central differences "
              f"{report.largest:.0e}")  # fmt: skip
    return 0


def _data(model: Model, report: Any) -> dict[str, Any]:
    d = model.derivation
    gradients = {}
    for view in d.views:
        if view.step.kind != "answer":
            continue
        tree = view.matrix if view.matrix is not None else view.components[-1]
        check = next(c for c in report.checks if c.subject == f"∇_{view.step.subject.name}")
        gradients[view.step.subject.name] = {
            "text": to_text(tree),
            "latex": to_latex(tree),
            "shape": [str(s) for s in view.step.subject.sizes],
            "deviation": check.error,
        }
    return {"gradients": gradients, "draws": len(report.sizes), "passed": report.passed}


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
    """The derivation that the options describe."""
    if not args.define:
        raise SymnnError(
            explain("symnn derive", expected="FILE.toml, or --define with an equation",
                    found="neither", fix="see symnn derive --help")
        )  # fmt: skip
    latex = dict(_pair("--latex", item) for item in args.latex)
    tensors = {}
    for option, role in (("parameter", "parameter"), ("input", "input")):
        for item in getattr(args, option):
            name, sizes = _pair(f"--{option}", item)
            if name in tensors:
                raise SymnnError(explain(f"--{option}", expected="each name once", found=name))
            shape = [int(s) if s.isdigit() else s for s in filter(None, sizes.split(","))]
            tensors[name] = {"shape": shape, "role": role}
            if name in latex:
                tensors[name]["latex"] = latex.pop(name)
    lefts = [m[1] for m in map(LEFT.match, args.define) if m]
    wrt = args.wrt.split(",") if args.wrt else [n for n in tensors if _learned(tensors[n])]
    if not wrt:
        raise SymnnError(explain("symnn derive", expected="--wrt or --parameter", found="neither"))
    data = {"tensors": tensors, "equations": args.define, "wrt": wrt, "symbols": latex,
            "loss": lefts[-1] if lefts else "L"}  # fmt: skip
    if not latex:
        del data["symbols"]
    return from_data(data, Place("command line", {}))


def _learned(tensor: dict[str, Any]) -> bool:
    return bool(tensor["role"] == "parameter")


def _pair(option: str, item: str) -> tuple[str, str]:
    name, mark, value = item.partition("=")
    if not mark:
        raise SymnnError(explain(option, expected="NAME=VALUE", found=repr(item)))
    return name.strip(), value.strip()


def from_data(raw: dict[str, Any], place: Place) -> Exercise:
    """An exercise of a bare derivation table."""
    data = DERIVATION.read(raw, (), place)
    check_derivation(data, (), place)
    title = {"fr": place.file, "en": place.file}
    return Exercise(1, None, title, "derivation", title, (), (), data, place, ())
