"""French phrases of exercise 4; the same keys as `phrases_vae_en` (a test says so)."""

PHRASES = {
    "vae.explain_title": "comment fonctionne un autoencodeur variationnel",
    "vae.explain": "Un VAE est un modèle génératif : un code z est tiré d’une loi simple, la loi "
    "a priori N(0, I), et un décodeur en fait une loi sur les observations x. On l’entraîne "
    "avec un encodeur qui, pour chaque x, renvoie non pas un code mais une loi sur les codes, "
    "une gaussienne avec sa moyenne et sa variance. On tire un code de cette loi (moyenne plus "
    "écart type fois un bruit, pour que les gradients passent), on le décode, et on minimise "
    "deux termes : la perte de reconstruction, qui veut retrouver x à partir de son code, et "
    "la divergence de Kullback–Leibler entre la loi de l’encodeur et la loi a priori, qui "
    "garde les codes là où celle-ci met sa masse. Leur somme est l’opposé d’une borne "
    "inférieure de la log-vraisemblance de x. Pour générer, on tire z de la loi a priori et on "
    "le décode.",
    "vae.encoder": "encodeur",
    "vae.decoder": "décodeur",
    "vae.noise": "bruit N(0, I)",
    "vae.law": "une loi, pas un point",
    "vae.ae": "autoencodeur (AE)",
    "vae.vae": "autoencodeur variationnel (VAE)",
    "vae.ae_short": "AE",
    "vae.vae_short": "VAE",
    "vae.scheme_description": "Un autoencodeur : encodeur, code, décodeur. Un autoencodeur "
    "variationnel : l’encodeur donne moyenne et log-variance, un bruit en fait un code, le "
    "décodeur le lit.",
    "vae.scheme_caption": "Les deux réseaux, avec les noms des équations ci-dessous. Le VAE "
    "ajoute ce qui est en prune et en vert : un bruit, et un code tiré d’une loi.",
    "vae.equations": "Les équations pour N images en lignes ; {S} contient les logarithmes des "
    "variances, {E} le bruit.",
    "vae.losses": "Les deux termes de la perte : la reconstruction (vraisemblance de Bernoulli, "
    "logits) et la divergence, dont la forme close est dérivée plus bas.",
    "vae.difference_title": "la différence principale, et ce qu’elle apporte",
    "vae.difference": "La différence principale : un AE envoie x sur un point de l’espace des "
    "codes et minimise la seule reconstruction ; rien ne dit donc où sont les codes, ni ce "
    "qu’il y a entre eux. Un VAE envoie x sur une loi et garde ces lois près d’une loi a "
    "priori connue. D’où ce qu’on lui attribue : on peut générer en tirant de la loi a "
    "priori ; l’espace des codes est rempli sans trous ; des codes voisins donnent des images "
    "semblables ; on dispose d’une borne de vraisemblance pour comparer des modèles. Le prix : "
    "des reconstructions plus floues, moins fidèles. Chaque affirmation est mise à l’épreuve à "
    "la fin.",
    "vae.returns": "ce que renvoie l’encodeur",
    "vae.code": "ce que reçoit le décodeur",
    "vae.loss_terms": "termes de la perte",
    "vae.count": "paramètres",
    "vae.random": "aléatoire à l’entraînement",
    "vae.no": "non",
    "vae.yes": "oui",
    "vae.generates": "loi où tirer des codes",
    "vae.no_law": "aucune n’est donnée",
    "vae.draw": "la loi a priori N(0, I)",
    "vae.bound_title": "la borne inférieure, exactement",
    "vae.jensen": "Pour toute loi q(z), la log-vraisemblance log p(x) est le logarithme de la "
    "moyenne sous q de p(x, z)/q(z) ; d’après Jensen elle vaut au moins la moyenne du "
    "logarithme : la borne inférieure (ELBO), soit E[log p(x|z)] moins la divergence de q à la "
    "loi a priori. Ce que perd Jensen est encore une divergence : celle de q à la loi a "
    "posteriori exacte.",
    "vae.linear_model": "Le programme calcule toutes les intégrales du modèle linéaire "
    "gaussien : z de loi N(0, 1), x sachant z de loi N(wz, s), q = N(μ, v). La "
    "log-vraisemblance moyenne, la divergence à la loi a priori, puis moyenne et variance a "
    "posteriori exactes :",
    "vae.decomposition_label": "décomposition exacte",
    "vae.decomposition": "log p(x) = ELBO + KL(q, loi a posteriori exacte) : la borne est "
    "atteinte quand l’encodeur renvoie la loi a posteriori exacte, et alors seulement.",
    "vae.decomposition_checked": "prouvé sur le modèle linéaire : la différence symbolique se "
    "simplifie en {error}",
    "vae.kl_title": "la divergence, par intégration",
    "vae.kl_scalar": "Sur un axe, par intégration symbolique contre la densité normale, par "
    "rapport à N(0, 1) :",
    "vae.kl_general": "De même par rapport à une gaussienne quelconque :",
    "vae.kl_diagonal": "Sur tous les axes, en mettant {z} dans log q − log p et en prenant les "
    "moyennes sur la forme indicielle, {s} étant les logarithmes des variances ; puis les "
    "gradients :",
    "vae.kl_label": "divergence et gradients",
    "vae.kl_checked": "vérifié contre les différences centrées : 10 tirages, erreur maximale "
    "{error}",
    "vae.kl_sampled": "{samples} tirages de log q − log p : à {error} erreurs types de la forme "
    "close {value}",
    "vae.limit": "Quand la variance tend vers 0, le code devient un point, comme dans un AE ; la "
    "reconstruction devient celle de l’AE, mais la divergence tend vers {limit} : un AE est la "
    "limite du réseau, non de la borne. C’est la divergence qui empêche la variance de "
    "s’annuler.",
    "vae.estimator_title": "l’estimateur en trois réécritures",
    "vae.estimator_opening": "L’entraînement demande la borne et son gradient à partir de "
    "tirages. La même quantité est réécrite trois fois :",
    "vae.rewrite_naive": "naïve : tirer z de q et moyenner log p(x|z) + log p(z) − log q(z), la "
    "définition ;",
    "vae.rewrite_exact": "divergence intégrée : les deux derniers termes ont une moyenne close, "
    "seul log p(x|z) est tiré ;",
    "vae.rewrite_path": "reparamétrée : z devient μ + σε, le bruit ne dépend plus des "
    "paramètres, et le gradient traverse le tirage.",
    "vae.guess": "loi q",
    "vae.far": "loin de la loi a posteriori",
    "vae.near": "proche d’elle",
    "vae.estimator": "estimateur",
    "vae.mean": "moyenne des tirages",
    "vae.exact": "exact",
    "vae.naive": "naïf",
    "vae.exact_kl": "divergence intégrée",
    "vae.reparameterised": "reparamétré",
    "vae.estimator_caption": "{samples} tirages chacun, avec les erreurs types, sur le modèle "
    "linéaire pour des nombres fixés.",
    "vae.estimator_checked": "tous d’accord avec la borne exacte : au plus {error} erreurs types "
    "d’écart",
    "vae.estimator_reading": "Les trois ont une même moyenne. Intégrer la divergence ne réduit "
    "pas toujours la variance : près de la loi a posteriori, la forme naïve est la plus "
    "stable, car log p(x, z) − log q(z) y est presque constant.",
    "vae.gradient_opening": "À quoi sert la dernière réécriture : le gradient selon μ de la "
    "log-vraisemblance moyenne. Par le chemin, c’est la moyenne sur ε de",
    "vae.score": "fonction score (sans chemin)",
    "vae.path": "reparamétré (par le chemin)",
    "vae.gradient_caption": "Les deux estiment la même dérivée ; la fonction score a {ratio} "
    "fois la variance.",
    "vae.gradient_checked": "la moyenne par le chemin égale la dérivée exacte, prouvé ; les deux "
    "estimations à {error} erreurs types au plus",
    "vae.gradients_title": "gradients du réseau entier",
    "vae.gradients_opening": "Tous les gradients, à travers le bruit, le décodeur et l’encodeur, "
    "tirés de {steps} étapes dérivées.",
    "vae.gradients_caption": "À droite, l’écart relatif maximal aux différences centrées.",
    "vae.gradients_reading": "en {M} et {S} se rejoignent deux chemins : l’un par le code tiré, "
    "l’autre venu de la divergence, qui tire les moyennes vers 0 et les variances vers 1.",
    "vae.all_steps": "toutes les étapes",
    "vae.demo_title": "les affirmations, mises à l’épreuve",
    "vae.no_data": "Les images de cette partie ne sont pas installées ; avec l’extra symnn[data] "
    "(scikit-learn), les deux réseaux s’entraînent ici.",
    "vae.demo_opening": "Les deux réseaux, de mêmes couches ({hidden} unités cachées, {latent} "
    "codes), entraînés avec les gradients dérivés et Adam sur {train} images de chiffres "
    "manuscrits (8 × 8 pixels), {epochs} passages, {seeds} graines ; {test} autres images pour "
    "les tests.",
    "vae.measure": "mesure",
    "vae.ae_fitted": "AE, codes d’une gaussienne ajustée",
    "vae.real": "images réelles",
    "vae.measure_reconstruction": "reconstruction, nats par image de test",
    "vae.measure_squared": "reconstruction, erreur quadratique",
    "vae.measure_prior": "codes contre la loi a priori, KL",
    "vae.measure_standard_frechet": "tirages, distance de Fréchet aux images réelles",
    "vae.measure_standard_nearest": "tirages, distance à la plus proche image réelle",
    "vae.measure_standard_classes": "tirages, nombre effectif de classes",
    "vae.measure_middle": "milieu de deux codes, plus proche image réelle",
    "vae.table_caption": "Moyennes sur les graines, ± la demi-étendue. Les codes des tirages "
    "viennent de N(0, I) ; la quatrième colonne est le rival équitable : le même AE, ses codes "
    "tirés d’une gaussienne ajustée après coup.",
    "vae.row_real": "réelles",
    "vae.row_rebuilt": "reconstruites, {model}",
    "vae.row_samples": "tirages, {model}",
    "vae.row_line": "interpolation, {model}",
    "vae.pictures_description": "Rangées de petites images de chiffres : réelles, "
    "reconstructions, tirages de la loi a priori et interpolations pour les deux réseaux.",
    "vae.pictures_caption": "Première graine. L’AE reconstruit mieux ; décodés depuis N(0, I), "
    "ses tirages ne sont pas des chiffres, ceux du VAE en sont.",
    "vae.verdict_opening": "Quelles affirmations tiennent, graine par graine, pour le VAE face à "
    "l’AE :",
    "vae.claim": "affirmation",
    "vae.verdict": "verdict",
    "vae.in_seeds": "gagné",
    "vae.seeds": "{wins} sur {seeds}",
    "vae.holds": "tient",
    "vae.fails": "ne tient pas",
    "vae.mixed": "indécis",
    "vae.claim_prior": "ses codes suivent la loi a priori",
    "vae.claim_samples": "tirer de la loi a priori donne la loi des images réelles",
    "vae.claim_real": "les tirages ressemblent à des images réelles",
    "vae.claim_classes": "toutes les classes sont générées",
    "vae.claim_fitted": "loi des images réelles, face à l’AE à gaussienne ajustée",
    "vae.claim_fitted_real": "tirages ressemblants, face à l’AE à gaussienne ajustée",
    "vae.claim_line": "les interpolations restent plus près des images réelles",
    "vae.claim_reconstruction": "la reconstruction est meilleure",
    "vae.verdict_reading": "Une loi où tirer : voilà le gain réel. La reconstruction en est le "
    "prix ; et une part du gain s’obtient sans VAE, en ajustant une gaussienne aux codes de "
    "l’AE.",
}
