"""Error messages of the face, word for word: where, expected, found, the sizes so far, the fix."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import DomainError, SymnnError

n, m = sn.sizes("n m")
x = sn.tensor("x", (n,))
W = sn.tensor("W", ("p", n))
A = sn.tensor("A", (n, m))
t = sn.tensor("t", (n,), dtype=int, below=5)
free = sn.tensor("u", (n,), dtype=int)


def message(error: type[Exception], action) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(error) as caught:
        action()
    return str(caught.value)


SHAPES = {
    "broadcast": (lambda: A + x, """\
ShapeError in add
  operands: A: [n, m]   x: [n]
  expected: equal sizes on axis -1 (or the number 1)
  found: m against n
  fix: give both the size m, or insert an axis with [:, None]"""),
    "matmul": (lambda: A @ x, """\
ShapeError in matmul
  operands: A: [n, m]   x: [n]
  expected: equal inner sizes
  found: m against n
  fix: transpose one operand, or give both the inner size m"""),
    "concatenate": (lambda: np.concatenate([A, x]), """\
ShapeError in concatenate
  operands: A: [n, m]   x: [n]
  expected: tensors of one rank
  found: 2 and 1
  fix: insert axes with None"""),
    "einsum": (lambda: np.einsum("ij,jk", A, W), """\
ShapeError in einsum 'ij,jk'
  operands: A: [n, m]   W: [p, n]
  expected: one size for j
  found: m against p
  fix: rename the letter of one operand, or transpose it"""),
    "reshape": (lambda: np.reshape(sn.tensor("B", (3, 4)), (5, 2)), """\
ShapeError in reshape
  operands: B: [3, 4]
  expected: a shape of 12 entries
  found: [5, 2]
  fix: change the shape, or write -1 for one size"""),
    "reshape with -1": (lambda: np.reshape(sn.tensor("B", (3, 4)), (5, -1)), """\
ShapeError in reshape
  operands: B: [3, 4]
  expected: a shape of 12 entries
  found: [5, -1]
  fix: change the shape, or write -1 for one size"""),
    "squeeze": (lambda: np.squeeze(A, axis=0), """\
ShapeError in squeeze
  operands: A: [n, m]
  expected: axis 0 of size 1
  found: size n
  fix: name another axis"""),
    "broadcast_to": (lambda: np.broadcast_to(x, (n, m)), """\
ShapeError in broadcast_to
  operands: x: [n]
  expected: equal sizes, or the number 1
  found: n against m
  fix: insert an axis"""),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shape_errors(name: str) -> None:
    action, wanted = SHAPES[name]
    assert message(sn.ShapeError, action) == wanted


DOMAINS = {
    "len": (lambda: len(x), """\
len needs a number, but the first axis of x has size n
  fix: write x.shape[0], or give the axis a number"""),
    "bool": (lambda: bool(x > 0), """\
a condition on step has no truth value: it is symbolic
  fix: write np.where(condition, a, b) in place of if"""),
    "float": (lambda: float(np.sum(x)), """\
sum is symbolic and has no number
  fix: sn.evaluate(x, name=value, ...) gives numbers"""),
    "asarray": (lambda: np.asarray(x), """\
x is symbolic and has no number
  fix: sn.evaluate(x, name=value, ...) gives numbers"""),
    "assignment": (lambda: x.__setitem__(0, 1), """\
x is an equation and cannot be assigned to
  fix: build the new tensor with np.where, np.concatenate or np.stack"""),
    "in place": (lambda: x.__iadd__(1), """\
x is an equation and cannot be changed in place (+=, -=, *=, ...)
  fix: write x = x + y in place of x += y"""),
    "range": (lambda: range(n), """\
range, len or int needs a number, but the size n is symbolic
  fix: give the axis a number, or write the loop as an index (sn.numpy.arange(n), a sum over an \
axis)"""),
    "if on a size": (lambda: bool(n), """\
a condition (if, while, and, or) needs a number, but the size n is symbolic
  fix: give the axis a number, or write the loop as an index (sn.numpy.arange(n), a sum over an \
axis)"""),
    "axis": (lambda: np.sum(A, axis=2), """\
sum: axis 2 of a tensor of rank 2
  expected: an axis from -2 to 1
  fix: choose one of them"""),
    "transpose": (lambda: A.transpose(0, 0), """\
transpose: axes (0, 0) of a tensor of rank 2
  expected: each axis from 0 to 1 once
  fix: list every axis"""),
    "boolean index": (lambda: x[x > 0], """\
index of x by a boolean mask: the result would have no fixed size
  fix: write np.where(mask, x, 0), or multiply by the mask"""),
    "float index": (lambda: x[x], """\
index of x by x, which holds no integers
  fix: make it with dtype=int and below=, with arange, or with argmax"""),
    "too many indices": (lambda: x[0, 1], """\
index of x: 2 indices for a tensor of rank 1
  expected: at most 1, and one Ellipsis
  fix: drop the extra ones"""),
    "index out of range": (lambda: sn.tensor("B", (3,))[5], """\
index of B: index out of range on axis 0 of size 3
  expected: 0 to 2
  found: 5 to 5
  fix: shift or clip the index, or give the axis that size"""),
    "index of another size": (lambda: x[sn.tensor("k", (n,), dtype=int, below=m)], """\
index of x: index out of range on axis 0 of size n
  expected: 0 to n - 1
  found: 0 to m - 1
  fix: shift or clip the index, or give the axis that size"""),
    "index without range": (lambda: x[free], """\
index of x: the range of the index u is not known
  fix: give the index tensor below=, as in sn.tensor('t', shape, dtype=int, below=V)"""),
    "empty slice": (lambda: sn.tensor("B", (3,))[2:2], """\
index of B: the slice 2:2 of axis 0 is empty
  expected: at least one entry of 3
  fix: change the bounds"""),
    "one_hot": (lambda: sn.one_hot(x, 5), """\
one_hot of x, whose entries are not integers below a known size
  fix: sn.tensor(name, shape, dtype=int, below=V)"""),
    "infinity": (lambda: x + np.inf, """\
an infinite or undefined value in an equation: inf
  expected: np.where(mask, scores, -np.inf) under softmax, logsumexp, exp or max, with a mask of \
arange comparisons
  fix: write a finite number, or np.where(mask, value, 0)"""),
    "masked scores": (lambda: np.tanh(np.where(t >= 2, x, -np.inf)), """\
an infinite or undefined value in an equation: mask
  expected: np.where(mask, scores, -np.inf) under softmax, logsumexp, exp or max, with a mask of \
arange comparisons
  fix: write a finite number, or np.where(mask, value, 0)"""),
    "a mask of data": (lambda: np.where(x > 0, x, -np.inf), """\
np.where(mask, scores, -np.inf) with the mask step
  expected: a mask made by comparing arange positions, such as i[:, None] >= i
  fix: build it from sn.numpy.arange, or write a large finite number such as -1e9"""),
    "a size of 0": (lambda: sn.tensor("z", (0,)), """\
z: an axis of size 0
  expected: sizes of 1 or more"""),
    "empty arange": (lambda: sn.numpy.arange(3, 3), """\
arange from 3 to 3 by 1 has no entries, or no whole number of them
  expected: start < stop
  fix: change the ends"""),
}  # fmt: skip


@pytest.mark.parametrize("name", DOMAINS)
def test_domain_errors(name: str) -> None:
    action, wanted = DOMAINS[name]
    assert message(DomainError, action) == wanted


ONES = np.ones(3)
VALUES = {
    "infinite padding": (lambda: np.pad(x, 1, constant_values=-np.inf), """\
pad: an infinite value
  expected: a number
  fix: a maximum skips what is outside by define(..., outside={'x': 'skip'}), or by \
nn.MaxPool2d(..., padding=1)"""),
    "NaN": (lambda: sn.evaluate(x, x=[1, np.nan]), """\
evaluate: x has a NaN or infinite entry at [1]
  expected: finite numbers
  fix: clean the data first"""),
    "unknown name": (lambda: sn.evaluate(x, y=ONES), """\
evaluate: there is no tensor called y
  expected: x
  fix: use one of these names"""),
    "missing": (lambda: sn.evaluate(W @ x, x=ONES), """\
evaluate: no value for W
  expected: W, x
  fix: pass W=array"""),
    "two of a name": (lambda: sn.evaluate(x + sn.tensor("x", (n,)), x=ONES), """\
evaluate: 2 tensors are called x
  fix: bind by tensor: {x: array}"""),
    "shapes": (lambda: sn.evaluate(W @ x, W=np.ones((2, 3)), x=np.ones(4)), """\
ShapeError in evaluate
  size n is 3 from W axis 1 but 4 from x axis 0
  bound so far: p=2, n=3
  fix: give arrays of the declared shapes"""),
    "several at once": (
        lambda: sn.evaluate(W @ x + sn.tensor("b", (7,))[0], W=np.ones(3), x=ONES, b=ONES), """\
ShapeError in evaluate
  W has 1 axes (3,), expected [p, n]
  b axis 0 is 3, expected 7
  bound so far: n=3
  fix: give arrays of the declared shapes"""),
    "floats for indices": (lambda: sn.evaluate(x[t], x=np.ones(5), t=ONES), """\
evaluate: t holds indices and needs integers, found float64
  fix: pass an array of an integer dtype"""),
    "index too large": (lambda: sn.evaluate(sn.one_hot(t, 5), t=np.array([1, 5])), """\
evaluate: t has the index 5
  expected: 0 to 4
  fix: declare below= as large as the largest index + 1"""),
    "text": (lambda: sn.evaluate(x, x=["a"]), "evaluate: x needs numbers, found dtype <U1"),
    "unbound size": (lambda: sn.evaluate(x[0] * 0 + sn.sizes("q"), x=ONES), """\
ShapeError in evaluate
  size q cannot be bound: no input has an axis of it
  fix: give it a number: sizes={"q": 10}"""),
    "a condition that fails": (lambda: sn.evaluate(x[:4], x=ONES), """\
ShapeError in evaluate
  n - 4 >= 0 was assumed, but n - 4 is -1
  bound so far: n=3
  fix: give arrays of the declared shapes"""),
    "sizes assumed equal": (
        lambda: sn.evaluate(x[1:] + A[0], x=np.ones(4), A=np.ones((4, 5))), """\
ShapeError in evaluate
  n - 1 = m was assumed, but n - 1 is 3 and m is 5
  bound so far: n=4, m=5
  fix: give arrays of the declared shapes"""),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_errors_of_values(name: str) -> None:
    action, wanted = VALUES[name]
    assert message(SymnnError, action) == wanted


@pytest.mark.parametrize(("action", "first"), [
    (lambda: np.sort(x), "np.sort has no equations in symnn"),
    (lambda: np.linalg.svd(A), "np.linalg.svd has no equations in symnn"),
    (lambda: np.fft.fft(x), "np.fft.fft has no equations in symnn"),
    (lambda: np.floor_divide(x, 2), "np.floor_divide has no equations in symnn"),
    (lambda: np.add.accumulate(x), "np.add.accumulate has no equations in symnn"),
    (lambda: np.pad(x, 1, mode="edge"),
     "np.pad with mode='edge' (mode='constant' is what there is) has no equations in symnn"),
    (lambda: np.sum(x, where=x > 0), "np.sum with where= has no equations in symnn"),
    (lambda: np.linalg.norm(A, 2),
     "np.linalg.norm with ord=2 over 2 axes has no equations in symnn"),
    (lambda: sn.numpy.sort, "sn.numpy.sort has no equations in symnn"),
    (lambda: np.where(x > 0), "np.where with one argument (the positions of a condition) has no "
     "equations in symnn"),
], ids=lambda v: v if isinstance(v, str) else "")  # fmt: skip
def test_unsupported_functions_are_named_and_the_others_listed(action, first) -> None:  # type: ignore
    lines = message(sn.UnsupportedError, action).split("\n")
    assert lines[0] == first
    assert lines[1].startswith("  elementwise and operators: absolute, add, arccos")
    assert "argmax, argmin, broadcast_to, clip, concatenate" in lines[2]
    assert "linalg.norm" in lines[2]


def test_names_must_be_identifiers() -> None:
    assert message(SymnnError, lambda: sn.tensor("<b>", (n,))) == (
        "a tensor's name must be an identifier (letters, digits, _), found '<b>'\n"
        "  fix: choose a plain name and give the printed form with latex="
    )
    assert message(SymnnError, lambda: sn.sizes("n+1")) == (
        "a size name must be an identifier, found 'n+1'"
    )


def test_an_unknown_attribute_names_what_is_missing() -> None:
    assert message(AttributeError, lambda: x.fnord) == "a symnn tensor has no attribute 'fnord'"
    assert message(AttributeError, lambda: sn.fnord).startswith("symnn has no 'fnord'\n  there is:")


def test_a_tensor_finds_itself_in_a_dict() -> None:
    assert {x: 1, A: 2}[x] == 1
    assert x in [x]
