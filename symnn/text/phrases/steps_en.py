"""English phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "independent entries of a symmetric matrix",
    "rule.structured_diagonal": "independent entries of a diagonal matrix",
    "reason.structured_symmetric": "{a} and {b} are one variable: their derivatives add up, the "
    "diagonal counts once",
    "reason.structured_diagonal": "{a} varies on the diagonal only",
    "note.layout_numerator": "Numerator layout: the gradient in v has the transposed shape of v, "
    "the derivative of u in v has the rows of u.",
    "note.layout_denominator": "Denominator layout: the gradient in v has the shape of v, the "
    "derivative of u in v has the rows of v.",
    "note.samples_columns": "Samples are columns.",
}
