"""The words of pictures that the program's catalogue does not have, one table per language.

Law: all languages have the same keys with the same placeholders (a test says so).
"""

from __future__ import annotations

from symnn.core.errors import UnsupportedError
from symnn.text.phrases import CATALOGUES

PHRASES = {
    "en": {
        "forward": "forward, with the shape",
        "backward": "backward, with the gradient",
        "round": "data or parameter",
        "square": "operation",
        "random": "random source, not differentiated",
        "graph": "Computational graph",
        "graph_caption": "Computational graph. Each blue arrow carries the shape of what moves "
        "forward, each dashed vermillion arrow the gradient of {loss} in what it points to. Round: "
        "data or parameter; rectangle: operation.",
        "graph_caption_forward": "Computational graph. Each blue arrow carries the shape of what "
        "moves forward. Round: data or parameter; rectangle: operation.",
        "several": "Where several arrows come back to one value, each carries one part; the sum "
        "stands below.",
        "alt_reads": "{target} reads {sources}",
        "alt_gradient": "gradient back to {source}: {gradient}",
        "parameters": "{n} parameters",
        "filters": "{n} filters {k}",
        "window": "window {k}",
        "network_caption": "The network to scale: one sheet per channel, {unit} px per pixel (the "
        "height of dense layers is not to scale). In blue the shape, below it the number of "
        "values.",
        "network": "Network by layers",
        "input": "Input",
        "attention": "Attention as matrices",
        "attention_caption": "The shapes in true proportion: one cell per entry.",
        "row_sums": "each row sums to 1",
        "units": "Network with its units",
        "written": "{path} written, layout: {layout}",
    },
    "fr": {
        "forward": "passe avant, avec la forme",
        "backward": "passe arrière, avec le gradient",
        "round": "donnée ou paramètre",
        "square": "opération",
        "random": "source aléatoire, non dérivée",
        "graph": "Graphe de calcul",
        "graph_caption": "Graphe de calcul. Chaque flèche bleue porte la forme de ce qui avance, "
        "chaque flèche vermillon en tirets le gradient de {loss} par rapport à ce qu’elle rejoint. "
        "Forme ronde\u00a0: donnée ou paramètre\u202f; rectangle\u00a0: opération.",
        "graph_caption_forward": "Graphe de calcul. Chaque flèche bleue porte la forme de ce qui "
        "avance. Forme ronde\u00a0: donnée ou paramètre\u202f; rectangle\u00a0: opération.",
        "several": "Où plusieurs flèches reviennent à une même valeur, chacune porte une part"
        "\u202f; la somme est écrite dessous.",
        "alt_reads": "{target} lit {sources}",
        "alt_gradient": "gradient jusqu’à {source}\u00a0: {gradient}",
        "parameters": "{n} paramètres",
        "filters": "{n} filtres {k}",
        "window": "fenêtre {k}",
        "network_caption": "Le réseau à l’échelle\u00a0: une feuille par canal, {unit} px par "
        "pixel (la hauteur des couches denses n’est pas à l’échelle). En bleu la forme, dessous le "
        "nombre de valeurs.",
        "network": "Réseau par couches",
        "input": "Entrée",
        "attention": "L’attention en matrices",
        "attention_caption": "Les formes dans leurs vraies proportions\u00a0: une case par "
        "élément.",
        "row_sums": "chaque ligne\u00a0: somme 1",
        "units": "Réseau avec ses unités",
        "written": "{path} écrit, disposition\u00a0: {layout}",
    },
}


def word(key: str, lang: str, **values: object) -> str:
    """A phrase of the pictures.

    Raises:
        UnsupportedError: an unknown language; the message lists them.

    >>> word("square", "fr")
    'opération'
    """
    if lang not in PHRASES:
        raise UnsupportedError(f"no language {lang!r}; there are {' '.join(CATALOGUES)}")
    return PHRASES[lang][key].format(**values)
