"""The rendered results in reports/ against a new run: `python -m symnn.report.compare`.

Law: words, formulas, exact counts and references are compared literally; a number with decimals or
a power of ten was measured and may differ by `TOLERANCE`, and two deviations that are both of the
size of rounding are alike. Pictures are not compared.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

TOLERANCE = 0.05
ROUNDING = 1e-6
_SHOWN = 20
_UP = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NUMBER = re.compile(
    r"(\d{1,3}(?:[\u202f,]\d{3})+(?!\d)|\d+)([.,]\d+)?"
    r"(?:(?:·| \\cdot )10(?:([⁻⁰-⁹¹²³]+)|\^\{(-?\d+)\}))?"
)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def trimmed(text: str) -> str:
    """A rendered text as reports/ keeps it: without the links to pictures.

    >>> trimmed("![a graph](figures/fig1-1.svg) Figure 1.1.")
    ' Figure 1.1.'
    """
    return _PICTURE.sub("", text)


def differences(kept: str, made: str) -> Iterator[tuple[int, str, str]]:
    """Lines that differ by more than measuring: their number in `kept`, both texts.

    >>> list(differences("error 3·10⁻¹¹, 28,224 products", "error 0, 28,224 products"))
    []
    >>> list(differences("loss 0.1710", "loss 0.2"))
    [(1, 'loss 0.1710', 'loss 0.2')]
    """
    pairs = zip_longest(kept.splitlines(), made.splitlines(), fillvalue="(no line)")
    for k, (a, b) in enumerate(pairs, start=1):
        if not alike(a, b):
            yield k, a, b


def alike(a: str, b: str) -> bool:
    """Whether two lines differ in measured numbers only."""
    if a == b:
        return True
    found, other = list(_NUMBER.finditer(a)), list(_NUMBER.finditer(b))
    return _NUMBER.sub("#", a) == _NUMBER.sub("#", b) and all(map(_near, found, other))


def _near(a: re.Match[str], b: re.Match[str]) -> bool:
    if a[0] == b[0]:
        return True
    if not any(m[2] or m[3] or m[4] for m in (a, b)):
        return False  # both are counts
    x, y = _value(a), _value(b)
    return max(x, y) < ROUNDING or abs(x - y) <= TOLERANCE * max(x, y)


def _value(m: re.Match[str]) -> float:
    whole = re.sub(r"\D", "", m[1]) + (m[2] or "").replace(",", ".")
    power = (m[3] or "").translate(_UP) or m[4] or "0"
    return float(whole) * 10.0 ** int(power)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two rendered files, or keep the new one; 1 if they differ."""
    parser = argparse.ArgumentParser(
        prog="python -m symnn.report.compare",
        description="Compare a rendered result with a new one.",
    )
    parser.add_argument("kept", type=Path, help="such as reports/exam.fr.md")
    parser.add_argument("made", type=Path, help="such as symnn-out/exam.md")
    parser.add_argument("--write", action="store_true", help="keep the new one instead")
    args = parser.parse_args(arguments)
    made = trimmed(args.made.read_text("utf-8"))
    if args.write:
        args.kept.write_text(made, "utf-8")
        return 0
    found = list(differences(args.kept.read_text("utf-8"), made))
    for k, a, b in found[:_SHOWN]:
        print(f"{args.kept}, line {k}\n  kept: {a}\n  made: {b}")
    print(f"{args.kept}: {len(found)} lines differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
