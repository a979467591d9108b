"""Stub."""
from symnn.core.errors import UnsupportedError


def draw_layered(canvas, graph, look, tall, engine):
    raise UnsupportedError("later")
