"""The lines of the bound hold on every model, and a wrong rule does not."""

from __future__ import annotations

import numpy as np
import pytest

from symnn.core.errors import UnsupportedError
from symnn.probability import bound as b
from symnn.probability.judges import (
    deviation,
    gaussian_judge,
    random_numbers,
    table_judge,
    value,
)

JUDGES = [gaussian_judge(random_numbers(np.random.default_rng(k))) for k in range(4)]
JUDGES += [table_judge(np.random.default_rng(k), 2 + k) for k in range(4)]


@pytest.mark.parametrize("rules", [b.BOUND, b.DECOMPOSITION], ids=["bound", "decomposition"])
def test_every_line_holds_on_gaussians_and_on_tables(rules: tuple[str, ...]) -> None:
    lines = b.rewritten(rules)
    assert max(deviation(lines, judge) for judge in JUDGES) < 1e-10


def test_jensen_is_the_only_step_that_loses_and_loses_the_divergence() -> None:
    lines = b.rewritten(b.BOUND)
    assert [line.rule for line in lines if line.relation == ">="] == ["jensen"]
    for judge in JUDGES:
        lost = value(lines[0].tree, judge) - value(lines[-1].tree, judge)
        assert lost > 0
        assert lost == pytest.approx(value(b.Divergence(b.GUESS, b.POSTERIOR), judge), abs=1e-10)


def test_the_exact_account_ends_with_the_line_of_jensen() -> None:
    jensen = next(x for x in b.rewritten(b.BOUND) if x.rule == "jensen")
    last = b.rewritten(b.DECOMPOSITION)[-1].tree
    assert last == b.Sum((b.Divergence(b.GUESS, b.POSTERIOR), jensen.tree))


def test_a_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(tree: b.Tree) -> b.Tree:
        made = b.chain(tree)
        assert isinstance(made, b.Mean)
        return b.Mean(made.law, b.Log((b.Ratio(b.LIKELIHOOD), b.Ratio(b.POSTERIOR, b.GUESS))))

    monkeypatch.setitem(b.RULES, "chain", forgetful)
    lines = b.rewritten(b.BOUND)
    assert min(deviation(lines, judge) for judge in JUDGES) > 1e-3


@pytest.mark.parametrize("rule", sorted(set(b.RULES) - {"constant", "marginal"}))
def test_a_rule_that_does_not_apply_refuses(rule: str) -> None:
    with pytest.raises(UnsupportedError, match=f"the rule '{rule}' does not apply"):
        b.rewritten([rule])


def test_the_exact_posterior_closes_the_gap() -> None:
    at = {"x": 1.5, "w": 1.2, "s": 0.64}
    spread = at["s"] / (at["s"] + at["w"] ** 2)
    judge = gaussian_judge({**at, "mu": at["w"] * at["x"] * spread / at["s"], "v": spread})
    first, *_, last = b.rewritten(b.BOUND)
    assert value(first.tree, judge) == pytest.approx(value(last.tree, judge), abs=1e-12)
