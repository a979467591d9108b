"""The exact check: at most 12 scalars, expanded, differentiated by SymPy, compared at 40 digits.

A scalar interpreter over object arrays, separate from the oracle: with SymPy symbols it writes the
loss out in full; with mpmath numbers it evaluates the derived gradient. The difference of
`sympy.diff` and the derived gradient is evaluated at random rational points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from symnn.core.errors import CheckError, UnsupportedError
from symnn.core.function import ARGS, Function
from symnn.core.index import Affine, Index
from symnn.core.node import (
    EQ,
    Extremum,
    Factor,
    Indicator,
    Leaf,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import Scalar, evaluate_scalar, to_sympy
from symnn.core.walk import topological

DIGITS = 40
MOST_SCALARS = 12
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Field:
    """The scalars of an exact evaluation and their functions."""

    number: Callable[[Scalar, Mapping[sp.Symbol, int]], Any]
    functions: Mapping[str, Callable[..., Any]]
    maximum: Callable[[list[Any]], Any]
    minimum: Callable[[list[Any]], Any]

    def apply(self, fn: Function, args: list[Any]) -> Any:
        """A registered function of scalars."""
        if fn.name in self.functions:
            return self.functions[fn.name](*args)
        raise UnsupportedError(
            f"no exact meaning of {fn.name}; there is: {', '.join(sorted(self.functions))}"
        )


def _symbolic_functions() -> dict[str, Callable[..., Any]]:
    x = ARGS[0]
    bodies = {
        "exp": sp.exp(x), "log": sp.log(x), "log1p": sp.log(1 + x), "expm1": sp.exp(x) - 1,
        "sin": sp.sin(x), "cos": sp.cos(x), "tan": sp.tan(x), "sinh": sp.sinh(x),
        "cosh": sp.cosh(x), "tanh": sp.tanh(x), "arcsin": sp.asin(x), "arccos": sp.acos(x),
        "arctan": sp.atan(x), "sigmoid": 1 / (1 + sp.exp(-x)), "softplus": sp.log(1 + sp.exp(x)),
        "erf": sp.erf(x), "Phi": (1 + sp.erf(x / sp.sqrt(2))) / 2,
        "phi": sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi), "relu": sp.Max(x, 0), "abs": sp.Abs(x),
    }  # fmt: skip
    made: dict[str, Callable[..., Any]] = {
        name: (lambda v, body=body: body.xreplace({x: v})) for name, body in bodies.items()
    }
    made["max2"], made["min2"], made["pow"] = sp.Max, sp.Min, lambda a, b: a**b
    made["clip"] = lambda x, low, high: sp.Min(sp.Max(x, low), high)
    made["sign"], made["step"] = sp.sign, lambda v: sp.Heaviside(v, 0)
    made["ge"] = lambda a, b: sp.Piecewise((1, a >= b), (0, True))
    made["gt"] = lambda a, b: sp.Piecewise((1, a > b), (0, True))
    made["where"] = lambda c, a, b: sp.piecewise_fold(sp.Piecewise((a, sp.Ne(c, 0)), (b, True)))
    return made


def _numeric_functions() -> dict[str, Callable[..., Any]]:
    m = mpmath
    return {
        "exp": m.exp, "log": m.log, "log1p": m.log1p, "expm1": m.expm1, "sin": m.sin, "cos": m.cos,
        "tan": m.tan, "sinh": m.sinh, "cosh": m.cosh, "tanh": m.tanh, "arcsin": m.asin,
        "arccos": m.acos, "arctan": m.atan, "sigmoid": lambda v: 1 / (1 + m.exp(-v)),
        "softplus": lambda v: m.log(1 + m.exp(v)), "erf": m.erf, "Phi": m.ncdf,
        "phi": m.npdf, "relu": lambda v: max(v, m.mpf(0)), "abs": abs, "sign": m.sign,
        "step": lambda v: m.mpf(int(v > 0)), "max2": max, "min2": min, "pow": m.power,
        "clip": lambda x, low, high: min(max(x, low), high),
        "ge": lambda a, b: m.mpf(int(a >= b)), "gt": lambda a, b: m.mpf(int(a > b)),
        "eq": lambda a, b: m.mpf(int(a == b)), "truth": lambda v: m.mpf(int(v != 0)),
        "where": lambda c, a, b: a if c != 0 else b, "not": lambda v: m.mpf(int(v == 0)),
    }  # fmt: skip


def _symbolic_number(value: Scalar, sizes: Mapping[sp.Symbol, int]) -> Any:
    return to_sympy(value).xreplace({s: sp.Integer(v) for s, v in sizes.items()})


def _numeric_number(value: Scalar, sizes: Mapping[sp.Symbol, int]) -> Any:
    return mpmath.mpmathify(sp.N(_symbolic_number(value, sizes), DIGITS + 10))


SYMBOLIC = Field(
    _symbolic_number, _symbolic_functions(), lambda v: sp.Max(*v), lambda v: sp.Min(*v)
)
NUMERIC = Field(_numeric_number, _numeric_functions(), max, min)


class ExactOracle:
    """Evaluates nodes entry by entry over object arrays."""

    def __init__(self, field: Field, sizes: Mapping[sp.Symbol, int]) -> None:
        self.field, self.sizes = field, dict(sizes)

    def evaluate(self, roots: list[Node], values: Mapping[Node, Array]) -> list[Array]:
        """Object arrays of the roots."""
        known = dict(values)
        for node in topological(roots, lambda n: () if n in known else n.children()):
            if node not in known:
                known[node] = self._node(node, known)
        return [known[r] for r in roots]

    def _node(self, node: Node, known: Mapping[Node, Array]) -> Array:
        shape = [self._size(s) for s in node.sizes]
        result = np.empty(shape, dtype=object)
        for place in itertools.product(*map(range, shape)):
            result[place] = self._entry(node, place, known)
        return result

    def _size(self, size: Scalar) -> int:
        return int(evaluate_scalar(size, self.sizes))

    def _entry(self, node: Node, place: tuple[int, ...], known: Mapping[Node, Array]) -> Any:
        match node:
            case Sum():
                at = dict(zip(node.indices, place, strict=True))
                return sum((self._term(t, at, known) for t in node.terms), self.field.number(0, {}))
            case Map():
                args = [known[a][tuple(place[k] for k in axes)] for a, axes in node.args]
                return self.field.apply(node.fn, args)
            case Softmax() | LogSumExp():
                return self._softmax(node, place, known)
            case Extremum() | Product():
                return self._window(node, place, known)
            case Indicator():
                return self._indicator(node, place, known)
        raise UnsupportedError(f"no exact evaluation of {type(node).__name__}")

    def _box(self, indices: tuple[Index, ...], at: dict[Index, int]) -> Any:
        for values in itertools.product(*(range(self._size(i.size)) for i in indices)):
            yield {**at, **dict(zip(indices, values, strict=True))}

    def _term(self, t: Term, at: dict[Index, int], known: Mapping[Node, Array]) -> Any:
        total = self.field.number(0, {})
        for inner in self._box(t.bound, at):
            if all(self._holds(f, inner) for f in t.factors if f.is_bracket):
                product = self.field.number(t.coef, self.sizes)
                for f in t.factors:
                    if not f.is_bracket:
                        product = product * self._read(f, inner, known)
                total = total + product
        return total

    def _holds(self, f: Factor, at: dict[Index, int]) -> bool:
        value = self._position(f.pos[0], at)
        return value == 0 if f.node is EQ else value >= 0

    def _position(self, p: Affine, at: dict[Index, int]) -> int:
        total = int(evaluate_scalar(p.const, self.sizes))
        for atom, c in p.terms:
            if not isinstance(atom, Index):
                raise UnsupportedError("no exact evaluation of integer reads")
            total += int(evaluate_scalar(c, self.sizes)) * at[atom]
        return total

    def _read(self, f: Factor, at: dict[Index, int], known: Mapping[Node, Array]) -> Any:
        base = known[f.node][tuple(self._position(p, at) for p in f.pos)]
        return base if f.power == 1 else base ** self.field.number(f.power, self.sizes)

    def _softmax(
        self, node: Softmax | LogSumExp, place: tuple[int, ...], known: Mapping[Node, Array]
    ) -> Any:
        z, axis = known[node.arg], node.axis
        if node.domain:
            raise UnsupportedError("no exact evaluation of a masked softmax")
        rest = place if isinstance(node, LogSumExp) else place[:axis] + place[axis + 1 :]
        exp = self.field.functions["exp"]
        row = [exp(z[(*rest[:axis], k, *rest[axis:])]) for k in range(z.shape[axis])]
        total = sum(row[1:], row[0])
        if isinstance(node, LogSumExp):
            return self.field.functions["log"](total)
        return row[place[axis]] / total

    def _body(
        self, node: Extremum | Product, place: tuple[int, ...], known: Mapping[Node, Array]
    ) -> list[Any]:
        at = dict(zip(node.indices, place, strict=True))
        return [
            known[node.body][tuple(self._position(p, inner) for p in node.pos)]
            for inner in self._box(node.bound, at)
            if all(self._position(d, inner) >= 0 for d in node.domain)
        ]

    def _window(
        self, node: Extremum | Product, place: tuple[int, ...], known: Mapping[Node, Array]
    ) -> Any:
        body = self._body(node, place, known)
        if isinstance(node, Product):
            return np.prod(np.array(body, dtype=object)) if body else self.field.number(1, {})
        return self.field.maximum(body) if node.kind == "max" else self.field.minimum(body)

    def _indicator(
        self, node: Indicator, place: tuple[int, ...], known: Mapping[Node, Array]
    ) -> Any:
        ext = node.extremum
        outer, inner = place[: len(ext.indices)], place[len(ext.indices) :]
        body = self._body(ext, outer, known)
        best = max(body) if ext.kind == "max" else min(body)
        sizes = [self._size(b.size) for b in ext.bound]
        return self.field.number(int(np.ravel_multi_index(inner, sizes) == body.index(best)), {})


def exact_error(
    loss: Node, gradients: Mapping[Leaf, Node], leaves: list[Leaf], sizes: Mapping[sp.Symbol, int],
    *, points: int = 2, seed: int = 0,
) -> float:  # fmt: skip
    """Largest difference of `sympy.diff` and the derived gradients at random rational points.

    Args:
        loss: the scalar over the leaves.
        gradients: derived gradients over the leaves.
        leaves: all leaves of both; at most 12 scalars at these sizes.
        sizes: numbers of the size symbols.
        points: how many points, evaluated at 40 digits.
        seed: of the points.

    Raises:
        CheckError: too many scalars.
    """
    symbolic = ExactOracle(SYMBOLIC, sizes)
    shapes = {x: [int(evaluate_scalar(s, dict(sizes))) for s in x.sizes] for x in leaves}
    count = sum(int(np.prod(shape)) for shape in shapes.values())
    if count > MOST_SCALARS:
        raise CheckError(f"{count} scalars are too many to expand; at most {MOST_SCALARS}")
    names = {x: _symbols(x, shape) for x, shape in shapes.items()}
    (written,) = symbolic.evaluate([loss], names)
    rng = np.random.default_rng(seed)
    worst = 0.0
    with mpmath.workdps(DIGITS + 10):
        for _ in range(points):
            worst = max(worst, _at_point(written[()], gradients, names, sizes, rng))
    return worst


def _symbols(leaf: Leaf, shape: list[int]) -> Array:
    result = np.empty(shape, dtype=object)
    for place in itertools.product(*map(range, shape)):
        result[place] = sp.Symbol("_".join([leaf.name, *map(str, place)]), real=True)
    return result


def _at_point(
    written: sp.Expr, gradients: Mapping[Leaf, Node], names: Mapping[Leaf, Array],
    sizes: Mapping[sp.Symbol, int], rng: np.random.Generator,
) -> float:  # fmt: skip
    point = {
        s: sp.Rational(int(rng.integers(-900, 900)), 1000) + sp.Rational(1, 7919)
        for array in names.values()
        for s in array.ravel()
    }
    values = {
        x: np.vectorize(lambda s: mpmath.mpmathify(sp.N(point[s], DIGITS + 10)), otypes=[object])(a)
        if a.size
        else a
        for x, a in names.items()
    }
    worst = 0.0
    found = ExactOracle(NUMERIC, sizes).evaluate(list(gradients.values()), values)
    for leaf, ours in zip(gradients, found, strict=True):
        for place in itertools.product(*map(range, names[leaf].shape)):
            expected = sp.N(sp.diff(written, names[leaf][place]).xreplace(point), DIGITS)
            worst = max(worst, float(abs(mpmath.mpmathify(expected) - ours[place])))
    return worst
