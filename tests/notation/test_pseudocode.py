"""Gradient descent of one layer: the same algorithm in every target, and it learns."""

from __future__ import annotations

import numpy as np
import pytest

from symnn.core.errors import UnknownNameError
from symnn.notation import pseudocode as p
from symnn.notation import tree as t
from symnn.notation.layout import Style
from symnn.notation.parse import parse_text
from symnn.notation.program import to_program
from symnn.text.symbols import parse_symbol

NAMES = {"W": 2, "b": 1, "X": 2, "Y": 2, r"\eta": 0, "E": 0, r"\hat y": 1, r"\delta": 1, "n": 0,
         "p": 0, "N": 0}  # fmt: skip
S = {name: parse_symbol(name) for name in NAMES}
RANKS = {S[name]: rank for name, rank in NAMES.items()}


def read(text):
    return parse_text(text, list(S.values()), indices=["i", "e"])


def descent():
    i, e = t.Index("i"), t.Index("e")
    W, b = S["W"], S["b"]
    steps = (
        p.Assign(S[r"\hat y"], read("W X_i + b"), "forward (2.4)"),
        p.Assign(S[r"\delta"], read("2(ŷ − Y_i)"), "backward (2.6)"),
        p.Assign(W, read("W − η δ X_iᵀ")),
        p.Assign(b, read("b − η δ")),
    )
    return p.Algorithm(
        "Gradient descent",
        (S["X"], S["Y"], S[r"\eta"], S["E"]),
        (
            p.Draw(W, (S["p"], S["n"])),
            p.Assign(b, read("𝟎_p")),
            p.For((e,), (p.For((i,), steps, upper=S["N"]),), upper=S["E"]),
            p.Return((W, b)),
        ),
    )


def test_text():
    assert p.algorithm_text(descent()) == (
        "Gradient descent\n"
        "Input: X, Y, η, E\n"
        '  1  W ← "small random numbers"\n'
        "  2  b ← 𝟎_p\n"
        "  3  for e = 1, …, E do\n"
        "  4      for i = 1, …, N do\n"
        "  5          ŷ ← W X_i + b  ▷ forward (2.4)\n"
        "  6          δ ← 2(ŷ − Y_i)  ▷ backward (2.6)\n"
        "  7          W ← W − η δ X_iᵀ\n"
        "  8          b ← b − η δ\n"
        "  9  return W, b\n"
    )


def test_latex_in_french():
    text = p.algorithm_latex(descent(), Style(lang="fr"))
    assert r"3 & \textbf{pour} $e = 1$, …, $E$ \textbf{faire} &  \\" in text
    assert r"7 & \hspace*{3em}$W \leftarrow W - \eta \delta X_{i}^{\top}$ &  \\" in text
    assert r"9 & \textbf{retourner} $W$, $b$ &  \\" in text


def test_program_runs_and_learns():
    inputs = tuple(S[k] for k in ["X", "Y", r"\eta", "E", "n", "p", "N"])
    source = to_program(descent(), "descend", RANKS, inputs)
    assert source == (
        "import numpy as np\n\n\n"
        "def descend(X, Y, eta, E, n, p, N, rng):\n"
        "    W = 0.1 * rng.standard_normal((p, n))\n"
        "    b = np.zeros(p)\n"
        "    for e in range(E):\n"
        "        for i in range(N):\n"
        "            y_hat = W @ X[i] + b\n"
        "            delta = 2 * (y_hat - Y[i])\n"
        "            W = W - np.outer(eta * delta, X[i])\n"
        "            b = b - eta * delta\n"
        "    return W, b\n"
    )
    space = {}
    exec(source, space)
    rng = np.random.default_rng(0)
    true_W, true_b = rng.normal(size=(2, 3)), rng.normal(size=2)
    X = rng.normal(size=(40, 3))
    W, b = space["descend"](X, X @ true_W.T + true_b, 0.05, 60, 3, 2, 40, rng)
    np.testing.assert_allclose(W, true_W, atol=1e-6)
    np.testing.assert_allclose(b, true_b, atol=1e-6)


def test_conditions_and_other_loops():
    i = t.Index("i")
    algorithm = p.Algorithm("", (), (
        p.Repeat((p.If(read("E > 0"), (p.Assign(S["E"], read("E − 1")),), (p.Comment("wait"),)),),
                 read("E ≤ 0")),
        p.For((i,), (p.Assign(S["N"], read("N + 1")),), source=S["X"]),
        p.Return((S["E"],)),
    ))  # fmt: skip
    assert to_program(algorithm, "f", RANKS, (S["E"], S["N"], S["X"])) == (
        "import numpy as np\n\n\n"
        "def f(E, N, X):\n"
        "    while True:\n"
        "        if E > 0:\n"
        "            E = E - 1\n"
        "        else:\n"
        "            pass\n"
        "            # wait\n"
        "        if E <= 0:\n"
        "            break\n"
        "    for i in X:\n"
        "        N = N + 1\n"
        "    return E\n"
    )
    assert "repeat" in p.algorithm_text(algorithm)
    with pytest.raises(UnknownNameError):
        to_program(algorithm, "f(x)", RANKS, ())
