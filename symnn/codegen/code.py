"""Pieces of Python source with their precedence, so that brackets appear only where needed.

Law: the text of a combined piece, parsed by Python, has the structure in which it was combined.
To extend: one function an operator, stating the level that its operands need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COMPARE, PLUS, MATMUL, TIMES, NEGATIVE, POWER, ATOM = range(7)


@dataclass(frozen=True)
class Code:
    """Source text and the level of its outermost operator."""

    text: str
    level: int = ATOM

    def __str__(self) -> str:
        return self.text


def enclosed(code: Code, level: int) -> str:
    """The text, in brackets if it binds less tightly than `level`.

    >>> enclosed(Code("a + b", PLUS), TIMES)
    '(a + b)'
    """
    return code.text if code.level >= level else f"({code.text})"


def plus(parts: Sequence[tuple[bool, Code]]) -> Code:
    """A sum of (is subtracted, piece).

    >>> plus([(False, Code("y_hat")), (True, Code("y"))]).text
    'y_hat - y'
    """
    text = ""
    for k, (negative, code) in enumerate(parts):
        inner = enclosed(code, TIMES if negative and code.level == PLUS else PLUS)
        if negative:
            inner = enclosed(code, MATMUL)
        text += (("-" if negative else "") if k == 0 else (" - " if negative else " + ")) + inner
    if len(parts) == 1:
        return negated(parts[0][1]) if parts[0][0] else parts[0][1]
    return Code(text, PLUS)


def negated(code: Code) -> Code:
    """Minus a piece."""
    return Code(f"-{enclosed(code, TIMES)}", NEGATIVE if code.level > TIMES else TIMES)


def times(parts: Sequence[Code]) -> Code:
    """A product, left to right."""
    if len(parts) == 1:
        return parts[0]
    first = enclosed(parts[0], TIMES)
    return Code(" * ".join([first, *(enclosed(p, POWER) for p in parts[1:])]), TIMES)


def over(top: Code, bottom: Code) -> Code:
    """A quotient."""
    return Code(f"{enclosed(top, TIMES)} / {enclosed(bottom, POWER)}", TIMES)


def whole_over(top: Code, bottom: Code) -> Code:
    """A quotient of integers, rounded down."""
    return Code(f"{enclosed(top, TIMES)} // {enclosed(bottom, POWER)}", TIMES)


def matmul(a: Code, b: Code) -> Code:
    """`a @ b`."""
    left = a.text if a.level in (MATMUL, ATOM) else f"({a.text})"
    return Code(f"{left} @ {enclosed(b, ATOM)}", MATMUL)


def power(base: Code, exponent: Code) -> Code:
    """`base ** exponent`."""
    return Code(f"{enclosed(base, ATOM)} ** {enclosed(exponent, ATOM)}", POWER)


def compare(a: Code, op: str, b: Code) -> Code:
    """`a >= b`."""
    return Code(f"{enclosed(a, PLUS)} {op} {enclosed(b, PLUS)}", COMPARE)


def call(function: str, *args: Code | str) -> Code:
    """`function(a, b, axis=0)`."""
    return Code(f"{function}({', '.join(str(a) for a in args)})")


def method(code: Code, name: str, *args: Code | str) -> Code:
    """`code.name(args)`."""
    return Code(f"{enclosed(code, ATOM)}.{name}({', '.join(str(a) for a in args)})")


def subscript(code: Code, items: Sequence[str]) -> Code:
    """`code[items]`; whole axes at the end are left out, and so is an empty subscript."""
    kept = list(items)
    while kept and kept[-1] == ":":
        kept.pop()
    if not kept:
        return code
    return Code(f"{enclosed(code, ATOM)}[{', '.join(kept)}]")


def attribute(code: Code, name: str) -> Code:
    """`code.T`."""
    return Code(f"{enclosed(code, ATOM)}.{name}")
