r"""Equations of a design as LaTeX, built from its numbers.

Law: plain amsmath and amssymb; integers as they are, other fractions as \tfrac; user-given axis
names are escaped, x1 becomes x_1.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symnn.separation.network import Network

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{mark: "\\" + mark for mark in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def number_latex(value: Fraction | int) -> str:
    r"""Write a rational number.

    >>> print(number_latex(Fraction(-1, 2)), number_latex(3))
    -\tfrac{1}{2} 3
    """
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{'-' if exact < 0 else ''}\\tfrac{{{abs(exact.numerator)}}}{{{exact.denominator}}}"


def escape_latex(text: str) -> str:
    r"""Escape text for LaTeX.

    >>> print(escape_latex("50%_a"))
    50\%\_a
    """
    return text.translate(_ESCAPES)


def axis_latex(name: str) -> str:
    r"""Typeset an axis name.

    >>> axis_latex("x12"), axis_latex("size")
    ('x_{12}', '\\text{size}')
    """
    if name[:1] == "x" and name[1:].isdecimal():
        return f"x_{{{name[1:]}}}"
    return rf"\text{{{escape_latex(name)}}}"


def linear_latex(weights: Sequence[Fraction], names: Sequence[str], bias: Fraction) -> str:
    r"""Write a linear form.

    >>> print(linear_latex((Fraction(2), Fraction(-1)), ("x_1", "x_2"), Fraction(-1, 2)))
    2 x_1 - x_2 - \tfrac{1}{2}
    """
    parts = [
        (w < 0, name if abs(w) == 1 else f"{number_latex(abs(w))} {name}")
        for w, name in zip(weights, names, strict=True)
        if w
    ]
    parts += [(bias < 0, number_latex(abs(bias)))] if bias or not parts else []
    head = ("-" if parts[0][0] else "") + parts[0][1]
    return head + "".join((" - " if negative else " + ") + text for negative, text in parts[1:])


def matrix_latex(rows: Sequence[Sequence[Fraction | int]]) -> str:
    r"""Write a matrix.

    >>> print(matrix_latex([[1, 2]]))
    \begin{pmatrix} 1 & 2 \end{pmatrix}
    """
    body = r" \\ ".join(" & ".join(number_latex(value) for value in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def indicator_latex(inside: str) -> str:
    r"""Write the indicator of a condition.

    >>> print(indicator_latex("x > 0"))
    \mathbf{1}\left[ x > 0 \right]
    """
    return rf"\mathbf{{1}}\left[ {inside} \right]"


def network_latex(network: Network, axes: Sequence[str]) -> dict[str, object]:
    """Return the equations: each unit, in matrices, and with the biases folded in."""
    names = [axis_latex(axis) for axis in axes]
    hidden = [f"h_{{{k + 1}}}" for k in range(len(network.hidden))]
    units = [
        f"{name} = " + indicator_latex(linear_latex(unit.weights, names, unit.bias) + " > 0")
        for name, unit in zip(hidden, network.hidden, strict=True)
    ]
    score = linear_latex(
        network.output + network.skip, hidden + names[: len(network.skip)], network.bias
    )
    W = matrix_latex([unit.weights for unit in network.hidden])
    b = matrix_latex([[unit.bias] for unit in network.hidden])
    folded = matrix_latex([[*unit.weights, unit.bias] for unit in network.hidden])
    v = matrix_latex([[*network.output, network.bias]])
    return {
        "units": units,
        "half_planes": [
            linear_latex(unit.weights, names, unit.bias) + " > 0" for unit in network.hidden
        ],
        "score": score,
        "hidden": r"\mathbf{h} = " + indicator_latex(rf"{W} \mathbf{{x}} + {b} > 0"),
        "output": r"\hat{y} = " + indicator_latex(f"{score} > 0"),
        "folded_hidden": r"\mathbf{h} = "
        + indicator_latex(rf"{folded} \tilde{{\mathbf{{x}}}} > 0"),
        "folded_output": r"\hat{y} = " + indicator_latex(rf"{v} \tilde{{\mathbf{{h}}}} > 0"),
    }
