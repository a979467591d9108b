"""French phrases of exercise 3; the same keys as `phrases_network_en` (a test says so)."""

PHRASES = {
    "network.diagram_title": "le schéma",
    "network.diagram_caption": "Le réseau à l’échelle\u00a0: une feuille par canal, une barre par "
    "vecteur (la longueur d’une barre n’est pas à l’échelle). Fenêtre ocre\u00a0: ce que lit un "
    "filtre pour la valeur marquée\u202f; fenêtre prune\u00a0: max-pooling. En dessous, en bleu, "
    "la forme, puis le nombre de valeurs.",
    "network.layers_title": "tailles de sortie et paramètres",
    "network.rule": "règle",
    "network.formula": "formule",
    "network.letters": "{n}\u00a0: côté de l’entrée, {p}\u00a0: remplissage, {k}\u00a0: côté du "
    "filtre, {s}\u00a0: pas, {c}\u00a0: canaux de l’entrée, donc profondeur d’un filtre, "
    "{m}\u00a0: filtres, {o}\u00a0: côté de la sortie.",
    "network.question": "question",
    "network.layer": "couche",
    "network.size": "côté",
    "network.output": "sortie",
    "network.parameters": "paramètres",
    "network.multiplications": "multiplications",
    "network.value_of_k": "valeur de k",
    "network.table": "Tableau {n}.",
    "network.table_caption": "Chaque couche avec les règles ci-dessus, nombres mis en place\u202f; "
    "la première colonne donne le numéro de la question. Le max-pooling et l’aplatissement "
    "n’apprennent rien et ne multiplient pas.",
    "network.total": "total",
    "network.without_bias": "Sans les biais\u00a0: {count} paramètres.",
    "network.multiplications_title": "multiplications",
    "network.per_image": "multiplications par image",
    "network.convention": "convention",
    "network.count": "nombre",
    "network.unit": "unité",
    "network.conventions": "Le nombre dépend de ce qu’on compte\u202f; {layer} dans chaque "
    "convention\u00a0:",
    "network.totals": "Le réseau entier\u00a0: {macs} multiplications par image avec les zéros du "
    "remplissage, {inside} sans eux\u202f; {flops} FLOPs.",
    "network.beyond_title": "au-delà de la question",
    "network.shares_caption": "Où sont les paramètres, et où se font les multiplications. "
    "{parameters}\u202f; {multiplications}.",
    "network.memory": "Mémoire",
    "network.fields_caption": "Champ récepteur\u00a0: ce qu’une valeur de la couche voit de "
    "l’image, et l’écart en pixels entre deux voisines\u202f; mémoire que la couche garde pour la "
    "passe arrière, en octets\u202f; multiplications de la passe arrière.",
    "network.field": "champ récepteur",
    "network.jump": "écart",
    "network.kept": "gardé",
    "network.backward_products": "passe arrière",
    "network.pixels": "{height} × {width} pixels",
    "network.whole": "toute l’image",
    "network.symbolic": "le côté de l’image laissé libre",
    "network.symbolic_opening": "Le même réseau sur une image de {n} × {n} pixels\u202f; valable "
    "tant que chaque côté vaut au moins 1.",
    "network.sizes_caption": "Les deux totaux pour quelques côtés {n}.",
    "network.failed": "Les comptes ne concordent pas\u00a0: {reason}",
    "network.summary": "{parameters} paramètres, {macs} multiplications par image",
}
