"""What a derivation is asked for: a function called on tensors, and the wanted tensors, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symnn.core.errors import DomainError, UnknownNameError
from symnn.derivation.gradients import Wanted
from symnn.lang.call import Call, below
from symnn.lang.tensor import Tensor, parameter, tensor


def call_with_tensors(
    function: Callable[..., Any], wrt: Any, shapes: Mapping[str, Any]
) -> tuple[Tensor, list[Tensor]]:
    """Call a NumPy function on symbolic tensors; `wrt` names become parameters."""
    names = [wrt] if isinstance(wrt, str) else list(wrt or shapes)
    unknown = [n for n in names if n not in shapes]
    if unknown:
        raise UnknownNameError(
            f"derive: wrt names {', '.join(unknown)}, which has no shape\n"
            f"  expected: one of {', '.join(shapes)}\n  fix: pass {unknown[0]}=shape"
        )
    made = {
        k: v if isinstance(v, Tensor) else (parameter if k in names else tensor)(k, v)
        for k, v in shapes.items()
    }
    return function(**made), [made[n] for n in names]


def wanted(root: Call, wrt: Any) -> list[Tensor]:
    """The tensors to differentiate in, checked."""
    calls = below([root])
    if wrt is None or (isinstance(wrt, str) and wrt == "all"):
        parameters = (c for c in calls if c.op == "parameter")
        found = [Tensor(c) for c in sorted(parameters, key=lambda c: c.uid)]
        if not found:
            raise UnknownNameError(
                "derive: there is no parameter to differentiate in\n"
                "  fix: name the tensors with wrt=, or make them with sn.parameter"
            )
        return found
    many = wrt if isinstance(wrt, (list, tuple)) else [wrt]
    known: dict[Any, Call] = {c.name: c for c in reversed(calls) if c.name}
    known.update((c, c) for c in calls)
    return [_wanted_one(w, known.get(w.call if isinstance(w, Tensor) else w), calls) for w in many]


def _wanted_one(w: Wanted, found: Call | None, calls: list[Call]) -> Tensor:
    if found is None:
        name = w.call.path if isinstance(w, Tensor) else w
        known = ", ".join(dict.fromkeys(str(c.name) for c in calls if c.name))
        raise UnknownNameError(
            f"derive: the expression does not depend on {name}\n  expected: one of {known}\n"
            "  fix: differentiate in a tensor that it reads"
        )
    if found.port.dtype == "int":
        raise DomainError(
            f"derive: {found.path} holds integers and has no derivative\n"
            "  expected: a float tensor\n  fix: leave it out of wrt"
        )
    return w if isinstance(w, Tensor) else Tensor(found)
