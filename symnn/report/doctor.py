"""The command `symnn doctor`: which parts work on this machine, and what to install.

Law: each part is tried, not only imported; a part that fails says what still works without it.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from symnn.text.typesetting import render_svgs


@dataclass(frozen=True)
class Finding:
    """One part: whether it works, its version, what it is for, what to do if it does not."""

    part: str
    works: bool
    version: str
    purpose: str
    fix: str
    required: bool


def _typst() -> None:
    render_svgs(["x"])


def _graphviz() -> None:
    graph = import_module("pygraphviz").AGraph("digraph { a -> b }")
    graph.layout(prog="dot")


def _module(name: str) -> Callable[[], None]:
    def tried() -> None:
        import_module(name)

    return tried


_PIP = "pip install {0}"
_PARTS: tuple[tuple[str, str, Callable[[], None], str, str, bool], ...] = (
    ("sympy", "sympy", _module("sympy"), "sizes and coefficients", _PIP, True),
    ("numpy", "numpy", _module("numpy"), "arrays", _PIP, True),
    ("scipy", "scipy", _module("scipy.optimize"), "linear programs of design", _PIP, True),
    ("matplotlib", "matplotlib", _module("matplotlib"), "curves and regions", _PIP, True),
    ("typst", "typst", _typst, "formulas of the HTML page", _PIP, True),
    ("rich", "rich", _module("rich"), "tables and progress", _PIP, True),
    ("pygraphviz", "pygraphviz", _graphviz, "layout of graphs",
     "pip install 'symnn[draw]'; on a bare Debian also: apt-get install libglib2.0-0 libxext6 "
     "libxrender1. Without it, dot or symnn's own layout is used", False),
    ("scikit-learn", "scikit-learn", _module("sklearn.datasets"), "images of exercise 4",
     "pip install 'symnn[data]'. Without it the training of the autoencoders is left out", False),
    ("jax", "jax", _module("jax"), "comparison in the tests", "pip install 'symnn[test]'", False),
)  # fmt: skip


def findings() -> list[Finding]:
    """Try every part.

    >>> all(f.works for f in findings() if f.required)
    True
    """
    found = []
    for part, package, tried, purpose, fix, required in _PARTS:
        problem = ""
        try:
            tried()
        except Exception as error:  # a part may fail in any way; the finding says how
            problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        found.append(
            Finding(part, not problem, _version(package), purpose,
                    f"{fix.format(package)} ({problem})" if problem else "", required)
        )  # fmt: skip
    dot = shutil.which("dot")
    found.append(Finding("dot", bool(dot), "", "layout of graphs, second choice",
                         "" if dot else "optional: apt-get install graphviz", False))  # fmt: skip
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        description="Try every part that symnn uses; exit code 1 if a required one fails.",
        epilog="examples:\n  symnn doctor\n  symnn doctor --json\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    found = findings()
    if args.json:
        print(
            json.dumps({"python": platform.python_version(), "parts": [asdict(f) for f in found]})
        )
    else:
        _print(found)
    return 0 if all(f.works for f in found if f.required) else 1


def _print(found: list[Finding]) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    table = Table(box=None, pad_edge=False)
    for head in ("part", "", "version", "for", "what to do"):
        table.add_column(head)
    for f in found:
        mark = "works" if f.works else ("MISSING" if f.required else "not here")
        style = "green" if f.works else ("red" if f.required else "yellow")
        table.add_row(f.part, f"[{style}]{mark}[/{style}]", f.version, f.purpose, escape(f.fix))
    console.print(f"Python {platform.python_version()}")
    console.print(table)
