"""Gradient descent as one algorithm tree, made from the derived equations of a model.

Nothing is typed in: the forward lines are the program's bindings, the backward lines the
cotangents that the wanted gradients read, in the order in which reverse mode found them; the
update lines are `theta - eta * gradient`. The same tree prints as pseudocode and as NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symnn.core.errors import UnsupportedError
from symnn.core.node import Leaf, Node
from symnn.derivation.backward import Cotangent
from symnn.derivation.definitions import Binding, direct_leaves
from symnn.notation import tree as t
from symnn.notation.layout import style
from symnn.notation.matrix import matrix_form
from symnn.notation.pseudocode import Algorithm, Assign, Draw, For, Return, Statement
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.model import DATA, Model
from symnn.report.words import Words

ETA = t.Sym("eta")
EPOCHS = t.Sym("E")
DATASET = t.Sym("D", font="cal")
BATCHES = t.Sym("B", font="cal")
EPOCH_LETTER = t.Index("e")


@dataclass(frozen=True)
class Origin:
    """Which part of the derivation a statement comes from."""

    kind: str  # "forward", "backward", "update"
    leaf: Leaf


@dataclass(frozen=True)
class Descent:
    """The algorithm of a model.

    Attributes:
        algorithm: with initialisation and loops.
        epoch: one pass over the data, from given parameters.
        ranks: the rank of every symbol, data first.
        origins: what each statement of the inner loop comes from.
        sizes: symbols of the sizes that the initialisation needs.
    """

    algorithm: Algorithm
    epoch: Algorithm
    ranks: dict[t.Sym, int]
    origins: tuple[Origin, ...]
    sizes: tuple[t.Sym, ...]
    parameters: tuple[t.Sym, ...]


def make_descent(model: Model, words: Words, *, batch: bool = False) -> Descent:
    """The descent of a model, per example or per mini-batch."""
    declared = {x.call.port for x in model.tensors.values()}
    for w in model.wrt:
        if w.call.port not in declared:
            raise UnsupportedError(
                f"no descent in {w.name}, which is a value and no parameter\n"
                "  fix: leave it out of wrt to have the algorithm"
            )
    inner, origins = _inner(model)
    data = tuple(
        _symbol(model, model.tensors[n].call.port) for n in model.tensors if model.role(n) in DATA
    )
    source = BATCHES if batch else DATASET
    wanted = [w.call.port for w in model.wrt]
    parameters = tuple(_symbol(model, leaf) for leaf in _written_order(model, wanted))
    over = For(data, tuple(inner), source=source, comment="")
    start = _start(model, wanted)
    loop = For((EPOCH_LETTER,), (over,), upper=EPOCHS)
    title = words.title("report.descent_batch" if batch else "report.descent_sample")
    inputs = (source, t.Relation(">", ETA, t.Num(0)), EPOCHS)
    whole = Algorithm(title, inputs, (*start, loop, Return(parameters)))
    one = Algorithm(title, inputs, (over, Return(parameters)))
    ranks = _ranks(model, data)
    sizes = tuple(
        dict.fromkeys(s for leaf in wanted for s in map(size_tree, leaf.sizes) if _is_symbol(s))
    )
    return Descent(whole, one, ranks, tuple(origins), sizes, parameters)


def _is_symbol(tree: Tree) -> bool:
    return isinstance(tree, t.Sym)


def _written_order(model: Model, wanted: list[Leaf]) -> list[Leaf]:
    """Parameters in the order in which the sheet declares them."""
    declared = [x.call.port for x in model.tensors.values()]
    return sorted(
        wanted, key=lambda leaf: declared.index(leaf) if leaf in declared else len(declared)
    )


def _symbol(model: Model, leaf: Leaf) -> t.Sym:
    tree = model.names(leaf)
    assert isinstance(tree, t.Sym)
    return tree


def _start(model: Model, wanted: list[Leaf]) -> list[Statement]:
    """Small random numbers for matrices, zeros for vectors and scalars."""
    found: list[Statement] = []
    for leaf in _written_order(model, wanted):
        sizes = tuple(size_tree(s) for s in leaf.sizes)
        symbol = _symbol(model, leaf)
        found.append(Draw(symbol, sizes) if leaf.rank > 1 else Assign(symbol, t.Zeros(sizes)))
    return found


def _inner(model: Model) -> tuple[list[Statement], list[Origin]]:
    """Forward lines, backward lines, updates: what the gradients need and nothing else."""
    d = model.derivation
    wanted = [w.call.port for w in model.wrt]
    gradients = {leaf: d.cotangents[leaf] for leaf in wanted}
    backward = _needed_cotangents(model, gradients.values())
    reads = [c.value for c in [*backward, *gradients.values()]]
    forward = _needed_bindings(model, reads)
    lines: list[Statement] = []
    origins: list[Origin] = []
    for b, target, value in _merged(forward, reads):
        lines.append(Assign(model.names(target), _tree(model, value)))
        origins.append(Origin("forward", b.leaf))
    for c in backward:
        lines.append(Assign(model.names.gradient(c.target), _tree(model, c.value)))
        origins.append(Origin("backward", c.target))
    for leaf in _written_order(model, wanted):
        step = _scaled(_tree(model, gradients[leaf].value))
        symbol = model.names(leaf)
        lines.append(Assign(symbol, t.Add((symbol, t.Neg(step)))))
        origins.append(Origin("update", leaf))
    return lines, origins


def _scaled(tree: Tree) -> Tree:
    factors = tree.factors if isinstance(tree, t.Mul) else (tree,)
    return t.Mul((ETA, *factors))


def _tree(model: Model, node: Node) -> Tree:
    return matrix_form(node, model.names).tree


def _needed_cotangents(model: Model, gradients: Iterable[Cotangent]) -> list[Cotangent]:
    d = model.derivation
    by_port = {c.call.port: c for c in d.cotangents.values() if c.call is not None}
    needed: set[Leaf] = set()
    waiting = [x for g in gradients for x in direct_leaves(g.value)]
    while waiting:
        leaf = waiting.pop()
        if leaf in by_port and leaf not in needed:
            needed.add(leaf)
            waiting += direct_leaves(by_port[leaf].value)
    return [c for port, c in by_port.items() if port in needed]


def _needed_bindings(model: Model, reads: list[Node]) -> list[Binding]:
    by_leaf = model.derivation.program.by_leaf
    needed: set[Leaf] = set()
    waiting = [x for node in reads for x in direct_leaves(node)]
    while waiting:
        leaf = waiting.pop()
        if leaf in by_leaf and leaf not in needed:
            needed.add(leaf)
            waiting += direct_leaves(by_leaf[leaf].definition)
    return [b for b in model.derivation.program.bindings if b.leaf in needed]


def _merged(forward: list[Binding], reads: list[Node]) -> list[tuple[Binding, Leaf, Node]]:
    """Forward lines; a value that only an alias reads is written under the alias' name."""
    direct = {x for node in reads for x in direct_leaves(node)}
    used = {x for b in forward for x in direct_leaves(b.definition) if not _alias(b)}
    lines: list[tuple[Binding, Leaf, Node]] = []
    renamed: dict[Leaf, Binding] = {
        b.definition: b for b in forward
        if isinstance(b.definition, Leaf) and b.definition not in direct | used
    }  # fmt: skip
    for b in forward:
        if b.leaf in renamed:
            lines.append((renamed[b.leaf], renamed[b.leaf].leaf, b.definition))
        elif b.definition not in renamed:
            lines.append((b, b.leaf, b.definition))
    return lines


def _alias(b: Binding) -> bool:
    return isinstance(b.definition, Leaf)


def _ranks(model: Model, data: tuple[t.Sym, ...]) -> dict[t.Sym, int]:
    d = model.derivation
    leaves = [c.port for c in d.program.inputs] + [b.leaf for b in d.program.bindings]
    ranks: dict[t.Sym, int] = dict.fromkeys((*data, ETA, EPOCHS, DATASET, BATCHES), 0)
    for leaf in leaves:
        ranks[_symbol(model, leaf)] = leaf.rank
        gradient = model.names.gradient(leaf)
        if isinstance(gradient, t.Sym):
            ranks[gradient] = leaf.rank
        for size in map(size_tree, leaf.sizes):
            if isinstance(size, t.Sym):
                ranks.setdefault(size, 0)
    return ranks


def styled(algorithm: Algorithm, ranks: dict[t.Sym, int]) -> Algorithm:
    """The algorithm with bold vectors and matrices."""

    def dress(s: Statement) -> Statement:
        match s:
            case Assign(target, value, _):
                return replace(s, target=style(target, ranks), value=style(value, ranks))
            case Draw(target, _, _):
                return replace(s, target=style(target, ranks))
            case For():
                variables = tuple(style(v, ranks) for v in s.variables)
                return replace(s, variables=variables, body=tuple(map(dress, s.body)))
            case Return(items, _):
                return replace(s, items=tuple(style(i, ranks) for i in items))
        return s

    return replace(algorithm, body=tuple(map(dress, algorithm.body)))
