"""Slices of the week with their own speeds: which one an instant lies in, and what they amount to over working time.

Where several slices hold at once, one of the technician's own territory goes before one of everybody, the shorter
before the longer. Outside all slices traffic is free.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.travel.ports import FREE, Speeds

DAY = 24 * 60
WORKING_DAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
LEAST_FACTOR, MOST_FACTOR = 0.5, 3.0
_STEP = 300


@dataclass(frozen=True, slots=True)
class TimeSlice:
    """A slice of the week: on these days (0 Monday), from a minute of the local day to another.

    Where ``ends`` is not after ``starts`` it ends the day after. ``factor`` and ``by_class`` as in
    :class:`dispatch.travel.ports.Speeds`. ``learnt``: territory → the factor that its own legs have taught (None as a
    territory: those of all).
    """

    id: str
    name: str
    days: frozenset[int]
    starts: int
    ends: int
    factor: float = 1.0
    by_class: Mapping[str, float] = field(default_factory=dict)
    territory: str | None = None
    learnt: Mapping[str | None, float] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.ends - self.starts - 1) % DAY + 1

    def holds(self, day: int, minute: int) -> bool:
        """Whether a minute of a day of the week lies in it."""
        if self.ends > self.starts:
            return day in self.days and self.starts <= minute < self.ends
        return (day in self.days and minute >= self.starts) or ((day - 1) % 7 in self.days and minute < self.ends)

    def speeds(self, territory: str | None = None) -> Speeds:
        """How fast one drives then."""
        factor = self.learnt.get(territory, self.learnt.get(None, self.factor))
        return Speeds(self.id, factor, self.by_class)

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "days": sorted(self.days),
            "starts": self.starts,
            "ends": self.ends,
            "factor": self.factor,
            "by_class": dict(self.by_class),
            "territory": self.territory,
            "learnt": [[territory, factor] for territory, factor in self.learnt.items()],
        }


class TimeSlices:
    """All slices of an operation."""

    def __init__(self, slices: Iterable[TimeSlice] = ()) -> None:
        self.slices = tuple(sorted(slices, key=lambda one: (one.territory is None, one.minutes, one.name, one.id)))
        self._of_week = lru_cache(maxsize=None)(self._find)

    def __bool__(self) -> bool:
        return bool(self.slices)

    def slice_at(self, local: dt.datetime, territory: str | None = None) -> TimeSlice | None:
        """The slice that a local time lies in, for a technician of this territory; None: traffic is free."""
        return self._of_week(local.weekday(), local.hour * 60 + local.minute, territory)

    def at(self, local: dt.datetime, territory: str | None = None) -> Speeds:
        """How fast one drives at a local time."""
        found = self.slice_at(local, territory)
        return FREE if found is None else found.speeds(territory)

    def shares(self, worked: Iterable[tuple[int, int, ZoneInfo, str | None]]) -> list[tuple[Speeds, float]]:
        """Which speeds hold during which share of these stretches of working time (epoch seconds, zone, territory)."""
        if not self.slices:
            return [(FREE, 1.0)]
        seconds: Counter[tuple[str, str | None]] = Counter()
        speeds: dict[tuple[str, str | None], Speeds] = {}
        for (start, end, zone, territory), count in Counter(worked).items():
            for at in range(start, end, _STEP):
                found = self.at(dt.datetime.fromtimestamp(at, zone), territory)
                key = (found.slice, territory)
                speeds[key] = found
                seconds[key] += count * min(_STEP, end - at)
        total = seconds.total()
        return [(speeds[key], part / total) for key, part in seconds.items()] if total else [(FREE, 1.0)]

    def as_documents(self) -> list[dict[str, Any]]:
        """As JSON values."""
        return [one.as_document() for one in self.slices]

    @classmethod
    def from_documents(cls, documents: Sequence[Mapping[str, Any]]) -> TimeSlices:
        """What :meth:`as_documents` wrote."""
        return cls(
            TimeSlice(
                id=one["id"],
                name=one["name"],
                days=frozenset(one["days"]),
                starts=one["starts"],
                ends=one["ends"],
                factor=one["factor"],
                by_class=one["by_class"],
                territory=one["territory"],
                learnt=dict(one["learnt"]),
            )
            for one in documents
        )

    def _find(self, day: int, minute: int, territory: str | None) -> TimeSlice | None:
        for one in self.slices:
            if one.territory in (None, territory) and one.holds(day, minute):
                return one
        return None


def minute_of(text: str) -> int:
    """``HH:MM`` as a minute of the day; 24:00 is its end."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def without_learning(one: TimeSlice) -> TimeSlice:
    """The slice as it was configured."""
    return replace(one, learnt={})


STANDARD: tuple[Mapping[str, Any], ...] = (
    {"name": "Morning rush", "days": list(WORKING_DAYS), "starts": "07:00", "ends": "09:30", "factor": 1.2},
    {"name": "Evening rush", "days": list(WORKING_DAYS), "starts": "16:30", "ends": "19:00", "factor": 1.2},
    {"name": "Night", "days": list(EVERY_DAY), "starts": "22:00", "ends": "05:00", "factor": 0.95},
)
"""Slices to begin with. They are a guess that suits most towns, not a measurement: what is driven teaches better."""

NO_SLICES = TimeSlices()
"""Free traffic at all hours."""
