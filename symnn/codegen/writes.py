"""Which brackets of a term are writes, and which solved windows are better undone.

A `Job` is a term that is being taken apart. `[o = q]` with an output index o and summed indices in
q makes o a target: it stands for q everywhere, and the term is placed at q in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.calculus.brackets import decide_ge
from symnn.codegen.patterns import backward, sides, smallness
from symnn.codegen.scatter import Target
from symnn.core.index import Affine, Index, Read, combine, difference, negated
from symnn.core.node import Factor
from symnn.core.scalars import Scalar, is_negative, neg


@dataclass
class Job:
    """A term that is being taken apart."""

    out: tuple[Index, ...]
    reads: list[Factor]
    equal: list[Affine]
    guards: dict[Affine, None]
    targets: list[Target] = field(default_factory=list)


def reopen(job: Job) -> None:
    """Undo a solved window: `sum(a: G[a] W[h - s*a])` is `sum(a,k: G[a] W[k] [h = s*a + k])`.

    The left side runs over all pairs h, a; the right side writes one slice for each tap k.
    """
    for n, f in enumerate(job.reads):
        if is_negative(f.power):
            continue
        for axis, p in enumerate(f.pos):
            size = f.node.sizes[axis]
            if not _is_solved_window(job, p, size):
                continue
            tap = Index(size, "k")
            for side in sides(p, size):
                job.guards.pop(side, None)
            pos = (*f.pos[:axis], tap.pos, *f.pos[axis + 1 :])
            f = Factor(f.node, pos, f.power)  # noqa: PLW2901
            job.reads[n] = f
            job.equal.append(difference(p, tap.pos))


def _is_solved_window(job: Job, p: Affine, size: Scalar) -> bool:
    """Whether p is guarded, has a lone output index and a summed one that ranges wider than it."""
    if any(isinstance(a, Read) for a, _ in p.terms) or len(p.terms) != 2:
        return False
    if any(side not in job.guards and decide_ge(side) is not True for side in sides(p, size)):
        return False
    (a, first), (b, second) = p.terms
    o, c, other = (a, first, b) if a in job.out else (b, second, a)
    if o not in job.out or other in job.out or c not in (1, -1):
        return False
    if backward(first) == backward(second):  # a plain window, not a solved one
        return False
    lone = sum(o in f.indices() for f in job.reads) == 1 and not any(
        o in q.indices() for q in job.equal
    )
    return lone and smallness(size) > smallness(other.size)


def find_targets(job: Job) -> None:
    """Turn brackets that have an output index and a summed one into targets."""
    for p in list(job.equal):
        q = _affine_of(job, p)
        if q is None:
            continue
        o, value = q
        job.equal.remove(p)
        mapping = {o: value}
        job.reads = [
            Factor(f.node, tuple(x.substitute(mapping) for x in f.pos), f.power) for f in job.reads
        ]
        job.equal = [x.substitute(mapping) for x in job.equal]
        job.guards = {x.substitute(mapping): None for x in job.guards}
        job.targets = [Target(t.index, t.place.substitute(mapping)) for t in job.targets]
        job.targets.append(Target(o, value))


def _affine_of(job: Job, p: Affine) -> tuple[Index, Affine] | None:
    """(o, q) with `[p = 0]` the same as `[o = q]`, where q has a summed index."""
    taken = {t.index for t in job.targets}
    out = [i for i in job.out if i not in taken]
    summed_indices = [i for i in p.indices() if i not in job.out]
    if not summed_indices:
        return None
    found = []
    for atom, c in p.terms:
        if isinstance(atom, Read) or atom not in out or c not in (1, -1):
            continue
        rest = combine(p, atom.pos, neg(c))
        if atom in rest.indices():
            continue
        found.append((_uses(job, atom), atom, negated(rest) if c == 1 else rest))
    if not found:
        return None
    _, o, value = min(found, key=lambda entry: entry[0])
    return o, value


def _uses(job: Job, index: Index) -> int:
    in_reads = sum(index in f.indices() for f in job.reads)
    return in_reads + sum(index in p.indices() for p in (*job.equal, *job.guards))


def inner_indices(job: Job) -> tuple[Index, ...]:
    """Output indices of the term before it is placed: targets replaced by what they stand for."""
    if not job.targets:
        return job.out
    at = {t.index: t.place for t in job.targets}
    found: list[Index] = []
    for i in job.out:
        found += at[i].indices() if i in at else [i]
    return tuple(dict.fromkeys(found))
