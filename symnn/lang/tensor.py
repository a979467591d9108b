"""Tensor: the NumPy face of a Call. NumPy's own functions build equations.

Operators and ufuncs go through one table (`UFUNCS`), NumPy functions through another
(`NUMPY_FUNCTIONS`), both filled by the modules of this folder; anything else raises and lists what
there is. A Tensor holds no numbers: `len`, `bool`, `float` of something symbolic raise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError, SymnnError, UnsupportedError
from symnn.core.index import Affine, Index, Read
from symnn.core.node import Leaf, Node
from symnn.core.scalars import Scalar, exact
from symnn.lang.call import Call
from symnn.lang.dispatch import (
    METHODS,
    NUMPY_FUNCTIONS,
    REDUCTIONS,
    UFUNCS,
    function_name,
    implements,
    unsupported,
)
from symnn.lang.size import Size, as_size, scalar_of
from symnn.lang.symbolic import Symbolic

Place = tuple[tuple[Index, ...], Affine]
Domain = tuple[tuple[Index, ...], tuple[Affine, ...]]

__all__ = ["Tensor", "as_tensor", "implements", "named", "parameter", "tensor", "unsupported"]


class Tensor(Symbolic, np.lib.mixins.NDArrayOperatorsMixin):
    """A symbolic array.

    Attributes:
        call: what was written.
        place: for integer tensors made from `arange` and integer inputs by affine arithmetic:
            (own indices, position); it is what an index `x[t]` uses.
        domain: for `np.where(mask, scores, -np.inf)`: (own indices, positions that are >= 0 where
            the value is finite); only softmax, max and their like may read such a tensor.

    >>> W, x = tensor("W", ("p", "n")), tensor("x", ("n",))
    >>> (W @ x + 1).sizes, W.T.sizes
    ((p,), (n, p))
    """

    __slots__ = ("call", "domain", "place")
    __array_priority__ = 2000

    def __init__(
        self, call: Call, place: Place | None = None, domain: Domain | None = None
    ) -> None:
        self.call = call
        self.place = place
        self.domain = domain

    # -- what it is ---------------------------------------------------------------------------
    @property
    def shape(self) -> tuple[Any, ...]:
        """Axis lengths: ints where known, else `Size` objects."""
        return tuple(as_size(s) for s in self.call.port.sizes)

    @property
    def sizes(self) -> tuple[Scalar, ...]:
        """Axis lengths as exact scalars."""
        return self.call.port.sizes

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.call.port.sizes)

    @property
    def size(self) -> Any:
        """Number of entries."""
        total: Any = 1
        for s in self.shape:
            total = total * s
        return total

    @property
    def dtype(self) -> np.dtype[Any]:
        """int64 for integer tensors, bool for comparisons, else float64."""
        return np.dtype({"int": np.int64, "bool": np.bool_}.get(self.call.port.dtype, np.float64))

    @property
    def name(self) -> str | None:
        """The reader's name, if it has one."""
        return self.call.name

    @property
    def is_integer(self) -> bool:
        """Whether it can index."""
        return self.call.port.dtype == "int"

    def __repr__(self) -> str:
        shape = ", ".join(map(str, self.sizes))
        return f"Tensor({self.call.path}: [{shape}])"

    def __hash__(self) -> int:
        return id(self.call)

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, Tensor) and other.call is self.call:
            return True  # a tensor finds itself in a dict
        return UFUNCS[np.equal](self, other)

    def __ne__(self, other: Any) -> Any:
        return UFUNCS[np.not_equal](self, other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc in REDUCTIONS:
            return NUMPY_FUNCTIONS[REDUCTIONS[ufunc]](*inputs, **{"axis": 0, **kwargs})
        if method != "__call__" or ufunc not in UFUNCS:
            raise unsupported(
                f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
            )
        kwargs.pop("casting", None)
        if kwargs.get("out") is not None or kwargs.get("where", True) is not True:
            raise unsupported(f"np.{ufunc.__name__} with out= or where=")
        return UFUNCS[ufunc](*inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func not in NUMPY_FUNCTIONS:
            raise unsupported(f"np.{function_name(func)}")
        return NUMPY_FUNCTIONS[func](*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            method = METHODS[name]
            return lambda *args, **kwargs: method(self, *args, **kwargs)
        raise AttributeError(f"a symnn tensor has no attribute {name!r}")

    def __getitem__(self, key: Any) -> Tensor:
        result: Tensor = METHODS["__getitem__"](self, key)
        return result

    @property
    def T(self) -> Tensor:
        """All axes reversed."""
        result: Tensor = NUMPY_FUNCTIONS[np.transpose](self)
        return result

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged."""
        result: Tensor = NUMPY_FUNCTIONS[np.swapaxes](self, -1, -2)
        return result


def checked_name(name: str) -> str:
    """The name if it is an identifier; anything else is refused."""
    if not isinstance(name, str) or not name.isidentifier():
        raise SymnnError(
            f"a tensor's name must be an identifier (letters, digits, _), found {name!r}\n"
            "  fix: choose a plain name and give the printed form with latex="
        )
    return name


def _leaf(
    role: str, name: str, shape: Any, dtype: Any, assume: Any, below: Any, latex: str | None
) -> Tensor:
    many = shape if isinstance(shape, (tuple, list)) else (shape,)
    sizes = tuple(scalar_of(s) for s in many)
    for s in sizes:
        if isinstance(s, int) and s < 1:
            raise DomainError(f"{name}: an axis of size {s}\n  expected: sizes of 1 or more")
    kind = "int" if dtype in (int, "int", np.int64, np.int32) else "float"
    node = Leaf(
        checked_name(name), sizes, role=role, dtype=kind, facts=frozenset(assume or ()),
        below=None if below is None else scalar_of(below),
    )  # fmt: skip
    call = Call(role, (), node, name=name, symbol=latex)
    return Tensor(call, place_of_leaf(node))


def place_of_leaf(leaf: Leaf) -> Place | None:
    """What an index that is the leaf itself uses; None for floats."""
    if leaf.dtype != "int":
        return None
    own = tuple(Index(s) for s in leaf.sizes)
    return own, Affine(0, ((Read(leaf, tuple(i.pos for i in own)), 1),))


def tensor(
    name: str,
    shape: Any = (),
    *,
    dtype: Any = float,
    assume: Any = (),
    below: Any = None,
    latex: str | None = None,
) -> Tensor:
    r"""An input.

    Args:
        name: an identifier; `latex` gives its printed form (`r"\hat y"`).
        shape: ints, `Size` objects or size names.
        dtype: `int` for indices, which need `below`.
        below: the values of an index are 0..below-1.
        latex: the printed form.
        assume: facts such as "simplex" (last axis sums to 1), "onehot", "positive", "symmetric".

    >>> tensor("x", ("n", 3))
    Tensor(x: [n, 3])
    """
    return _leaf("input", name, shape, dtype, assume, below, latex)


def parameter(name: str, shape: Any = (), *, assume: Any = (), latex: str | None = None) -> Tensor:
    """A tensor to be learned.

    Args:
        name: an identifier.
        shape: sizes, each an integer, a Size or a name.
        assume: facts, such as "symmetric", "pd" or "invertible".
        latex: the symbol, such as `W^{[1]}`; the name if None.

    >>> parameter("W", ("p", "n"))
    Tensor(W: [p, n])
    """
    return _leaf("parameter", name, shape, float, assume, None, latex)


def named(name: str, value: Any, latex: str | None = None) -> Tensor:
    """Give a value a name that printed results keep.

    Args:
        name: an identifier.
        value: a tensor, or numbers.
        latex: the symbol, such as `z^{[1]}`; the name if None.

    >>> x = tensor("x", ("n",))
    >>> named("h", np.tanh(x))
    Tensor(h: [n])
    """
    domain = value.domain if isinstance(value, Tensor) else None
    inner = value if domain is not None else as_tensor(value)
    call = Call(
        "named", [inner.call], inner.call.port, name=checked_name(name), symbol=latex,
        dtype=inner.call.port.dtype,
    )  # fmt: skip
    return Tensor(call, inner.place, domain)


def as_tensor(value: Any) -> Tensor:
    """A Tensor from a Tensor, number, Size, or small array of numbers."""
    if isinstance(value, Tensor):
        if value.domain is not None:
            raise infinite(value.call.path)
        return value
    if isinstance(value, (bool, np.bool_)):
        value = int(value)
    if isinstance(value, (float, np.floating)) and not np.isfinite(value):
        raise infinite(str(value))
    if isinstance(value, (Size, sp.Expr, int, float, np.generic)) or hasattr(value, "denominator"):
        scalar = exact(value.expr if isinstance(value, Size) else value)
        return Tensor(Call("number", (), number_body(scalar), attrs={"value": scalar}))
    if isinstance(value, (np.ndarray, list, tuple)):
        array: Tensor = METHODS["from_array"](np.asarray(value))
        return array
    raise UnsupportedError(f"a {type(value).__name__} cannot stand in an equation: {value!r}")


def infinite(what: str) -> DomainError:
    """An infinity where it has no meaning."""
    return DomainError(
        f"an infinite or undefined value in an equation: {what}\n"
        "  expected: np.where(mask, scores, -np.inf) under softmax, logsumexp, exp or max, with a "
        "mask of arange comparisons\n"
        "  fix: write a finite number, or np.where(mask, value, 0)"
    )


def number_body(scalar: Scalar) -> Node:
    """The rank-0 node of a number."""
    node: Node = METHODS["number_node"](scalar)
    return node


def make(op: str, args: list[Tensor], body: Node, **more: Any) -> Tensor:
    """The Tensor of a new Call."""
    return Tensor(Call(op, [a.call for a in args], body, **more))


def _size_ufunc(self: Size, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy functions take a Size as a rank-0 tensor."""
    return Tensor.__array_ufunc__(as_tensor(self), ufunc, method, *inputs, **kwargs)


setattr(Size, "__array_ufunc__", _size_ufunc)  # noqa: B010  Size is below this floor
