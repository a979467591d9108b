"""English phrases of exercise 4; the same keys as `phrases_vae_fr` (a test says so)."""

PHRASES = {
    "vae.explain_title": "how a variational autoencoder works",
    "vae.explain": "A VAE is a generative model: a code z is drawn from a simple law, the prior "
    "N(0, I), and a decoder turns it into a law over observations x. It is trained with an "
    "encoder which, for each x, returns not one code but a law over codes, a Gaussian with a mean "
    "and a variance of its own. A code is drawn from that law (mean plus standard deviation times "
    "noise, so that gradients pass through), decoded, and two terms are minimised: the "
    "reconstruction loss, which wants x back from its code, and the Kullback–Leibler divergence "
    "of the encoder's law from the prior, which keeps the codes where the prior puts its mass. "
    "Their sum is minus a lower bound of the log-likelihood of x. To generate, draw z from the "
    "prior and decode it.",
    "vae.encoder": "encoder",
    "vae.decoder": "decoder",
    "vae.noise": "noise N(0, I)",
    "vae.law": "a law, not a point",
    "vae.ae": "autoencoder (AE)",
    "vae.vae": "variational autoencoder (VAE)",
    "vae.ae_short": "AE",
    "vae.vae_short": "VAE",
    "vae.scheme_description": "An autoencoder: encoder, code, decoder. A variational autoencoder: "
    "the encoder gives mean and log-variance, noise makes a code of them, the decoder reads it.",
    "vae.scheme_caption": "Both networks, with the names of the equations below and the terms of "
    "their losses in red-brown. The VAE adds a noise (dashed, plum: a random source, through "
    "which no gradient has to pass), a code drawn from a law, and the term that holds this law "
    "near the prior.",
    "vae.equations": "The equations for N images in rows; {S} holds the logarithms of the "
    "variances, {E} the noise.",
    "vae.demo_bernoulli": "For images, whose entries lie between 0 and 1, the likelihood of this "
    "part is the Bernoulli law.",
    "vae.losses_normal": "The two terms of the loss, summed over the images: the reconstruction "
    "(normal likelihood of variance 1, without its constant) and the divergence, both derived "
    "below.",
    "vae.losses_bernoulli": "The two terms of the loss, summed over the images: the "
    "reconstruction (Bernoulli likelihood of logits; softplus is $\\log(1 + \\exp)$) and the "
    "divergence, both derived below.",
    "vae.difference_title": "the main difference, and what it brings",
    "vae.difference": "The main difference: an AE maps x to one point of the code space and "
    "minimises the reconstruction alone, so nothing says where codes lie, nor what lies between "
    "them. A VAE maps x to a law over codes and keeps these laws close to a known prior. Hence "
    "what is claimed for it: one can generate by drawing from the prior; the code space is filled "
    "without holes; nearby codes decode to similar images; there is a likelihood bound to compare "
    "models with. The price: blurred, less faithful reconstructions. Each claim is put to the "
    "test at the end.",
    "vae.returns": "what the encoder returns",
    "vae.code": "what the decoder receives",
    "vae.loss_terms": "terms of the loss",
    "vae.count": "parameters",
    "vae.random": "random in training",
    "vae.no": "no",
    "vae.yes": "yes",
    "vae.generates": "law to draw codes from",
    "vae.no_law": "none is given",
    "vae.draw": "the prior N(0, I)",
    "vae.bound_title": "the lower bound by Jensen, and what it loses",
    "vae.bound_opening": "The likelihood of an observation, $p(x)$, is an integral over all "
    "codes, which a network cannot do. Let $q(z \\mid x)$ be the encoder's law. Each line below "
    "is the line before, rewritten by one rule; the second column is its value, integrated "
    "numerically on a model where $z$ has the law $N(0, 1)$ and $x$ given $z$ the law $N(w z, s)$.",
    "vae.bound_label": "the bound",
    "vae.account_label": "the exact account",
    "vae.line": "line",
    "vae.value": "value on the Gaussian model",
    "vae.rule_start": "start",
    "vae.rule_marginal": "sum over the codes",
    "vae.rule_insert": "times q over q",
    "vae.rule_as_mean": "definition of the mean",
    "vae.rule_jensen": "Jensen",
    "vae.rule_chain": "product rule",
    "vae.rule_logarithm": "logarithm of a product",
    "vae.rule_linear": "linearity of the mean",
    "vae.rule_divergence": "definition of KL",
    "vae.rule_constant": "mean of a constant",
    "vae.rule_bayes": "Bayes",
    "vae.why_marginal": "the law of x alone is that of the pair with z integrated out",
    "vae.why_insert": "q is positive wherever the integrand is",
    "vae.why_as_mean": "an integral against q is a mean under q",
    "vae.why_jensen": "the logarithm is concave: the only line that loses something",
    "vae.why_chain": "the pair is drawn as code, then observation",
    "vae.why_logarithm": "one term for each factor",
    "vae.why_linear": "one mean for each term",
    "vae.why_divergence": "the divergence is the mean under q of log q minus the logarithm of the "
    "other law",
    "vae.why_constant": "it does not depend on z, and q integrates to 1",
    "vae.why_bayes": "true for every z",
    "vae.jensen_label": "Jensen in one line",
    "vae.jensen_note": "The second derivative of $\\log u$ is {bend}, negative, so its graph lies "
    "below each of its tangents: $\\log u \\leq$ {tangent}. Take the mean with $c$ the mean of "
    "$u$: the term in $u - c$ vanishes, and the mean of $\\log u$ is at most $\\log c$.",
    "vae.bound_reading": "This last line is the **evidence lower bound** (ELBO). Its opposite is "
    "the loss of the VAE: the first term is the reconstruction, the second keeps the encoder's "
    "law near the prior.",
    "vae.account_opening": "How much does Jensen lose? The same rules, with Bayes in place of "
    "Jensen, lose nothing:",
    "vae.account_reading": "The second term is the line of Jensen, {bound}: hence $\\log p(x)$ = "
    "ELBO + KL. What was lost is the divergence of the encoder's law from the exact posterior, "
    "here {lost}: never negative, and 0 only if the encoder returns the posterior. To raise the "
    "bound is to raise the likelihood, to bring the encoder near the posterior, or both.",
    "vae.bound_checked": "every line of both derivations on {draws} random Gaussian models and "
    "{draws} random tables (discrete codes), Jensen's with exactly the divergence lost: largest "
    "deviation {error}",
    "vae.linear_title": "a VAE solved exactly",
    "vae.linear_model": "On the linear Gaussian model ($z$ of law $N(0, 1)$, $x$ given $z$ of law "
    "$N(w z, s)$, encoder $N(\\mu, v)$) the program does every integral. The mean log-likelihood, "
    "the divergence from the prior, the evidence:",
    "vae.posterior": "By Bayes' rule, completing the square in $z$, the exact posterior is "
    "Gaussian, with mean and variance",
    "vae.decomposition_checked": "evidence less bound less divergence from the posterior, in "
    "symbols: {error}",
    "vae.code_opening": "The best encoder, where the two derivatives of reconstruction loss plus "
    "{beta} times divergence are 0:",
    "vae.code_label": "the best code",
    "vae.code_checked": "with β = 1 this is the exact posterior and the gap is {error}, in symbols",
    "vae.code_reading": "A weight β on the divergence acts as a decoder variance β times as "
    "large: the code is pulled to 0 and its variance to 1. Only β = 1 is a bound that can be "
    "reached.",
    "vae.weight_opening": "The best decoder, over data whose mean square is $c$: the mean of "
    "$\\log p(x)$ is stationary at $w = 0$ and, if $c > s$, at {w2}, its maximum: the decoder "
    "explains exactly the variance that the noise leaves. If $c \\leq s$ the best weight is 0 and "
    "the encoder returns the prior whatever $x$: the **posterior collapses**. The bound, raised "
    "by a numerical search in $w$ and the encoder, finds the same:",
    "vae.found": "found",
    "vae.gap": "gap",
    "vae.weight_caption": "Gap: mean evidence less mean bound at the place found. Last row: a "
    "collapse.",
    "vae.weight_checked": "closed forms and search: largest deviation {error}",
    "vae.limit_model": "**The autoencoder as a limit.** As the decoder variance $s$ goes to 0 the "
    "best code's mean tends to {code}, its variance to {variance}: a point, as in an AE, and $2 "
    "s$ times the reconstruction loss tends to the AE's squared error {reconstruction} (at "
    "variance 0). The divergence does not tend to 0: it tends to {divergence}, since the "
    "logarithm of the variance does. But $s$ times it tends to {weighted}: against a "
    "reconstruction that grows like 1/s, it stops counting. An AE is the limit of the network and "
    "of the rescaled loss, not of the bound.",
    "vae.kl_title": "the divergence, by integration",
    "vae.kl_scalar": "On one axis, the mean of $\\log q - \\log p$ over a normal law, by symbolic "
    "integration of its moments, against $N(0, 1)$:",
    "vae.kl_general": "The same against any Gaussian $N(\\mu_0, v_0)$:",
    "vae.kl_diagonal": "**Diagonal covariance** (the VAE's): $z = \\mu + \\exp(s / 2) \\odot "
    "\\epsilon$ is put into $\\log q - \\log p$ and the moment rule, the mean of $\\epsilon_i "
    "\\epsilon_j$ is 1 if $i = j$, else 0, takes the mean on the index form; $s$ holds the "
    "logarithms of the variances.",
    "vae.kl_diagonal_label": "diagonal covariance",
    "vae.kl_full": "**Full covariance** $S$, against any Gaussian of mean $\\mu_0$ and precision "
    "$P$ (the inverse of its covariance): the mean of $u_i u_j$ is now the entry $(i, j)$ of $S$. "
    "The first term is the trace of $P S$.",
    "vae.kl_full_label": "full covariance, any prior",
    "vae.kl_factored": "**By its factor**, as a network returns it: $z = \\mu + L \\epsilon$ with "
    "$L$ triangular (Cholesky), against $N(0, I)$.",
    "vae.kl_factored_label": "covariance by its factor",
    "vae.kl_bernoulli": "**Bernoulli** codes, with probabilities $q$ of 1 made from logits $a$, "
    "against probabilities $p$: the mean is a sum over the two outcomes of each axis.",
    "vae.kl_bernoulli_label": "Bernoulli",
    "vae.kl_categorical": "**Categorical** codes, $q$ the softmax of logits $a$, against any law "
    "$p$: a sum over the outcomes.",
    "vae.kl_categorical_label": "categorical",
    "vae.kl_checked": "verified against central differences: {draws} draws, largest error {error}",
    "vae.kl_sampled": "{samples} samples of log q − log p, closed form {value}; deviation over "
    "standard error: {error}",
    "vae.kl_reading": "In each, the gradient is 0 where q is the prior. Where the encoder returns "
    "logits, the sum of the probabilities stays 1: the softmax's own derivative removes from the "
    "gradient the part along the vector of ones.",
    "vae.likelihood_title": "the reconstruction terms, from the densities",
    "vae.likelihood_opening": "The first term of the bound is the mean of $\\log p(x \\mid z)$; "
    "the loss is its opposite. It depends on the law given to the pixels. For each law the "
    "density of one pixel $x$ is expanded line by line; the array forms below them are sums over "
    "the pixels, with derived gradients with respect to the decoder's output $o$.",
    "vae.bernoulli_opening": "**Bernoulli.** A pixel is 1 with probability $p$, which the decoder "
    "gives by its logit $o$:",
    "vae.bernoulli_label": "Bernoulli, logits",
    "vae.bernoulli_reading": "The gradient is the probability less the pixel: the loss of the "
    "network above. With pixels in shades of grey the same loss is used, though it is then no "
    "likelihood of the pixels.",
    "vae.fixed_opening": "**Gaussian, fixed variance.** A pixel has mean $o$ and variance $s$:",
    "vae.fixed_label": "Gaussian, variance s",
    "vae.fixed_reading": "Times $2 s$ the whole loss, divergence $D$ included, is {scaled}: the "
    "choice of the decoder's variance is the choice of a weight between squared error and "
    "divergence.",
    "vae.learned_opening": "**Gaussian, learned variance.** The decoder also returns the "
    "logarithm of the variance, $\\ell$:",
    "vae.learned_label": "Gaussian, log-variance ℓ",
    "vae.variance_label": "the best variance",
    "vae.variance_checked": "the only stationary point for n pixels of total squared error Q with "
    "one variance; the second derivative is positive there ({error} exceptions)",
    "vae.variance_reading": "One variance for $n$ pixels of total squared error $Q$: the gradient "
    "is 0 at the mean squared error. The loss there is {loss}, the logarithm of the error: no "
    "weight is left to choose.",
    "vae.value_point": "value at a point",
    "vae.rule_logits": "probability of the logit",
    "vae.rule_collect": "logarithms taken apart",
    "vae.rule_log_variance": "the variance as an exponential",
    "vae.lines_checked": "all lines of each law equal at {draws} random points: largest "
    "difference {error}",
    "vae.likelihood_checked": "gradients against central differences, sum against the last line, "
    "constants left out: largest deviation {error}",
    "vae.jensen_checked": "touches at c alone and bends down, in symbols ({error} exceptions)",
    "vae.estimator_title": "the estimator in three rewrites",
    "vae.estimator_opening": "Training needs the bound, and its gradient, from samples. The same "
    "quantity is rewritten three times:",
    "vae.rewrite_naive": "naive: draw $z$ from $q$ and average $\\log p(x \\mid z) + \\log p(z) - "
    "\\log q(z)$, the definition;",
    "vae.rewrite_exact": "divergence integrated: the last two terms have a closed mean, only "
    "$\\log p(x \\mid z)$ is sampled;",
    "vae.rewrite_path": "reparameterised: $z$ becomes $\\mu + \\sqrt v \\epsilon$, the noise no "
    "longer depends on the parameters, and the gradient passes through the sample.",
    "vae.guess": "law q",
    "vae.far": "far from the posterior",
    "vae.near": "close to it",
    "vae.estimator": "estimator",
    "vae.mean": "mean of the samples",
    "vae.exact": "exact",
    "vae.parameter": "parameter",
    "vae.and": "and",
    "vae.naive": "naive",
    "vae.exact_kl": "divergence integrated",
    "vae.reparameterised": "reparameterised",
    "vae.estimator_caption": "{samples} samples each, with standard errors, on the linear model "
    "at fixed numbers.",
    "vae.estimator_checked": "all agree with the exact bound: largest deviation, in standard "
    "errors, {error}",
    "vae.estimator_reading": "The three have one mean. Integrating the divergence does not always "
    "lower the variance: close to the posterior the naive form is the steadier one, since $\\log "
    "p(x, z) - \\log q(z)$ is then almost constant.",
    "vae.gradient_opening": "What the last rewrite is for: the gradients of the mean "
    "log-likelihood in $\\mu$ and $\\log v$. The **score function** writes them as the mean of "
    "$\\log p(x \\mid z)$ times the gradient of $\\log q(z)$; by the **path** they are the means "
    "over $\\epsilon$ of",
    "vae.score": "score function (no path)",
    "vae.path": "reparameterised (by the path)",
    "vae.gradient_caption": "Both estimate the same derivatives; the score function has {ratio} "
    "times the variance of the path.",
    "vae.gradient_checked": "the means of both integrands equal the exact derivatives, proved; "
    "largest deviation of the samples, in standard errors, {error}",
    "vae.gradients_title": "gradients of the whole network",
    "vae.gradients_opening": "All gradients, through the noise, decoder and encoder, from {steps} "
    "derived steps.",
    "vae.gradients_caption": "The right column is the largest relative deviation from central "
    "differences.",
    "vae.gradients_reading": "At {M} and {S} two paths meet: one through the sampled code, one "
    "from the divergence, which pulls the means towards 0 and the variances towards 1.",
    "vae.all_steps": "all steps",
    "vae.demo_title": "the claims, put to the test",
    "vae.no_data": "The images for this part are not installed; with the extra symnn[data] "
    "(scikit-learn) it trains both networks here.",
    "vae.demo_opening": "Both networks, with the same layers ({hidden} hidden units, {latent} "
    "codes), trained with the derived gradients and Adam on {train} images of handwritten digits "
    "(8 × 8 pixels), {epochs} passes, {seeds} seeds; {test} other images for the tests.",
    "vae.measure": "measure",
    "vae.ae_fitted": "AE, codes from a fitted Gaussian",
    "vae.real": "real images",
    "vae.measure_reconstruction": "reconstruction, nats per test image",
    "vae.measure_squared": "reconstruction, squared error",
    "vae.measure_prior": "codes against the prior, KL",
    "vae.measure_standard_frechet": "samples, Fréchet distance to real ones",
    "vae.measure_standard_nearest": "samples, distance to the nearest real one",
    "vae.measure_standard_classes": "samples, effective number of classes",
    "vae.measure_middle": "midway between two codes, nearest real one",
    "vae.table_caption": "Means over the seeds, ± half the spread. Codes for samples come from "
    "N(0, I); the fourth column is the fair rival: the same AE, its codes drawn from a Gaussian "
    "fitted afterwards.",
    "vae.row_real": "real",
    "vae.row_rebuilt": "rebuilt, {model}",
    "vae.row_samples": "samples, {model}",
    "vae.row_line": "interpolation, {model}",
    "vae.pictures_description": "Rows of small digit images: real ones, reconstructions, samples "
    "from the prior and interpolations for both networks.",
    "vae.pictures_caption": "First seed. The AE rebuilds better; decoded from N(0, I), its "
    "samples are no digits, while those of the VAE are.",
    "vae.verdict_opening": "Which claims hold, seed by seed, for the VAE over the AE:",
    "vae.claim": "claim",
    "vae.verdict": "verdict",
    "vae.in_seeds": "won",
    "vae.seeds": "{wins} of {seeds}",
    "vae.holds": "holds",
    "vae.fails": "does not hold",
    "vae.mixed": "undecided",
    "vae.claim_prior": "its codes follow the prior",
    "vae.claim_samples": "drawing from the prior gives the law of real images",
    "vae.claim_real": "samples look like real images",
    "vae.claim_classes": "all classes are generated",
    "vae.claim_fitted": "law of real images, against the AE with a fitted Gaussian",
    "vae.claim_fitted_real": "samples look real, against the AE with a fitted Gaussian",
    "vae.claim_line": "interpolations stay closer to real images",
    "vae.claim_reconstruction": "reconstruction is better",
    "vae.verdict_reading": "A law to draw from is the real gain. The reconstruction is the price; "
    "and part of the gain can be had without a VAE, by fitting a Gaussian to the codes of the AE.",
    "vae.measure_rate": "divergence of the encoder's law from the prior, nats",
    "vae.measure_bend": "path between two codes: length of its images over their chord",
    "vae.claim_straight": "interpolations run straighter",
    "vae.map_opening": "The code spaces themselves, seen in two networks with two codes only, "
    "trained in the same way (first seed): each mark is a test image, at the mean of its code, "
    "drawn as its digit.",
    "vae.map_description": "Two scatter plots of codes with digits as marks, for the autoencoder "
    "and the variational one; dashed circles show one and two standard deviations of the prior.",
    "vae.map_caption": "Dashed: one and two standard deviations of the prior. The AE spreads its "
    "codes as far as {ae_reach} from the origin, {ae_inside}% of them within 2; the VAE keeps "
    "them within {vae_reach}, {vae_inside}% within 2. Five nearest training codes tell the class "
    "of a test image in {ae_accuracy}% (AE) and {vae_accuracy}% (VAE) of cases.",
    "vae.beta_title": "a weight on the divergence: β-VAE",
    "vae.beta_opening": "The bound weighs its two terms equally. A β-VAE multiplies the "
    "divergence by β; in the gradients β stands on the path of the divergence alone:",
    "vae.beta_label": "loss and gradients with β",
    "vae.beta_training": "The VAE of the demonstration, trained again with other weights:",
    "vae.beta_caption": "Means over {seeds} seeds, ± half the spread; β = 1 is the "
    "demonstration's VAE.",
    "vae.beta_reading": "A greater β lowers the divergence and worsens the reconstruction: from "
    "each value to the next in {ordered} of {seeds} seeds. A smaller one brings the network near "
    "an AE: better reconstructions, but samples from the prior that are less like real images.",
    "vae.beta_collapse": "At β = {betas} the posterior has **collapsed**: the encoder returns the "
    "prior, the decoder draws one mean image, and all samples fall into one class, as the linear "
    "model foretold for a variance too large.",
    "vae.to_prior": "divergence from the prior",
    "vae.to_image": "loss against the input",
}
