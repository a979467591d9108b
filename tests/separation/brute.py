"""Plain brute force, written apart from the package: the judge of its answers.

Dichotomies by turning a direction through all sectors; output units by trying every pattern of
small weights (up to 3 in absolute value, enough for all threshold functions of four variables:
4, 14, 104, 1882 of them, Muroga 1971, and the test counts them).
"""

import functools
import itertools
import math

import numpy as np


def dichotomies(points):
    """List all linear dichotomies of distinct integer points of the plane, up to complement."""
    normals = set()
    for (ax, ay), (bx, by) in itertools.combinations(points, 2):
        x, y = ay - by, bx - ax
        g = math.gcd(x, y)
        normals |= {(x // g, y // g), (-x // g, -y // g)}
    around = sorted(normals, key=lambda n: math.atan2(n[1], n[0]))
    found = set()
    for p, q in zip(around, around[1:] + around[:1], strict=True):
        x, y = p[0] + q[0], p[1] + q[1]
        if (x, y) == (0, 0):
            x, y = -p[1], p[0]
        for direction in ((x, y), p):  # inside a sector, and on its border where ties stay together
            values = [direction[0] * a + direction[1] * b for a, b in points]
            for cut in sorted(set(values))[1:]:
                side = tuple(v >= cut for v in values)
                found.add(side if not side[0] else tuple(not s for s in side))
    return sorted(found)


@functools.cache
def threshold_functions(size):
    """Return every threshold function of so many units as a bit mask over the 2^size codes."""
    codes = np.array(list(itertools.product((0, 1), repeat=size)))[:, ::-1]
    weights = np.array(list(itertools.product(range(-3, 4), repeat=size)))
    values = weights @ codes.T
    found = set()
    for threshold in range(-3 * size, 3 * size + 2):
        bits = (values >= threshold).astype(np.int64) @ (1 << np.arange(2**size))
        found |= set(bits.tolist())
    return np.array(sorted(found))


def separable_set_exists(points, labels, size, chunk=20_000):
    """Try every set of `size` dichotomies with every threshold function."""
    sides = np.array(dichotomies(points), dtype=np.int64)
    labels = np.array(labels, dtype=bool)
    functions = threshold_functions(size)
    sets = itertools.combinations(range(len(sides)), min(size, len(sides)))
    while True:
        block = np.array(list(itertools.islice(sets, chunk)))
        if not len(block):
            return False
        codes = sum(sides[block[:, j]] << j for j in range(block.shape[1]))
        cells = np.int64(1) << codes
        ones = np.bitwise_or.reduce(cells[:, labels], axis=1)
        zeros = np.bitwise_or.reduce(cells[:, ~labels], axis=1)
        for p, q in set(
            zip(*(part[(ones & zeros) == 0].tolist() for part in (ones, zeros)), strict=True)
        ):
            if (((p & ~functions) == 0) & ((q & functions) == 0)).any():
                return True


def smallest(points, labels, most):
    """Return the least number of hidden units, None if more than `most` are needed."""
    return next((k for k in range(1, most + 1) if separable_set_exists(points, labels, k)), None)
