"""The command `symnn solve`: a sheet in, a folder with the answers out.

Law: bad input exits with 2 and a failed check with 1, both before the folder is touched; a failed
check leaves the whole report in DIR.failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from symnn.core.errors import SymnnError, explain
from symnn.report.fields import LANGUAGES
from symnn.report.output import check_replaceable, write_folder
from symnn.report.schema import ASKS, KINDS
from symnn.report.sheet import Sheet, load_sheet
from symnn.report.solution import Solution, solve_sheet

_SUMMARY = {
    "points": "points of two classes; answered by the smallest one-hidden-layer network",
    "derivation": "equations, a loss, the wanted gradients, a descent algorithm",
    "network": "layers of a network and the wanted dimensions",
    "generative": "a generative model to explain and compare",
    "attention": "an attention mechanism and the layer after it",
}


def _epilog() -> str:
    kinds = "\n".join(
        textwrap.fill(f"{kind}: {_SUMMARY[kind]}. Questions ask for {', '.join(ASKS[kind])}. "
                      f"Keys: {', '.join(table.keys)}.", 98, initial_indent="  ",
                      subsequent_indent="    ")
        for kind, table in KINDS.items()
    )  # fmt: skip
    return (
        "examples:\n"
        "  symnn solve                                 the exam that ships with symnn, in French\n"
        "  symnn solve --lang en --out answers         the same in English\n"
        "  symnn solve sheet.toml --only 2 --out out   exercise 2 of a sheet of your own\n"
        "  symnn solve --json | python -m json.tool    the answers for a program to read\n\n"
        f"kinds of exercise in a sheet (all keys: reports/SHEET.md):\n{kinds}\n"
    )


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "solve",
        help="answer an exam sheet: index.html, answers.json, descent.py",
        description="Answer every question of a sheet and check every formula on the way.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sheet", nargs="?", metavar="SHEET.toml",
                        help="the sheet (default: the exam that ships with symnn)")  # fmt: skip
    parser.add_argument("--lang", choices=LANGUAGES, default="fr", help="language (default: fr)")
    parser.add_argument("--out", metavar="DIR", help="folder to write (default: symnn-out)")
    parser.add_argument("--only", metavar="N", type=int, help="answer exercise N only")
    parser.add_argument("--seed", metavar="N", type=_seed, default=0,
                        help="seed of the draws and of the data (default: 0)")  # fmt: skip
    parser.add_argument("--json", action="store_true",
                        help="print the answers as JSON; a folder only with --out")  # fmt: skip
    parser.set_defaults(run=run)


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError("a whole number from 0 to 4294967295")
    return value


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    sheet = _chosen(load_sheet(args.sheet), args.only)
    folder = Path(args.out or "symnn-out") if args.out or not args.json else None
    if folder is not None:
        check_replaceable(folder)
    with _progress() as say:
        solution = solve_sheet(sheet, args.lang, seed=args.seed, progress=say)
    if folder is not None:
        target = folder if solution.passed else folder.with_name(folder.name + ".failed")
        write_folder(target, solution.files)
        _report(solution, target, to_error=args.json)
    if args.json:
        print(json.dumps(solution.answers, ensure_ascii=False))
    if not solution.passed:
        for line in solution.failures:
            print(f"symnn: failed check: {line}", file=sys.stderr)
        return 1
    return 0


def _chosen(sheet: Sheet, only: int | None) -> Sheet:
    if only is None:
        return sheet
    kept = tuple(e for e in sheet.exercises if e.number == only)
    if not kept:
        known = ", ".join(str(e.number) for e in sheet.exercises)
        raise SymnnError(
            explain(f"{sheet.name}: --only", expected=f"one of {known}", found=str(only),
                    fix="give the number of an exercise of the sheet")
        )  # fmt: skip
    return Sheet(sheet.name, sheet.title, sheet.subtitle, kept)


@contextmanager
def _progress() -> Iterator[Any]:
    """A status line on a terminal, silence elsewhere."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _text: None
        return
    with console.status("") as status:
        yield status.update


def _report(solution: Solution, folder: Path, *, to_error: bool) -> None:
    stream = sys.stderr if to_error else sys.stdout
    for line in solution.summary:
        print(line, file=stream)
    print(folder / "index.html", file=stream)
