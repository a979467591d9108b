"""The figures of a document as files: SVG and PDF pictures that stand alone, drawings as TikZ.

A page colours its pictures by CSS tokens and sets their words in the reader's fonts; a file has
neither, so tokens become the light colours and words the faces that Typst embeds. Law: the same
figure gives the same bytes on every machine. To extend: another format is one line in
`figure_files`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import typst

from symnn.core.errors import UnsupportedError, explain
from symnn.drawing.canvas import LIGHT
from symnn.report.printing.document import Block, Document, Figure, Fold

FACE = "New Computer Modern"
_PIXEL = 0.75  # in points
_WIDE = re.compile(r'<div class="on-wide">(.*?)</div>', re.DOTALL)
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_COLOUR = re.compile(r"var\(--([a-z-]+)(?:,\s*(#[0-9a-fA-F]+))?\)")
_FACES = re.compile(r"""font-family:(?:var\(--[a-z]+\)|(?:'[^']*'|[^;"'])*)""")
_LENGTH = re.compile(r"([\d.]+)(pt|px|)")


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG that stands alone, its natural width and height in points, and its words."""

    svg: str
    width: float
    height: float
    alt: str


def pictures(figure: Figure) -> tuple[Picture, ...]:
    """The pictures of a figure, in the layout for a wide page.

    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4" fill="var(--blue)"/>'
    >>> found = pictures(Figure("f", f"<div>{svg}</svg></div>".replace("/>", ">"), "", ()))
    >>> found[0].width, "#0069a6" in found[0].svg
    (6.0, True)
    """
    wide = _WIDE.findall(figure.svg)
    return tuple(_picture(svg) for svg in _SVG.findall(wide[0] if wide else figure.svg))


def figures_of(document: Document) -> Iterator[Figure]:
    """Every figure of a document, in the order of the page."""
    for part in document.parts:
        yield from _figures(part.head)
        for section in part.sections:
            yield from _figures(section.blocks)


def file_names(figure: Figure) -> list[str]:
    """The names of the files of a figure, without their ends: one for each picture."""
    found = len(pictures(figure))
    return [f"figures/{figure.anchor}{f'-{k + 1}' if k else ''}" for k in range(found)]


def figure_files(document: Document) -> dict[str, str | bytes]:
    """All figures of a document as files."""
    files: dict[str, str | bytes] = {}
    for figure in figures_of(document):
        for name, picture in zip(file_names(figure), pictures(figure), strict=True):
            files[f"{name}.svg"] = picture.svg
            files[f"{name}.pdf"] = _as_pdf(picture)
        if figure.tikz:
            files[f"{file_names(figure)[0]}.tikz"] = figure.tikz
    return files


def image(picture: Picture) -> str:
    """The Typst call that shows a picture; without a size, which the caller adds."""
    return (
        f'image(bytes({string(picture.svg)}), format: "svg", alt: {string(picture.alt)}, '
        f"width: 100%)"
    )


def string(text: str) -> str:
    r"""A text as a Typst string, without the characters that no font shows.

    >>> print(string('say "\\" \x07'))
    "say \"\\\" "
    """
    kept = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not _unprintable(c)))
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unprintable(char: str) -> bool:
    return char in "\x7f\ufffe\uffff\ue000\ue001" or "\ud800" <= char <= "\udfff"


def _figures(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Fold):
            yield from _figures(block.blocks)


def _picture(svg: str) -> Picture:
    plain = _COLOUR.sub(lambda m: m[2] or LIGHT.get(m[1], m[0]), _FACES.sub(_face, svg))
    if "currentColor" in plain and not re.match(r"<svg\b[^>]*\bcolor=", plain):
        plain = plain.replace("<svg", f'<svg color="{LIGHT["ink"]}"', 1)  # groups may say others
    root = ElementTree.fromstring(plain)
    sizes = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if not all(sizes):
        raise UnsupportedError(
            explain("a figure", expected="an SVG with width and height", found=svg[:80])
        )
    width, height = (float(m[1]) * (1 if m[2] == "pt" else _PIXEL) for m in sizes if m)
    return Picture(plain, width, height, root.get("aria-label", ""))


def _face(_: re.Match[str]) -> str:
    return f"font-family:'{FACE}'"


def _as_pdf(picture: Picture) -> bytes:
    source = (
        "#set document(date: none)\n"
        f"#set page(width: {picture.width:.2f}pt, height: {picture.height:.2f}pt, margin: 0pt)\n"
        f"#{image(picture)}\n"
    )
    found = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, timestamp=0)
    assert isinstance(found, bytes)
    return found
