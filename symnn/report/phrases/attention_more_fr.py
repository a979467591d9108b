"""French phrases of exercise 5, second part: training, variants, positions, block."""

PHRASES = {
    "attention.training_title": "le réseau entraîné avec ces gradients",
    "attention.training_opening": "Les équations de l’aller puis du retour, dans l’ordre, "
    "forment le corps de la boucle. Un exemple est une suite avec ses cibles ; rien d’autre "
    "n’est à dériver.",
    "attention.step_checked": "un pas du programme contre les gradients dérivés : {draws} "
    "tirages, erreur maximale {error}",
    "attention.adam_title": "un pas d’Adam, composante par composante",
    "attention.adam_opening": "Adam (Kingma et Ba, 2015) ne change que la mise à jour. Pour "
    "chaque paramètre, il garde une moyenne glissante {m} du gradient et {v} de son carré, "
    "et divise l’une par la racine de l’autre, de sorte que tous les paramètres avancent à "
    "une allure semblable :",
    "attention.adam_checked": "le programme sur {steps} pas contre les moyennes pondérées de "
    "tous les gradients vus, de poids de somme 1 : erreur maximale {error}",
    "attention.adam_reading": "Les deux moyennes partent de 0 et seraient d’abord trop petites ; "
    "les deux divisions le corrigent exactement, car les poids donnés aux gradients vus ont "
    "pour somme le diviseur. Le premier pas a donc la taille {eta}, quelle que soit celle du "
    "gradient.",
    "attention.task": "Une tâche qui exige l’attention : dans une suite de {T} jetons, l’un est "
    "marqué, et chaque jeton doit rendre le contenu du jeton marqué. Un jeton se compose "
    "d’un 1, d’une marque (0 ou 1) et de deux nombres. L’entraînement prend {n} suites et "
    "{epochs} époques, depuis les paramètres initiaux de l’algorithme.",
    "attention.run_descent": "descente",
    "attention.run_adam": "Adam",
    "attention.run_blind": "poids égaux",
    "attention.curves_description": "La perte par époque sur un axe logarithmique : la descente "
    "de gradient et Adam baissent, la descente à poids égaux reste haute.",
    "attention.curves_caption": "Perte moyenne par suite, évaluée avec les équations écrites "
    "plus haut.",
    "attention.run": "entraînement",
    "attention.first_loss": "perte avant",
    "attention.last_loss": "perte après",
    "attention.marked_share": "attention au jeton marqué",
    "attention.runs_caption": "Descente avec {eta} = {rate}, Adam avec {eta} = {adam}.",
    "attention.task_checked": "les deux apprennent la tâche : leur perte vaut au plus {error} de "
    "celle à poids égaux",
    "attention.blind": "La troisième ligne est le témoin : si {Q} et {K} valent 0, tous les "
    "poids sont égaux. Alors {gradient} est nul aussi, car {K} y figure par les clés, et "
    "l’autre de même : la descente ne quitte jamais ce départ. Le gain vient donc des poids "
    "seuls.",
    "attention.blind_checked": "après l’entraînement les deux matrices valent encore 0 : plus "
    "grande composante {error}",
    "attention.learned_description": "Carte de chaleur des poids d’attention après "
    "l’entraînement : toutes les lignes regardent le jeton marqué.",
    "attention.learned_caption": "{A} après la descente de gradient, pour la première suite : "
    "{x} est le jeton marqué.",
    "attention.positions_title": "d’où vient l’ordre : les encodages de position",
    "attention.positions_opening": "Les positions des jetons forment un vecteur {p}. Elles "
    "entrent soit une fois, comme sinusoïdes ajoutées aux jetons (Vaswani et al., 2017), "
    "soit dans chaque couche, comme rotations des requêtes et des clés (Su et al., 2021). "
    "Ouvrir une ligne pour toutes ses équations, à l’aller et au retour.",
    "attention.sinusoidal": "encodage sinusoïdal, ajouté aux jetons",
    "attention.sinusoidal_text": "Chaque composante d’un jeton a sa fréquence ; une phase d’un "
    "quart de tour fait d’un sinus un cosinus. L’encodage n’a pas de paramètres : les "
    "gradients sont ceux de l’attention, la somme remplaçant les jetons.",
    "attention.rotary": "positions rotatives",
    "attention.rotary_text": "Requêtes et clés sont coupées en deux moitiés ; chaque paire de "
    "composantes est un point du plan, tourné d’un angle qui croît avec la position. Au "
    "retour, les gradients tournent de l’angle opposé : les signes des sinus changent.",
    "attention.shift": "Un texte déplacé en bloc a {shifted} à la place de {p}. Les scores le "
    "voient-ils ? Le programme les dérive par rapport à {c} : si la dérivée est la somme "
    "vide, pour toutes tailles et toutes valeurs, seules comptent les différences de "
    "positions.",
    "attention.scores": "scores",
    "attention.shift_derivative": "dérivée par rapport au décalage",
    "attention.shift_zero": "0 sur les équations : prouvé",
    "attention.shift_other": "non nulle",
    "attention.differences_only": "différences seules",
    "attention.case_encodings": "produits scalaires de deux encodages sinusoïdaux",
    "attention.case_sinusoidal": "attention sur jetons plus sinusoïdes",
    "attention.case_rotary": "attention à positions rotatives",
    "attention.shift_reading": "Les sinusoïdes seules connaissent les distances, leurs produits "
    "ne dépendant que des différences ; mais les projections et les jetons qui s’y mêlent "
    "perdent cette propriété. Les rotations la gardent pour tous les poids : d’où leur usage "
    "pour des textes plus longs que ceux de l’entraînement.",
    "attention.variants_title": "têtes, masques et bloc de transformer entier",
    "attention.variants_opening": "Rien de nouveau n’est nécessaire pour dériver la suite : "
    "chaque variante change une ou deux équations de l’aller, et les mêmes règles donnent le "
    "reste. Ouvrir une ligne pour toutes ses équations, à l’aller et au retour.",
    "attention.variants_reading": "Dans toutes, la ligne du softmax est la même : un masque "
    "change les poids, et avec eux son propre gradient, mais non la formule. Quand plusieurs "
    "lecteurs partagent une valeur (un groupe de têtes ses clés, les sommes résiduelles leur "
    "entrée), leurs gradients s’ajoutent.",
    "attention.variants_checked": "Chaque variante a été dérivée en entier. Vérifications : "
    "chaque gradient contre des différences centrées, chaque formule imprimée relue et "
    "évaluée, pour deux tirages de tailles ; à droite, le plus grand écart d’un gradient.",
    "attention.variant_checked": "{checks} vérifications pour {draws} tirages de tailles ; "
    "gradients contre différences centrées : au plus {error}",
    "attention.count_parameters": "paramètres",
    "attention.count_steps": "étapes dérivées",
    "attention.count_checks": "vérifications",
    "attention.same_lines": "{n} autres lignes sont mot pour mot celles de l’attention simple :",
    "attention.forward_steps": "aller",
    "attention.backward_steps": "retour",
    "attention.multi_head": "attention à plusieurs têtes",
    "attention.multi_head_text": "Plusieurs têtes permettent à un jeton de regarder plusieurs "
    "endroits à la fois. Chacune a ses projections, et une matrice par tête additionne leurs "
    "sorties : c’est le produit des sorties mises bout à bout par les matrices empilées.",
    "attention.grouped": "attention à requêtes groupées",
    "attention.grouped_text": "Chaque groupe de têtes de requêtes partage un même jeu de clés et "
    "de valeurs, ce qui économise la mémoire quand on engendre un texte. Les gradients des "
    "clés et valeurs partagées sont des sommes sur les têtes du groupe.",
    "attention.cross": "attention croisée",
    "attention.cross_text": "Les requêtes viennent d’une suite, les clés et les valeurs d’une "
    "autre, qui a sa longueur et sa largeur, comme en traduction. La matrice des poids est "
    "rectangulaire.",
    "attention.causal_text": "Un jeton peut regarder lui-même et ce qui précède. Le softmax ne "
    "porte que sur ces places : un domaine de la somme, au lieu de scores égaux à moins "
    "l’infini, de sorte que rien d’indéfini ne peut apparaître.",
    "attention.padding": "masque de remplissage",
    "attention.padding_text": "On complète les suites de longueurs différentes ; un masque nul "
    "aux places ajoutées les tient hors du softmax. Il doit laisser au moins une place, et "
    "le programme refuse celui qui n’en laisse aucune.",
    "attention.block": "bloc de transformer",
    "attention.block_text": "Une normalisation de couche avant chaque partie, l’attention, deux "
    "couches denses et deux sommes résiduelles. Chaque ligne de la normalisation a son nom, "
    "son gradient est donc aussi une ligne ; les clés n’ont pas de biais, comme on l’a "
    "trouvé plus haut.",
}
