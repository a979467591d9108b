"""The document model as one self-contained HTML page.

Nothing is fetched: style, script, formulas and pictures are in the file, and it reads without the
script, which only adds buttons. Law: every text goes through `clean`; only SVG that the program
drew itself is passed through. To extend: one arm in `_block` per kind of block.
"""

from __future__ import annotations

import json
from importlib import resources

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.document import Document, Part, Section
from symnn.report.printing.html_blocks import BlockWriter
from symnn.report.printing.typesetter import Typesetter, clean


def to_html(document: Document) -> str:
    """The page of a document."""
    return _Page(document).write()


class _Page:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.typesetter = Typesetter()
        self.blocks = BlockWriter(self.typesetter, document.words, document.lang)

    def write(self) -> str:
        d = self.document
        parts = "\n".join(self.part(p) for p in d.parts)
        page = (
            f'<!DOCTYPE html>\n<html lang="{clean(d.lang)}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="generator" content="symnn">\n'
            '<link rel="icon" href="data:,">\n'
            f"<title>{clean(d.title)}</title>\n<style>\n{_asset('page.css')}</style>\n</head>\n"
            f'<body>\n<a class="skip" href="#main">{clean(d.words["skip"])}</a>\n'
            f"{self.phone_bar()}\n"
            f'<div class="layout">\n{self.navigation()}\n'
            f'<main id="main">\n{parts}\n</main>\n</div>\n'
            f'<script type="application/json" id="words">{self.script_words()}</script>\n'
            f"<script>\n{_asset('page.js')}</script>\n</body>\n</html>\n"
        )
        return self.typesetter.finish(page)

    def script_words(self) -> str:
        w = self.document.words
        data = {
            "depths": [w["depth_answers"], w["depth_steps"], w["depth_all"]],
            "copy": w["copy"],
            "copied": w["copied"],
        }
        return json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")

    def navigation(self) -> str:
        d = self.document
        return (
            f'<nav class="side" aria-label="{clean(d.words["contents"])}">'
            f'<div class="doc">{clean(d.title)}</div><div class="sub">{clean(d.subtitle)}</div>'
            f"{self.contents()}</nav>"
        )

    def phone_bar(self) -> str:
        return (
            f'<details class="phone-bar"><summary>{clean(self.document.title)}</summary>'
            f"{self.contents()}</details>"
        )

    def contents(self) -> str:
        rows = []
        for p in self.document.parts:
            inner = "".join(
                f'<li><a href="#{s.anchor}">{clean(s.number)} {clean(s.title)}</a></li>'
                for s in p.sections
            )
            rows.append(
                f'<li><a href="#{p.anchor}"><span class="n">{clean(p.number)}</span>'
                f"{clean(p.title)}</a>{f'<ol>{inner}</ol>' if inner else ''}</li>"
            )
        return f"<ol>{''.join(rows)}</ol>"

    def part(self, part: Part) -> str:
        marks = f"<span>{clean(part.marks)}</span>" if part.marks else ""
        head = "\n".join(self.blocks.block(b) for b in part.head)
        sections = "\n".join(self.section(s) for s in part.sections)
        return (
            f'<article id="{part.anchor}">\n<header><span class="over">{clean(part.label)}</span>'
            f"{marks}</header>\n<h1>{clean(part.title)}</h1>\n{head}\n{sections}\n</article>"
        )

    def section(self, section: Section) -> str:
        deep = any(isinstance(b, doc.Steps | doc.Fold) for b in section.blocks)
        bar = '<div class="bar"></div>\n' if deep else ""
        body = "\n".join(self.blocks.block(b) for b in section.blocks)
        return (
            f'<section id="{section.anchor}">\n<h2><span class="n">{clean(section.number)}</span>'
            f"{clean(section.title)}</h2>\n{bar}{body}\n</section>"
        )


def _asset(name: str) -> str:
    text = resources.files("symnn.report").joinpath("assets", name).read_text("utf-8")
    if "</script" in text or "</style" in text:
        raise UnsupportedError(f"the asset {name} would end its own element")
    return text
