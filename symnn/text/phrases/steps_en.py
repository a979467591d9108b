"""English phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "independent entries of a symmetric matrix",
    "rule.structured_diagonal": "independent entries of a diagonal matrix",
    "rule.squared_norm": "squared norm",
    "rule.bilinear_form": "bilinear form",
    "rule.sum_over_axis": "sum along an axis",
    "rule.derivative_of_linear_form": "derivative of a linear form",
    "rule.derivative_of_matrix_product": "derivative of a matrix product",
    "rule.derivative_of_max": "derivative of a maximum",
    "rule.derivative_of_min": "derivative of a minimum",
    "rule.derivative_of_logsumexp": "derivative of the log of a sum of exponentials",
    "rule.derivative_of_log_determinant": "derivative of a log-determinant",
    "reason.structured_symmetric": "{a} and {b} are one variable: their derivatives add up, the "
    "diagonal counts once",
    "reason.structured_diagonal": "{a} varies on the diagonal only",
    "note.layout_numerator": "Numerator layout: the gradient in v has the transposed shape of v, "
    "the derivative of u in v has the rows of u.",
    "note.layout_denominator": "Denominator layout: the gradient in v has the shape of v, the "
    "derivative of u in v has the rows of v.",
    "note.samples_columns": "Samples are columns.",
    "note.layout_steps": "A stack over t keeps its shape: what is transposed is each step of it.",
}
