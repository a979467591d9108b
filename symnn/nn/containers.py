"""Models made of layers: Sequential, Residual, Concat, Repeat.

Children without a name are called by their kind and number: `conv1`, `conv2`, `linear1`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from symnn.core.errors import DomainError, explain
from symnn.core.node import Leaf
from symnn.core.sizes import same_size
from symnn.lang.arithmetic import add
from symnn.lang.assembly import concatenate
from symnn.lang.call import Call
from symnn.lang.shapes import shape_text
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor
from symnn.nn.module import Module, identifier

Layer = Module | Callable[[Tensor], Tensor]


def adopt(parent: Module, children: dict[str, Any]) -> None:
    """Make the children the parent's, naming those that have no name."""
    for key, child in children.items():
        if isinstance(child, Module):
            child.name = child.name or key
            parent._children[identifier(child.name)] = child


def numbered(layers: list[Any]) -> dict[str, Any]:
    """Layers by name: their own, else kind and number."""
    counts: dict[str, int] = {}
    made: dict[str, Any] = {}
    for k, layer in enumerate(layers):
        kind = layer.kind if isinstance(layer, Module) else getattr(layer, "__name__", "f")
        counts[kind] = counts.get(kind, 0) + 1
        name = (isinstance(layer, Module) and layer.name) or f"{kind}{counts[kind]}"
        made[name if name not in made else f"{name}_{k}"] = layer
    return made


class Sequential(Module):
    """Layers one after the other; a plain function of a tensor may be one.

    >>> from symnn.nn import Linear, ReLU
    >>> from symnn.lang.tensor import tensor
    >>> net = Sequential(Linear(4, 8), ReLU(), Linear(8, 2))
    >>> net(tensor("x", ("N", 4))).sizes, [n for n, _ in net.named_parameters()][:2]
    ((N, 2), ['linear1.weight', 'linear1.bias'])
    """

    kind = "sequential"

    def __init__(self, *layers: Any, name: str | None = None) -> None:
        super().__init__(name)
        listed = len(layers) == 1 and isinstance(layers[0], (list, tuple))
        many = list(layers[0] if listed else layers)
        if len(many) == 1 and isinstance(many[0], dict):
            self.layers = dict(many[0])
        else:
            self.layers = numbered(many)
        adopt(self, self.layers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers.values())

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, key: int | str) -> Any:
        return self.layers[key] if isinstance(key, str) else list(self.layers.values())[key]

    def forward(self, *inputs: Tensor) -> Tensor:
        values: tuple[Tensor, ...] = inputs
        for layer in self.layers.values():
            values = (layer(*values),)
        return values[0]

    def __repr__(self) -> str:
        return f"Sequential({', '.join(self.layers)})"


class Residual(Module):
    """`shortcut(x) + body(x)`; the shortcut is the identity unless given.

    >>> from symnn.nn import Linear, ReLU
    >>> from symnn.lang.tensor import tensor
    >>> Residual(Linear("n", "n"), ReLU())(tensor("x", ("N", "n")))
    Tensor(residual: [N, n])
    """

    kind = "residual"

    def __init__(self, *body: Any, shortcut: Any = None, name: str | None = None) -> None:
        super().__init__(name)
        self.body = body[0] if len(body) == 1 else Sequential(*body)
        self.shortcut = shortcut
        adopt(self, {"body": self.body, "shortcut": shortcut})

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        made = self.body(x)
        kept = x if self.shortcut is None else self.shortcut(x)
        fits = made.ndim == kept.ndim and all(
            same_size(a, b) is not False for a, b in zip(made.sizes, kept.sizes, strict=True)
        )
        if not fits:
            raise self.misfit(
                kept, f"the shape of the body's result, {shape_text(made.sizes)}", "another",
                "give a shortcut layer with that output shape",
            )  # fmt: skip
        return add(made, kept)


class Concat(Module):
    """The results of several branches on the same input, one after the other along an axis.

    >>> from symnn.nn import Conv2d
    >>> from symnn.lang.tensor import tensor
    >>> Concat(Conv2d(3, 4, 1), Conv2d(3, 8, 3, padding=1))(tensor("x", ("N", 3, "n", "n"))).sizes
    (N, 12, n, n)
    """

    kind = "concat"

    def __init__(self, *branches: Any, dim: int = 1, name: str | None = None) -> None:
        super().__init__(name)
        self.branches, self.dim = numbered(list(branches)), dim
        adopt(self, self.branches)

    def settings(self) -> dict[str, Any]:
        return {"dim": self.dim}

    def forward(self, *inputs: Tensor) -> Tensor:
        parts = [b(*inputs) for b in self.branches.values()] if self.branches else list(inputs)
        made: Tensor = concatenate(parts, axis=self.dim)
        return made


class Repeat(Module):
    """A block `times` times, each with parameters of its own.

    A number is unrolled. With a symbol the block is built once, and counts are multiplied: the
    analyser understands it; a value or gradient of it needs a number.

    Args:
        block: a function that makes one block.
        times: how often.

    >>> from symnn.nn import Linear
    >>> from symnn.lang.tensor import tensor
    >>> Repeat(lambda: Linear("n", "n"), 3)(tensor("x", ("N", "n"))).sizes
    (N, n)
    """

    kind = "repeat"

    def __init__(self, block: Callable[[], Module], times: Any, name: str | None = None) -> None:
        super().__init__(name)
        self.times = scalar_of(times)
        if isinstance(self.times, int) and self.times < 1:
            raise DomainError(
                explain(f"Repeat(times={times})", expected="1 or more", fix="choose a number")
            )
        count = self.times if isinstance(self.times, int) else 1
        self.blocks = {f"block{k + 1}": block() for k in range(count)}
        adopt(self, self.blocks)

    def settings(self) -> dict[str, Any]:
        return {"times": self.times}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        result = x
        for block in self.blocks.values():
            result = block(result)
        if isinstance(self.times, int):
            return result
        if not all(same_size(a, b) for a, b in zip(result.sizes, x.sizes, strict=True)):
            raise self.misfit(
                x, f"a block that keeps the shape {shape_text(x.sizes)}",
                shape_text(result.sizes), "make its output the shape of its input",
            )  # fmt: skip
        label = f"the value of {self!r} (give times a number)"
        unknown = Leaf(label, result.sizes, role="unknown")
        return Tensor(Call("repeat", [result.call], unknown, attrs={"times": self.times}))
