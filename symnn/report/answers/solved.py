"""What the solver of one exercise hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symnn.report.printing.document import Block, Section


@dataclass
class Solved:
    """One exercise answered.

    Attributes:
        head: blocks before the first section.
        sections: the answers.
        answers: plain data for answers.json.
        files: further files of the folder.
        failures: failed checks, one line each.
        summary: lines for the terminal.
    """

    head: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
