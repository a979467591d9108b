"""Parts of steps: shared letters, raw forms, reasons; each read off the equations."""

from __future__ import annotations

from symnn.calculus.build import positions
from symnn.calculus.normal import instantiate, make_sum, primitive
from symnn.core.index import Index
from symnn.core.node import EQ, Factor, Leaf, Map, Node, Softmax, Sum, Term
from symnn.core.walk import leaves
from symnn.derivation.definitions import Binding, Program
from symnn.derivation.steps import Form, Step
from symnn.notation.letters import Letters, letters_for


def derivation_letters(program: Program) -> Letters:
    """One choice of letters for a whole derivation: its names and sizes forbidden."""
    leaves = [c.port for c in program.inputs] + [b.leaf for b in program.bindings]
    own = tuple(tuple(Index(s) for s in x.sizes) for x in leaves)
    reads = [
        Term(1, indices, (Factor(x, positions(indices)),))
        for x, indices in zip(leaves, own, strict=True)
    ]
    letters = letters_for(make_sum((), reads), [x.name for x in leaves])
    letters.roles.update((g.length, "time") for g in program.groups)
    return letters


def role_of(leaf: Leaf) -> str:
    """Whose letters its axes get: a parameter's or another value's."""
    return "parameter" if leaf.role == "parameter" else "value"


def content_out(node: Node, own: tuple[Index, ...]) -> tuple[Term, ...]:
    """The terms of a node over `own`; several with a common number become one with a group.

    All indices are new: terms of one node may share bound indices, and letters go by index.
    """
    pos = positions(own)
    if not isinstance(node, Sum):
        return (Term(1, (), (Factor(node, pos),)),)
    if len(node.terms) > 1:
        content, group, axes = primitive(node)
        if content not in (1, -1):
            return (Term(content, (), (Factor(group, tuple(pos[a] for a in axes)),)),)
    return tuple(instantiate(node, t, pos) for t in node.terms)


def distinct(nodes: list[Node]) -> list[Node]:
    """The nodes without repetitions, in order."""
    return list(dict.fromkeys(nodes))


def is_identity(b: Binding) -> bool:
    """Whether a binding that only renames stands for the identity activation."""
    return isinstance(b.definition, Leaf) and any(a.op == "identity" for a in b.call.args)


def shared_axes(jac: Node, u: Leaf, v: Leaf) -> tuple[Node, dict[int, int]]:
    """Put `[a = b]` that all terms have into the letters, unless v is a parameter.

    Returns:
        The Jacobian over u's axes and the axes of v that are not shared; the sharing as
        {axis of v: axis of u}.
    """
    own = jac.indices if isinstance(jac, Sum) else ()
    if v.role == "parameter" or not isinstance(jac, Sum) or not jac.terms:
        return jac, {}
    top, low = own[: u.rank], own[u.rank :]
    shared = {
        k: a
        for k, b in enumerate(low)
        for a, t in enumerate(top)
        if t.size == b.size and all(_has_bracket(term, t, b) for term in jac.terms)
    }
    if not shared:
        return jac, {}
    rest = tuple(b for k, b in enumerate(low) if k not in shared)
    gone = tuple(low[k] for k in shared)
    read = Factor(jac, positions(own))
    return make_sum((*top, *rest), [Term(1, gone, (read,))]), shared


def _has_bracket(term: Term, a: Index, b: Index) -> bool:
    for f in term.factors:
        if f.node is EQ and len(f.pos[0].terms) == 2 and f.pos[0].const == 0:
            (x, cx), (y, cy) = f.pos[0].terms
            if {x, y} == {a, b} and cx == -cy:
                return True
    return False


def raw_form(local: Step, cotangent: Node, u: Leaf) -> Form:
    """`sum over u's own letters of ∇u * J`, not brought to normal form."""
    form = local.forms[0]
    letters = dict(form.letters)
    top = form.indices[: u.rank]
    seed = Factor(cotangent, positions(top))
    free = [i for i in form.indices if letters[i] in local.subject_letters]
    bound = tuple(i for i in top if letters[i] not in local.subject_letters)
    parts = form.terms
    if len(parts) > 1 and form.node is not None:  # a sum stays one factor, as it was derived
        parts = (Term(1, (), (Factor(form.node, positions(form.indices)),)),)
    terms = tuple(Term(t.coef, (*bound, *t.bound), (seed, *t.factors)) for t in parts)
    by_letter = {letters[i]: i for i in free}
    own = tuple(by_letter[x] for x in local.subject_letters)
    return Form(own, terms, letters)


def local_reasons(
    u: Binding, v: Leaf, jac: Node, form: Form
) -> list[tuple[str, dict[str, object]]]:
    """Why the local derivative is what it is, read off its brackets and factors."""
    if isinstance(u.definition, (Map, Softmax)) or not isinstance(jac, Sum) or len(jac.terms) != 1:
        return []
    term = form.terms[0]  # over the form's own indices, which have letters
    brackets = [f for f in term.factors if f.is_bracket]
    plain = tuple(f for f in term.factors if not f.is_bracket)
    if v.role == "parameter" and brackets and u.leaf.rank:
        if not plain and term.coef == 1:
            return [("reason.enters_only_plain", {"w": v, "z": (u.leaf, solved_letters(u, form))})]
        factor = Term(term.coef, term.bound, plain)
        place = (u.leaf, solved_letters(u, form))
        return [("reason.enters_only", {"w": v, "z": place, "f": (form, factor)})]
    if not u.leaf.rank and v.rank and _one_term_each(u.definition, v):
        return [("reason.only_term", {"i": form, "v": v})]
    return []


def _one_term_each(definition: Node, v: Leaf) -> bool:
    """Whether each entry of v stands in one term only of the outer sum."""
    if not isinstance(definition, Sum):
        return False
    holding = [t for t in definition.terms if _holds(t, v)]
    return all(
        len(t.bound) == v.rank and all(_plain_reads(f.node, v) for f in t.factors) for t in holding
    )


def _holds(term: Term, v: Leaf) -> bool:
    return any(f.node is v or v in leaves([f.node]) for f in term.factors)


def _plain_reads(node: Node, v: Leaf) -> bool:
    """Whether an entry of the node reads the same entry of v, and no other, or none at all."""
    if node is v or v not in leaves([node]):
        return True
    if isinstance(node, Map):
        return all(_plain_reads(arg, v) for arg, _ in node.args)
    if isinstance(node, Sum):
        parts = [t for t in node.terms if _holds(t, v)]
        return all(not t.bound and all(_plain_reads(f.node, v) for f in t.factors) for t in parts)
    return False


def solved_letters(u: Binding, form: Form) -> tuple[str, ...]:
    """Letters of u with the brackets of the (only) term solved for v's letters."""
    top = form.indices[: u.leaf.rank]
    letters = {i: form.letters[i] for i in top}
    for f in form.terms[0].factors:
        if f.node is EQ:
            atoms = [a for a, _ in f.pos[0].terms if isinstance(a, Index)]
            for a in atoms:
                other = next((b for b in atoms if b is not a), None)
                if a in letters and other is not None and other not in top:
                    letters[a] = form.letters[other]
    return tuple(letters[i] for i in top)
