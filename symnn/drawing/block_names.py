"""Short names inside a block that stands for all its copies: Q^(ℓ) for `block_2,attn,Q`.

Each value of the block has one name per copy; what differs between them is the copy's number. Law:
two values of a picture never get the same short name; a superscript that the reader gave, like
z^[2], keeps its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symnn.drawing.repetition import plain
from symnn.notation.traversal import map_children
from symnn.notation.tree import Sym, Tree

LETTER = "ℓ"
_DIGITS = re.compile(r"[0-9]+")
_NUMBERED = re.compile(r"(.*?)([0-9]*)")


@dataclass(frozen=True, slots=True)
class Short:
    """A short name: its symbol without number, the block it belongs to, and the copy."""

    symbol: Sym
    block: int
    copy: int


def short_names(
    families: Sequence[Sequence[Sym]], block: int, taken: set[Sym], deltas: Mapping[Sym, Sym]
) -> dict[Sym, Short]:
    """Names for families, one per value, each with its name in every copy; adds to `taken`.

    `deltas` gives the gradients called δ, by the names of their values.

    >>> W = [Sym("W", sub=f"block{k},attn,Q") for k in (1, 2, 3)]
    >>> {s.symbol.sub for s in short_names([W], 0, set(), {}).values()}
    {'Q'}
    """
    found: dict[Sym, Short] = {}
    for family in sorted(families, key=lambda f: (bool(f[1].accent), len(_candidates(f)))):
        bare = found.get(replace(family[1], accent=""))
        if family[1].accent and bare:  # a hat of a named value stays a hat of it
            symbol, shift = replace(bare.symbol, accent=family[1].accent), bare.copy - 1
        else:
            symbol, shift = next(s for s in _candidates(family) if s not in taken), 0
            taken.add(symbol)
        for copy, name in enumerate(family):
            found[name] = Short(symbol, block, copy + shift)
    for family in families:
        if family[1] in deltas:
            _delta(family, found, taken, deltas)
    return found


def _candidates(family: Sequence[Sym]) -> list[Sym]:
    """From the shortest name to the longest, which is that of the first copy."""
    name, other = family[1], family[2]
    if name.sup != other.sup and name.sub == other.sub:
        return [replace(name, sup=_DIGITS.sub("#", name.sup)), family[0]]
    words = name.roman and len(name.base) > 1
    parts = [_parts(n, words) for n in (name, other)]
    rest = [a for a, b in zip(*parts, strict=False) if a == b]
    sup = name.sup + "(#)"
    if not words:
        ends = [",".join(rest[-n:]) for n in range(1, len(rest) + 1)] or [""]
        short = [replace(name, sub=end, sup=sup) for end in ends]
    else:
        short = [_word(name, rest[-n:], sup) for n in range(1, len(rest) + 1)]
        short = short or [replace(name, sub="", sup=sup)]
    bare = [_DIGITS.sub("", a) if a != b else a for a, b in zip(*parts, strict=False)]
    if words and bare[1:]:
        short.append(_word(name, bare, sup))
    return [*short, replace(family[0], accent=name.accent, sup=family[0].sup + "(#)"), family[0]]


def _parts(name: Sym, words: bool) -> list[str]:
    """`block_1,attn,Q` as block1, attn, Q; of W only the subscript."""
    parts = name.sub.split(",") if name.sub else []
    if words:
        return [name.base + parts[0], *parts[1:]] if parts else [name.base]
    return parts


def _word(name: Sym, parts: Sequence[str], sup: str) -> Sym:
    """`linear1` as a word with its number, `Q` as a letter."""
    match = _NUMBERED.fullmatch(parts[0])
    assert match is not None
    base, digits = match[1], match[2]
    sub = ",".join([*([digits] if digits else []), *parts[1:]])
    return replace(name, base=base, sub=sub, sup=sup, roman=len(base) > 1)


def _delta(
    family: Sequence[Sym], found: dict[Sym, Short], taken: set[Sym], deltas: Mapping[Sym, Sym]
) -> None:
    """δ follows the name of its value."""
    symbol = found[family[1]].symbol
    letter = len(symbol.base) == 1 and not symbol.roman
    subs = [symbol.sub] if letter else []
    subs += [symbol.base + symbol.sub, symbol.base + "," + symbol.sub, family[0].sub]
    choices = (Sym("delta", sub=sub, sup=symbol.sup) for sub in subs)
    new = next((s for s in choices if s not in taken), None)
    if new is not None:
        taken.add(new)
        for name in family:
            if name in deltas:
                found[deltas[name]] = replace(found[name], symbol=new)


def renamed(tree: Tree, names: Mapping[Sym, Short], inside: int | None) -> Tree:
    """A tree with short names, as read inside of a block (the second copy is ℓ) or outside."""
    if not isinstance(tree, Sym):
        return map_children(tree, lambda x: renamed(x, names, inside))
    short = names.get(plain(tree))  # type: ignore[arg-type]
    if short is None:
        return tree
    number = str(short.copy + 1)
    if short.block == inside:
        number = LETTER + {0: "", -1: "-1", 1: "+1"}.get(short.copy - 1, f"{short.copy - 1:+d}")
    return replace(short.symbol, sup=short.symbol.sup.replace("#", number), bold=tree.bold)
