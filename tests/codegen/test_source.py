"""The generated source: runs alone, has safe names, refuses clearly, and reads well."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.core.errors import ShapeError, UnknownNameError, UnsupportedError
from symnn.lang.binding import evaluate
from symnn.lang.face import parameter, sizes, tensor
from symnn.lang.functions import gelu, sigmoid
from symnn.nn import LSTM
from tests.codegen.nets import NETS

ROOT = Path(__file__).parent.parent.parent
ALONE = """
import sys, json
sys.modules["symnn"] = None
source, arrays = json.load(sys.stdin)
import numpy as np
space = {}
exec(source, space)
result = space["f"](*(np.array(a) for a in arrays))
print(json.dumps([np.asarray(r).tolist() for r in result]))
"""


@pytest.mark.parametrize("name", NETS)
def test_golden_source(name: str, golden: Callable[[str, str], None]) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.codegen.nets", name],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    golden(f"codegen/{name}.py", made)


def test_the_source_runs_without_symnn() -> None:
    W, x = parameter("W", ("p", "n")), tensor("x", ("n",))
    loss = np.sum(gelu(W @ x) * sigmoid(W @ x))
    f = compile([loss, gradients(loss, [W])[W]])
    values = {"W": np.arange(6.0).reshape(2, 3) / 5, "x": np.array([1.0, -1.0, 0.5])}
    order = [values[str(t.name)].tolist() for t in f.inputs]
    ran = subprocess.run(
        [sys.executable, "-I", "-c", ALONE], input=json.dumps([f.source, order]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    got = json.loads(ran.stdout)
    assert np.allclose(got[0], evaluate(loss, values), 1e-12)
    assert np.allclose(got[1], f(values)[1], 1e-12)
    assert set(f.source.split("\n\n\n")[0].splitlines()) == {
        "import numpy as np", "from scipy.special import erf",
    }  # fmt: skip


def test_names_of_python_and_numpy_are_renamed() -> None:
    tensors = [tensor(n, ("max",)) for n in ("lambda_", "np", "range", "None_", "def_")]
    for name in ("lambda", "def", "match"):
        tensors.append(tensor(name, ("max",)))
    f = compile(sum(tensors[1:], tensors[0]) * np.sqrt(tensors[0].shape[0]))
    got = f({t: np.full(2, float(k)) for k, t in enumerate(tensors)})
    assert np.allclose(got, sum(range(8)) * np.sqrt(2))


def test_two_inputs_of_one_name_are_two_arguments() -> None:
    a, b = tensor("x", ("n",)), tensor("x", ("n",))
    assert compile(a - 2 * b)({a: [1.0], b: [3.0]}).tolist() == [-5]


def test_sizes_that_collide_with_tensors() -> None:
    n = tensor("n", ("n",))
    assert compile(n / n.shape[0])(n=[2.0, 4.0]).tolist() == [1, 2]


def test_a_size_is_solved_from_an_expression() -> None:
    n = sizes("n")
    x = tensor("x", (2 * n,))
    assert compile(x[:n] / n)(x=np.arange(6.0)).tolist() == [0, 1 / 3, 2 / 3]


def test_shape_errors_name_every_mismatch() -> None:
    W, x = parameter("W", ("p", "n")), tensor("x", ("n",))
    with pytest.raises(ShapeError) as error:
        compile(W @ x)(W=np.ones((2, 3)), x=np.ones(4))
    assert str(error.value) == (
        "ShapeError in compile\n  size n is 3 from W axis 1 but 4 from x axis 0\n"
        "  bound so far: p=2, n=3\n  fix: give arrays of the declared shapes"
    )


def test_missing_and_unknown_names() -> None:
    x = tensor("x", ("n",))
    with pytest.raises(UnknownNameError, match="compile: no value for x"):
        compile(x * 2)()
    with pytest.raises(UnknownNameError, match="compile: there is no tensor called y"):
        compile(x * 2)(x=[1.0], y=[2.0])


def test_unknown_dtypes_are_refused() -> None:
    with pytest.raises(UnsupportedError) as error:
        compile(tensor("x", ()), dtype=np.float16)
    assert str(error.value) == "compile: dtype float16\n  there is: float64, float32"


def test_recorded_conditions_are_checked() -> None:
    x = tensor("x", ("n",))
    with pytest.raises(ShapeError, match=r"n - 4 >= 0|was assumed"):
        compile(x[2:4] * 1)(x=[1.0])


def test_stacks_are_multiplied_as_they_lie_in_memory_and_once() -> None:
    layer = LSTM("n", "h")
    x, y = tensor("x", ("N", "T", "n")), tensor("y", ("N", "T", "h"))
    loss = np.sum((layer(x) - y) ** 2)
    wanted = [loss, *gradients(loss, layer.parameters()).values()]
    f = compile(wanted)
    after = f.source.split("reversed(range(T))")[1]
    assert ".transpose(" not in after
    assert after.count("sigmoid * tanh * t_") == 1
    assert "np.einsum" not in f.source.split("reversed(range(T))")[0]
    extents = {"N": 3, "T": 5, "n": 4, "h": 2}
    rng = np.random.default_rng(0)
    at = {
        t: rng.normal(
            size=[int(s.subs({x: extents[x.name] for x in s.free_symbols})) for s in t.sizes]
        )
        for t in f.inputs
    }
    for got, tensor_ in zip(f(at), wanted, strict=True):
        assert np.allclose(got, evaluate(tensor_, at), rtol=1e-11, atol=1e-12)
