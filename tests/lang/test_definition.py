"""`sn.define`: equations as text against NumPy, their gradients, and their error messages."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import symnn as sn
from tests.differences import check_gradients, close

RNG = np.random.default_rng(3)
A, B = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 5))
V = RNG.normal(size=7)
IMAGE, KERNEL = RNG.normal(size=(2, 2, 5, 6)), RNG.normal(size=(3, 2, 2, 3))
E = np.exp(A)


def conv2d(x: np.ndarray, w: np.ndarray, s: int, p: int) -> np.ndarray:
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    views = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    return np.einsum("nchvkl,ockl->nohv", views, w)


EQUATIONS = {
    "dense": ("y[i,k] = sum(j: a[i,j] * b[j,k]) + 1", lambda a, b: a @ b + 1, (A, B)),
    "transposed": ("y[k,i] = sum(j: b[j,k] * a[i,j])", lambda a, b: (a @ b).T, (A, B)),
    "trace": ("y = sum(i,j: a[i,j]^2) / 2", lambda a: np.sum(a**2) / 2, (A,)),
    "softmax": ("p[i,j] = exp(a[i,j]) / sum(k: exp(a[i,k]))",
                lambda a: special.softmax(a, 1), (A,)),
    "softmax along": ("p[i,j] = softmax[j](2*a[i,j])", lambda a: special.softmax(2 * a, 1), (A,)),
    "lse": ("y[i] = logsumexp(j: a[i,j])", lambda a: special.logsumexp(a, axis=1), (A,)),
    "lse, kept out of order": ("y[j] = logsumexp[i](a[i,j]^2)",
                               lambda a: special.logsumexp(a**2, axis=0), (A,)),
    "variance": ("v[i] = mean(j: (a[i,j] - mean(k: a[i,k]))^2)", lambda a: a.var(1), (A,)),
    "norm": ("n[i] = sqrt(sum(j: a[i,j]^2))", lambda a: np.linalg.norm(a, axis=1), (A,)),
    "maximum": ("m[i] = max(j: a[i,j]^3) - min(j: a[i,j])",
                lambda a: (a**3).max(1) - a.min(1), (A,)),
    "products": ("m[j] = prod(i: 1 + a[i,j])", lambda a: np.prod(1 + a, 0), (A,)),
    "functions": ("y[i] = tanh(v[i]) * sigmoid(-v[i]) + maximum(v[i], 0.3) - square(v[i])",
                  lambda v: np.tanh(v) * special.expit(-v) + np.maximum(v, 0.3) - v**2, (V,)),
    "power of a tensor": ("y[i] = exp(v[i]) ^ v[i]", lambda v: np.exp(v) ** v, (V,)),
    "difference": ("d[i] = v[i+1] - v[i]", np.diff, (V,)),
    "shadowing": ("y = sum(i: v[i]) * sum(i: v[i]^2)", lambda v: v.sum() * (v**2).sum(), (V,)),
    "lower triangle": ("y[i,j] = a[i,j] * [i >= j]", np.tril, (A,)),
    "strict": ("y[i,j] = a[i,j] * [i < j]", lambda a: np.triu(a, 1), (A,)),
    "two relations": ("y[i,j] = a[i,j] * [i <= j, j <= i]",
                      lambda a: a * np.eye(3, 4), (A,)),
    "index as a value": ("y = sum(i: i * v[i])", lambda v: np.arange(7) @ v, (V,)),
    "reversed": ("y[i] = v[6 - i]", lambda v: v[::-1], (V,)),
    "even places": ("y[i] = v[2*i + 1]", lambda v: v[1::2], (V,)),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUATIONS)
def test_equations_equal_numpy_in_value_and_gradient(name: str) -> None:
    text, f, arrays = EQUATIONS[name]
    letters = "vab" if arrays[0] is V else "ab"
    sizes = {"reversed": {"i": 7}, "difference": {"i": 6}}.get(name)
    tensors = [sn.tensor(letters[k], a.shape) for k, a in enumerate(arrays)]
    y = sn.define(text, sizes=sizes, **{str(t.name): t for t in tensors})
    numbers = dict(zip(tensors, arrays, strict=True))
    assert close(sn.evaluate(y, numbers), np.asarray(f(*arrays)), 1e-12)
    check_gradients(y, numbers, f)


@pytest.mark.parametrize(("s", "p"), [(1, 0), (1, 1), (2, 1), (3, 2), (2, 0)])
def test_convolution_has_the_published_output_size(s: int, p: int) -> None:
    x, w = sn.tensor("x", ("n", "c", "H", "V")), sn.tensor("w", ("o", "c", "k", "l"))
    y = sn.define(
        "y[n,o,h,v] = sum(c,k,l: x[n,c,s*h+k-p,s*v+l-p] * w[o,c,k,l])",
        x=x, w=w, s=s, p=p, outside={"x": 0},
    )  # fmt: skip
    numbers = {x: IMAGE, w: KERNEL}
    assert close(sn.evaluate(y, numbers), conv2d(IMAGE, KERNEL, s, p), 1e-12)
    check_gradients(y, numbers, lambda a, b: conv2d(a, b, s, p), order=1 if s > 1 else 2)


def test_pooling_skips_what_is_outside() -> None:
    x = sn.tensor("x", ("n", "H"))
    y = sn.define("y[n,h] = max(k: x[n,2*h+k-1])", x=x, sizes={"k": 3}, outside={"x": "skip"})
    a = -np.abs(RNG.normal(size=(2, 7))) - 1
    padded = np.pad(a, ((0, 0), (1, 1)), constant_values=-np.inf)
    wanted = np.lib.stride_tricks.sliding_window_view(padded, 3, axis=1)[:, ::2].max(-1)
    assert close(sn.evaluate(y, x=a), wanted, 0)
    check_gradients(y, {x: a}, None)


def test_products_and_softmax_skip_what_is_outside() -> None:
    x = sn.tensor("x", (5,))
    y = sn.define("y[h] = prod(k: x[h+k-1])", x=x, sizes={"k": 3}, outside={"x": "skip"})
    a = RNG.uniform(0.5, 1.5, 5)
    padded = np.pad(a, 1, constant_values=1)
    assert close(sn.evaluate(y, x=a), padded[:-2] * padded[1:-1] * padded[2:], 1e-12)
    check_gradients(y, {x: a}, None)
    p = sn.define("p[h,k] = softmax[k](x[h+k-1])", x=x, sizes={"k": 3}, outside={"x": "skip"})
    padded = np.pad(a, 1, constant_values=-np.inf)
    rows = np.lib.stride_tricks.sliding_window_view(padded, 3)
    assert close(sn.evaluate(p, x=a), special.softmax(rows, axis=1), 1e-12)
    check_gradients(p, {x: a}, None)


def test_embedding_reads_at_integers() -> None:
    table, t = sn.tensor("E", ("V", "d")), sn.tensor("t", ("B", "T"), dtype=int, below="V")
    y = sn.define("y[b,s,d] = E[t[b,s],d]^2", E=table, t=t)
    numbers = {table: RNG.normal(size=(6, 2)), t: np.array([[0, 5, 5], [2, 0, 1]])}
    assert close(sn.evaluate(y, numbers), numbers[table][numbers[t]] ** 2, 1e-12)
    check_gradients(y, numbers, lambda a, i: a[i] ** 2)


def test_a_float_of_the_user_is_the_decimal_that_was_written() -> None:
    x = sn.tensor("x", ("n",))
    y = sn.define("y[i] = x[i] / sqrt(x[i]^2 + eps)", x=x, eps=1e-3)
    assert close(sn.evaluate(y, x=V), V / np.sqrt(V**2 + 1e-3), 1e-12)


x784, w785 = sn.tensor("x", ("batch", 784)), sn.tensor("w", (785, 128))
v = sn.tensor("v", ("n",))
Z = {"z": sn.tensor("z", ("n", 9))}
MESSAGES = [
    ("y[b,o] = sum(i: x[b,i] * w[i,o])", {"x": x784, "w": w785}, sn.ShapeError, """\
ShapeError in define (test_definition.py:LINE)
  y[b,o] = sum(i: x[b,i] * w[i,o])
                             ^
  index i has size 784 from x axis 1   x: [batch, 784]
               but 785 from w axis 0   w: [785, 128]
  bound so far: b=batch, i=784
  fix: give w the shape [784, 128], or x the size 785 there"""),
    ("y[b,o] = sum(i: x[b,i] * q[i,o])", {"x": x784}, sn.UnknownNameError, """\
UnknownNameError in define
  y[b,o] = sum(i: x[b,i] * q[i,o])
                           ^
  q is no tensor
  expected: x
  fix: pass q= to define, or correct the name"""),
    ("y[i] = sum(k x[k])", {"x": v}, sn.ParseError, """\
ParseError in define
  y[i] = sum(k x[k])
               ^
  expected: ':'
  found: 'x'
  fix: write it as in "y[i] = sum(k: A[i,k] * x[k])\""""),
    ("y[h] = sum(k: z[k, h*h])", Z, sn.ParseError, """\
ParseError in define
  y[h] = sum(k: z[k, h*h])
                      ^
  expected: a position affine in the indices, such as s*i + k - p
  found: something else
  fix: compute it as an integer tensor first, and read that"""),
    ("y[n,h] = max(k: z[n, 3*h+k])", Z, sn.ShapeError, """\
ShapeError in define (test_definition.py:LINE)
  y[n,h] = max(k: z[n, 3*h+k])
      ^
  index h has no size: no tensor is read at it alone
  bound so far: n=n
  fix: say sizes={"h": ...}"""),
    ("y[n,h] = z[n, h] + z[n, h-1]", Z, sn.ShapeError, """\
ShapeError in define (test_definition.py:LINE)
  y[n,h] = z[n, h] + z[n, h-1]
                          ^
  the read leaves axis 1 of size 9   z: [n, 9]
  bound so far: n=n, h=9
  fix: say what is there with outside={"z": 0}, or shift the position"""),
    ("y[n] = z[n]", Z, sn.ParseError, """\
ParseError in define
  y[n] = z[n]
         ^
  expected: 2 positions: z has shape [n, 9]
  found: 1
  fix: give one position per axis"""),
    ("y[n] = tanh(z[n,0], 1)", Z, sn.ParseError, """\
ParseError in define
  y[n] = tanh(z[n,0], 1)
         ^
  expected: 1 arguments of tanh
  found: 2
  fix: count them"""),
    ("y[n] = z[n,0] ; import os", Z, sn.ParseError, """\
ParseError in define
  y[n] = z[n,0] ; import os
                ^
  expected: a name, a number or an operator
  found: ';'
  fix: write it as in "y[i] = sum(k: A[i,k] * x[k])\""""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bound", "error", "message"), MESSAGES, ids=lambda v: str(v)[:30])
def test_messages_are_literal(text, bound, error, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error) as caught:
        sn.define(text, **bound)
    got = str(caught.value)
    line = got.partition("test_definition.py:")[2].partition(")")[0]
    assert (got.replace(f":{line})", ":LINE)") if line else got) == message


def test_long_and_deep_texts_are_refused_not_crashed_on() -> None:
    for text in ("y = " + "(" * 500 + "1" + ")" * 500, "y = " + "+".join(["1"] * 5000)):
        with pytest.raises(sn.ParseError, match="at most"):
            sn.define(text)


def test_names_bound_but_not_read_are_refused() -> None:
    with pytest.raises(sn.UnknownNameError, match="w given, but not in"):
        sn.define("y[i] = v[i]", v=v, w=3)
    with pytest.raises(sn.UnknownNameError, match="outside= names q"):
        sn.define("y[i] = v[i]", v=v, outside={"q": 0})
    with pytest.raises(sn.UnsupportedError, match="there is: 0, 'skip'"):
        sn.define("y[i] = v[i]", v=v, outside={"v": "edge"})


def test_a_window_that_must_fit_is_a_condition() -> None:
    signal, weights = sn.tensor("x", ("T",)), sn.tensor("w", (3,))
    y = sn.define("y[t] = sum(u: x[t+u] * w[u])", x=signal, w=weights)
    assert [str(c) for c in y.call.conditions] == ["T - 3 >= 0"]
