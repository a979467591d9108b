"""A sheet solved: every exercise answered by the module of its kind, then page and files.

Law: nothing is printed that was not computed here, and a failed check is never hidden: it is in
`failures`, red on the page, and the command ends with 1. Solvers by kind: see `running`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from symnn.report.answers.evidence import evidence_data, evidence_part
from symnn.report.answers.solved import Solved
from symnn.report.cache import Cache, key_of_document
from symnn.report.encoding import decoded_files, encoded_files
from symnn.report.exam.fields import ALWAYS
from symnn.report.exam.sheet import Exercise, Sheet, said
from symnn.report.printing.document import Document, Note, Paragraph, Part, Statement
from symnn.report.printing.html import to_html
from symnn.report.printing.markup import paragraphs, runs
from symnn.report.printing.printed import printed_documents
from symnn.report.running import Run, Told, solve_all
from symnn.report.words import Words

_PAGE_WORDS = {
    "skip": "report.skip", "contents": "label.contents", "symbol": "label.symbol",
    "shape": "label.shape", "role": "label.role", "verified": "label.verified_short",
    "how": "report.how", "copy": "label.copy", "copied": "report.copied",
    "depth_answers": "label.result", "depth_steps": "label.main_steps",
    "depth_all": "label.all_steps",
}  # fmt: skip


@dataclass
class Solution:
    """A whole sheet solved.

    Attributes:
        answers: plain data, as in answers.json.
        files: all files of the folder by name.
        failures: failed checks, one line each.
        summary: lines for the terminal.
        document: the page before it was written.
    """

    answers: dict[str, Any]
    files: dict[str, str | bytes]
    failures: list[str]
    summary: list[str]
    document: Document

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return not self.failures


def solve_sheet(
    sheet: Sheet, lang: str, *, seed: int = 0, jobs: int = 1, cache: Cache | None = None,
    told: Told = lambda _news: None,
) -> Solution:  # fmt: skip
    """Answer every exercise of a sheet.

    Args:
        sheet: from `load_sheet`.
        lang: a language.
        seed: of the draws and of the training data.
        jobs: processes that work at the same time; the result is the same.
        cache: where solved exercises are kept between runs.
        told: hears of each exercise in turn.
    """
    words = Words(lang)
    found = solve_all(sheet.exercises, Run(lang, seed, jobs, cache, told))
    solved = list(zip(sheet.exercises, found, strict=True))
    files: dict[str, str | bytes] = {}
    for s in found:
        files.update(s.files)
    parts = [_part(exercise, s, words) for exercise, s in solved]
    failures = [f for s in found for f in s.failures]
    evidence = evidence_part(parts, failures, words)
    page = Document(
        lang, said(sheet.title, lang), said(sheet.subtitle, lang) if sheet.subtitle else "",
        (*parts, evidence),
        {name: words.text(key) for name, key in _PAGE_WORDS.items()},
    )  # fmt: skip
    files.update(_written(page, cache))
    names = sorted([*files, "answers.json"])
    answers = _answers(sheet, lang, seed, solved, names)
    for row, part in zip(answers["exercises"], parts, strict=True):
        row["evidence"] = evidence_data(part, words)
    files["answers.json"] = json.dumps(answers, ensure_ascii=False, indent=1) + "\n"
    return Solution(answers, files, failures, [x for s in found for x in s.summary], page)


def _written(page: Document, cache: Cache | None) -> dict[str, str | bytes]:
    """The page and its printed forms, or those kept for the very same document."""
    key = key_of_document(page)
    kept = cache.find(key) if cache else None
    if kept is not None:
        return decoded_files(kept)
    files = {"index.html": to_html(page), **printed_documents(page)}
    if cache:
        cache.store(key, encoded_files(files))
    return files


def _answers(
    sheet: Sheet, lang: str, seed: int, solved: list[tuple[Exercise, Solved]], names: list[str]
) -> dict[str, Any]:  # fmt: skip
    rows = [
        {
            "number": exercise.number,
            "title": said(exercise.title, lang),
            "kind": exercise.kind,
            "status": "answered",
            **found.answers,
        }
        for exercise, found in solved
    ]
    passed = all(not found.failures for _, found in solved)
    return {
        "program": "symnn",
        "sheet": sheet.name,
        "title": said(sheet.title, lang),
        "lang": lang,
        "seed": seed,
        "passed": passed,
        "exercises": rows,
        "files": names,
    }


def _part(exercise: Exercise, found: Solved, words: Words) -> Part:
    lang = words.lang
    marks = (
        words.text("label.points", n=f"{exercise.marks:g}") if exercise.marks is not None else ""
    )
    return Part(
        f"ex{exercise.number}", str(exercise.number),
        words.text("label.exercise", n=exercise.number), said(exercise.title, lang), marks,
        (_statement(exercise, words), *found.head), found.sections,
    )  # fmt: skip


def _statement(exercise: Exercise, words: Words) -> Any:
    lang = words.lang
    blocks: list[Paragraph] = list(paragraphs(said(exercise.statement, lang)))
    for q in exercise.questions:
        blocks += paragraphs(said(q.text, lang), lead=f"{q.number}.")
    notes = tuple(
        Note(words.title("label.assumption") + ".", runs(said(a, lang)))
        for a in exercise.assumptions
    )
    quoted = lang if exercise.statement.get(lang) else ALWAYS
    return Statement(words.text("label.statement"), tuple(blocks), notes, quoted)
