"""What time it is. Everything that needs to know asks a clock, so that a day can be tested, and run faster."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Answers the current instant, aware and in UTC."""

    def now(self) -> dt.datetime:
        """The current instant."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


@dataclass(slots=True)
class FixedClock:
    """Stands still until it is told otherwise; for tests."""

    at: dt.datetime

    def now(self) -> dt.datetime:
        return self.at

    def advance(self, **delta: float) -> None:
        """Move on by a :class:`datetime.timedelta` of these parts."""
        self.at += dt.timedelta(**delta)


@dataclass(frozen=True, slots=True)
class AcceleratedClock:
    """Showed ``simulated`` when this machine showed ``real``, and has run ``factor`` times as fast since."""

    real: dt.datetime
    simulated: dt.datetime
    factor: float

    def now(self) -> dt.datetime:
        return self.simulated + (dt.datetime.now(dt.UTC) - self.real) * self.factor


def pace_of(clock: Clock) -> float:
    """How many seconds pass on a clock in one second of real time."""
    return clock.factor if isinstance(clock, AcceleratedClock) else 1.0
