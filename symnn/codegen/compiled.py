"""`compile`: a plain NumPy function of symbolic outputs, and its readable source.

The source imports numpy alone (scipy.special where erf is needed) and runs without symnn. It is
made of our own expressions and checked identifiers only; no text of a user reaches it. Law:
compiled = interpreted, at every size.
"""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from symnn.codegen.function import Function, write_function
from symnn.core.errors import DomainError, UnsupportedError, explain
from symnn.lang.binding import arrays_for, bind_sizes, conditions_of
from symnn.lang.size import numbers_of_sizes
from symnn.lang.tensor import Tensor, as_tensor

Array = np.ndarray[Any, Any]
_NUMBER = itertools.count(1)
_MOST_ORDERS = 8  # combinations of sizes; later ones run in the order of the last


class Compiled:
    """A NumPy function: call it with arrays by name, or with a dict keyed by tensor.

    Attributes:
        source: Python source that runs without symnn.
        inputs: the tensors that values are wanted for, in the order of the arguments.
        dtype: the floating-point type.

    >>> from symnn.lang.face import tensor
    >>> x = tensor("x", ("n",))
    >>> f = Compiled([x * x])
    >>> f(x=[1.0, 3.0])[0].tolist()
    [1.0, 9.0]
    """

    def __init__(
        self,
        outputs: Sequence[Tensor],
        *,
        name: str = "f",
        keys: Sequence[str] | None = None,
        single: bool = False,
        dtype: Any = float,
        sizes: Mapping[Any, int] | None = None,
    ) -> None:
        self.dtype, self._given = _checked_dtype(dtype), numbers_of_sizes(sizes)
        roots = [t.call for t in outputs]
        self.keys, self.single = keys, single
        self._write = partial(
            write_function, roots, name=name, keys=keys, single=single, dtype=self.dtype,
            given=self._given,
        )  # fmt: skip
        self.function: Function = self._write()
        self.inputs = tuple(Tensor(c) for c in self.function.inputs)
        self._conditions = conditions_of(roots)
        self._run = load(self.function)
        self._loaded = {self.source: self._run}
        self._at: dict[tuple[int, ...], tuple[Function, Callable[..., Any]]] = {}

    @property
    def source(self) -> str:
        """The generated module."""
        return self.function.source

    def __repr__(self) -> str:
        arguments = ", ".join(f"{t.name}: [{', '.join(map(str, t.sizes))}]" for t in self.inputs)
        return f"Compiled({arguments}; {self.dtype.name})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The arguments as text, the source as Markdown, for notebooks."""
        return {"text/plain": repr(self), "text/markdown": f"```python\n{self.source}```"}

    def __call__(self, values: Mapping[Any, Any] | None = None, /, **named: Any) -> Any:
        """Evaluate.

        Raises:
            ShapeError, UnknownNameError, DomainError: what does not fit, all at once.
        """
        calls = list(self.function.inputs)
        arrays = arrays_for(calls, {**(values or {}), **named}, where="compile")
        arrays = {c: a for c, a in arrays.items() if c in calls}
        self.order_for(bind_sizes(arrays, self._conditions, "compile", self._given))
        return self.run([self.cast(arrays[c], c.port.dtype) for c in calls])

    def order_for(self, extents: Mapping[Any, int]) -> None:
        """Order the products of three or more arrays by the sizes of a call.

        Written anew at most once for each combination of sizes; what is written the same way is
        loaded once. `source` is what runs.
        """
        if not self.function.by_size:
            return
        key = tuple(extents.values())
        if key not in self._at:
            if len(self._at) >= _MOST_ORDERS:
                return
            function = self._write(extents=extents)
            if function.source not in self._loaded:
                self._loaded[function.source] = load(function)
            self._at[key] = function, self._loaded[function.source]
        self.function, self._run = self._at[key]

    def cast(self, value: Array, kind: str) -> Array:
        """The array in the type that the function works with."""
        return value.astype(np.int64 if kind == "int" else self.dtype, copy=False)

    def run(self, arrays: Sequence[Array]) -> Any:
        """Evaluate arrays that are known to fit, in the order of `inputs`."""
        with np.errstate(all="ignore"):
            try:
                result = self._run(*arrays, *self.function.constants)
            except ValueError as error:
                raise _without_entries(arrays, error) from error
        held = {id(_owner(a)) for a in (*arrays, *self.function.constants)}
        if self.keys:
            pairs = zip(self.keys, self.function.kinds, strict=True)
            return {k: self._own(result[k], kind, held) for k, kind in pairs}
        if self.single:
            return self._own(result, self.function.kinds[0], held)
        pairs = zip(result, self.function.kinds, strict=True)
        return [self._own(r, kind, held) for r, kind in pairs]

    def _own(self, value: Any, kind: str, held: set[int]) -> Array:
        """An array of the right type that shares no memory with an input or another output."""
        array = np.asarray(value, dtype=None if kind == "int" else self.dtype)
        owner = _owner(array)
        whole = array is owner or (owner.size == array.size and array.flags.forc)
        if not (whole and array.flags.writeable) or id(owner) in held:
            return array.copy()
        held.add(id(owner))
        return array


def _without_entries(arrays: Sequence[Array], error: ValueError) -> Exception:
    """What a failed run means where an axis has no entry: there is no maximum of nothing."""
    if all(a.size for a in arrays):
        return error
    shapes = ", ".join(str(list(a.shape)) for a in arrays if not a.size)
    return DomainError(
        explain("compile", expected="at least one entry along each axis",
                found=f"an array of shape {shapes}: {error}", fix="leave out the empty batch")
    )  # fmt: skip


def _owner(array: Array) -> Array:
    """The array whose memory this one views."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _checked_dtype(dtype: Any) -> np.dtype[Any]:
    found: np.dtype[Any] = np.dtype(dtype)
    if found not in (np.float64, np.float32):
        raise UnsupportedError(f"compile: dtype {found}\n  there is: float64, float32")
    return found


def load(function: Function) -> Callable[..., Any]:
    """The Python function of generated source; tracebacks show its lines."""
    path = f"<symnn {function.name} {next(_NUMBER)}>"
    linecache.cache[path] = (len(function.source), None, function.source.splitlines(True), path)
    space: dict[str, Any] = {"__name__": "symnn_generated"}
    exec(compile_source(function.source, path, "exec"), space)
    made: Callable[..., Any] = space[function.name]
    return made


compile_source = compile  # the builtin, which the public name below hides


def compile(
    outputs: Any, *, dtype: Any = float, sizes: Mapping[Any, int] | None = None
) -> Compiled:
    """A NumPy function of a tensor, a list of tensors, or a dict name -> tensor.

    Args:
        outputs: what it returns, in the same form.
        dtype: float64 or float32.
        sizes: numbers of sizes by name, where no input has an axis of them: `{"T": 10}`.

    Returns:
        A callable: `f(W=..., x=...)` or `f({W: array})`; `.source` is readable code.

    Raises:
        UnsupportedError: a kind, function or dtype without NumPy code; lists what there is.
        ShapeError: a size that no input determines.

    >>> from symnn.lang.face import named, parameter, tensor
    >>> W, b = parameter("W", ("p", "n")), parameter("b", ("p",))
    >>> x, y = tensor("x", ("n",)), tensor("y", ("p",))
    >>> y_hat = named("y_hat", W @ x + b)
    >>> f = compile(np.sum((y_hat - y) ** 2))
    >>> print(f.source)
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(W, x, b, y):
        \"\"\"W: [p, n], x: [n], b: [p], y: [p].\"\"\"
        y_hat = W @ x + b
        return np.sum((y_hat - y) ** 2)
    <BLANKLINE>
    >>> float(f(W=[[1.0, 2.0]], x=[1.0, 1.0], b=[0.5], y=[0.0]))
    12.25
    """
    if isinstance(outputs, Mapping):
        tensors = [as_tensor(t) for t in outputs.values()]
        return Compiled(tensors, keys=[str(k) for k in outputs], dtype=dtype, sizes=sizes)
    if isinstance(outputs, (list, tuple)):
        return Compiled([as_tensor(t) for t in outputs], dtype=dtype, sizes=sizes)
    return Compiled([as_tensor(outputs)], single=True, dtype=dtype, sizes=sizes)
