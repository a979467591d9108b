"""Derivation: the gradients of a loss, with names kept, steps on demand, and their checks.

`derive` traces the loss to named values, runs reverse mode from name to name, and keeps the result;
steps, text and checks are made only when asked for. Gradients are Tensors: they evaluate, compile
and differentiate like anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from symnn.calculus.build import fresh_indices
from symnn.calculus.normal import make_sum
from symnn.core.errors import ShapeError, UnknownNameError
from symnn.core.node import Leaf, Node
from symnn.derivation.backward import Cotangent, backward, gradient_call
from symnn.derivation.checks import CheckReport, run_checks
from symnn.derivation.definitions import Binding, Program
from symnn.derivation.differential_checks import printed_lines_hold
from symnn.derivation.differential_texts import DifferentialWriter, routes_agree
from symnn.derivation.differentials import SecondRoute, second_route
from symnn.derivation.gradients import Gradients
from symnn.derivation.inputs import call_with_tensors, wanted
from symnn.derivation.layouts import Layout
from symnn.derivation.names import Names
from symnn.derivation.program import collector_paused, trace
from symnn.derivation.step_writer import StepWriter
from symnn.derivation.steps import Step
from symnn.derivation.structured import structure_of, structured_gradient
from symnn.derivation.texts import derivation_latex, derivation_text, derivation_typst
from symnn.derivation.views import View, Viewer
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor


class Derivation:
    """The derivation of a scalar's gradients.

    Attributes:
        loss: the scalar.
        wrt: the tensors differentiated in.
        program: forward bindings in order.
        cotangents: gradient of every value on the way, by its leaf.
        gradients: Tensor per wanted tensor.
        structured: by the leaf of a declared symmetric or diagonal matrix, the derivative in its
            independent entries.

    >>> from symnn.lang.face import parameter, tensor
    >>> w, x = parameter("w", ("n",)), tensor("x", ("n",))
    >>> Derivation((w @ x) ** 2, [w]).gradients[w].sizes
    (n,)
    """

    def __init__(self, loss: Tensor, wrt: Sequence[Tensor], *, structured: bool = False) -> None:
        self.loss = loss
        self.wrt = list(wrt)
        calls = [t.call for t in self.wrt]
        with collector_paused():
            self.program: Program = trace(loss.call, calls)
            ports = [c.port for c in calls]
            self.cotangents: dict[Leaf, Cotangent] = backward(self.program, ports)
        self._name_gradients(calls)
        self.structured: dict[Leaf, Node] = self._structured(calls) if structured else {}
        self.gradients = Gradients([(c, self._gradient(c)) for c in calls])

    def _name_gradients(self, calls: Sequence[Call]) -> None:
        for call in calls:
            found = self.cotangents.get(call.port)
            if found is None:  # it is read, but every path to it is zero
                zero = make_sum(fresh_indices(call.port), [])
                found = Cotangent(call.port, [], zero, zero)
                self.cotangents[call.port] = found
            if found.call is None:
                found.call = gradient_call(call.port, found.value)
        for cotangent in self.cotangents.values():  # so that a later derivation can tell whose
            if cotangent.call is not None:
                cotangent.call.attrs["loss"] = self.program.output.leaf

    def _structured(self, calls: Sequence[Call]) -> dict[Leaf, Node]:
        found = {}
        for leaf in (c.port for c in calls):
            structure = structure_of(leaf)
            if structure is not None:
                found[leaf] = structured_gradient(self.cotangents[leaf].value, structure)
        return found

    def _gradient(self, call: Call) -> Tensor:
        if call.port in self.structured:
            made = gradient_call(call.port, self.structured[call.port])
            made.attrs["loss"] = self.program.output.leaf
            return Tensor(made)
        named = self.cotangents[call.port].call
        assert named is not None
        return Tensor(named)

    def binding(self, call: Call) -> Binding | None:
        """The binding of a named value."""
        return self.program.by_leaf.get(call.port)

    @cached_property
    def names(self) -> Names:
        """Symbols of all names."""
        return Names(self.program)

    @cached_property
    def _writer(self) -> StepWriter:
        wrt = [t.call.port for t in self.wrt]
        return StepWriter(self.program, self.cotangents, wrt, self.structured)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The worked solution: forward equations, local derivatives, gradients, answers."""
        return tuple(self._writer.write())

    @cached_property
    def viewer(self) -> Viewer:
        """Turns steps into trees."""
        return Viewer(self.program, self.names, self._writer.letters)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The steps as trees, for printers."""
        return tuple(self.viewer.view(s) for s in self.steps)

    def layout(self, layout: str = "mixed", samples: str = "rows") -> Layout:
        """A layout: "mixed", "numerator" or "denominator"; samples in "rows" or "columns"."""
        return Layout(self.program, self.names, self._writer.letters, layout, samples)

    def text(
        self,
        depth: str = "answers",
        lang: str = "en",
        *,
        layout: str = "mixed",
        samples: str = "rows",
    ) -> str:
        """Unicode text.

        Args:
            depth: "answers", "main", "all", or "layers" (repeated layers once).
            lang: "en" or "fr".
            layout: "mixed" (a gradient has the shape of its variable), "numerator" or
                "denominator".
            samples: whether samples are "rows", as written, or "columns".

        >>> import numpy as np
        >>> from symnn.lang.face import parameter, tensor
        >>> W, x = parameter("W", ("m", "n")), tensor("x", ("n",))
        >>> print(derive(np.sum((W @ x) ** 2), wrt=W).text(layout="numerator").splitlines()[-1])
        ∂L/∂W = 2 x xᵀ Wᵀ
        """
        return derivation_text(self.views, depth, lang, self.layout(layout, samples))

    def latex(
        self,
        depth: str = "answers",
        lang: str = "en",
        *,
        layout: str = "mixed",
        samples: str = "rows",
    ) -> str:
        """LaTeX (amsmath); the arguments are those of `text`."""
        return derivation_latex(self.views, depth, lang, self.layout(layout, samples))

    def typst(
        self,
        depth: str = "answers",
        lang: str = "en",
        *,
        layout: str = "mixed",
        samples: str = "rows",
    ) -> str:
        """Typst mathematics; the arguments are those of `text`."""
        return derivation_typst(self.views, depth, lang, self.layout(layout, samples))

    def differentials(self) -> SecondRoute:
        """The gradients again, by differentials: forward mode, then identified."""
        given = {leaf: c.read for leaf, c in self.cotangents.items()}
        return second_route(self.program, [t.call.port for t in self.wrt], given)

    def differential_text(self, depth: str = "main", lang: str = "en") -> str:
        """The second route as a worked solution: each differential, and dL = tr(Gᵀ dW).

        >>> import numpy as np
        >>> from symnn.lang.face import parameter, tensor
        >>> x = tensor("x", ("n",))
        >>> print(derive(np.sum(x**2), wrt=x).differential_text())
        (1)  dL = 2 xᵀ dx   [differential]
              ⇒ ∇_x = 2 x
        ∇_x(L) = 2 x
        """
        return self._differential_writer().text(depth, lang)

    def _differential_writer(self) -> DifferentialWriter:
        wrt = [t.call.port for t in self.wrt]
        return DifferentialWriter(self.differentials(), self.names, self._writer.letters, wrt)

    def check_differentials(self, *, draws: int = 2, seed: int = 0) -> float:
        """The largest relative deviation of the second route from the first, and of its lines.

        Every printed line is parsed again and evaluated, but those at one step of a recurrence.

        Raises:
            CheckError: it is above the rounding error.
        """
        writer = self._differential_writer()
        of = (self.program, self.cotangents)
        lines = printed_lines_hold(writer, *of, self.layout(), draws=draws, seed=seed)
        return max(lines, routes_agree(writer.route, *of, draws=draws, seed=seed))

    def check(
        self,
        *,
        draws: int = 2,
        seed: int = 0,
        printed: bool = True,
        layout: str = "mixed",
        samples: str = "rows",
    ) -> CheckReport:
        """Check all names, forms, gradients and printed formulas numerically.

        Args:
            draws: random draws of pairwise different sizes.
            seed: same seed, same draws.
            printed: parse the text of every step again and evaluate it.
            layout: of the printed steps, as for `text`.
            samples: of the printed steps, as for `text`.

        Raises:
            CheckError: something deviates; the message is the table.
        """
        return run_checks(
            self.program,
            self.cotangents,
            structured=self.structured,
            layout=self.layout(layout, samples) if printed else None,
            views=list(self.views) if printed else None,
            draws=draws,
            seed=seed,
        )

    def __repr__(self) -> str:
        return f"Derivation of {', '.join(str(t.call.name) for t in self.wrt)}\n{self.text()}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = {"text/plain": repr(self), "text/latex": self._repr_latex_()}
        kept = {k: v for k, v in bundle.items() if include is None or k in include}
        return {k: v for k, v in kept.items() if exclude is None or k not in exclude}


def derive(
    loss: Tensor | Callable[..., Any], wrt: Any = None, *, structured: bool = False, **shapes: Any
) -> Derivation:
    """Derive the gradients of a scalar.

    Args:
        loss: a rank-0 tensor, or a function written with NumPy (then give shapes by name).
        wrt: a tensor, a list of them (names for a function); default: all parameters.
        structured: in matrices declared symmetric or diagonal, `.gradients` are those of their
            independent entries, `G + Gᵀ - G ⊙ I` or `G ⊙ I`: a step behind the ambient one.
        **shapes: shapes by name, for a function.

    Returns:
        A Derivation: `.gradients[W]`, `.steps`, `.latex()`, `.text()`, `.check()`.

    Raises:
        ShapeError: the loss is not a scalar.
        UnknownNameError: a wanted tensor does not occur.
        DomainError: a wanted tensor holds integers.

    >>> import numpy as np
    >>> from symnn.lang.face import parameter, tensor
    >>> x = tensor("x", ("n",))
    >>> d = derive(np.sum(x * x), wrt=x)
    >>> d.check().passed
    True
    """
    if not isinstance(loss, Tensor):
        loss, wrt = call_with_tensors(loss, wrt, shapes)
    elif shapes:
        raise UnknownNameError(
            f"derive: unexpected {', '.join(shapes)}\n"
            "  fix: shapes by name are for a function; a tensor already has its inputs"
        )
    _must_be_scalar(loss)
    return Derivation(loss, wanted(loss.call, wrt), structured=structured)


def _must_be_scalar(loss: Tensor) -> None:
    if loss.ndim:
        shape = ", ".join(map(str, loss.sizes))
        raise ShapeError(
            f"ShapeError in derive\n  expected: a scalar loss\n  found: shape [{shape}]\n"
            f"  fix: sum or average it (np.sum, np.mean), or use sn.jacobian"
        )
