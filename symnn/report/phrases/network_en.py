"""English phrases of exercise 3; the same keys as `phrases_network_fr` (a test says so)."""

PHRASES = {
    "network.diagram_title": "the diagram",
    "network.diagram_caption": "The network to scale: one sheet per channel, one bar per vector "
    "(the length of a bar is not to scale). Ochre window: what a filter reads for the marked "
    "value; plum window: max-pooling. Below, in blue, the shape, and the number of values.",
    "network.layers_title": "output sizes and parameters",
    "network.rule": "rule",
    "network.formula": "formula",
    "network.letters": "{n}: side of the input, {p}: padding, {k}: side of the filter, {s}: "
    "stride, {c}: channels of the input, which is the depth of a filter, {m}: filters, {o}: side "
    "of the output.",
    "network.question": "question",
    "network.layer": "layer",
    "network.size": "side",
    "network.output": "output",
    "network.parameters": "parameters",
    "network.multiplications": "multiplications",
    "network.value_of_k": "value of k",
    "network.table": "Table {n}.",
    "network.table_caption": "Every layer with the rules above, numbers put in; the first column "
    "is the number of the question. Max-pooling and flattening learn nothing and do not multiply.",
    "network.total": "total",
    "network.without_bias": "Without biases: {count} parameters.",
    "network.multiplications_title": "multiplications",
    "network.per_image": "multiplications per image",
    "network.convention": "convention",
    "network.count": "count",
    "network.unit": "unit",
    "network.conventions": "What is counted decides the number; {layer} in each convention:",
    "network.totals": "The whole network: {macs} multiplications per image with the padding zeros, "
    "{inside} without them; {flops} FLOPs.",
    "network.beyond_title": "beyond the question",
    "network.shares_caption": "Where the parameters are, and where the multiplications are done. "
    "{parameters}; {multiplications}.",
    "network.memory": "Memory",
    "network.fields_caption": "Receptive field: how much of the image one value of the layer "
    "depends on, and how many pixels apart neighbours look; memory that the layer keeps for the "
    "backward pass, in bytes; multiplications of the backward pass.",
    "network.field": "receptive field",
    "network.jump": "step",
    "network.kept": "kept",
    "network.backward_products": "backward",
    "network.pixels": "{height} × {width} pixels",
    "network.whole": "the whole image",
    "network.symbolic": "the side of the image left open",
    "network.symbolic_opening": "The same network on an image of {n} × {n} pixels; it holds as "
    "long as every side is at least 1.",
    "network.sizes_caption": "The two totals for some sides {n}.",
    "network.failed": "The counts disagree: {reason}",
    "network.summary": "{parameters} parameters, {macs} multiplications per image",
}
