"""English phrases of exercise 4; the same keys as `phrases_vae_fr` (a test says so)."""

PHRASES = {
    "vae.explain_title": "how a variational autoencoder works",
    "vae.explain": "A VAE is a generative model: a code z is drawn from a simple law, the prior "
    "N(0, I), and a decoder turns it into a law over observations x. It is trained with an "
    "encoder which, for each x, returns not one code but a law over codes, a Gaussian with a "
    "mean and a variance of its own. A code is drawn from that law (mean plus standard "
    "deviation times noise, so that gradients pass through), decoded, and two terms are "
    "minimised: the reconstruction loss, which wants x back from its code, and the "
    "Kullback–Leibler divergence of the encoder's law from the prior, which keeps the codes "
    "where the prior puts its mass. Their sum is minus a lower bound of the log-likelihood of "
    "x. To generate, draw z from the prior and decode it.",
    "vae.encoder": "encoder",
    "vae.decoder": "decoder",
    "vae.noise": "noise N(0, I)",
    "vae.law": "a law, not a point",
    "vae.ae": "autoencoder (AE)",
    "vae.vae": "variational autoencoder (VAE)",
    "vae.ae_short": "AE",
    "vae.vae_short": "VAE",
    "vae.scheme_description": "An autoencoder: encoder, code, decoder. A variational "
    "autoencoder: the encoder gives mean and log-variance, noise makes a code of them, the "
    "decoder reads it.",
    "vae.scheme_caption": "Both networks, with the names of the equations below. The VAE adds "
    "what is in plum and green: a noise, and a code drawn from a law.",
    "vae.equations": "The equations for N images in rows; {S} holds the logarithms of the "
    "variances, {E} the noise.",
    "vae.losses": "The two terms of the loss: the reconstruction (Bernoulli likelihood, logits) "
    "and the divergence, whose closed form the program derives below.",
    "vae.difference_title": "the main difference, and what it brings",
    "vae.difference": "The main difference: an AE maps x to one point of the code space and "
    "minimises the reconstruction alone, so nothing says where codes lie, nor what lies "
    "between them. A VAE maps x to a law over codes and keeps these laws close to a known "
    "prior. Hence what is claimed for it: one can generate by drawing from the prior; the code "
    "space is filled without holes; nearby codes decode to similar images; there is a "
    "likelihood bound to compare models with. The price: blurred, less faithful "
    "reconstructions. Each claim is put to the test at the end.",
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
    "vae.bound_title": "the lower bound, exactly",
    "vae.jensen": "For any law q(z), the log-likelihood log p(x) is the logarithm of the mean "
    "under q of p(x, z)/q(z); by Jensen it is at least the mean of the logarithm: the evidence "
    "lower bound (ELBO), that is E[log p(x|z)] minus the divergence of q from the prior. What "
    "Jensen loses is itself a divergence: that of q from the exact posterior.",
    "vae.linear_model": "The program does all integrals of the linear Gaussian model: z of law "
    "N(0, 1), x given z of law N(wz, s), q = N(μ, v). The mean log-likelihood, the divergence "
    "from the prior, and the exact posterior's mean and variance:",
    "vae.decomposition_label": "exact decomposition",
    "vae.decomposition": "log p(x) = ELBO + KL(q, exact posterior): the bound is reached when "
    "the encoder returns the exact posterior, and only then.",
    "vae.decomposition_checked": "proved on the linear model: the symbolic difference simplifies "
    "to {error}",
    "vae.kl_title": "the divergence, by integration",
    "vae.kl_scalar": "On one axis, by symbolic integration over the normal density, against N(0, "
    "1):",
    "vae.kl_general": "The same against any Gaussian:",
    "vae.kl_diagonal": "On all axes, with {z} put into log q − log p and the means taken on the "
    "index form, {s} the logarithms of the variances; then the gradients:",
    "vae.kl_label": "divergence and gradients",
    "vae.kl_checked": "verified against central differences: 10 draws, largest error {error}",
    "vae.kl_sampled": "{samples} samples of log q − log p: {error} standard errors from the "
    "closed form {value}",
    "vae.limit": "As the variance goes to 0 the code becomes a point, as in an AE; the "
    "reconstruction then becomes the AE's, but the divergence itself tends to {limit}: an AE "
    "is the limit of the network, not of the bound. It is the divergence that keeps the "
    "variance from vanishing.",
    "vae.estimator_title": "the estimator in three rewrites",
    "vae.estimator_opening": "Training needs the bound, and its gradient, from samples. The same "
    "quantity is rewritten three times:",
    "vae.rewrite_naive": "naive: draw z from q and average log p(x|z) + log p(z) − log q(z), the "
    "definition;",
    "vae.rewrite_exact": "divergence integrated: the last two terms have a closed mean, only log "
    "p(x|z) is sampled;",
    "vae.rewrite_path": "reparameterised: z becomes μ + σε, the noise no longer depends on the "
    "parameters, and the gradient passes through the sample.",
    "vae.guess": "law q",
    "vae.far": "far from the posterior",
    "vae.near": "close to it",
    "vae.estimator": "estimator",
    "vae.mean": "mean of the samples",
    "vae.exact": "exact",
    "vae.naive": "naive",
    "vae.exact_kl": "divergence integrated",
    "vae.reparameterised": "reparameterised",
    "vae.estimator_caption": "{samples} samples each, with standard errors, on the linear model "
    "at fixed numbers.",
    "vae.estimator_checked": "all agree with the exact bound: at most {error} standard errors "
    "apart",
    "vae.estimator_reading": "The three have one mean. Integrating the divergence does not "
    "always lower the variance: close to the posterior the naive form is the steadier one, "
    "since log p(x, z) − log q(z) is then almost constant.",
    "vae.gradient_opening": "What the last rewrite is for: the gradient in μ of the mean "
    "log-likelihood. By the path, it is the mean over ε of",
    "vae.score": "score function (no path)",
    "vae.path": "reparameterised (by the path)",
    "vae.gradient_caption": "Both estimate the same derivative; the score function has {ratio} "
    "times the variance.",
    "vae.gradient_checked": "the path's mean equals the exact derivative, proved; both estimates "
    "within {error} standard errors",
    "vae.gradients_title": "gradients of the whole network",
    "vae.gradients_opening": "All gradients, through the noise, decoder and encoder, from "
    "{steps} derived steps.",
    "vae.gradients_caption": "The right column is the largest relative deviation from central "
    "differences.",
    "vae.gradients_reading": "at {M} and {S} two paths meet: one through the sampled code, one "
    "from the divergence, which pulls the means towards 0 and the variances towards 1.",
    "vae.all_steps": "all steps",
    "vae.demo_title": "the claims, put to the test",
    "vae.no_data": "The images for this part are not installed; with the extra symnn[data] "
    "(scikit-learn) it trains both networks here.",
    "vae.demo_opening": "Both networks, with the same layers ({hidden} hidden units, {latent} "
    "codes), trained with the derived gradients and Adam on {train} images of handwritten "
    "digits (8 × 8 pixels), {epochs} passes, {seeds} seeds; {test} other images for the tests.",
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
    "N(0, I); the fourth column is the fair rival: the same AE, its codes drawn from a "
    "Gaussian fitted afterwards.",
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
    "vae.verdict_reading": "A law to draw from is the real gain. The reconstruction is the "
    "price; and part of the gain can be had without a VAE, by fitting a Gaussian to the codes "
    "of the AE.",
}
