"""French phrases of the table of evidence; the same keys as `phrases_evidence_en` (tested)."""

PHRASES = {
    "evidence.label": "annexe A",
    "evidence.title": "table des preuves",
    "evidence.opening": "Une affirmation par ligne, {rows} en tout ({counts}). Dérivé\u00a0: le "
    "programme l’a obtenu par les règles nommées. Prouvé\u00a0: une identité entre symboles, ou "
    "un calcul exact. Vérifié\u00a0: comparé à un calcul indépendant ou à des différences finies, "
    "sur des tirages au hasard. Mesuré\u00a0: sur des échantillons ou par entraînement. "
    "Admis\u00a0: une définition ou un fait de la littérature. Chaque nombre a été calculé par "
    "cette version du programme, à partir de cet énoncé et de cette graine.",
    "evidence.derived": "dérivé",
    "evidence.proved": "prouvé",
    "evidence.checked": "vérifié",
    "evidence.measured": "mesuré",
    "evidence.stated": "admis",
    "evidence.unverified": "non vérifié",
    "evidence.where": "où",
    "evidence.claim": "affirmation",
    "evidence.kind": "fondement",
    "evidence.how": "preuve",
    "evidence.failed": "vérifications échouées\u00a0: {n}",
    "evidence.none_failed": "aucune vérification échouée ({n})",
    "evidence.lines": "{n} lignes",
    "evidence.rules": "règles\u00a0: {rules}",
    "evidence.evaluated": "lignes évaluées contre l’oracle\u00a0: {n}",
    "evidence.largest": "écart max {error}",
    "evidence.join": "\u202f; ",
    "evidence.also": "\u202f; avec cela\u00a0: {names}",
    "evidence.named": "{name}\u00a0: ",
    "evidence.table": "tableau ({heads})",
    "evidence.nothing": "pas de vérification propre",
    "evidence.drawn": "dessiné à partir des mêmes données que les équations",
    "evidence.counted": "règles de comptage, nombres mis en place\u202f; dimensions et produits "
    "comparés à une passe en boucles simples",
    "evidence.counts": "règles de comptage, appliquées couche par couche",
    "evidence.column": "différences centrées, dans le tableau même",
    "evidence.renamed": "le renommage d’indices, lu sur les équations\u202f; les deux membres "
    "évalués sur {draws} tirages",
    "evidence.shifted": "la dérivée par rapport à un décalage de toutes les positions, nulle sur "
    "les équations\u202f; scores évalués avant et après, {draws} tirages",
    "evidence.probed": "les sorties, en déplaçant les jetons un à un",
    "evidence.seeds": "entraîné ici, graines {seeds}",
    "evidence.networks": "lu sur les deux réseaux et leurs pertes",
    "evidence.trained": "entraîné ici, avec la graine du corrigé",
    "evidence.exact": "calcul exact",
    "evidence.lower_bound": "moins d’unités ne suffisent pas",
    "evidence.every_set": "une couche cachée suffit toujours",
    "evidence.variants": "les bornes pour les autres unités",
    "evidence.runs": "l’entraînement, face à la solution",
    "evidence.kingma": "Kingma et Welling, 2014, arXiv 1312.6114\u202f; Rezende, Mohamed "
    "et Wierstra, 2014, arXiv 1401.4082",
    "evidence.vaswani": "Vaswani et coll., 2017, arXiv 1706.03762",
    "evidence.autoencoder": "Hinton et Salakhutdinov, Science 313, 2006, pour "
    "l’autoencodeur\u202f; Kingma et Welling, 2014, pour le VAE",
}
