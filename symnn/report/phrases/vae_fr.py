"""French phrases of exercise 4; the same keys as `phrases_vae_en` (a test says so)."""

PHRASES = {
    "vae.explain_title": "comment fonctionne un autoencodeur variationnel",
    "vae.explain": "Un VAE est un modèle génératif : un code z est tiré d’une loi simple, la loi "
    "a priori N(0, I), et un décodeur en fait une loi sur les observations x. On l’entraîne avec "
    "un encodeur qui, pour chaque x, renvoie non pas un code mais une loi sur les codes, une "
    "gaussienne avec sa moyenne et sa variance. On tire un code de cette loi (moyenne plus écart "
    "type fois un bruit, pour que les gradients passent), on le décode, et on minimise deux "
    "termes : la perte de reconstruction, qui veut retrouver x à partir de son code, et la "
    "divergence de Kullback–Leibler entre la loi de l’encodeur et la loi a priori, qui garde les "
    "codes là où celle-ci met sa masse. Leur somme est l’opposé d’une borne inférieure de la "
    "log-vraisemblance de x. Pour générer, on tire z de la loi a priori et on le décode.",
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
    "vae.scheme_caption": "Les deux réseaux, avec les noms des équations ci-dessous et les termes "
    "de leurs pertes en brun-rouge. Le VAE ajoute un bruit (en tirets, prune : une source "
    "aléatoire, à travers laquelle aucun gradient n’a à passer), un code tiré d’une loi, et le "
    "terme qui tient cette loi près de la loi a priori.",
    "vae.equations": "Les équations pour N images en lignes ; {S} contient les logarithmes des "
    "variances, {E} le bruit.",
    "vae.demo_bernoulli": "Pour des images, dont les valeurs sont entre 0 et 1, la vraisemblance "
    "de cette partie est la loi de Bernoulli.",
    "vae.losses_normal": "Les deux termes de la perte, sommés sur les images : la reconstruction "
    "(vraisemblance normale de variance 1, sans sa constante) et la divergence, tous deux dérivés "
    "plus bas.",
    "vae.losses_bernoulli": "Les deux termes de la perte, sommés sur les images : la "
    "reconstruction (vraisemblance de Bernoulli sur des logits ; softplus est $\\log(1 + \\exp)$) "
    "et la divergence, tous deux dérivés plus bas.",
    "vae.difference_title": "la différence principale, et ce qu’elle apporte",
    "vae.difference": "La différence principale : un AE envoie x sur un point de l’espace des "
    "codes et minimise la seule reconstruction ; rien ne dit donc où sont les codes, ni ce qu’il "
    "y a entre eux. Un VAE envoie x sur une loi et garde ces lois près d’une loi a priori connue. "
    "D’où ce qu’on lui attribue : on peut générer en tirant de la loi a priori ; l’espace des "
    "codes est rempli sans trous ; des codes voisins donnent des images semblables ; on dispose "
    "d’une borne de vraisemblance pour comparer des modèles. Le prix : des reconstructions plus "
    "floues, moins fidèles. Chaque affirmation est mise à l’épreuve à la fin.",
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
    "vae.bound_title": "la borne inférieure par Jensen, et ce qu’elle perd",
    "vae.bound_opening": "La vraisemblance d’une observation, $p(x)$, est une intégrale sur tous "
    "les codes, qu’un réseau ne sait pas calculer. Soit $q(z \\mid x)$ la loi de l’encodeur. "
    "Chaque ligne est la précédente, réécrite par une règle ; la deuxième colonne est sa valeur, "
    "intégrée numériquement sur un modèle où $z$ suit la loi $N(0, 1)$ et $x$ sachant $z$ la loi "
    "$N(w z, s)$.",
    "vae.bound_label": "la borne",
    "vae.account_label": "le compte exact",
    "vae.line": "ligne",
    "vae.value": "valeur sur le modèle gaussien",
    "vae.rule_start": "départ",
    "vae.rule_marginal": "somme sur les codes",
    "vae.rule_insert": "multiplié par q sur q",
    "vae.rule_as_mean": "définition de l’espérance",
    "vae.rule_jensen": "Jensen",
    "vae.rule_chain": "règle du produit",
    "vae.rule_logarithm": "logarithme d’un produit",
    "vae.rule_linear": "linéarité de l’espérance",
    "vae.rule_divergence": "définition de KL",
    "vae.rule_constant": "espérance d’une constante",
    "vae.rule_bayes": "Bayes",
    "vae.why_marginal": "la loi de x seul est celle du couple, intégrée sur z",
    "vae.why_insert": "q est positive partout où l’intégrande l’est",
    "vae.why_as_mean": "une intégrale contre q est une espérance sous q",
    "vae.why_jensen": "le logarithme est concave : la seule ligne qui perd quelque chose",
    "vae.why_chain": "on tire le code, puis l’observation",
    "vae.why_logarithm": "un terme par facteur",
    "vae.why_linear": "une espérance par terme",
    "vae.why_divergence": "la divergence est l’espérance sous q de log q moins le logarithme de "
    "l’autre loi",
    "vae.why_constant": "elle ne dépend pas de z, et q a pour intégrale 1",
    "vae.why_bayes": "vrai pour tout z",
    "vae.jensen_label": "Jensen en une ligne",
    "vae.jensen_note": "La dérivée seconde de $\\log u$ est {bend}, négative : le graphe est sous "
    "chacune de ses tangentes, $\\log u \\leq$ {tangent}. On prend l’espérance, avec $c$ celle de "
    "$u$ : le terme en $u - c$ s’annule, et l’espérance de $\\log u$ est au plus $\\log c$.",
    "vae.bound_reading": "Cette dernière ligne est la **borne inférieure** de la "
    "log-vraisemblance (ELBO). Son opposé est la perte du VAE : le premier terme est la "
    "reconstruction, le second garde la loi de l’encodeur près de la loi a priori.",
    "vae.account_opening": "Combien Jensen perd-il ? Les mêmes règles, avec Bayes à la place de "
    "Jensen, ne perdent rien :",
    "vae.account_reading": "Le second terme est la ligne de Jensen, {bound} : donc $\\log p(x)$ = "
    "ELBO + KL. Ce qui était perdu est la divergence de la loi de l’encodeur à la loi a "
    "posteriori exacte, ici {lost} : jamais négative, et nulle seulement si l’encodeur renvoie la "
    "loi a posteriori. Augmenter la borne, c’est augmenter la vraisemblance, ou rapprocher "
    "l’encodeur de la loi a posteriori, ou les deux.",
    "vae.bound_checked": "chaque ligne des deux dérivations sur {draws} modèles gaussiens tirés "
    "au hasard et {draws} tables (codes discrets), celle de Jensen avec exactement la divergence "
    "perdue : écart maximal {error}",
    "vae.linear_title": "un VAE résolu exactement",
    "vae.linear_model": "Sur le modèle linéaire gaussien ($z$ de loi $N(0, 1)$, $x$ sachant $z$ "
    "de loi $N(w z, s)$, encodeur $N(\\mu, v)$), le programme calcule toutes les intégrales. La "
    "log-vraisemblance moyenne, la divergence à la loi a priori, la log-vraisemblance de $x$ :",
    "vae.posterior": "D’après Bayes, en complétant le carré en $z$, la loi a posteriori exacte "
    "est gaussienne, de moyenne et de variance",
    "vae.decomposition_checked": "log-vraisemblance moins borne moins divergence à la loi a "
    "posteriori, en symboles : {error}",
    "vae.code_opening": "Le meilleur encodeur, là où les deux dérivées de la perte de "
    "reconstruction plus {beta} fois la divergence sont nulles :",
    "vae.code_label": "le meilleur code",
    "vae.code_checked": "avec β = 1 c’est la loi a posteriori exacte et l’écart à la borne est "
    "{error}, en symboles",
    "vae.code_reading": "Un poids β sur la divergence agit comme une variance du décodeur β fois "
    "plus grande : le code est tiré vers 0 et sa variance vers 1. Seul β = 1 donne une borne qui "
    "peut être atteinte.",
    "vae.weight_opening": "Le meilleur décodeur, sur des données de moyenne quadratique $c$ : la "
    "moyenne de $\\log p(x)$ est stationnaire en $w = 0$ et, si $c > s$, en {w2}, son maximum : "
    "le décodeur explique exactement la variance que laisse le bruit. Si $c \\leq s$, le meilleur "
    "poids est 0 et l’encodeur renvoie la loi a priori quel que soit $x$ : la loi a posteriori "
    "**s’effondre**. La borne elle-même, augmentée par une recherche numérique en $w$ et dans "
    "l’encodeur, trouve la même chose :",
    "vae.found": "trouvé",
    "vae.gap": "écart",
    "vae.weight_caption": "Écart : log-vraisemblance moyenne moins borne moyenne à l’endroit "
    "trouvé. Dernière ligne : un effondrement.",
    "vae.weight_checked": "formes closes et recherche : écart maximal {error}",
    "vae.limit_model": "**L’autoencodeur comme limite.** Quand la variance $s$ du décodeur tend "
    "vers 0, la moyenne du meilleur code tend vers {code}, sa variance vers {variance} : un "
    "point, comme dans un AE, et $2 s$ fois la perte de reconstruction tend vers l’erreur "
    "quadratique de l’AE, {reconstruction} (à variance nulle). La divergence, elle, ne tend pas "
    "vers 0 : elle tend vers {divergence}, à cause du logarithme de la variance. Mais $s$ fois la "
    "divergence tend vers {weighted} : face à une reconstruction qui croît comme 1/s, elle cesse "
    "de compter. Un AE est la limite du réseau et de la perte remise à l’échelle, non de la borne.",
    "vae.kl_title": "la divergence, par intégration",
    "vae.kl_scalar": "Sur un axe, l’espérance de $\\log q - \\log p$ sous une loi normale, par "
    "intégration symbolique de ses moments, par rapport à $N(0, 1)$ :",
    "vae.kl_general": "De même par rapport à une gaussienne quelconque $N(\\mu_0, v_0)$ :",
    "vae.kl_diagonal": "**Covariance diagonale** (celle du VAE) : on met $z = \\mu + \\exp(s / 2) "
    "\\odot \\epsilon$ dans $\\log q - \\log p$, et la règle des moments, l’espérance de "
    "$\\epsilon_i \\epsilon_j$ vaut 1 si $i = j$, sinon 0, donne l’espérance sur la forme "
    "indicielle ; $s$ contient les logarithmes des variances.",
    "vae.kl_diagonal_label": "covariance diagonale",
    "vae.kl_full": "**Covariance pleine** $S$, par rapport à une gaussienne quelconque de moyenne "
    "$\\mu_0$ et de précision $P$ (l’inverse de sa covariance) : l’espérance de $u_i u_j$ est "
    "maintenant le coefficient $(i, j)$ de $S$. Le premier terme est la trace de $P S$.",
    "vae.kl_full_label": "covariance pleine, loi a priori quelconque",
    "vae.kl_factored": "**Par son facteur**, tel qu’un réseau le renvoie : $z = \\mu + L "
    "\\epsilon$ avec $L$ triangulaire (Cholesky), par rapport à $N(0, I)$.",
    "vae.kl_factored_label": "covariance par son facteur",
    "vae.kl_bernoulli": "Codes **de Bernoulli**, de probabilités $q$ de valoir 1 issues de logits "
    "$a$, par rapport à des probabilités $p$ : l’espérance est une somme sur les deux issues de "
    "chaque axe.",
    "vae.kl_bernoulli_label": "Bernoulli",
    "vae.kl_categorical": "Codes **catégoriels**, $q$ softmax de logits $a$, par rapport à une "
    "loi $p$ quelconque : une somme sur les issues.",
    "vae.kl_categorical_label": "catégorielle",
    "vae.kl_checked": "vérifié contre les différences centrées : {draws} tirages, erreur maximale "
    "{error}",
    "vae.kl_sampled": "{samples} tirages de log q − log p, forme close {value} ; écart sur erreur "
    "type : {error}",
    "vae.kl_reading": "Dans chaque cas, le gradient est nul là où q est la loi a priori. Quand "
    "l’encodeur renvoie des logits, la somme des probabilités reste 1 : la dérivée du softmax ôte "
    "du gradient la part le long du vecteur de uns.",
    "vae.likelihood_title": "les termes de reconstruction, depuis les densités",
    "vae.likelihood_opening": "Le premier terme de la borne est l’espérance de $\\log p(x \\mid "
    "z)$ ; la perte en est l’opposé. Elle dépend de la loi donnée aux pixels. Pour chaque loi, la "
    "densité d’un pixel $x$ est développée ligne par ligne ; les formes tableaux qui suivent sont "
    "des sommes sur les pixels, avec les gradients dérivés selon la sortie $o$ du décodeur.",
    "vae.bernoulli_opening": "**Bernoulli.** Un pixel vaut 1 avec la probabilité $p$, que le "
    "décodeur donne par son logit $o$ :",
    "vae.bernoulli_label": "Bernoulli, logits",
    "vae.bernoulli_reading": "Le gradient est la probabilité moins le pixel : c’est la perte du "
    "réseau ci-dessus. Pour des pixels en niveaux de gris on prend la même perte, bien qu’elle ne "
    "soit plus une vraisemblance des pixels.",
    "vae.fixed_opening": "**Gaussienne, variance fixée.** Un pixel a la moyenne $o$ et la "
    "variance $s$ :",
    "vae.fixed_label": "gaussienne, variance s",
    "vae.fixed_reading": "Multipliée par $2 s$, la perte entière, divergence $D$ comprise, est "
    "{scaled} : choisir la variance du décodeur, c’est choisir un poids entre erreur quadratique "
    "et divergence.",
    "vae.learned_opening": "**Gaussienne, variance apprise.** Le décodeur renvoie aussi le "
    "logarithme de la variance, $\\ell$ :",
    "vae.learned_label": "gaussienne, log-variance ℓ",
    "vae.variance_label": "la meilleure variance",
    "vae.variance_checked": "seul point stationnaire pour n pixels d’erreur quadratique totale Q "
    "et une seule variance ; la dérivée seconde y est positive ({error} exception)",
    "vae.variance_reading": "Une seule variance pour $n$ pixels d’erreur quadratique totale $Q$ : "
    "le gradient est nul à l’erreur quadratique moyenne. La perte y vaut {loss}, le logarithme de "
    "l’erreur : il ne reste aucun poids à choisir.",
    "vae.value_point": "valeur en un point",
    "vae.rule_logits": "probabilité du logit",
    "vae.rule_collect": "logarithmes développés",
    "vae.rule_log_variance": "variance en exponentielle",
    "vae.lines_checked": "toutes les lignes de chaque loi égales en {draws} points tirés au "
    "hasard : différence maximale {error}",
    "vae.likelihood_checked": "gradients contre les différences centrées, somme contre la "
    "dernière ligne, constantes omises : écart maximal {error}",
    "vae.jensen_checked": "contact en c seulement, courbure négative, en symboles ({error} "
    "exception)",
    "vae.estimator_title": "l’estimateur en trois réécritures",
    "vae.estimator_opening": "L’entraînement demande la borne et son gradient à partir de "
    "tirages. La même quantité est réécrite trois fois :",
    "vae.rewrite_naive": "naïve : tirer $z$ de $q$ et moyenner $\\log p(x \\mid z) + \\log p(z) - "
    "\\log q(z)$, la définition ;",
    "vae.rewrite_exact": "divergence intégrée : les deux derniers termes ont une moyenne close, "
    "seul $\\log p(x \\mid z)$ est tiré ;",
    "vae.rewrite_path": "reparamétrée : $z$ devient $\\mu + \\sqrt v \\epsilon$, le bruit ne "
    "dépend plus des paramètres, et le gradient traverse le tirage.",
    "vae.guess": "loi q",
    "vae.far": "loin de la loi a posteriori",
    "vae.near": "proche d’elle",
    "vae.estimator": "estimateur",
    "vae.mean": "moyenne des tirages",
    "vae.exact": "exact",
    "vae.parameter": "paramètre",
    "vae.and": "et",
    "vae.naive": "naïf",
    "vae.exact_kl": "divergence intégrée",
    "vae.reparameterised": "reparamétré",
    "vae.estimator_caption": "{samples} tirages chacun, avec les erreurs types, sur le modèle "
    "linéaire pour des nombres fixés.",
    "vae.estimator_checked": "tous d’accord avec la borne exacte : écart maximal, en erreurs "
    "types, {error}",
    "vae.estimator_reading": "Les trois ont une même moyenne. Intégrer la divergence ne réduit "
    "pas toujours la variance : près de la loi a posteriori, la forme naïve est la plus stable, "
    "car $\\log p(x, z) - \\log q(z)$ y est presque constant.",
    "vae.gradient_opening": "À quoi sert la dernière réécriture : les gradients de la "
    "log-vraisemblance moyenne selon $\\mu$ et $\\log v$. La **fonction score** les écrit comme "
    "la moyenne de $\\log p(x \\mid z)$ fois le gradient de $\\log q(z)$ ; par le **chemin**, ce "
    "sont les moyennes sur $\\epsilon$ de",
    "vae.score": "fonction score (sans chemin)",
    "vae.path": "reparamétré (par le chemin)",
    "vae.gradient_caption": "Les deux estiment les mêmes dérivées ; la variance de la fonction "
    "score est {ratio} fois celle du chemin.",
    "vae.gradient_checked": "les moyennes des deux intégrandes égalent les dérivées exactes, "
    "prouvé ; écart maximal des tirages, en erreurs types, {error}",
    "vae.gradients_title": "gradients du réseau entier",
    "vae.gradients_opening": "Tous les gradients, à travers le bruit, le décodeur et l’encodeur, "
    "tirés de {steps} étapes dérivées.",
    "vae.gradients_caption": "À droite, l’écart relatif maximal aux différences centrées.",
    "vae.gradients_reading": "En {M} et {S} se rejoignent deux chemins : l’un par le code tiré, "
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
    "prix ; et une part du gain s’obtient sans VAE, en ajustant une gaussienne aux codes de l’AE.",
    "vae.measure_rate": "divergence de la loi de l’encodeur à la loi a priori, nats",
    "vae.measure_bend": "chemin entre deux codes : longueur de ses images sur leur corde",
    "vae.claim_straight": "les interpolations sont plus droites",
    "vae.map_opening": "Les espaces de codes eux-mêmes, vus sur deux réseaux à deux codes "
    "seulement, entraînés de même (première graine) : chaque marque est une image de test, placée "
    "à la moyenne de son code et dessinée comme son chiffre.",
    "vae.map_description": "Deux nuages de codes, avec des chiffres pour marques, de "
    "l’autoencodeur et du variationnel ; les cercles en tirets montrent un et deux écarts types "
    "de la loi a priori.",
    "vae.map_caption": "En tirets : un et deux écarts types de la loi a priori. L’AE étale ses "
    "codes jusqu’à {ae_reach} de l’origine, {ae_inside} % d’entre eux à moins de 2 ; le VAE les "
    "garde à moins de {vae_reach}, {vae_inside} % à moins de 2. Les cinq codes d’entraînement les "
    "plus proches donnent la classe d’une image de test dans {ae_accuracy} % (AE) et "
    "{vae_accuracy} % (VAE) des cas.",
    "vae.beta_title": "un poids sur la divergence : le β-VAE",
    "vae.beta_opening": "La borne pèse également ses deux termes. Un β-VAE multiplie la "
    "divergence par β ; dans les gradients, β n’est que sur le chemin de la divergence :",
    "vae.beta_label": "perte et gradients avec β",
    "vae.beta_training": "Le VAE de la démonstration, entraîné de nouveau avec d’autres poids :",
    "vae.beta_caption": "Moyennes sur {seeds} graines, ± la demi-étendue ; β = 1 est le VAE de la "
    "démonstration.",
    "vae.beta_reading": "Un β plus grand réduit la divergence et dégrade la reconstruction : "
    "d’une valeur à la suivante dans {ordered} graines sur {seeds}. Un β plus petit rapproche le "
    "réseau d’un AE : de meilleures reconstructions, mais des tirages de la loi a priori moins "
    "ressemblants.",
    "vae.beta_collapse": "À β = {betas}, la loi a posteriori s’est **effondrée** : l’encodeur "
    "renvoie la loi a priori, le décodeur une seule image moyenne, et tous les tirages tombent "
    "dans une classe, comme le modèle linéaire l’annonçait pour une variance trop grande.",
    "vae.to_prior": "divergence à la loi a priori",
    "vae.to_image": "écart à l’entrée",
}
