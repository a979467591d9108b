"""French phrases of the report; the same keys as `phrases_en` (a test says so)."""

PHRASES = {
    "report.skip": "aller aux réponses",
    "report.how": "comment c’est vérifié",
    "report.copied": "copié",
    "report.not_yet": "pas encore traité",
    "report.not_yet_long": "Cet exercice n’est pas encore traité.",
    # Exercise of kind points.
    "report.points_answer": "Un réseau qui classe tous les points",
    "report.points_evidence": "Preuve, vérification et autres réseaux",
    "report.points_comparison": "De même pour {what}",
    "report.figure_regions": "Les points, la droite de chaque unité cachée avec son côté positif, "
    "et la région de la classe 1.",
    "report.figure_network": "Le réseau avec ses poids.",
    "report.figure_training": "Le même réseau entraîné par descente de gradient, à titre de "
    "comparaison.",
    "report.every_point": "la vérification de chaque point",
    "report.other_units": "autres unités\u00a0: sigmoïde, tanh, ReLU, connexions directes",
    "report.empty_region": "aucun point",
    "report.no_region": "pas de telle région",
    "report.points_there": "points présents",
    "report.value": "valeur",
    # Exercise of kind derivation.
    "report.descent_sample": "descente de gradient stochastique, un exemple à la fois",
    "report.descent_batch": "descente de gradient par lots",
}
