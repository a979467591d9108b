"""French phrases of the report; the same keys as `phrases_en` (a test says so)."""

PHRASES = {
    "report.skip": "aller aux réponses",
    "report.how": "comment c’est vérifié",
    "report.copied": "copié",
    "report.points_answer": "Un réseau qui classe tous les points",
    "report.points_evidence": "Preuve, vérification et autres réseaux",
    "report.points_comparison": "De même pour {what}",
    "report.figure_regions": "Les points, la droite de chaque unité cachée avec son côté "
    "positif, et la région de la classe 1.",
    "report.figure_network": "Le réseau avec ses poids.",
    "report.figure_training": "Le même réseau entraîné par descente de gradient, à titre de "
    "comparaison.",
    "report.every_point": "la vérification de chaque point",
    "report.other_units": "autres unités\u00a0: sigmoïde, tanh, ReLU, connexions directes",
    "report.empty_region": "aucun point",
    "report.no_region": "pas de telle région",
    "report.points_there": "points présents",
    "report.value": "valeur",
    "report.descent_sample": "descente de gradient stochastique, un exemple à la fois",
    "report.descent_batch": "descente de gradient par lots",
    "report.entry_by_entry": "élément par élément",
    "report.differences": "différences finies centrées de la passe avant, élément par élément "
    "(au-delà de 24, selon des directions au hasard), les deux côtés recalculés\u202f; "
    "chaque forme imprimée est relue puis évaluée",
    "report.forward_method": "les valeurs nommées contre la perte telle qu’écrite\u202f; "
    "chaque formule imprimée est relue puis évaluée, composantes contre matrices",
    "report.to_parameters": "de la perte aux paramètres",
    "report.second_route_section": "une seconde voie\u00a0: les différentielles",
    "report.forward_section": "passe avant",
    "report.gradients_section": "gradients",
    "report.algorithm_section": "descente de gradient",
    "report.beyond_section": "au-delà de la question",
    "report.curvature_section": "la hessienne et le pas",
    "report.learning_section": "entraînement",
    "report.second_route": "une seconde voie\u00a0: les différentielles",
    "report.second_route_opening": "Mode direct, sans aucune des règles précédentes\u00a0: on "
    "reporte la différentielle de chaque valeur dans celle de la perte, qui reste linéaire en "
    "les différentielles\u202f; les coefficients sont les gradients.",
    "report.differential_of": "différentielle",
    "report.form_of_loss": "dans celle de la perte",
    "report.read_off": "on lit {names}",
    "report.routes_agree": "les deux voies concordent\u00a0: {draws} tirages, écart max {error}",
    "report.program_header": "descente de gradient, engendrée par symnn à partir des équations "
    "dérivées",
    "report.beware": "attention",
    "report.same_parameters": "Tous les gradients d’un exemple se calculent avec les "
    "paramètres d’avant sa mise à jour\u00a0: c’est pourquoi on garde la ligne de la passe "
    "arrière.",
    "report.by_batches": "par lots",
    "report.batch_opening": "La perte est la moyenne sur les {m} exemples d’un lot, un exemple "
    "par ligne\u202f; tout est dérivé à nouveau des équations du lot.",
    "report.algorithm_title": "descente de gradient, un exemple à la fois",
    "report.by_hand": "une mise à jour à la main",
    "report.loss_falls": "La perte {loss} passe de {old} à {new}.",
    "report.recomputed": "recalculé\u00a0: le programme contre les gradients dérivés, écart "
    "max {error}",
    "report.beyond": "toute activation, tout nombre de couches",
    "report.any_activation": "Avec une autre activation, une seule ligne change\u202f; les "
    "gradients gardent leur forme\u00a0:",
    "report.delta": "ligne de la passe arrière",
    "report.check": "vérification",
    "report.draws_short": "{draws} tirages, {error}",
    "report.no_recursion": "Les couches de ce réseau ne suivent pas une même récurrence.",
    "report.depth_opening": "Pour {L} couches, en remontant depuis la perte, une même "
    "récurrence vaut pour chaque couche. Elle a été dérivée sur un réseau de {layers} couches "
    "de largeurs différentes pour chaque activation ci-dessous\u202f; les formules des couches "
    "étaient les mêmes au numéro près.",
    "report.recursion_label": "Pour chaque couche l",
    "report.recursion_start": "Elle part de {start}.",
    "report.slopes": "La pente de chaque activation telle qu’elle a été dérivée, en fonction "
    "de ce que la passe avant a gardé.",
    "report.deep_verified": "vérifié\u00a0: {nets} réseaux de {layers} couches, {draws} "
    "tirages chacun, écart max {error}",
    "report.curvature": "la hessienne et le plus grand pas",
    "report.hessian_opening": "Dérivées secondes, tirées des gradients par la même règle. "
    "Aucun paramètre n’y figure\u00a0: la perte est quadratique.",
    "report.hessian_drawn": "blocs contre différences des gradients\u00a0: {draws} tirages, "
    "écart max {error}",
    "report.block": "bloc",
    "report.one_example": "un exemple",
    "report.mean_of_batch": "moyenne sur un lot",
    "report.residual_opening": "Une mise à jour sur un exemple, puis le même exemple à "
    "nouveau\u00a0: avec le résidu {residual}, les gradients dérivés donnent",
    "report.residual_label": "Une mise à jour",
    "report.residual_reading": "La mise à jour multiplie le résidu par {factor}. Il diminue "
    "tant que {eta} reste sous {bound}\u202f; à la moitié, un seul pas ajuste exactement "
    "l’exemple.",
    "report.proved": "vérifié\u00a0: {draws} tirages, écart max {error}",
    "report.training": "entraînement, et ce qu’il doit atteindre",
    "report.training_opening": "Données faites pour cette page\u00a0: N = {N}, {sizes}, "
    "entrées normales centrées réduites, paramètres cachés, bruit {noise}, graine {seed}. Le "
    "programme de l’algorithme 1 s’entraîne dessus.",
    "report.curves_description": "Perte moyenne après chaque époque pour plusieurs pas, et "
    "l’optimum en pointillé.",
    "report.optimum": "optimum",
    "report.curves_caption": "Perte moyenne après chaque époque, un exemple à la fois. En "
    "pointillé\u00a0: l’optimum des moindres carrés {optimum}. Un pas plus grand descend plus "
    "vite et s’arrête plus haut.",
    "report.last_loss": "perte après {epochs} époques",
    "report.cycle_loss": "perte où le cycle se fixe",
    "report.above_optimum": "au-dessus de l’optimum",
    "report.epoch_radius": "rayon d’une époque",
    "report.cycle_reading": "Une époque est une application affine des paramètres, lue sur le "
    "programme lui-même. Son point fixe est là où le cycle se fixe\u00a0: ce n’est pas "
    "l’optimum, car chaque exemple tire à son tour. Son rayon spectral, inférieur à 1, en dit "
    "la vitesse.",
    "report.affine_checked": "une époque du programme est affine à {error} près",
    "report.optimum_text": "L’optimum des moindres carrés, tiré des seules valeurs de la "
    "perte, est {optimum}. Un seul pas {newton}, avec le gradient et la hessienne dérivés, y "
    "mène de n’importe où\u202f; la descente sur tout le lot, avec les mêmes équations, "
    "atteint {reached}.",
    "report.optimum_checked": "moindres carrés, pas de Newton et descente se "
    "rejoignent\u00a0: écart relatif {error}",
    "report.bound_text": "Sur tout le lot, la descente converge pour les pas inférieurs à "
    "{bound}, où {eigen} est la plus grande valeur propre de la hessienne dérivée sur ces "
    "données.",
    "report.hessian_checked": "hessienne dérivée contre différences secondes de la "
    "perte\u00a0: {error}",
    "report.times_bound": "{share} de la borne",
    "report.step_axis": "pas",
    "report.bound_description": "Perte au-dessus de son optimum pour un pas juste au-dessous "
    "et juste au-dessus de la borne.",
    "report.bound_caption": "Perte au-dessus de son optimum, tout le lot, à 0,999 et 1,001 de "
    "la borne\u00a0: l’une descend, l’autre croît.",
    "report.bound_shown": "après {steps} pas, {below} juste sous la borne, {above} juste au-dessus",
    "report.inputs_sample": "exemples {source}, pas {eta}, époques {epochs}",
    "report.inputs_batch": "lots {source} de {m} exemples, pas {eta}, époques {epochs}",
    "report.to_loss": "de l’entrée à la perte",
    "report.residual_example": "Sur l’exemple à la main, le facteur vaut {factor}\u202f; la "
    "perte, qui est un carré, a été multipliée par {ratio}.",
}
