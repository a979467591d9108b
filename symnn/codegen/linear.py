"""NumPy code of inverses, determinants and Cholesky factors.

Law: as the node, on the last two axes of a stack. Extend: a line in `_CALLS`.
"""

from __future__ import annotations

from symnn.codegen.code import Code, call
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
