"""What every source of travel times must be able to do, and the words in which it answers.

Points are (latitude, longitude) in degrees; times are whole seconds, lengths whole metres. An engine measures; it does
not remember, estimate or try again: the cache, the estimate and the circuit breaker stand around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
IntMatrix = NDArray[np.int32]
SourceMatrix = NDArray[np.uint8]

NO_WAY = -1
"""What a table holds where no way leads from the start to the end."""


class Source(IntEnum):
    """Where the time of a leg comes from. Kept beside each cell of a table and each leg of a plan, and shown."""

    ROAD = 0
    CACHED = 1
    ESTIMATE = 2

    @property
    def word(self) -> str:
        """As people and documents read it: ``road``, ``cached`` or ``estimate``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast one drives in a slice of time, as shares of the time that free traffic takes.

    ``factor`` multiplies every time; ``by_class`` multiplies it further on the roads of an OpenStreetMap ``highway``
    class, for engines that can tell them apart. 1.25: it takes a quarter longer than in free traffic.
    """

    slice: str = "free"
    factor: float = 1.0
    by_class: Mapping[str, float] = field(default_factory=dict)


FREE = Speeds()
"""Free traffic: what engines measure by themselves."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A rectangle of travel: ``durations[start, end]`` in seconds and ``distances`` in metres, int32.

    :data:`NO_WAY` in both where there is none. ``sources`` is a :class:`Source` for each cell.
    """

    durations: IntMatrix
    distances: IntMatrix
    sources: SourceMatrix

    def slowed(self, factor: float) -> Measured:
        """The same where every way takes ``factor`` times as long."""
        if factor == 1:
            return self
        known = self.durations != NO_WAY
        seconds = np.where(known, np.rint(self.durations * factor), NO_WAY).astype(np.int32)
        return Measured(seconds, self.distances, self.sources)


@dataclass(frozen=True, slots=True)
class Snapped:
    """The place on a road that stands for a point: where, how far from the point (metres), and the street's name."""

    lat: float
    lon: float
    metres: float
    street: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a way: its time, its length, the points along it, and who says so.

    ``streets`` are the names of the streets in the order in which they are driven along, where the engine knows them.
    """

    seconds: int
    metres: int
    points: tuple[Point, ...]
    source: Source
    streets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """One position of a trace: when (epoch seconds), where, and what the phone knows besides.

    ``heading`` in degrees clockwise from north, while moving; ``accuracy`` in metres (68 %); ``speed`` in m/s.
    """

    at: float
    lat: float
    lon: float
    heading: float | None = None
    accuracy: float | None = None
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class OnRoad:
    """Where on the roads a trace ends: the place, the heading of the road there in the direction of driving (degrees),
    the street, and how sure that is (0 to 1)."""

    lat: float
    lon: float
    heading: float | None
    street: str
    confidence: float


class EngineError(Exception):
    """An engine could not answer; the message says which engine, what was asked, and what came back.

    ``answered``: of a table that was asked for in parts, what had come by then.
    """

    answered: Measured | None = None


class EngineDown(EngineError):  # noqa: N818  an engine that is down is no mistake of ours
    """Nobody answers, too late, or with a failure of its own: another attempt later may succeed."""


class EngineNonsense(EngineError):  # noqa: N818
    """The answer is no answer: not the promised form, the wrong size, or values that cannot be."""


class NotOffered(EngineError):  # noqa: N818
    """The engine has no such answers at all; the message says which engines have."""


class NoWay(EngineError):  # noqa: N818
    """No way leads between these points."""


class TravelEngine(Protocol):
    """A source of travel times. Safe among threads. Each call may raise :class:`EngineError`."""

    @property
    def name(self) -> str:
        """As people read it, where they see how engines fare."""

    @property
    def version(self) -> str:
        """Of the data and the rules: what was measured under another version holds no longer."""

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """From each start to each end. Points that cannot be snapped have :data:`NO_WAY` in their row or column."""

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """The fastest way through points in this order, one leg fewer than points. Raises :class:`NoWay`."""

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """The road nearest to each point; None beyond the farthest that can be bridged."""

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Where on the roads the last fix of a trace lies, judged by the whole trace; None off every road."""
