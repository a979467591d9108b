"""Small parts of the report, each held to its law."""

from __future__ import annotations

import numpy as np
import pytest

from symnn.notation import tree as t
from symnn.report.answers.batching import batch_equations
from symnn.report.answers.curves import Curve, draw_curves
from symnn.report.answers.shape_lines import shape_line
from symnn.report.derivation.depth import derive_deep, relative
from symnn.report.derivation.training_runs import Space, affine_map, least_squares
from symnn.report.exam.toml_lines import key_lines
from symnn.report.words import Words

n, p = t.Sym("n"), t.Sym("p")
W, x, b = t.Sym("W"), t.Sym("x"), t.Sym("b")
SHAPES = {W: (p, n), x: (n,), b: (p,)}


@pytest.mark.parametrize(
    ("tree", "result", "text"),
    [
        (t.Add((t.Mul((W, x)), b)), (p,), "(p × n)(n) + (p) = (p)"),
        (t.Mul((b, t.Transpose(x))), (p, n), "(p × 1)(1 × n) = (p × n)"),
        (t.Mul((t.Transpose(W), b)), (n,), "(n × p)(p) = (n)"),
        (t.Mul((t.Num(2), t.Add((b, t.Neg(b))))), (p,), "(p) − (p) = (p)"),
        (t.Norm(b, squared=True), (), "‖(p)‖² = (1)"),
        (t.Hadamard((b, b)), (p,), "(p) ⊙ (p) = (p)"),
        (b, (p,), "(p)"),
    ],
)
def test_shape_lines(tree: t.Tree, result: tuple[t.Tree, ...], text: str) -> None:
    found = shape_line(tree, result, SHAPES)
    assert found is not None
    assert found.text == text


def test_lines_of_keys_in_every_form_of_toml() -> None:
    text = 'a.b = 1 # [x]\n"c" = """\n[no]\n"""\n[[d]]\ne = [1, { f = "]" }]\n[[d]]\n[d.g]\nh = 2\n'
    lines = key_lines(text)
    assert lines["a", "b"] == 1
    assert lines["c",] == 2
    assert lines["d", 0, "e", 1, "f"] == 6
    assert lines["d", 1, "g", "h"] == 9
    assert ("no",) not in lines


def test_batched_equations_keep_parameters_apart() -> None:
    found = batch_equations(
        ["z[i] = sum(j: W[i,j]*x[j]) + b[i]", "r = z[1]", "c[i] = b[i]", "L = sum(i: z[i]^2) + r"],
        ["x"], "L", "m",
    )  # fmt: skip
    assert found == [
        "z[s,i] = sum(j: W[i,j]*x[s,j]) + b[i]", "r[s] = z[s,1]", "c[i] = b[i]",
        "L = sum(s: sum(i: z[s,i]^2) + r[s])/m",
    ]  # fmt: skip


def test_the_recursion_is_the_same_in_every_layer() -> None:
    net = derive_deep("tanh", layers=5)
    assert net.recursion is not None
    assert relative(t.Sym("W", sup="[4]"), 3) == t.Sym("W", sup="[l+1]")
    assert net.check(1, 0).passed


def test_affine_maps_are_recognised() -> None:
    A, c = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([3.0, -4.0])
    found, constant, deviation = affine_map(lambda v: A @ v + c, 2)
    np.testing.assert_allclose(found, A)
    np.testing.assert_allclose(constant, c)
    assert deviation < 1e-12
    assert affine_map(lambda v: v**2, 2)[2] > 1e-3


def test_the_minimum_of_a_quadratic_needs_only_its_values() -> None:
    space = Space(((2, 1), (1,)))
    target = np.array([1.0, -2.0, 0.5])

    def loss(parameters: tuple[np.ndarray, ...]) -> float:
        return float(np.sum((space.pack(parameters) - target) ** 2) + 7)

    point, value = least_squares(loss, space)
    np.testing.assert_allclose(point, target)
    assert value == pytest.approx(7)


def test_curves_are_the_same_bytes_each_time() -> None:
    def draw() -> str:
        return draw_curves([Curve("η = 0,1", [10.0, 1.0, 0.1])], Words("fr"), x="époque",
                           description="x", prefix="c")  # fmt: skip

    assert draw() == draw()
    assert "var(--blue" in draw()
    assert "<metadata>" not in draw()
