"""Options and fixtures of all tests: golden files, slow tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regold` rewrites golden files; `--slow` runs the slow tests as well."""
    parser.addoption("--regold", action="store_true", help="rewrite the golden files")
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is kept between tests: each computes what it judges. Ctrl-C can be tested anywhere.

    A shell starts what it puts in the background with interrupts ignored, and children inherit it.
    """
    os.environ["SYMNN_CACHE"] = "off"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out, unless they are asked for; solve the exam in one process, and first."""
    solving = {x for x in items if {"french", "english"} & set(getattr(x, "fixturenames", ()))}
    for item in solving:
        item.add_marker(pytest.mark.xdist_group("sheets"))
    items.sort(key=lambda item: item not in solving)
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if not item.get_closest_marker("slow")]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `tests/golden/NAME`; with --regold, write it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        whole = text.rstrip("\n") + "\n"
        if request.config.getoption("--regold"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(whole, encoding="utf-8")
        assert path.exists(), f"no golden file {name}: run pytest --regold and review it"
        assert whole == path.read_text(encoding="utf-8")

    return compare
