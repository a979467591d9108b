"""The schema of an exam sheet: one table of keys for each of the five kinds of question.

Law: this is the only place that says what a sheet may hold; the reader, `symnn solve --help` and
reports/SHEET.md take it from here. To add a kind: one `Table`, one line in `KINDS`, its `asks`.
"""

from __future__ import annotations

from symnn.report.exam.fields import (
    WORDS,
    Choice,
    Either,
    Flag,
    Key,
    Name,
    Named,
    Number,
    Several,
    Table,
    Text,
    Whole,
)

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "softplus", "softmax", "gelu")
ROLES = ("input", "target", "weights", "bias", "parameter", "constant")
FACTS = ("simplex", "onehot", "positive", "nonnegative", "symmetric", "pd")

SIZE = Either((Whole(), Name()))

POINTS = Table("points", {
    "data": Key(Several(Several(Number(), 1, 20), 2, 2000), "coordinates of each point"),
    "labels": Key(Several(Name(), 2, 2000), "the class of each point, two names"),
    "classes": Key(Named(WORDS), "what each class is called", False, {}),
    "own_data": Key(Flag(), "true where the points are the sheet's own choice", False, False),
    "comparison": Key(Table("comparison", {
        "data": Key(Several(Several(Number(), 1, 20), 2, 2000), "coordinates of each point"),
        "labels": Key(Several(Name(), 2, 2000), "the class of each point, two names"),
        "classes": Key(Named(WORDS), "what each class is called", False, {}),
        "title": Key(WORDS, "what this second set is"),
    }), "a second set of points, solved too", False),
})  # fmt: skip

TENSOR = Table("tensor", {
    "shape": Key(Several(SIZE, 0, 6), "sizes: numbers or names; [] for a scalar"),
    "role": Key(Choice(ROLES), "what the tensor is"),
    "latex": Key(Text(), "the printed symbol, such as \\hat{y} or W^{[1]}", False),
    "assume": Key(Several(Choice(FACTS), 0), "facts that hold for it", False, []),
})  # fmt: skip

EXAMPLE = Table("example", {
    "values": Key(Named(Either((Number(), Several(Either((Number(), Several(Number()))))))),
                  "small numbers for every tensor"),
    "rate": Key(Number(1e-9, 1e3), "the step size"),
})  # fmt: skip

TRAINING = Table("training", {
    "sizes": Key(Named(Whole(1, 10_000), least=0), "a number for every size"),
    "samples": Key(Whole(2, 100_000), "the number of examples N"),
    "epochs": Key(Whole(1, 10_000), "passes over the data"),
    "rates": Key(Several(Number(1e-9, 1e3), 1, 4), "step sizes to compare"),
    "noise": Key(Number(0, 1e3), "standard deviation of the noise on the targets", False, 0.3),
})  # fmt: skip

DERIVATION = Table("derivation", {
    "tensors": Key(Named(TENSOR), "inputs and parameters, by name"),
    "equations": Key(Several(Text(), 1, 500),
                     "index notation, in order: z[i] = sum(j: W[i,j]*x[j])"),
    "symbols": Key(Named(Text()), "printed symbols of the equations' left sides", False, {}),
    "activation": Key(Choice(ACTIVATIONS), "what sigma(...) in the equations is", False),
    "loss": Key(Name(), "the left side that is minimised"),
    "wrt": Key(Several(Name()), "the wanted gradients, in order"),
    "batch": Key(Flag(), "derive the mini-batch form as well", False, True),
    "example": Key(EXAMPLE, "one update by hand", False),
    "training": Key(TRAINING, "data for the training that the report runs", False),
})  # fmt: skip

LAYER = Table("layer", {
    "type": Key(Choice(("conv", "maxpool", "avgpool", "flatten", "dense")), "the layer's type"),
    "name": Key(Text(), "the name that the statement uses"),
    "filters": Key(SIZE, "output channels of a conv layer", False),
    "units": Key(SIZE, "outputs of a dense layer", False),
    "kernel": Key(SIZE, "side of the kernel or window", False),
    "stride": Key(SIZE, "step of the window", False, 1),
    "padding": Key(Either((Whole(0), Name())), "rows of zeros on each side", False, 0),
    "activation": Key(Choice(ACTIVATIONS), "what follows the layer", False, "identity"),
    "bias": Key(Flag(), "one bias per output channel or unit", False, True),
})  # fmt: skip

NETWORK = Table("network", {
    "input": Key(Table("input", {
        "height": Key(SIZE, "rows"), "width": Key(SIZE, "columns"),
        "channels": Key(SIZE, "channels"),
    }), "the input image"),
    "layers": Key(Several(LAYER, 1, 1000), "the layers in order"),
})  # fmt: skip

GENERATIVE = Table("generative", {
    "model": Key(Choice(("vae",)), "the generative model"),
    "observed": Key(SIZE, "entries of an observation"),
    "latent": Key(SIZE, "entries of the latent variable"),
    "prior": Key(Choice(("standard_normal",)), "p(z)"),
    "posterior": Key(Choice(("diagonal_normal",)), "q(z|x)"),
    "likelihood": Key(Choice(("bernoulli", "normal")), "p(x|z)"),
    "compare_with": Key(Choice(("autoencoder",)), "the model it is compared with", False),
})  # fmt: skip

ATTENTION = Table("attention", {
    "tokens": Key(SIZE, "number of tokens"),
    "width": Key(SIZE, "entries of a token"),
    "key_width": Key(SIZE, "entries of a query and of a key"),
    "value_width": Key(SIZE, "entries of a value", False),
    "heads": Key(Whole(1, 1024), "number of heads", False, 1),
    "masked": Key(Flag(), "only earlier tokens are read", False, False),
    "hidden": Key(Table("hidden", {
        "units": Key(SIZE, "outputs of the hidden layer"),
        "activation": Key(Choice(ACTIVATIONS), "what follows the layer"),
    }), "the layer after the attention", False),
})  # fmt: skip

KINDS = {
    "points": POINTS,
    "derivation": DERIVATION,
    "network": NETWORK,
    "generative": GENERATIVE,
    "attention": ATTENTION,
}
ASKS = {
    "points": ("design",),
    "derivation": ("forward", "gradients", "algorithm"),
    "network": ("diagram", "layer", "multiplications"),
    "generative": ("explain", "compare"),
    "attention": ("explain", "formalism", "forward"),
}

QUESTION = Table("question", {
    "number": Key(Text(), "as printed: 1, 2, a"),
    "text": Key(WORDS, "the question, in each language"),
    "asks": Key(Choice(tuple(dict.fromkeys(a for many in ASKS.values() for a in many))),
                "what is wanted"),
    "layers": Key(Several(Text()), "for asks = layer or multiplications: names of layers", False,
                  []),
})  # fmt: skip

EXERCISE = Table("exercise", {
    "number": Key(Whole(1, 999), "its number"),
    "marks": Key(Number(0, 1000), "marks for it", False),
    "title": Key(WORDS, "its title"),
    "kind": Key(Choice(tuple(KINDS)), "which of the five kinds it is"),
    "statement": Key(WORDS, "the statement, in each language"),
    "assumptions": Key(Several(WORDS, 0), "what the source leaves out, and what is assumed", False,
                       []),
    "questions": Key(Several(QUESTION, 1, 100), "the questions in order"),
    **{kind: Key(table, f"the data of kind = {kind}", False) for kind, table in KINDS.items()},
})  # fmt: skip

SHEET = Table("sheet", {
    "title": Key(WORDS, "the sheet's title"),
    "subtitle": Key(WORDS, "course, author, date", False),
    "exercises": Key(Several(EXERCISE, 1, 200), "the exercises in order"),
})  # fmt: skip


_OPENING = """\
# Exam sheets

`symnn solve SHEET.toml` reads a TOML file with these tables. An unknown key, a wrong type, a
missing key or a contradiction is refused with the exercise, the key and the line. Formulas are
text in index notation that symnn's own grammar reads; nothing of a sheet is executed. Texts are
shown as they are, with four marks: `$formula$`, `**strong**`, `*slanted*`, and `- ` for a list.

The smallest sheet:

```toml
title.fr = "Un exercice"
title.en = "An exercise"

[[exercises]]
number = 1
kind = "derivation"
title.fr = "Perte quadratique"
statement.fr = "Dérivez la perte."

[[exercises.questions]]
number = "1"
asks = "gradients"
text.fr = "Donnez le gradient."

[exercises.derivation]
equations = ["L = sum(i: (u[i] - y[i])^2)"]
loss = "L"
wrt = ["u"]
tensors.u = { shape = ["n"], role = "parameter" }
tensors.y = { shape = ["n"], role = "target" }
```

Five kinds of exercise, each with a table of its own name and its questions:

"""


def sheet_page() -> str:
    """The page reports/SHEET.md: an example, the kinds, every table with its keys."""
    kinds = "\n".join(f"- `{kind}`: questions ask for {', '.join(a)}" for kind, a in ASKS.items())
    return f"{_OPENING}{kinds}\n\n{schema_text()}"


def schema_text() -> str:
    """The schema as a page of Markdown: every table with its keys.

    >>> "| `loss` |" in schema_text()
    True
    """
    tables = [SHEET, EXERCISE, QUESTION, *KINDS.values(), TENSOR, EXAMPLE, TRAINING, LAYER]
    return "\n".join(_table_text(t) for t in tables)


def _table_text(table: Table) -> str:
    rows = [
        f"| `{name}` | {'yes' if key.required else 'no'} | {key.help} | {key.kind.expected} |"
        for name, key in table.keys.items()
    ]
    head = f"## {table.name}\n\n| key | required | meaning | value |\n|---|---|---|---|\n"
    return head + "\n".join(rows) + "\n"
