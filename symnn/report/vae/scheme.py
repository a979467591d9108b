"""The autoencoder and the variational one side by side, with the names of their equations.

Law: labels are formulas of the program's trees; the random source alone is dashed and plum, the
terms of the losses alone vermillion. Left to right, or top to bottom for a phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from symnn.drawing.canvas import Box, Point
from symnn.drawing.sketch import Drawn, Sketch, on_page
from symnn.notation.tree import Tree

_ACROSS, _AWAY, _DOWN = (
    80.0,
    210.0,
    68.0,
)  # of the tall picture: its column, the terms beside it, a step
_WORDS = 13.0


def scheme(
    labels: Mapping[str, Tree], words: Mapping[str, str], description: str, prefix: str, lang: str
) -> Drawn:
    """Draw encoder, code, decoder and losses of both networks.

    Args:
        labels: symbols of X, M, S, Z, O, E (the noise), R (the reconstruction), D (the divergence).
        words: what is written, by the names of their phrases.
        description: the picture in words.
        prefix: put before the ids.
        lang: language of the page.
    """
    pictures = []
    for name, draw in (("w", _wide), ("t", _tall)):
        sketch = Sketch(labels.values(), f"{prefix}{name}", lang)
        draw(sketch, labels, words)
        pictures.append(sketch.picture(words["title"], description))
    return on_page(*pictures)


def _wide(sketch: Sketch, labels: Mapping[str, Tree], words: Mapping[str, str]) -> None:
    head = partial(sketch.write, tone="blue", size=15, bold=True, anchor="start", of="head")
    head(words["ae"], (0, 0))
    x = _chain(sketch, labels, words, {"X": (22, 50), "encoder": (205, 50), "M": (352, 50),
                                       "decoder": (520, 50), "O": (712, 50)})  # fmt: skip
    for a, b in (("X", "encoder"), ("encoder", "M"), ("M", "decoder"), ("decoder", "O")):
        sketch.arrow(x[a], x[b])
    _beside(sketch, labels["R"], words["to_image"], (712, 128), x["O"])
    head(words["vae"], (0, 180))
    at = {"X": (22.0, 290.0), "encoder": (160.0, 290.0), "M": (300.0, 246.0), "S": (300.0, 334.0),
          "Z": (422.0, 290.0), "decoder": (560.0, 290.0), "O": (712.0, 290.0)}  # fmt: skip
    law = _law(sketch, (300, 290), (76, 158))
    sketch.write(words["law"], (300, law.y - 12), "muted", size=_WORDS, of="words")
    v = _chain(sketch, labels, words, at)
    noise = _noise(sketch, labels["E"], (422, 376))
    sketch.write(words["noise"], (422, 412), "plum", size=_WORDS, of="words")
    _flow(sketch, v, noise)
    _beside(sketch, labels["D"], words["to_prior"], (300, 424), law)
    _beside(sketch, labels["R"], words["to_image"], (712, 376), v["O"])


def _tall(sketch: Sketch, labels: Mapping[str, Tree], words: Mapping[str, str]) -> None:
    head = partial(sketch.write, tone="blue", size=15, bold=True, anchor="start", of="head")
    head(words["ae"], (0, 0))
    names = ("X", "encoder", "M", "decoder", "O")
    down = {name: (_ACROSS, 44 + k * _DOWN) for k, name in enumerate(names)}
    x = _chain(sketch, labels, words, down)
    for a, b in pairwise(down):
        sketch.arrow(x[a], x[b])
    _right(sketch, labels["R"], words["to_image"], down["O"][1], x["O"])
    top = down["O"][1] + 1.2 * _DOWN
    head(words["vae"], (0, top))
    places = {"X": 44.0, "encoder": 44 + _DOWN, "Z": 44 + 3.3 * _DOWN, "decoder": 44 + 4.3 * _DOWN,
              "O": 44 + 5.3 * _DOWN}  # fmt: skip
    middle = top + 44 + 2.15 * _DOWN
    law = _law(sketch, (_ACROSS, middle), (150, 66))
    sketch.write(words["law"], (_ACROSS + 48, law.y - 10), "muted", size=_WORDS, anchor="start",
                 of="words")  # fmt: skip
    at = {n: (_ACROSS, top + y) for n, y in places.items()}
    at |= {"M": (_ACROSS - 38, middle), "S": (_ACROSS + 38, middle)}
    v = _chain(sketch, labels, words, at)
    noise = _noise(sketch, labels["E"], (_AWAY, at["Z"][1]))
    sketch.write(words["noise"], (noise.right + 10, at["Z"][1]), "plum", size=_WORDS,
                 anchor="start", of="words")  # fmt: skip
    _flow(sketch, v, noise)
    divergence = sketch.box(labels["D"], (_AWAY, middle), "vermillion")
    sketch.arrow(law, divergence)
    sketch.write(words["to_prior"], (divergence.x - 20, divergence.bottom + 13), "vermillion",
                 size=_WORDS, anchor="start", of="words")  # fmt: skip
    _right(sketch, labels["R"], words["to_image"], at["O"][1], v["O"])


def _right(sketch: Sketch, label: Tree, words: str, y: float, source: Box) -> None:
    """A term of the loss at the right of what it reads, and what it says."""
    box = sketch.box(label, (_AWAY, y), "vermillion")
    sketch.arrow(source, box)
    sketch.write(words, (box.right + 10, y), "vermillion", size=_WORDS, anchor="start", of="words")


def _chain(
    sketch: Sketch, labels: Mapping[str, Tree], words: Mapping[str, str], at: Mapping[str, Point]
) -> dict[str, Box]:
    """The boxes of data, code and networks."""
    tones = {"X": "slate", "O": "slate", "M": "blue", "S": "blue", "Z": "green"}
    return {
        name: sketch.box(labels[name], place, tones[name]) if name in tones
        else sketch.box(words[name], place, "ochre", least=104, size=14)
        for name, place in at.items()
    }  # fmt: skip


def _flow(sketch: Sketch, boxes: Mapping[str, Box], noise: Box) -> None:
    """From the images to the code, through its law and the noise, and back."""
    for a, b in (("X", "encoder"), ("Z", "decoder"), ("decoder", "O")):
        sketch.arrow(boxes[a], boxes[b])
    for name in ("M", "S"):
        sketch.arrow(boxes["encoder"], boxes[name])
        sketch.arrow(boxes[name], boxes["Z"])
    sketch.arrow(noise, boxes["Z"], "plum")


def _law(sketch: Sketch, at: Point, size: Point) -> Box:
    """The frame around what the encoder gives: a law."""
    frame = Box.around(*at, *size)
    sketch.canvas.rectangle(frame, "hairline", of="law", fill="none", corner=6, width=1.2)
    return frame


def _noise(sketch: Sketch, label: Tree, at: Point) -> Box:
    return sketch.box(label, at, "plum", dash=True)


def _beside(sketch: Sketch, label: Tree, words: str, at: Point, source: Box) -> None:
    """A term of the loss with what it says at its left, and the arrow to it."""
    box = sketch.box(label, at, "vermillion")
    sketch.arrow(source, box)
    sketch.write(words, (box.x - 10, at[1]), "vermillion", size=_WORDS, anchor="end", of="words")
