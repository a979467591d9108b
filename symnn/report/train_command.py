"""The command `symnn train`: a network or formula and data in, parameters and a history out.

Law: what trains are the derived gradients, compiled; the file of parameters is written whole or
not at all, and Ctrl-C ends the run after the update at hand, with what was learned saved.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from symnn.codegen.compiled import compile as compiled
from symnn.core.errors import SymnnError, UnsupportedError, explain
from symnn.importers.data import (
    Table,
    as_input,
    one_hot,
    read_arrays,
    read_csv,
    read_digits,
    split,
)
from symnn.importers.idx import read_idx_folder
from symnn.importers.losses import Objective
from symnn.lang.binding import leaf_calls
from symnn.lang.optimizers import SGD, Adam, Optimizer
from symnn.report.answers.problem import Problem, add_problem, read_problem
from symnn.report.printing.typed import pairs
from symnn.text.arguments import npz, rate, seed, share
from symnn.training.history import History
from symnn.training.loop import train

_EXAMPLES = """\
examples:
  symnn train net.toml --data digits --epochs 20 -o net.npz
  symnn train net.toml --data points.csv --optimizer adam --lr 0.01
  symnn train "norm2(w'*x + b - y)^2" --var b= --var y= --wrt w,b --data data.npz --batch 1
  symnn train net.toml --data idx:mnist --optimizer adam
  symnn train net.toml --data digits --json

data: digits (the UCI digits); a csv with a header, the label last or in the column "label"; an npz
with one array for each input, by its name, samples first; idx:DIR, a folder with MNIST's IDX files
(train-images-idx3-ubyte, train-labels-idx1-ubyte, and t10k-... for the test; also as .gz).
"""
OPTIMIZERS = ("sgd", "adam")
Arrays = dict[str, np.ndarray[Any, Any]]


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "train",
        description="Derive the gradients, compile them, train on data, save the parameters.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_problem(parser)
    add = parser.add_argument
    add("--data", required=True, metavar="digits|FILE.npz|FILE.csv|idx:DIR",
        help="what to learn from")  # fmt: skip
    add("--epochs", type=int, default=10, metavar="N", help="passes over the data (default: 10)")
    add("--batch", type=int, default=32, metavar="N", help="samples in an update (default: 32)")
    add("--optimizer", choices=OPTIMIZERS, default="sgd", help="default: sgd")
    add("--lr", type=rate, metavar="RATE", help="learning rate (default: 0.1; adam: 0.001)")
    add("--test", type=share, default=0.2, metavar="SHARE",
        help="share kept for a test, if the data has none of its own (default: 0.2)")  # fmt: skip
    add("--set", action="append", default=[], metavar="h=32",
        help="numbers of sizes that the data does not tell")  # fmt: skip
    add("--seed", type=seed, default=0, metavar="N", help="of initial values and order")
    add("-o", "--output", type=npz, metavar="FILE.npz", help="where the parameters are saved")
    add("--json", action="store_true", help="print the history as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    for name in ("epochs", "batch"):
        if getattr(args, name) < 1:
            raise SymnnError(
                explain(f"--{name}", expected="at least 1", found=str(getattr(args, name)))
            )
    if args.output and not Path(args.output).resolve().parent.is_dir():
        raise SymnnError(explain(f"--output {args.output}", expected="a folder that exists"))
    problem = read_problem(args)
    data, test = _data(args, problem)
    history = train(
        problem.value, data, wrt=problem.wrt, optimizer=_optimizer(args), epochs=args.epochs,
        batch=args.batch, seed=args.seed, sizes=_sizes(args.set),
    )  # fmt: skip
    if args.output:
        history.save(args.output)
    _show(args, history, _accuracy(problem.objective, history, test))
    return 130 if history.interrupted else 0


def _optimizer(args: argparse.Namespace) -> Optimizer:
    if args.optimizer == "adam":
        return Adam() if args.lr is None else Adam(args.lr)
    return SGD() if args.lr is None else SGD(args.lr)


def _sizes(items: list[str]) -> dict[str, int]:
    found = {}
    for name, value in pairs("--set", items).items():
        if not value.isdigit() or int(value) < 1:
            raise SymnnError(explain(f"--set {name}", expected="a whole number from 1 up",
                                     found=value))  # fmt: skip
        found[name] = int(value)
    return found


def _data(args: argparse.Namespace, problem: Problem) -> tuple[Arrays, Arrays]:
    """Training and test data by name."""
    if args.data.endswith(".npz"):
        return _named(read_arrays(args.data), problem), {}
    table, kept = _tables(args.data)
    objective = problem.objective
    if objective is None:
        raise SymnnError(
            explain(f"--data {args.data}", expected="a network, whose input and target are known",
                    found="a formula", fix="an npz with one array for each name")
        )  # fmt: skip
    arrays = _arrays(table, objective)
    if kept is not None:
        return arrays, _arrays(kept, objective)
    found = split(arrays, args.test, args.seed)
    return found[0], found[1]


def _tables(data: str) -> tuple[Table, Table | None]:
    """Samples, and those of a test where the data keeps them apart."""
    if data.startswith("idx:"):
        return read_idx_folder(data.removeprefix("idx:"))
    if data != "digits" and not data.endswith(".csv"):
        raise UnsupportedError(
            explain(f"--data {data}", expected="digits, FILE.npz, FILE.csv or idx:DIR", found=data)
        )
    return (read_digits() if data == "digits" else read_csv(data)), None


def _arrays(table: Table, objective: Objective) -> Arrays:
    """Samples by the names of the network's input and target."""
    samples = len(objective.input.sizes) == 1 + len(_sample_sizes(objective))
    features = as_input(table.features, objective.input, samples=samples)
    arrays = {str(objective.input.name): features, str(objective.target.name): table.labels}
    return _coded(arrays, objective)


def _sample_sizes(objective: Objective) -> tuple[Any, ...]:
    """The sizes of one sample of the input: all, or all but a symbolic first one."""
    sizes = objective.input.sizes
    return sizes[1:] if sizes and not str(sizes[0]).isdigit() else sizes


def _named(arrays: Arrays, problem: Problem) -> Arrays:
    """The arrays of a file that the loss reads."""
    learned = {w.call for w in problem.wrt}
    names = [str(c.name) for c in leaf_calls([problem.value.call]) if c not in learned]
    missing = [n for n in names if n not in arrays]
    if missing:
        raise SymnnError(
            explain("--data", expected=f"arrays {', '.join(names)}",
                    found=", ".join(arrays) or "none")
        )  # fmt: skip
    chosen = {n: arrays[n] for n in names}
    return chosen if problem.objective is None else _coded(chosen, problem.objective)


def _coded(arrays: Arrays, objective: Objective) -> Arrays:
    """Labels one-hot where classes are wanted, a column where the network has one output."""
    name = str(objective.target.name)
    labels = arrays[name]
    own = len(_sample_sizes(objective)) < len(objective.input.sizes)
    sizes = objective.target.sizes[1:] if own else objective.target.sizes
    if labels.ndim == 1 and len(sizes) == 1:
        if objective.classes is not None:
            labels = one_hot(labels, int(objective.classes))
        else:
            labels = labels[:, np.newaxis].astype(float)
    return {**arrays, name: labels}


def _accuracy(objective: Objective | None, history: History, test: Mapping[str, Any]) -> Any:
    """The share of test samples whose largest output is their class."""
    if objective is None or objective.classes is None or not test:
        return None
    target = test[str(objective.target.name)]
    if not len(target):
        return None
    name = str(objective.input.name)
    function = compiled(objective.output)
    reads = {str(t.name) for t in function.inputs}
    known = {k: v for k, v in history.parameters.items() if k in reads}
    if len(_sample_sizes(objective)) < len(objective.input.sizes):
        scores = function({name: test[name], **known})
    else:
        scores = np.array([function({name: x, **known}) for x in test[name]])
    return float(np.mean(scores.argmax(-1) == target.argmax(-1)))


def _show(args: argparse.Namespace, history: History, accuracy: float | None) -> None:
    if args.json:
        found = {
            "losses": history.losses, "updates": history.steps, "seconds": history.seconds,
            "interrupted": history.interrupted, "accuracy": accuracy, "output": args.output,
            "parameters": {k: list(v.shape) for k, v in history.parameters.items()},
        }  # fmt: skip
        print(json.dumps(found))
        return
    print(history)
    if accuracy is not None:
        print(f"{accuracy:.1%} of the test samples classified correctly")
    if args.output:
        print(f"parameters: {args.output}", file=sys.stderr)
