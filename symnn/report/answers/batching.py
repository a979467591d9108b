"""The same equations for a mini-batch: every value that depends on the data gets a batch axis.

A rewriting of the sheet's index notation, so that the batch form is derived like any other and not
typed in. Law: with one example in the batch, the loss is that of the given equations.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from symnn.report.exam.consistency import LEFT

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*")


def batch_letter(equations: Sequence[str]) -> str:
    """An index letter that no equation uses.

    >>> batch_letter(["z[i] = x[s]"])
    't'
    """
    used = {name for e in equations for name in _NAME.findall(e)}
    return next(x for x in "stuvqrcde" if x not in used)


def batch_equations(
    equations: Sequence[str], data: Collection[str], loss: str, size: str
) -> list[str]:
    """The equations with a leading batch axis, and the loss as a mean over it.

    Args:
        equations: in order, index notation.
        data: tensors that differ from example to example.
        loss: the left side that becomes a mean.
        size: the name of the batch size.

    >>> batch_equations(["z[i] = W[i,j]*x[j]", "L = sum(i: z[i]^2)"], ["x"], "L", "m")
    ['z[s,i] = W[i,j]*x[s,j]', 'L = sum(s: sum(i: z[s,i]^2))/m']
    """
    letter = batch_letter(equations)
    moving = set(data)
    result = []
    for equation in equations:
        match = LEFT.match(equation)
        if match is None:
            result.append(equation)
            continue
        name, right = match[1], equation[match.end() :].strip()
        uses = set(_NAME.findall(right)) & moving
        inner = _indexed(right, moving, letter)
        if name == loss:
            result.append(f"{name} = sum({letter}: {inner})/{size}")
        elif uses:
            moving.add(name)
            own = f"{letter},{match[2]}" if match[2] else letter
            result.append(f"{name}[{own}] = {inner}")
        else:
            result.append(equation)
    return result


def _indexed(text: str, moving: Collection[str], letter: str) -> str:
    """Put the batch letter in front of the indices of every moving name."""

    def put(match: re.Match[str]) -> str:
        name, bracket = match[1], match[2]
        if name not in moving:
            return match[0]
        return f"{name}[{letter}," if bracket else f"{name}[{letter}]"

    return re.sub(r"([A-Za-z][A-Za-z0-9_]*)(\s*\[)?", put, text)
