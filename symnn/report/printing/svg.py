"""Pictures of the program on a page that holds several of them."""

from __future__ import annotations


def without_metadata(svg: str, prefix: str) -> str:
    """An SVG for a page: no metadata element, ids of its own.

    >>> without_metadata('<svg><metadata>x</metadata><g id="a"/></svg>', "f")
    '<svg><g id="f-a"/></svg>'
    """
    start, end = svg.find("<metadata>"), svg.find("</metadata>")
    if 0 <= start < end:
        svg = svg[:start] + svg[end + len("</metadata>") :]
    for mark in ('id="', 'href="#', "url(#"):
        svg = svg.replace(mark, f"{mark}{prefix}-")
    return svg
