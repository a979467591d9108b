"""Point sets that several tests share."""

import math
import random

XOR = ([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
STAR = ([(0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)], ["star", *["circle"] * 4])


def circle(count, radius=1000):
    """Return alternating points near a circle, all corners of their hull."""
    angles = [2 * math.pi * k / count for k in range(count)]
    points = [(round(radius * math.cos(a)), round(radius * math.sin(a))) for a in angles]
    return points, [k % 2 for k in range(count)]


def row(count):
    """Return alternating points on a slanted line."""
    return [(3 * k, 2 * k + 1) for k in range(count)], [k % 2 for k in range(count)]


def scattered(count, seed, size=1000):
    """Return random points, half of each class; a small size makes them degenerate."""
    draw = random.Random(seed)
    points = draw.sample([(a, b) for a in range(size) for b in range(size)], count)
    labels = [k % 2 for k in range(count)]
    draw.shuffle(labels)
    return points, labels


def board(width, height):
    """Return a chessboard."""
    points = [(i, j) for i in range(width) for j in range(height)]
    return points, [(i + j) % 2 for i, j in points]
