"""English phrases of exercise 5; the same keys as `phrases_attention_fr` (a test says so)."""

PHRASES = {
    "attention.explain_title": "the mechanism in brief",
    "attention.explain": "Each token {x} is projected three times by learned matrices: into a "
    "query {q} (what it looks for), a key {k} (what it offers) and a value {v} (what it passes "
    "on). The query of token {i} is compared with the key {kj} of every token {j} by a scaled "
    "scalar product; a softmax over {j} turns these scores into positive weights {a} that sum "
    "to 1. The output {z} is the mean of the values {vj} with these weights. So every token "
    "becomes a mixture of all tokens, and the network itself chooses the mixture from their "
    "contents, whatever the distance between them.",
    "attention.why_self": "It is called self-attention because queries, keys and values all come "
    "from the same sequence; in cross-attention the keys and values come from another one.",
    "attention.rows_sum": "each row: sum 1",
    "attention.flow_description": "The tokens are projected to queries, keys and values; queries "
    "and keys give the scores, a softmax the weights, weights and values the outputs, and a "
    "dense layer the hidden units.",
    "attention.flow_caption": "One real pass, to the scale of the shapes: {sizes}, numbers drawn "
    "at random. Blue: positive; orange: negative; green: weights. The rounded boxes are the "
    "parameters that are learned. {A} is the heat map of the attention.",
    "attention.flow_reading": "row by row. {z} takes {share} of {v}, the largest weight drawn "
    "here.",
    "attention.rows_checked": "every row sums to 1 up to {error}",
    "attention.formalism_title": "the formalism",
    "attention.conventions": "The {T} tokens are the rows of {X}, each of {d} entries. Written "
    "for one token as a column, the first line below is {q}: row convention and column "
    "convention differ by a transposition only.",
    "attention.loops_checked": "verified: {draws} draws of different sizes, matrices against "
    "loops over the tokens, largest error {error}",
    "attention.hidden_title": "attention followed by a hidden layer",
    "attention.hidden_opening": "The hidden layer acts on each output of the attention with the "
    "same weights: tokens meet in the attention, features in the hidden layer. The bias is "
    "added to every row, hence the column of ones.",
    "attention.whole": "With everything put in:",
    "attention.variant": "network",
    "attention.after": "after the attention",
    "attention.all_grads": "all gradients",
    "attention.per_token": "one output per token",
    "attention.pooled": "one output per sequence (mean of the tokens)",
    "attention.with_output": "with an output layer, per token",
    "attention.pooled_output": "with an output layer, per sequence",
    "attention.variants_caption": "Four networks that go on from {Z}; each was derived on its "
    "own and all its gradients compared with central differences.",
    "attention.algorithm_title": "forward pass of attention and hidden layer",
    "attention.program_checked": "the program against the equations: {draws} draws, largest "
    "error {error}",
    "attention.unchecked": "not verified",
    "attention.group_hidden": "through the hidden layer",
    "attention.group_values": "through the values",
    "attention.group_weights": "through the weights and the softmax",
    "attention.group_queries": "through the scores: keys and queries",
    "attention.group_tokens": "back to the tokens: three paths",
    "attention.backward_title": "the backward pass, derived",
    "attention.backward_opening": "With the squared error {L} as an example; any other loss "
    "changes the first line alone. Every line below is derived from the forward equations and "
    "evaluated against central differences.",
    "attention.gradient_of": "gradient in {x}",
    "attention.gradients_caption": "All gradients in the names of the forward pass, those of the "
    "weights with the gradient of their projection put in. The right column is the largest "
    "relative deviation from central differences.",
    "attention.identities_title": "two identities",
    "attention.row_sums": "The softmax line needs one number per row of {A}. The equations show "
    "that it can be taken on the outputs: {T} × {d} products in place of {T} × {T}.",
    "attention.row_sums_label": "row sums",
    "attention.row_sums_checked": "proved: both sides open to the same expression; {draws} "
    "draws, largest deviation {error}",
    "attention.row_sums_use": "Hence the form that memory-saving programs use:",
    "attention.key_bias": "Now with biases in the three projections:",
    "attention.rows_zero": "Each row of the gradient of the scores sums to 0, because the rows "
    "of {A} sum to 1. The bias of the keys receives exactly these row sums:",
    "attention.key_bias_label": "bias of the keys",
    "attention.key_bias_checked": "proved with the fact that rows sum to 1; moving the bias "
    "moves the loss by {error} (relative slope; the query bias: at least {other})",
    "attention.key_bias_why": "The bias adds the same number to a whole row of {S}, and a "
    "softmax forgets a shift. The key bias can be left out: it is never learned.",
}
