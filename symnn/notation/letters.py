"""Letters of indices, chosen by role: i for outputs, k l for parameters, j for sums, n for a batch.

Law: a letter differs from all letters in scope and from every one-letter name or size of the
formula; primes are added when a pool is exhausted. `given` letters win. To extend: a pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import sympy as sp

from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum
from symnn.core.scalars import Scalar
from symnn.core.walk import leaves, topological
from symnn.notation.naming import Names
from symnn.notation.tree import Sym

POOLS = {
    "output": "ijkl",
    "parameter": "kl",
    "value": "jl",
    "sum": "jlmr",
    "batch": "nm",
    "token": "tsrq",
    "time": "t",
    "channel": "oc",
    "in channel": "co",
    "position": "ijhw",
    "kernel": "uvab",
}
_REST = "jlmrqikstuvwhgef"
_BY_READ = ("position", "kernel", "in channel")  # known from the reads, surer than from a size


_EARLIEST = "ijklnmtsrqochwuvab"


def letter_rank(letter: str) -> tuple[int, int, str]:
    """The place of a letter: outputs before parameters, `t s r q` for tokens, primes last.

    >>> sorted(["s", "k", "t", "i'", "i"], key=letter_rank)
    ['i', 'k', 't', 's', "i'"]
    """
    base = letter.rstrip("'′")
    at = _EARLIEST.find(base)
    return len(letter) - len(base), at if at >= 0 else len(_EARLIEST), base


class Letters:
    """Chooses letters; remembers those of indices that it was asked for.

    Args:
        given: letters of indices that are fixed beforehand.
        forbidden: letters that mean something else.
        roles: sizes with a role of their own: `{size: "batch"}`.

    >>> letters = Letters(forbidden={"j"})
    >>> letters.choose(3, "sum", {"i"})
    'l'
    """

    def __init__(
        self,
        given: Mapping[Index, str] | None = None,
        *,
        forbidden: Iterable[str] = (),
        roles: Mapping[Scalar, str] | None = None,
    ) -> None:
        self.given: dict[Index, str] = dict(given or {})
        self.forbidden = set(forbidden)
        self.roles = dict(roles or {})

    def choose(self, size: Scalar, role: str, used: Iterable[str]) -> str:
        """A letter for an axis of this size and role that is not in `used`."""
        taken = self.forbidden | set(used)
        own = role if role in _BY_READ else self.roles.get(size, role)
        role = role if role == "parameter" and own == "token" else own
        return next(x for x in _candidates(POOLS[role]) if x not in taken)

    def of(self, index: Index, role: str, used: set[str]) -> str:
        """The letter of an index: the given one, or a new one, which is added to `used`."""
        letter = self.given.get(index) or self.choose(index.size, role, used)
        used.add(letter)
        return letter

    def for_axes(self, sizes: Sequence[Scalar], role: str, used: set[str]) -> list[str]:
        """Letters for the axes of a value."""
        found = []
        for size in sizes:
            letter = self.choose(size, role, used)
            used.add(letter)
            found.append(letter)
        return found


def letters_for(node: Node, names: Iterable[str] = ()) -> Letters:
    """The letters that suit one expression: its names and sizes forbidden, roles by size.

    Args:
        node: the expression.
        names: further one-letter names that may not be used.
    """
    below = leaves([node])
    single = {x.name for x in below} | {str(s) for s in _symbols(node)} | set(names)
    batch = _batch_sizes(below)
    roles = dict.fromkeys(batch, "batch")
    roles.update(dict.fromkeys(_token_sizes(below) & batch, "token"))
    roles.update(_window_roles(below, node))
    return Letters(forbidden={x for x in single if len(x) == 1}, roles=roles)


def _candidates(pool: str) -> Iterator[str]:
    rest = "" if pool == POOLS["time"] else _REST  # steps are t, t', ...: they print from 1
    for primes in range(6):
        for letter in dict.fromkeys(pool + rest):
            yield letter + "'" * primes


def _symbols(node: Node) -> Iterable[sp.Symbol]:
    """Size symbols of all axes, sums and coefficients below."""
    for n in topological([node]):
        terms = n.terms if isinstance(n, Sum) else ()
        bound = [b.size for t in terms for b in t.bound]
        for size in (*n.sizes, *bound, *(t.coef for t in terms)):
            yield from getattr(size, "free_symbols", ())


def _window_roles(below: list[Leaf], node: Node) -> dict[Scalar, str]:
    """Sizes of convolutions: kernels are (out, in, window...), the rest has positions."""
    kernels = [x for x in below if x.role == "parameter" and x.rank >= 4]
    if not kernels:
        return {}
    channels = dict.fromkeys((s for x in kernels for s in x.sizes[:2]), "channel")
    windows = dict.fromkeys((s for x in kernels for s in x.sizes[2:]), "kernel")
    tensors = [x.sizes for x in (*below, node) if x not in kernels and x.rank >= 3]
    space = max(len(x.sizes) for x in kernels) - 2
    places = dict.fromkeys((s for sizes in tensors for s in sizes[-space:]), "position")
    return {**places, **windows, **channels}


def roles_of_reads(factors: Sequence[Factor]) -> dict[Index, str]:
    """Roles in a convolution: in `x[c, s h + u]` one index is a position, one in the kernel.

    What a parameter reads alone is in the kernel, what another tensor reads alone is a position.
    """
    roles: dict[Index, str] = {}
    alone: dict[Index, str] = {}
    factors = [f for f in factors if not f.is_bracket]
    for f in factors:
        role = "kernel" if isinstance(f.node, Leaf) and f.node.role == "parameter" else "position"
        alone.update((p.bare, role) for p in f.pos if p.bare is not None)
    for f in factors:
        mixed = [k for k, p in enumerate(f.pos) if len(set(p.indices())) == 2]
        for k in mixed:
            ends = list(dict.fromkeys(f.pos[k].indices()))
            known = [i for i in ends if i in alone]
            for i in known:
                roles[i] = alone[i]
            other = "position" if any(roles[i] == "kernel" for i in known) else "kernel"
            roles.update((i, other) for i in ends if i not in known)
    for f in factors:  # a kernel is (out, in, window...)
        inside = [p.bare for p in f.pos if p.bare is not None and roles.get(p.bare) == "kernel"]
        ends = [p.bare for p in f.pos[:2]]
        if inside and len(f.pos) == len(inside) + 2 and None not in ends:
            roles.update(zip(ends, ("channel", "in channel"), strict=True))  # type: ignore[arg-type]
    return roles


def _batch_sizes(below: list[Leaf]) -> set[Scalar]:
    """First sizes of inputs that are in no parameter, where there are parameters at all."""
    parameters = {s for x in below if x.role == "parameter" for s in x.sizes}
    shared = [s for x in below if x.role != "parameter" for s in x.sizes]
    first = {x.sizes[0] for x in below if x.role != "parameter" and x.rank >= 2}
    if not parameters:
        return set()
    return {s for s in first - parameters if shared.count(s) > 1 or s in first}


def _token_sizes(below: list[Leaf]) -> set[Scalar]:
    return {s for x in below if x.role != "parameter" for s in x.sizes if x.sizes.count(s) > 1}


def free_letters(node: Node, letters: Letters) -> list[str]:
    """The letters of a node's own axes, as outputs; those of a convolution by role."""
    own = node.indices if isinstance(node, Sum) else tuple(Index(s) for s in node.sizes)
    terms = node.terms if isinstance(node, Sum) else ()
    roles: dict[Index, str] = {}
    for term in terms:
        roles.update(roles_of_reads(term.factors))
    other = "channel" if roles and len(own) > 2 else "output"
    used: set[str] = set()
    return [letters.of(Index(i.size), roles.get(i, other), used) for i in own]


def name_letters(nodes: Sequence[Node], names: Names) -> set[str]:
    """One-letter names below the nodes, which no index may have."""
    trees = [names(leaf) for leaf in leaves(nodes)]
    return {tree.base for tree in trees if isinstance(tree, Sym) and len(tree.base) == 1}
