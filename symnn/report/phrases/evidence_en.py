"""English phrases of the table of evidence; the same keys as `phrases_evidence_fr` (tested)."""

PHRASES = {
    "evidence.label": "appendix A",
    "evidence.title": "table of evidence",
    "evidence.opening": "One claim a row, {rows} in all ({counts}). Derived: the program made it "
    "by the rules named. Proved: an identity of symbols, or exact arithmetic. Checked: compared "
    "with an independent computation or with finite differences, at random draws. Measured: from "
    "samples or training. Stated: a definition or a fact of the literature. Each number was "
    "computed by this version of the program, from this sheet and this seed.",
    "evidence.derived": "derived",
    "evidence.proved": "proved",
    "evidence.checked": "checked",
    "evidence.measured": "measured",
    "evidence.stated": "stated",
    "evidence.unverified": "not verified",
    "evidence.where": "where",
    "evidence.claim": "claim",
    "evidence.kind": "rests on",
    "evidence.how": "evidence",
    "evidence.failed": "{n} failed checks",
    "evidence.none_failed": "no failed check ({n})",
    "evidence.lines": "{n} lines",
    "evidence.rules": "rules: {rules}",
    "evidence.evaluated": "lines evaluated against the oracle: {n}",
    "evidence.largest": "largest deviation {error}",
    "evidence.join": "; ",
    "evidence.also": "; with it: {names}",
    "evidence.named": "{name}: ",
    "evidence.table": "table ({heads})",
    "evidence.nothing": "no check of its own",
    "evidence.drawn": "drawn from the same data as the equations",
    "evidence.counted": "rules of counting, numbers put in; shapes and products compared with a "
    "pass in plain loops",
    "evidence.counts": "rules of counting, applied layer by layer",
    "evidence.column": "central differences, in the table itself",
    "evidence.renamed": "the renaming of indices, read off the equations; both sides evaluated "
    "at {draws} draws",
    "evidence.shifted": "the derivative in a shift of all positions, 0 on the equations; scores "
    "evaluated before and after, {draws} draws",
    "evidence.probed": "the outputs, moved token by token",
    "evidence.seeds": "trained here, seeds {seeds}",
    "evidence.networks": "read off the two networks and their losses",
    "evidence.trained": "trained here, with the seed of the report",
    "evidence.exact": "exact arithmetic",
    "evidence.lower_bound": "fewer units do not suffice",
    "evidence.every_set": "one hidden layer always suffices",
    "evidence.variants": "the bounds for the other units",
    "evidence.runs": "training, against the solution",
    "evidence.kingma": "Kingma and Welling, 2014, arXiv 1312.6114; Rezende, Mohamed and Wierstra, "
    "2014, arXiv 1401.4082",
    "evidence.vaswani": "Vaswani et al., 2017, arXiv 1706.03762",
    "evidence.autoencoder": "Hinton and Salakhutdinov, Science 313, 2006, for the autoencoder; "
    "Kingma and Welling, 2014, for the VAE",
}
