"""NumPy code of inverses, determinants, Cholesky factors, and of solving.

Law: as the node, on the last two axes of a stack. Extend: a line in `_CALLS`.
An inverse that is only multiplied is never formed: `inv(A) @ b` is `solve(A, b)`.
"""

from __future__ import annotations

from symnn.codegen.code import ATOM, Code, attribute, call, matmul
from symnn.core.canonical import symmetric
from symnn.core.node import LinAlg

_CALLS = {"inv": "inv", "det": "det", "logdet": "slogdet", "cholesky": "cholesky"}


def linalg_code(node: LinAlg, matrix: Code) -> Code:
    """The call; a Cholesky factor is that of the symmetric part."""
    if node.kind == "cholesky" and not symmetric(node.arg, facts=True):
        turned = call("np.swapaxes", matrix, "-1", "-2")
        matrix = Code(f"({matrix} + {turned}) / 2")
    code = call(f"np.linalg.{_CALLS[node.kind]}", matrix)
    return Code(f"{code}[1]") if node.kind == "logdet" else code


def product(first: Code, second: Code, ranks: tuple[int, int]) -> Code:
    """`first @ second`, by solving where one of them is an inverse that has no name.

    >>> product(Code("np.linalg.inv(A)"), Code("b"), (2, 1)).text
    'np.linalg.solve(A, b)'
    >>> product(Code("B"), Code("np.linalg.inv(A)"), (2, 2)).text
    'np.linalg.solve(A.T, B.T).T'
    """
    left, right = inverted(first), inverted(second)
    if left is not None:
        return call("np.linalg.solve", left, second)
    if right is None:
        return matmul(first, second)
    if ranks[0] == 1:
        return call("np.linalg.solve", turned(right), first)
    return attribute(call("np.linalg.solve", turned(right), turned(first)), "T")


def inverted(code: Code) -> Code | None:
    """A where the code is `np.linalg.inv(A)`, Aᵀ where it is the transpose of that."""
    text = code.text.removesuffix(".T")
    head = f"np.linalg.{_CALLS['inv']}("
    if code.level != ATOM or not text.startswith(head) or not text.endswith(")"):
        return None
    inside = text[len(head) : -1]
    depth = 0
    for c in inside:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return None
    argument = Code(inside, ATOM if inside.isidentifier() else 0)
    return turned(argument) if text != code.text else argument


def turned(code: Code) -> Code:
    """The transpose of a matrix, without two turns in a row."""
    text = code.text.removesuffix(".T")
    return Code(text) if code.text != text and text.isidentifier() else attribute(code, "T")
