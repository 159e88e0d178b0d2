"""Simulating a scenario in a process of its own: it may be killed or run out of memory, and the server goes on.

The process says how far it is, and in the end what came of it. What it has simulated is kept as soon as it is done
(:mod:`scenarios.keeping`), so that a process that ends early has lost what it was at and nothing else.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from dispatch.store.tables import ScenarioAsks
from optimizer.invalid import InvalidInput
from scenarios.cluster import ClusterError
from scenarios.planner.questions import QUESTIONS, Found
from scenarios.running import Means, OnProgress
from scenarios.scenario import Scenario

_NICE = 10
"""A simulation takes whatever nobody else wants."""
_QUIET = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of which scenario."""

    asks: ScenarioAsks
    scenario: Scenario


class Died(Exception):  # noqa: N818  it did
    """The process ended before it answered; it may be tried again."""


class Refused(Exception):  # noqa: N818
    """The scenario cannot be simulated: a line for each thing that is wrong. Trying again would not help."""


class Stopped(Exception):  # noqa: N818
    """Whoever listens wanted it to end."""


Listener = Callable[[Mapping[str, Any] | None], bool]
"""Called every half second, with ``{"done", "most", "elapsed", "left"}`` or None while there is no news; returning
False ends it."""


def simulate(asked: Asked, keep: Path, listen: Listener, *, cluster: str | None = None) -> Found:
    """Simulate it in another process, or by that on the workers of a Dask cluster (its scheduler's address).

    Raises :class:`Died`, :class:`Refused` or :class:`Stopped`.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_work, args=(theirs, asked, keep, cluster), name="fieldwright-scenario", daemon=True
    )
    process.start()
    theirs.close()
    try:
        return _heard(ours, process.sentinel, listen)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _heard(connection: Connection, sentinel: int, listen: Listener) -> Found:
    while True:
        ready = wait([connection, sentinel], timeout=_QUIET)
        news = None
        if connection in ready:
            try:
                kind, body = connection.recv()
            except (EOFError, OSError):
                raise Died("The process that simulated it ended early; mostly there is too little memory.") from None
            if kind == "answer":
                assert isinstance(body, Found)
                return body
            if kind == "refused":
                raise Refused(body)
            if kind == "broke":
                raise Died(body)
            news = body
        elif ready:
            raise Died("The process that simulated it ended early; mostly there is too little memory.")
        if not listen(news):
            raise Stopped


# In the other process ------------------------------------------------------------------------------------------------


def _work(connection: Connection, asked: Asked, keep: Path, cluster: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides what ends
    os.nice(_NICE)
    threading.Thread(target=end_with_the_parent, name="parent", daemon=True).start()
    try:
        connection.send(answered(asked, keep, Pace(connection.send), cluster))
    except (EOFError, OSError):
        return  # nobody waits for it any more
    except Exception as error:
        log.exception("the simulation broke")
        connection.send(("broke", f"Something went wrong that should not ({type(error).__name__})."))


def end_with_the_parent() -> None:
    """Nobody waits for what a server that was killed has begun: another one is at it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def answered(asked: Asked, keep: Path, pace: OnProgress, cluster: str | None = None) -> tuple[str, Any]:
    """The word "answer" with what was found, or "refused" with a line for each thing that is wrong."""
    try:
        means = Means(processes=1, cluster=cluster, keep=keep, on_progress=pace)
        return "answer", QUESTIONS[asked.asks].find(asked.scenario, means)
    except InvalidInput as wrong:
        return "refused", str(wrong)
    except ClusterError as away:
        return "refused", str(away)


class Pace:
    """Says after each replication how far it is, and how long it still takes at most.

    What was found kept takes no time, and says nothing of how long the others will take.
    """

    def __init__(self, say: Callable[[tuple[str, Mapping[str, Any]]], None]) -> None:
        self._say, self._began, self._before = say, time.monotonic(), time.monotonic()
        self._took: list[float] = []

    def __call__(self, done: int, most: int) -> None:
        """As :data:`scenarios.running.OnProgress`."""
        now = time.monotonic()
        if now - self._before > _FOUND:
            self._took.append(now - self._before)
        self._before = now
        recent = self._took[-5:]
        left = sum(recent) / len(recent) * (most - done) if recent else None
        elapsed = round(now - self._began, 1)
        self._say(("progress", {"done": done, "most": most, "elapsed": elapsed, "left": left and round(left, 1)}))


_FOUND = 0.02
"""Seconds within which a replication was found, and not simulated."""
