"""The page as a document: self-contained, linked both ways, readable without its script."""

from __future__ import annotations

import re

from symnn.report.solution import Solution


def test_the_page_fetches_nothing(french: Solution) -> None:
    page = french.files["index.html"]
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page)
    assert "@import" not in page
    assert "url(http" not in page


def test_every_link_has_its_target_and_every_id_is_unique(french: Solution) -> None:
    page = french.files["index.html"]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
    assert targets <= set(ids)


def test_formulas_carry_their_source(french: Solution) -> None:
    page = french.files["index.html"]
    labels = re.findall(r'<span class="math" role="math" aria-label="([^"]*)"', page)
    assert len(labels) > 100
    assert all(label.strip() for label in labels)
    assert r"\mathcal{L} = \lVert \hat{\mathbf{y}} - \mathbf{y} \rVert^{2}" in labels
    assert r"\nabla_{\mathbf{W}^{[1]}} \mathcal{L} = 2(\hat{\mathbf{y}} - \mathbf{y})" in page


def test_reading_needs_no_script(french: Solution) -> None:
    page = re.sub(r"<script.*?</script>", "", french.files["index.html"], flags=re.DOTALL)
    assert page.count("<details") > 10
    assert "hidden" not in re.findall(r"<(?:section|article|main)[^>]*>", page)


def test_the_page_is_small(french: Solution) -> None:
    assert len(french.files["index.html"].encode()) < 8_000_000
