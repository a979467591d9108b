"""The words of a report: phrases of the program's catalogue as text and as runs.

Law: `runs` puts formulas and links into a phrase without ever turning a value into markup.
"""

from __future__ import annotations

import re

from symnn.notation.tree import Tree
from symnn.report.printing.document import Formula, Ref, Run, Runs, formula
from symnn.text.numbers import format_number
from symnn.text.phrases import language_file, template

_PLACE = re.compile(r"\{(\w+)\}")
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
        found = template(key, self.lang, values)
        return _PLACE.sub(lambda m: self.plain(values[m[1]]), found)

    def title(self, key: str, **values: object) -> str:
        """A phrase with its first letter as a capital."""
        text = self.text(key, **values)
        return text[:1].upper() + text[1:]

    def runs(self, key: str, **values: Value) -> Runs:
        """A phrase as runs; trees become formulas."""
        found = template(key, self.lang, values)
        result: list[Run] = []
        for k, part in enumerate(_PLACE.split(found)):
            if not part:
                continue
            result.append(self.run(values[part]) if k % 2 else part)
        return tuple(result)

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
