"""How engines fare: what a breaker knows of one, in words that hold nothing personal, and who answered how much."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["engine", "cache", "estimate"]
"""An engine that measures; what it has measured before; or what stands in for it."""

State = Literal["up", "down", "trying"]
"""``up``: asked. ``down``: rests, nobody asks it. ``trying``: one question is under way to see whether it is back."""

_DEGREES = re.compile(r"-?\d{1,3}\.\d{3,}")
_LONGEST = 300

HOUR = 3600.0
_SLICES = 60


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """One engine as it is: its state and since when, its failures lately, and what the last one was.

    ``answered_at`` None: it has not answered yet, so that it is up is a hope. ``cells``: how many cells of tables it
    answered within the last hour (or since the start, if that was later). The cache and the estimate stand among the
    engines, always up, so that shares can be told.
    """

    name: str
    state: State
    since: dt.datetime
    failures: int = 0
    last_error: str = ""
    cells: int = 0
    answered_at: dt.datetime | None = None
    kind: Kind = "engine"


def without_places(message: str) -> str:
    """A message without anything that looks like degrees: where customers live belongs in no log and no status."""
    return _DEGREES.sub("…", message)[:_LONGEST]


def utc_now() -> dt.datetime:
    """The real time, whatever the operation's clock says: engines fail by this machine's."""
    return dt.datetime.now(dt.UTC)


class Tally:
    """How many cells each engine answered within the last hour. Safe among threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._slices: deque[tuple[int, Counter[str]]] = deque()

    def add(self, name: str, cells: int) -> None:
        """``name`` has just answered so many cells."""
        now = self._slice()
        with self._lock:
            if not self._slices or self._slices[-1][0] != now:
                self._slices.append((now, Counter()))
                self._forget(now)
            self._slices[-1][1][name] += cells

    def counts(self) -> Counter[str]:
        """Cells by the name of who answered them."""
        with self._lock:
            self._forget(self._slice())
            return sum((counter for _, counter in self._slices), Counter())

    def _slice(self) -> int:
        return int(self._clock() / (HOUR / _SLICES))

    def _forget(self, now: int) -> None:
        while self._slices and self._slices[0][0] <= now - _SLICES:
            self._slices.popleft()
