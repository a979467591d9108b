"""English phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "independent entries of a symmetric matrix",
    "rule.structured_diagonal": "independent entries of a diagonal matrix",
    "reason.structured_symmetric": "{a} and {b} are one variable: their derivatives add up, the "
    "diagonal counts once",
    "reason.structured_diagonal": "{a} varies on the diagonal only",
}
