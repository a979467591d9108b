"""French phrases of worked steps; see the package for the law."""

PHRASES = {
    "rule.structured_symmetric": "coefficients indépendants d’une matrice symétrique",
    "rule.structured_diagonal": "coefficients indépendants d’une matrice diagonale",
    "reason.structured_symmetric": "{a} et {b} sont une seule variable\u00a0: leurs dérivées "
    "s’ajoutent, la diagonale compte une fois",
    "reason.structured_diagonal": "{a} ne varie que sur la diagonale",
}
