"""A finished drawing: SVG, DOT, PDF, PNG, TikZ, and what a notebook shows.

Law: a file is written under a temporary name first; same drawing, same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import typst

from symnn.core.errors import DomainError, UnsupportedError, explain
from symnn.drawing.canvas import plain_colours

_PIXEL = 0.75  # in points
_PPI = 192.0
_FACE = "New Computer Modern"  # Typst carries it, so that every machine sets the same words
_FACES = re.compile(r"""font-family:(?:var\(--[a-z]+\)|(?:'[^']*'|[^;"'])*)""")
_WIDTH = re.compile(r'<svg\b[^>]*?\swidth="([\d.]+)(px|pt|)"')


class Diagram:
    """A drawing.

    Attributes:
        svg: for files and notebooks, with its own ground and dark colours.
        wide, tall: for a page whose tokens they take; left to right, top to bottom.
        layout: which engine placed it ("pygraphviz", "dot", "own", or "path" and "scale" where
            the drawing itself says where things stand).
        title, alt: what it is, and the picture in words.
    """

    def __init__(self, wide: Any, tall: Callable[[], Any], dot: Callable[[], str]) -> None:
        self._wide, self._make_tall, self._dot = wide, tall, dot
        self.layout: str = wide.layout
        self.title: str = wide.title
        self.alt: str = wide.alt

    @cached_property
    def _tall(self) -> Any:
        return self._make_tall()

    @property
    def svg(self) -> str:
        """The SVG text, standing alone."""
        text: str = self._wide.svg(standalone=True)
        return text

    def turned(self) -> Diagram:
        """The same from top to bottom."""
        return Diagram(self._tall, self._make_tall, self._dot)

    @property
    def wide(self) -> str:
        """The SVG text for a page."""
        text: str = self._wide.svg()
        return text

    @property
    def tall(self) -> str:
        """The SVG text for a phone."""
        text: str = self._tall.svg()
        return text

    @property
    def dot(self) -> str:
        """DOT text."""
        return self._dot()

    @property
    def tikz(self) -> str:
        """A `tikzpicture`."""
        text: str = self._wide.tikz()
        return text

    def pdf(self) -> bytes:
        """A PDF page of the picture's size."""
        return rendered(self.wide, "pdf")

    def png(self, ppi: float = _PPI) -> bytes:
        """A PNG on white."""
        return rendered(self.wide, "png", ppi)

    def save(self, path: str | Path) -> Path:
        """Write a file; the name's end says what: .svg .dot .gv .pdf .png .tex.

        Raises:
            UnsupportedError: another ending; the message lists what exists.
            DomainError: the file cannot be written.
        """
        target = Path(path)
        makers: dict[str, Callable[[], str | bytes]] = {
            ".svg": lambda: self.svg, ".dot": lambda: self.dot, ".gv": lambda: self.dot,
            ".pdf": self.pdf, ".png": self.png, ".tex": lambda: self.tikz,
        }  # fmt: skip
        if target.suffix.lower() not in makers:
            raise UnsupportedError(
                explain(f"cannot draw to {target.name}", expected=" ".join(makers),
                        found=target.suffix or "no ending")
            )  # fmt: skip
        made = makers[target.suffix.lower()]()
        _write(target, made.encode() if isinstance(made, str) else made)
        return target

    def __repr__(self) -> str:
        return f"Diagram({self.title}, layout: {self.layout})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = {"text/plain": f"{self!r}\n{self.alt}", "image/svg+xml": self.svg}
        kept = {k: v for k, v in bundle.items() if include is None or k in include}
        return {k: v for k, v in kept.items() if exclude is None or k not in exclude}


def rendered(svg: str, target: str, ppi: float = _PPI) -> bytes:
    """An SVG as PDF or PNG, by Typst.

    >>> rendered('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>', "pdf")[:5]
    b'%PDF-'
    """
    plain = _FACES.sub(f"font-family:'{_FACE}'", plain_colours(svg))
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
    width = _points(plain)
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes("{quoted}"), format: "svg", width: {width:.2f}pt)\n'
    )
    found = (
        typst.compile(source.encode(), format="png", ppi=ppi, ignore_system_fonts=True)
        if target == "png"
        else typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, timestamp=0)
    )
    page = found[0] if isinstance(found, list) else found
    assert isinstance(page, bytes)
    return page


def _points(svg: str) -> float:
    """The width of an SVG in points; a bare number is in pixels."""
    found = _WIDTH.search(svg)
    if found is None:
        raise UnsupportedError(explain("a drawing", expected="width in px or pt", found=svg[:80]))
    return float(found[1]) * (1.0 if found[2] == "pt" else _PIXEL)


def _write(path: Path, data: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.parent, prefix=f".{path.name}", delete=False
        ) as handle:
            handle.write(data)
        Path(handle.name).chmod(0o644)
        Path(handle.name).replace(path)
    except OSError as error:
        raise DomainError(
            explain(str(path), expected="a file that can be written", found=str(error.strerror))
        ) from None
