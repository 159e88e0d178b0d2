"""So many events a minute, at an even pace: several people at once, each with technicians of their own."""

from __future__ import annotations

import threading
import time

from benchmarks.console.happenings import happenings
from dispatch.store.engine import Store

_PEOPLE = 4
"""Who lets things happen: one alone would wait for each commit before the next."""


class Driving:
    """Begins at once. An event that is late is not left out: those after it make up for it as far as they can."""

    def __init__(self, store: Store, seed: int, per_minute: float, seconds: float) -> None:
        self._store, self._seed, self._seconds = store, seed, seconds
        self._apart = 60 * _PEOPLE / per_minute
        self._done = [0] * _PEOPLE
        self._began = time.monotonic()
        self._threads = [threading.Thread(target=self._drive, args=(who,), daemon=True) for who in range(_PEOPLE)]
        for one in self._threads:
            one.start()

    @property
    def goes_on(self) -> bool:
        """Whether anybody is still at it."""
        return any(one.is_alive() for one in self._threads)

    def finish(self) -> tuple[int, float]:
        """Wait for the end: how many things happened, and in how many seconds."""
        for one in self._threads:
            one.join()
        return sum(self._done), time.monotonic() - self._began

    def _drive(self, who: int) -> None:
        happening = happenings(self._store, self._seed + who, (who, _PEOPLE))
        begin = self._began + self._apart * who / _PEOPLE
        while time.monotonic() - self._began < self._seconds:
            time.sleep(max(0.0, begin + self._done[who] * self._apart - time.monotonic()))
            if next(happening, None) is None:
                return
            self._done[who] += 1
