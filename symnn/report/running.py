"""Exercises solved one after another or in several processes, or found in the cache.

Law: whichever way an exercise is solved, its answer passes as the text of `encoding`, so that all
ways give the same bytes. Workers are fresh interpreters (spawn): nothing of one exercise reaches
another. An interrupt ends every worker. To add a kind of exercise: one line in `SOLVERS`.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Literal

from symnn.core.errors import SymnnError, explain
from symnn.report.answers.points_part import solve_points
from symnn.report.answers.solved import Solved
from symnn.report.attention.part import solve_attention
from symnn.report.cache import Cache, key_of
from symnn.report.derivation.part import solve_derivation
from symnn.report.encoding import decoded, encoded
from symnn.report.exam.sheet import Exercise
from symnn.report.network.part import solve_network
from symnn.report.vae.part import solve_vae
from symnn.report.words import Words

SOLVERS: dict[str, Callable[[Exercise, Words, int], Solved]] = {
    "points": solve_points, "derivation": solve_derivation, "network": solve_network,
    "attention": solve_attention, "generative": solve_vae,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """What happened to an exercise."""

    exercise: Exercise
    state: Literal["started", "solved", "cached"]


Told = Callable[[News], None]


@dataclass(frozen=True, slots=True)
class Run:
    """How to solve: language, seed of the draws, processes, cache, who is told the news."""

    lang: str
    seed: int = 0
    jobs: int = 1
    cache: Cache | None = None
    told: Told = lambda _news: None


def solve_all(exercises: Sequence[Exercise], run: Run) -> list[Solved]:
    """Every exercise solved, in the order given."""
    texts: dict[int, str] = {}
    keys = [key_of(e, run.lang, run.seed) if run.cache else "" for e in exercises]
    for k, exercise in enumerate(exercises):
        found = run.cache.find(keys[k]) if run.cache else None
        if found is not None:
            texts[k] = found
            run.told(News(exercise, "cached"))
    missing = [k for k in range(len(exercises)) if k not in texts]
    many = run.jobs > 1 and len(missing) > 1
    for k, text in (_side_by_side if many else _in_turn)(exercises, missing, run):
        texts[k] = text
        run.told(News(exercises[k], "solved"))
        if run.cache and not decoded(text).failures:
            run.cache.store(keys[k], text)
    return [decoded(texts[k]) for k in range(len(exercises))]


def solve_one(exercise: Exercise, lang: str, seed: int) -> str:
    """The text of one solved exercise."""
    return encoded(SOLVERS[exercise.kind](exercise, Words(lang), seed))


def _in_turn(
    exercises: Sequence[Exercise], missing: Sequence[int], run: Run
) -> Iterator[tuple[int, str]]:
    for k in missing:
        run.told(News(exercises[k], "started"))
        yield k, solve_one(exercises[k], run.lang, run.seed)


# -- several processes ---------------------------------------------------------------------------


def _side_by_side(
    exercises: Sequence[Exercise], missing: Sequence[int], run: Run
) -> Iterator[tuple[int, str]]:
    """Answers as they come; one process for each exercise, at most `jobs` at a time."""
    spawn = multiprocessing.get_context("spawn")
    waiting = list(missing)
    working: dict[Connection, tuple[int, BaseProcess]] = {}
    try:
        while waiting or working:
            while waiting and len(working) < run.jobs:
                k = waiting.pop(0)
                here, there = spawn.Pipe(duplex=False)
                task = (there, exercises[k], run.lang, run.seed)
                process = spawn.Process(target=_work, args=task, daemon=True)
                with _uninterrupted():
                    process.start()
                    working[here] = (k, process)
                there.close()
                run.told(News(exercises[k], "started"))
            for link in wait(list(working)):
                assert isinstance(link, Connection)
                k, process = working[link]
                yield k, _answer(link, exercises[k], process)
                del working[link]
                process.join()
    finally:
        for _, process in working.values():
            process.terminate()
        for _, process in working.values():
            process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process started in here never hears an interrupt: it inherits the blocked signal.

    Another thread may still be told; then it is heard at the end, with the process whole.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    heard: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    deferred = main and handler is signal.default_int_handler
    if deferred:
        signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if deferred:
            signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt


def _work(link: Connection, exercise: Exercise, lang: str, seed: int) -> None:
    """Solve one exercise in a process of its own."""
    try:
        link.send(("solved", solve_one(exercise, lang, seed)))
    except SymnnError as error:
        link.send(("refused", error))
    except Exception:
        link.send(("broken", traceback.format_exc()))


def _answer(link: Connection, exercise: Exercise, process: BaseProcess) -> str:
    """What a worker sent; raises what it met."""
    try:
        state, found = link.recv()
    except EOFError:
        process.join()
        raise SymnnError(
            explain(f"exercise {exercise.number}", expected="an answer",
                    found=f"its process ended with code {process.exitcode}",
                    fix="run with --jobs 1; a process that the system killed lacked memory")
        ) from None  # fmt: skip
    if state == "refused":
        raise found
    if state == "broken":
        raise RuntimeError(f"exercise {exercise.number} in a process of its own:\n{found}")
    return str(found)
