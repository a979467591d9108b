"""Try the command alone: `python -m symnn.separation design POINTS.csv`."""

from __future__ import annotations

import argparse
import sys

from symnn.separation.command import add_parser


def main() -> int:
    """Parse the arguments and run the command."""
    parser = argparse.ArgumentParser(prog="symnn")
    add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args()
    code: int = args.run(args)
    return code


if __name__ == "__main__":
    sys.exit(main())
