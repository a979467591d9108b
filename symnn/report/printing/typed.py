"""What is typed after a command, as equations: a formula in the matrix grammar, with declarations.

    symnn derive "norm2(W*x + b - y)^2" --var W=m,n --assume A=symmetric --wrt W,b

Law: the text goes to `sn.parse` only; an error there comes back with its caret under the column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from symnn.core.errors import ParseError, ShapeError, SymnnError, UnknownNameError, explain
from symnn.lang.call import Call, below
from symnn.lang.matrix_grammar import parse
from symnn.lang.matrix_tree import FACTS
from symnn.lang.tensor import Tensor, parameter, tensor
from symnn.text.symbols import parse_symbol

_FACTS = tuple(f for f in FACTS if f != "parameter")
_SQUARE = ("symmetric", "pd", "diagonal", "orthogonal", "invertible")


@dataclass
class Typed:
    """A typed formula.

    Attributes:
        text: one formula, or several statements; the last one is the value.
        sizes: declared sizes by name, `W: "m,n"`.
        facts: declared facts by name.
        symbols: LaTeX by name.
        wrt: wanted names; none: the parameters, or every name where there is no parameter.
    """

    text: str
    sizes: dict[str, str] = field(default_factory=dict)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    wrt: tuple[str, ...] = ()

    def read(self) -> tuple[Tensor, list[str]]:
        """The value, and the names to differentiate in.

        Raises:
            SymnnError: text, sizes, facts or names that do not fit.

        >>> value, wrt = Typed("norm2(X*w - y)^2", wrt=("w",)).read()
        >>> value, wrt
        (Tensor(power: []), ['w'])
        """
        value = self._parsed({}, ())
        leaves = _leaves(value)
        _known("--var", self.sizes, leaves)
        _known("--assume", self.facts, leaves)
        learned = [n for n in self.wrt if n in leaves]
        if self.facts or learned:
            made = {n: self._assumed(leaves[n], n in learned) for n in self.facts}
            value = self._parsed(made, learned)
        self._dress(value)
        return value, list(self.wrt) or self._default(value)

    def _parsed(self, made: Mapping[str, Tensor], learned: Sequence[str]) -> Tensor:
        declared = {n: s.replace(",", " ") for n, s in self.sizes.items()}
        try:
            return parse(self.text, wrt=learned, **{**declared, **made})
        except (ParseError, ShapeError) as error:
            shown = "\n".join(f"  {line}" for line in str(error).splitlines())
            raise type(error)(f"the formula cannot be read\n{shown}") from None

    def _assumed(self, call: Call, learned: bool) -> Tensor:
        """A leaf again, with its facts."""
        name, sizes = str(call.name), call.port.sizes
        facts = self.facts[name]
        unknown = [f for f in facts if f not in _FACTS]
        if unknown:
            raise UnknownNameError(
                explain(f"--assume {name}", expected=f"one of {', '.join(_FACTS)}",
                        found=", ".join(unknown))
            )  # fmt: skip
        square = [f for f in facts if f in _SQUARE]
        if square and (len(sizes) != 2 or sizes[0] != sizes[1]):
            raise ShapeError(
                explain(f"--assume {name}={square[0]}", expected="a square matrix",
                        found=f"{name}: [{', '.join(map(str, sizes))}]",
                        fix=f"--var {name}=n,n")
            )  # fmt: skip
        make = parameter if learned or call.port.role == "parameter" else tensor
        return make(name, sizes, assume={*facts, *call.port.facts})

    def _dress(self, value: Tensor) -> None:
        named = {c.name: c for c in below([value.call]) if c.name}
        for name, symbol in self.symbols.items():
            if name not in named:
                raise _no_name("--latex", name, map(str, named))
            parse_symbol(symbol)  # refuses what is no symbol
            named[name].symbol = symbol

    @staticmethod
    def _default(value: Tensor) -> list[str]:
        leaves = _leaves(value)
        learned = [n for n, c in leaves.items() if c.port.role == "parameter"]
        if not leaves:
            raise SymnnError(explain("the formula", expected="a name in it", found="numbers only"))
        return learned or list(leaves)


def pairs(option: str, items: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a table, each name once.

    >>> pairs("--var", ["W=m,n", "x=n"])
    {'W': 'm,n', 'x': 'n'}
    """
    found: dict[str, str] = {}
    for item in items:
        name, mark, value = (part.strip() for part in item.partition("="))
        if not mark or not name:
            raise SymnnError(explain(option, expected="NAME=VALUE", found=repr(item)))
        if name in found:
            raise SymnnError(explain(option, expected="each name once", found=name))
        found[name] = value
    return found


def _leaves(value: Tensor) -> dict[str, Call]:
    """Inputs and parameters by name, in the order of their making."""
    calls = [c for c in below([value.call]) if c.op in ("input", "parameter")]
    return {str(c.name): c for c in sorted(calls, key=lambda c: c.uid)}


def _known(option: str, names: Iterable[str], leaves: Mapping[str, Call]) -> None:
    for name in names:
        if name not in leaves:
            raise _no_name(option, name, leaves)


def _no_name(option: str, name: str, known: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(
        explain(f"{option} {name}", expected=f"a name of the formula: {', '.join(known)}",
                found=name)
    )  # fmt: skip
