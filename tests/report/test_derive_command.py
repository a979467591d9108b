"""`symnn derive`: what is typed is derived and checked; a mistake is one message with a caret."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import symnn as sn
from symnn.cli import main
from symnn.derivation.slopes import jacobian_error
from symnn.report.printing.typed import Typed

# The input examples of matrixcalculus.org's documentation and front page.
DOCUMENTED = [
    "x'*A*x + c*sin(y)'*x",
    "0.5*x'*A*x",
    "A*exp(x)",
    "sin(x)'*y",
    "(y.*v)'*x",
    "a^b",
    "norm1(A*x-y)",
    "norm2(A*x-y)^2",
    "sum(log(exp(-y.*(X*w)) + vector(1)))",
    "tr(A*X'*B*X*C)",
    "log(det(inv(X)))",
]

NET = """
[input]
shape = ["N", 4]
[[layers]]
type = "dense"
units = 5
activation = "tanh"
[[layers]]
type = "dense"
units = 3
[loss]
type = "cross_entropy"
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.toml"
    path.write_text(NET, encoding="utf-8")
    return path


def derived(capsys, *arguments: str) -> dict:
    assert main(["derive", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("text", DOCUMENTED)
def test_the_documented_examples_paste_in(text: str, capsys) -> None:
    value, names = Typed(text).read()
    found = derived(capsys, text, "--jacobian")["jacobians"]
    assert [row["wrt"] for row in found] == [[n] for n in names]
    assert all(row["deviation"] < 1e-6 for row in found)
    if not value.ndim:
        gradients = derived(capsys, text)
        assert list(gradients["gradients"]) == names
        assert gradients["passed"]


def test_a_formula_with_declared_sizes(capsys) -> None:
    sizes = [x for s in ("W=m,n", "x=n", "b=m", "y=m") for x in ("--var", s)]
    found = derived(capsys, "norm2(W*x+b-y)^2", *sizes, "--wrt", "W,b")["gradients"]
    assert found["W"]["text"] == "2(W x + b − y) xᵀ"
    assert found["W"]["shape"] == ["m", "n"]
    assert list(found) == ["W", "b"]


def test_statements_name_intermediates_and_declarations_their_facts(capsys) -> None:
    text = "X: symmetric matrix(n); z = X*w; w'*z"
    assert derived(capsys, text, "--wrt", "w")["gradients"]["w"]["text"] == "z + X w"
    assert derived(capsys, text, "--wrt", "z")["gradients"]["z"]["text"] == "w"


def test_facts_can_be_assumed_of_inferred_names(capsys) -> None:
    plain = derived(capsys, "A: matrix(n,n); x'*A*x", "--wrt", "x")["gradients"]["x"]["text"]
    known = derived(capsys, "A: matrix(n,n); x'*A*x", "--wrt", "x", "--assume", "A=symmetric")
    assert plain == "(A + Aᵀ) x"
    assert known["gradients"]["x"]["text"] == "2 A x"


def test_a_rule_can_be_left_out(capsys) -> None:
    text = "sum(x.^2) + x'*x"
    assert derived(capsys, text)["gradients"]["x"]["text"] == "4 x"
    longer = derived(capsys, text, "--rules-off", "like terms")
    assert longer["gradients"]["x"]["text"] == "2(x + x)"
    assert longer["passed"]


def test_singular_draws_are_not_taken(capsys) -> None:
    found = derived(capsys, "logdet(A'*A)")
    assert found["gradients"]["A"]["deviation"] < 1e-6


def test_the_hessian_has_every_block(capsys) -> None:
    found = derived(capsys, "norm2(X*w - y)^2", "--wrt", "w,y", "--hessian")["hessians"]
    assert [(r["wrt"], r["text"]) for r in found] == [
        (["w", "w"], "2 Xᵀ X"), (["w", "y"], "−2 Xᵀ"), (["y", "y"], "2 𝐈_m"),
    ]  # fmt: skip
    assert all(r["deviation"] < 1e-6 for r in found)


def test_a_network_gives_all_its_gradients(net: Path, capsys) -> None:
    found = derived(capsys, str(net), "--wrt", "all")
    assert list(found["gradients"]) == ["W_linear1", "b_linear1", "W_linear2", "b_linear2"]
    assert found["gradients"]["W_linear2"]["text"] == "(rowsoftmax(Z⁽²⁾) − Y)ᵀ A⁽¹⁾ / N"
    assert main(["derive", str(net), "--depth", "layers"]) == 0
    assert "A⁽¹⁾ = tanh(Z⁽¹⁾)" in capsys.readouterr().out


def test_the_loss_of_a_network_may_be_given(net: Path, capsys) -> None:
    found = derived(capsys, str(net), "--loss", "mse", "--wrt", "b_linear2")
    assert found["gradients"]["b_linear2"]["deviation"] < 1e-6
    net.write_text(NET.replace("[loss]", "").replace('type = "cross_entropy"', ""), "utf-8")
    assert main(["derive", str(net)]) == 2
    assert "--loss cross_entropy" in capsys.readouterr().err


ERRORS = [
    (["norm2(W*x+"], "  norm2(W*x+\n            ^\n"),
    (["A*x + y*B"], "^"),
    (["x y"], "  x y\n    ^\n"),
    (["W*x"], "fix: sum it, or --jacobian"),
    (["W*x", "--hessian"], "fix: sum it, or --jacobian"),
    (["x'*x", "--wrt", "q"], "expected: one of"),
    (["x'*x", "--var", "q=n"], "expected: a name of the formula: x"),
    (["x'*x", "--var", "x"], "expected: NAME=VALUE"),
    (["x'*x", "--assume", "x=odd"], "expected: one of symmetric"),
    (["x'*A*y", "--assume", "A=symmetric"], "fix: --var A=n,n"),
    (["x'*x", "--rules-off", "all"], "there is: "),
    (["x'*x", "--define", "L = u"], "found: both"),
    (["x'*x", "--hessian", "--jacobian"], "found: both"),
    (["x'*x", "--hessian", "--depth", "main"], "found: --hessian"),
    (["none.toml"], "none.toml: no such file"),
]


@pytest.mark.parametrize(("arguments", "words"), ERRORS, ids=[" ".join(e[0]) for e in ERRORS])
def test_a_mistake_is_one_message_and_code_2(arguments, words, capsys) -> None:
    assert main(["derive", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "Traceback" not in captured.err


def test_a_wrong_jacobian_fails_its_check() -> None:
    A, x = sn.tensor("A", ("n", "n")), sn.tensor("x", ("n",))
    with pytest.raises(sn.CheckError):
        jacobian_error(A @ np.tanh(x), x, sn.jacobian(A @ np.tanh(x), x).T)


def test_latex_of_several_results_is_aligned(capsys) -> None:
    assert main(["derive", "x'*A*y", "--jacobian", "--format", "latex"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(r"\begin{aligned}")
    assert r"\frac{\partial f}{\partial x} &= A y \\" in out
