"""The NumPy program of exercise 5's forward pass, and the function that runs it.

Law: a program is the algorithm's own tree, or where a softmax has a mask, which no matrix product
can say, what the compiler makes of the same equations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnn.codegen.compiled import compile
from symnn.notation import tree as t
from symnn.notation.pseudocode import Algorithm
from symnn.report.answers.generated import program
from symnn.report.attention.page import Page, Values

_PARAMETERS = ("W_Q", "W_K", "W_V", "W_1", "b_1")
Runner = Callable[[Values], Any]


def written_program(
    page: Page, algorithm: Algorithm, ranks: dict[t.Sym, int]
) -> tuple[str, Runner]:
    """The program of the algorithm's own tree."""
    sizes = [s for n in ("X", "Q") for s in page.sizes_of(n) if isinstance(s, t.Sym)]
    needed = [s for s in dict.fromkeys(sizes) if s != page.sizes_of("X")[1]]
    symbols = tuple(x for x in (*algorithm.inputs, *needed) if isinstance(x, t.Sym))
    made = program(algorithm, "attention_layer", ranks, symbols)

    def run(values: Values) -> Any:
        tokens, keys = len(values["X"]), values["W_Q"].shape[1]
        arguments = [values[n] for n in ("X", *_PARAMETERS)]
        return made.run(
            *arguments, *(tokens if s == page.sizes_of("X")[0] else keys for s in needed)
        )

    return made.source, run


def compiled_program(
    page: Page, algorithm: Algorithm, ranks: dict[t.Sym, int]
) -> tuple[str, Runner]:
    """The compiler's program: a mask is a domain of the softmax, which no matrix product has."""
    made = compile([page.net.values["H"]])
    names = ("X", *(n for n in page.net.parameters if n in _PARAMETERS))
    return made.source, lambda values: made(**{n: values[n] for n in names})[0]
