"""Steps: the worked solution, generated from the program and its cotangents.

Order: forward equations; then back from the loss, a parameter right after the value that uses it.
A gradient step is a chain of equal forms: the chain rule in symbols, the sum with its brackets, the
result, the result with facts. Levels: answers; main steps; every step. Only words are typed in;
every formula is printed from the nodes (`StepForms`), which is also what the checks evaluate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.build import number_node, positions, substitute
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum, primitive
from symnn.calculus.simplify import cost, simplify
from symnn.core.index import Index
from symnn.core.node import EQ, Factor, Leaf, Map, Node, Softmax, Sum, Term
from symnn.core.scalars import Scalar
from symnn.derivation.backward import (
    Cotangent,
    Path,
    definitions_by_node,
    with_names,
)
from symnn.derivation.program import Binding, Program, direct_leaves
from symnn.derivation.rules import forward_rule, gradient_rule, local_rule
from symnn.lang.call import Call
from symnn.notation.letters import Letters, letters_for

ANSWER, MAIN, DETAIL = "answer", "main", "detail"
Prefer = dict[Scalar, list[str]]


@dataclass(eq=False)
class Form:
    """One form of a right side: terms over indices with letters (raw: not in normal form)."""

    indices: tuple[Index, ...]
    terms: tuple[Term, ...]
    letters: dict[Index, str]
    node: Node | None = None


@dataclass(eq=False)
class Step:
    """One line of the solution.

    Attributes:
        kind: "forward", "local", "gradient", "path", "sum" or "answer".
        level: "answer", "main" or "detail".
        subject: the leaf whose value, derivative or gradient it gives; `user` the reader u of v.
        forms: equal right sides in index notation, raw first.
        symbolic: for gradients, whether the chain rule in symbols precedes the forms.
        value: the right side as a node over names: what the matrix form prints.
        rule, reasons: phrase keys, reasons with their values (trees or texts).
        refs: earlier steps that it uses.
        facts: facts it needed, as (node, fact); `nonzero`: values that must not be 0.
        letters: letters of the subject's axes, and of the user's.
        number: its number among the main steps ("7"), detail steps with a letter ("7a").
    """

    kind: str
    level: str
    subject: Leaf
    forms: list[Form]
    value: Node
    rule: str
    user: Leaf | None = None
    reasons: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    refs: list[Step] = field(default_factory=list)
    facts: list[tuple[Node, str]] = field(default_factory=list)
    nonzero: list[Node] = field(default_factory=list)
    subject_letters: tuple[str, ...] = ()
    user_letters: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    put_in: bool = False
    local: Node | None = None
    number: str = ""


class StepWriter:
    """Generates the steps of a derivation."""

    def __init__(
        self, program: Program, cotangents: dict[Leaf, Cotangent], wrt: list[Leaf]
    ) -> None:
        self.program, self.cotangents, self.wrt = program, cotangents, wrt
        self.letters = derivation_letters(program)
        self.batch = {s for s, role in self.letters.roles.items() if role == "batch"}
        self.names = definitions_by_node(program)
        self.done: dict[Leaf, Step] = {}
        self.forward: dict[Leaf, Step] = {}
        self.patterns: set[object] = set()

    def write(self) -> list[Step]:
        """All steps in order, numbered."""
        steps = [*self._forward_steps(), *self._backward_steps(), *self._answers()]
        _number(steps)
        return steps

    # -- forward ---------------------------------------------------------------------------------

    def _forward_steps(self) -> Iterator[Step]:
        for b in self.program.bindings:
            used: set[str] = set()
            letters = self.letters.for_axes(b.leaf.sizes, "output", used)
            form = self._form(b.definition, letters, used)
            step = Step(
                "forward", MAIN, b.leaf, [form], b.definition,
                forward_rule(
                    b.definition, identity=is_identity(b), output=b is self.program.output
                ),
                subject_letters=tuple(letters),
            )  # fmt: skip
            step.refs = [self.forward[x] for x in direct_leaves(b.definition) if x in self.forward]
            self.forward[b.leaf] = step
            yield step

    def _form(
        self, node: Node, letters: list[str], used: set[str], prefer: Prefer | None = None
    ) -> Form:
        """A node as a form: output letters given, letters of its sums chosen."""
        own = node.indices if isinstance(node, Sum) else tuple(Index(s) for s in node.sizes)
        chosen = dict(zip(own, letters, strict=True))
        terms = content_out(node, own)
        for t in terms:
            self._letter_sums(t, chosen, set(used) | set(letters), prefer or {})
        return Form(own, terms, chosen, node)

    def _letter_sums(
        self, t: Term, chosen: dict[Index, str], used: set[str], prefer: Prefer
    ) -> None:
        """Letters of a term's sums: those of an earlier form first, then by role."""
        offered = {size: list(letters) for size, letters in prefer.items()}
        for index in t.bound:
            if index in chosen:
                continue
            mine = offered.get(index.size)
            role = "sum" if used or chosen else "output"
            chosen[index] = mine.pop(0) if mine else self._letter(index.size, role, used)

    def _letter(self, size: Scalar, role: str, used: set[str]) -> str:
        letter = self.letters.choose(size, role, used)
        used.add(letter)
        return letter

    # -- backward --------------------------------------------------------------------------------

    def _backward_steps(self) -> Iterator[Step]:
        first_user = self._first_users()
        for u in reversed(self.program.bindings):
            if u.leaf not in self.cotangents:
                continue
            if u is not self.program.output:
                yield from self._gradient_steps(self.cotangents[u.leaf])
            for leaf in direct_leaves(u.definition):
                is_input = leaf in self.cotangents and leaf not in self.program.by_leaf
                if is_input and first_user[leaf] is u:
                    yield from self._gradient_steps(self.cotangents[leaf])

    def _first_users(self) -> dict[Leaf, Binding]:
        return {leaf: users[0] for leaf, users in self.program.users().items()}

    def _gradient_steps(self, c: Cotangent) -> Iterator[Step]:
        if not c.paths:
            return
        single = len(c.paths) == 1
        collected = []
        for path in c.paths:
            local = self._local_step(path.user, c.target)
            if local is not None and not self._is_seed(path.user):
                yield local
            step = self._path_step(c, path, local, single=single)
            collected.append(step)
            yield step
        if single:
            self.done[c.target] = collected[0]
            return
        total = self._sum_step(c, collected)
        self.done[c.target] = total
        yield total

    def _is_seed(self, u: Binding) -> bool:
        """Whether u's cotangent is the constant 1: its local step is the gradient step."""
        read = self.cotangents[u.leaf].read
        return isinstance(read, Sum) and read is number_node(1)

    def _local_step(self, u: Binding, v: Leaf) -> Step | None:
        """`∂u_i/∂v_k = J`, the derivative of one definition in one name."""
        if isinstance(u.definition, Leaf) and not is_identity(u):
            return None
        lead = u.leaf.rank
        found = reverse(u.definition, delta(u.leaf.sizes), [v], lead=lead, simplify=simplify)
        if v not in found:
            return None
        jac = simplify(with_names(found[v], self.names))
        used: set[str] = set()
        top = self.letters.for_axes(u.leaf.sizes, "output", used)
        role = _role(v) if u.leaf.rank else "output"
        jac_node, shared = shared_axes(jac, u.leaf, v)
        low = [
            top[shared[k]] if k in shared else self._letter(s, role, used)
            for k, s in enumerate(v.sizes)
        ]
        letters = top + [x for k, x in enumerate(low) if k not in shared]
        form = self._form(jac_node, letters, used)
        rule = local_rule(u.definition, v)
        pattern = (rule, bool(shared), v.role == "parameter", u.leaf.rank, v.rank)
        new = pattern not in self.patterns
        self.patterns.add(pattern)
        function = isinstance(u.definition, (Map, Softmax, Leaf))
        level = MAIN if new and (v.role == "parameter" or function) else DETAIL
        return Step(
            "local", level, v, [form], jac, rule, user=u.leaf,
            refs=[self.forward[u.leaf]],
            reasons=local_reasons(u, v, jac_node, form),
            subject_letters=tuple(low), user_letters=tuple(top),
        )  # fmt: skip

    def _path_step(self, c: Cotangent, path: Path, local: Step | None, *, single: bool) -> Step:
        u, v = path.user, c.target
        refs = [self.done[u.leaf]] if u.leaf in self.done else []
        seed = self._is_seed(u)
        if local is not None:
            refs += [self.forward[u.leaf]] if seed else [local]
        result = c.value if single else path.final
        forms, low, top, summed = self._chain(u, v, path, local)
        batch = any(s in self.batch for s in u.leaf.sizes) and v.role == "parameter"
        step = Step(
            "gradient" if single else "path", MAIN if single else DETAIL, v, forms, result,
            self._gradient_rule(u, path, result, local, batch=batch),
            user=u.leaf, refs=refs, subject_letters=low, user_letters=top, summed=summed,
            put_in=path.put_in, local=None if local is None else local.value, reasons=local.reasons if local is not None and seed else [],
        )  # fmt: skip
        used = set(low) | set(top)
        sizes = dict(zip(top, u.leaf.sizes, strict=True)) if top else {}
        prefer: Prefer = {}
        for letter in summed:
            prefer.setdefault(sizes[letter], []).append(letter)
        settled = [c.plain, c.value] if single else []
        nodes = [*([] if path.put_in else [path.named]), path.final, *settled]
        if not isinstance(u.definition, Leaf) or is_identity(u):
            step.forms += [self._form(n, list(low), used, prefer) for n in _distinct(nodes)]
        if not step.forms:
            step.forms.append(self._form(result, list(low), used, prefer))
        if single:
            step.facts, step.nonzero = list(c.facts), list(c.nonzero)
        return step

    def _gradient_rule(
        self, u: Binding, path: Path, result: Node, local: Step | None, *, batch: bool
    ) -> str:
        cotangent = self.cotangents[u.leaf].read
        if cotangent.rank == 0 and not direct_leaves(cotangent) and local is not None:
            return local.rule
        if isinstance(u.definition, Leaf):
            return "rule.activation_identity" if is_identity(u) else "rule.definition"
        return gradient_rule(path.named, u.definition, cotangent, batch=batch)

    def _chain(
        self, u: Binding, v: Leaf, path: Path, local: Step | None
    ) -> tuple[list[Form], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Raw form of `sum_i ∇u_i J_ik`, with the letters of v, of u, and the summed ones."""
        used: set[str] = set()
        if local is None:
            low = self.letters.for_axes(v.sizes, _role(v), used)
            return [], tuple(low), (), ()
        low, top = list(local.subject_letters), list(local.user_letters)
        summed = tuple(x for x in top if x not in low)
        cotangent = self.cotangents[u.leaf].read
        if cotangent.rank == 0 and not direct_leaves(cotangent):
            return [], tuple(low), tuple(top), summed
        if path.put_in and isinstance(u.definition, Map):
            return [], tuple(low), tuple(top), summed  # the result itself shows it put in
        seed = self.cotangents[u.leaf].value if path.put_in else cotangent
        raw = raw_form(local, seed, u.leaf)
        return [raw], tuple(low), tuple(top), summed

    def _sum_step(self, c: Cotangent, parts: list[Step]) -> Step:
        used: set[str] = set()
        low = self.letters.for_axes(c.target.sizes, _role(c.target), used)
        forms = [self._form(n, low, set(used)) for n in _distinct([c.plain, c.value])]
        return Step(
            "sum", MAIN, c.target, forms, c.value, "rule.sum_over_paths", refs=list(parts),
            facts=list(c.facts), nonzero=list(c.nonzero), subject_letters=tuple(low),
        )  # fmt: skip

    # -- answers ---------------------------------------------------------------------------------

    def _answers(self) -> Iterator[Step]:
        for leaf in self.wrt:
            c = self.cotangents[leaf]
            value = answer_value(c, self.cotangents)
            used: set[str] = set()
            low = self.letters.for_axes(leaf.sizes, _role(leaf), used)
            yield Step(
                "answer", ANSWER, leaf, [self._form(value, low, used)], value, "rule.substitution",
                refs=[self.done[leaf]] if leaf in self.done else [], subject_letters=tuple(low),
            )  # fmt: skip


def derivation_letters(program: Program) -> Letters:
    """One choice of letters for a whole derivation: its names and sizes forbidden."""
    leaves = [c.port for c in program.inputs] + [b.leaf for b in program.bindings]
    own = tuple(tuple(Index(s) for s in x.sizes) for x in leaves)
    reads = [
        Term(1, indices, (Factor(x, positions(indices)),))
        for x, indices in zip(leaves, own, strict=True)
    ]
    return letters_for(make_sum((), reads), [x.name for x in leaves])


def _role(leaf: Leaf) -> str:
    return "parameter" if leaf.role == "parameter" else "value"


def content_out(node: Node, own: tuple[Index, ...]) -> tuple[Term, ...]:
    """The terms of a node; several with a common number become one with a group."""
    if not isinstance(node, Sum):
        return (Term(1, (), (Factor(node, positions(own)),)),)
    if len(node.terms) < 2:
        return node.terms
    content, group, axes = primitive(node)
    if content in (1, -1):
        return node.terms
    return (Term(content, (), (Factor(group, tuple(own[a].pos for a in axes)),)),)


def _distinct(nodes: list[Node]) -> list[Node]:
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
        if all(_has_bracket(term, t, b) for term in jac.terms)
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
    (term,) = jac.terms
    brackets = [f for f in term.factors if f.is_bracket]
    plain = tuple(f for f in term.factors if not f.is_bracket)
    if v.role == "parameter" and brackets and u.leaf.rank:
        if not plain and term.coef == 1:
            return [("reason.enters_only_plain", {"w": v, "z": (u.leaf, solved_letters(u, form))})]
        factor = Term(term.coef, term.bound, plain)
        place = (u.leaf, solved_letters(u, form))
        return [("reason.enters_only", {"w": v, "z": place, "f": (form, factor)})]
    if not u.leaf.rank and v.rank:
        return [("reason.only_term", {"i": form, "v": v})]
    return []


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


MOST_ANSWER_COST = 9.5
WORTH_SPLICING = 2.5


def answer_value(c: Cotangent, cotangents: dict[Leaf, Cotangent]) -> Node:
    """The gradient with cotangent names put in, as long as it stays short.

    Each is put in as one factor (`((P − Y) Wᵀ ⊙ H')ᵀ 1`), multiplied into the rest only where that
    is clearly shorter.
    """
    value = c.value
    for _ in range(len(cotangents)):
        inside = [x for x in direct_leaves(value) if is_gradient(x)]
        if not inside:
            return value
        latest = inside[0]
        assert latest.tag is not None
        kept = substitute(value, {latest: latest.tag.body}, STRUCTURE)
        if cost(kept) > 3 * MOST_ANSWER_COST:
            return c.value  # no rewriting brings this down to an answer
        spliced = simplify(kept)
        value = spliced if cost(spliced) < cost(kept) - WORTH_SPLICING else kept
        if cost(value) > MOST_ANSWER_COST:
            return c.value
    return value


def is_gradient(leaf: Leaf) -> bool:
    """Whether a leaf is the name of a cotangent."""
    return isinstance(leaf.tag, Call) and leaf.tag.op == "gradient"


def _number(steps: list[Step]) -> None:
    """Main steps count; a detail takes the next main step's number and a letter."""
    count = 0
    waiting: list[Step] = []
    for s in steps:
        if s.level == DETAIL:
            waiting.append(s)
            continue
        count += 1
        s.number = str(count)
        for k, detail in enumerate(waiting):
            detail.number = f"{count}{chr(ord('a') + k % 26)}"
        waiting = []
    for k, detail in enumerate(waiting):
        detail.number = f"{count + 1}{chr(ord('a') + k % 26)}"
