"""Inverses and determinants built in normal form.

`linalg_node` is the way to make a `LinAlg`: it takes transposes, numbers, scalars and square
factors out (`(AB)⁻¹ = B⁻¹A⁻¹`, `det(AB) = det A det B`), knows the inverse of an inverse, of the
identity and of a diagonal matrix. Law: the value never changes where both sides exist.
Extend: a function in `_LAWS`, from the kind and the one term of the argument to a node or None.
"""

from __future__ import annotations

from symnn.calculus.brackets import same_place
from symnn.calculus.facts import READER, Policy, is_off, note_fact
from symnn.calculus.instances import instantiate, substitute_factor
from symnn.calculus.normal import make_sum, primitive
from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Factor, Leaf, LinAlg, Node, Sum, Term, make_linalg, make_product
from symnn.core.scalars import Scalar, is_negative, mul, neg, power

Positions = tuple[Affine, ...]


def linalg_node(kind: str, arg: Node, policy: Policy = READER) -> Node:
    """The inverse, determinant, log-determinant or Cholesky factor of the last two axes.

    >>> from symnn.core.node import Leaf
    >>> A = Leaf("A", (3, 3))
    >>> linalg_node("inv", linalg_node("inv", A)) is A
    True
    """
    if kind == "cholesky":
        return make_linalg(kind, arg)
    if isinstance(arg, LinAlg) and arg.kind == "inv":
        return _of_inverse(kind, arg.arg, policy)
    if isinstance(arg, Leaf) and kind == "inv" and _orthogonal(arg, policy):
        note_fact(arg, "orthogonal")
        return _read(arg, policy, turned=True)
    if isinstance(arg, Sum) and not is_off("inverse and determinant of products"):
        plain = make_sum(arg.indices, arg.terms, policy)
        if not isinstance(plain, Sum):
            return linalg_node(kind, plain, policy)
        if policy.facts:
            _find_symmetry(plain, policy)
        found = _of_term(kind, plain, policy) if len(plain.terms) == 1 else None
        return found or _of_group(kind, plain, policy)
    return make_linalg(kind, arg)


def _find_symmetry(node: Sum, policy: Policy) -> None:
    """Remember that a matrix, and its group, is symmetric by facts: it is its own transpose."""
    key = ("symmetric", policy.disabled)
    if node.rank == 2 and key not in node.cache:
        node.cache[key] = _read(node, policy, turned=True) is node
        primitive(node)[1].cache[key] = node.cache[key]


def _orthogonal(leaf: Leaf, policy: Policy) -> bool:
    declared = policy.facts and "orthogonal" in leaf.facts
    return declared and (leaf, "orthogonal") not in policy.disabled


def _read(node: Node, policy: Policy, coef: Scalar = 1, *, turned: bool = False) -> Node:
    """`coef * node`, with its last two axes exchanged where `turned`."""
    own = tuple(Index(s) for s in node.sizes)
    out = (*own[:-2], own[-1], own[-2]) if turned else own
    return make_sum(out, [Term(coef, (), (Factor(node, _bare(own)),))], policy)


def _bare(indices: tuple[Index, ...]) -> Positions:
    return tuple(i.pos for i in indices)


def _of_inverse(kind: str, inner: Node, policy: Policy) -> Node:
    """(A⁻¹)⁻¹ = A, det A⁻¹ = 1 / det A, log|det A⁻¹| = -log|det A|."""
    if kind == "inv":
        return inner
    value = linalg_node(kind, inner, policy)
    own = tuple(Index(s) for s in value.sizes)
    if kind == "det":
        return make_sum(own, [Term(1, (), (Factor(value, _bare(own), -1),))], policy)
    return _read(value, policy, -1)


def _of_group(kind: str, arg: Sum, policy: Policy) -> Node:
    """The number in front of a sum taken out; `A + B` and `Bᵀ + Aᵀ` have one inverse."""
    content, group, axes = primitive(arg)
    fits = arg.rank == 2 and isinstance(group, Sum) and group.rank == 2  # no axis of size 1
    size = arg.sizes[-1]
    if kind == "logdet":
        content = -1 if is_negative(content) else 1
        fits = fits and content == primitive(arg)[0]
    if not fits:
        return make_linalg(kind, arg)
    inner = make_linalg(kind, group)
    if kind == "inv":
        return _read(inner, policy, power(content, -1), turned=axes == (1, 0))
    return _read(inner, policy, power(content, size) if kind == "det" else 1)


# -- one term ------------------------------------------------------------------------------------


def _of_term(kind: str, arg: Sum, policy: Policy) -> Node | None:
    """Scalars, a diagonal, or a chain of square factors."""
    term = instantiate(arg, arg.terms[0], _bare(arg.indices))
    for law in _LAWS:
        found = law(kind, arg, term, policy)
        if found is not None:
            return found
    return None


def _scalars(kind: str, arg: Sum, term: Term, policy: Policy) -> Node | None:
    """`(c A)⁻¹ = A⁻¹ / c`, `det(c A) = cⁿ det A`, for factors that are the same in every entry."""
    batch = set(arg.indices[:-2])
    outer = [f for f in term.factors if not f.is_bracket and set(f.indices()) <= batch]
    if kind == "logdet" or not outer or len(outer) == len(term.factors):
        return None
    rest = tuple(f for f in term.factors if f not in outer)
    inner = linalg_node(
        kind, make_sum(arg.indices, [Term(term.coef, term.bound, rest)], policy), policy
    )
    w = -1 if kind == "inv" else arg.sizes[-1]
    raised = (Factor(f.node, f.pos, mul(f.power, w)) for f in outer)
    out = arg.indices if kind == "inv" else arg.indices[:-2]
    return make_sum(out, [Term(1, (), (Factor(inner, _bare(out)), *raised))], policy)


def _diagonal(kind: str, arg: Sum, term: Term, policy: Policy) -> Node | None:
    """`diag(v)⁻¹ = diag(1 / v)`, `det diag(v) = Π v`."""
    i, j = arg.indices[-2:]
    bracket = next((f for f in term.factors if f.node is EQ and set(f.indices()) == {i, j}), None)
    if bracket is None or bracket.pos[0] not in (_minus(i, j), _minus(j, i)) or term.bound:
        return None
    labels = [substitute_factor(f, {j: i.pos}) for f in term.factors if f is not bracket]
    if any(f.is_bracket for f in labels) or kind == "logdet":
        return None
    if kind == "inv":
        turned = tuple(Factor(f.node, f.pos, neg(f.power)) for f in labels)
        return make_sum(arg.indices, [Term(power(term.coef, -1), (), (*turned, bracket))], policy)
    outer = arg.indices[:-1]
    body = make_sum(outer, [Term(term.coef, (), tuple(labels))], policy)
    if not labels:
        whole = power(term.coef, arg.sizes[-1])
        return make_sum(arg.indices[:-2], [Term(whole, (), ())], policy)
    return make_product(arg.indices[:-2], (i,), body, _bare(outer))


def _minus(i: Index, j: Index) -> Affine:
    return same_place(i.pos, j.pos).pos[0]


def _chain(kind: str, arg: Sum, term: Term, policy: Policy) -> Node | None:
    """`(A B)⁻¹ = B⁻¹ A⁻¹` and `det(A B) = det A det B` of square factors."""
    links = _links(arg, term)
    if links is None:
        return None
    size = arg.sizes[-1]
    out = arg.indices if kind == "inv" else arg.indices[:-2]
    values = [linalg_node(kind, f.node, policy) for f, _, _ in links]
    if kind == "inv":
        reads = [
            Factor(v, (*f.pos[:-2], b.pos, a.pos) if forward else (*f.pos[:-2], a.pos, b.pos))
            for v, (f, a, b), forward in zip(values, links, _forward(links), strict=True)
        ]
        turned = {arg.indices[-2]: arg.indices[-1].pos, arg.indices[-1]: arg.indices[-2].pos}
        moved = tuple(substitute_factor(f, turned) for f in reads)
        return make_sum(out, [Term(power(term.coef, -1), term.bound, moved)], policy)
    reads = [Factor(v, f.pos[:-2]) for v, (f, _, _) in zip(values, links, strict=True)]
    if kind == "det":
        return make_sum(out, [Term(power(term.coef, size), (), tuple(reads))], policy)
    if term.coef not in (1, -1):
        return None
    return make_sum(out, [Term(1, (), (f,)) for f in reads], policy)


def _forward(links: list[tuple[Factor, Index, Index]]) -> list[bool]:
    return [f.pos[-2].bare is a for f, a, _ in links]


def _links(arg: Sum, term: Term) -> list[tuple[Factor, Index, Index]] | None:
    """The factors from the row index to the column index, each with the indices it joins."""
    batch, (row, column) = _bare(arg.indices[:-2]), arg.indices[-2:]
    left = list(term.factors)
    links = []
    here = row
    while left:
        follower = next((f for f in left if _joins(f, here, batch, row.size)), None)
        if follower is None:
            return None
        a, b = follower.pos[-2].bare, follower.pos[-1].bare
        there = b if a is here else a
        if there is None or (there is not column and there not in term.bound):
            return None
        links.append((follower, here, there))
        left.remove(follower)
        here = there
    lone = len(links) == 1 and links[0][0].pos[-2].bare is row
    return None if here is not column or lone or len(term.bound) != len(links) - 1 else links


def _joins(f: Factor, here: Index, batch: Positions, size: Scalar) -> bool:
    if f.is_bracket or f.power != 1 or f.node.rank < 2 or f.pos[:-2] != batch:
        return False
    ends = [f.pos[-2].bare, f.pos[-1].bare]
    square = f.node.sizes[-1] == size and f.node.sizes[-2] == size
    return square and here in ends and ends[0] is not ends[1]


_LAWS = (_scalars, _diagonal, _chain)
