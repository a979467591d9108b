"""The command line: one subcommand a question; `symnn --help` lists them.

Law: a user's mistake is one message on standard error and exit code 2; a failed check exits with
1; Ctrl-C with 130. Only the module of the command that is called is loaded. To add a command: a
module with `add_parser(subparsers)` that sets `run`, and its line in `COMMANDS`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

import symnn.terminal
from symnn.core.errors import CheckError, SymnnError, explain

# name: (module, line of `symnn --help`)
COMMANDS = {
    "solve": (
        "symnn.report.solve_command",
        "answer an exam sheet: index.html, exam.pdf, exam.tex, answers.json, figures",
    ),
    "design": (
        "symnn.separation.command",
        "smallest one-hidden-layer classifier of labelled points, with its proof",
    ),
    "derive": (
        "symnn.report.derive_command",
        "derive gradients, Jacobians and Hessians, step by step",
    ),
    "analyze": (
        "symnn.importers.analyze_command",
        "shapes, parameters, operations and memory of a network",
    ),
    "draw": (
        "symnn.report.draw_reader",
        "draw the computational graph with gradients on its edges",
    ),
    "code": ("symnn.report.code_command", "the program that trains a network or formula"),
    "train": (
        "symnn.report.train_command",
        "train a network or formula with its derived gradients",
    ),
    "doctor": ("symnn.report.doctor", "which optional parts work here, and what to install"),
}
EXAMPLES = """\
examples:
  symnn solve --lang fr --out symnn-out           answer the exam that ships with symnn
  symnn solve my-sheet.toml --lang en --out out   answer a sheet of your own
  symnn design points.csv                         the smallest classifier of labelled points
  symnn derive "norm2(W*x + b - y)^2" --wrt W,b   gradients, step by step with --depth all
  symnn analyze net.toml                          shapes, parameters, operations and memory
  symnn draw sheet.toml --only 2 -o graph.svg     the computational graph with its gradients
  symnn code net.toml > step.py                   loss, gradients and update in NumPy
  symnn train net.toml --data digits -o net.npz   train with the derived gradients
  symnn doctor                                    what works here, and what to install
"""
_NEGATIVE = re.compile(r"-[^-o][^=]*[*'^(]|-\(")  # a formula that starts with a minus, no option


class _Parser(argparse.ArgumentParser):
    """Refuses arguments as everything else is refused: one message, code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"symnn: {explain(message, fix=f'see {self.prog} --help')}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    symnn.terminal.prepare()
    given = sys.argv[1:] if arguments is None else arguments
    try:  # the parser loads the command: Ctrl-C may come while it does
        parser = make_parser(next((a for a in given if not a.startswith("-")), ""))
        args = parser.parse_args([f" {a}" if _NEGATIVE.match(a) else a for a in given])
        if not hasattr(args, "run"):
            parser.print_help()
            return 2
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except CheckError as error:
        print(f"symnn: {error}", file=sys.stderr)
        return 1
    except SymnnError as error:
        print(f"symnn: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("symnn: interrupted; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of the output has gone: `symnn ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def make_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; with `only`, of one, the others listed by name.

    >>> make_parser().parse_args(["solve", "--lang", "fr"]).lang
    'fr'
    """
    parser = _Parser(
        prog="symnn",
        description="Derives neural networks: equations, gradients step by step, pseudocode and "
        "NumPy code, each formula checked.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symnn {installed_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, (module, line) in COMMANDS.items():
        if only in (None, name):
            import_module(module).add_parser(commands)
        else:
            commands.add_parser(name, help=line)
    return parser


def installed_version() -> str:
    """The version of the installed package, or "unknown" in a bare source tree."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
