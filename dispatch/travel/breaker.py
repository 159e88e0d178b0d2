"""A circuit breaker: an engine that fails is left alone for a while, so that nobody waits for it in vain.

After some failures within a minute nobody asks the engine any more (the circuit is open). When it has rested, one
question is let through: if that is answered it is up again, if not it rests twice as long. The pattern is Michael
Nygard's (Release It!, 2007).
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from dispatch.travel.health import EngineHealth, State, utc_now, without_places
from dispatch.travel.ports import (
    FREE,
    EngineDown,
    EngineError,
    Fix,
    Leg,
    Measured,
    NotOffered,
    NoWay,
    OnRoad,
    Point,
    Snapped,
    Speeds,
    TravelEngine,
)

Answer = TypeVar("Answer")

_SMALL = 100
"""A table of so many cells is as good a question as any to see whether an engine is back."""
_LAND = 10_000
"""What can be reached takes as long as so many points."""

log = logging.getLogger(__name__)


def usual_patience(points: int, cells: int) -> float:
    """Seconds after which a whole answer about so many points, and so many cells of a table, comes too late."""
    return 2.0 + 0.003 * points + 10e-6 * cells


def _nobody(_: EngineHealth) -> None:
    """For who need not hear of it."""


class Breaker:
    """An engine behind a circuit breaker; itself an engine. Safe among threads."""

    def __init__(
        self,
        engine: TravelEngine,
        *,
        most_failures: int = 3,
        window: float = 60,
        rest: float = 5,
        longest_rest: float = 120,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], dt.datetime] = utc_now,
        on_change: Callable[[EngineHealth], None] = _nobody,
    ) -> None:
        """So many failures within ``window`` seconds, and the engine rests: for ``rest`` seconds, later longer.

        ``clock`` measures seconds, ``now`` tells people since when. ``on_change`` hears of each change between up and
        down, in the thread that found it.
        """
        self.engine = engine
        self.name = engine.name
        self.on_change = on_change
        # An engine that is slower by its nature says so itself.
        self._patience: Callable[[int, int], float] = getattr(engine, "patience", usual_patience)
        self._most, self._window, self._first_rest, self._longest_rest = most_failures, window, rest, longest_rest
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._failures: deque[float] = deque()
        self._state: State = "up"
        self._since = now()
        self._last_error = ""
        self._answered_at: dt.datetime | None = None
        self._rest = rest
        self._rested_at = 0.0
        self._recovered_at = float("-inf")
        self._question: tuple[Point, Point] | None = None

    @property
    def version(self) -> str:
        """That of the engine."""
        return self.engine.version

    def health(self) -> EngineHealth:
        """How the engine fares."""
        with self._lock:
            return self._health()

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        if not starts or not ends:
            return self.engine.table(starts, ends, speeds)
        cells = len(starts) * len(ends)
        self._question = starts[0], ends[-1]
        return self._ask(
            lambda: self.engine.table(starts, ends, speeds),
            self._patience(len(starts) + len(ends), cells),
            big=cells > _SMALL,
        )

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        self._remember(points)
        return self._ask(lambda: self.engine.route(points, speeds), self._patience(len(points), 0))

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        self._remember(points)
        return self._ask(lambda: self.engine.snap(points), self._patience(len(points), 0), big=len(points) > _SMALL)

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        self._remember([(fix.lat, fix.lon) for fix in trace])
        return self._ask(lambda: self.engine.match(trace), self._patience(len(trace), 0))

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """Where one can be within so many minutes. Raises :class:`NotOffered` where the engine cannot say."""
        asked = getattr(self.engine, "isochrone", None)
        if asked is None:
            raise NotOffered(f"{self.name} does not say what can be reached within a time")
        self._remember([point])
        return self._ask(lambda: asked(point, minutes), self._patience(_LAND, 0))

    def probe(self) -> EngineHealth:
        """See whether the engine is back, where it was down and has rested. Raises no EngineError."""
        with self._lock:
            due = self._state == "down" and self._clock() >= self._rested_at
        if due and (ends := self._question) is not None:
            with suppress(EngineError):  # it is down still, and its health says so
                self._ask(lambda: self.engine.table(ends, ends), self._patience(4, 4))
        return self.health()

    def _remember(self, points: Sequence[Point]) -> None:
        """One question that can be asked again to see whether the engine is back; kept in memory only."""
        if points:
            self._question = points[0], points[-1]

    def _ask(self, call: Callable[[], Answer], patience: float, *, big: bool = False) -> Answer:
        probing = self._admit()
        began = self._clock()
        try:
            if probing and big and self._question is not None:
                # Whoever lets a great question through first waits long for an engine that is still dead.
                self._try_small(self._question)
                began = self._clock()
            answer = call()
        except NoWay:
            self._answered(probing)
            raise
        except BaseException as error:
            self._failed(probing, str(error) if isinstance(error, EngineError) else type(error).__name__)
            raise
        took = self._clock() - began
        if took > patience:
            self._failed(probing, f"{self.name} took {took:.1f} s for what it has {patience:.1f} s for")
        else:
            self._answered(probing)
        return answer

    def _try_small(self, ends: tuple[Point, Point]) -> None:
        try:
            self.engine.table(ends, ends)
        except EngineError as error:
            error.answered = None  # of this question, which is not the one that was asked
            raise

    def _admit(self) -> bool:
        """Whether this call is the one that shows if the engine is back. Raises EngineDown while it rests."""
        with self._lock:
            if self._state == "up":
                return False
            left = self._rested_at - self._clock()
            if self._state == "trying" or left > 0:
                wait = "somebody is trying it just now" if self._state == "trying" else f"it rests {left:.0f} s more"
                raise EngineDown(f"{self.name} is down and {wait}; the last failure was: {self._last_error}")
            self._state = "trying"
            return True

    def _answered(self, probing: bool) -> None:
        with self._lock:
            self._answered_at = self._now()
            if not probing:
                return
            self._state, self._since = "up", self._answered_at
            self._recovered_at = self._clock()
            self._failures.clear()
            health = self._health()
        log.info("The travel engine %s answers again.", self.name)
        self.on_change(health)

    def _failed(self, probing: bool, error: str) -> None:
        with self._lock:
            now = self._clock()
            self._last_error = without_places(error)
            self._failures.append(now)
            self._forget(now)
            if not probing and (self._state != "up" or len(self._failures) < self._most):
                return
            fell = not probing
            if probing or now - self._recovered_at < self._window:
                self._rest = min(self._rest * 2, self._longest_rest)
            else:
                self._rest = self._first_rest
            if fell:
                self._since = self._now()
            self._state, self._rested_at = "down", now + self._rest
            health = self._health()
        if fell:
            log.warning("The travel engine %s is down: %s", self.name, health.last_error)
            self.on_change(health)

    def _forget(self, now: float) -> None:
        while self._failures and self._failures[0] < now - self._window:
            self._failures.popleft()

    def _health(self) -> EngineHealth:
        self._forget(self._clock())
        return EngineHealth(
            self.name, self._state, self._since, len(self._failures), self._last_error, answered_at=self._answered_at
        )
