"""The sentences of the exercise's answer, in English and French; both have the same keys."""

from __future__ import annotations

from typing import Any

from symnn.core.errors import UnsupportedError, explain

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "size_rule": "output size, per axis",
        "parameter_rule": "parameters, biases included",
        "multiplication_rule": "multiplications, per image",
        "deduced": "{layer}: k = {value}, since a filter has the depth of its input, {shape}",
        "flatten": "flatten",
        "total": "Total",
        "macs": "products that are summed, those with padding zeros too",
        "inside": "without the products with padding zeros",
        "flops": "a product and a sum per MAC, 2 operations",
        "flops_exact": "every product, sum and comparison of the layer, ReLU included",
        "connections": "products and one connection per added bias",
        "additions": "additions, the bias's too",
        "per_image": "per image",
        "unit_macs": "multiplications", "unit_flops": "FLOPs", "unit_operations": "operations",
        "unit_connections": "connections", "unit_additions": "additions",
        "exact": "all divisions are exact ({divisions}), so the floor changes nothing",
        "rounded": "the floor matters in {layers}",
        "verified": "verified: {products} products counted in a plain loop; values equal to the "
        "interpreter's up to {error}",
        "backward": "backward, {total} MACs: twice the forward pass less the first layer, which "
        "needs no gradient of the image (2 × {forward} − {first})",
        "backward_other": "backward: {total} MACs",
        "memory": "float32: parameters {parameters} bytes, kept for the backward pass {saved} "
        "bytes, at most {peak} bytes alive in the forward pass",
        "without_bias": "without biases {count} parameters",
        "receptive": "an entry depends on {height} × {width} pixels",
        "whole": "the whole image",
        "symbolic": "the same network on an image of {n} × {n} pixels",
        "largest_parameters": "{layer} holds {share} of the parameters",
        "largest_products": "{layer} does {share} of the multiplications",
        "diagram": "the shape after each layer",
        "layer_answer": "{name}: output {shape}, {parameters} parameters",
    },
    "fr": {
        "size_rule": "taille de sortie, par axe",
        "parameter_rule": "paramètres, biais compris",
        "multiplication_rule": "multiplications, par image",
        "deduced": "{layer} : k = {value}, car un filtre a la profondeur de son entrée, {shape}",
        "flatten": "aplatir",
        "total": "Total",
        "macs": "produits sommés, ceux par les zéros du remplissage compris",
        "inside": "sans les produits par les zéros du remplissage",
        "flops": "un produit et une somme par MAC, soit 2 opérations",
        "flops_exact": "tous les produits, sommes et comparaisons de la couche, ReLU comprise",
        "connections": "produits et une connexion par biais ajouté",
        "additions": "additions, celles du biais comprises",
        "per_image": "par image",
        "unit_macs": "multiplications", "unit_flops": "FLOPs", "unit_operations": "opérations",
        "unit_connections": "connexions", "unit_additions": "additions",
        "exact": "toutes les divisions tombent juste ({divisions}) : la partie entière ne sert pas",
        "rounded": "la partie entière sert dans {layers}",
        "verified": "vérifié : {products} produits comptés par une boucle simple ; valeurs égales "
        "à celles de l'interpréteur à {error} près",
        "backward": "rétropropagation, {total} MACs : deux fois la passe avant, moins la première "
        "couche, qui n'a pas besoin du gradient de l'image (2 × {forward} − {first})",
        "backward_other": "rétropropagation : {total} MACs",
        "memory": "float32 : paramètres {parameters} octets, gardés pour la rétropropagation "
        "{saved} octets, au plus {peak} octets vivants pendant la passe avant",
        "without_bias": "sans biais, {count} paramètres",
        "receptive": "une entrée dépend de {height} × {width} pixels",
        "whole": "toute l'image",
        "symbolic": "le même réseau sur une image de {n} × {n} pixels",
        "largest_parameters": "{layer} contient {share} des paramètres",
        "largest_products": "{layer} effectue {share} des multiplications",
        "diagram": "la forme après chaque couche",
        "layer_answer": "{name} : sortie {shape}, {parameters} paramètres",
    },
}  # fmt: skip


def phrase(lang: str, key: str, **values: Any) -> str:
    """A sentence with its values.

    >>> phrase("fr", "flatten")
    'aplatir'
    """
    if lang not in PHRASES:
        raise UnsupportedError(
            explain(f"no language {lang!r}", expected=" ".join(PHRASES), fix="use one of these")
        )
    return PHRASES[lang][key].format(**values)
