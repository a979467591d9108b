"""Names of leaves where the caller gives none: the declared symbol, else the identifier.

A name that cannot be read as a symbol still prints, as an upright word. Law: never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symnn.core.errors import SymnnError
from symnn.core.node import Leaf
from symnn.notation.tree import Sym, Tree
from symnn.text.symbols import parse_symbol, symbol_from_identifier

Names = Callable[[Leaf], Tree]


def default_name(leaf: Leaf) -> Tree:
    """The symbol of a leaf: from its call's LaTeX, else from its name.

    >>> default_name(Leaf("y_hat", (3,))).accent
    'hat'
    """
    latex = getattr(leaf.tag, "symbol", None)
    try:
        return parse_symbol(latex) if latex else symbol_from_identifier(leaf.name)
    except SymnnError:
        word = re.sub(r"[^A-Za-z0-9]", "", leaf.name) or "x"
        return Sym(word if word[0].isalpha() else "x" + word, roman=True)
