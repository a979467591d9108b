"""The judge: symnn's derivative against jax, its printed form against its own value and its length.

For each problem: derive, simplify and print (timed); evaluate at two draws of pairwise different
sizes and compare with jax in float64; parse the printed text again and evaluate it; measure the
printed length against the published form, parsed by the same grammar, which must itself be right.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

import symnn as sn
from symnn.core.node import Leaf, Node
from symnn.core.walk import leaves
from symnn.derivation.draws import draw_leaf
from symnn.derivation.names import Names
from symnn.lang.call import opened
from symnn.lang.tensor import Tensor
from symnn.notation.evaluate import evaluate, evaluate_components
from symnn.notation.matrix import Form, matrix_form
from symnn.notation.measure import length
from symnn.notation.naming import default_name
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.tree import Grad, Sym, Tree
from symnn.oracle import interpret
from symnn.text.symbols import symbol_from_identifier

from .problem import Problem

jax.config.update("jax_enable_x64", True)

DRAWS = ([7, 5, 4, 3, 2, 6, 8], [8, 6, 5, 4, 3, 2, 7])


@dataclass
class Derived:
    """What symnn found: the node over names, its printed form, and the time it took."""

    problem: Problem
    tensors: dict[str, Tensor]
    node: Node
    form: Form
    names: Any
    seconds: float
    definitions: dict[Leaf, Node]
    cotangents: dict[Leaf, Any]

    @property
    def text(self) -> str:
        return to_text(self.form.tree)


def tensors_of(p: Problem) -> dict[str, Tensor]:
    wanted = p.wrt.split()
    made = {}
    for name, sizes in p.shapes.items():
        facts = set(p.facts.get(name, "").split())
        if name in p.positive.split():
            facts.add("positive")
        shape = tuple(int(s) if s.isdigit() else s for s in sizes.split())
        make = sn.parameter if name in wanted else sn.tensor
        made[name] = make(name, shape, assume=facts)
    return made


def derive(p: Problem) -> Derived:
    """Derive, simplify and print; `seconds` is processor time."""
    tensors = tensors_of(p)
    start = time.process_time()
    value = p.f(sn.numpy, **tensors)
    wrt = [tensors[n] for n in p.wrt.split()]
    node, form, names, *more = _ORDERS[p.order](p, value, wrt, tensors)
    seconds = time.process_time() - start
    cotangents = more[0] if more else {}
    return Derived(p, tensors, node, form, names, seconds, _definitions(node), cotangents)


def _gradient(p: Problem, value: Tensor, wrt: list[Tensor], tensors: Any) -> Any:
    d = sn.derive(value, wrt=wrt)
    view = next(v for v in d.views if v.step.level == "answer")
    tree = view.matrix if view.matrix is not None else view.components[-1]
    kind = view.kind if view.matrix is not None else "index"
    free = tuple(x for x, _ in view.free)
    form = Form(tree, kind, free if kind in ("index", "entries") else ())
    return view.step.value, form, d.names, d.cotangents


def _tensor_form(t: Tensor, rows: int | None = None) -> Any:
    node = t.call.body
    return node, matrix_form(node, rows=rows), default_name


def _jacobian(p: Problem, value: Tensor, wrt: list[Tensor], tensors: Any) -> Any:
    return _tensor_form(sn.jacobian(value, wrt[0]), value.ndim)


def _hessian(p: Problem, value: Tensor, wrt: list[Tensor], tensors: Any) -> Any:
    return _tensor_form(sn.hessian(value, wrt[0], wrt[-1]), wrt[0].ndim)


def _differential(p: Problem, value: Tensor, wrt: list[Tensor], tensors: Any) -> Any:
    return _tensor_form(sn.jvp(value, wrt[0], tensors["d" + p.wrt]))


def _structured(p: Problem, value: Tensor, wrt: list[Tensor], tensors: Any) -> Any:
    d = sn.derive(value, wrt=wrt, structured=True)
    node = d.gradients[wrt[0]].call.body
    return node, matrix_form(node, d.names), d.names


_ORDERS = {
    "gradient": _gradient, "jacobian": _jacobian, "hessian": _hessian,
    "differential": _differential, "structured": _structured,
}  # fmt: skip


def _definitions(node: Node) -> dict[Leaf, Node]:
    """The whole expression behind each name that the node reads."""
    found = {}
    for leaf in leaves([node]):
        if leaf.tag is not None and not leaf.tag.is_leaf:
            found[leaf] = opened([leaf.tag])[leaf.tag]
    return found


# -- numbers ---------------------------------------------------------------------------------------


@dataclass
class Draw:
    """Values of inputs and names at one draw of sizes."""

    sizes: dict[sp.Symbol, int]
    arrays: dict[str, Any]
    values: dict[Node, Any]


def draw(found: Derived, number: int) -> Draw:
    p = found.problem
    symbols: dict[str, sp.Symbol] = {}
    for t in found.tensors.values():
        for s in t.sizes:
            for symbol in sorted(getattr(s, "free_symbols", ()), key=str):
                symbols[str(symbol)] = symbol
    order = dict.fromkeys(w for s in p.shapes.values() for w in s.split() if w in symbols)
    sizes = {symbols[w]: n for w, n in zip(order, DRAWS[number], strict=False)}
    rng = np.random.default_rng(17 + number)
    arrays = {n: draw_leaf(t.call.port, sizes, rng) for n, t in found.tensors.items()}
    values: dict[Node, Any] = {found.tensors[n].call.port: a for n, a in arrays.items()}
    for leaf, node in found.definitions.items():
        (values[leaf],) = interpret([node], values, sizes)
    return Draw(sizes, arrays, values)


def wanted(p: Problem, at: Draw) -> Any:
    """The derivative by jax."""
    names = list(p.shapes)
    position = [names.index(n) for n in p.wrt.split()]
    arguments = [jnp.asarray(at.arrays[n]) for n in names]

    def f(*args: Any) -> Any:
        return p.f(jnp, **dict(zip(names, args, strict=True)))

    match p.order:
        case "gradient":
            return jax.grad(f, position[0])(*arguments)
        case "jacobian":
            return jax.jacobian(f, position[0])(*arguments)
        case "hessian":
            return jax.jacobian(jax.grad(f, position[0]), position[-1])(*arguments)
        case "differential":
            tangents = [jnp.zeros_like(a) for a in arguments]
            tangents[position[0]] = jnp.asarray(at.arrays["d" + p.wrt])
            return jax.jvp(f, tuple(arguments), tuple(tangents))[1]
    g = jax.grad(f, position[0])(*arguments)
    return g + g.T - jnp.diag(jnp.diag(g))


def value(found: Derived, at: Draw) -> Any:
    """The derivative by symnn, interpreted."""
    return interpret([found.node], at.values, at.sizes)[0]


def printed_value(found: Derived, at: Draw, expected: Any, text: str | None = None) -> Any:
    """The printed text, parsed again and evaluated (Kronecker: as the matrix that it is)."""
    bound, symbols, sizes = _binding(found, at)
    form = found.form
    tree = parse_text(text or found.text, symbols, indices=form.letters if text is None else ())
    if text is None and form.kind in ("entries", "index"):
        free = list(zip(form.letters, expected.shape, strict=True))
        return evaluate_components(tree, bound, sizes, free)
    result = evaluate(tree, bound, sizes)
    if result.shape != expected.shape and result.size == expected.size:
        return result.reshape(expected.shape)
    return np.broadcast_to(result, expected.shape) if result.ndim == 0 else result


def _binding(found: Derived, at: Draw) -> tuple[dict[Tree, Any], list[Sym], dict[str, int]]:
    names = found.names
    bound: dict[Tree, Any] = {}
    for leaf, array in at.values.items():
        assert isinstance(leaf, Leaf)
        bound[names(leaf)] = array
    for name, t in found.tensors.items():
        bound.setdefault(symbol_from_identifier(name), at.values[t.call.port])
    bound.update(_forward(found, at))
    symbols = [s if isinstance(s, Sym) else s.wrt for s in bound if isinstance(s, Sym | Grad)]
    sizes = {to_text(symbol_from_identifier(str(s))): n for s, n in at.sizes.items()}
    symbols += [symbol_from_identifier(str(s)) for s in at.sizes]
    return bound, [s for s in symbols if isinstance(s, Sym)], sizes


def _forward(found: Derived, at: Draw) -> dict[Tree, Any]:
    """Values of all named intermediates, and of the gradients that a published form may name."""
    if not isinstance(found.names, Names):
        return {}
    program = found.names.program
    bound: dict[Tree, Any] = {}
    for b in program.bindings:
        whole = opened([b.call])[b.call]
        bound[found.names(b.leaf)] = interpret([whole], at.values, at.sizes)[0]
    for leaf, c in found.cotangents.items():
        if c.call is not None:
            whole = opened([c.call])[c.call]
            array = interpret([whole], at.values, at.sizes)[0]
            bound[found.names.gradient(leaf)] = bound[Grad(found.names(leaf))] = array
    return bound


def symbols_for(found: Derived) -> list[Sym]:
    at = draw(found, 0)
    return _binding(found, at)[1]


def published_length(found: Derived) -> int:
    """Its length; of a result that no textbook prints, our own."""
    if not found.problem.published:
        return own_length(found)
    return length(parse_text(found.problem.published, symbols_for(found)))


def own_length(found: Derived) -> int:
    return length(found.form.tree)


def deviation(a: Any, b: Any) -> float:
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return float("inf")
    scale = max(float(np.max(np.abs(b), initial=0.0)), 1e-3)
    return float(np.max(np.abs(a - b), initial=0.0)) / scale
