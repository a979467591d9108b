"""The command line: one subcommand a question; `symnn --help` lists them.

Law: a user's mistake is one message on standard error and exit code 2; a failed check exits with
1; Ctrl-C with 130. To add a command: a module with `add_parser(subparsers)` that sets `run`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import symnn.terminal
from symnn.core.errors import CheckError, SymnnError
from symnn.drawing import command as draw_command
from symnn.importers import analyze_command
from symnn.report import code_command, derive_command, doctor, solve_command, train_command
from symnn.report.draw_reader import read_drawing
from symnn.separation import command as design_command

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
_DESIGN_EXAMPLES = """\
examples:
  symnn design xor                      the exclusive or, which ships with symnn
  symnn design points.csv --lang fr     columns x1, x2, ..., label
  symnn design points.csv --json        for a program to read
  symnn design points.csv --out folder  also the pictures
"""
_NEGATIVE = re.compile(r"-[^-o][^=]*[*'^(]|-\(")  # a formula that starts with a minus, no option


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    symnn.terminal.prepare()
    parser = make_parser()
    given = sys.argv[1:] if arguments is None else arguments
    args = parser.parse_args([f" {a}" if _NEGATIVE.match(a) else a for a in given])
    if not hasattr(args, "run"):
        parser.print_help()
        return 2
    try:
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


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands.

    >>> make_parser().parse_args(["solve", "--lang", "fr"]).lang
    'fr'
    """
    parser = argparse.ArgumentParser(
        prog="symnn",
        description="Derives neural networks: equations, gradients step by step, pseudocode and "
        "NumPy code, each formula checked.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symnn {installed_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    solve_command.add_parser(commands)
    design = design_command.add_parser(commands)
    design.epilog = design.epilog or _DESIGN_EXAMPLES
    design.formatter_class = argparse.RawDescriptionHelpFormatter
    derive_command.add_parser(commands)
    analyze_command.add_parser(commands)
    draw_command.add_parser(commands, read_drawing)
    code_command.add_parser(commands)
    train_command.add_parser(commands)
    doctor.add_parser(commands)
    return parser


def installed_version() -> str:
    """The version of the installed package, or "unknown" in a bare source tree."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
