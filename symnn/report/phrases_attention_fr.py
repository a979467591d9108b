"""French phrases of exercise 5; the same keys as `phrases_attention_en` (a test says so)."""

PHRASES = {
    "attention.explain_title": "le mécanisme en bref",
    "attention.explain": "Chaque jeton {x} est projeté trois fois par des matrices apprises : en "
    "une requête {q} (ce qu’il cherche), une clé {k} (ce qu’il propose) et une valeur {v} (ce "
    "qu’il transmet). La requête du jeton {i} est comparée à la clé {kj} de chaque jeton {j} "
    "par un produit scalaire réduit ; un softmax sur {j} change ces scores en poids positifs "
    "{a} de somme 1. La sortie {z} est la moyenne des valeurs {vj} avec ces poids. Chaque "
    "jeton devient donc un mélange de tous les jetons, et le réseau choisit lui-même ce "
    "mélange d’après leur contenu, quelle que soit la distance qui les sépare.",
    "attention.why_self": "On parle d’auto-attention parce que requêtes, clés et valeurs "
    "viennent de la même suite ; dans l’attention croisée, clés et valeurs viennent d’une "
    "autre.",
    "attention.rows_sum": "chaque ligne : somme 1",
    "attention.flow_description": "Les jetons sont projetés en requêtes, clés et valeurs ; "
    "requêtes et clés donnent les scores, un softmax les poids, poids et valeurs les sorties, "
    "et une couche dense les unités cachées.",
    "attention.flow_caption": "Un passage réel, à l’échelle des formes : {sizes}, nombres tirés "
    "au hasard. Bleu : positif ; orange : négatif ; vert : poids. Les pastilles sont les "
    "paramètres appris. {A} est la carte de chaleur de l’attention.",
    "attention.flow_reading": "ligne par ligne. {z} prend {share} de {v}, le plus grand poids de "
    "ce tirage.",
    "attention.rows_checked": "chaque ligne a pour somme 1 à {error} près",
    "attention.formalism_title": "le formalisme",
    "attention.conventions": "Les {T} jetons sont les lignes de {X}, de {d} composantes chacune. "
    "Pour un jeton écrit en colonne, la première ligne ci-dessous est {q} : les conventions en "
    "lignes et en colonnes ne diffèrent que par une transposition.",
    "attention.loops_checked": "vérifié : {draws} tirages de tailles différentes, matrices "
    "contre boucles sur les jetons, erreur maximale {error}",
    "attention.hidden_title": "l’attention suivie d’une couche cachée",
    "attention.hidden_opening": "La couche cachée agit sur chaque sortie de l’attention avec les "
    "mêmes poids : les jetons se rencontrent dans l’attention, les composantes dans la couche "
    "cachée. Le biais s’ajoute à chaque ligne, d’où la colonne de uns.",
    "attention.whole": "En substituant tout :",
    "attention.variant": "réseau",
    "attention.after": "après l’attention",
    "attention.all_grads": "tous les gradients",
    "attention.per_token": "une sortie par jeton",
    "attention.pooled": "une sortie par suite (moyenne des jetons)",
    "attention.with_output": "avec une couche de sortie, par jeton",
    "attention.pooled_output": "avec une couche de sortie, par suite",
    "attention.variants_caption": "Quatre réseaux qui partent de {Z} ; chacun a été dérivé à "
    "part et tous ses gradients comparés aux différences centrées.",
    "attention.algorithm_title": "propagation avant : attention et couche cachée",
    "attention.program_checked": "le programme contre les équations : {draws} tirages, erreur "
    "maximale {error}",
    "attention.unchecked": "non vérifié",
    "attention.group_hidden": "à travers la couche cachée",
    "attention.group_values": "à travers les valeurs",
    "attention.group_weights": "à travers les poids et le softmax",
    "attention.group_queries": "à travers les scores : clés et requêtes",
    "attention.group_tokens": "retour aux jetons : trois chemins",
    "attention.backward_title": "la rétropropagation, dérivée",
    "attention.backward_opening": "Avec l’erreur quadratique {L} pour exemple ; une autre perte "
    "ne change que la première ligne. Chaque ligne est dérivée des équations de la propagation "
    "avant et évaluée contre les différences centrées.",
    "attention.gradient_of": "gradient selon {x}",
    "attention.gradients_caption": "Tous les gradients avec les noms de la propagation avant, "
    "ceux des poids avec le gradient de leur projection substitué. À droite, l’écart relatif "
    "maximal aux différences centrées.",
    "attention.identities_title": "deux identités",
    "attention.row_sums": "La ligne du softmax demande un nombre par ligne de {A}. Les équations "
    "montrent qu’on peut le prendre sur les sorties : {T} × {d} produits au lieu de {T} × {T}.",
    "attention.row_sums_label": "sommes par ligne",
    "attention.row_sums_checked": "prouvé : les deux membres s’ouvrent en la même expression ; "
    "{draws} tirages, écart maximal {error}",
    "attention.row_sums_use": "D’où la forme qu’emploient les programmes économes en mémoire :",
    "attention.key_bias": "Avec des biais dans les trois projections :",
    "attention.rows_zero": "Chaque ligne du gradient des scores a pour somme 0, parce que les "
    "lignes de {A} ont pour somme 1. Le biais des clés reçoit exactement ces sommes :",
    "attention.key_bias_label": "biais des clés",
    "attention.key_bias_checked": "prouvé avec le fait que les lignes ont pour somme 1 ; bouger "
    "ce biais bouge la perte de {error} (pente relative ; biais des requêtes : au moins "
    "{other})",
    "attention.key_bias_why": "Ce biais ajoute un même nombre à toute une ligne de {S}, et un "
    "softmax oublie un tel décalage. On peut donc supprimer le biais des clés : il n’est "
    "jamais appris.",
}
