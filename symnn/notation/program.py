"""An algorithm as a NumPy function that runs.

Law: the program takes the symbols of the inputs, in order, and does line by line what the printed
algorithm says. Index letters of loops count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.notation import pseudocode as p
from symnn.notation import tree as t
from symnn.notation.numpy_names import HELPERS, identifiers
from symnn.notation.numpy_source import to_numpy_expression
from symnn.notation.text import to_text
from symnn.notation.tree import Tree


@dataclass(frozen=True, slots=True)
class _Context:
    names: Mapping[t.Sym, str]
    ranks: Mapping[t.Sym, int]

    def source(self, tree: Tree) -> str:
        return to_numpy_expression(tree, self.ranks)

    def target(self, tree: Tree) -> str:
        if isinstance(tree, t.Sym):
            return self.names[tree]
        if isinstance(tree, t.Index | t.Entry | t.Grad):
            return self.source(tree)
        raise UnsupportedError(f"nothing can be assigned to {to_text(tree)}")


def to_program(
    algorithm: p.Algorithm,
    name: str,
    ranks: Mapping[t.Sym, int],
    inputs: tuple[t.Sym, ...],
) -> str:
    """Return the source of a Python function.

    Args:
        algorithm: the algorithm.
        name: the function's name, an identifier.
        ranks: the rank of every symbol; also orders them, so that names do not clash.
        inputs: the arguments. `rng` is added where random numbers are drawn.

    Returns:
        Source that starts with `import numpy as np` and the helpers that it uses.

    Raises:
        UnknownNameError: the name is no identifier.
        UnsupportedError: a form without NumPy source.
    """
    if not name.isidentifier():
        raise UnknownNameError(f"{name!r} is no Python identifier")
    context = _Context(identifiers(ranks), ranks)
    body = [line for s in algorithm.body for line in _lines(s, 1, context)]
    arguments = [context.names[s] for s in inputs]
    if any("rng." in line for line in body):
        arguments.append("rng")
    text = "\n".join([f"def {name}({', '.join(arguments)}):", *body])
    helpers = [HELPERS[h] for h in HELPERS if f"{h}(" in text]
    return "\n\n\n".join(["import numpy as np", *helpers, text]) + "\n"


def _lines(statement: p.Statement, depth: int, context: _Context) -> Iterator[str]:
    indent = "    " * depth
    match statement:
        case p.Assign(target, value):
            yield f"{indent}{context.target(target)} = {context.source(value)}"
        case p.Draw(target, sizes):
            shape = "".join(context.source(s) + ", " for s in sizes).rstrip()
            shape = shape if len(sizes) == 1 else shape.rstrip(",")
            yield f"{indent}{context.target(target)} = 0.1 * rng.standard_normal(({shape}))"
        case p.For(variables, body, upper, source):
            names = ", ".join(context.target(v) for v in variables)
            over = f"range({context.source(upper)})" if upper is not None else ""
            if source is not None:
                over = context.target(source)
            yield f"{indent}for {names} in {over}:"
            yield from _block(body, depth + 1, context)
        case p.Repeat(body, until):
            yield f"{indent}while True:"
            yield from _block(body, depth + 1, context)
            yield f"{indent}    if {_condition(until, context)}:"
            yield f"{indent}        break"
        case p.If(condition, body, otherwise):
            yield f"{indent}if {_condition(condition, context)}:"
            yield from _block(body, depth + 1, context)
            if otherwise:
                yield f"{indent}else:"
                yield from _block(otherwise, depth + 1, context)
        case p.Comment(text):
            yield f"{indent}# {' '.join(text.split())}"
        case p.Return(items):
            yield f"{indent}return {', '.join(context.source(i) for i in items)}"


def _block(body: tuple[p.Statement, ...], depth: int, context: _Context) -> Iterator[str]:
    if all(isinstance(s, p.Comment) for s in body):
        yield "    " * depth + "pass"
    for statement in body:
        yield from _lines(statement, depth, context)


def _condition(tree: Tree, context: _Context) -> str:
    text = context.source(t.Iverson(tree))
    return text.removeprefix("(").removesuffix(") * 1.0")
