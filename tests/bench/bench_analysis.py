"""Times of the analyser: `python -m tests.bench.bench_analysis`, or through pytest-benchmark."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from symnn import nn
from symnn.analysis import profile
from symnn.analysis.analyzer import analyze
from symnn.lang.tensor import Tensor, tensor
from tests.models import nets


def image(n: Any = "N") -> Tensor:
    return tensor("x", (n, 3, 224, 224))


def words(V: Any, *shape: Any) -> Tensor:
    return tensor("t", shape, dtype=int, below=V)


CASES: dict[str, tuple[Callable[[], Tensor], float]] = {
    "ResNet-50": (lambda: nets.resnet((3, 4, 6, 3), True)(image()), 1.0),
    "GPT-2 small, B and T symbolic": (
        lambda: nets.GPT2(50257, 1024, 768, 12, 12)(words(50257, "B", "T")), 1.0,
    ),
    "GPT-2 small, numbers": (
        lambda: nets.GPT2(50257, 1024, 768, 12, 12)(words(50257, 1, 128)), 1.0,
    ),
    "1,000 equal layers": (
        lambda: nn.Sequential(
            *(x for _ in range(500) for x in (nn.Linear(64, 64), nn.ReLU()))
        )(tensor("x", ("N", 64))), 5.0,
    ),
    "1,000 different layers": (
        lambda: nn.Sequential(*(nn.Linear(8 + k, 9 + k) for k in range(1000)))(
            tensor("x", ("N", 8))
        ), 5.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_analysis_keeps_its_promised_time(name: str) -> None:
    build, limit = CASES[name]
    value = build()
    profile._PROFILES.clear()
    start = time.process_time()
    analyze(value)
    assert time.process_time() - start < limit


def main() -> None:
    """Print a table."""
    for name, (build, limit) in CASES.items():
        start = time.perf_counter()
        value = build()
        built = time.perf_counter() - start
        profile._PROFILES.clear()
        start = time.perf_counter()
        analyze(value)
        taken = time.perf_counter() - start
        print(f"{name:34} built {built:5.2f} s, analysed {taken:5.2f} s of {limit} s")


if __name__ == "__main__":
    main()
