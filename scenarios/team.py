"""Who simulates: this process, or several. A process that dies is replaced, and what it was at is done again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType

from scenarios.keeping import Kept, key_of
from scenarios.replication import Alternative, Figures, Task, replicate
from scenarios.scenario import Horizon

log = logging.getLogger(__name__)

MOST_DEATHS = 3
"""So often in a row, without an answer in between, processes may die: then it is what they are at that kills them."""


class Team:
    """Simulates replications of some alternatives. Use it as a context: it ends its processes."""

    def __init__(
        self,
        alternatives: Sequence[Alternative],
        horizon: Horizon,
        seed: int,
        *,
        processes: int = 1,
        keep: Path | None = None,
    ) -> None:
        """``keep``: a folder in which figures are kept, see :mod:`scenarios.keeping`."""
        self._sent = (alternatives, horizon, seed, None if keep is None else Kept(keep))
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    @property
    def at_once(self) -> int:
        """How many replications are simulated side by side."""
        return self._processes

    def __enter__(self) -> Team:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """What is under way is waited for, unless something went wrong."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=kind is not None)
            self._pool = None

    def answers(self, tasks: Sequence[Task]) -> Iterator[Figures]:
        """The figures of each task, in their order. Raises :class:`BrokenProcessPool` where processes die on and on."""
        if self._processes <= 1:
            _begin(*self._sent)
            yield from map(_one, tasks)
            return
        running = [self._submit(task) for task in tasks]
        deaths = at = 0
        while at < len(tasks):
            try:
                figures = running[at].result()
            except BrokenProcessPool:
                deaths += 1
                if deaths > MOST_DEATHS:
                    raise
                log.warning("a process died; what it was at is simulated again")
                self._replace()
                running[at:] = [
                    one if _answered(one) else self._submit(task)
                    for one, task in zip(running[at:], tasks[at:], strict=True)
                ]
                continue
            deaths, at = 0, at + 1
            yield figures

    def _submit(self, task: Task) -> Future[Figures]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, initializer=_begin, initargs=self._sent)
        return self._pool.submit(_one, task)

    def _replace(self) -> None:
        """One dead process breaks all of a pool: the others end as well."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None


def _answered(one: Future[Figures]) -> bool:
    return one.done() and not one.cancelled() and one.exception() is None


_here: tuple[Sequence[Alternative], Horizon, int, Kept | None]
"""In a process of its own: what is simulated there, which is sent once."""


def _begin(alternatives: Sequence[Alternative], horizon: Horizon, seed: int, kept: Kept | None) -> None:
    global _here
    _here = alternatives, horizon, seed, kept


def _one(task: Task) -> Figures:
    alternatives, horizon, seed, kept = _here
    which, number = task
    if kept is None:
        return replicate(alternatives[which], horizon, seed, number)
    key = key_of(alternatives[which], horizon, seed, number)
    known = kept.figures(key)
    if known is None:
        known = replicate(alternatives[which], horizon, seed, number)
        kept.keep(key, known)
    return known
