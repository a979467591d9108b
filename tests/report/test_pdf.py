"""The printed sheet: hostile texts, numbers, links, widths, and the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import typst
from matplotlib.image import imread

from symnn.drawing.canvas import LIGHT
from symnn.report.printing import document as doc
from symnn.report.printing.document import Document
from symnn.report.printing.figure_files import figure_files, figures_of
from symnn.report.printing.html import to_html
from symnn.report.printing.pdf import pdf_source, to_pdf
from symnn.report.printing.pdf_blocks import anchors_of
from symnn.report.solution import Solution
from tests.report.documents import HOSTILE, every_block

PPI = 36.0
LEFT, RIGHT, BOTTOM = 14.0, 196.0, 283.0  # mm; the text ends before


def pages(document: Document) -> list[np.ndarray]:
    """The pages as grey pictures."""
    source = pdf_source(document).encode()
    found = typst.compile(source, format="png", ppi=PPI, ignore_system_fonts=True)
    pictures = found if isinstance(found, list) else [found]
    return [imread(io.BytesIO(picture))[..., :3].mean(axis=-1) for picture in pictures]


def cut(picture: np.ndarray) -> bool:
    """Whether anything stands in the left, right or lower margin."""
    left, right, bottom = (round(mm / 25.4 * PPI) for mm in (LEFT, RIGHT, BOTTOM))
    margins = (picture[:, :left], picture[:, right:], picture[bottom:])
    return any((margin < 0.9).any() for margin in margins)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_in_any_block(text: str) -> None:
    assert to_pdf(every_block(text)).startswith(b"%PDF-")


def test_long_formulas_tables_and_figures_stay_on_the_paper() -> None:
    assert not any(cut(picture) for picture in pages(every_block("words and more words")))


def test_a_formula_that_is_too_wide_would_be_seen() -> None:
    wide = np.ones((421, 298))
    assert not cut(wide)
    wide[200, 290] = 0
    assert cut(wide)


def test_the_whole_sheet_stays_on_the_paper(french: Solution) -> None:
    found = [k + 1 for k, picture in enumerate(pages(french.document)) if cut(picture)]
    assert found == []


def test_a_second_print_has_the_same_bytes() -> None:
    document = every_block("once more")
    assert to_pdf(document) == to_pdf(document)
    assert figure_files(document) == figure_files(document)


def test_equations_have_the_numbers_of_the_page(french: Solution) -> None:
    page = re.findall(r'class="num">\((\d[\w.]*)\)<', to_html(french.document))
    source = pdf_source(french.document)
    printed = re.findall(r'#step\("[^"]+", "\((\d[\w.]*)\)"', source)
    printed += re.findall(r'number: "\((\d[\w.]*)\)"', source)
    assert len(page) > 100
    assert sorted(page) == sorted(printed)


def test_every_link_has_its_target(french: Solution) -> None:
    source = pdf_source(french.document)
    assert set(re.findall(r'link\(label\("([^"]+)"\)', source)) <= anchors_of(french.document)


def test_every_figure_is_a_file_of_its_own(french: Solution) -> None:
    anchors = [figure.anchor for figure in figures_of(french.document)]
    assert len(anchors) == len(set(anchors)) > 8
    for anchor in anchors:
        svg, pdf = (french.files[f"figures/{anchor}.{end}"] for end in ("svg", "pdf"))
        assert "var(" not in svg
        assert "currentColor" not in svg or f'color="{LIGHT["ink"]}"' in svg
        assert pdf.startswith(b"%PDF-")
    assert {f"figures/{a}.svg" for a in anchors} < set(french.answers["files"])


def test_evidence_is_said_once_in_an_exercise() -> None:
    badge = doc.Badge("verified", "ok", (("method", "differences"),))
    part = doc.Part("p1", "1", "exercise 1", "t", "", (badge, badge))
    document = Document("en", "t", "", (part, part))
    assert pdf_source(document).count('("method", "differences")') == 2


@pytest.mark.slow
def test_text_can_be_taken_from_the_pages(french: Solution, tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    assert program, "pdftotext of poppler-utils is not installed"
    (tmp_path / "exam.pdf").write_bytes(french.files["exam.pdf"])
    subprocess.run([program, "-layout", "exam.pdf"], cwd=tmp_path, check=True)
    text = (tmp_path / "exam.txt").read_text("utf-8")
    assert 20 <= text.count("\f") <= 75
    for words in ("Réseau à une seule couche", r"28\s*224", r"\(2\.12\)", r"Algorithme 2\.1"):
        assert re.search(words, text), words
