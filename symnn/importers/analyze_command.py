"""The command `symnn analyze NET.toml`.

Law: the table goes to standard output; bad input gives one message and exit code 2.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console

from symnn.analysis.analyzer import Analysis, analyze
from symnn.analysis.tables import TARGETS
from symnn.analysis.views import VIEWS
from symnn.core.errors import DomainError, SymnnError, explain
from symnn.importers.networks import Network, read_network
from symnn.text.phrases import languages

_EXAMPLES = """\
examples:
  symnn analyze net.toml                              a table in the terminal
  symnn analyze net.toml --set N=32,T=128             numbers for the symbolic sizes
  symnn analyze net.toml --convention flops           2 per MAC
  symnn analyze net.toml --format json > net.json     for a program to read
"""


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add the command to the `symnn` parser.

    >>> parser = add_parser(argparse.ArgumentParser().add_subparsers())
    >>> parser.parse_args(["net.toml", "--set", "N=32"]).set
    ['N=32']
    """
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "analyze",
        description="Shapes, parameters, operations and memory of a network, as formulas.",
        epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("network", help="a network in TOML")
    parser.add_argument("--set", action="append", default=[], metavar="N=32,T=128",
                        help="numbers for symbolic sizes")  # fmt: skip
    parser.add_argument("--convention", default="macs", choices=list(VIEWS),
                        help="what is counted (default: %(default)s)")  # fmt: skip
    parser.add_argument("--format", default="table", choices=["table", *TARGETS],
                        help="of the output (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument("--without-padding", action="store_true",
                        help="leave out products against padding zeros")  # fmt: skip
    parser.add_argument("--bytes", type=int, default=4, choices=[1, 2, 4, 8],
                        help="bytes of a float (default: %(default)s)")  # fmt: skip
    parser.add_argument("--explain", action="store_true", help="print each count as its formula")
    parser.add_argument("--lang", default="en", choices=languages(), help="of numbers")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    try:
        network = read_network(args.network)
        analysis = analyze(
            network.value, convention=args.convention, padding=not args.without_padding,
            bytes_each=args.bytes,
        )  # fmt: skip
        numbers = _numbers(args.set)
        if numbers:
            analysis = analysis.at(**numbers)
    except SymnnError as error:
        print(f"symnn: {error}", file=sys.stderr)
        return 2
    _print(args, network, analysis)
    return 0


def _numbers(texts: list[str]) -> dict[str, int]:
    found = {}
    for part in ",".join(texts).split(","):
        if not part:
            continue
        name, _, value = part.partition("=")
        if not name.strip().isidentifier() or not value.strip().isdigit() or int(value) < 1:
            raise DomainError(explain(f"--set {part}", expected="NAME=NUMBER, from 1 up",
                                      found=repr(part), fix="--set N=32,T=128"))  # fmt: skip
        if found.setdefault(name.strip(), int(value)) != int(value):
            raise DomainError(explain(f"--set {part}", expected="one number for each size",
                                      found=f"{name}={found[name.strip()]} before"))  # fmt: skip
    return found


def _print(args: argparse.Namespace, network: Network, analysis: Analysis) -> None:
    target = "json" if args.json else args.format
    if target != "table":
        print(analysis.to(target, lang=args.lang))
        return
    if sys.stdout.isatty():
        Console(highlight=False).print(analysis.table(lang=args.lang))
    else:
        print(analysis.to("text", lang=args.lang))
    for found in network.deduced:
        print(f"deduced: {found.reason}")
    if args.explain:
        for row in analysis.layers:
            for what in ("parameters", "macs"):
                if getattr(row, what) != 0:
                    print(f"{row.name}, {what}: {row.explain(what, args.lang)}")
