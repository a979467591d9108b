"""The published count of a transformer layer's activations, from symnn's own list.

Korthikanti et al., Reducing Activation Recomputation in Large Transformer Models, 2022, count
`s b h (34 + 5 a s/h)` bytes a layer: 2 bytes a value, 1 a dropout mask, nothing for the statistics
of normalisations. This view takes the list that follows from the derived cotangents and leaves the
statistics out; what it left out is part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnn.analysis.analyzer import Analysis
from symnn.analysis.collect import Saved
from symnn.analysis.counters import total
from symnn.core.scalars import Scalar

ASSUMPTIONS = (
    "2 bytes a value, 1 byte an entry of a dropout mask",
    "means and variances of normalisations are not counted",
    "GELU keeps its input only",
)


@dataclass(frozen=True)
class PublishedView:
    """A published count.

    Attributes:
        bytes: the count.  assumptions: what it takes for granted.
        left_out: what symnn's own list has besides; left_out_bytes: how much.
    """

    bytes: Scalar
    assumptions: tuple[str, ...]
    left_out: tuple[Saved, ...]

    @property
    def left_out_bytes(self) -> Scalar:
        """Bytes that the view does not count."""
        return total(s.size for s in self.left_out)


def published_activations(analysis: Analysis) -> PublishedView:
    """The published view of an analysis made with `bytes_each=2`."""
    saved = [s for r in analysis.layers for s in r.saved]
    counted = [s for s in saved if s.kind != "statistic"]
    left = tuple(s for s in saved if s.kind == "statistic")
    return PublishedView(total(s.size for s in counted), ASSUMPTIONS, left)
