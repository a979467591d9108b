"""The words of the program, one catalogue per language.

Law: all languages have the same keys with the same placeholders (a test says so). To add a
phrase: one line in each of `en.py` and `fr.py` (`steps_*.py` for worked steps); to add a language:
one module of each with `PHRASES`, and one line in `CATALOGUES`. Formulas are never written here:
they arrive as values, already set for the target, which is also where a user's strings are escaped.
"""

from __future__ import annotations

import re

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.text.phrases.en import PHRASES as ENGLISH
from symnn.text.phrases.fr import PHRASES as FRENCH
from symnn.text.phrases.steps_en import PHRASES as STEPS_EN
from symnn.text.phrases.steps_fr import PHRASES as STEPS_FR

CATALOGUES = {"en": {**ENGLISH, **STEPS_EN}, "fr": {**FRENCH, **STEPS_FR}}
_PLACE = re.compile(r"\{(\w+)\}")


def phrase(key: str, lang: str, **values: object) -> str:
    """Return a phrase in a language with its values put in.

    Raises:
        UnsupportedError: unknown language; the message lists them.
        UnknownNameError: unknown key (lists those of its group), or values that do not fit.

    >>> phrase("reason.only_term", "en", i="i", v="ŷ_i")
    'only the term i depends on ŷ_i'
    >>> phrase("rule.derivative_of_square", "fr")
    'dérivée d’un carré'
    """
    if lang not in CATALOGUES:
        raise UnsupportedError(f"no language {lang!r}; there are {' '.join(CATALOGUES)}")
    catalogue = CATALOGUES[lang]
    if key not in catalogue:
        raise UnknownNameError(f"no phrase {key!r}; {_near(key, catalogue)}")
    wanted = set(placeholders(catalogue[key]))
    if wanted != set(values):
        raise UnknownNameError(
            f"the phrase {key!r} takes {' '.join(sorted(wanted)) or 'no values'}; "
            f"given: {' '.join(sorted(values)) or 'none'}"
        )
    return _PLACE.sub(lambda match: str(values[match[1]]), catalogue[key])


def placeholders(text: str) -> list[str]:
    """List the names in braces of a phrase.

    >>> placeholders("only the term {i} depends on {v}")
    ['i', 'v']
    """
    return _PLACE.findall(text)


def _near(key: str, catalogue: dict[str, str]) -> str:
    group = key.split(".", maxsplit=1)[0]
    names = [k for k in catalogue if k.split(".")[0] == group]
    if names:
        return f"in {group} there are {' '.join(n.split('.', 1)[1] for n in names)}"
    groups = dict.fromkeys(k.split(".")[0] for k in catalogue)
    return f"the groups are {' '.join(groups)}"
