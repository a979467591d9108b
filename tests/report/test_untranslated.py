"""No phrase is left in the other language: a word of both sheets is a word of both languages.

An untranslated phrase stands in both sheets alike, so the words that they share, outside of
quotations, code and formulas, must all be known: the lists below.
"""

from __future__ import annotations

import html
import re

from symnn.report.solution import Solution

BOTH = """activation additions affine angle attention bayes causal change classes code codes
coefficients concave condition constant contraction convention convolution covariance cycle
dense dichotomies direction directions distance distances divergence division divisions exact
expression figure gain gradient gradients image images indices initialisation interpolations
invariant inverse long main matrices maximum minimal mode moments multiplications observation
optimum orange page part perceptron phase pixel pixels place places plus point points position
positions positive projection projections question quotient reconstruction reconstructions
rectangle relative rival rotations score scores second solution source spectral table tables
tend test tests total trace transformer transposition variable variance variances verdict
version"""
NAMES = """adam amis arxiv bernoulli cabessa cholesky fréchet hinton jensen jérémie kingma
mohamed newton rezende salakhutdinov science vaswani welling wierstra"""
TERMS = """close conv csv elbo float flops log logit logits mac macs max maxpool nats oracle
pooling relu sigmoid softmax softplus tanh vae vec xor"""
KNOWN = set(f"{BOTH} {NAMES} {TERMS}".split())


def _prose(sheet: str) -> set[str]:
    plain = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|<[^>]*>", " ", sheet,
                   flags=re.DOTALL)  # fmt: skip
    lines = [line for line in plain.splitlines() if not line.startswith(">")]
    return _words("\n".join(lines))


def _words(text: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[A-Za-zÀ-ÿœ]{3,}", html.unescape(text))}


def _labels(solution: Solution) -> set[str]:
    found: set[str] = set()
    for name, data in solution.files.items():
        if name.endswith(".svg"):
            text = data if isinstance(data, str) else data.decode()
            for label in re.findall(r"<(?:text|title|desc|tspan)[^>]*>([^<]+)<", text):
                found |= _words(label)
    return found


def test_the_sheets_share_only_words_of_both_languages(french: Solution, english: Solution) -> None:
    shared = _prose(str(french.files["exam.md"])) & _prose(str(english.files["exam.md"]))
    assert sorted(shared - KNOWN) == []


def test_the_labels_of_figures_share_only_words_of_both_languages(
    french: Solution, english: Solution
) -> None:
    shared = _labels(french) & _labels(english)
    assert sorted(shared - KNOWN) == []
