"""The notation tree: a formula as it is written, independent of any printer.

Frozen, hashable nodes. Printers (latex, text, typst) and the text parser know every kind here and
nothing else; an unknown kind raises. The tree says *what is written*, never *why*. Matrix forms
(`Mul`, `Hadamard`, `Transpose`...) and component forms (`Entry`, `BigOp`) share it.

Index letters count from 0 inside the tree; `positions` says when a printed letter runs from 1.
Nothing of symnn is imported here, so that the text floor below may build symbols.
Extend: a dataclass here, then one arm in `printer`, the parser, `interpret` and `measure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Tree:
    """Base of all notation nodes."""


@dataclass(frozen=True, slots=True)
class Num(Tree):
    """An exact number; prints as 2, 1/2 or 0.044715."""

    value: int | Fraction


@dataclass(frozen=True, slots=True)
class Const(Tree):
    """A named constant: `pi`, `e`, `inf`."""

    name: str


@dataclass(frozen=True, slots=True)
class Sym(Tree):
    """A named quantity. `base` is a letter, a Greek name or a word; the rest decorates it.

    accent: "", "hat", "tilde", "bar", "dot"; `bold` for vectors and matrices (set by style);
    `sub` and `sup` are short texts (`Q` in W_Q, `[1]` in z^[1]); `roman` prints a word upright;
    `font` is "", "cal" or "bb" (calligraphic, blackboard).
    """

    base: str
    accent: str = ""
    sub: str = ""
    sup: str = ""
    bold: bool = False
    roman: bool = False
    font: str = ""


@dataclass(frozen=True, slots=True)
class Entry(Tree):
    """A component: `base` at 0-based internal positions, printed as subscripts (`W_{kl}`).

    With fewer positions than axes, or with `Colon`, it is a slice: with one axis left, a column.
    """

    base: Tree
    positions: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Colon(Tree):
    """A whole axis among the positions of an `Entry` (`A_{:,j}`), or a part of it.

    `first` is the first position, from 0, `last` the last one, from 1; `step` is between
    neighbours, `count` how many there are, where known: `x_{2:n}` is `Colon(Num(1), Sym("n"))`.
    """

    first: Tree | None = None
    last: Tree | None = None
    step: int = 1
    count: Tree | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Neg(Tree):
    """Minus its argument."""

    arg: Tree


@dataclass(frozen=True, slots=True)
class Add(Tree):
    """A sum of at least two terms; a `Neg` term prints with a minus sign."""

    terms: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Mul(Tree):
    """Juxtaposition of scalars, a scalar and a matrix, or matrices (matrix product), in order."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Hadamard(Tree):
    """The entrywise product, printed with ⊙."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Kron(Tree):
    """The Kronecker product, printed with ⊗."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Frac(Tree):
    """`num / den`: den is a scalar, or both are scalars; entrywise where `elementwise`."""

    num: Tree
    den: Tree
    elementwise: bool = False


@dataclass(frozen=True, slots=True)
class Pow(Tree):
    """A power; `elementwise` prints the circled power of a vector or matrix."""

    base: Tree
    exponent: Tree
    elementwise: bool = False


@dataclass(frozen=True, slots=True)
class Transpose(Tree):
    """The transpose of a matrix or vector."""

    arg: Tree


def inverse_of(tree: Tree) -> Tree | None:
    """The matrix whose inverse a tree is (`X` of `X⁻¹`), so that its transpose prints `X⁻ᵀ`."""
    match tree:
        case Pow(base, Neg(Num(1)), False):
            return base
    return None


@dataclass(frozen=True, slots=True)
class Apply(Tree):
    """A function applied to arguments (`tanh(z)`, `max(a, b)`).

    `prime` counts derivative marks (σ′(z)); `symbol` is True where `fn` is a letter such as σ
    (`fn` is then its name: "sigma", "f"). `functions` lists all other names.
    """

    fn: str
    args: tuple[Tree, ...]
    prime: int = 0
    symbol: bool = False


@dataclass(frozen=True, slots=True)
class Norm(Tree):
    """A norm: kind "2" (Euclidean or Frobenius), "1", "inf"; `squared` adds the exponent 2."""

    arg: Tree
    kind: str = "2"
    squared: bool = False


@dataclass(frozen=True, slots=True)
class Index(Tree):
    """A bound or free index letter with its range 1..upper (`i`, `i'`)."""

    letter: str


@dataclass(frozen=True, slots=True)
class BigOp(Tree):
    """`op` in {"sum", "prod", "max", "min"} over indices, each with its upper bound (1-based).

    `condition` prints beside the index (`i ≠ k`, `s ≤ t`).
    """

    op: str
    body: Tree
    indices: tuple[tuple[str, Tree | None], ...]
    condition: Tree | None = None


@dataclass(frozen=True, slots=True)
class Relation(Tree):
    """`left rel right`, rel in "= != < <= > >= in approx defined assigned"."""

    rel: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class All(Tree):
    """Several conditions at once, printed with commas, or `0 ≤ a < n` where they share `a`."""

    conditions: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Space(Tree):
    """The space of real arrays of these sizes, `ℝ^(p×n)`; no size: ℝ."""

    sizes: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Iverson(Tree):
    """The bracket `[condition]`: 1 where it holds, else 0."""

    condition: Tree


@dataclass(frozen=True, slots=True)
class Identity(Tree):
    """The identity matrix `I_n`."""

    size: Tree


@dataclass(frozen=True, slots=True)
class Ones(Tree):
    """The column vector of ones `1_n` (size), with two sizes the matrix, with `more` the tensor."""

    size: Tree
    columns: Tree | None = None
    more: tuple[Tree, ...] = ()

    @property
    def sizes(self) -> tuple[Tree, ...]:
        """All sizes."""
        return (self.size, *(() if self.columns is None else (self.columns,)), *self.more)


@dataclass(frozen=True, slots=True)
class Zeros(Tree):
    """The zero scalar (no size), vector or matrix."""

    sizes: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Cases(Tree):
    """`expr if cond` rows and an `otherwise`."""

    rows: tuple[tuple[Tree, Tree], ...]
    otherwise: Tree


@dataclass(frozen=True, slots=True)
class Grad(Tree):
    """`∇_{wrt} of`: the gradient, in the shape of `wrt`; `of` may be None."""

    wrt: Tree
    of: Tree | None = None


@dataclass(frozen=True, slots=True)
class Partial(Tree):
    """`∂num / ∂den`, order 1 (`den` one tree) or 2 (two trees)."""

    num: Tree
    den: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Differential(Tree):
    """`d x`."""

    arg: Tree


@dataclass(frozen=True, slots=True)
class Inner(Tree):
    """`⟨left, right⟩`."""

    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class ForEach(Tree):
    """`body` for each value of `index` (a slice form); `upper` its range."""

    body: Tree
    index: str
    upper: Tree | None = None


@dataclass(frozen=True, slots=True)
class Grid(Tree):
    """A literal matrix of trees, row by row."""

    rows: tuple[tuple[Tree, ...], ...]


@dataclass(frozen=True, slots=True)
class Words(Tree):
    """Plain words inside a formula (already translated)."""

    text: str


@dataclass(frozen=True, slots=True)
class Chain(Tree):
    """`left = form1 = form2 = ...`: equal forms in a row."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Where(Tree):
    """A formula followed by definitions of the names that it uses."""

    body: Tree
    definitions: tuple[Tree, ...] = field(default=())
