"""English phrases of the report; the same keys as `phrases_fr` (a test says so)."""

PHRASES = {
    "report.skip": "to the answers",
    "report.how": "how it was checked",
    "report.copied": "copied",
    "report.not_yet": "not answered yet",
    "report.not_yet_long": "This exercise is not answered yet.",
    # Exercise of kind points.
    "report.points_answer": "A network that classifies every point",
    "report.points_evidence": "Proof, check, and other networks",
    "report.points_comparison": "The same for {what}",
    "report.figure_regions": "The points, the line of each hidden unit with its positive side, "
    "and the region of class 1.",
    "report.figure_network": "The network with its weights.",
    "report.figure_training": "The same network trained by gradient descent, for comparison.",
    "report.every_point": "the check of every point",
    "report.other_units": "other units: sigmoid, tanh, ReLU, skip connections",
    "report.empty_region": "no point",
    "report.no_region": "no such region",
    "report.points_there": "points there",
    "report.value": "value",
    # Exercise of kind derivation.
    "report.descent_sample": "stochastic gradient descent, one example at a time",
    "report.descent_batch": "mini-batch gradient descent",
}
