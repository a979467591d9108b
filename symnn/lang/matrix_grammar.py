"""Text input in the grammar of matrixcalculus.org: `sn.parse("norm2(W*x + b - y)^2", W="m n")`.

The text is parsed by `matrix_tree`, given shapes by `matrix_shapes`, and built here out of the
face's own operations, so that what is typed and what is written in NumPy are the same equations.
Law: `parse(text)` evaluates to what the text says, at any sizes. Extend: a line in `_FUNCTIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symnn.core.errors import ParseError, ShapeError
from symnn.lang import linalg, reductions
from symnn.lang.arithmetic import (
    add,
    apply,
    divide,
    maximum,
    minimum,
    multiply,
    negative,
    power_,
    subtract,
)
from symnn.lang.assembly import diag, trace
from symnn.lang.contraction import matmul, outer
from symnn.lang.creation import eye, full
from symnn.lang.functions import gelu, silu
from symnn.lang.matrix_functions import ENTRYWISE
from symnn.lang.matrix_shapes import ONE, Shapes, infer, is_scalar, names_of
from symnn.lang.matrix_tree import Declaration, Source, Tree, fail, parse_source
from symnn.lang.shaping import expand_dims
from symnn.lang.tensor import Tensor, named, parameter, tensor

_SIZES = re.compile(r"[^\W\d]\w*|\d+")


def parse(text: str, wrt: Any = (), **declared: Any) -> Tensor:
    """Build the equations that a text says.

    Args:
        text: a formula, or several statements: `z = W*x + b; norm2(z - y)^2`; the last one is
            the result, the others name intermediates. `X: matrix(n,d); w: vector(d)` declares.
        wrt: names (a list, or one text "W, b") to make parameters; others are inputs.
        **declared: sizes by name, "m n" for a matrix, "n" for a vector, "" for a scalar;
            or a Tensor, which is used as it is.

    Returns:
        The value of the last statement.

    Raises:
        ParseError: text that the grammar does not accept, with a caret at the column.
        ShapeError: operands that do not fit, with a caret at the operator.

    >>> parse("norm2(W*x + b - y)^2", W="m n", x="n", b="m", y="m")
    Tensor(power: [])
    >>> parse("x'*A*x + c*sin(y)'*x")
    Tensor(add: [])
    """
    source = parse_source(text)
    if not source.statements:
        fail(text, len(text), "expected a formula")
    given = {k: v for k, v in declared.items() if isinstance(v, Tensor)}
    known = dict(source.declarations)
    known.update((k, _declaration(k, v)) for k, v in declared.items())
    shapes = infer(source, known)
    wanted = set(re.findall(r"\w+", wrt)) if isinstance(wrt, str) else set(wrt)
    _check_wanted(wanted, shapes, text)
    return _Builder(source, shapes, known, given, wanted).run()


def _declaration(name: str, sizes: Any) -> Declaration:
    if isinstance(sizes, Tensor):
        if sizes.ndim > 2:
            raise ShapeError(f"{name}: the matrix grammar has no tensor of rank {sizes.ndim}")
        return Declaration(name, 0, sizes.ndim, tuple(map(str, sizes.sizes)), ())
    if not isinstance(sizes, str):
        many = sizes if isinstance(sizes, (tuple, list)) else (sizes,)
        sizes = " ".join(map(str, many))
    words = sizes.replace(",", " ").split()
    if len(words) > 2 or not all(_SIZES.fullmatch(w) for w in words):
        raise ParseError(f'{name}={sizes!r}: expected sizes such as "m n", "n" or ""')
    return Declaration(name, 0, len(words), tuple(words), ())


def _check_wanted(wanted: set[str], shapes: Shapes, text: str) -> None:
    missing = sorted(wanted - set(shapes.names))
    if missing:
        raise ParseError(
            f"wrt names {', '.join(missing)}, which the text does not have\n  {text}\n"
            f"  expected: one of {', '.join(shapes.names)}"
        )


@dataclass(frozen=True, slots=True)
class _Value:
    """A tensor, and whether a rank-1 tensor stands as a row."""

    tensor: Tensor
    row: bool = False


class _Builder:
    def __init__(
        self,
        source: Source,
        shapes: Shapes,
        declared: dict[str, Declaration],
        given: dict[str, Tensor],
        wanted: set[str],
    ) -> None:
        self.source, self.shapes, self.declared = source, shapes, declared
        self.wanted = wanted
        self.values = {name: _Value(t) for name, t in given.items()}

    def run(self) -> Tensor:
        result = None
        for name, tree in self.source.statements:
            result = self.build(tree)
            if name:
                self.values[name] = _Value(named(name, result.tensor), result.row)
                result = self.values[name]
        assert result is not None
        return result.tensor

    def build(self, tree: Tree) -> _Value:
        match tree.op:
            case "number":
                return _number(tree.text)
            case "name":
                return self.name(tree)
            case "call":
                return self.call(tree)
        args = [self.build(a) for a in tree.args]
        return self.operate(tree, args)

    def name(self, tree: Tree) -> _Value:
        name = tree.text
        if name == "eye" and name not in self.shapes.names:
            return _Value(eye(self.sizes(tree)[0]))
        if name not in self.values:
            (sizes,) = names_of(self.shapes, [name])
            declaration = self.declared.get(name)
            facts = set(declaration.facts) if declaration else set()
            wanted = name in self.wanted or "parameter" in facts
            make = parameter if wanted else tensor
            made = make(name, tuple(map(_size, sizes)), assume=facts - {"parameter"})
            self.values[name] = _Value(made)
        return self.values[name]

    def sizes(self, tree: Tree) -> tuple[Any, ...]:
        return tuple(_size(d.value) for d in self.shapes.of(tree) if d is not ONE)

    def operate(self, tree: Tree, args: list[_Value]) -> _Value:
        match tree.op:
            case "negative":
                return _Value(negative(args[0].tensor), args[0].row)
            case "'":
                return _transposed(args[0])
            case "*":
                return self.product(*args)
            case "^" if not is_scalar(self.shapes.of(tree.args[0])):
                return _Value(linalg.matrix_power(args[0].tensor, _whole(self.source, tree)))
        row = any(a.row for a in args) and self.shapes.of(tree)[0] is ONE
        left, right = (self.spread(a, tree) for a in args)
        return _Value(_BINARY[tree.op](left, right), row)

    def spread(self, value: _Value, tree: Tree) -> Tensor:
        """An operand of an entrywise operation; a column beside matrices gets an axis."""
        rows, columns = self.shapes.of(tree)
        column = value.tensor.ndim == 1 and not value.row and ONE not in (rows, columns)
        return expand_dims(value.tensor, -1) if column else value.tensor

    def product(self, left: _Value, right: _Value) -> _Value:
        a, b = left.tensor, right.tensor
        if not a.ndim or not b.ndim:
            return _Value(multiply(a, b), left.row or right.row)
        if a.ndim == b.ndim == 1 and not left.row:
            return _Value(outer(a, b))
        row = left.row and b.ndim == 2
        return _Value(matmul(a, b), row)

    def call(self, tree: Tree) -> _Value:
        name, args = tree.text, [self.build(a) for a in tree.args]
        if name in ("vector", "matrix"):
            return _Value(multiply(args[0].tensor, full(self.sizes(tree), 1)))
        if name in ENTRYWISE:
            row = any(a.row for a in args) and self.shapes.of(tree)[0] is ONE
            values = [self.spread(a, tree) for a in args]
            special = _ENTRYWISE.get(name)
            return _Value(special(*values) if special else apply(name, *values), row)
        return _Value(_FUNCTIONS[name](args[0].tensor), args[0].row and name == "softmax")


def _number(text: str) -> _Value:
    whole = text.isdigit()
    return _Value(full((), int(text) if whole else float(text)))


def _size(value: str) -> Any:
    return int(value) if value.isdigit() else value


def _transposed(value: _Value) -> _Value:
    if value.tensor.ndim == 1:
        return _Value(value.tensor, not value.row)
    return _Value(value.tensor.T) if value.tensor.ndim == 2 else value


def _whole(source: Source, tree: Tree) -> int:
    """The exponent of a matrix power."""
    exponent, sign = tree.args[1], 1
    if exponent.op == "negative":
        exponent, sign = exponent.args[0], -1
    if exponent.op != "number" or not exponent.text.isdigit():
        fail(source.text, tree.at, "the exponent of a matrix is a whole number; write .^ otherwise")
    return sign * int(exponent.text)


def _norm1(t: Tensor) -> Tensor:
    return reductions.sum_(apply("abs", t))


def _norm2(t: Tensor) -> Tensor:
    return power_(reductions.sum_(power_(t, 2)), 0.5)


def _log_det(t: Tensor) -> Tensor:
    return linalg.logdet(t)


def _row_sums(t: Tensor) -> Tensor:
    return reductions.sum_(t, axis=-1)


_BINARY: dict[str, Callable[[Any, Any], Tensor]] = {
    "+": add, "-": subtract, ".*": multiply, "./": divide, "/": divide, "^": power_, ".^": power_,
}  # fmt: skip
_ENTRYWISE: dict[str, Callable[..., Tensor]] = {
    "max": maximum, "min": minimum, "gelu": gelu, "silu": silu,
    "sqrt": lambda t: power_(t, 0.5),
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[Any], Tensor]] = {
    "sum": reductions.sum_, "mean": reductions.mean, "norm1": _norm1, "norm2": _norm2,
    "tr": trace, "det": linalg.det, "logdet": _log_det, "inv": linalg.inv,
    "chol": linalg.cholesky, "diag": diag, "softmax": reductions.softmax,
    "logsumexp": reductions.logsumexp, "rowsum": _row_sums,
}  # fmt: skip
