"""Module: parameters, children, and one Call per layer call.

A layer's forward is ordinary tensor code; calling the layer wraps its result in a Call that is an
alias of the value (its body is the port of the result) and carries the structure for whoever walks
it: `attrs["layer"]` the module, `["inputs"]` the calls it got, `["first"]` (calls with `first <
uid < call.uid` were made inside), `["path"]` its dotted path, and the layer's settings. To add a
layer: subclass, set settings in `__init__`, create parameters in `forward` with `self.parameter`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from symnn.core.errors import ShapeError, SymnnError, UnknownNameError, explain
from symnn.lang.call import _UIDS, Call
from symnn.lang.shapes import shape_text
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, _leaf, as_tensor

_LETTERS = {"weight": "W", "bias": "b"}
_STACK: list[str] = []


def identifier(text: str) -> str:
    """The text as an identifier: `Conv 1` is `Conv_1`.

    >>> identifier("blocks.0.fc")
    'blocks_0_fc'
    """
    made = re.sub(r"\W+", "_", text).strip("_") or "layer"
    return f"_{made}" if made[0].isdigit() else made


class Module:
    """A layer or model.

    Attributes:
        name: the reader's name, given, or by the parent (`conv1`).
        seen_shape: of the input of the last call.
        training: whether dropout and batch statistics are on; `train()` and `eval()` set it.
            A new module is in evaluation mode, so that a model is a function of its inputs.
    """

    kind = "module"
    letters: ClassVar[dict[str, str]] = _LETTERS

    def __init__(self, name: str | None = None) -> None:
        self._parameters: dict[str, Tensor] = {}
        self._buffers: dict[str, Tensor] = {}
        self._children: dict[str, Module] = {}
        self.name = name
        self.training = False
        self.seen_shape: tuple[Any, ...] = ()

    def __setattr__(self, key: str, value: Any) -> None:
        if isinstance(value, Module):
            self._adopt(key, value)
        elif isinstance(value, (list, tuple)):
            for k, item in enumerate(value):
                if isinstance(item, Module):
                    self._adopt(f"{key}{k}", item)
        if isinstance(value, Tensor) and key != "name":
            self._parameters[key] = value
        object.__setattr__(self, key, value)

    def _adopt(self, key: str, child: Module) -> None:
        """Register a child; one without a name is called as the attribute."""
        child.name = child.name or key
        self._children[key] = child

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(key)
        shape = self.shapes().get(key)
        if shape is None or any(s is None for s in shape):
            raise AttributeError(
                f"{type(self).__name__} has no {key!r}"
                + (" yet: call the layer first, or give all its sizes" if shape else "")
            )
        return self.parameter(key, shape)

    # -- what a layer fills in -----------------------------------------------------------------
    def shapes(self) -> dict[str, tuple[Any, ...]]:
        """Shapes of the parameters by name; None where the input decides."""
        return {}

    def settings(self) -> dict[str, Any]:
        """What drawings and tables show: kernel, stride, padding..."""
        return {}

    def forward(self, *inputs: Tensor) -> Tensor:
        """The layer's value."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    # -- parameters ----------------------------------------------------------------------------
    def parameter(self, key: str, shape: tuple[Any, ...]) -> Tensor:
        """The parameter of that name, made when it is first wanted."""
        if key not in self._parameters:
            made = _leaf("parameter", self._leaf_name(key), shape, float, (), None, None)
            self._parameters[key] = made
            object.__setattr__(self, key, made)
        return self._parameters[key]

    def buffer(self, key: str, shape: tuple[Any, ...], **more: Any) -> Tensor:
        """A tensor that is not trained: running statistics."""
        if key not in self._buffers:
            facts = more.get("assume", ())
            made = _leaf("buffer", self._leaf_name(key), shape, float, facts, None, None)
            self._buffers[key] = made
            object.__setattr__(self, key, made)
        return self._buffers[key]

    def _leaf_name(self, key: str) -> str:
        letter = self.letters.get(key, key)
        place = identifier(".".join(_STACK)) if _STACK else identifier(self.title)
        return f"{letter}_{place}"

    @property
    def title(self) -> str:
        """The name, or the kind."""
        return self.name or self.kind

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """(dotted path, tensor) of every parameter, a tied one once."""
        seen: set[Call] = set()
        for path, module in self.named_modules(prefix):
            for key, value in module._parameters.items():
                if value.call not in seen:
                    seen.add(value.call)
                    yield f"{path}.{key}".lstrip("."), value

    def parameters(self) -> list[Tensor]:
        """All parameters made so far, a tied one once."""
        return [p for _, p in self.named_parameters()]

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """(dotted path, module) of this module and all below it."""
        yield prefix, self
        for key, child in self._children.items():
            yield from child.named_modules(f"{prefix}.{key}".lstrip("."))

    def train(self, mode: bool = True) -> Module:
        """Turn dropout and batch statistics on."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Turn dropout and batch statistics off."""
        return self.train(False)

    # -- calling -------------------------------------------------------------------------------
    def __call__(self, *inputs: Any, **options: Any) -> Tensor:
        tensors = [as_tensor(i) for i in inputs]
        first = next(_UIDS)
        self.seen_shape = tensors[0].sizes if tensors else ()
        pushed = self.name is not None or bool(_STACK)
        if pushed:
            _STACK.append(self.title)
        path = ".".join(_STACK) or self.title
        try:
            result = self.forward(*tensors, **options)
        except SymnnError as error:
            raise self._placed(error, path) from None
        finally:
            if pushed:
                _STACK.pop()
        return self._wrapped(result, tensors, first, path)

    def _wrapped(self, result: Tensor, inputs: list[Tensor], first: int, path: str) -> Tensor:
        attrs = {
            "layer": self, "inputs": tuple(t.call for t in inputs), "first": first, "path": path,
            "title": self.title, **self.settings(),
        }  # fmt: skip
        call = Call(
            type(self).__name__, [result.call], result.call.port, name=identifier(path),
            attrs=attrs, dtype=result.call.port.dtype,
        )  # fmt: skip
        return Tensor(call, result.place)

    def _placed(self, error: SymnnError, path: str) -> SymnnError:
        """The error with the layer's name in front, once."""
        if getattr(error, "layer", None):
            return error
        text = str(error)
        made = type(error)(f"{path} ({self!r})\n{text}" if path not in text else text)
        made.layer = path  # type: ignore[attr-defined]
        return made

    def misfit(self, inputs: Tensor, expected: str, found: str, fix: str) -> ShapeError:
        """The error of an input that does not fit, both shapes and the value that would."""
        path = ".".join(_STACK) or self.title
        error = ShapeError(
            explain(
                f"ShapeError in layer {path}, {self!r}",
                expected=expected,
                found=f"{found}   {inputs.call.path}: {shape_text(inputs.sizes)}",
                fix=fix,
            )
        )
        error.layer = path  # type: ignore[attr-defined]
        return error

    def __repr__(self) -> str:
        inside = ", ".join(f"{k}={v}" for k, v in self.settings().items())
        return f"{type(self).__name__}({inside})"


def size_or_none(value: Any) -> Any:
    """A size argument: None stays open."""
    return None if value is None else scalar_of(value)


def check_name(value: str, known: dict[str, Any], what: str) -> Any:
    """The entry of a table.

    Raises:
        UnknownNameError: lists what there is.
    """
    if value not in known:
        raise UnknownNameError(
            explain(
                f"unknown {what} {value!r}",
                expected=", ".join(sorted(known)),
                fix="use one of these",
            )
        )
    return known[value]
