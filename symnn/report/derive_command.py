"""The command `symnn derive`: a formula, a network or equations in, checked derivatives out.

Law: every answer is checked before it is shown (unless `--no-check`); a mistake in a formula is one
message with a caret under the column.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from symnn.calculus.identities import rules_off
from symnn.core.errors import ShapeError, SymnnError, explain
from symnn.derivation.checks import CheckReport
from symnn.derivation.derivation import Derivation, derive
from symnn.derivation.layouts import LAYOUTS, SAMPLES
from symnn.derivation.texts import component_equation, explained, matrix_equation
from symnn.notation.latex import to_latex
from symnn.notation.text import to_text
from symnn.report.answers.problem import Problem, add_problem, read_problem
from symnn.report.derivation.derivatives import Derivative, hessians, jacobians
from symnn.text.arguments import seed
from symnn.text.phrases import languages

DEPTHS = ("answers", "main", "all", "layers")
_EXAMPLES = """\
examples:
  symnn derive "norm2(W*x + b - y)^2" --var W=m,n --wrt W,b
  symnn derive "x'*A*x + c*sin(y)'*x" --wrt x --depth all
  symnn derive "z = X*w; sum(log(exp(-y.*z) + vector(1)))" --wrt w --hessian
  symnn derive "softmax(W*x)" --wrt x --jacobian --format latex
  symnn derive "X: symmetric matrix(n); logdet(X)" --wrt X --structured
  symnn derive "norm2(W*x - y)^2" --wrt W --layout numerator --depth main
  symnn derive "h = tanh(W*x); norm2(h - y)^2" --wrt W --route differentials --depth main
  symnn derive net.toml --wrt all --depth layers    a network with a [loss]
  symnn derive --define "z[i] = sum(j: W[i,j]*x[j]) + b[i]" --define "L = sum(i: (z[i]-y[i])^2)" \\
               --parameter W=p,n --parameter b=p --input x=n --input y=p
  symnn derive equations.toml --format json --draws 20

the formula: + - * / ^ .* ./ .^ ' and functions; capital letters are matrices, small ones vectors,
Greek ones scalars, unless declared. Statements name intermediates: "z = W*x + b; norm2(z - y)^2".

equations.toml:
  equations = ["z[i] = sum(j: W[i,j]*x[j])", "L = sum(i: z[i]^2)"]
  loss = "L"
  wrt = ["W"]
  tensors.W = { shape = ["p", "n"], role = "weights" }
  tensors.x = { shape = ["n"], role = "input", latex = "\\\\mathbf{x}" }
"""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "derive",
        description="Derive a formula, a network or equations, check the result numerically, "
        "print it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_problem(parser)
    add = parser.add_argument
    add("--hessian", action="store_true", help="second derivatives in every pair of --wrt")
    add("--jacobian", action="store_true", help="of a value that is no scalar")
    add(
        "--structured",
        action="store_true",
        help="in symmetric and diagonal matrices: the derivative in their independent entries",
    )
    _add_conventions(parser)
    add(
        "--depth",
        choices=DEPTHS,
        default="answers",
        help="answers, main steps, every step, or repeated layers once (default: answers)",
    )
    add("--rules-off", default="", metavar="RULES", help='leave rules out: "like terms,centring"')
    add("--format", choices=("text", "latex", "json"), default="text", help="default: text")
    add(
        "--json",
        action="store_const",
        dest="format",
        const="json",
        help="the same as --format json",
    )
    _add_check(parser)
    parser.set_defaults(run=run)


def _add_check(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--lang", choices=languages(), default="en", help="language (default: en)")
    add(
        "--check",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="hold every formula to numbers (default)",
    )
    add("--draws", type=int, default=5, metavar="N", help="random draws of the check (default: 5)")
    add("--seed", type=seed, default=0, metavar="N", help="seed of the draws")


def _add_conventions(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--route", choices=("chain", "differentials"), default="chain",
        help="the chain rule on components, or dL = tr(G' dW) (default: chain)")  # fmt: skip
    add("--layout", choices=LAYOUTS, default="mixed",
        help="mixed: a gradient has the shape of its variable; or one layout for all "
        "(default: mixed)")  # fmt: skip
    add("--samples", choices=SAMPLES, default="rows",
        help="samples as rows, as written, or as columns (default: rows)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.draws < 1:
        raise SymnnError(explain("--draws", expected="at least 1", found=str(args.draws)))
    if args.hessian and args.jacobian:
        raise SymnnError(explain("symnn derive", expected="--hessian or --jacobian", found="both"))
    with _without(args.rules_off):
        problem = read_problem(args)
        if args.hessian or args.jacobian:
            return _derivatives(args, problem)
        return _gradients(args, problem)


@contextmanager
def _without(names: str) -> Iterator[None]:
    rules = [n.strip() for n in names.split(",") if n.strip()]
    with rules_off(*rules):
        yield


def _scalar(problem: Problem, wish: str) -> None:
    if problem.value.ndim:
        shape = ", ".join(map(str, problem.value.sizes))
        raise ShapeError(
            explain(f"{wish} of {problem.title}", expected="a scalar", found=f"shape [{shape}]",
                    fix="sum it, or --jacobian")
        )  # fmt: skip


# -- gradients -------------------------------------------------------------------------------------


def _gradients(args: argparse.Namespace, problem: Problem) -> int:
    _scalar(problem, "the gradient")
    d = derive(problem.value, wrt=problem.wrt, structured=args.structured)
    if args.route == "differentials":
        return _by_differentials(args, d)
    conventions = {"layout": args.layout, "samples": args.samples}
    report = d.check(draws=args.draws, seed=args.seed, **conventions) if args.check else None
    if args.format == "json":
        print(json.dumps(_data(d, args, report), ensure_ascii=False))
    elif args.format == "latex":
        print(d.latex(args.depth, **conventions))
    else:
        print(d.text(args.depth, args.lang, **conventions))
        if report is not None:
            print(f"# {args.draws} draws, largest deviation from central differences "
                  f"{report.largest:.0e}")  # fmt: skip
    return 0


def _by_differentials(args: argparse.Namespace, d: Derivation) -> int:
    if args.format != "text" or args.layout != "mixed" or args.depth == "layers":
        raise SymnnError(
            explain("--route differentials", expected="text in mixed layout at answers, main, all",
                    found=f"{args.format}, {args.layout}, {args.depth}")
        )  # fmt: skip
    error = d.check_differentials(draws=args.draws, seed=args.seed) if args.check else None
    print(d.differential_text(args.depth, args.lang))
    if error is not None:
        print(f"# {args.draws} draws, largest deviation from the chain rule {error:.0e}")
    return 0


def _data(d: Derivation, args: argparse.Namespace, report: CheckReport | None) -> dict[str, Any]:
    gradients = {}
    layout = d.layout(args.layout, args.samples)
    views = [layout.view(v) for v in d.views]
    answers = [v for v in views if v.step.level == "answer"]
    for view in answers:
        tree = view.matrix if view.matrix is not None else view.components[-1]
        name = view.step.subject.name
        gradients[name] = {
            "text": to_text(tree),
            "latex": to_latex(tree),
            "shape": [str(s) for s in view.step.subject.sizes],
        }
        if report is not None:
            subject = f"d_{name}" if view.step.kind == "structured" else f"∇_{name}"
            check = next(c for c in report.checks if c.subject == subject)
            gradients[name]["deviation"] = check.error
    read = [matrix_equation(v) or component_equation(v) for v in explained(views, answers, layout)]
    where = [{"text": to_text(tree), "latex": to_latex(tree)} for tree in read]
    return {"gradients": gradients, "where": where, "draws": len(report.sizes) if report else 0,
            "passed": report.passed if report else None}  # fmt: skip


# -- Jacobians and Hessians ------------------------------------------------------------------------


def _derivatives(args: argparse.Namespace, problem: Problem) -> int:
    if args.depth != "answers" or args.structured or args.layout != "mixed":
        raise SymnnError(
            explain("symnn derive", expected="--depth, --layout and --structured with gradients",
                    found="--hessian" if args.hessian else "--jacobian")
        )  # fmt: skip
    if args.hessian:
        _scalar(problem, "the Hessian")
    make = hessians if args.hessian else jacobians
    found = make(problem.value, problem.wrt)
    errors = [d.check(args.draws, args.seed) if args.check else None for d in found]
    if args.format == "json":
        key = "hessians" if args.hessian else "jacobians"
        rows = [_row(d, e) for d, e in zip(found, errors, strict=True)]
        print(json.dumps({key: rows, "draws": args.draws if args.check else 0}, ensure_ascii=False))
    elif args.format == "latex":
        rows = [to_latex(d.tree) for d in found]
        print("\n".join(rows) if len(rows) == 1 else _aligned(rows))
    else:
        print("\n".join(to_text(d.tree) for d in found))
        known = [e for e in errors if e is not None]
        if known:
            print(f"# {args.draws} draws, largest deviation from central differences "
                  f"{max(known):.0e}")  # fmt: skip
    return 0


def _aligned(rows: list[str]) -> str:
    body = " \\\\\n".join(row.replace(" = ", " &= ", 1) for row in rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _row(d: Derivative, error: float | None) -> dict[str, Any]:
    return {
        "wrt": [d.wrt.call.path] if d.first is None else [d.first.call.path, d.wrt.call.path],
        "text": to_text(d.right), "latex": to_latex(d.right),
        "shape": [str(s) for s in d.value.sizes], "deviation": error,
    }  # fmt: skip
