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
        "left_out": "equations not listed here: {n}",
        "row_sums": "each row sums to 1",
        "units": "Network with its units",
        "written": "{path} written, layout: {layout}",
        "role_input": "input",
        "role_output": "output",
        "kind_residual": "residual sum",
        "kind_attention": "attention",
        "kind_activation": "activation",
        "kind_prelu": "activation",
        "kind_linear": "dense layer",
        "kind_conv": "convolution",
        "kind_convt": "transposed convolution",
        "kind_embedding": "embedding",
        "kind_dropout": "dropout",
        "kind_flatten": "flattening",
        "kind_reshape": "new shape",
        "kind_positions": "positions",
        "kind_layernorm": "layer norm",
        "kind_rmsnorm": "RMS norm",
        "kind_batchnorm": "batch norm",
        "kind_instancenorm": "instance norm",
        "kind_groupnorm": "group norm",
        "kind_upsample": "upsampling",
        "kind_maxpool": "max pooling",
        "kind_avgpool": "average pooling",
        "kind_rnn": "recurrence",
        "kind_mlp": "dense block",
        "kind_block": "block",
        "kind_sequential": "block",
        "kind_concat": "concatenation",
        "kind_repeat": "repeated block",
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
        "left_out": "équations non listées ici\u00a0: {n}",
        "row_sums": "chaque ligne\u00a0: somme 1",
        "units": "Réseau avec ses unités",
        "written": "{path} écrit, disposition\u00a0: {layout}",
        "role_input": "entrée",
        "role_output": "sortie",
        "kind_residual": "somme résiduelle",
        "kind_attention": "attention",
        "kind_activation": "activation",
        "kind_prelu": "activation",
        "kind_linear": "couche dense",
        "kind_conv": "convolution",
        "kind_convt": "convolution transposée",
        "kind_embedding": "plongement",
        "kind_dropout": "abandon aléatoire",
        "kind_flatten": "aplatissement",
        "kind_reshape": "nouvelle forme",
        "kind_positions": "positions",
        "kind_layernorm": "normalisation par couche",
        "kind_rmsnorm": "normalisation RMS",
        "kind_batchnorm": "normalisation par lot",
        "kind_instancenorm": "normalisation par instance",
        "kind_groupnorm": "normalisation par groupe",
        "kind_upsample": "suréchantillonnage",
        "kind_maxpool": "sous-échantillonnage par maximum",
        "kind_avgpool": "sous-échantillonnage par moyenne",
        "kind_rnn": "récurrence",
        "kind_mlp": "bloc dense",
        "kind_block": "bloc",
        "kind_sequential": "bloc",
        "kind_concat": "concaténation",
        "kind_repeat": "bloc répété",
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
