"""Names of normalised values: x̂ and σ of layer, batch, group and RMS norm, also in unnamed code.

`(x - mean(x)) / sqrt(var(x) + ε)` inside a definition becomes x̂, with its σ before it. x̂ is
differentiated whole, so its gradient has the three terms of the literature; it is shown over σ.
Law: opening the names gives the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symnn.calculus.build import rebuild
from symnn.calculus.centring import NAME
from symnn.calculus.facts import STRUCTURE, is_off
from symnn.calculus.normal import make_sum
from symnn.calculus.normalised import HALF, Normalised, normalisations, product
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.scalars import Scalar, mul, power
from symnn.core.walk import topological
from symnn.derivation.auto_names import free_name
from symnn.derivation.definitions import Binding, call_of, direct_leaves
from symnn.derivation.grouped_values import is_grouped, joined, over_digits, read_joined
from symnn.lang.call import Call


def name_normalised(bindings: list[Binding], taken: set[str]) -> list[Binding]:
    """The bindings with normalised values named; x̂ and σ stand before their first reader."""
    if is_off(NAME):
        return bindings
    work = _Names(taken)
    result: list[Binding] = []
    for b in bindings:
        result += work.named(b)
    return result


@dataclass
class _Names:
    """What has been named so far.

    Attributes:
        taken: names in use.
        known: by (x, the indices averaged, σ²), x̂ and the order of its axes.
        roots: named roots, by their leaf: what is under the root, over the leaf's axes.
        replaced: names of the values that are normalised.
    groups: names of values over groups: the value that each is, and the indices it is read by.
    """

    taken: set[str]
    known: dict[Node, Leaf] = field(default_factory=dict)
    roots: dict[Leaf, Node] = field(default_factory=dict)
    replaced: dict[Node, Node] = field(default_factory=dict)
    groups: dict[Node, tuple[Factor, tuple[Index, ...]]] = field(default_factory=dict)

    def named(self, b: Binding) -> list[Binding]:
        """The new bindings that a definition needs, then it."""
        made: list[Binding] = []
        known = dict(self.replaced)
        for n in topological([b.definition], lambda m: () if m in known else m.children()):
            if n in known:
                continue
            node = rebuild(n, known, STRUCTURE)
            whole = n is b.definition and b.call.name is not None
            if isinstance(node, Sum):
                found = self._whole(node, made) if whole else None
                if found is not None:
                    return [*made, replace(b, definition=found[0], shown=found[1])]
                node = self._rewritten(node, made)
            known[n] = node
        root = _root_of(known[b.definition])
        if root is not None:
            self.roots[b.leaf] = root
        return [*made, replace(b, definition=known[b.definition])]

    def _found(self, term: Term) -> Iterator[Normalised]:
        return normalisations(term, self._opened)

    def _opened(self, f: Factor) -> Factor:
        """`σ^-1` as `(σ²)^(-1/2)` where σ is a named root."""
        under = self.roots.get(f.node) if isinstance(f.node, Leaf) else None
        return f if under is None else Factor(under, f.pos, mul(f.power, HALF))

    def _whole(self, node: Sum, made: list[Binding]) -> tuple[Node, Node] | None:
        """(definition, what is shown) where the sum is a normalised value and nothing else."""
        if len(node.terms) != 1 or len(node.terms[0].factors) != 2:
            return None
        (term,) = node.terms
        for n in self._found(term):
            if mul(term.coef, n.scale) == 1 and all(p.bare for p in n.top.pos):
                value = self._value(n, made)
                places = {i: p.bare for i, p in zip(n.own, n.top.pos, strict=True)}
                own = tuple(i for i in n.own)
                order = tuple(own[[places[i] for i in own].index(j)] for j in node.indices)
                return self._definition(n, value, order), self._shown(n, value, order, made)
        return None

    def _rewritten(self, node: Sum, made: list[Binding]) -> Node:
        """The sum with every normalised value in its terms read by name."""
        terms = [self._read(t, made) for t in node.terms]
        if all(a is b for a, b in zip(terms, node.terms, strict=True)):
            return node
        return make_sum(node.indices, terms, STRUCTURE)

    def _read(self, term: Term, made: list[Binding]) -> Term:
        for n in self._found(term):
            value = self._value(n, made)
            order = _natural(n)
            definition = self._definition(n, value, order)
            leaf = self.known.get(definition)
            if leaf is None:
                shown = self._shown(n, value, order, made)
                base = f"{value.node.name}_hat"  # type: ignore[attr-defined]
                leaf = self._bind(definition, base, made, shown).leaf
                self.known[definition] = leaf
            at = dict(zip(n.own, n.top.pos, strict=True))
            rest = tuple(f for f in term.factors if f is not n.top and f is not n.below)
            read = Factor(leaf, tuple(at[i] for i in order))
            found = Term(mul(term.coef, n.scale), term.bound, (*rest, read))
            if value.node in self.groups:
                found = self._read_whole(found, read, order, n, value.node, made)
            return self._read(found, made)
        return term

    def _read_whole(
        self, term: Term, read: Factor, order: tuple[Index, ...], n: Normalised, group: Node,
        made: list[Binding],
    ) -> Term:  # fmt: skip
        """A normalised value over groups, read by the axes of the value where brackets join."""
        value, own = self.groups[group]
        places = dict(zip(n.own, own, strict=True))
        at = {places[i]: p for i, p in zip(n.own, n.top.pos, strict=True)}
        found = read_joined(term, read, at, value)
        if found is None:
            return term
        assert isinstance(read.node, Leaf)
        whole = joined(read.node, [places[i] for i in order], value)
        if whole not in self.known:
            self.known[whole] = self._bind(whole, f"{value.node.name}_hat", made).leaf  # type: ignore[attr-defined]
        bound, rest, pos = found
        return Term(term.coef, bound, (*rest, Factor(self.known[whole], pos)))

    def _value(self, n: Normalised, made: list[Binding]) -> Factor:
        """The normalised value by its name."""
        value = n.value
        if not isinstance(value.node, Leaf):
            if value.node not in self.replaced:
                name = "U" if value.node.rank > 1 else "u"
                self.replaced[value.node] = self._bind(value.node, name, made).leaf
            value = Factor(self.replaced[value.node], value.pos, value.power)
        return self._by_groups(n, value, made) if is_grouped(value, n.own) else value

    def _by_groups(self, n: Normalised, value: Factor, made: list[Binding]) -> Factor:
        """The value over its digits, by a name of its own."""
        node = over_digits(value, n.own)
        if node not in self.known:
            base = f"{value.node.name}_g"  # type: ignore[attr-defined]
            self.known[node] = self._bind(node, base, made).leaf
            self.groups[self.known[node]] = value, n.own
        return Factor(self.known[node], tuple(i.pos for i in n.own))

    def _top(self, n: Normalised, value: Factor) -> Node:
        """The value, or the value without its mean, over the axes of `own`."""
        if not n.centred:
            return make_sum(n.own, [Term(1, (), (value,))], STRUCTURE)
        gone = {n.own[k]: n.own[k].fresh() for k in n.axes}
        at = {i: j.pos for i, j in gone.items()}
        count = power(_count(n), -1)
        mean = Factor(value.node, tuple(p.substitute(at) for p in value.pos), value.power)
        terms = [Term(1, (), (value,)), Term(mul(-1, count), tuple(gone.values()), (mean,))]
        return make_sum(n.own, terms, STRUCTURE)

    def _under(self, n: Normalised, value: Factor) -> Node:
        """The variance over the kept indices, in terms of the name of x."""
        gone = tuple(n.own[k] for k in n.axes)
        square = Factor(self._top(n, value), tuple(i.pos for i in n.own), 2)
        plain = [t for t in n.variance if not any(f.node is n.top.node for f in t.factors)]
        mean = Term(power(_count(n), -1), gone, (square,))
        return make_sum(n.kept, [*plain, mean], STRUCTURE)

    def _definition(self, n: Normalised, value: Factor, order: tuple[Index, ...]) -> Node:
        below = Factor(self._under(n, value), tuple(i.pos for i in n.kept), -HALF)
        top = Factor(self._top(n, value), tuple(i.pos for i in n.own))
        return make_sum(order, [Term(1, (), (top, below))], STRUCTURE)

    def _shown(
        self, n: Normalised, value: Factor, order: tuple[Index, ...], made: list[Binding]
    ) -> Node:
        """The quotient over σ, which is named here if it has no name yet."""
        kept = tuple(i for i in order if i in n.kept)
        under = Factor(self._under(n, value), tuple(i.pos for i in n.kept), HALF)
        root = make_sum(kept, [Term(1, (), (under,))], STRUCTURE)
        sigma = self._sigma(n, root, made)
        top = Factor(self._top(n, value), tuple(i.pos for i in n.own))
        below = Factor(sigma, tuple(i.pos for i in kept), -1)
        return make_sum(order, [Term(1, (), (top, below))], STRUCTURE)

    def _sigma(self, n: Normalised, root: Node, made: list[Binding]) -> Leaf:
        if isinstance(n.below.node, Leaf):
            return n.below.node
        if root not in self.known:
            self.known[root] = self._bind(root, "sigma" if n.centred else "r", made, root).leaf
        return self.known[root]

    def _bind(
        self, definition: Node, base: str, made: list[Binding], shown: Node | None = None
    ) -> Binding:
        name = free_name(base, self.taken)
        self.taken.add(name)
        args = [call for call in map(call_of, direct_leaves(definition)) if call is not None]
        call = Call("auto normalised", args, definition, name=name)
        made.append(Binding(call, definition, auto=True, name=name, shown=shown))
        return made[-1]


def _count(n: Normalised) -> Scalar:
    return product(n.own[k].size for k in n.axes)


def _natural(n: Normalised) -> tuple[Index, ...]:
    """The indices in the order in which x is read by them."""
    seen = dict.fromkeys(i for p in n.value.pos for i in p.indices())
    return tuple(seen) if len(seen) == len(n.own) else n.own


def _root_of(node: Node) -> Node | None:
    """What is under the root that a node is, over the node's axes."""
    if not isinstance(node, Sum) or len(node.terms) != 1 or node.terms[0].coef != 1:
        return None
    (term,) = node.terms
    if len(term.factors) != 1 or term.bound or not isinstance(term.factors[0].power, Fraction):
        return None
    (f,) = term.factors
    if f.power != HALF or not isinstance(f.node, Sum):
        return None
    return make_sum(node.indices, [Term(1, (), (Factor(f.node, f.pos),))], STRUCTURE)


def normalised_rule(b: Binding) -> str:
    """The phrase key of the derivative of a normalised value."""
    centred = any(f.startswith("sums to 0 along") for f in b.leaf.facts)
    return "rule.mean_centring" if centred else "rule.normalisation"
