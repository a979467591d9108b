"""The words of a report: phrases of the program's catalogue as text and as runs.

Law: `runs` sets the `$formulas$` of a phrase and puts formulas and links into it, without ever
turning a value into markup; inside a `$formula$` only numbers can be put.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from symnn.core.errors import UnsupportedError
from symnn.notation.tree import Tree
from symnn.report.printing.document import Formula, Ref, Run, Runs, formula
from symnn.report.printing.markup import runs as marked
from symnn.text.inline import plain
from symnn.text.numbers import format_number, format_percent
from symnn.text.phrases import language_file, template

_PLACE = re.compile(r"\{(\w+)\}")
_FORMULA = re.compile(r"\$[^$\n]+\$")
Value = str | int | float | Tree | Run


class Words:
    """Phrases in one language.

    >>> Words("fr").text("report.copied")
    'copié'
    """

    def __init__(self, lang: str) -> None:
        language_file(lang)  # raises where there is none
        self.lang = lang

    def text(self, key: str, **values: object) -> str:
        """A phrase as plain text."""
        found = plain(self._template(key, values))
        return _PLACE.sub(lambda m: self.plain(values[m[1]]), found)

    def title(self, key: str, **values: object) -> str:
        """A phrase with its first letter as a capital."""
        text = self.text(key, **values)
        return text[:1].upper() + text[1:]

    def runs(self, key: str, **values: Value) -> Runs:
        """A phrase as runs; trees become formulas."""
        result: list[Run] = []
        for k, part in enumerate(_PLACE.split(self._template(key, values))):
            result += [self.run(values[part])] if k % 2 else marked(part)
        return tuple(result)

    def _template(self, key: str, values: Mapping[str, object]) -> str:
        """A phrase with its places, the numbers inside its formulas filled in."""

        def number(place: re.Match[str]) -> str:
            value = values[place[1]]
            if not isinstance(value, int | float):
                raise UnsupportedError(f"a formula of the phrase {key!r} takes numbers: {value!r}")
            return format_number(value, self.lang, target="latex")

        found = template(key, self.lang, values)
        return _FORMULA.sub(lambda formula: _PLACE.sub(number, formula[0]), found)

    def run(self, value: Value) -> Run:
        """One value as a run."""
        if isinstance(value, Tree):
            return formula(value, self.lang)
        if isinstance(value, int | float):
            return self.number(value)
        return value

    def plain(self, value: object) -> str:
        """One value as text."""
        if isinstance(value, Tree):
            return formula(value, self.lang).text
        if isinstance(value, Formula | Ref):
            return value.text
        return self.number(value) if isinstance(value, int | float) else str(value)

    def number(self, x: float, digits: int = 3) -> str:
        """A number in the language's form."""
        return format_number(x, self.lang, digits=digits)

    def percent(self, share: float, digits: int = 3) -> str:
        """A share of 1 as a percentage in the language's form."""
        return format_percent(self.number(100 * share, digits), self.lang)
