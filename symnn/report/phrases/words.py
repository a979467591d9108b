"""The words of a report: the catalogue of the whole program plus the report's own.

Law: both languages have the same keys with the same placeholders (a test says so). `runs` puts
formulas and links into a phrase without ever turning a value into markup.
"""

from __future__ import annotations

import re

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.notation.tree import Tree
from symnn.report.phrases.attention_en import PHRASES as ATTENTION_EN
from symnn.report.phrases.attention_fr import PHRASES as ATTENTION_FR
from symnn.report.phrases.attention_more_en import PHRASES as ATTENTION_MORE_EN
from symnn.report.phrases.attention_more_fr import PHRASES as ATTENTION_MORE_FR
from symnn.report.phrases.en import PHRASES as ENGLISH
from symnn.report.phrases.evidence_en import PHRASES as EVIDENCE_EN
from symnn.report.phrases.evidence_fr import PHRASES as EVIDENCE_FR
from symnn.report.phrases.fr import PHRASES as FRENCH
from symnn.report.phrases.network_en import PHRASES as NETWORK_EN
from symnn.report.phrases.network_fr import PHRASES as NETWORK_FR
from symnn.report.phrases.vae_en import PHRASES as VAE_EN
from symnn.report.phrases.vae_fr import PHRASES as VAE_FR
from symnn.report.printing.document import Formula, Ref, Run, Runs, formula
from symnn.text.numbers import format_number
from symnn.text.phrases import CATALOGUES, placeholders

REPORT = {
    "en": {**ENGLISH, **ATTENTION_EN, **ATTENTION_MORE_EN, **EVIDENCE_EN, **NETWORK_EN, **VAE_EN},
    "fr": {**FRENCH, **ATTENTION_FR, **ATTENTION_MORE_FR, **EVIDENCE_FR, **NETWORK_FR, **VAE_FR},
}
_PLACE = re.compile(r"\{(\w+)\}")
Value = str | int | float | Tree | Run


class Words:
    """Phrases in one language.

    >>> Words("fr").text("report.copied")
    'copié'
    """

    def __init__(self, lang: str) -> None:
        if lang not in REPORT:
            raise UnsupportedError(f"no language {lang!r}; there are {' '.join(REPORT)}")
        self.lang = lang
        self.phrases = {**CATALOGUES[lang], **REPORT[lang]}

    def text(self, key: str, **values: object) -> str:
        """A phrase as plain text."""
        found = self._phrase(key, values)
        return _PLACE.sub(lambda m: self.plain(values[m[1]]), found)

    def title(self, key: str, **values: object) -> str:
        """A phrase with its first letter as a capital."""
        text = self.text(key, **values)
        return text[:1].upper() + text[1:]

    def runs(self, key: str, **values: Value) -> Runs:
        """A phrase as runs; trees become formulas."""
        found = self._phrase(key, values)
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

    def _phrase(self, key: str, values: object) -> str:
        if key not in self.phrases:
            raise UnknownNameError(f"no phrase {key!r} in {self.lang}")
        found = self.phrases[key]
        wanted, given = set(placeholders(found)), set(values)  # type: ignore[call-overload]
        if wanted != given:
            raise UnknownNameError(
                f"the phrase {key!r} takes {sorted(wanted)}; given: {sorted(given)}"
            )
        return found
