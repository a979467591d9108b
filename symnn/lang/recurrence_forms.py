"""The forms of a recurrence's state and input: a tensor, or a tuple or dict of them.

Each mistake in a step is one message that says what was expected and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symnn.core.errors import DomainError, ShapeError, explain
from symnn.core.scalars import Scalar
from symnn.core.sizes import same_size
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, as_tensor


def flat_of(value: Any) -> list[Tensor]:
    """The tensors of a form, in order."""
    if isinstance(value, Mapping):
        return [as_tensor(v) for v in value.values()]
    if isinstance(value, (tuple, list)):
        return [as_tensor(v) for v in value]
    return [as_tensor(value)]


def in_form(form: Any, parts: Sequence[Any]) -> Any:
    """The parts in the form of a tensor, tuple or dict."""
    if isinstance(form, Mapping):
        return dict(zip(form, parts, strict=True))
    return tuple(parts) if isinstance(form, (tuple, list)) else parts[0]


def steps_of(inputs: Sequence[Tensor], length: Any) -> Scalar:
    """The number of steps."""
    found = [] if length is None else [("length=", scalar_of(length))]
    for t in inputs:
        if not t.ndim:
            raise ShapeError(
                explain(
                    "ShapeError in scan", expected="inputs whose first axis is the step",
                    found=f"{t.call.path} of rank 0", fix="let the step read it from outside",
                )
            )  # fmt: skip
        found.append((t.call.path, t.sizes[0]))
    if not found:
        raise DomainError(
            explain(
                "scan: how many steps?", expected="xs, or length=", found="neither",
                fix="give length=T where the step reads no sequence",
            )
        )  # fmt: skip
    if any(same_size(found[0][1], size) is not True for _, size in found):
        rows = ", ".join(f"{name} has {size}" for name, size in found)
        raise ShapeError(
            explain(
                "ShapeError in scan", expected="one number of steps on the first axes", found=rows,
                fix="give all inputs the same first axis",
            )
        )  # fmt: skip
    return found[0][1]


def results_of(returned: Any, init: Any) -> tuple[list[Tensor], Any]:
    """(the states after the step, its outputs or None)."""
    many = isinstance(init, (tuple, list))
    if isinstance(init, Mapping):
        pair = isinstance(returned, tuple) and len(returned) == 2
        state, outputs = returned if pair else (returned, None)
        if not isinstance(state, Mapping) or set(state) != set(init):
            raise _form(init, state)
        return [as_tensor(state[k]) for k in init], outputs
    if many and isinstance(returned, (tuple, list)):
        nested = len(returned) == 2 and isinstance(returned[0], (tuple, list))
        state, outputs = returned if nested else (returned, None)
        if len(state) != len(init):
            raise _form(init, state)
        return [as_tensor(v) for v in state], outputs
    if many:
        raise _form(init, returned)
    if isinstance(returned, tuple):
        if len(returned) != 2:
            raise _form(init, returned)
        return [as_tensor(returned[0])], returned[1]
    return [as_tensor(returned)], None


def _form(init: Any, state: Any) -> DomainError:
    def said(value: Any) -> str:
        if isinstance(value, Mapping):
            return f"a dict of {', '.join(map(str, value))}"
        return f"{len(value)} tensors" if isinstance(value, (tuple, list)) else "a tensor"

    return DomainError(
        explain(
            "scan: the step returns another form than its state", expected=said(init),
            found=said(state), fix="return the new state in the form of init, or (state, output)",
        )
    )  # fmt: skip


def must_keep(start: Sequence[Tensor], after: Sequence[Tensor]) -> None:
    """Refuse a step that changes the shape of the state."""
    for before, new in zip(start, after, strict=True):
        same = len(before.sizes) == len(new.sizes) and all(
            same_size(a, b) is not False for a, b in zip(before.sizes, new.sizes, strict=True)
        )
        if not same:
            raise ShapeError(
                explain(
                    "ShapeError in scan: the step changes the shape of the state",
                    expected=f"[{', '.join(map(str, before.sizes))}], as {before.call.path} has it",
                    found=f"[{', '.join(map(str, new.sizes))}] from {new.call.path}",
                    fix="give init the shape that the step returns",
                )
            )
