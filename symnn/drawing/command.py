"""The command `symnn draw`: equations in, a picture out.

Law: the file is written under a temporary name first; bad input gives one message and exit code 2.
The caller gives the reader of equations, which stands on a higher floor: `add_parser(commands,
reader)` with a function from the parsed arguments to what `sn.draw` takes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symnn.core.errors import SymnnError, explain
from symnn.drawing.drawer import draw
from symnn.drawing.engines import available
from symnn.text.phrases import languages, phrase

_EXAMPLES = """\
examples:
  symnn draw --define "z[i] = sum(j: W[i,j]*x[j])" --define "L = sum(i: (z[i]-y[i])^2)" \\
             --parameter W=p,n --input x=n --input y=p -o net.svg
  symnn draw equations.toml -o net.pdf --lang fr
  symnn draw equations.toml -o net.dot --no-backward
"""
Reader = Callable[[argparse.Namespace], Any]


def add_parser(subparsers: Any, reader: Reader | None = None) -> argparse.ArgumentParser:
    """Add the command to the `symnn` parser.

    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_parser(commands).parse_args(["e.toml", "-o", "n.svg"]).output
    'n.svg'
    """
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "draw",
        description="Draw equations: shapes forward, the symbolic gradient backward on each edge.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", nargs="?", metavar="FILE.toml", help="equations, a network, or an exam sheet")
    for option, meta in (("define", "EQUATION"), ("parameter", "NAME=SIZES"),
                         ("input", "NAME=SIZES"), ("latex", "NAME=SYMBOL")):  # fmt: skip
        add(f"--{option}", action="append", default=[], metavar=meta, help="as for symnn derive")
    add("--wrt", metavar="NAMES", help="wanted gradients (default: parameters, else every name)")
    add("--only", type=int, metavar="N", help="exercise N of a sheet")
    add("-o", "--output", default="net.svg", metavar="FILE",
        help=".svg .pdf .png .dot .tex (default: net.svg)")  # fmt: skip
    add("--backward", action=argparse.BooleanOptionalAction, default=True,
        help="with the gradients (default)")  # fmt: skip
    add("--depth", type=int, metavar="N",
        help="of a network: how deep the names of layers are opened (default: all)")  # fmt: skip
    add("--tall", action="store_true", help="top to bottom (SVG only)")
    add("--engine", default="", metavar="NAME", help="pygraphviz, dot or own (default: the best)")
    add("--lang", choices=languages(), default="en", help="language (default: en)")
    add("--json", action="store_true", help="print what was written as JSON")
    parser.set_defaults(run=run, reader=reader)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    try:
        if args.reader is None:
            raise SymnnError(explain("symnn draw", expected="a reader of equations", found="none"))
        diagram = draw(
            args.reader(args), backward=args.backward, lang=args.lang, depth=args.depth,
            engine=args.engine,
        )  # fmt: skip
        path = Path(args.output)
        if args.tall and path.suffix == ".svg":
            diagram = diagram.turned()
        diagram.save(path)
    except SymnnError as error:
        print(f"symnn: {error}", file=sys.stderr)
        return 2
    if args.json:
        found = {"file": str(path), "layout": diagram.layout, "engines": list(available()),
                 "alt": diagram.alt}  # fmt: skip
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(
            phrase("drawing.written", args.lang, path=path, layout=diagram.layout), file=sys.stderr
        )
    return 0
