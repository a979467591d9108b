"""Documents with every kind of block, for the printers."""

from __future__ import annotations

from symnn.notation import tree as t
from symnn.report.printing import document as doc
from symnn.report.printing.document import Document, formula

HOSTILE = [
    "plain $ # _ \\ % & ~ ^ { } < > @ [ ] * \" ' ` = / - + | end",
    "#eval(\"1\") #read('/etc/passwd') $x$ *b* _i_ @ref <lab> // c /* d */ \\u{41}",
    "\\input{/etc/passwd} \\write18{ls} \\end{document} \\def\\x{} % gone ^^41",
    "<script>alert(1)</script> ]]> --> <!-- &amp; </style> ```\n~~~ [a](b) ![c](d) | e",
    "accents é œ Œ « » “ ” – — … ′ − × · ≤ ≥ ∈ → ⁻¹⁰ h₁ β σ ε Δ ✓ ✗ ○ ▷ x̃ ŷ "
    "1\u202f000\u00a0: ∞ ½ €",
    "strange 漢字 עברית 🙂 \u200b\x07\ue000 ﬁ",
]
SVG = (
    '<div class="on-wide"><svg xmlns="http://www.w3.org/2000/svg" width="900" height="40">'
    '<rect width="900" height="40" style="fill:var(--blue)"/></svg></div>'
    '<div class="on-narrow"><svg xmlns="http://www.w3.org/2000/svg" width="9" height="4">'
    "</svg></div>"
)


def relation(name: str, *values: t.Tree) -> doc.Formula:
    return formula(t.Chain((t.Sym(name), *values)), "en")


def long_sum(count: int) -> t.Tree:
    """A sum of so many terms that no line holds it."""
    return t.Add(
        tuple(t.Mul((t.Sym("a", sub=str(k)), t.Sym("x", sub=str(k)))) for k in range(count))
    )


def every_block(text: str, lang: str = "en") -> Document:
    """A document in which the text stands at every place that takes text."""
    x = relation("x", t.Sym("y"))
    runs: doc.Runs = (
        text, doc.Strong(text), doc.Emphasis(text), doc.Source(text), doc.Ref("eq1", text),
        doc.Ref("nowhere", text), x, ".",
    )  # fmt: skip
    note = doc.Note(text, runs)
    badges = [doc.Badge(s, text, ((text, text),)) for s in ("verified", "failed", "unchecked")]
    long = relation("z", long_sum(30), long_sum(3))
    detail = doc.StepLine("eq1a", "1a", long, None, words=runs, rule=text, reasons=runs)
    lines = (
        doc.StepLine("eq1", "1", x, x, shape=x, checked=True, rule=text, details=(detail,)),
        doc.StepLine("eq2", "", long, long, rule=text, reasons=runs),
        doc.StepLine("eq3", "3", None, None, words=runs, checked=True),
    )
    quoted = (doc.Paragraph(runs), doc.Paragraph((long,), display=True))
    code = doc.AlgorithmLine(2, runs, runs)
    blocks: tuple[doc.Block, ...] = (
        doc.Paragraph(runs), doc.Paragraph(runs, bullet=True),
        doc.Paragraph((x, " ", long), display=True), doc.Paragraph(runs, display=True),
        doc.Statement(text, quoted, (note,), lang),
        doc.Given(text, (doc.Row(x, x, text, "parameter"), doc.Row(x, x, text, text)), (note,)),
        doc.Steps((text, text, text), lines, text, text),
        doc.Answer("an1", text, x, space=x, number="4", badge=badges[0]),
        doc.Answer("an2", text, None, runs), doc.Answer("an3", text, long, number="5"),
        doc.Answer("an4", text, None, (x, " ", long), badge=badges[1]),
        doc.AlgorithmBlock("al1", text, text, runs, (code, code), text, text, text, badges[2]),
        doc.Figure("fi1", SVG, text, runs, wide=True), note, doc.Figure("fi2", SVG, text, runs),
        doc.Table((text, x), ((runs, (x,)), (("1",), (long,))), text, runs),
        doc.Table((text,) * 9, (((x,),) * 9,), "", (), wide=True),
        doc.Fold(text, (doc.Paragraph(runs), badges[0]), opened=True),
        doc.Fold(text, (doc.Paragraph(runs), note)), *badges, doc.Note("", runs),
    )  # fmt: skip
    section = doc.Section("s1", text, text, blocks)
    part = doc.Part("p1", text, text, text, text, (doc.Paragraph(runs),), (section,))
    words = {"contents": text, "symbol": text, "shape": text, "role": text, "verified": text}
    return Document(lang, text, text, (part,), words)
