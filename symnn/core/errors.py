"""The one exception family: every message says where, expected, found and the fix.

Law: a SymnnError's text is one formatted string, whole in itself; the command line prints it
and exits with code 2. To extend: subclass, and build the text through `explain`.
"""

from __future__ import annotations


class SymnnError(Exception):
    """Anything the user can mend: bad input, a missing fact, an unknown name."""


class ShapeError(SymnnError):
    """Sizes that do not fit."""


class UnknownNameError(SymnnError):
    """A name that is unknown, taken, or not an identifier."""


class UnsupportedError(SymnnError):
    """An operation, option, language or target that does not exist here; lists what does."""


class DomainError(SymnnError):
    """A value outside the domain of an operation (NaN input, empty maximum, bad axis)."""


class CheckError(SymnnError):
    """A formula that failed its numeric check."""


class ParseError(SymnnError):
    """Text that the grammar does not accept; the message carries a caret."""


def explain(
    where: str,
    *,
    expected: str = "",
    found: str = "",
    bound: str = "",
    fix: str = "",
) -> str:
    """Lay out an error message in the house form.

    >>> print(explain("dense1", expected="a vector", found="a matrix", fix="take a row"))
    dense1
      expected: a vector
      found: a matrix
      fix: take a row
    """
    rows = (("expected", expected), ("found", found), ("bound so far", bound), ("fix", fix))
    return "\n".join([where, *(f"  {label}: {text}" for label, text in rows if text)])
