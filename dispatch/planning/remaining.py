"""What is left of a way, by the last positions of a phone.

Several positions are matched to the roads together, because a single one often lies on the wrong carriageway, and from
there the rest of the way is measured. A phone's heading is used while it drives; what it says standing still is chance.

Where two roads part, no phone knows for a while which of them it is on, and the wrong one may lead ten minutes round.
So a match that is not sure, and would move the arrival by much, is not believed until it has been repeated for a while.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.travel.ports import FREE, EngineError, Fix, OnRoad, Point, Source, Speeds
from dispatch.travel.provider import TravelProvider

WINDOW = dt.timedelta(minutes=2)
"""How far before the latest fix a trace goes back,"""
LONGEST = 10
"""how many fixes it has at most,"""
APART = 5.0
"""and how many seconds they are apart at least."""
HEADING_FROM = 10 / 3.6
"""Metres a second from which on a phone knows where it is heading."""
SURE = 0.9
"""The confidence from which on a match is believed at once."""
DOUBT = 60.0
"""Seconds for which a match is doubted that is less sure,"""
LEAP = 45.0
"""and by which it has to move the arrival to be doubted at all."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Somebody who is on the way: to which visit, where that is, when they were seen last, what traffic adds from then
    on (seconds), and where they have been. Fixes after ``since`` are new. ``speeds``: how fast one drives there now.
    """

    visit: str
    technician: str
    site: Point
    at: dt.datetime
    delay: int
    trace: tuple[Fix, ...]
    since: dt.datetime
    speeds: Speeds = FREE


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is left of a way: where on the roads it begins (None: off them), seconds, metres, and who says so."""

    place: OnRoad | None
    seconds: int
    metres: int
    source: str

    @property
    def sure(self) -> bool:
        """Whether the place can be believed at once."""
        return self.place is not None and self.place.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Believed:
    """When somebody will be there if traffic adds nothing, and when that was last sure (both in epoch seconds)."""

    arrival: float
    sure_at: float


def believed(before: Believed | None, at: float, ahead: Ahead) -> Believed:
    """What to believe after a position at ``at``: what is measured from it, unless it is doubted."""
    arrival = at + ahead.seconds
    leaps = before is not None and abs(arrival - before.arrival) > LEAP
    if before is not None and leaps and not ahead.sure and at - before.sure_at <= DOUBT:
        return Believed(max(before.arrival, at), before.sure_at)
    return Believed(arrival, at)


def thinned(trace: Iterable[Fix]) -> tuple[Fix, ...]:
    """The last fixes of a trace, some seconds apart; headings only of those that move."""
    kept: list[Fix] = []
    for fix in sorted(trace, key=lambda one: one.at, reverse=True):
        if len(kept) < LONGEST and (not kept or kept[-1].at - fix.at >= APART):
            kept.append(_sensible(fix))
    return tuple(reversed(kept))


def way_ahead(travel: TravelProvider, one: UnderWay) -> Ahead:
    """The rest of the way from where a trace ends, as the engine has it, or the estimate where it has nothing."""
    try:
        place = travel.match(one.trace)
    except EngineError:
        place = None  # the row below is estimated then, and says so
    last = one.trace[-1]
    here = (place.lat, place.lon) if place is not None else (last.lat, last.lon)
    measured = travel.row(here, [one.site], one.speeds)
    return Ahead(
        place,
        max(0, int(measured.durations[0, 0])),
        max(0, int(measured.distances[0, 0])),
        Source(int(measured.sources[0, 0])).word,
    )


def _sensible(fix: Fix) -> Fix:
    standing = fix.speed is not None and fix.speed < HEADING_FROM
    return Fix(fix.at, fix.lat, fix.lon, None if standing else fix.heading, fix.accuracy, fix.speed)
