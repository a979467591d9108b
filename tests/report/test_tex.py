"""The LaTeX of a sheet: words never become commands, and two engines set it without an error."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symnn.report.printing.document import Document, Formula
from symnn.report.printing.figure_files import figure_files, figures_of
from symnn.report.printing.html import to_html
from symnn.report.printing.pdf_blocks import anchors_of
from symnn.report.printing.tex import to_tex
from symnn.report.printing.tex_formulas import groups
from symnn.report.solution import Solution
from symnn.text.tex import tex_code, tex_text
from tests.report.documents import HOSTILE, every_block

ENGINES = ("pdflatex", "xelatex")
_WIDE = 12.0  # points; what is wider is seen


def compiled(document: Document, folder: Path, engine: str) -> str:
    """Compile twice and return the log; the test fails where the engine does."""
    program = shutil.which(engine)
    assert program, f"{engine} is not installed"
    (folder / "exam.tex").write_text(to_tex(document), encoding="utf-8")
    for name, data in figure_files(document).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    for _ in range(2):
        run = subprocess.run([*command, "exam.tex"], cwd=folder, capture_output=True, check=False)
        log = run.stdout.decode("utf-8", "replace")
        assert run.returncode == 0, log[-1500:]
    return log


def too_wide(log: str) -> list[str]:
    """The lines that reach out of their column by more than can be overlooked."""
    found = re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)[^\n]*", log)
    return [width for width in found if float(width) > _WIDE]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_command(text: str) -> None:
    source = to_tex(every_block(text))
    body = source[source.index(r"\begin{document}") :]
    assert body.count(r"\end{document}") == 1
    for command in (r"\input{/", r"\write18", r"\def\x"):
        assert command not in body
    assert body.count("{") - body.count(r"\{") == body.count("}") - body.count(r"\}")


@pytest.mark.parametrize(("text", "wanted"), [
    ("a_b & 50 % $x$ #1 {y} ~ ^", r"a\_b \& 50 \% \$x\$ \#1 \{y\} \textasciitilde{} "
                                 r"\textasciicircum{}"),
    ("8·10⁻¹⁰", r"8\textperiodcentered{}10$^{-10}$"),
    ("28\u202f224\u00a0: h₁", r"28\,224~: h$_{1}$"),
    ("x̃ ŷ β ≤ ✓", r"\~{x} ŷ $\beta$ $\leq$ $\checkmark$"),
    ("漢", r"\texttt{[U+6F22]}"),
    ("§\u00a05.1", r"\S{}~5.1"),
    ("a\x07\u200b", "a"),
    ("--- '' ,,", "-{}-{}- '{}' ,{},"),
])  # fmt: skip
def test_characters_that_the_fonts_lack_are_written_otherwise(text: str, wanted: str) -> None:
    assert tex_text(text) == wanted


def test_programs_keep_their_spaces() -> None:
    assert tex_code("    return a @ b") == r"\ \ \ \ return\ a\ @\ b"


@pytest.mark.parametrize(("latex", "rows"), [
    ("y = a + b", r"y &= a + b"),
    ("a + b", "&a + b"),
    (r"f(a = 1) = \left( b = 2 \right)", r"f(a = 1) &= \left( b = 2 \right)"),
    ("a = b = c", r"a &= b \\ &= c"),
    (r"\begin{pmatrix} a = 1 & 2 \\ 3 & 4 \end{pmatrix} = x",
     r"\begin{pmatrix} a = 1 & 2 \\ 3 & 4 \end{pmatrix} &= x"),
    ("[0, 1) = x", "[0, 1) &= x"),
    ("(0 = x", "&(0 = x"),
])  # fmt: skip
def test_formulas_are_cut_at_their_top_level_only(latex: str, rows: str) -> None:
    assert groups(Formula((), latex, "")).startswith(f"{{{latex}}}{{{rows}}}{{")


def test_equations_have_the_numbers_of_the_page(french: Solution) -> None:
    page = re.findall(r'class="num">\((\d[\w.]*)\)<', to_html(french.document))
    source = to_tex(french.document)
    printed = re.findall(r"^\\stepline\{[^{}]+\}\{\((\d[\w.]*)\)\}", source, re.MULTILINE)
    steps = set(re.findall(r'class="step[^"]*" id="([^"]+)"', to_html(french.document)))
    assert len(steps) == source.count("\n\\stepline{") + source.count("{\\footnotesize \\stepline{")
    assert len(page) > 100
    assert set(printed) < set(page)


def test_every_link_has_its_target(french: Solution) -> None:
    source = to_tex(french.document)
    targets = set(re.findall(r"\\hypertarget\{([^}]+)\}", source))
    targets |= set(re.findall(
        r"\\(?:stepline|answer|longanswer|algorithmhead)\{([^}]+)\}", source))  # fmt: skip
    assert set(re.findall(r"\\hyperlink\{([^}]+)\}", source)) <= targets
    assert anchors_of(french.document) <= targets


def test_drawings_are_tikz_and_every_file_that_it_reads_is_there(french: Solution) -> None:
    source = to_tex(french.document)
    read = re.findall(r"\\(printedfigure|drawing|input|includegraphics)\{([^#}]+)\}", source)
    assert {name for _, name in read} <= set(french.files)
    figures = list(figures_of(french.document))
    drawn = {f"figures/{f.anchor}.tikz" for f in figures if f.tikz}
    assert drawn == {name for kind, name in read if kind == "drawing"}
    assert len(drawn) >= 2
    assert {f"{name[:-5]}.{end}" for name in drawn for end in ("svg", "pdf")} <= set(french.files)


def test_every_character_of_the_exam_has_a_letter(french: Solution, english: Solution) -> None:
    for document in (french.document, english.document):
        assert re.findall(r"\[U\+[0-9A-F]+\]", to_tex(document)) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_compile(text: str, engine: str, tmp_path: Path) -> None:
    compiled(every_block(text, "fr"), tmp_path, engine)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_sheet_compiles(
    lang: str, engine: str, french: Solution, english: Solution, tmp_path: Path
) -> None:
    document = {"fr": french, "en": english}[lang].document
    log = compiled(document, tmp_path, engine)
    assert too_wide(log) == []
    assert "Missing character" not in log
    assert "undefined" not in log
