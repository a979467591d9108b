"""The second route: it reads as dL = tr(Gᵀ dW), and finds the gradients of the chain rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import symnn as sn
from symnn.cli import main
from symnn.core.errors import CheckError, UnsupportedError
from symnn.derivation import differential_texts, differentials
from symnn.notation.tree import Neg

from .sequences import PROBLEMS, Problem, last_step

TEXTS = [
    "logdet(S) + x'*inv(S)*x",
    "det(A*A + B)",
    "tr(inv(A)*B)",
    "z = W*x; p = softmax(z); -y'*log(p)",
    "h = tanh(W*x); norm2(h - y)^2",
    "Y = A*B; tr(Y'*Y)",
    "sum(log(exp(-y.*(X*w)) + vector(1)))",
    "norm2(X*w - y)",
    "logsumexp(W*x)",
    "sum(relu(A*x).^2)",
    "sum(sigmoid(x)./(1 + exp(y)))",
    "diag(x)*y; sum(diag(x)*A*y)",
    "tr(A^3)",
    "x'*chol(S)*x",
]


@pytest.mark.parametrize("text", TEXTS)
def test_both_routes_find_the_same_gradients(text: str) -> None:
    given = {"S": sn.tensor("S", ("n", "n"), assume={"pd"})} if "S" in text else {}
    value = sn.parse(text, **given)
    names = sorted({str(c.name) for c in _leaves(value)})
    d = sn.derive(value, wrt=names)
    assert d.check_differentials(draws=2) < 1e-10
    for depth in ("answers", "main", "all"):
        lines = d.differential_text(depth).splitlines()
        assert [x for x in lines if x[0] != " "][-1].startswith("∇_")


def _leaves(value):
    from symnn.lang.binding import leaf_calls

    return leaf_calls([value.call])


def layer() -> sn.Derivation:
    return sn.derive(sn.parse("h = tanh(W*x); norm2(h - y)^2", wrt="W"))


def test_it_reads_as_a_worked_solution() -> None:
    assert layer().differential_text("all").splitlines() == [
        "(1)  dL = 2(h − y)ᵀ dh   [differential]",
        "      dL = 2(h − y)ᵀ dh",
        "      ⇒ ∇_h = 2(h − y)",
        "(2)  dh = du ⊙ (1 − h ⊙ h)   [differential]",
        "      dL = ∇_hᵀ dh = (∇_h ⊙ (1 − h ⊙ h))ᵀ du",
        "      ⇒ δ = ∇_h ⊙ (1 − h ⊙ h)",
        "(3)  du = dW x   [differential]",
        "      dL = δᵀ du = tr((δ xᵀ)ᵀ dW)",
        "      ⇒ ∇_W = δ xᵀ",
        "∇_W(L) = δ xᵀ",
    ]


@pytest.mark.parametrize("build", PROBLEMS, ids=lambda f: f.__name__)
def test_both_routes_agree_through_time(build: Callable[[], Problem]) -> None:
    problem = build()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    assert d.check_differentials(draws=2) < 1e-10
    for depth in ("answers", "main", "all"):
        assert "∇_" in d.differential_text(depth, "fr").splitlines()[-1]


def test_the_names_in_the_answers_are_defined() -> None:
    W, V = sn.parameter("W", ("p", "n")), sn.parameter("V", ("q", "p"))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("q",))
    h = sn.named("h", sn.numpy.tanh(W @ x))
    d = sn.derive(sn.numpy.sum((V @ h - y) ** 2), wrt=[W, V])
    assert d.differential_text("answers") == d.text("answers")
    assert "δ = ∇_h ⊙ (1 − h ⊙ h)" in d.differential_text("answers")


def test_back_propagation_through_time_by_differentials() -> None:
    problem = last_step()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    lines = [line.strip() for line in d.differential_text("all").splitlines()]
    for line in (
        "(2)  dh_t = da_t ⊙ (1 − h_t ⊙ h_t)   [differential]",
        "⇒ δ_t = ∇_{h_t} ⊙ (1 − h_t ⊙ h_t)",
        "(3)  da_t = U dh_{t − 1} + dU h_{t − 1} + dW x_t   [differential]",
        "(4)  ⇒ ∇_{h_t} = 2 [t = T] (h_T − y) + Uᵀ δ_{t + 1}, ∇_{h_0} = Uᵀ δ_1   "
        "[back-propagation through time; all gradients at step T + 1 are 0]",
    ):
        assert line in lines, line


def test_a_wrong_coefficient_of_a_state_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the later step passes back, the two routes part."""
    monkeypatch.setattr(differentials, "shifted", lambda value, group: value)
    problem = last_step()
    with pytest.raises(CheckError):
        sn.derive(problem.loss, wrt=problem.wrt).check_differentials(draws=1)


def test_three_depths_and_no_other() -> None:
    counts = [len(layer().differential_text(d).splitlines()) for d in ("answers", "main", "all")]
    assert counts[0] < counts[1] < counts[2]
    assert "[différentielle]" in layer().differential_text("main", "fr")
    with pytest.raises(UnsupportedError, match="there is: answers, main, all"):
        layer().differential_text("layers")


def test_a_wrong_route_fails(monkeypatch) -> None:
    d = layer()
    route = d.differentials()
    (leaf,) = (w.call.port for w in d.wrt)
    route.gradients[leaf] = d.wrt[0].call.port
    with pytest.raises(CheckError):
        differential_texts.routes_agree(route, d.program, d.cotangents, draws=1, seed=0)


def test_the_command_prints_the_route(capsys) -> None:
    assert main(["derive", "x'*A*x", "--wrt", "x", "--route", "differentials"]) == 0
    out = capsys.readouterr().out
    assert "∇_x(L) = " in out
    assert "deviation from the chain rule" in out
    assert main(["derive", "x'*A*x", "--route", "differentials", "--json"]) == 2


def test_what_is_put_in_is_all_of_dl_only_where_nothing_else_is_left() -> None:
    d = sn.derive(sn.parse("u = A*x; v = B*x; sum(u.*v)"), wrt="x")
    lines = d.differential_text("all").splitlines()
    assert "      ∇_uᵀ du = (Aᵀ ∇_u)ᵀ dx" in lines
    assert [line for line in lines if "⇒ ∇_x" in line] == ["      ⇒ ∇_x = Aᵀ ∇_u + Bᵀ ∇_v"]
    assert d.check_differentials() < 1e-10


def test_a_wrong_line_fails(monkeypatch) -> None:
    d = layer()
    right = differential_texts.DifferentialWriter.read_off

    def transposed(self, leaf, gradient):
        line = right(self, leaf, gradient)
        return type(line)("=", line.left, Neg(line.right)) if leaf.rank == 1 else line

    monkeypatch.setattr(differential_texts.DifferentialWriter, "read_off", transposed)
    with pytest.raises(CheckError, match="line"):
        d.check_differentials()
