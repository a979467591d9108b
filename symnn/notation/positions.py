"""Where a printed letter counts from 0 and where from 1.

Inside a tree every index letter runs 0, 1, ..., upper - 1 and positions are 0-based. In print a
letter that only stands alone in positions (`W_{kl}`), or is compared with another such letter
(`[i = k]`), runs 1..n, as in a textbook: nothing else changes. A letter inside an affine position
(`x_{s i + u - p}`), compared with a number, or used as a number, runs 0..n-1, printed so
(`Σ_{u=0}^{k-1}`); so do the letters and numbers on the same axis of the same tensor, and the
letters compared with it. A letter t beside ±1 is the step beside that of a recurrence: it runs
1..T (`h_{t-1}`, which is `h_0` at the first step), also beside a size (`[t = T]`, the last one).
A lone number on an axis counted from 1 prints one higher (`x_1` is the
first entry). Data in a position (`p_y`, `E_{t_b}`) prints as it is.

Law: the printed formula is true as read, and the parser recovers the tree: the two sets below do
not depend on the numbers that shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symnn.notation.traversal import children, map_children, walk
from symnn.notation.tree import (
    Add,
    BigOp,
    Colon,
    Entry,
    ForEach,
    Index,
    Iverson,
    Neg,
    Num,
    Relation,
    Sym,
    Tree,
)

Axis = tuple[Tree, int]


@dataclass(frozen=True, slots=True)
class Bases:
    """The letters and the axes (a tensor and its axis number) that count from 0 in print."""

    letters: frozenset[str] = frozenset()
    axes: frozenset[Axis] = frozenset()

    def first(self, letter: str) -> int:
        """Return the first printed value of a letter: 0 or 1."""
        return 0 if letter in self.letters else 1


@dataclass(slots=True)
class _Findings:
    zero: set[str | Axis] = field(default_factory=set)
    links: list[tuple[str | Axis, str | Axis]] = field(default_factory=list)


def bases(tree: Tree) -> Bases:
    """Find what counts from 0 in a whole formula.

    >>> x, i, u = Sym("x"), Index("i"), Index("u")
    >>> sorted(bases(Entry(x, (Add((i, u)),))).letters)
    ['i', 'u']
    """
    found = _Findings()
    _visit(tree, found)
    zero = set(found.zero)
    growing = True
    while growing:
        reached = {b for pair in found.links for a, b in (pair, pair[::-1]) if a in zero}
        growing = not reached <= zero
        zero |= reached
    letters = frozenset(z for z in zero if isinstance(z, str))
    return Bases(letters, frozenset(z for z in zero if isinstance(z, tuple)))


def shifted(tree: Tree, by: int) -> Tree:
    """Add a number to a size or bound: n - 1 for n, 3 for 2.

    >>> shifted(shifted(Sym("n"), -1), 1)
    Sym(base='n', accent='', sub='', sup='', bold=False, roman=False, font='')
    """
    terms = tree.terms if isinstance(tree, Add) else (tree,)
    rest = [t for t in terms if _number(t) is None]
    total = by + sum(n for t in terms if (n := _number(t)) is not None)
    if not rest:
        return Num(total) if total >= 0 else Neg(Num(-total))
    if total:
        rest.append(Num(total) if total > 0 else Neg(Num(-total)))
    return rest[0] if len(rest) == 1 else Add(tuple(rest))


def steps_shifted(tree: Tree, found: Bases, by: int) -> Tree:
    """Add a number to what the step of a recurrence is compared with: `[t = T]` is the last one."""
    match tree:
        case Iverson(Relation(rel, Index(letter) as left, right)) if _is_step(letter, right):
            if letter not in found.letters:
                return Iverson(Relation(rel, left, shifted(right, by)))
    return map_children(tree, lambda child: steps_shifted(child, found, by))


def _is_time(letter: str) -> bool:
    return letter.rstrip("'′") == "t"


def _is_step(letter: str, right: Tree) -> bool:
    """Whether a letter for steps is compared with a number or a size."""
    data = any(isinstance(x, (Index, Entry)) for x in walk(right))
    return _is_time(letter) and not data


def letters_of(position: Tree) -> Iterator[str]:
    """Yield the index letters of a position, leaving out those of data inside (`E_{t_b}`)."""
    if isinstance(position, Index):
        yield position.letter
    elif not isinstance(position, Entry):
        for child in children(position):
            yield from letters_of(child)


def _number(tree: Tree) -> int | None:
    match tree:
        case Num(value) if isinstance(value, int):
            return value
        case Neg(Num(value)) if isinstance(value, int):
            return -value
    return None


def _visit(tree: Tree, found: _Findings) -> None:
    match tree:
        case Index(letter):
            found.zero.add(letter)  # used as a number
        case Entry(base, positions):
            _visit(base, found)
            for axis, position in enumerate(positions):
                _visit_position((base, axis), position, found)
        case Iverson(Relation(_, Index(letter), right)) if _is_step(letter, right):
            _visit(right, found)
        case Relation(rel, left, right):
            _visit_relation(rel, left, right, found)
        case BigOp(_, body, indices, condition):
            parts = [body, *(u for _, u in indices if u), *([condition] if condition else [])]
            for part in parts:
                _visit(part, found)
        case ForEach(body, _, _):
            _visit(body, found)
        case _:
            for child in children(tree):
                _visit(child, found)


def _visit_position(axis: Axis, position: Tree, found: _Findings) -> None:
    match position:
        case Index(letter):
            found.links.append((letter, axis))
        case Num() | Sym() | Colon() | Neg(Num(1)):
            pass  # -1: before the first step of a recurrence, printed 0
        case Entry():
            _visit(position, found)
        case Add((Index(letter), Num(1) | Neg(Num(1)))) if _is_time(letter):
            found.links.append((letter, axis))
        case _:
            found.zero.add(axis)
            found.zero.update(letters_of(position))
            for child in children(position):
                _visit(child, found)


def _visit_relation(rel: str, left: Tree, right: Tree, found: _Findings) -> None:
    match left, right:
        case Index(a), Index(b):
            found.links.append((a, b))
        case (Index(), Entry() as data) | (Entry() as data, Index()):
            _visit(data, found)
        case (Index(), Sym()) | (Sym(), Index()) if rel in ("=", "!="):
            pass  # a label: counted as the letter is
        case _:
            _visit(left, found)
            _visit(right, found)
