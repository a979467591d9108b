"""French phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "coefficients indépendants d’une matrice symétrique",
    "rule.structured_diagonal": "coefficients indépendants d’une matrice diagonale",
    "rule.squared_norm": "carré de la norme",
    "rule.bilinear_form": "forme bilinéaire",
    "rule.sum_over_axis": "somme le long d’un axe",
    "rule.derivative_of_linear_form": "dérivée d’une forme linéaire",
    "rule.derivative_of_matrix_product": "dérivée d’un produit de matrices",
    "rule.derivative_of_max": "dérivée d’un maximum",
    "rule.derivative_of_min": "dérivée d’un minimum",
    "rule.derivative_of_logsumexp": "dérivée du logarithme d’une somme d’exponentielles",
    "rule.derivative_of_log_determinant": "dérivée d’un log-déterminant",
    "reason.structured_symmetric": "{a} et {b} sont une seule variable\u00a0: leurs dérivées "
    "s’ajoutent, la diagonale compte une fois",
    "reason.structured_diagonal": "{a} ne varie que sur la diagonale",
    "note.layout_numerator": "Disposition au numérateur\u00a0: le gradient par rapport à v a la "
    "forme transposée de v, la dérivée de u par rapport à v a les lignes de u.",
    "note.layout_denominator": "Disposition au dénominateur\u00a0: le gradient par rapport à v a "
    "la forme de v, la dérivée de u par rapport à v a les lignes de v.",
    "note.samples_columns": "Les exemples sont les colonnes.",
    "note.layout_steps": "Une pile sur t garde sa forme\u00a0: c’est chacun de ses pas qui est "
    "transposé.",
}
