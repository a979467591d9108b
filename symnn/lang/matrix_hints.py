"""What a formula is often written with, and how the matrix grammar says it: the fix in a message.

Law: a hint is added to a refusal, never guessed into the formula. Extend: a row of a table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

SIGNS = {
    "×": "write * for a product of matrices, .* for entries",
    "·": "write * for a product of matrices, x'*y for an inner product",
    "⋅": "write * for a product of matrices, x'*y for an inner product",
    "∗": "write *",
    "⊙": "write .* for a product of entries", "∘": "write .* for a product of entries",
    "@": "write * for a product of matrices",
    "−": "write -", "–": "write -", "÷": "write /", "\\": "write inv(A)*b",
    "’": "write ' for the transpose", "‘": "write ' for the transpose",
    "′": "write ' for the transpose", "´": "write ' for the transpose",
    "`": "write ' for the transpose", "ᵀ": "write x' for the transpose",
    ".": "write x' for the transpose, .* ./ .^ for entries",
    "‖": "write norm2(x), norm1(x)",
    "|": "write abs(x) for entries, norm2(x) for a norm, det(A) for a determinant",
    "[": "entries are not read: sn.define takes index notation",
    "]": "entries are not read: sn.define takes index notation",
    "²": "write ^2, or .^2 for entries", "³": "write ^3, or .^3 for entries",
    "⁻": "write inv(A)", "√": "write sqrt(x)", "∑": "write sum(x)",
    "<": "comparisons are not part of it; write step(x), relu(x), max(x, y)",
    ">": "comparisons are not part of it; write step(x), relu(x), max(x, y)",
    "%": "a comment starts with #", '"': "leave out the quotation marks",
    "“": "leave out the quotation marks", "”": "leave out the quotation marks",
    "{": "write parentheses", "}": "write parentheses", "$": "leave out the dollar signs",
}  # fmt: skip
FUNCTIONS = {
    "ln": "log(x)", "log2": "log(x)/log(2)", "log10": "log(x)/log(10)", "lg": "log(x)/log(10)",
    "trace": "tr(A)", "Tr": "tr(A)", "norm": "norm2(x) or norm1(x)", "norm_2": "norm2(x)",
    "norm_1": "norm1(x)", "frobenius": "norm2(A)", "transpose": "A'", "T": "A'",
    "inverse": "inv(A)", "Det": "det(A)", "determinant": "det(A)", "logabsdet": "logdet(A)",
    "eye": "eye, without an argument: its size follows from its place",
    "I": "eye, without an argument: its size follows from its place",
    "identity": "eye, without an argument: its size follows from its place",
    "ones": "vector(1) or matrix(1)", "zeros": "vector(0) or matrix(0)", "dot": "x'*y",
    "inner": "x'*y", "outer": "x*y'", "hadamard": "x.*y", "sigma": "sigmoid(x)", "σ": "sigmoid(x)",
    "logistic": "sigmoid(x)", "Sigmoid": "sigmoid(x)", "ReLU": "relu(x)", "GELU": "gelu(x)",
    "asin": "arcsin(x)", "acos": "arccos(x)", "atan": "arctan(x)", "tg": "tan(x)",
    "sh": "sinh(x)", "ch": "cosh(x)", "th": "tanh(x)", "maximum": "max(x, y)",
    "minimum": "min(x, y)", "pow": "x.^a", "square": "x.^2", "cholesky": "chol(A)",
    "lse": "logsumexp(x)", "average": "mean(x)", "sgn": "sign(x)", "heaviside": "step(x)",
    "Exp": "exp(x)", "Log": "log(x)", "Sum": "sum(x)", "argmax": "max(x, y), entry by entry",
}  # fmt: skip


def unknown_sign(sign: str) -> str:
    r"""Why a character is refused.

    >>> unknown_sign("@")
    "'@' is not part of the grammar\n  fix: write * for a product of matrices"
    """
    hint = SIGNS.get(sign)
    return f"{sign!r} is not part of the grammar" + (f"\n  fix: {hint}" if hint else "")


def unknown_function(name: str, known: Iterable[str]) -> str:
    r"""Why a function is refused: the one that was meant, and all that there are.

    >>> unknown_function("ln", ["exp", "log"])
    'unknown function ln; there is: exp, log\n  fix: write log(x)'
    """
    all_known = sorted(known)
    close = difflib.get_close_matches(name.lower(), all_known, 1, 0.7)
    hint = FUNCTIONS.get(name, f"{close[0]}(...)" if close else "")
    problem = f"unknown function {name}; there is: {', '.join(all_known)}"
    return f"{problem}\n  fix: write {hint}" if hint else problem
