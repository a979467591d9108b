"""French phrases; see phrases.py for the law."""
# ruff: noqa: E501  (one phrase, one string: easier to compare across languages)

_SPACES = {
    " ;": "\u202f;",
    " ?": "\u202f?",
    " !": "\u202f!",
    " :": "\u00a0:",
    "« ": "«\u202f",
    " »": "\u202f»",
}


def _spaced(text: str) -> str:
    """Put the unbreakable spaces of French typography."""
    for plain, typeset in _SPACES.items():
        text = text.replace(plain, typeset)
    return text


_TEXTS = {
    # nouns by dimension: 1, 2, more
    "border_1": "seuil",
    "border_2": "droite",
    "border_3": "hyperplan",
    "borders_1": "seuils",
    "borders_2": "droites",
    "borders_3": "hyperplans",
    "no_border_1": "aucun seuil",
    "no_border_2": "aucune droite",
    "no_border_3": "aucun hyperplan",
    "a_border_1": "un seuil",
    "a_border_2": "une droite",
    "a_border_3": "un hyperplan",
    "halves_1": "demi-droites",
    "halves_2": "demi-plans",
    "halves_3": "demi-espaces",
    "the_half_1": "la demi-droite",
    "the_half_2": "le demi-plan",
    "the_half_3": "le demi-espace",
    # status
    "proved_one": "1 unité cachée : minimal, prouvé.",
    "proved_many": "{count} unités cachées : minimal, prouvé.",
    "open": "{count} unités cachées : un réseau valide ; le minimum est compris entre {lower} et "
    "{upper}.",
    "interrupted": " Interrompu : voici le meilleur réseau trouvé.",
    # output unit
    "reading_single": "La classe « {name} » est {half} de h1.",
    "reading_and": "ET : la classe « {name} » est à l’intérieur des {count} {halves}.",
    "reading_or": "OU : la classe « {name} » est dans au moins un des {count} {halves}.",
    "reading_band": "ET de deux {halves} parallèles : la classe « {name} » est une bande.",
    "reading_atleast": "La classe « {name} » est dans au moins {need} des {count} {halves}.",
    "reading_parity": "Bandes : le long de la direction commune, la classe change au passage de chacun des "
    "{count} {borders}.",
    "reading_cases": "Classe « {name} » si {cases}.",
    "reading_plain": "Un vote pondéré de {count} {halves}.",
    "reading_xor": " Sur les codes présents, c’est le XOR de h1 et h2, ou son complément.",
    "and": " et ",
    "or": ", ou ",
    # proof
    "proof_one": "Une couche cachée a au moins une unité, et {a_border} sépare les classes.",
    "proof_radon": "Une unité ne suffit pas : le point ({point}) est dans les enveloppes convexes des deux "
    "classes, {ones} = {zeros}. Avec une classe de chaque côté, {a_border} l’aurait des deux "
    "côtés.",
    "proof_packing": "Au moins {lower} : prenons {count} paires de points opposés{weighted} : {listed}. "
    "Chaque paire demande {a_border} entre ses points, et {no_border} ne passe entre plus de "
    "{most} sur {total} (compté sur les {dichotomies} dichotomies linéaires). Donc "
    "k ≥ {total}/{most}, c’est-à-dire k ≥ {lower}.",
    "proof_listed": "voir la sortie JSON",
    "proof_weighted": " de poids total {total}",
    "proof_search": "Au moins {lower} : tous les ensembles de {size} {borders} ont été examinés. Les "
    "{dichotomies} dichotomies linéaires des points ont été énumérées exactement ; chacun des "
    "{sets} ensembles d’au plus {size} laisse un certificat intact : des multiplicateurs qui "
    "équilibrent les classes, si bien qu’aucun poids de sortie ne les sépare. {certificates} "
    "certificats suffisent pour tous les ensembles, dont {pairs} paires de points opposés. "
    "Branches parcourues : {nodes} ; ensembles jugés par un programme exact : {judged}.",
    "proof_open": "Non tranché : si {lower} à {below} unités peuvent suffire.",
    # tables and checks
    "truth_table": "Table de vérité des codes cachés présents",
    "output_value": "valeur de sortie",
    "points_of_region": "points",
    "points_counted": "{count} × {name}",
    "checked": "vérifié : {count} points sur {count} en arithmétique exacte ; aucun point sur une droite, "
    "distance minimale {distance}.",
    # pictures
    "picture_title": "Points, {borders} et régions",
    "network_title": "Le réseau",
    "picture_words": "Points de deux classes ; {count} {borders}, flèches vers le côté positif ; la région de "
    "la classe « {name} » est teintée.",
    "network_words": "Réseau à {inputs} entrées, {count} unités cachées et une sortie.",
    "no_picture": "Il n’y a de figure qu’en dimension un et deux ; ces points en ont {count}.",
    "no_picture_scale": "Pas de figure : les points sont trop proches pour la taille de leurs coordonnées.",
    # section
    "class_star": "étoile",
    "class_circle": "rond",
    "name_sigmoid": "sigmoïdes",
    "name_tanh": "tanh",
    "not_given": "La figure avec les points n’est pas dans le texte de l’examen. Les points ci-dessous sont "
    "un exemple de notre choix ; mettez les vôtres dans un fichier CSV pour les résoudre.",
    "graph": "Le graphe compris, car la Figure (b) manque aussi : {inputs} entrées, une couche de {count} unités à seuil, une sortie à seuil ; chaque entrée est reliée à chaque unité et chaque unité à la sortie, avec un biais chacune, et aucune arête ne saute la couche.",
    "convention": "Une unité à seuil vaut 1 si w·x + b > 0, et 0 sinon ; aucun point n’annule un w·x + b "
    "({border}), la valeur en 0 est donc sans importance.",
    "bias_folded": "Biais intégré : avec x̃ = (x, 1) et h̃ = (h, 1), les biais forment la dernière colonne.",
    "sigmoid": "Unités {name} : les {points} points restent bien classés pour toute raideur β > {bound}, "
    "car |h − seuil| ≤ 1/(1 + e^(β|z|)) déplace la valeur de sortie de moins que sa marge. "
    "Exécuté avec β = {used} : {right} sur {points}. Mesuré : juste à partir de "
    "β ≈ {measured}.",
    "sigmoid_any": "Unités {name} : les {points} points restent bien classés pour toute raideur β > 0. "
    "Exécuté avec β = {used} : {right} sur {points}.",
    "relu_plain": "Unités ReLU : {count}, une par {border}, et de nouveaux poids de sortie : {right} sur "
    "{points} en arithmétique exacte (sans prétention de minimalité).",
    "relu_ramp": "Unités ReLU : {count}, deux par {border} : relu((z+m)/2m) − relu((z−m)/2m) est exactement "
    "le seuil dès que |z| ≥ m ; {right} sur {points} (sans prétention de minimalité).",
    "skip_proved": "Avec des connexions directes (la sortie lit aussi x), unités cachées : {count}, minimal, "
    "prouvé par la même recherche ; {right} sur {points}.",
    "skip_open": "Avec des connexions directes (la sortie lit aussi x), unités cachées : {count} ; moins "
    "n’est pas exclu ici.",
    "existence": "C’est toujours possible : une direction u donne aux N points des valeurs u·x toutes "
    "différentes. On les trie ; une unité [u·x > t] dans chaque intervalle où la classe "
    "change ; les poids de sortie +1, −1, +1, ... redonnent la classe. Au plus N − 1 unités. "
    "Ici u = ({direction}) en demande {count}.",
    "training": "Descente de gradient sur le même réseau à unités sigmoïdes, tout le lot, {epochs} "
    "époques : {success} départs aléatoires sur {restarts} classent tous les points ; le "
    "meilleur atteint {right} sur {points}, perte {loss}.",
    "training_figure": "Perte de chaque départ",
    "epoch": "époque",
    "loss": "perte",
    # command line
    "stage_stripes": "bandes",
    "stage_one_line": "une seule droite",
    "stage_dichotomies": "dichotomies",
    "stage_packing": "borne par paires",
    "stage_greedy": "choix glouton",
    "stage_search": "recherche exhaustive",
    "stage_preference": "larges marges",
    "cli_help": "plus petit classifieur à une couche cachée de points étiquetés, avec sa preuve",
    "progress": "{stage} : entre {lower} et {upper} unités cachées",
    "written": "écrit : {path}",
}

FRENCH = {key: _spaced(text) for key, text in _TEXTS.items()}
