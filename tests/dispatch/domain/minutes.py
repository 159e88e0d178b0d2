"""Business time told once more, as naively as can be: minute by minute, asking each what the clock on the wall shows.

Shares nothing with :mod:`dispatch.domain.calendars` but what people write: hours as text, dates, a country.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import holidays as public_holidays

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Minutes:
    """A calendar that counts minutes on its fingers."""

    zone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    holidays: Sequence[str] = ()
    country: str | None = None

    def shows_business(self, at: dt.datetime) -> bool:
        """Whether the minute that an instant lies in counts."""
        wall = at.astimezone(ZoneInfo(self.zone))
        if wall.date().isoformat() in self.holidays:
            return False
        if self.country and wall.date() in public_holidays.country_holidays(self.country, years=wall.year):
            return False
        shown = f"{wall.hour:02}:{wall.minute:02}"
        return any(opens <= shown < closes for opens, closes in self.hours.get(NAMES[wall.weekday()], ()))

    def pieces(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """What counts from one instant to another, cut at every minute."""
        at = start
        while at < end:
            after = min(at.replace(second=0, microsecond=0) + MINUTE, end)
            if self.shows_business(at):
                yield at, after
            at = after

    def between(self, start: dt.datetime, end: dt.datetime) -> int:
        """The business seconds from one instant to another."""
        return sum((after - at) // SECOND for at, after in self.pieces(start, end))

    def after(self, start: dt.datetime, seconds: int, end: dt.datetime) -> dt.datetime | None:
        """The first instant by which so many seconds have gone by; None: not before ``end``."""
        if seconds == 0:
            return start
        for at, after in self.pieces(start, end):
            seconds -= (after - at) // SECOND
            if seconds <= 0:
                return after + seconds * SECOND
        return None
