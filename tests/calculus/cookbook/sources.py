"""All sources of known derivatives."""

from __future__ import annotations

from .factorisation import factor, hessian
from .images import image
from .layers import cs231n, layer, loss
from .learning import graph, learning
from .matrix_cookbook import cookbook
from .models import convex, glm, kernel, mixture
from .networks import attention, bound, cell, contrast, conv, norm, powers, tensors
from .statistics import bishop, goodfellow, magnus

SOURCES = (cookbook, magnus, bishop, goodfellow, cs231n, layer, loss, factor, hessian,
           conv, norm, cell, bound, contrast, tensors, attention, powers,
           learning, graph, glm, mixture, kernel, convex, image)  # fmt: skip
ALL = [p for source in SOURCES for p in source.problems]
