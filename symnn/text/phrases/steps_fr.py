"""French phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "coefficients indépendants d’une matrice symétrique",
    "rule.structured_diagonal": "coefficients indépendants d’une matrice diagonale",
    "reason.structured_symmetric": "{a} et {b} sont une seule variable\u00a0: leurs dérivées "
    "s’ajoutent, la diagonale compte une fois",
    "reason.structured_diagonal": "{a} ne varie que sur la diagonale",
    "note.layout_numerator": "Disposition au numérateur\u00a0: le gradient par rapport à v a la "
    "forme transposée de v, la dérivée de u par rapport à v a les lignes de u.",
    "note.layout_denominator": "Disposition au dénominateur\u00a0: le gradient par rapport à v a "
    "la forme de v, la dérivée de u par rapport à v a les lignes de v.",
    "note.samples_columns": "Les exemples sont les colonnes.",
}
