"""The expressions: immutable, interned nodes in index notation.

`Sum` carries almost everything: terms `coefficient * product of factors`, every index that is not
an output index is summed. A *factor* reads a node at positions, to a power; the brackets
`[position = 0]` and `[position >= 0]` are factors of the pseudo-nodes EQ and GE. The other kinds
are few and closed (DESIGN, section 1). Nodes are hash-consed by a canonical key, so equal terms
are one object whatever their index names: compare with `is`.

Build sums through `symnn.calculus.normal.make_sum`, which keeps the normal form.
"""

from __future__ import annotations

import itertools
import weakref
from functools import reduce
from typing import Any, TypeVar

from symnn.core.function import Function
from symnn.core.index import Affine, Index, Read, affine_key
from symnn.core.scalars import Scalar, mul, scalar_id

_UIDS = itertools.count(2)
_TABLE: weakref.WeakValueDictionary[Any, Node] = weakref.WeakValueDictionary()


class Node:
    """Base of all expressions. `sizes` are the axis sizes, `uid` the order of creation."""

    __slots__ = ("__weakref__", "below", "cache", "key", "sizes", "uid")

    sizes: tuple[Scalar, ...]
    below: Scalar | None
    cache: dict[Any, Any]

    def _init(self, sizes: tuple[Scalar, ...], key: Any) -> None:
        self.uid = next(_UIDS)
        self.sizes = sizes
        self.key = key
        self.below = None
        self.cache = {}

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.sizes)

    def children(self) -> tuple[Node, ...]:
        """The nodes that this one reads, in order, with repetitions removed."""
        return ()


N = TypeVar("N", bound=Node)


class Bracket(Node):
    """A pseudo-node: `[position = 0]` (EQ) or `[position >= 0]` (GE)."""

    __slots__ = ("name",)

    def __init__(self, name: str, uid: int) -> None:
        self._init((), (name,))
        self.uid = uid
        self.name = name

    def __repr__(self) -> str:
        return self.name


EQ = Bracket("EQ", 0)
GE = Bracket("GE", 1)


class Leaf(Node):
    """A parameter, an input, a constant, a random source or the port of a named value.

    Its identity is its creation, not its name: two leaves called W are two tensors.
    """

    __slots__ = ("dtype", "facts", "name", "role", "tag")

    def __init__(
        self,
        name: str,
        sizes: tuple[Scalar, ...],
        *,
        role: str = "input",
        dtype: str = "float",
        facts: frozenset[str] = frozenset(),
        below: Scalar | None = None,
        tag: Any = None,
    ) -> None:
        self._init(sizes, None)
        self.key = ("leaf", self.uid)
        self.name, self.role, self.dtype, self.facts, self.tag = name, role, dtype, facts, tag
        self.below = below

    def __repr__(self) -> str:
        return self.name


class Factor:
    """A read: `node[pos] ** power`; for EQ and GE one position and power 1."""

    __slots__ = ("_hash", "node", "pos", "power")

    def __init__(self, node: Node, pos: tuple[Affine, ...], power: Scalar = 1) -> None:
        self.node, self.pos, self.power = node, pos, power
        self._hash = hash((node.uid, pos, power))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Factor)
            and self.node is other.node
            and self.pos == other.pos
            and self.power == other.power
        )

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_bracket(self) -> bool:
        """Whether it is an Iverson bracket."""
        return self.node is EQ or self.node is GE

    def indices(self) -> list[Index]:
        """Indices in its positions, with repetitions."""
        return [i for p in self.pos for i in p.indices()]

    def __repr__(self) -> str:
        if self.is_bracket:
            return f"[{self.pos[0]} {'=' if self.node is EQ else '>='} 0]"
        inside = ", ".join(map(repr, self.pos))
        text = f"{self.node!r}[{inside}]" if self.pos else f"{self.node!r}"
        return text if self.power == 1 else f"{text}^{self.power}"


class Term:
    """`coef * sum over bound of the product of factors`."""

    __slots__ = ("bound", "coef", "factors")

    def __init__(self, coef: Scalar, bound: tuple[Index, ...], factors: tuple[Factor, ...]) -> None:
        self.coef, self.bound, self.factors = coef, bound, factors

    def scaled(self, coef: Scalar) -> Term:
        """The same term with another coefficient."""
        return Term(coef, self.bound, self.factors)

    def __repr__(self) -> str:
        sums = f"sum({', '.join(map(repr, self.bound))}) " if self.bound else ""
        return " ".join([f"{self.coef} {sums}".strip(), *map(repr, self.factors)])


class Sum(Node):
    """A sum of terms over the output `indices`. An empty sum is zero."""

    __slots__ = ("indices", "terms")

    indices: tuple[Index, ...]
    terms: tuple[Term, ...]

    def children(self) -> tuple[Node, ...]:
        known: tuple[Node, ...] | None = self.cache.get("children")
        if known is None:
            nodes = (n for t in self.terms for f in t.factors for n in _factor_nodes(f))
            known = self.cache["children"] = _unique(nodes)
        return known

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, self.indices))
        return f"Σ{self.uid}({inside}: {' + '.join(map(repr, self.terms)) or '0'})"


class Map(Node):
    """An elementwise function of reads; `axes` of an argument are axis numbers of the output."""

    __slots__ = ("args", "fn")

    fn: Function
    args: tuple[tuple[Node, tuple[int, ...]], ...]

    def children(self) -> tuple[Node, ...]:
        return _unique(node for node, _ in self.args)

    def __repr__(self) -> str:
        return f"{self.fn.name}({', '.join(repr(n) for n, _ in self.args)})"


class Extremum(Node):
    """`kind` in {"max", "min"} of `body[pos]` over `bound`, where every `domain` position is >= 0.

    Ties go to the first in row-major order of `bound`.
    """

    __slots__ = ("body", "bound", "domain", "indices", "kind", "pos")

    kind: str
    indices: tuple[Index, ...]
    bound: tuple[Index, ...]
    body: Node
    pos: tuple[Affine, ...]
    domain: tuple[Affine, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.body,)

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(map(repr, self.bound))}: {self.body!r}{list(self.pos)})"


class Indicator(Node):
    """1 where the extremum is attained (first index on ties); axes: output, then bound."""

    __slots__ = ("extremum",)

    extremum: Extremum

    def children(self) -> tuple[Node, ...]:
        return (self.extremum,)

    def __repr__(self) -> str:
        return f"attains({self.extremum!r})"


class ArgExtremum(Node):
    """The row-major number of the bound indices where the extremum is attained: an integer."""

    __slots__ = ("extremum",)

    extremum: Extremum

    def children(self) -> tuple[Node, ...]:
        return (self.extremum,)

    def __repr__(self) -> str:
        return f"arg{self.extremum!r}"


class Product(Node):
    """The product of `body[pos]` over `bound`, over those where every `domain` position is >= 0."""

    __slots__ = ("body", "bound", "domain", "indices", "pos")

    indices: tuple[Index, ...]
    bound: tuple[Index, ...]
    body: Node
    pos: tuple[Affine, ...]
    domain: tuple[Affine, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.body,)

    def __repr__(self) -> str:
        return f"prod({', '.join(map(repr, self.bound))}: {self.body!r}{list(self.pos)})"


class Softmax(Node):
    """exp(arg) / sum exp(arg) along `axis`, over the domain (positions >= 0); outside it is 0."""

    __slots__ = ("arg", "axis", "domain", "indices")

    arg: Node
    axis: int
    indices: tuple[Index, ...]
    domain: tuple[Affine, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.arg,)

    def __repr__(self) -> str:
        return f"softmax{self.axis}({self.arg!r})"


class LogSumExp(Node):
    """log sum exp(arg) along `axis`, which disappears, over the domain (positions >= 0)."""

    __slots__ = ("arg", "axis", "domain", "indices")

    arg: Node
    axis: int
    indices: tuple[Index, ...]
    domain: tuple[Affine, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.arg,)

    def __repr__(self) -> str:
        return f"lse{self.axis}({self.arg!r})"


class LinAlg(Node):
    """A matrix function of the last two axes of `arg`; the leading axes are a batch.

    `kind` is "inv", "det", "logdet" (the logarithm of |det|) or "cholesky" (the lower factor of
    the symmetric part). Build through `symnn.calculus.linalg.linalg_node`, which knows the laws.
    """

    __slots__ = ("arg", "kind")

    kind: str
    arg: Node

    def children(self) -> tuple[Node, ...]:
        return (self.arg,)

    def __repr__(self) -> str:
        return f"{self.kind}({self.arg!r})"


def _unique(nodes: Any) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(n for n in nodes if not isinstance(n, Bracket)))


def _factor_nodes(factor: Factor) -> list[Node]:
    found = [factor.node]
    for p in factor.pos:
        for atom, _ in p.terms:
            if isinstance(atom, Read):
                found.extend(_factor_nodes(Factor(atom.node, atom.pos)))
    return found


def _sizes_key(sizes: tuple[Scalar, ...]) -> tuple[Any, ...]:
    return tuple(scalar_id(s) for s in sizes)


def intern(cls: type[N], sizes: tuple[Scalar, ...], key: Any, **fields: Any) -> N:
    """The one node of this class and key; `fields` are set only when it is new."""
    full = (cls.__name__, _sizes_key(sizes), key)
    known = _TABLE.get(full)
    if known is not None:
        return known  # type: ignore[return-value]
    node = cls()
    node._init(sizes, full)
    for name, value in fields.items():
        setattr(node, name, value)
    _TABLE[full] = node
    return node


def numbering(*groups: tuple[Index, ...]) -> dict[Index, int]:
    """Number indices in order."""
    return {index: k for k, index in enumerate(itertools.chain(*groups))}


def make_map(
    fn: Function, sizes: tuple[Scalar, ...], args: tuple[tuple[Node, tuple[int, ...]], ...]
) -> Map:
    """An interned Map; arguments are (node, output axis of each of its axes)."""
    key = (fn.name, tuple((n.uid, axes) for n, axes in args))
    return intern(Map, sizes, key, fn=fn, args=args)


def _domain_key(domain: tuple[Affine, ...], number: dict[Index, int]) -> tuple[Any, ...]:
    return tuple(sorted(affine_key(d, number) for d in domain))


def _window_key(
    indices: tuple[Index, ...],
    bound: tuple[Index, ...],
    body: Node,
    pos: tuple[Affine, ...],
    domain: tuple[Affine, ...],
) -> tuple[Any, ...]:
    number = numbering(indices, bound)
    reads = tuple(affine_key(p, number) for p in pos)
    return (_sizes_key(tuple(b.size for b in bound)), body.uid, reads, _domain_key(domain, number))


def make_extremum(
    kind: str,
    indices: tuple[Index, ...],
    bound: tuple[Index, ...],
    body: Node,
    pos: tuple[Affine, ...],
    domain: tuple[Affine, ...] = (),
) -> Extremum:
    """An interned maximum or minimum over `bound`."""
    key = (kind, *_window_key(indices, bound, body, pos, domain))
    sizes = tuple(i.size for i in indices)
    return intern(
        Extremum, sizes, key,
        kind=kind, indices=indices, bound=bound, body=body, pos=pos, domain=domain,
    )  # fmt: skip


def make_product(
    indices: tuple[Index, ...],
    bound: tuple[Index, ...],
    body: Node,
    pos: tuple[Affine, ...],
    domain: tuple[Affine, ...] = (),
) -> Product:
    """An interned product over `bound`."""
    key = _window_key(indices, bound, body, pos, domain)
    sizes = tuple(i.size for i in indices)
    return intern(
        Product, sizes, key, indices=indices, bound=bound, body=body, pos=pos, domain=domain
    )


def make_indicator(extremum: Extremum) -> Indicator:
    """Where an extremum is attained."""
    sizes = extremum.sizes + tuple(b.size for b in extremum.bound)
    return intern(Indicator, sizes, extremum.uid, extremum=extremum)


def make_arg_extremum(extremum: Extremum) -> ArgExtremum:
    """The row-major number of the first place where an extremum is attained."""
    node = intern(ArgExtremum, extremum.sizes, extremum.uid, extremum=extremum)
    one: Scalar = 1
    node.below = reduce(mul, (b.size for b in extremum.bound), one)
    return node


def make_softmax(
    arg: Node, axis: int, indices: tuple[Index, ...] = (), domain: tuple[Affine, ...] = ()
) -> Softmax:
    """Softmax of `arg` along `axis`; `domain` positions are over `indices`, one an axis."""
    own = indices or tuple(Index(s) for s in arg.sizes)
    key = (arg.uid, axis, _domain_key(domain, numbering(own)))
    return intern(Softmax, arg.sizes, key, arg=arg, axis=axis, indices=own, domain=domain)


def make_logsumexp(
    arg: Node, axis: int, indices: tuple[Index, ...] = (), domain: tuple[Affine, ...] = ()
) -> LogSumExp:
    """Log-sum-exp of `arg` along `axis`."""
    own = indices or tuple(Index(s) for s in arg.sizes)
    key = (arg.uid, axis, _domain_key(domain, numbering(own)))
    sizes = arg.sizes[:axis] + arg.sizes[axis + 1 :]
    return intern(LogSumExp, sizes, key, arg=arg, axis=axis, indices=own, domain=domain)


def make_linalg(kind: str, arg: Node) -> LinAlg:
    """An interned inverse, determinant, logarithm of it, or Cholesky factor."""
    sizes = arg.sizes if kind in ("inv", "cholesky") else arg.sizes[:-2]
    return intern(LinAlg, sizes, (kind, arg.uid), kind=kind, arg=arg)
