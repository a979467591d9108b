"""Formulas of a page as SVG: one Typst run, glyphs shared, baselines known.

Every formula is a page of one document; the outline of each glyph is defined once, upright, in
`SvgPage.defs`, under ids with the page's prefix, and placed by `<use>`. Sizes are in em of the text
around, the colour is that of the text (`currentColor`). Law: the order of the formulas is that of
the sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import typst

from symnn.core.errors import UnsupportedError, explain

_SIZE = 10.0  # pt; lengths in the SVG divided by this are em
_MARKER = "#010203"
_HEAD = f"""
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: {_SIZE}pt, top-edge: "bounds", bottom-edge: "bounds")
#let formula(body, display) = {{
  if display {{ math.equation(math.display(body)) }} else {{ math.equation(body) }}
  box(rect(width: 0.001pt, height: 0.001pt, fill: rgb("{_MARKER}")))
}}
"""
_SYMBOL = re.compile(r'<symbol id="([^"]+)"(.*?)</symbol>', re.DOTALL)
_DEFS = re.compile(r"<defs>.*?</defs>|<defs/>", re.DOTALL)
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_BLACK = re.compile(r'(fill|stroke)="#000000"')
_RUN = re.compile(
    r'<g transform="matrix\(1 0 0 -1 ([-\d.]+) ([-\d.]+)\)">((?:\s*<use [^>]*/>)+)\s*</g>'
)
_GLYPH = re.compile(r'\s*<use href="(#[-\w]+)" x="([-\d.]+)" y="([-\d.]+)" fill="currentColor"/>')
_BASELINE = re.compile(
    r'<g transform="(?:matrix\(1 0 0 1|translate\()\s*[-\d.e]+[ ,]+([-\d.e]+)\)">\s*'
    rf'(?:<g[^>]*>\s*)?<path[^>]*fill="{_MARKER}"[^>]*/>\s*(?:</g>\s*)?</g>'
)


@dataclass(frozen=True, slots=True)
class SvgFormula:
    """One formula. Lengths are in em; `depth` is how far it reaches below the baseline."""

    width: float
    height: float
    depth: float
    body: str

    @property
    def svg(self) -> str:
        """An inline `<svg>` that sits on the baseline of its line; needs the page's `defs`."""
        w, h = self.width * _SIZE, self.height * _SIZE
        return (
            f'<svg class="formula" viewBox="0 0 {w:.3f} {h:.3f}" overflow="visible" '
            f'style="width:{self.width:.4f}em;height:{self.height:.4f}em;'
            f'vertical-align:{-self.depth:.4f}em">{self.body}</svg>'
        )


@dataclass(frozen=True, slots=True)
class SvgPage:
    """The formulas of a page, and the one block of glyphs that they use."""

    formulas: tuple[SvgFormula, ...]
    defs: str

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.formulas)

    def __len__(self) -> int:
        return len(self.formulas)


def render_svgs(
    sources: Sequence[str], *, prefix: str = "g", display: bool | Sequence[bool] = True
) -> SvgPage:
    """Typeset formulas.

    Args:
        sources: mathematics of `to_typst`, without dollar signs.
        prefix: put before the ids, so that several blocks share one HTML page.
        display: display style (limits above and below sums) or the style of running text; one for
            all, or one for each.

    Returns:
        The formulas in order, with the glyph block that must stand in the same HTML page.

    Raises:
        UnsupportedError: a source that Typst refuses; the message shows it.

    >>> page = render_svgs(["x", "sum_(i=1)^n x_i"])
    >>> len(page), page.formulas[0].depth < 0.02 < page.formulas[1].depth
    (2, True)
    """
    styles = [display] * len(sources) if isinstance(display, bool) else display
    wanted = list(zip(sources, styles, strict=True))
    unique = list(dict.fromkeys(wanted))
    if not unique:
        return SvgPage((), _block({}))
    names: dict[str, str] = {}
    glyphs: dict[str, str] = {}
    done = {}
    for source, svg in zip(unique, _pages(unique), strict=True):
        for name, rest in _SYMBOL.findall(svg):
            if name not in names:
                names[name] = f"{prefix}{len(names)}"
                glyphs[names[name]] = rest
        done[source] = _formula(svg, names)
    return SvgPage(tuple(done[s] for s in wanted), _block(glyphs))


def _pages(sources: list[tuple[str, bool]]) -> list[str]:
    pages = [f"#formula(${s}$.body, {str(display).lower()})" for s, display in sources]
    document = _HEAD + "\n#pagebreak()\n".join(pages)
    try:
        found = typst.compile(document.encode(), format="svg", ignore_system_fonts=True)
    except typst.TypstError as error:
        if len(sources) > 1:  # find the one to blame
            for source in sources:
                _pages([source])
        raise UnsupportedError(
            explain(
                "Typst refuses a formula", found=sources[0][0], expected=str(error).splitlines()[0]
            )
        ) from error
    svgs = found if isinstance(found, list) else [found]
    return [svg.decode() if isinstance(svg, bytes) else svg for svg in svgs]


def _formula(svg: str, names: dict[str, str]) -> SvgFormula:
    box = _BOX.search(svg)
    mark = _BASELINE.search(svg)
    if not box or not mark:
        raise UnsupportedError("the SVG of this typst version has no size or baseline marker")
    width, height = float(box[1]), float(box[2])
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    body = _DEFS.sub("", _BASELINE.sub("", body))
    body = re.sub(r'xlink:href="#([^"]+)"', lambda m: f'href="#{names[m[1]]}"', body)
    body = _BLACK.sub(r'\1="currentColor"', body).replace(' fill-rule="nonzero"', "")
    body = f'<g fill="currentColor">{_RUN.sub(_placed, body)}</g>'
    if "scale(" in body or "matrix(" in body:
        raise UnsupportedError("this typst version places glyphs in another way")
    depth = height - float(mark[1])
    return SvgFormula(width / _SIZE, height / _SIZE, depth / _SIZE, body)


def _placed(run: re.Match[str]) -> str:
    """The glyphs of a run at their places; their symbols are upright already."""
    left, base = float(run[1]), float(run[2])
    return _GLYPH.sub(
        lambda g: (
            f'<use href="{g[1]}" x="{_short(left + float(g[2]))}" '
            f'y="{_short(base - float(g[3]))}"/>'
        ),
        run[3],
    )


def _short(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _upright(outline: str) -> str:
    """Outlines of Typst have their y axis upwards."""
    return outline.replace("<path ", '<path transform="scale(1 -1)" ')


def _block(glyphs: dict[str, str]) -> str:
    """One hidden SVG with the outlines; not `display:none`, which some browsers drop."""
    symbols = "".join(
        f'<symbol id="{name}"{_upright(rest)}</symbol>' for name, rest in glyphs.items()
    )
    hidden = 'width="0" height="0" style="position:absolute" aria-hidden="true"'
    return f"<svg {hidden}><defs>{symbols}</defs></svg>"
