"""What training leaves behind: losses per epoch and parameters; prints as a table, saves as npz."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_ROWS = 12


@dataclass
class History:
    """The result of `train`.

    Attributes:
        losses: mean loss of each finished epoch, each step's before its update.
        parameters: arrays by name, after the last step.
        metrics: per name, one value an epoch.
        steps: number of updates.
        seconds: wall time.
        interrupted: whether Ctrl-C ended it.

    >>> History(losses=[2.0, 0.5], steps=2).losses[-1]
    0.5
    """

    losses: list[float] = field(default_factory=list)
    parameters: dict[str, Array] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    steps: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    def __str__(self) -> str:
        """A table of epochs: the first, the last and some between.

        >>> print(History([4.0, 1.0], steps=6))
        epoch         loss
            1            4
            2            1
        6 updates in 0.0 s
        """
        head = f"{'epoch':>5} {'loss':>12}" + "".join(f" {n:>12}" for n in self.metrics)
        rows = [self._row(k) for k in _shown(len(self.losses))]
        tail = f"{self.steps} updates in {self.seconds:.1f} s"
        return "\n".join([head, *rows, tail + (", interrupted" if self.interrupted else "")])

    def _row(self, k: int) -> str:
        values = [self.losses[k], *(v[k] for v in self.metrics.values())]
        return f"{k + 1:>5}" + "".join(f" {v:>12.6g}" for v in values)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The table as text and as HTML, for notebooks."""
        lines = str(self).splitlines()
        cells = [f"<tr>{''.join(f'<td>{v}</td>' for v in row.split())}</tr>" for row in lines[1:-1]]
        head = "".join(f"<th>{name}</th>" for name in lines[0].split())
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(cells)}</tbody></table>"
        return {"text/plain": str(self), "text/html": f"{table}<p>{lines[-1]}</p>"}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write parameters, losses and metrics as an npz of plain arrays (no pickle)."""
        target = Path(path)
        if target.suffix != ".npz":
            target = target.with_name(target.name + ".npz")
        arrays = {f"parameter/{k}": v for k, v in self.parameters.items()}
        arrays |= {f"metric/{k}": np.array(v) for k, v in self.metrics.items()}
        draft = target.with_name(f".{target.name}.tmp")
        try:
            with draft.open("wb") as file:
                np.savez(file, losses=np.array(self.losses), steps=np.array(self.steps), **arrays)
            draft.replace(target)
        finally:  # an interrupted write leaves the old file, and no draft
            draft.unlink(missing_ok=True)


def load_history(path: str | os.PathLike[str]) -> History:
    """Read what `History.save` wrote.

    Args:
        path: of an `.npz` file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     History(losses=[2.0, 0.5], steps=2).save(folder + "/run.npz")
    ...     load_history(folder + "/run.npz").losses
    [2.0, 0.5]
    """
    with np.load(path, allow_pickle=False) as file:
        parts = {k: file[k] for k in file.files}
    return History(
        losses=parts["losses"].tolist(),
        parameters=_under(parts, "parameter/"),
        metrics={k: v.tolist() for k, v in _under(parts, "metric/").items()},
        steps=int(parts["steps"]),
    )


def _under(parts: dict[str, Array], prefix: str) -> dict[str, Array]:
    return {k.removeprefix(prefix): v for k, v in parts.items() if k.startswith(prefix)}


def _shown(count: int) -> list[int]:
    if count <= _ROWS:
        return list(range(count))
    return sorted({round(k) for k in np.linspace(0, count - 1, _ROWS)})
