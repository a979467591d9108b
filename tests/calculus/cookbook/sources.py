"""All sources of known derivatives."""

from __future__ import annotations

from .factorisation import factor, hessian
from .layers import cs231n, layer, loss
from .matrix_cookbook import cookbook
from .statistics import bishop, goodfellow, magnus

SOURCES = (cookbook, magnus, bishop, goodfellow, cs231n, layer, loss, factor, hessian)
ALL = [p for source in SOURCES for p in source.problems]
