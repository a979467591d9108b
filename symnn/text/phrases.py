"""The words of the program: one file per language, `languages/<code>.toml`, and nothing elsewhere.

Law: all languages have the same keys with the same placeholders (a test says so). A file begins
with what a language needs beyond phrases, how it writes numbers and signs; the head of each file
says how to add a language. Files in the folder $SYMNN_LANGUAGES stand before those of the package.
A file is read when its language is first asked for. Formulas are never written here: they arrive
as values, already set for the target, which is also where a user's strings are escaped.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path

from symnn.core.errors import SymnnError, UnknownNameError, UnsupportedError, explain

VARIABLE = "SYMNN_LANGUAGES"
_FOLDER = Path(str(resources.files("symnn.text"))) / "languages"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Language:
    """What a language needs beyond its phrases.

    Attributes:
        decimal_mark: between the whole part and the decimals.
        group_mark: between groups of three digits in prose.
        percent: how a share is written, with the place {number}.
        colon: with the spaces around it.
        semicolon: with the spaces around it.
        babel: the language's name in LaTeX's babel.
    """

    decimal_mark: str
    group_mark: str
    percent: str
    colon: str
    semicolon: str
    babel: str


def languages() -> tuple[str, ...]:
    """List the languages: one for each file found.

    >>> languages()
    ('en', 'fr')
    """
    return tuple(language_files())


def language_files() -> dict[str, Path]:
    """The file of each language by its code."""
    return _found(os.environ.get(VARIABLE, ""))


def language_file(lang: str) -> Path:
    """The file of one language.

    Raises:
        UnsupportedError: unknown language; the message lists them.
    """
    files = language_files()
    if lang not in files:
        raise UnsupportedError(f"no language {lang!r}; there are {' '.join(files)}")
    return files[lang]


def language(lang: str) -> Language:
    """Return how a language writes numbers and signs.

    Raises:
        UnsupportedError: unknown language; the message lists them.

    >>> language("fr").decimal_mark
    ','
    """
    return _read(language_file(lang))[0]


def catalogue(lang: str) -> Mapping[str, str]:
    """Return all phrases of a language by key, a group and a name.

    Raises:
        UnsupportedError: unknown language; the message lists them.

    >>> catalogue("fr")["label.exercise"]
    'exercice {n}'
    """
    return _read(language_file(lang))[1]


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
    return _PLACE.sub(lambda match: str(values[match[1]]), template(key, lang, values))


def fitting(key: str, lang: str, **values: object) -> str:
    """Return a phrase with those of the values that it takes: nouns are offered to many phrases.

    >>> fitting("separation.border_2", "en", half="unused")
    'line'
    """
    wanted = placeholders(catalogue(lang).get(key, ""))
    return phrase(key, lang, **{name: x for name, x in values.items() if name in wanted})


def template(key: str, lang: str, values: Mapping[str, object]) -> str:
    """Return a phrase with its places, which must be those of the values.

    Raises:
        UnsupportedError: unknown language.
        UnknownNameError: unknown key, or values that do not fit.
    """
    phrases = catalogue(lang)
    if key not in phrases:
        raise UnknownNameError(f"no phrase {key!r}; {_near(key, phrases)}")
    wanted = set(placeholders(phrases[key]))
    if wanted != set(values):
        raise UnknownNameError(
            f"the phrase {key!r} takes {' '.join(sorted(wanted)) or 'no values'}; "
            f"given: {' '.join(sorted(values)) or 'none'}"
        )
    return phrases[key]


def placeholders(text: str) -> list[str]:
    """List the names in braces of a phrase.

    >>> placeholders("only the term {i} depends on {v}")
    ['i', 'v']
    """
    return _PLACE.findall(text)


@cache
def _found(more: str) -> dict[str, Path]:
    """The files of the package, and those of a second folder, which come first."""
    folders = [_FOLDER, *([Path(more)] if more else [])]
    found = {path.stem: path for folder in folders for path in folder.glob("*.toml")}
    return {lang: found[lang] for lang in sorted(found)}


@cache
def _read(path: Path) -> tuple[Language, Mapping[str, str]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SymnnError(explain(str(path), expected="TOML", found=str(error))) from None
    names = {f.name for f in fields(Language)}
    facts = tables.pop("language", {})
    if set(facts) != names:
        raise SymnnError(
            explain(
                f"{path}: [language]",
                expected=" ".join(sorted(names)),
                found=" ".join(sorted(facts)) or "nothing",
            )
        )
    phrases = {f"{group}.{name}": text for group, t in tables.items() for name, text in t.items()}
    return Language(**facts), phrases


def _near(key: str, phrases: Mapping[str, str]) -> str:
    group = key.split(".", maxsplit=1)[0]
    names = [k for k in phrases if k.split(".")[0] == group]
    if names:
        return f"in {group} there are {' '.join(n.split('.', 1)[1] for n in names)}"
    groups = dict.fromkeys(k.split(".")[0] for k in phrases)
    return f"the groups are {' '.join(groups)}"
