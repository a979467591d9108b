"""PyTorch as a peer: shapes over 2,000 random layers, values and gradients on 300 of them."""

from __future__ import annotations

import importlib
import random
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn import nn
from symnn.core.errors import SymnnError
from symnn.lang.call import below
from symnn.lang.tensor import Tensor

torch: Any = None  # the peers extra; imported by the slow tests alone


@pytest.fixture(autouse=True, scope="module")
def _peer() -> None:
    global torch  # noqa: PLW0603
    torch = importlib.import_module("torch")


pytestmark = pytest.mark.slow
SHAPES, VALUES = 2000, 300


def pick(rng: random.Random, low: int, high: int, rank: int) -> Any:
    """A number, or one per axis."""
    return (
        rng.randint(low, high)
        if rng.random() < 0.5
        else tuple(rng.randint(low, high) for _ in range(rank))
    )


def convolution(rng: random.Random, rank: int, side: int) -> tuple[str, tuple, dict, tuple]:
    groups = rng.choice([1, 1, 1, 2, 3])
    c, m = groups * rng.randint(1, 2), groups * rng.randint(1, 2)
    kernel, stride = pick(rng, 1, 3, rank), pick(rng, 1, 3, rank)
    dilation = pick(rng, 1, 2, rank)
    padding: Any = pick(rng, 0, 2, rank)
    if stride == 1 and rng.random() < 0.3:
        padding = rng.choice(["same", "valid"])
    more = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups,
            "bias": rng.random() < 0.7}  # fmt: skip
    shape = (rng.randint(1, 2), c, *(rng.randint(1, side) for _ in range(rank)))
    return f"Conv{rank}d", (c, m, kernel), more, shape


def transposed(rng: random.Random, rank: int, side: int) -> tuple[str, tuple, dict, tuple]:
    _, (c, m, kernel), more, shape = convolution(rng, rank, max(side - 2, 2))
    more["padding"] = pick(rng, 0, 1, rank)
    stride, dilation = more["stride"], more["dilation"]
    room = min(stride if isinstance(stride, int) else min(stride), 2)
    wide = dilation if isinstance(dilation, int) else min(dilation)
    more["output_padding"] = rng.randint(0, max(room, wide) - 1)
    return f"ConvTranspose{rank}d", (c, m, kernel), more, shape


def pool(rng: random.Random, rank: int, side: int) -> tuple[str, tuple, dict, tuple]:
    kernel = pick(rng, 1, 4, rank)
    half = (kernel if isinstance(kernel, int) else min(kernel)) // 2
    more: dict[str, Any] = {"padding": rng.randint(0, half), "ceil_mode": rng.random() < 0.5}
    if rng.random() < 0.7:
        more["stride"] = pick(rng, 1, 3, rank)
    kind = rng.choice(["MaxPool", "AvgPool"])
    if kind == "MaxPool":
        more["dilation"] = rng.randint(1, 2)
    else:
        more["count_include_pad"] = rng.random() < 0.5
    shape = (rng.randint(1, 2), rng.randint(1, 3), *(rng.randint(2, side) for _ in range(rank)))
    return f"{kind}{rank}d", (kernel,), more, shape


def adaptive(rng: random.Random, rank: int, side: int) -> tuple[str, tuple, dict, tuple]:
    kind = rng.choice(["AdaptiveAvgPool", "AdaptiveMaxPool"])
    shape = (1, 2, *(rng.randint(2, side) for _ in range(rank)))
    return f"{kind}{rank}d", (tuple(rng.randint(1, s) for s in shape[2:]),), {}, shape


def other(rng: random.Random, rank: int, side: int) -> tuple[str, tuple, dict, tuple]:
    c = 2 * rng.randint(1, 3)
    shape = (2, c, *(rng.randint(2, side) for _ in range(rank)))
    rows: list[tuple[str, tuple, dict, tuple]] = [
        ("Linear", (shape[-1], rng.randint(1, 4)), {"bias": rng.random() < 0.5}, shape),
        ("LayerNorm", (shape[-1],), {}, shape), ("RMSNorm", (shape[-1],), {"eps": 1e-6}, shape),
        ("GroupNorm", (2, c), {}, shape), (f"BatchNorm{rank}d", (c,), {}, shape),
        (f"InstanceNorm{rank}d", (c,), {}, shape), ("Flatten", (rng.randint(0, 1),), {}, shape),
        ("GELU", (), {}, shape), ("Softmax", (rng.randint(-1, 1),), {}, shape),
        ("SiLU", (), {}, shape), ("Mish", (), {}, shape), ("ELU", (), {}, shape),
    ]  # fmt: skip
    return rng.choice(rows)


def configuration(seed: int) -> tuple[str, tuple, dict, tuple]:
    rng = random.Random(seed)
    rank = rng.choice([1, 1, 2, 2, 2, 3])
    side = {1: 12, 2: 8, 3: 5}[rank]
    makers = [convolution, convolution, transposed, pool, pool, adaptive, other]
    return rng.choice(makers)(rng, rank, side)


def both(seed: int) -> tuple[Any, Any, tuple]:
    name, args, more, shape = configuration(seed)
    theirs = getattr(torch.nn, name)(*args, **more).eval()
    ours = getattr(nn, name)(*args, **more)
    return ours, theirs, shape


def test_shapes_agree_over_a_grid_of_random_layers() -> None:
    """Where torch refuses (AvgPool3d: any window longer than its axis), ours has no empty axis."""
    wrong, compared = [], 0
    for seed in range(10 * SHAPES):
        if compared >= SHAPES:
            break
        name, args, more, shape = configuration(seed)
        try:
            theirs = getattr(torch.nn, name)(*args, **more).eval()
            expected: Any = tuple(theirs(torch.zeros(shape)).shape)
        except (RuntimeError, ValueError):
            expected = None
        try:
            found: Any = getattr(nn, name)(*args, **more)(sn.tensor("x", shape)).sizes
        except SymnnError:
            found = None
        if expected is None or 0 in (expected or ()):
            if found is not None and min(found) < 1:
                wrong.append((name, args, more, shape, found, expected))
            continue
        compared += 1
        if found != expected:
            wrong.append((name, args, more, shape, found, expected))
    assert compared == SHAPES
    assert not wrong, f"{len(wrong)} of {compared}:\n" + "\n".join(map(str, wrong[:10]))


def filled(ours: Any, theirs: Any, y: Tensor) -> dict[Tensor, np.ndarray]:
    """Our leaves with the peer's numbers."""
    state = {k: v.detach().double().numpy() for k, v in theirs.state_dict().items()}
    found = {}
    for key, value in (*ours._parameters.items(), *ours._buffers.items()):
        found[value] = state[key]
    return found


def test_values_and_gradients_agree_on_a_sample() -> None:
    torch.manual_seed(0)
    done = 0
    for seed in range(50_000, 60_000):
        if done == VALUES:
            break
        try:
            ours, theirs, shape = both(seed)
            y = ours(sn.tensor("x", shape))
            theirs(torch.zeros(shape))
        except (RuntimeError, ValueError, SymnnError):
            continue
        for value in theirs.state_dict().values():
            if value.dtype.is_floating_point:
                value.uniform_(0.5, 1.5)
        done += 1
        compare(ours, theirs.double(), y, shape, seed, 1e-10)
        if done % 3 == 0:
            compare(ours, theirs.float(), y, shape, seed, 1e-5)
    assert done == VALUES


def compare(ours: Any, theirs: Any, y: Tensor, shape: tuple, seed: int, tolerance: float) -> None:
    kind = torch.float64 if tolerance < 1e-6 else torch.float32
    x = torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=kind, requires_grad=True)
    theirs.zero_grad()
    out = theirs(x)
    r = np.random.default_rng(1).normal(size=tuple(out.shape))
    (out * torch.tensor(r, dtype=kind)).sum().backward()
    values = filled(ours, theirs, y)
    source = next(Tensor(c) for c in below([y.call]) if c.op == "input")
    values[source] = x.detach().double().numpy()
    options = {"rtol": tolerance, "atol": tolerance * 10, "err_msg": str(configuration(seed))}
    np.testing.assert_allclose(sn.evaluate(y, values), out.detach().double().numpy(), **options)
    wrt = [t for t in values if t.call.op in ("input", "parameter")]
    gradients = sn.derive(np.sum(y * r), wrt=wrt).gradients
    peers = {source: x.grad}
    named = dict(theirs.named_parameters())
    peers |= {t: named[k].grad for k, t in ours._parameters.items()}
    for t in wrt:
        wanted = peers[t].double().numpy()
        np.testing.assert_allclose(sn.evaluate(gradients[t], values), wanted, **options)
