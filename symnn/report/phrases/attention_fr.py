"""French phrases of exercise 5; the same keys as `phrases_attention_en` (a test says so)."""

PHRASES = {
    "attention.explain_title": "le mécanisme en bref",
    "attention.explain": "Chaque jeton {x} est projeté trois fois par des matrices apprises : en "
    "une requête {q} (ce qu’il cherche), une clé {k} (ce qu’il propose) et une valeur {v} "
    "(ce qu’il transmet). La requête du jeton {i} est comparée à la clé {kj} de chaque jeton "
    "{j} par un produit scalaire réduit ; un softmax sur {j} change ces scores en poids "
    "positifs {a} de somme 1. La sortie {z} est la moyenne des valeurs {vj} avec ces poids. "
    "Chaque jeton devient donc un mélange de tous les jetons, et le réseau choisit lui-même "
    "ce mélange d’après leur contenu, quelle que soit la distance qui les sépare.",
    "attention.why_self": "On parle d’auto-attention parce que requêtes, clés et valeurs "
    "viennent de la même suite ; dans l’attention croisée, clés et valeurs viennent d’une "
    "autre.",
    "attention.rows_sum": "chaque ligne : somme 1",
    "attention.flow_description": "Les jetons sont projetés en requêtes, clés et valeurs ; "
    "requêtes et clés donnent les scores, un softmax les poids, poids et valeurs les "
    "sorties, et une couche dense les unités cachées.",
    "attention.flow_caption": "Un passage réel, à l’échelle des formes : {sizes}, nombres tirés "
    "au hasard. Bleu : positif ; orange : négatif ; vert : poids. Les pastilles sont les "
    "paramètres appris. {A} est la carte de chaleur de l’attention.",
    "attention.flow_reading": "ligne par ligne. {z} prend {share} de {v}, le plus grand poids de "
    "ce tirage.",
    "attention.rows_checked": "chaque ligne a pour somme 1 à {error} près",
    "attention.formalism_title": "le formalisme",
    "attention.conventions": "Les {T} jetons sont les lignes de {X}, de {d} composantes chacune. "
    "Pour un jeton écrit en colonne, la première ligne ci-dessous est {q} : les conventions "
    "en lignes et en colonnes ne diffèrent que par une transposition.",
    "attention.loops_checked": "vérifié : {draws} tirages de tailles différentes, matrices "
    "contre boucles sur les jetons, erreur maximale {error}",
    "attention.hidden_title": "l’attention suivie d’une couche cachée",
    "attention.hidden_opening": "La couche cachée agit sur chaque sortie de l’attention avec les "
    "mêmes poids : les jetons se rencontrent dans l’attention, les composantes dans la "
    "couche cachée. Le biais s’ajoute à chaque ligne, d’où la colonne de uns.",
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
    "ne change que la première ligne. Chaque ligne est dérivée des équations de la "
    "propagation avant et évaluée contre les différences centrées.",
    "attention.gradient_of_S": "gradient des scores",
    "attention.gradient_of_W_Q": "gradient des poids des requêtes",
    "attention.gradients_caption": "Tous les gradients avec les noms de la propagation avant, "
    "ceux des poids avec le gradient de leur projection substitué. À droite, l’écart relatif "
    "maximal aux différences centrées.",
    "attention.identities_title": "deux identités",
    "attention.row_sums": "La ligne du softmax demande un nombre par ligne de {A}. Les équations "
    "montrent qu’on peut le prendre sur les sorties : {T} × {d} produits au lieu de {T} × "
    "{T}.",
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
    "attention.scale_title": "pourquoi diviser par la racine de la taille des clés",
    "attention.scale_opening": "Soient une requête et une clé dont les {d} composantes sont "
    "indépendantes, de moyenne 0 et de variance 1, comme après l’initialisation. Le "
    "programme prend moyenne et variance de leur produit scalaire sur la forme indicielle : "
    "le produit de deux composantes a pour moyenne 1 si c’est la même, 0 sinon.",
    "attention.score": "score",
    "attention.mean": "moyenne",
    "attention.variance": "variance",
    "attention.scale_rule": "Dérivé, pour toute taille. Divisés par la racine, les scores "
    "gardent une variance de 1 quelle que soit la taille.",
    "attention.scale_measured": "Mesuré sur {n} requêtes tirées au hasard, {keys} clés chacune :",
    "attention.var_measured": "variance du score",
    "attention.entropy": "entropie des poids",
    "attention.entropy_scaled": "entropie, après division",
    "attention.slope": "pente du softmax",
    "attention.slope_scaled": "pente, après division",
    "attention.variance_checked": "les variances mesurées sont celles dérivées, pour {widths} "
    "tailles : au plus {error} erreurs types d’écart",
    "attention.scale_reading": "sans la division, le softmax sature quand les clés grandissent : "
    "un poids prend tout (l’entropie, rapportée à sa valeur maximale, tombe vers 0), et sa "
    "pente, que traverse tout gradient des requêtes et des clés, s’annule avec elle.",
    "attention.hand_title": "un exemple à la main",
    "attention.hand_opening": "Trois jetons de deux composantes, quatre pour requêtes et clés, "
    "de sorte que le diviseur vaut 2 :",
    "attention.hand_checked": "recalculé jeton par jeton : écart maximal {error}",
    "attention.map_description": "Carte de chaleur des poids d’attention de l’exemple, trois "
    "jetons par trois jetons.",
    "attention.map_caption": "Carte de chaleur de {A} : en ligne, le jeton qui regarde ; en "
    "colonne, le jeton regardé. Le plus grand poids : {i} accorde {share} de son attention à "
    "{j}.",
    "attention.properties_title": "des propriétés, prouvées sur les équations",
    "attention.permutation": "Permuter les jetons, {X} devenant {P} {X}, doit permuter les "
    "sorties de même, {Z} devenant {P} {Z}. Le programme le lit sur la forme indicielle : un "
    "indice de jeton qui n’apparaît que comme simple position d’une valeur peut être "
    "renommé. Puis il évalue les deux membres.",
    "attention.case": "réseau",
    "attention.on_equations": "sur les équations",
    "attention.difference": "écart maximal, {draws} tirages",
    "attention.property": "tient",
    "attention.broken": "rompu",
    "attention.plain": "attention et couche cachée",
    "attention.pooled_case": "de même, moyenne des jetons (invariant)",
    "attention.causal": "masque causal",
    "attention.positions": "encodages de position ajoutés",
    "attention.alike": "tout indice de jeton est une simple position : prouvé",
    "attention.alike_leaf": "un autre tenseur a un axe de jetons",
    "attention.alike_domain": "le softmax compare des positions",
    "attention.alike_position": "une position est comparée ou décalée",
    "attention.hull": "Le programme connaît deux faits sur {A} par sa définition : les poids "
    "sont positifs et chaque ligne a pour somme 1. Chaque ligne de {Z} est donc une "
    "combinaison convexe des lignes de {V} : elle reste dans leur enveloppe convexe, et "
    "l’attention seule ne dépasse jamais les valeurs. La couche cachée, si.",
    "attention.hull_checked": "faits prouvés ; sorties entre la plus petite et la plus grande "
    "valeur dans {draws} tirages, dépassement maximal {error}",
    "attention.costs_title": "coût, mémoire et autres couches",
    "attention.line": "ligne",
    "attention.multiply_adds": "multiplications-additions",
    "attention.sum_forward": "attention, aller",
    "attention.sum_backward": "attention, retour",
    "attention.costs_caption": "Compté sur les équations, en forme close.",
    "attention.crossing": "La partie {square} croît comme le carré du nombre de jetons. Elle "
    "l’emporte lorsqu’elle égale le reste, ce qui donne",
    "attention.crossing_label": "le carré l’emporte à partir de",
    "attention.crossing_checked": "résolu exactement ; les deux parties recomptées pour 5 "
    "tailles tirées, écart {error}",
    "attention.equal_widths": "Si toutes les largeurs valent {d} : {at}.",
    "attention.memory": "En mémoire, {A} occupe {n} nombres par tête, gardés pour le retour ; "
    "c’est l’identité des sommes par ligne qui permet de la recalculer par blocs.",
    "attention.rivals_opening": "Trois couches de largeur d. Ce que voit une sortie a été mesuré "
    "sur {T} jetons en bougeant chaque jeton tour à tour ; noyau de {k}.",
    "attention.layer": "couche",
    "attention.serial": "l’un après l’autre",
    "attention.seen": "jetons vus, sur {T}",
    "attention.layers_needed": "couches pour que tous voient tout",
    "attention.never": "jamais",
    "attention.this": "auto-attention",
    "attention.recurrent": "réseau récurrent",
    "attention.convolution": "convolution",
    "attention.this_serial": "non : tous les jetons ensemble",
    "attention.recurrent_serial": "oui : T pas",
    "attention.convolution_serial": "non : tous les jetons ensemble",
    "attention.rivals_reading": "l’attention atteint tous les jetons en une couche et en "
    "parallèle, au prix du carré de T ; le réseau récurrent est linéaire en T mais "
    "séquentiel, et ne voit que le passé ; la convolution est linéaire et parallèle mais "
    "demande bien des couches pour voir loin.",
    "attention.permutation_reading": "L’attention seule voit donc un ensemble et non une suite : "
    "l’ordre des mots est perdu. Un masque causal ou des encodages de position le "
    "rétablissent en rompant justement cette symétrie.",
}
