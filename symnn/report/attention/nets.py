"""The variants of attention as equations: heads, masks, another sequence, positions, a whole block.

Every net is a few lines of NumPy that ends in a squared error; all else is derived. To add one: a
function here and its name in `VARIANTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.lang.face import Tensor, named, parameter, sizes, tensor
from symnn.lang.functions import softmax
from symnn.nn.attention import causal_mask
from symnn.report.attention.model import LOSS, Net


class Writer:
    """Names values and makes parameters as a net is written; keeps both in order."""

    def __init__(self) -> None:
        self.values: dict[str, Tensor] = {}
        self.parameters: dict[str, Tensor] = {}
        self.X = tensor("X", ("T", "d"))

    def weight(self, name: str, *shape: Any, latex: str = "") -> Tensor:
        """A parameter."""
        return self.parameters.setdefault(name, parameter(name, shape, latex=latex or name))

    def name(self, name: str, value: Any, latex: str = "") -> Tensor:
        """A named value."""
        return self.values.setdefault(name, named(name, value, latex=latex or name))

    def affine(self, x: Tensor, name: str, inner: str, outer: str, *, bias: bool = True) -> Tensor:
        """`x W + b`."""
        made: Tensor = x @ self.weight(f"W_{name}", inner, outer)
        return made + self.weight(f"b_{name}", outer) if bias else made

    def project(self, x: Tensor, source: Tensor, width: str = "d", *, biases: str = "") -> None:
        """Queries of x, keys and values of a source; biases of the named ones."""
        for n, of, inner, outer in (
            ("Q", x, "d", "d_k"), ("K", source, width, "d_k"), ("V", source, width, "d_v"),
        ):  # fmt: skip
            self.name(n, self.affine(of, n, inner, outer, bias=n in biases))

    def attend(self, mask: Tensor | None = None) -> Tensor:
        """Scores, weights (over the places that a mask leaves) and outputs."""
        v = self.values
        if "S" not in v:
            self.name("S", v["Q"] @ v["K"].T / np.sqrt(sizes("d_k")))
        scores = v["S"] if mask is None else np.where(mask, v["S"], -np.inf)
        self.name("A", softmax(scores, axis=-1))
        return self.name("Z", v["A"] @ v["V"])

    def net(self, output: Tensor) -> Net:
        """The squared error against a target Y at the end."""
        target = tensor("Y", output.sizes)
        self.name("L", np.sum((output - target) ** 2), LOSS)
        return Net(self.values, self.parameters, self.X, target)


def multi_head() -> Net:
    """`sum over heads of Z_h W_O^h`: a head is an axis of every tensor."""
    w = Writer()
    for n, width in (("Q", "d_k"), ("K", "d_k"), ("V", "d_v")):
        w.name(n, np.einsum("td,hdk->htk", w.X, w.weight(f"W_{n}", "h", "d", width)))
    v = w.values
    w.name("S", v["Q"] @ np.swapaxes(v["K"], -1, -2) / np.sqrt(sizes("d_k")))
    w.name("Z", w.name("A", softmax(v["S"], axis=-1)) @ v["V"])
    out = w.weight("W_O", "h", "d_v", "d")
    return w.net(w.name("O", np.einsum("htk,hkd->td", v["Z"], out)))


def grouped() -> Net:
    """Groups of r query heads that share the keys and values of their group."""
    w = Writer()
    w.name("Q", np.einsum("td,grdk->grtk", w.X, w.weight("W_Q", "g", "r", "d", "d_k")))
    for n, width in (("K", "d_k"), ("V", "d_v")):
        w.name(n, np.einsum("td,gdk->gtk", w.X, w.weight(f"W_{n}", "g", "d", width)))
    v = w.values
    w.name("S", np.einsum("grtk,gsk->grts", v["Q"], v["K"]) / np.sqrt(sizes("d_k")))
    w.name("Z", np.einsum("grts,gsk->grtk", w.name("A", softmax(v["S"], axis=-1)), v["V"]))
    out = w.weight("W_O", "g", "r", "d_v", "d")
    return w.net(w.name("O", np.einsum("grtk,grkd->td", v["Z"], out)))


def cross() -> Net:
    """Queries of one sequence, keys and values of another, of its own length and width."""
    w = Writer()
    w.project(w.X, tensor("M", ("N", "d_m")), "d_m")
    return w.net(w.attend())


def causal() -> Net:
    """Row t sees the columns up to t: a domain of the softmax."""
    w = Writer()
    w.project(w.X, w.X)
    T = sizes("T")
    return w.net(w.attend(causal_mask(T, T)))


def padding() -> Net:
    """Columns whose mask is 0 are no part of the softmax: its domain reads the mask."""
    w = Writer()
    w.project(w.X, w.X)
    mask = tensor("M", ("T",), dtype=int, below=2)
    return w.net(w.attend(mask >= 1))


def sinusoidal(shift: Tensor | None = None) -> Net:
    """`sin(p omega^T + 1 phi^T)` added to the tokens; a phase of pi/2 makes the cosine.

    A shift, if given, is added to all positions.
    """
    w = Writer()
    p, omega = tensor("p", ("T",)), tensor("omega", ("d",), latex=r"\omega")
    phi = tensor("phi", ("d",), latex=r"\varphi")
    w.name("P", np.sin(np.outer(p if shift is None else p + shift, omega) + phi))
    E = w.name("E", w.X + w.values["P"])
    w.project(E, E)
    return w.net(w.attend())


def rotary(shift: Tensor | None = None) -> Net:
    """Queries and keys in two halves, each pair turned by its position times a frequency.

    A shift, if given, is added to all positions.
    """
    w = Writer()
    p, omega = tensor("p", ("T",)), tensor("omega", ("l",), latex=r"\omega")
    angle = np.outer(p if shift is None else p + shift, omega)
    cos, sin = w.name("C", np.cos(angle)), w.name("D", np.sin(angle))
    halves = {}
    for n in "QK":
        a, b = (
            w.name(f"{n}_{k}", w.X @ w.weight(f"W_{n}{k}", "d", "l", latex=f"W_{{{n}{k}}}"))
            for k in (1, 2)
        )
        halves[n] = (
            w.name(f"{n}r_1", a * cos - b * sin, rf"\tilde{{{n}}}_1"),
            w.name(f"{n}r_2", a * sin + b * cos, rf"\tilde{{{n}}}_2"),
        )
    w.name("V", w.affine(w.X, "V", "d", "d_v", bias=False))
    products = sum(q @ k.T for q, k in zip(halves["Q"], halves["K"], strict=True))
    w.name("S", products / np.sqrt(2 * sizes("l")))
    return w.net(w.attend())


def _normed(w: Writer, x: Tensor, k: int, small: Tensor) -> Tensor:
    """Layer norm, each line a name: centred, variance, reciprocal root, normed, scaled."""
    centred = w.name(f"C_{k}", x - np.mean(x, axis=-1, keepdims=True))
    variance = w.name(f"v_{k}", np.mean(centred**2, axis=-1))
    root = w.name(f"r_{k}", 1 / np.sqrt(variance + small))
    normed = w.name(f"Xhat_{k}", centred * root[:, None], rf"\hat X_{k}")
    gamma = w.weight(f"gamma_{k}", "d", latex=rf"\gamma_{k}")
    return w.name(f"N_{k}", normed * gamma + w.weight(f"beta_{k}", "d", latex=rf"\beta_{k}"))


def block() -> Net:
    """A transformer block, norms first: attention and two dense layers, each with its residual.

    The keys have no bias, since its gradient is 0.
    """
    w = Writer()
    small = tensor("epsilon", (), assume={"positive"})
    first = _normed(w, w.X, 1, small)
    w.project(first, first, biases="QV")
    residual = w.name("R", w.X + w.affine(w.attend(), "O", "d_v", "d"))
    second = _normed(w, residual, 2, small)
    hidden = w.name("H", np.maximum(w.name("U", w.affine(second, "1", "d", "m")), 0))
    return w.net(w.name("O", residual + w.affine(hidden, "2", "m", "d")))


VARIANTS: dict[str, Callable[[], Net]] = {
    "attention.multi_head": multi_head,
    "attention.grouped": grouped,
    "attention.cross": cross,
    "attention.causal": causal,
    "attention.padding": padding,
    "attention.sinusoidal": sinusoidal,
    "attention.rotary": rotary,
    "attention.block": block,
}
