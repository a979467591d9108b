"""All sources of known derivatives."""

from __future__ import annotations

from .matrix_cookbook import cookbook

ALL = [*cookbook.problems]
