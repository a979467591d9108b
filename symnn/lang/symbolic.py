"""What a symbolic array has not: numbers, a truth value, a length to loop over, assignment.

Each raises and says what to write instead.
"""

from __future__ import annotations

from typing import Any

from symnn.core.errors import DomainError


class Symbolic:
    """Base of Tensor: the operations that need numbers."""

    __slots__ = ()

    call: Any
    shape: Any

    def __len__(self) -> int:
        if not self.sizes:
            raise TypeError("len() of a rank-0 tensor")
        first = self.shape[0]
        if isinstance(first, int):
            return first
        raise DomainError(
            f"len needs a number, but the first axis of {self.call.path} has size {first}\n"
            f"  fix: write {self.call.path}.shape[0], or give the axis a number"
        )

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self)))

    def __bool__(self) -> bool:
        raise DomainError(
            f"a condition on {self.call.path} has no truth value: it is symbolic\n"
            "  fix: write np.where(condition, a, b) in place of if"
        )

    def __float__(self) -> float:
        raise DomainError(
            f"{self.call.path} is symbolic and has no number\n"
            "  fix: sn.evaluate(x, name=value, ...) gives numbers"
        )

    __int__ = __index__ = __float__  # type: ignore[assignment]

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        self.__float__()

    def __setitem__(self, key: Any, value: Any) -> None:
        raise DomainError(
            f"{self.call.path} is an equation and cannot be assigned to\n"
            "  fix: build the new tensor with np.where, np.concatenate or np.stack"
        )

    def _in_place(self, other: Any) -> Any:
        raise DomainError(
            f"{self.call.path} is an equation and cannot be changed in place (+=, -=, *=, ...)\n"
            "  fix: write x = x + y in place of x += y"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _in_place  # type: ignore[assignment]
