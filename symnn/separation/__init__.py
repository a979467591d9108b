"""Exercise 1: the smallest threshold network that classifies labelled points, with its proof.

Law: integers and rationals decide; floating point only proposes. `design` is the public function,
`section.solve_question` the data of a report, `command` the command line. Read in this order:
points, dichotomies, clauses, search, bounds, designer, network, weights, result.
"""

from symnn.separation.designer import design, design_points
from symnn.separation.points import PointSet, points_of
from symnn.separation.reading import read_points
from symnn.separation.result import Design

__all__ = ["Design", "PointSet", "design", "design_points", "points_of", "read_points"]
