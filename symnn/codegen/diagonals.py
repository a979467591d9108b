"""Terms that live on a diagonal of the result: `[i = j]` between two output indices.

Such a term is computed over one of the two and added through a strided view of the diagonal, so
`I ⊗ B` costs what B costs and the zeros are made once. Law: equal to the term with its bracket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.calculus.instances import substitute_factor
from symnn.codegen.code import ATOM, Code, call, negated, subscript
from symnn.codegen.writer import Writer
from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Term

LOWEST_RANK = 3
_LETTERS = "ijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Diagonal:
    """A term over the first index of each pair, and the pairs of equal output indices."""

    term: Term
    equal: dict[Index, Index]

    def labels(self, out: Sequence[Index]) -> tuple[Index, ...]:
        """The output indices that are left."""
        return tuple(i for i in out if i not in self.equal)

    def view(self, array: str, out: Sequence[Index]) -> Code:
        """The writable diagonal of an array over `out`."""
        letter = {i: _LETTERS[k] for k, i in enumerate(self.labels(out))}
        inside = "".join(letter[self.equal.get(i, i)] for i in out)
        return call("np.einsum", f'"{inside}->{"".join(letter.values())}"', array)


def diagonal_of(term: Term, out: Sequence[Index]) -> Diagonal | None:
    """The term as a diagonal, if it has a bracket that says that two output indices are equal."""
    equal: dict[Index, Index] = {}
    rest = []
    for f in term.factors:
        pair = _pair(f.pos[0], out) if f.node is EQ else None
        if pair is None or pair[1] in equal or pair[0] in equal:
            rest.append(f)
        else:
            equal[pair[1]] = pair[0]
    if not equal or len(out) < LOWEST_RANK:  # np.diag(v) and np.eye(n) say it better
        return None
    mapping = {b: a.pos for b, a in equal.items()}
    return Diagonal(
        Term(term.coef, term.bound, tuple(substitute_factor(f, mapping) for f in rest)), equal
    )


def _pair(p: Affine, out: Sequence[Index]) -> tuple[Index, Index] | None:
    """(a, b) with `[p = 0]` the same as `[a = b]`, in the order of the output."""
    inside = [i for i in out if i in p.indices()]
    if len(p.terms) != 2 or len(inside) != 2 or p.const != 0:
        return None
    (_, c), (_, d) = p.terms
    same_size = inside[0].size == inside[1].size
    return (inside[0], inside[1]) if same_size and c in (1, -1) and c == -d else None


def fresh(writer: Writer, code: Code, *, whole: bool) -> Code:
    """A float array that nothing else holds: results of operators are, others are copied.

    `whole`: integers are read, so the result may be of integers.
    """
    if code.level != ATOM and not whole:
        return code
    return call("np.array", code, writer.array_type().removeprefix(", ") or "dtype=float")


def written(
    writer: Writer,
    start: Code,
    parts: Sequence[tuple[bool, Diagonal, Code]],
    out: Sequence[Index],
    *,
    empty: bool,
) -> Code:
    """A variable that starts as an array, with (is subtracted, diagonal, values) added to it."""
    name = writer.name("out")
    lines = [f"{name} = {start}"]
    for k, (minus, diagonal, value) in enumerate(parts):
        at = subscript(diagonal.view(name, out), ["..."])
        text = negated(value) if minus and empty and not k else value
        lines.append(f"{at} {'' if empty and not k else '-' if minus else '+'}= {text}")
    writer.statements(lines)
    return Code(name)
