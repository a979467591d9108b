r"""A canvas as TikZ, for documents that set their figures themselves.

Plain TikZ without libraries; one unit is a pixel, formulas are LaTeX from the same trees. Law: only
`\usepackage{tikz}` with amsmath, amssymb and bm is needed, and names are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnn.drawing.canvas import LIGHT, Canvas, number
from symnn.notation.latex import escape

_ANCHOR = {"start": "base west", "middle": "base", "end": "base east"}


def to_tikz(canvas: Canvas, latex: Mapping[str, str]) -> str:
    """The picture as a `tikzpicture`; `latex` gives the LaTeX of each Typst source."""
    used = [f"\\definecolor{{symnn-{k}}}{{HTML}}{{{v[1:].upper()}}}" for k, v in LIGHT.items()]
    lines = [_line(operation, latex) for operation in canvas.operations]
    begin = "\\begin{tikzpicture}[x=0.5pt,y=-0.5pt,line width=0.7pt]"
    return "\n".join([*used, begin, *lines, "\\end{tikzpicture}", ""])


def _line(operation: tuple[Any, ...], latex: Mapping[str, str]) -> str:
    match operation:
        case ("rectangle", box, tone, fill, corner, dash):
            dashed = ",dashed" if dash else ""
            filled = f",fill=symnn-{fill}" if fill != "none" else ""
            line = "draw=none" if tone == "none" else f"draw=symnn-{tone}"
            return (
                f"\\path[{line}{filled}{dashed},rounded corners={number(corner / 2)}pt] "
                f"({number(box.x)},{number(box.y)}) rectangle "
                f"({number(box.right)},{number(box.bottom)});"
            )
        case ("path", points, tone, curve, dash, arrow):
            options = f"symnn-{tone}" + (",dashed" if dash else "") + (",-latex" if arrow else "")
            places = [f"({number(x)},{number(y)})" for x, y in points]
            if not curve:
                return f"\\draw[{options}] " + " -- ".join(places) + ";"
            text = places[0]
            for k in range(1, len(places), 3):
                a, b, c = places[k : k + 3]
                text += f" .. controls {a} and {b} .. {c}"
            return f"\\draw[{options}] {text};"
        case ("shade", box, tone, share):
            return (
                f"\\fill[symnn-{tone},opacity={number(share)}] ({number(box.x)},{number(box.y)}) "
                f"rectangle ({number(box.right)},{number(box.bottom)});"
            )
        case ("area", points, tone):
            outline = " -- ".join(f"({number(x)},{number(y)})" for x, y in points)
            return f"\\fill[symnn-{tone}] {outline} -- cycle;"
        case ("formula", source, x, y, tone, size):
            node = f"${latex.get(source, '?')}$"
            return _node(node, x, y, tone, size, "base")
        case ("text", words, x, y, tone, size, anchor, bold):
            shown = escape(words).replace("\u202f", r"\,").replace("\u00a0", "~")
            node = f"\\textbf{{{shown}}}" if bold else shown
            return _node(f"\\textsf{{{node}}}", x, y, tone, size, _ANCHOR[anchor])
    raise AssertionError(operation[0])


def _node(text: str, x: float, y: float, tone: str, size: float, anchor: str) -> str:
    points = number(size / 2)
    return (
        f"\\node[anchor={anchor},inner sep=0,text=symnn-{tone},font=\\fontsize{{{points}}}"
        f"{{{number(size * 0.6)}}}\\selectfont] at ({number(x)},{number(y)}) {{{text}}};"
    )
