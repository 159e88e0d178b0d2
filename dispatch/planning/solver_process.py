"""Solving in another process: it may be killed, run out of memory or crash, and what runs here goes on.

Whoever wants something solved asks a :class:`Solver`. The default is a :class:`SolverPool`: processes that stay alive
between tasks, so that an emergency need not wait for an interpreter to start. :func:`answered` is the work itself, a
plain function of values that can be sent anywhere, which is all that an executor of an existing cluster needs in order
to be a solver as well.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from dispatch.planning.documents import kept_plan, plan_of, problem_of
from optimizer.policy import Policy
from optimizer.solve import Progress, solve

GRACE = 120.0
"""Seconds beyond the limit of a task after which a solver that has not answered counts as stuck."""
_QUIET = 0.5
_CANCEL = "cancel"

_NICE = 10
"""A search takes whatever nobody else wants: who waits for an answer goes before it."""


class SolverDied(Exception):  # noqa: N818  it did
    """The process ended, or had to be ended, before it answered; the task may be tried again."""


class SolverStopped(Exception):  # noqa: N818
    """The solver was asked to end; somebody else may do the task."""


class SolverRefused(Exception):  # noqa: N818
    """The task makes no sense to the solver, in a sentence; trying again would not help."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be solved: documents of :mod:`dispatch.planning.documents`, and the arguments of
    :func:`optimizer.solve.solve`.
    """

    problem: Mapping[str, Any]
    start: Mapping[str, Any] | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = 10.0
    iterations: int | None = None
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """The best plan found, as a document; ``cancelled`` where somebody asked to stop before the time was over."""

    plan: Mapping[str, Any]
    iterations: int
    seconds: float
    cancelled: bool


Listener = Callable[[Mapping[str, Any] | None], bool]
"""Called several times a second, with ``{"elapsed", "best", "unassigned", "iterations"}`` or None while there is no
news; returning False asks the solver to stop and answer with the best so far."""


class Solver(Protocol):
    """Solves tasks, one or several at once."""

    def solve(self, task: Task, listen: Listener) -> Answer:
        """Solve and wait. Raises :class:`SolverDied`, :class:`SolverRefused` or :class:`SolverStopped`."""


def answered(task: Task, listen: Listener) -> Answer:
    """Solve a task in this process."""
    problem = problem_of(task.problem)
    start = None if task.start is None else plan_of(task.start, problem)

    def hear(progress: Progress) -> bool:
        return listen(
            {
                "elapsed": round(progress.elapsed, 2),
                "best": progress.best,
                "unassigned": progress.unassigned,
                "iterations": progress.iterations,
            }
        )

    result = solve(
        problem,
        policy=Policy("run", task.weights),
        seconds=task.seconds,
        iterations=task.iterations,
        seed=task.seed,
        threads=task.threads,
        start=start,
        on_progress=hear,
    )
    return Answer(kept_plan(problem, result.plan), result.iterations, result.seconds, result.cancelled)


def serve(connection: Connection) -> None:
    """The life of a solver process: take a task, answer, until nobody is at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides what ends
    os.nice(_NICE)
    while True:
        try:
            task = connection.recv()
            if task is None:
                return
            if isinstance(task, Task):  # anything else is a request to cancel that came after its answer had left
                connection.send(_outcome(task, connection))
        except (EOFError, OSError):
            return


def _outcome(task: Task, connection: Connection) -> tuple[str, Any]:
    def listen(progress: Mapping[str, Any] | None) -> bool:
        try:
            connection.send(("progress", progress))
            return not (connection.poll() and connection.recv() == _CANCEL)
        except (EOFError, OSError):
            return False  # nobody waits for this any more

    try:
        return "answer", answered(task, listen)
    except (ValueError, KeyError) as error:  # an unreadable document, a limit that makes no sense
        return "refused", f"{type(error).__name__}: {error}"


class SolverProcess:
    """One process, started when first needed and again after it died.

    One thread gives it tasks; :meth:`stop` may come from any other.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # held while the process is started or ended, never while it works
        self._stopped = False
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._connection: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        with self._lock:
            return self._process.pid if self._process is not None and self._process.is_alive() else None

    def start(self) -> None:
        """Start it unless it runs. Raises :class:`SolverStopped` once it was stopped."""
        with self._lock:
            if self._stopped:
                raise SolverStopped
            if self.pid is None:
                self._clear()
                self._begin()

    def stop(self) -> None:
        """End it for good. A task that it works on raises :class:`SolverStopped` where it was given."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()  # whoever waits for its answer sees that it is gone, and clears up

    def _begin(self) -> None:
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=serve, args=(theirs,), name="fieldwright-solver", daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours

    def end(self) -> None:
        """End it, whatever it does."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    def solve(self, task: Task, listen: Listener) -> Answer:
        """Give it a task and wait for the answer. Whatever goes wrong meanwhile, the process is fit for the next."""
        self.start()
        try:
            return self._answer(task, listen)
        except SolverRefused:
            raise
        except (EOFError, OSError) as error:
            self.end()
            raise self._gone() from error
        except BaseException:
            self.end()
            raise

    def _gone(self) -> Exception:
        return SolverStopped() if self._stopped else SolverDied("The solver process ended before it answered.")

    def _answer(self, task: Task, listen: Listener) -> Answer:
        connection = self._connection
        assert connection is not None
        connection.send(task)
        deadline = None if task.seconds is None else time.monotonic() + task.seconds + GRACE
        asked = False
        while True:
            ready = wait([connection, self._process.sentinel], timeout=_QUIET)
            news = None
            if connection in ready:
                kind, body = connection.recv()
                if kind == "answer":
                    assert isinstance(body, Answer)
                    return body
                if kind == "refused":
                    raise SolverRefused(body)
                news = body
            elif ready:
                raise self._gone()
            elif deadline is not None and time.monotonic() > deadline:
                raise SolverDied(f"The solver process did not answer {GRACE:.0f} s after its time was over.")
            if not listen(news) and not asked:
                asked = True
                connection.send(_CANCEL)


class SolverPool:
    """Solver processes that stay alive, as many as may work at once."""

    def __init__(self, processes: int = 1) -> None:
        self._all = [SolverProcess() for _ in range(processes)]
        self._idle: queue.LifoQueue[SolverProcess] = queue.LifoQueue()
        for process in self._all:
            self._idle.put(process)

    @property
    def pids(self) -> tuple[int, ...]:
        """The ids of the processes that live."""
        return tuple(pid for process in self._all if (pid := process.pid) is not None)

    def warm(self) -> None:
        """Start the processes before they are needed."""
        for process in self._all:
            process.start()

    def solve(self, task: Task, listen: Listener) -> Answer:
        """Solve on the first process that is free."""
        process = self._idle.get()
        try:
            return process.solve(task, listen)
        finally:
            self._idle.put(process)

    def stop(self) -> None:
        """End all processes for good, and wait until they are gone; what they work on is lost."""
        for process in self._all:
            process.stop()
        idle = [self._idle.get() for _ in self._all]  # once whoever uses one has let it go
        for process in idle:
            process.end()
            self._idle.put(process)
