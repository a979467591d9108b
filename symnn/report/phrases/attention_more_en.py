"""English phrases of exercise 5, second part: training, variants, positions, block."""

PHRASES = {
    "attention.training_title": "the network trained with these gradients",
    "attention.training_opening": "The forward and backward equations, in order, are the body of "
    "the loop. An example is one sequence with its targets, and nothing else has to be "
    "derived.",
    "attention.step_checked": "one step of the program against the derived gradients: {draws} "
    "draws, largest error {error}",
    "attention.adam_title": "one step of Adam, entry by entry",
    "attention.adam_opening": "Adam (Kingma and Ba, 2015) changes the update alone. For every "
    "parameter it keeps a running mean {m} of the gradient and {v} of its square, and "
    "divides one by the root of the other, so that all parameters move at a similar pace:",
    "attention.adam_checked": "the program over {steps} steps against the weighted means of all "
    "gradients so far, weights that sum to 1: largest error {error}",
    "attention.adam_reading": "Both means start at 0 and would be too small at first; the two "
    "divisions correct this exactly, since the weights given to the gradients so far sum to "
    "the divisor. The first step has therefore size {eta}, whatever the size of the gradient.",
    "attention.task": "A task that needs attention: in a sequence of {T} tokens, one is marked, "
    "and every token has to return the content of the marked one. A token is a 1, a mark (0 "
    "or 1) and two numbers. Training takes {n} sequences and {epochs} epochs, from the "
    "initial parameters of the algorithm.",
    "attention.run_descent": "descent",
    "attention.run_adam": "Adam",
    "attention.run_blind": "equal weights",
    "attention.curves_description": "The loss per epoch on a logarithmic axis: gradient descent "
    "and Adam fall, descent with uniform weights stays high.",
    "attention.curves_caption": "Mean loss per sequence, evaluated with the equations as written.",
    "attention.run": "training",
    "attention.first_loss": "loss before",
    "attention.last_loss": "loss after",
    "attention.marked_share": "attention on the marked token",
    "attention.runs_caption": "Descent with {eta} = {rate}, Adam with {eta} = {adam}.",
    "attention.task_checked": "both learn the task: their loss is at most {error} of that with "
    "uniform weights",
    "attention.blind": "The third line is the control: with {Q} and {K} at 0 all weights are "
    "equal. Then {gradient} is 0 as well, for it has {K} in it through the keys, and the "
    "other likewise: descent never leaves this start. The gain is thus due to the weights "
    "alone.",
    "attention.blind_checked": "after training both matrices are still 0: largest entry {error}",
    "attention.learned_description": "Heat map of the attention weights after training: all rows "
    "look at the marked token.",
    "attention.learned_caption": "{A} after gradient descent, for the first sequence: {x} is the "
    "marked token.",
    "attention.positions_title": "where the order comes from: positional encodings",
    "attention.positions_opening": "The positions of the tokens stand in a vector {p}. They "
    "enter either once, as sinusoids added to the tokens (Vaswani et al., 2017), or in every "
    "layer, as rotations of queries and keys (Su et al., 2021). Open a line for all "
    "equations, forward and backward.",
    "attention.sinusoidal": "sinusoidal encoding, added to the tokens",
    "attention.sinusoidal_text": "Each entry of a token has its frequency; a phase of a quarter "
    "turn makes a cosine of a sine. The encoding has no parameters, so the gradients are "
    "those of attention with the sum in place of the tokens.",
    "attention.rotary": "rotary positions",
    "attention.rotary_text": "Queries and keys are cut in two halves; each pair of entries is a "
    "point of the plane, turned by an angle that grows with the position. On the way back "
    "the gradients are turned by the opposite angle: the signs of the sines change.",
    "attention.shift": "A text moved as a whole has {shifted} in place of {p}. Do the scores "
    "notice? The program derives them in {c}: if the derivative is the empty sum, for all "
    "sizes and values, only differences of positions matter.",
    "attention.scores": "scores",
    "attention.shift_derivative": "derivative in the shift",
    "attention.shift_zero": "0 on the equations: proved",
    "attention.shift_other": "not 0",
    "attention.differences_only": "differences only",
    "attention.case_encodings": "scalar products of two sinusoidal encodings",
    "attention.case_sinusoidal": "attention on tokens plus sinusoids",
    "attention.case_rotary": "attention with rotary positions",
    "attention.shift_reading": "The sinusoids alone know distances, since their products depend "
    "on differences only; but the projections and the tokens mixed in lose this. Rotations "
    "keep it for any weights: hence their use where texts are longer than those of the "
    "training.",
    "attention.variants_title": "heads, masks, and a whole transformer block",
    "attention.variants_opening": "Nothing new is needed to derive what follows: each variant "
    "changes one or two of the forward equations, and the same rules give the rest. Open a "
    "line for all equations, forward and backward.",
    "attention.variants_reading": "In all of them the softmax line is the same: a mask changes "
    "the weights, and with them its own gradient, but not the formula. Where several readers "
    "share a value (a group of heads its keys, the residual sums their input), their "
    "gradients are added.",
    "attention.variants_checked": "Every variant was derived as a whole. Checks: each gradient "
    "against central differences, each printed formula parsed again and evaluated, at two "
    "draws of sizes; on the right the largest deviation of a gradient.",
    "attention.variant_checked": "{checks} checks at {draws} draws of sizes; gradients against "
    "central differences: at most {error}",
    "attention.count_parameters": "parameters",
    "attention.count_steps": "steps derived",
    "attention.count_checks": "checks",
    "attention.same_lines": "{n} further lines are word for word those of plain attention:",
    "attention.forward_steps": "forward",
    "attention.backward_steps": "backward",
    "attention.multi_head": "multi-head attention",
    "attention.multi_head_text": "Several heads let a token look at several places at once. Each "
    "has projections of its own, and a matrix per head adds their outputs, which is the "
    "product of the joined outputs with the stacked matrices.",
    "attention.grouped": "grouped-query attention",
    "attention.grouped_text": "Each group of query heads shares one set of keys and values, "
    "which saves memory when a text is generated. The gradients of the shared keys and "
    "values are sums over the heads of the group.",
    "attention.cross": "cross-attention",
    "attention.cross_text": "The queries come from one sequence, the keys and values from "
    "another, of its own length and width, as in translation. The matrix of weights is "
    "rectangular.",
    "attention.causal_text": "A token may look at itself and at what came before. The softmax is "
    "taken over these places only: a domain of the sum, in place of scores of minus "
    "infinity, so that nothing undefined can arise.",
    "attention.padding": "padding mask",
    "attention.padding_text": "Sequences of different lengths are filled up; a mask with 0 at "
    "the filled places keeps them out of the softmax. It must leave one place at least, and "
    "the program refuses one that does not.",
    "attention.block": "transformer block",
    "attention.block_text": "A layer norm before each part, attention, two dense layers, and two "
    "residual sums. Each line of the norm has its name, so that its gradient is a line too; "
    "the keys have no bias, as was found above.",
}
