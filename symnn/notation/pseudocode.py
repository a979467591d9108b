"""One tree for algorithms, printed as text and LaTeX, and as a NumPy program that runs.

Expressions are notation trees. `lines` lays an algorithm out once; every printer only dresses its
parts. Law: all targets show the same lines in the same order. To extend: a statement here, an arm
in `_statement` and one in `program`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from symnn.core.errors import UnsupportedError
from symnn.notation import tree as t
from symnn.notation.latex import escape, to_latex
from symnn.notation.layout import Style
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.text.phrases import language, phrase


@dataclass(frozen=True, slots=True)
class Assign:
    """`target ← value`; the comment stands at the right, already translated."""

    target: Tree
    value: Tree
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """`target ← small random numbers`, an array of these sizes."""

    target: t.Sym
    sizes: tuple[Tree, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class For:
    """`for variable = 1, …, upper do` or `for variables in source do`."""

    variables: tuple[Tree, ...]
    body: tuple[Statement, ...]
    upper: Tree | None = None
    source: Tree | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """`repeat body until condition`."""

    body: tuple[Statement, ...]
    until: Tree
    comment: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then body else otherwise`."""

    condition: Tree
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A line of words."""

    text: str


@dataclass(frozen=True, slots=True)
class Return:
    """`return items`."""

    items: tuple[Tree, ...]
    comment: str = ""


Statement = Assign | Draw | For | Repeat | If | Comment | Return


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A named list of statements; `inputs` are shown as given, `title` is already translated."""

    title: str
    inputs: tuple[Tree, ...]
    body: tuple[Statement, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word of the algorithm language, set bold."""

    text: str


Part = Keyword | Tree | str


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its depth of indentation, its parts, the comment at its right."""

    depth: int
    parts: tuple[Part, ...]
    comment: str = ""


def lines(algorithm: Algorithm, lang: str = "en") -> list[Line]:
    """Lay out the statements, without the title and inputs."""
    return [line for s in algorithm.body for line in _statement(s, 0, lang)]


def algorithm_text(algorithm: Algorithm, style: Style = Style()) -> str:  # noqa: B008 (frozen)
    """Print as plain text, with line numbers."""

    def dress(part: Part) -> str:
        if isinstance(part, Keyword):
            return part.text
        return part if isinstance(part, str) else to_text(part, style)

    head = _word("input", style.lang) + language(style.lang).colon
    out = [algorithm.title, head + _listed(algorithm.inputs, dress)]
    for number, line in enumerate(lines(algorithm, style.lang), start=1):
        text = f"{number:>3}  {'    ' * line.depth}{''.join(map(dress, line.parts))}"
        out.append(f"{text}  ▷ {line.comment}" if line.comment else text)
    return "\n".join(out) + "\n"


def algorithm_latex(algorithm: Algorithm, style: Style = Style()) -> str:  # noqa: B008 (frozen)
    """Print as a LaTeX table: number, line, comment; needs no package for algorithms."""

    def dress(part: Part) -> str:
        if isinstance(part, Keyword):
            return rf"\textbf{{{escape(part.text)}}}"
        return escape(part) if isinstance(part, str) else f"${to_latex(part, style)}$"

    colon = escape(language(style.lang).colon)
    head = rf"\textbf{{{_word('input', style.lang)}}}{colon}{_listed(algorithm.inputs, dress)}"
    out = [
        r"\begin{tabular}{@{}r@{\quad}l@{\qquad}l@{}}",
        r"\hline",
        rf"\multicolumn{{3}}{{@{{}}l@{{}}}}{{\textbf{{{escape(algorithm.title)}}}}} \\",
        r"\hline",
        rf"\multicolumn{{3}}{{@{{}}l@{{}}}}{{{head}}} \\",
    ]
    for number, line in enumerate(lines(algorithm, style.lang), start=1):
        text = "".join(map(dress, line.parts))
        indent = rf"\hspace*{{{1.5 * line.depth:g}em}}" if line.depth else ""
        note = rf"$\triangleright$ {escape(line.comment)}" if line.comment else ""
        out.append(rf"{number} & {indent}{text} & {note} \\")
    return "\n".join([*out, r"\hline", r"\end{tabular}"]) + "\n"


def _word(key: str, lang: str) -> str:
    return phrase(f"algorithm.{key}", lang)


def _listed(items: tuple[Tree, ...], dress: Callable[[Part], str]) -> str:
    return ", ".join(map(dress, items))


def _commas(items: tuple[Tree, ...]) -> Iterator[Part]:
    for k, item in enumerate(items):
        if k:
            yield ", "
        yield item


def _block(body: tuple[Statement, ...], depth: int, lang: str) -> Iterator[Line]:
    for statement in body:
        yield from _statement(statement, depth, lang)


def _statement(statement: Statement, depth: int, lang: str) -> Iterator[Line]:
    def key(word: str) -> Keyword:
        return Keyword(_word(word, lang))

    match statement:
        case Assign(target, value, comment):
            yield Line(depth, (t.Relation("assigned", target, value),), comment)
        case Draw(target, _, comment):
            words = t.Words(_word("small_random", lang))
            yield Line(depth, (t.Relation("assigned", target, words),), comment)
        case For(variables, body, upper, source, comment):
            yield Line(depth, tuple(_header(variables, upper, source, key)), comment)
            yield from _block(body, depth + 1, lang)
        case Repeat(body, until, comment):
            yield Line(depth, (key("repeat"),), comment)
            yield from _block(body, depth + 1, lang)
            yield Line(depth, (key("until"), " ", until))
        case If(condition, body, otherwise, comment):
            yield Line(depth, (key("if"), " ", condition, " ", key("then")), comment)
            yield from _block(body, depth + 1, lang)
            if otherwise:
                yield Line(depth, (key("else"),))
                yield from _block(otherwise, depth + 1, lang)
        case Comment(text):
            yield Line(depth, ("▷ " + text,))
        case Return(items, comment):
            yield Line(depth, (key("return"), " ", *_commas(items)), comment)
        case _:
            names = "Assign, Draw, For, Repeat, If, Comment, Return"
            raise UnsupportedError(f"{statement!r} is no statement; there are {names}")


def _header(
    variables: tuple[Tree, ...],
    upper: Tree | None,
    source: Tree | None,
    key: Callable[[str], Keyword],
) -> Iterator[Part]:
    yield key("for" if source is None else "for_each")
    yield " "
    if source is None and upper is not None:
        yield t.Relation("=", variables[0], t.Num(1))
        yield ", …, "
        yield upper
    elif source is not None:
        yield "(" if len(variables) > 1 else ""
        yield from _commas(variables)
        yield ")" if len(variables) > 1 else ""
        yield Keyword(" " + key("in").text + " ")
        yield source
    else:
        raise UnsupportedError("a loop needs an upper bound or a source")
    yield " "
    yield key("do")
