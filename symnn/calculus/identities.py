"""The rules that shorten results, as data: a name, a law in words, a sample where it fires.

They act in the normal form (`normal`, `cancellation`, `matrices`), in the folds and in the
simplifier; the name is the one that `rules_off` takes and that those modules ask for. Each is
proved by a random numeric test over its sample at pairwise different sizes
(tests/calculus/test_identities.py). Laws that the notation itself keeps (a trace is cyclic, a
transpose is a read the other way round, a product of numbers commutes) cannot be switched off.
Extend: a line in `IDENTITIES`, its function here, and `is_off(name)` where the rule acts.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction

from symnn.calculus import cases
from symnn.calculus.brackets import same_place
from symnn.calculus.build import fresh_indices, map_node, positions
from symnn.calculus.centring import NAME as CENTRING
from symnn.calculus.facts import READER, WITH_FACTS, Policy, without_rules
from symnn.calculus.folds import FOLDS, fold
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.calculus.reflection import NAME as REFLECTION
from symnn.calculus.simplify import simplify
from symnn.core.errors import UnsupportedError
from symnn.core.function import function
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Term, make_softmax
from symnn.core.scalars import Scalar
from symnn.core.sizes import size_symbol

M, N = size_symbol("m"), size_symbol("n")


@dataclass(frozen=True)
class Identity:
    """One rule.

    Attributes:
        name: what `rules_off` takes.
        law: what equals what, in words.
        sample: builds an expression where it fires, under the rules in force.
        switched: whether it can be left out.
    """

    name: str
    law: str
    sample: Callable[[], Node]
    switched: bool = True


def rules_off(*names: str) -> AbstractContextManager[None]:
    """Leave rules out inside a block, to see the longer form.

    Args:
        *names: names of `IDENTITIES`.

    Raises:
        UnsupportedError: a name that is no rule, or one that the notation itself keeps.

    >>> i = Index(3)
    >>> x = Factor(Leaf("x", (3,)), (i.pos,))
    >>> with rules_off("like terms"):
    ...     len(make_sum((i,), [Term(1, (), (x,)), Term(1, (), (x,))]).terms)
    2
    """
    known = {r.name for r in IDENTITIES if r.switched}
    unknown = [n for n in names if n not in known]
    if unknown:
        raise UnsupportedError(
            f"no rule is called {', '.join(unknown)}\n  there is: {'; '.join(sorted(known))}"
        )
    return without_rules(frozenset(names))


def _leaf(name: str, *sizes: Scalar, facts: str = "") -> Leaf:
    return Leaf(name, tuple(sizes), facts=frozenset(facts.split()))


def _indices(*sizes: Scalar) -> tuple[Index, ...]:
    return tuple(Index(s) for s in sizes)


def _read(node: Node, *indices: Index, power: int = 1) -> Factor:
    return Factor(node, positions(indices), power)


def _apply(name: str, node: Node) -> Node:
    own = fresh_indices(node)
    return map_node(function(name), own, [(node, positions(own))])


def _sum_of(indices: tuple[Index, ...], *factors: tuple[Factor, ...], facts: bool = False) -> Node:
    """The sum of products, every index that is not free bound."""
    terms = []
    for product in factors:
        bound = tuple(dict.fromkeys(i for f in product for i in f.indices() if i not in indices))
        terms.append(Term(1, bound, product))
    return make_sum(indices, terms, WITH_FACTS if facts else READER)


def _delta() -> Node:
    i, j = _indices(N, N)
    x, y = _leaf("x", N), _leaf("y", N)
    return _sum_of((i,), (_read(x, i), _read(y, j), same_place(i.pos, j.pos)))


def _like_terms() -> Node:
    i, j, k = _indices(M, N, N)
    A, x = _leaf("A", M, N), _leaf("x", N)
    return _sum_of((i,), (_read(A, i, j), _read(x, j)), (_read(A, i, k), _read(x, k)))


def _common_factors() -> Node:
    i, j = _indices(M, N)
    A, B, x = _leaf("A", M, N), _leaf("B", M, N), _leaf("x", N)
    node = _sum_of((i,), (_read(A, i, j), _read(x, j)), (_read(B, i, j), _read(x, j)))
    return simplify(node, Policy())


def _clip() -> Node:
    (i,) = _indices(N)
    r, delta = _leaf("r", N), _leaf("delta", facts="positive")
    x, bound = (r, (i.pos,)), (delta, ())
    inside = map_node(function("ge"), (i,), [bound, (_apply("abs", r), (i.pos,))])
    sign = map_node(function("sign"), (i,), [x])
    outside = make_sum((i,), [Term(1, (), ()), Term(-1, (), (_read(inside, i),))])
    beyond = (_read(outside, i), _read(delta), _read(sign, i))
    return simplify(_sum_of((i,), (_read(inside, i), _read(r, i)), beyond))


def _mask() -> Node:
    (i,) = _indices(N)
    m, x = _leaf("m", N, facts="mask"), _leaf("x", N)
    return _sum_of((i,), (_read(m, i), _read(m, i), _read(x, i)))


def _sums() -> Node:
    i, k = _indices(M, N)
    p, x = make_softmax(_leaf("Z", M, N), 1), _leaf("x", M)
    return _sum_of((i,), (_read(x, i), _read(p, i, k)), facts=True)


def _centred() -> Node:
    i, j, k = _indices(N, N, M)
    x, y = _leaf("x", N), _leaf("y", M)
    mean = Term(-1 / N, (j,), (_read(x, j),))
    centred = make_sum((i,), [Term(1, (), (_read(x, i),)), mean])
    return _sum_of((k,), (_read(y, k), _read(centred, i)), (_read(y, k, power=2),))


def _reflection() -> Node:
    (i,) = _indices(N)
    x, y = _leaf("x", N), _leaf("y", N)
    minus = make_sum((i,), [Term(-1, (), (_read(x, i),))])
    terms = ((_read(y, i), _read(_apply("sigmoid", v), i)) for v in (x, minus))
    return simplify(_sum_of((i,), *terms))


def _inverse_times() -> Node:
    i, j, k = _indices(N, N, N)
    A, x = _leaf("A", N, N), _leaf("x", N)
    return _sum_of((i,), (_read(linalg_node("inv", A), i, j), _read(A, j, k), _read(x, k)))


def _inverse_of_product() -> Node:
    i, j, k = _indices(N, N, N)
    A, B = _leaf("A", N, N), _leaf("B", N, N)
    return linalg_node("inv", _sum_of((i, k), (_read(A, i, j), _read(B, j, k))))


def _orthogonal() -> Node:
    i, j, k = _indices(N, N, N)
    Q, x = _leaf("Q", N, N, facts="orthogonal"), _leaf("x", N)
    return _sum_of((i,), (_read(Q, j, i), _read(Q, j, k), _read(x, k)), facts=True)


def _unit() -> Node:
    i, k = _indices(M, N)
    u, x = _leaf("u", N, facts="unit"), _leaf("x", M)
    return _sum_of((i,), (_read(u, k, power=2), _read(x, i)), facts=True)


def _onehot() -> Node:
    i, j = _indices(N, N)
    y, x = _leaf("y", N, facts="onehot"), _leaf("x", N)
    return _sum_of((i,), (_read(y, i), _read(y, j), _read(x, j)), facts=True)


def _pair(first: str, second: str, power: int) -> Callable[[], Node]:
    def sample() -> Node:
        (i,) = _indices(N)
        x = _leaf("x", N)
        return _sum_of((i,), (_read(_apply(first, x), i), _read(_apply(second, x), i, power=power)))

    return sample


def _softmax() -> Node:
    i, j = _indices(N, N)
    e = _apply("exp", _leaf("z", N))
    total = _sum_of((), (_read(e, j),))
    return fold([_sum_of((i,), (_read(e, i), _read(total, power=-1)))])[0]


def _sigmoid() -> Node:
    (i,) = _indices(N)
    minus = make_sum((i,), [Term(-1, (), (_read(_leaf("x", N), i),))])
    below = make_sum((i,), [Term(1, (), ()), Term(1, (), (_read(_apply("exp", minus), i),))])
    return fold([_sum_of((i,), (_read(below, i, power=-1),))])[0]


def _log_of_sum() -> Node:
    (j,) = _indices(N)
    total = _sum_of((), (_read(_apply("exp", _leaf("z", N)), j),))
    return fold([_apply("log", total)])[0]


def _log_of_determinant() -> Node:
    return fold([_apply("log", linalg_node("det", _leaf("A", N, N, facts="pd")))])[0]


def _exp_of_log() -> Node:
    return fold([_apply("exp", _apply("log", _leaf("x", N, facts="positive")))])[0]


def _shift() -> Node:
    i, j = _indices(M, N)
    z, c = _leaf("Z", M, N), _leaf("c", M)
    return fold([make_softmax(_sum_of((i, j), (_read(z, i, j),), (_read(c, i),)), 1)])[0]


def _parity() -> Node:
    (i,) = _indices(N)
    minus = make_sum((i,), [Term(-1, (), (_read(_leaf("x", N), i),))])
    return fold([_apply("tanh", minus)])[0]


def _cyclic() -> Node:
    i, j = _indices(M, N)
    A, B = _leaf("A", M, N), _leaf("B", N, M)
    factors = (_read(A, i, j), _read(B, j, i))
    return make_sum((), [Term(1, (i, j), factors), Term(-1, (i, j), factors[::-1])])


def _powers() -> Node:
    (i,) = _indices(N)
    x = _leaf("x", N, facts="positive")
    return _sum_of((i,), (_read(x, i, power=3), _read(x, i, power=-2)))


def _root() -> Node:
    (i,) = _indices(N)
    square = _sum_of((i,), (_read(_leaf("x", N, facts="positive"), i, power=2),))
    return make_sum((i,), [Term(1, (), (Factor(square, (i.pos,), Fraction(1, 2)),))])


_FOLD_SAMPLES = (_softmax, _sigmoid, _log_of_sum, _log_of_determinant, _exp_of_log, _shift,
                 _parity)  # fmt: skip
_FOLD_LAWS = (
    "exp(z)_i / sum exp(z) is softmax(z)_i",
    "1 / (1 + exp(-x)) is sigmoid(x), exp(x) / (1 + exp(x)) too",
    "log exp x is x; log sum exp z is logsumexp z; log softmax z is z - logsumexp z; log(1 + exp x) is softplus x",  # noqa: E501
    "log det A is logdet A; log(det(A)^2 det(B)) is 2 logdet A + logdet B",
    "exp log x is x",
    "softmax(z + c) is softmax(z), logsumexp(z + c) is logsumexp(z) + c for c constant along the axis",  # noqa: E501
    "odd functions pull a minus out, even ones drop it; relu and abs pull out a positive factor",
)

IDENTITIES: tuple[Identity, ...] = (
    Identity("delta elimination", "sum over j of [i = j] x_j is x_i", _delta),
    Identity("like terms", "a x + b x is (a + b) x", _like_terms),
    Identity("common factors", "A X C + A Y C is A (X + Y) C", _common_factors),
    Identity("clip", "r where |r| <= d, else d sign(r), is clip(r, -d, d)", _clip),
    Identity(cases.NAME, "a + b [x > 0] is a [x <= 0] + (a + b) [x > 0], where a + b is shorter",
             lambda: simplify(cases.sample())),
    Identity("masks are idempotent", "m^2 is m where m is 0 or 1", _mask),
    Identity("powers", "x^a x^b is x^(a + b)", _powers, switched=False),
    Identity("roots", "(x^2)^(1/2) is x where x >= 0", _root, switched=False),
    Identity("cyclic trace", "tr(A B) is tr(B A)", _cyclic, switched=False),
    Identity("sums along an axis",
             "a softmax, simplex or one-hot row sums to 1, centred values to 0", _sums),
    Identity(CENTRING, "sum over i of x_i - mean(x) is 0, over several axes too", _centred),
    Identity(REFLECTION, "sigmoid(-x) is 1 - sigmoid(x), where that is shorter", _reflection),
    Identity("inverse times matrix", "A^-1 A and A A^-1 are I, (X'X)^-1 X'X too", _inverse_times),
    Identity("inverse and determinant of products",
             "(A B)^-1 is B^-1 A^-1, det(A B) is det A det B, of transposes and scalars likewise",
             _inverse_of_product),
    Identity("orthogonal tensors", "Q'Q and Q Q' are I", _orthogonal),
    Identity("unit tensors", "u'u is 1", _unit),
    Identity("onehot tensors", "y_i y_j is [i = j] y_i", _onehot),
    Identity("sinh beside cosh", "sinh x / cosh x is tanh x", _pair("sinh", "cosh", -1)),
    Identity("step beside relu", "step(x) relu(x) is relu(x)", _pair("step", "relu", 1)),
    Identity("sign beside abs", "sign(x) |x| is x", _pair("sign", "abs", 1)),
    *(Identity(name, law, sample)
      for (name, _), law, sample in zip(FOLDS, _FOLD_LAWS, _FOLD_SAMPLES, strict=True)),
)  # fmt: skip
