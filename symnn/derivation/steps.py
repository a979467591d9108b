"""Steps: the worked solution, generated from the program and its cotangents.

Order: forward equations; then back from the loss, a parameter right after the value that uses it.
A gradient step is a chain of equal forms: the chain rule in symbols, the sum with its brackets, the
result, the result with facts. Levels: answers; main steps; every step. Only words are typed in;
every formula is printed from the nodes (`StepForms`), which is also what the checks evaluate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.core.index import Index
from symnn.core.node import Leaf, Node, Term
from symnn.core.scalars import Scalar

ANSWER, MAIN, DETAIL = "answer", "main", "detail"
Prefer = dict[Scalar, list[str]]


@dataclass(eq=False)
class Form:
    """One form of a right side: terms over indices with letters (raw: not in normal form)."""

    indices: tuple[Index, ...]
    terms: tuple[Term, ...]
    letters: dict[Index, str]
    node: Node | None = None


@dataclass(eq=False)
class Step:
    """One line of the solution.

    Attributes:
        kind: "forward", "local", "gradient", "path", "sum", "answer" or "structured".
        level: "answer", "main" or "detail".
        subject: the leaf whose value, derivative or gradient it gives; `user` the reader u of v.
        forms: equal right sides in index notation, raw first.
        symbolic: for gradients, whether the chain rule in symbols precedes the forms.
        value: the right side as a node over names: what the matrix form prints.
        local: the local derivative; of a structured step, the ambient gradient.
        rule, reasons: phrase keys, reasons with their values (trees or texts).
        refs: earlier steps that it uses.
        facts: facts it needed, as (node, fact); `nonzero`: values that must not be 0.
        letters: letters of the subject's axes, and of the user's.
        number: its number among the main steps ("7"), detail steps with a letter ("7a").
    """

    kind: str
    level: str
    subject: Leaf
    forms: list[Form]
    value: Node
    rule: str
    user: Leaf | None = None
    reasons: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    refs: list[Step] = field(default_factory=list)
    facts: list[tuple[Node, str]] = field(default_factory=list)
    nonzero: list[Node] = field(default_factory=list)
    subject_letters: tuple[str, ...] = ()
    user_letters: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    put_in: bool = False
    local: Node | None = None
    number: str = ""


def number_steps(steps: list[Step]) -> None:
    """Main steps count; a detail takes the next main step's number and a letter."""
    count = 0
    waiting: list[Step] = []
    for s in steps:
        if s.level == DETAIL:
            waiting.append(s)
            continue
        count += 1
        s.number = str(count)
        for k, detail in enumerate(waiting):
            detail.number = f"{count}{chr(ord('a') + k % 26)}"
        waiting = []
    for k, detail in enumerate(waiting):
        detail.number = f"{count + 1}{chr(ord('a') + k % 26)}"
