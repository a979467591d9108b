"""The command `symnn design POINTS.csv`.

Law: the answer goes to standard output, progress to standard error (only where a person looks at
it), bad input gives one message and exit code 2. Files are written under a temporary name first.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.status import Status

from symnn.core.errors import DomainError, SymnnError, explain
from symnn.separation.designer import design_points
from symnn.separation.drawing import draw_picture
from symnn.separation.drawing_network import network_picture
from symnn.separation.points import PointSet
from symnn.separation.reading import read_points
from symnn.separation.result import Design
from symnn.separation.section import DEFAULTS, default_points
from symnn.text.arguments import seed
from symnn.text.phrases import languages, phrase

_COLUMNS = 100
_EXAMPLES = """\
examples:
  symnn design xor                      the exclusive or, which ships with symnn
  symnn design points.csv --lang fr     columns x1, x2, ..., label
  symnn design points.csv --json        for a program to read
  symnn design points.csv --out folder  also the pictures
"""


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add the command to the `symnn` parser.

    >>> add_parser(argparse.ArgumentParser().add_subparsers()).parse_args(["xor", "--json"]).json
    True
    """
    words = phrase("separation.cli_help", "en")
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "design",
        description=words,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "points",
        nargs="?",
        default=DEFAULTS[0],
        help=f"CSV file: x1, x2, ..., label; or {' or '.join(DEFAULTS)} (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(
        "--time-limit",
        type=float,
        default=10.0,
        metavar="S",
        help="seconds for the search (default: %(default)s)",
    )
    parser.add_argument("--lang", choices=languages(), default="en", help="language of the text")
    parser.add_argument("--out", metavar="DIR", help="also write design.json, .txt and pictures")
    parser.add_argument(
        "--seed",
        type=seed,
        default=0,
        metavar="N",
        help="seed of random directions (large sets in many dimensions)",
    )
    parser.add_argument(
        "--positive",
        metavar="LABEL",
        help="the label of class 1; with several labels, that one against the rest",
    )
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    try:
        design = _designed(args)
        if args.out:
            _write(design, Path(args.out), args.lang)
    except SymnnError as error:
        print(error, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(design.to_json(), ensure_ascii=False))
    elif sys.stdout.isatty():
        Console(highlight=False).print(design.page(args.lang))
    else:
        print(design.text(args.lang, width=_COLUMNS))
    return 0


def _designed(args: argparse.Namespace) -> Design:
    points = _points(args)
    console = Console(stderr=True)
    if not console.is_terminal:
        return design_points(points, time_limit=args.time_limit, seed=args.seed)
    with console.status("") as status:
        return design_points(
            points,
            time_limit=args.time_limit,
            seed=args.seed,
            progress=_progress_line(status, args.lang),
        )


def _points(args: argparse.Namespace) -> PointSet:
    if args.points in DEFAULTS and args.positive is None and not Path(args.points).exists():
        return default_points(args.points, args.lang)
    return read_points(args.points, positive=args.positive)


def _progress_line(status: Status, lang: str) -> Callable[[str, int, int], None]:
    def show(stage: str, lower: int, upper: int) -> None:
        name = phrase(f"separation.stage_{stage}", lang)
        status.update(phrase("separation.progress", lang, stage=name, lower=lower, upper=upper))

    return show


def _write(design: Design, folder: Path, lang: str) -> None:
    """Write the result into a folder, each file under a temporary name first."""
    files = {
        "design.json": json.dumps(design.to_json(), ensure_ascii=False, indent=1) + "\n",
        "design.txt": design.text(lang) + "\n",
        "points.svg": draw_picture(design, lang),
        "network.svg": network_picture(design.network, lang).svg(standalone=True),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if text:
                _write_whole(folder / name, text)
    except OSError as error:
        raise DomainError(
            explain(
                str(folder),
                expected="a folder that can be written",
                found=str(error.strerror),
                fix="choose another folder with --out",
            )
        ) from None
    for name, text in files.items():
        if text:
            print(phrase("separation.written", lang, path=folder / name), file=sys.stderr)


def _write_whole(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=path.name, delete=False, encoding="utf-8"
    ) as handle:
        handle.write(text)
    Path(handle.name).replace(path)
