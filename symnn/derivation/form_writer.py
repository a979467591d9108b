"""Forms of right sides: terms over indices with letters.

The letters of the output are given; those of sums are the letters of an earlier form first, then
chosen by role. Law: within one form no letter stands for two indices.
"""

from __future__ import annotations

from symnn.core.index import Index
from symnn.core.node import Node, Term
from symnn.core.scalars import Scalar
from symnn.derivation.step_parts import content_out
from symnn.derivation.steps import Form, Prefer
from symnn.notation.letters import Letters
from symnn.notation.sums import summed_in_order


class FormWriter:
    """Writes the forms of one derivation."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters

    def write(
        self, node: Node, letters: list[str], used: set[str], prefer: Prefer | None = None
    ) -> Form:
        """A node as a form: output letters given, letters of its sums chosen."""
        own = tuple(Index(s) for s in node.sizes)
        chosen = dict(zip(own, letters, strict=True))
        terms = content_out(node, own)
        for t in terms:
            self._letter_sums(t, chosen, set(used) | set(letters), prefer or {})
        return Form(own, terms, chosen, node)

    def _letter_sums(
        self, t: Term, chosen: dict[Index, str], used: set[str], prefer: Prefer
    ) -> None:
        """Letters of a term's sums: those of an earlier form first, then by role."""
        offered = {size: list(letters) for size, letters in prefer.items()}
        for index in summed_in_order(t, tuple(chosen)):
            if index in chosen:
                continue
            mine = offered.get(index.size)
            role = "sum" if used or chosen else "output"
            chosen[index] = mine.pop(0) if mine else self.letter(index.size, role, used)

    def letter(self, size: Scalar, role: str, used: set[str]) -> str:
        """A letter that is not in use; it is from now on."""
        letter = self.letters.choose(size, role, used)
        used.add(letter)
        return letter
