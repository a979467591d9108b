"""The command `symnn code`: a network or formula in, the program that trains it out.

The NumPy program is one step of gradient descent (loss, gradients, update), as `sn.compile_step`
makes it; the pseudocode has the derived equations, line by line, in its loops. Law: nothing in
either is typed in.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from symnn.codegen.steps import compile_step
from symnn.core.errors import ShapeError, explain
from symnn.derivation.derivation import Derivation, derive
from symnn.derivation.views import View
from symnn.lang.optimizers import SGD
from symnn.notation import tree as t
from symnn.notation.layout import Style
from symnn.notation.pseudocode import (
    Algorithm,
    Assign,
    Draw,
    For,
    Return,
    Statement,
    algorithm_latex,
    algorithm_text,
)
from symnn.notation.scalars import size_tree
from symnn.report.answers.problem import Problem, add_problem, read_problem
from symnn.text.arguments import rate
from symnn.text.phrases import languages, phrase

TARGETS = ("numpy", "pseudocode", "latex")
_ETA, _EPOCHS, _DATA = t.Sym("eta"), t.Sym("E"), t.Sym("D", font="cal")
_EXAMPLES = """\
examples:
  symnn code net.toml > step.py                      loss, gradients and update in NumPy
  symnn code net.toml --target pseudocode --lang fr  the algorithm
  symnn code "norm2(W*x + b - y)^2" --wrt W,b --lr 0.01
  symnn code net.toml --target latex                 the algorithm in LaTeX
"""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "code",
        description="Print loss, gradients and update as NumPy code, or as an algorithm.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_problem(parser)
    add = parser.add_argument
    add("--target", choices=TARGETS, default="numpy", help="default: numpy")
    add("--lr", type=rate, default=0.1, metavar="RATE", help="learning rate (default: 0.1)")
    add("--lang", choices=languages(), default="en", help="of the algorithm (default: en)")
    add("--json", action="store_true", help="print the source in a JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    problem = read_problem(args)
    if problem.value.ndim:
        raise ShapeError(
            explain(f"the loss {problem.title}", expected="a scalar",
                    found=f"shape [{', '.join(map(str, problem.value.sizes))}]", fix="sum it")
        )  # fmt: skip
    source = _source(args, problem).rstrip()
    print(json.dumps({"target": args.target, "source": source}, ensure_ascii=False)
          if args.json else source)  # fmt: skip
    return 0


def _source(args: argparse.Namespace, problem: Problem) -> str:
    if args.target == "numpy":
        return compile_step(problem.value, problem.wrt, SGD(args.lr)).source
    d = derive(problem.value, wrt=problem.wrt)
    algorithm = descent(d, args.lang)
    style = Style(lang=args.lang)
    if args.target == "latex":
        return algorithm_latex(algorithm, style)
    return algorithm_text(algorithm, style)


def descent(d: Derivation, lang: str) -> Algorithm:
    """Gradient descent in the wanted tensors: forward lines, gradients, updates.

    >>> import numpy as np
    >>> import symnn as sn
    >>> w, x, y = sn.parameter("w", ("n",)), sn.tensor("x", ("n",)), sn.tensor("y", ())
    >>> len(descent(sn.derive((w @ x - y) ** 2), "en").body)
    3
    """
    wanted = [w.call.port for w in d.wrt]
    lines: list[Statement] = [
        _line(v) for v in d.views if v.step.kind in ("forward", "gradient", "sum")
    ]
    for leaf in wanted:
        step = t.Mul((_ETA, d.names.gradient(leaf)))
        lines.append(Assign(d.names(leaf), t.Add((d.names(leaf), t.Neg(step)))))
    data = tuple(d.names(c.port) for c in d.program.inputs if c.port not in wanted)
    inner = For(data, tuple(lines), source=_DATA)
    start: list[Statement] = []
    for leaf in wanted:
        sizes = tuple(map(size_tree, leaf.sizes))
        symbol = d.names(leaf)
        assert isinstance(symbol, t.Sym)
        start.append(Draw(symbol, sizes) if leaf.rank > 1 else Assign(symbol, t.Zeros(sizes)))
    loop = For((t.Index("e"),), (inner,), upper=_EPOCHS)
    title = phrase("algorithm.gradient_descent", lang)
    inputs = (_DATA, t.Relation(">", _ETA, t.Num(0)), _EPOCHS)
    symbols = tuple(d.names(leaf) for leaf in wanted)
    return Algorithm(title[:1].upper() + title[1:], inputs, (*start, loop, Return(symbols)))


def _line(view: View) -> Assign:
    if view.matrix is not None:
        return Assign(view.matrix_left, view.matrix)
    return Assign(view.left, view.components[-1])
