"""The document model: what a solved sheet is made of, before any page format.

A run is a piece of a line of text; a block stands on lines of its own. Law: text in here is plain
(never markup) and is escaped by the page writer. To extend: a dataclass and one arm in each writer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula for every target: pieces for Typst (lines break between them), LaTeX, words."""

    pieces: tuple[str, ...]
    latex: str
    text: str
    display: bool = False

    def shown(self) -> Formula:
        """The same in display style."""
        return replace(self, display=True)


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words in italics."""

    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Code or an unreadable formula, shown as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A link to a numbered part of the page."""

    target: str
    text: str


Run = str | Formula | Strong | Emphasis | Source | Ref
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a block without a badge rests on: a row of the table of evidence.

    Attributes:
        kind: "derived", "proved", "checked", "measured" or "stated".
        how: the rule and the line, draws and deviation, seeds, or the source.
        what: the claim, where the block does not say it in a line.
    """

    kind: str
    how: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `bullet` sets it as an entry of a list."""

    runs: Runs
    bullet: bool = False
    display: bool = False
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The quoted statement with its questions, and the notes beside it."""

    label: str
    blocks: tuple[Paragraph, ...]
    notes: tuple[Note, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A labelled remark of the margin."""

    label: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table of given symbols: symbol, shape, role; `kind` colours the role."""

    symbol: Formula
    shape: Formula
    role: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The table of given symbols, with notes on conventions."""

    label: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """Verified, failed or not checked; `lines` are the evidence, opened on demand."""

    state: str  # "verified", "failed", "unchecked"
    text: str
    lines: tuple[tuple[str, str], ...] = ()
    kind: str = "checked"  # as of a Basis


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of a derivation."""

    anchor: str
    number: str
    component: Formula | None
    matrix: Formula | None
    words: Runs = ()  # in place of the matrix form
    shape: Formula | None = None
    checked: bool = False
    rule: str = ""
    reasons: Runs = ()
    details: tuple[StepLine, ...] = ()
    deviation: float | None = None  # largest that the checks of this line found


@dataclass(frozen=True, slots=True)
class Steps:
    """A run of lines under column heads; `label` names a group of them."""

    heads: tuple[str, str, str]
    lines: tuple[StepLine, ...]
    label: str = ""
    detail_word: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A boxed result: nothing else on a page looks like it."""

    anchor: str
    label: str
    formula: Formula | None
    runs: Runs = ()
    space: Formula | None = None
    number: str = ""
    badge: Badge | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class AlgorithmLine:
    """A line of an algorithm: indentation, runs, comment."""

    depth: int
    runs: Runs
    comment: Runs = ()


@dataclass(frozen=True, slots=True)
class AlgorithmBlock:
    """Pseudocode with the program of the same tree beside it."""

    anchor: str
    label: str
    title: str
    inputs: Runs
    lines: tuple[AlgorithmLine, ...]
    program: str
    program_label: str
    answer: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (SVG text made by the program) with its caption; `tikz` is the same for LaTeX."""

    anchor: str
    svg: str
    label: str
    caption: Runs
    wide: bool = False
    basis: Basis | None = None
    tikz: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of runs under heads; the phone folds each row under its heads."""

    heads: tuple[str | Formula, ...]
    rows: tuple[tuple[Runs, ...], ...]
    label: str = ""
    caption: Runs = ()
    wide: bool = False
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks under a summary that opens and closes them."""

    summary: str
    blocks: tuple[Block, ...]
    opened: bool = False
    kind: str = ""


Block = (
    Paragraph | Statement | Given | Steps | Answer | AlgorithmBlock | Figure | Table | Fold | Badge
    | Note
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of an exercise."""

    anchor: str
    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One exercise."""

    anchor: str
    number: str
    label: str
    title: str
    marks: str
    head: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The whole page."""

    lang: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]
    words: dict[str, str] = field(default_factory=dict)


def formula(tree: Tree, lang: str, *, display: bool = False) -> Formula:
    """A formula for every target, with breaks before the signs of equality.

    >>> formula(t.Relation("=", t.Sym("a"), t.Sym("b")), "en").pieces
    ('a', '= b')
    """
    style = Style(lang=lang, indicator=True)
    plain = Style(lang=lang, quoted=False)
    return Formula(_pieces(tree, style), to_latex(tree, style), to_text(tree, plain), display)


def _pieces(tree: Tree, style: Style) -> tuple[str, ...]:
    match tree:
        case t.Chain(parts):
            return (to_typst(parts[0], style), *(_after("=", p, style) for p in parts[1:]))
        case t.Relation(rel, left, right) if rel in ("=", "assigned", "in"):
            sign = {"=": "=", "assigned": "←", "in": "∈"}[rel]
            return (to_typst(left, style), _after(sign, right, style))
    return (to_typst(tree, style),)


def _after(sign: str, tree: Tree, style: Style) -> str:
    return f"{sign} {to_typst(tree, style)}"
