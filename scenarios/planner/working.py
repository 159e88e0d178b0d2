"""The worker's side: takes scenarios from the queue, one after the other, and has them simulated in other processes."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dispatch.domain.clock import SystemClock
from dispatch.domain.errors import DispatchError
from dispatch.planning.lease import LeaseLost
from dispatch.settings import Settings
from dispatch.store.engine import Store
from optimizer.invalid import InvalidInput
from scenarios.planner.apart import Asked, Died, Listener, Refused, Stopped, simulate
from scenarios.planner.clearing import Clearing
from scenarios.planner.grounds import Grounds
from scenarios.planner.questions import Found
from scenarios.planner.queue import Claim, Queue
from scenarios.reading import scenario_of_document

_LOOK_EVERY = 1.0
_CLEAR_EVERY = 6 * 3600.0
_BEAT, _BEAT_OF_NEWS = 2.0, 0.5
"""Seconds between two extensions of a lease: while there is no news, and where there is some."""

Simulated = Callable[[Asked, Path, Listener], Found]

log = logging.getLogger(__name__)


class Simulating:
    """Works on scenarios in as many threads as the settings say; :meth:`stop` gives back what is under way."""

    def __init__(self, store: Store, settings: Settings, *, simulated: Simulated | None = None) -> None:
        """``simulated``: who simulates; a process of its own for each scenario, unless a test wants it otherwise."""
        self._grounds, self._wall = Grounds(store, settings.home), SystemClock()
        self._clearing = Clearing(store, self._grounds, days=settings.scenario_days)
        self._simulated = simulated or partial(simulate, cluster=settings.scenario_cluster)
        name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.queues = [Queue(store, f"{name}:{number}") for number in range(settings.scenario_processes)]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, in threads of its own."""
        for queue in self.queues:
            self._threads.append(thread := threading.Thread(target=self._work, args=(queue,), name="scenarios"))
            thread.start()
        self._threads.append(thread := threading.Thread(target=self._clear, name="scenarios, clearing"))
        thread.start()

    def stop(self) -> None:
        """End, and wait until everything has ended. What was under way goes on after the next start."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, queue: Queue) -> None:
        while not self._stopping.is_set():
            try:
                if self.work_once(queue):
                    continue
            except (SQLAlchemyError, DispatchError) as error:
                log.warning("a scenario was interrupted (%s); it is taken up again", type(error).__name__)
            except Exception as error:  # without this thread nobody here would simulate any more, and nobody notice
                place = "".join(traceback.format_tb(error.__traceback__))
                log.error("simulating failed: %s\n%s", type(error).__name__, place)
            self._stopping.wait(_LOOK_EVERY)

    def _clear(self) -> None:
        """Clear away what nobody needs any more: at the start, and some times a day."""
        while True:
            try:
                self._clearing.clear()
            except (SQLAlchemyError, DispatchError, OSError) as error:
                log.warning("what scenarios no longer need was not cleared away (%s)", type(error).__name__)
            if self._stopping.wait(_CLEAR_EVERY):
                return

    def work_once(self, queue: Queue) -> bool:
        """Work on the next scenario until it has ended, or we are to stop. False where none waits."""
        claim = queue.claim(self._wall.now())
        if claim is None:
            return False
        try:
            self._simulate(queue, claim)
        except LeaseLost:
            log.warning("scenario %s was taken over by another worker", claim.scenario_id)
        except Died as error:
            queue.again(claim, str(error))
        except (Refused, InvalidInput) as error:
            queue.failed(claim, str(error))
        return True

    def _simulate(self, queue: Queue, claim: Claim) -> None:
        self._grounds.begun(claim.scenario_id)
        scenario = self._grounds.at_hand(scenario_of_document(claim.document))
        beats = _Beats(partial(self._beat, queue, claim), self._stopping)
        try:
            answer = self._simulated(Asked(claim.asks, scenario), self._grounds.keep, beats)
        except Stopped:
            if beats.cancelled:
                queue.cancelled(claim)
            else:
                queue.given_back(claim)
            return
        queue.answered(claim, answer, beats.latest)

    def _beat(self, queue: Queue, claim: Claim, progress: Mapping[str, Any] | None) -> bool:
        try:
            return queue.beat(claim, self._wall.now(), progress)
        except (SQLAlchemyError, DispatchError) as error:
            log.warning("the progress of scenario %s could not be noted (%s)", claim.scenario_id, type(error).__name__)
            return True


class _Beats:
    """Hears a simulation, and says whether it is to go on."""

    def __init__(self, beat: partial[bool], stopping: threading.Event) -> None:
        self._beat, self._stopping = beat, stopping
        self._last = 0.0
        self._news: Mapping[str, Any] | None = None
        self.latest: Mapping[str, Any] = {}
        self.cancelled = False

    def __call__(self, progress: Mapping[str, Any] | None) -> bool:
        self._news = progress or self._news
        self.latest = progress or self.latest
        now = time.monotonic()
        if now - self._last >= (_BEAT if self._news is None else _BEAT_OF_NEWS):
            self.cancelled = not self._beat(self._news)
            self._last, self._news = now, None
        return not (self.cancelled or self._stopping.is_set())
