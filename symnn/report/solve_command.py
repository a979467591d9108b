"""The command `symnn solve`: a sheet in, a folder with the answers out.

Law: bad input exits with 2 and a failed check with 1, both before the folder is touched; a failed
check leaves the whole report in DIR.failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from symnn.core.errors import SymnnError, explain
from symnn.report.cache import Cache, default_folder
from symnn.report.exam.schema import ASKS, KINDS
from symnn.report.exam.sheet import Sheet, load_sheet, said
from symnn.report.printing.output import check_replaceable, write_folder
from symnn.report.running import News, Told
from symnn.report.solution import Solution, solve_sheet
from symnn.report.words import Words
from symnn.text.arguments import jobs, seed
from symnn.text.phrases import language, languages

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
        "  symnn solve sheet.toml --only 2,4           two exercises of a sheet of your own\n"
        "  symnn solve --jobs 2                        two exercises at the same time\n"
        "  symnn solve --json | python -m json.tool    the answers for a program to read\n\n"
        "A solved exercise is kept and found again as long as its text, the language, the seed,\n"
        "symnn and its packages stay the same: in $SYMNN_CACHE, else in $XDG_CACHE_HOME/symnn or\n"
        "~/.cache/symnn, at most 200 MB. With --no-cache, or SYMNN_CACHE=off, all is computed anew."
        "\n\n"
        f"kinds of exercise in a sheet (all keys: reports/SHEET.md):\n{kinds}\n"
    )


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "solve",
        description="Answer every question of a sheet and check every formula on the way.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sheet", nargs="?", metavar="SHEET.toml",
                        help="the sheet (default: the exam that ships with symnn)")  # fmt: skip
    parser.add_argument("--lang", choices=languages(), default="fr", help="language (default: fr)")
    parser.add_argument("--out", metavar="DIR", help="folder to write (default: symnn-out)")
    parser.add_argument("--only", metavar="N,M", type=_numbers, default=(),
                        help="answer these exercises only")  # fmt: skip
    parser.add_argument("--jobs", metavar="N", type=jobs, default=1,
                        help="exercises solved at the same time, each in a process of its own; "
                        "the result is the same (default: 1)")  # fmt: skip
    parser.add_argument("--no-cache", action="store_true",
                        help="compute every exercise anew, and keep nothing")  # fmt: skip
    parser.add_argument("--seed", metavar="N", type=seed, default=0,
                        help="seed of the draws and of the data (default: 0)")  # fmt: skip
    parser.add_argument("--json", action="store_true",
                        help="print the answers as JSON; a folder only with --out")  # fmt: skip
    parser.set_defaults(run=run)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("numbers of exercises, such as 3 or 2,4") from None


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    sheet = _chosen(load_sheet(args.sheet), args.only)
    folder = Path(args.out or "symnn-out") if args.out or not args.json else None
    if folder is not None:
        check_replaceable(folder)
    kept = None if args.no_cache else default_folder()
    cache = Cache(kept) if kept else None
    with _progress(sheet, args.lang) as told:
        solution = solve_sheet(
            sheet, args.lang, seed=args.seed, jobs=args.jobs, cache=cache, told=told
        )
    for line in dict.fromkeys(cache.troubles if cache else ()):
        print(f"symnn: not kept for the next run: {line}", file=sys.stderr)
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


def _chosen(sheet: Sheet, only: Sequence[int]) -> Sheet:
    known = [e.number for e in sheet.exercises]
    unknown = [n for n in only if n not in known]
    if unknown:
        raise SymnnError(
            explain(f"{sheet.name}: --only", expected=f"one of {', '.join(map(str, known))}",
                    found=", ".join(map(str, unknown)),
                    fix="give numbers of exercises of the sheet")
        )  # fmt: skip
    kept = tuple(e for e in sheet.exercises if e.number in only or not only)
    return Sheet(sheet.name, sheet.title, sheet.subtitle, kept)


@contextmanager
def _progress(sheet: Sheet, lang: str) -> Iterator[Told]:
    """One bar over the exercises on a terminal, silence elsewhere."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _news: None
        return
    words = Words(lang)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(sheet.exercises))
        active: dict[int, str] = {}

        def told(news: News) -> None:
            number = news.exercise.number
            if news.state == "started":
                name = words.title("label.exercise", n=number)
                active[number] = name + language(lang).colon + said(news.exercise.title, lang)
            else:
                active.pop(number, None)
                progress.advance(bar)
            pages = "HTML, PDF" if progress.finished else ""
            progress.update(bar, description=" · ".join(active.values()) or pages)

        yield told


def _report(solution: Solution, folder: Path, *, to_error: bool) -> None:
    stream = sys.stderr if to_error else sys.stdout
    for line in solution.summary:
        print(line, file=stream)
    print(folder / "index.html", file=stream)
