"""English phrases; see phrases.py for the law."""
# ruff: noqa: E501  (one phrase, one string: easier to compare across languages)

ENGLISH = {
    # nouns by dimension: 1, 2, more
    "border_1": "threshold",
    "border_2": "line",
    "border_3": "hyperplane",
    "borders_1": "thresholds",
    "borders_2": "lines",
    "borders_3": "hyperplanes",
    "no_border_1": "no threshold",
    "no_border_2": "no line",
    "no_border_3": "no hyperplane",
    "a_border_1": "a threshold",
    "a_border_2": "a line",
    "a_border_3": "a hyperplane",
    "halves_1": "half-lines",
    "halves_2": "half-planes",
    "halves_3": "half-spaces",
    "the_half_1": "the half-line",
    "the_half_2": "the half-plane",
    "the_half_3": "the half-space",
    # status
    "proved_one": "1 hidden unit: minimal, proved.",
    "proved_many": "{count} hidden units: minimal, proved.",
    "open": "{count} hidden units: a valid network; the minimum lies between {lower} and {upper}.",
    "interrupted": " Interrupted: this is the best network so far.",
    # output unit
    "reading_single": "Class '{name}' is {half} of h1.",
    "reading_and": "AND: class '{name}' lies inside all {count} {halves}.",
    "reading_or": "OR: class '{name}' lies in at least one of the {count} {halves}.",
    "reading_band": "AND of two parallel {halves}: class '{name}' is a band.",
    "reading_atleast": "Class '{name}' lies in at least {need} of the {count} {halves}.",
    "reading_parity": "Stripes: along the common direction the class changes at each of the {count} {borders}.",
    "reading_cases": "Class '{name}' when {cases}.",
    "reading_plain": "A weighted vote of {count} {halves}.",
    "reading_xor": " On the codes that occur it is the XOR of h1 and h2, or its complement.",
    "and": " and ",
    "or": ", or ",
    # proof
    "proof_one": "A hidden layer has at least one unit, and {a_border} separates the classes.",
    "proof_radon": "One unit is not enough: the point ({point}) lies in the convex hulls of both classes, "
    "{ones} = {zeros}. With the classes on either side, {a_border} would have it on both.",
    "proof_packing": "At least {lower}: take {count} pairs of opposite points{weighted}: {listed}. Each pair "
    "needs {a_border} between its points, and {no_border} passes between more than {most} of "
    "{total} (counted over all {dichotomies} linear dichotomies). So k ≥ {total}/{most}, that "
    "is k ≥ {lower}.",
    "proof_listed": "listed in the JSON output",
    "proof_weighted": " of total weight {total}",
    "proof_search": "At least {lower}: all sets of {size} {borders} were examined. The {dichotomies} linear "
    "dichotomies of the points were enumerated exactly; each of the {sets} sets of at most "
    "{size} leaves a certificate unbroken: multipliers that balance the classes, so that no "
    "output weights can separate them. {certificates} certificates suffice for all sets, "
    "{pairs} of them pairs of opposite points. Branches searched: {nodes}; sets judged by an "
    "exact program: {judged}.",
    "proof_open": "Not settled: whether {lower} to {below} units can do.",
    # tables and checks
    "truth_table": "Truth table of the hidden codes that occur",
    "output_value": "output value",
    "points_of_region": "points",
    "points_counted": "{count} × {name}",
    "checked": "Checked: {count} of {count} points in exact arithmetic; no point lies on a line, least "
    "distance {distance}.",
    # pictures
    "picture_title": "Points, {borders} and regions",
    "network_title": "The network",
    "picture_words": "Points of two classes; {count} {borders}, arrows towards the positive side; the region of "
    "class '{name}' is tinted.",
    "network_words": "Network with {inputs} inputs, {count} hidden units and one output.",
    "no_picture": "There is a picture in one and two dimensions only; these points have {count}.",
    "no_picture_scale": "No picture: the points are too near one another for the size of their coordinates.",
    # section
    "class_star": "star",
    "class_circle": "circle",
    "name_sigmoid": "Sigmoid",
    "name_tanh": "Tanh",
    "not_given": "The figure with the points is not in the text of the exam. The points below are an "
    "example of our own; put yours in a CSV file to have them solved instead.",
    "graph": "The graph meant, since Figure (b) is missing too: {inputs} inputs, one layer of {count} threshold units, one threshold output; every input is joined to every unit and every unit to the output, with a bias each, and no edge skips the layer.",
    "convention": "A threshold unit is 1 where w·x + b > 0 and 0 elsewhere; no point lies on a {border}, so "
    "the value at 0 does not matter.",
    "bias_folded": "Bias folded in: with x̃ = (x, 1) and h̃ = (h, 1) the biases are the last column.",
    "sigmoid": "{name} units: the {points} points stay right for every steepness β > {bound}, because "
    "|h − step| ≤ 1/(1 + e^(β|z|)) moves the output value by less than its margin. Run with "
    "β = {used}: {right} of {points} right. Measured: right from β ≈ {measured} on.",
    "sigmoid_any": "{name} units: the {points} points stay right for every steepness β > 0. Run with β = {used}: "
    "{right} of {points} right.",
    "relu_plain": "ReLU units: {count}, one per {border}, and new output weights: {right} of {points} right "
    "in exact arithmetic (not claimed minimal).",
    "relu_ramp": "ReLU units: {count}, two per {border}: relu((z+m)/2m) − relu((z−m)/2m) is exactly the "
    "step when |z| ≥ m; {right} of {points} right (not claimed minimal).",
    "skip_proved": "With skip connections (the output also reads x), hidden units: {count}, minimal, proved by "
    "the same search; {right} of {points} right.",
    "skip_open": "With skip connections (the output also reads x), hidden units: {count}; fewer not excluded "
    "here.",
    "existence": "It always works: some direction u gives all N points different values u·x. Sort them; put "
    "one unit [u·x > t] in each gap where the class changes; output weights +1, −1, +1, ... "
    "add up to the class. At most N − 1 units. Here u = ({direction}) needs {count}.",
    "training": "Gradient descent on the same network with sigmoid units, full batch, {epochs} epochs: "
    "{success} of {restarts} random starts classify every point; the best reaches {right} of "
    "{points}, loss {loss}.",
    "training_figure": "Loss of each start",
    "epoch": "epoch",
    "loss": "loss",
    # command line
    "stage_stripes": "stripes",
    "stage_one_line": "one line",
    "stage_dichotomies": "dichotomies",
    "stage_packing": "packing bound",
    "stage_greedy": "greedy choice",
    "stage_search": "exhaustive search",
    "stage_preference": "wide gaps",
    "cli_help": "smallest one-hidden-layer classifier of labelled points, with its proof",
    "progress": "{stage}: between {lower} and {upper} hidden units",
    "written": "written: {path}",
}
