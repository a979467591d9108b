"""Jacobians, Hessians and their products with vectors.

Axes: output, then input. Jacobians keep the output's indices free under the same adjoint rule;
`jvp` is forward mode. Results are Tensors over the names of the forward pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from symnn.calculus.build import fresh_indices
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import simplify
from symnn.calculus.tangent import tangent
from symnn.core.errors import ShapeError
from symnn.core.node import Node
from symnn.core.scalars import Scalar
from symnn.core.sizes import same_size
from symnn.derivation.backward import jacobian_node
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.derivation import derive, wanted
from symnn.derivation.program import trace
from symnn.lang.call import Call, below
from symnn.lang.reductions import sum_
from symnn.lang.tensor import Tensor


def _tensor(op: str, node: Node, of: tuple[Tensor, ...]) -> Tensor:
    args = [x.tag for x in direct_leaves(node) if isinstance(x.tag, Call)]
    args += _for_sizes(node, args, of)
    return Tensor(Call(op, args, node, attrs={"of": of}))


def _for_sizes(node: Node, args: list[Call], of: tuple[Tensor, ...]) -> list[Call]:
    """Inputs that the derivative no longer reads, but whose shapes bind its sizes."""
    unbound = {s for size in node.sizes for s in _symbols(size)}
    unbound -= {s for c in args for size in c.port.sizes for s in _symbols(size)}
    added = []
    for c in below([t.call for t in reversed(of)]) if unbound else ():
        own = {s for size in c.port.sizes for s in _symbols(size)}
        if c.is_leaf and c.op != "constant" and own & unbound:
            added.append(c)
            unbound -= own
    return added


def _symbols(size: Scalar) -> Iterable[sp.Symbol]:
    return getattr(size, "free_symbols", ())


def jacobian(value: Tensor, wrt: Tensor) -> Tensor:
    """The derivative of every entry of `value` in every entry of `wrt`.

    Args:
        value: a tensor of any rank.
        wrt: an input, a parameter or a named value below it.

    Returns:
        A tensor with the axes of `value`, then those of `wrt`.

    >>> import numpy as np
    >>> from symnn.lang.face import tensor
    >>> A, x = tensor("A", ("m", "n")), tensor("x", ("n",))
    >>> jacobian(A @ x, x)
    Tensor(jacobian: [m, n])
    """
    (target,) = wanted(value.call, wrt)
    program = trace(value.call, [target.call], output_name="y")
    node = jacobian_node(program, target.call.port)
    if node is None:
        sizes = (*fresh_indices(value.call.port), *fresh_indices(target.call.port))
        node = make_sum(sizes, [])
    return _tensor("jacobian", node, (value, target))


def hessian(loss: Tensor, wrt: Tensor, other: Tensor | None = None) -> Tensor:
    """Second derivatives of a scalar: axes of `wrt`, then of `other` (default: `wrt` again).

    >>> import numpy as np
    >>> from symnn.lang.face import tensor
    >>> A, x = tensor("A", ("n", "n")), tensor("x", ("n",))
    >>> hessian(x @ (A @ x), x)
    Tensor(jacobian: [n, n])
    """
    gradient = derive(loss, wrt=wrt).gradients[wrt]
    target = wrt if other is None else other
    return _derivative_of_gradient(gradient, target)


def _derivative_of_gradient(gradient: Tensor, target: Tensor) -> Tensor:
    program = trace(gradient.call, [target.call], output_name="g")
    node = jacobian_node(program, target.call.port) if _depends(program, target) else None
    if node is None:
        axes = (*fresh_indices(gradient.call.port), *fresh_indices(target.call.port))
        node = make_sum(axes, [])
    return _tensor("jacobian", node, (gradient, target))


def _depends(program: Any, target: Tensor) -> bool:
    return any(target.call.port in direct_leaves(b.definition) for b in program.bindings)


def vjp(value: Tensor, wrt: Tensor, cotangent: Tensor) -> Tensor:
    """`cotangent` times the Jacobian: the gradient of <cotangent, value>.

    Args:
        value: a tensor of any rank.
        wrt: an input, a parameter or a named value below it.
        cotangent: of the shape of `value`.

    Returns:
        A tensor of the shape of `wrt`.

    Raises:
        ShapeError: the cotangent has another shape.

    >>> import numpy as np
    >>> from symnn.lang.face import tensor
    >>> x, u = tensor("x", ("n",)), tensor("u", ("n",))
    >>> vjp(np.tanh(x), x, u).sizes
    (n,)
    """
    _same_shape("vjp", cotangent, value)
    return derive(sum_(value * cotangent), wrt=wrt).gradients[wrt]


def jvp(value: Tensor, wrt: Tensor, vector: Tensor) -> Tensor:
    """The Jacobian times `vector`, by forward mode.

    Args:
        value: a tensor of any rank.
        wrt: an input, a parameter or a named value below it.
        vector: of the shape of `wrt`.

    Returns:
        A tensor of the shape of `value`.

    Raises:
        ShapeError: the vector has another shape.

    >>> import numpy as np
    >>> from symnn.lang.face import tensor
    >>> x, v = tensor("x", ("n",)), tensor("v", ("n",))
    >>> jvp(np.sum(x * x), x, v).sizes
    ()
    """
    _same_shape("jvp", vector, wrt)
    (target,) = wanted(value.call, wrt)
    program = trace(value.call, [target.call], output_name="y")
    moving: dict[Node, Node] = {target.call.port: vector.call.port}
    for b in program.bindings:
        inside = {x: moving[x] for x in direct_leaves(b.definition) if x in moving}
        if inside and b.leaf not in moving:
            d = simplify(tangent(b.definition, inside))
            moving[b.leaf] = _tensor("differential", d, (value,)).call.port
    if program.output.leaf not in moving:  # it is read, but every path from it is zero
        return _tensor("jvp", make_sum(fresh_indices(value.call.port), []), (value, wrt))
    result = moving[program.output.leaf]
    call = getattr(result, "tag", None)
    return Tensor(call) if isinstance(call, Call) else _tensor("jvp", result, (value, wrt))


def hvp(loss: Tensor, wrt: Tensor, vector: Tensor) -> Tensor:
    """The Hessian times `vector`: the gradient of <gradient, vector>.

    Args:
        loss: a scalar.
        wrt: an input, a parameter or a named value below it.
        vector: of the shape of `wrt`.

    Returns:
        A tensor of the shape of `wrt`.

    Raises:
        ShapeError: the vector has another shape.

    Source: Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994).

    >>> import numpy as np
    >>> from symnn.lang.face import tensor
    >>> x, v = tensor("x", ("n",)), tensor("v", ("n",))
    >>> hvp(np.sum(x ** 3), x, v).sizes
    (n,)
    """
    _same_shape("hvp", vector, wrt)
    gradient = derive(loss, wrt=wrt).gradients[wrt]
    directional = sum_(gradient * vector)
    program = trace(directional.call, [wrt.call])
    if not _depends(program, wrt):
        return _tensor("hvp", make_sum(fresh_indices(wrt.call.port), []), (loss, wrt))
    return derive(directional, wrt=wrt).gradients[wrt]


def _same_shape(op: str, given: Tensor, like: Tensor) -> None:
    fits = len(given.sizes) == len(like.sizes) and all(
        same_size(a, b) is not False for a, b in zip(given.sizes, like.sizes, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"ShapeError in {op}\n  expected: the shape of {like.call.path}, {list(like.sizes)}\n"
            f"  found: {list(given.sizes)}\n  fix: give a vector of that shape"
        )
