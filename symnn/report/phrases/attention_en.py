"""English phrases of exercise 5; the same keys as `phrases_attention_fr` (a test says so)."""

PHRASES = {
    "attention.explain_title": "the mechanism in brief",
    "attention.explain": "Each token {x} is projected three times by learned matrices: into a "
    "query {q} (what it looks for), a key {k} (what it offers) and a value {v} (what it "
    "passes on). The query of token {i} is compared with the key {kj} of every token {j} by "
    "a scaled scalar product; a softmax over {j} turns these scores into positive weights "
    "{a} that sum to 1. The output {z} is the mean of the values {vj} with these weights. So "
    "every token becomes a mixture of all tokens, and the network itself chooses the mixture "
    "from their contents, whatever the distance between them.",
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
    "changes the first line alone. Every line below is derived from the forward equations "
    "and evaluated against central differences.",
    "attention.gradient_of_S": "gradient of the scores",
    "attention.gradient_of_W_Q": "gradient of the query weights",
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
    "attention.scale_title": "why divide by the square root of the key width",
    "attention.scale_opening": "Take a query and a key whose {d} entries are independent, with "
    "mean 0 and variance 1, as after initialisation. The program takes mean and variance of "
    "their scalar product on the index form: a product of two entries has mean 1 if they are "
    "the same entry and 0 otherwise.",
    "attention.score": "score",
    "attention.mean": "mean",
    "attention.variance": "variance",
    "attention.scale_rule": "Derived, for any width. Divided by the square root, the scores keep "
    "variance 1 at every width.",
    "attention.scale_measured": "Measured on {n} random queries with {keys} keys each:",
    "attention.var_measured": "variance of the score",
    "attention.entropy": "entropy of the weights",
    "attention.entropy_scaled": "entropy, divided",
    "attention.slope": "slope of the softmax",
    "attention.slope_scaled": "slope, divided",
    "attention.variance_checked": "measured variances agree with the derived one for {widths} "
    "widths: at most {error} standard errors apart",
    "attention.scale_reading": "without the division the softmax saturates as keys grow: one "
    "weight takes all (entropy, as a share of its largest value, falls towards 0) and its "
    "slope, which every gradient of queries and keys passes through, vanishes with it.",
    "attention.hand_title": "an example by hand",
    "attention.hand_opening": "Three tokens, two entries each, four for queries and keys, so "
    "that the divisor is 2:",
    "attention.hand_checked": "recomputed token by token: largest difference {error}",
    "attention.map_description": "Heat map of the attention weights of the example, three tokens "
    "by three tokens.",
    "attention.map_caption": "Heat map of {A}: row, the token that looks; column, the token "
    "looked at. The largest weight: {i} gives {share} of its attention to {j}.",
    "attention.properties_title": "properties, proved on the equations",
    "attention.permutation": "Permuting the tokens, {X} becoming {P} {X}, should permute the "
    "outputs in the same way, {Z} becoming {P} {Z}. The program reads it off the index form: "
    "an index over the tokens that occurs only as the plain position of a value can be "
    "renamed. It then evaluates both sides.",
    "attention.case": "network",
    "attention.on_equations": "on the equations",
    "attention.difference": "largest difference, {draws} draws",
    "attention.property": "holds",
    "attention.broken": "broken",
    "attention.plain": "attention and hidden layer",
    "attention.pooled_case": "the same, tokens averaged (invariant)",
    "attention.causal": "causal mask",
    "attention.positions": "positional encodings added",
    "attention.alike": "every index of a token is a plain position: proved",
    "attention.alike_leaf": "another tensor has an axis of tokens",
    "attention.alike_domain": "the softmax compares positions",
    "attention.alike_position": "a position is compared or shifted",
    "attention.hull": "The program knows two facts about {A} from its definition: the weights "
    "are positive and each row sums to 1. So each row of {Z} is a convex combination of the "
    "rows of {V}: it stays in their convex hull, and attention alone never goes beyond the "
    "values. The hidden layer does.",
    "attention.hull_checked": "facts proved; outputs between the least and the largest value in "
    "{draws} draws, at most {error} outside",
    "attention.costs_title": "cost, memory, and other layers",
    "attention.line": "line",
    "attention.multiply_adds": "multiply-adds",
    "attention.sum_forward": "attention, forward",
    "attention.sum_backward": "attention, backward",
    "attention.costs_caption": "Counted on the equations, in closed form.",
    "attention.crossing": "The part {square} grows with the square of the number of tokens. It "
    "takes over when it equals the rest, which gives",
    "attention.crossing_label": "the square takes over at",
    "attention.crossing_checked": "solved exactly; both parts counted again at 5 drawn sizes, "
    "difference {error}",
    "attention.equal_widths": "With all widths equal to {d}: {at}.",
    "attention.memory": "In memory, {A} takes {n} numbers per head, kept for the backward pass; "
    "the row-sum identity is what lets programs recompute it by blocks.",
    "attention.rivals_opening": "Three layers of width d. What an output sees was measured on "
    "{T} tokens by moving each token in turn; kernel of {k}.",
    "attention.layer": "layer",
    "attention.serial": "one after another",
    "attention.seen": "tokens seen, of {T}",
    "attention.layers_needed": "layers until all see all",
    "attention.never": "never",
    "attention.this": "self-attention",
    "attention.recurrent": "recurrent net",
    "attention.convolution": "convolution",
    "attention.this_serial": "no: all tokens at once",
    "attention.recurrent_serial": "yes: T steps",
    "attention.convolution_serial": "no: all tokens at once",
    "attention.rivals_reading": "attention reaches every token in one layer and in parallel, and "
    "pays with the square of T; the recurrent net is linear in T but serial and sees the "
    "past only; the convolution is linear and parallel but needs many layers to see far.",
    "attention.permutation_reading": "So attention alone sees a set, not a sequence: the order "
    "of the words is lost. A causal mask or positional encodings bring it back, by breaking "
    "exactly this symmetry.",
}
