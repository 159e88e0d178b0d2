"""What is left of each shift: from when, from where, until when, with which breaks, and who is on the way to what.

- Somebody who is at a visit starts from there, now. Somebody on the way starts where they were last seen after setting
  out, or else where they set out from, at that moment: so they arrive when they would; or when they are expected by
  the roads, see :mod:`dispatch.planning.arrivals`. Who should be there by now arrives now.
- Everybody else starts where the last visit was, or at a newer position, or at the base; not before the shift, the
  break that they are taking, or a reported delay is over.
- An absence that begins or ends a shift cuts it. One in the middle becomes a break at its exact time, because a shift
  carries one route; where it begins while somebody is at a visit, the shift ends with that visit. Its time does not
  count against the limit of duty.
- Breaks that were taken are history. So are those that should have begun by now.
- Duty counts from when the shift really began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.facts import Facts, Work, seconds
from dispatch.planning.places import Places
from dispatch.planning.traffic import Worked
from dispatch.store.queries.parts import gone_from_van
from dispatch.store.tables import Assignment
from dispatch.store.tables import Shift as ShiftRow
from dispatch.travel.ports import Point
from optimizer.domain import Break, Shift
from optimizer.validation import MAX_BREAKS

FRESH = 30 * 60
"""Seconds for which a position says where somebody is who is not on the way."""
AGREES = 60
"""Seconds for which an expected arrival still holds when there is a newer position."""
_SITE_FIRST = (VisitStatus.WORKING, VisitStatus.ON_SITE, VisitStatus.PAUSED, VisitStatus.EN_ROUTE)


@dataclass(frozen=True)
class ShiftNow:
    """What is left of a shift. ``active``: the visits that somebody is on, in the order in which they are dealt with.

    ``used``: what of the van's stock is gone. ``followed``: its first leg is under way and takes as long as it is
    expected to by the roads and the traffic now, whatever the hour.
    """

    technician: str
    shift: Shift
    active: tuple[str, ...]
    used: Mapping[str, float]
    followed: bool = False


def active_order(work: Work) -> tuple[int, str]:
    """Who is at a place finishes there before driving to another; the same for every member of a crew."""
    return _SITE_FIRST.index(work.visit.status), work.visit.id


def carrying_shift(facts: Facts, stop: Assignment) -> str:
    """The shift that carries a visit somebody is on: the one it was published for unless that is over by now."""
    own = facts.shifts.get(stop.shift_id)
    if own is not None and own.technician_id == stop.technician_id and not _over(facts, own):
        return own.id
    running = (
        row.id
        for row in facts.shifts.values()
        if row.technician_id == stop.technician_id and row.starts_at <= facts.now and not _over(facts, row)
    )
    return next(running, stop.shift_id)


def places_of(facts: Facts) -> Iterator[Point]:
    """Every point that a problem made from these facts may speak of, but for :func:`passing_of`."""
    for one in facts.work.values():
        yield one.site.at
    for who in facts.technicians.values():
        yield who.base_lat, who.base_lon
    for stops in facts.done.values():
        for _, _, site in stops:
            yield site.at


def passing_of(facts: Facts) -> Iterator[Point]:
    """The points that it may speak of today and never again: where people were last seen."""
    for position in facts.positions.values():
        yield position.lat, position.lon


def worked_in(facts: Facts) -> list[Worked]:
    """When people work within the horizon, each in their own zone and territory."""
    found = []
    for row in facts.shifts.values():
        start, end = max(facts.start, seconds(row.starts_at)), min(facts.end, seconds(row.ends_at))
        if start < end:
            territory = facts.technicians[row.technician_id].territory_id
            found.append((start, end, facts.zone_of(row.technician_id), territory))
    return found


def shifts_now(facts: Facts, places: Places, notes: list[str]) -> dict[str, ShiftNow]:
    """What is left of each shift that can still carry a route, by its id."""
    active: dict[str, set[str]] = {}
    owner: dict[str, str] = {}
    for work in facts.work.values():
        for stop in facts.published.get(work.visit.id, ()) if work.active else ():
            shift_id = carrying_shift(facts, stop)
            active.setdefault(shift_id, set()).add(work.visit.id)
            owner[shift_id] = stop.technician_id
    found = {}
    for row in facts.shifts.values():
        if row.id not in active and (_over(facts, row) or not facts.technicians[row.technician_id].active):
            continue
        made = _Remains(facts, places, row, _sorted(facts, active.get(row.id, set()))).shift(notes)
        if made is not None:
            found[row.id] = made
    for shift_id in sorted(active.keys() - found.keys()):
        # Somebody is on a visit without a shift that would carry it: they may finish it, and nothing else.
        row = ShiftRow(
            id=shift_id,
            technician_id=owner[shift_id],
            starts_at=facts.now,
            ends_at=facts.now,
            max_overtime=0,
            breaks=[],
        )
        made = _Remains(facts, places, row, _sorted(facts, active[shift_id])).shift(notes)
        if made is not None:
            found[shift_id] = made
    return found


def _sorted(facts: Facts, visits: set[str]) -> tuple[Work, ...]:
    return tuple(sorted((facts.work[visit] for visit in visits), key=active_order))


def _over(facts: Facts, row: ShiftRow) -> bool:
    return row.ended_at is not None or row.ends_at + dt.timedelta(seconds=row.max_overtime) <= facts.now


class _Remains:
    """One shift being cut to what is left of it."""

    def __init__(self, facts: Facts, places: Places, row: ShiftRow, active: Sequence[Work]) -> None:
        self.facts, self.places, self.row, self.active = facts, places, row, active
        self.who = facts.technicians[row.technician_id]
        self.now = facts.start
        self.opens = seconds(min(row.starts_at, row.began_at or row.starts_at))
        self.done = facts.done.get(row.id, ())
        self.position = facts.positions.get(row.technician_id)
        self.followed = False

    def shift(self, notes: list[str]) -> ShiftNow | None:
        start, origin = self._start()
        end, overtime = seconds(self.row.ends_at), self.row.max_overtime
        start, end, overtime, absences = self._without_absences(start, end, overtime)
        if not self.active and start >= end + overtime:
            return None
        last = end + overtime
        end = max(start, end)
        rests = [*self._breaks(start, notes), *absences]
        duty = self.row.max_duty
        if duty is not None:
            began = self._began()
            spent = 0 if began is None else max(0, start - began)
            duty = max(0, duty - spent) + sum(one.duration for one in absences)
        base = self.places.index(self.who.base_lat, self.who.base_lon)
        offset = dt.datetime.fromtimestamp(start, self.facts.zone_of(self.who.id)).utcoffset() or dt.timedelta()
        return ShiftNow(
            technician=self.who.id,
            shift=Shift(
                id=self.row.id,
                start=start,
                end=end,
                start_location=origin,
                end_location=base,
                max_overtime=max(0, last - end),
                max_duty=duty,
                breaks=tuple(rests),
                utc_offset=round(offset.total_seconds() / 60) * 60,
            ),
            active=tuple(work.visit.id for work in self.active),
            used=self._used(),
            followed=self.followed,
        )

    # -- from when and from where ----------------------------------------------------------------------------------

    def _start(self) -> tuple[int, int]:
        """When and from which place the route goes on."""
        free = self._free_from()
        if self.active:
            lead = self.active[0]
            site = self.places.index(*lead.site.at)
            if lead.visit.status is not VisitStatus.EN_ROUTE:
                return max(self.now, free), site
            return self._under_way(lead, site, free)
        if self.now < self.opens:
            base = self.places.index(self.who.base_lat, self.who.base_lon)
            return max(self.opens, free), base
        return max(self.now, free), self._whereabouts()

    def _under_way(self, lead: Work, site: int, free: int) -> tuple[int, int]:
        left = seconds(lead.visit.departed_at) if lead.visit.departed_at else self.now
        origin, leave = self._last_place(), left
        if self.position is not None and seconds(self.position.at) >= left:
            origin = self.places.index(self.position.lat, self.position.lon)
            leave = seconds(self.position.at) + self.position.delay
            leave = self._by_the_roads(lead, leave, self.places.seconds(origin, site))
        leave = max(leave, free)
        arrival = leave + self.places.seconds(origin, site)
        return (leave, origin) if arrival > self.now else (self.now, site)

    def _by_the_roads(self, lead: Work, leave: int, way: int) -> int:
        """When somebody seems to have left where they were last seen, if they arrive when they are expected.

        A single position may lie on the wrong carriageway; what is expected was measured from the whole trace.
        """
        assert self.position is not None
        known = self.facts.arrivals.get((lead.visit.id, self.who.id))
        if known is None or seconds(self.position.at) - seconds(known.seen_at) > AGREES:
            return leave
        self.followed = True
        return seconds(known.expected_at) - way

    def _free_from(self) -> int:
        """The end of the break that is being taken, or of a delay; the beginning of time where there is none."""
        ends = [
            seconds(dt.datetime.fromisoformat(rest["taken_at"])) + rest["duration"]
            for rest in self.row.breaks
            if rest.get("taken_at") and not rest.get("ended_at")
        ]
        if self.position is not None and self.position.delay:
            ends.append(seconds(self.position.at) + self.position.delay)
        return max((end for end in ends if end > self.now), default=0)

    def _whereabouts(self) -> int:
        since = max([self.opens, *(seconds(visit.finished_at) for _, visit, _ in self.done if visit.finished_at)])
        if self.position is not None and seconds(self.position.at) >= max(since, self.now - FRESH):
            return self.places.index(self.position.lat, self.position.lon)
        return self._last_place()

    def _last_place(self) -> int:
        been = [site for _, visit, site in self.done if visit.arrived_at is not None]
        lat, lon = been[-1].at if been else (self.who.base_lat, self.who.base_lon)
        return self.places.index(lat, lon)

    # -- what is taken out -----------------------------------------------------------------------------------------

    def _without_absences(self, start: int, end: int, overtime: int) -> tuple[int, int, int, list[Break]]:
        middle: list[Break] = []
        for absence in self.facts.absences.get(self.who.id, ()):
            leaves, returns = seconds(absence.starts_at), seconds(absence.ends_at)
            if leaves >= end + overtime or returns <= start:
                continue
            if leaves <= max(start, self.now) and not self.active:
                start = max(start, returns)
            elif returns >= end or leaves <= max(start, self.now) or len(middle) + len(self.row.breaks) >= MAX_BREAKS:
                end, overtime = max(start, leaves), 0
            elif middle and leaves <= middle[-1].earliest + middle[-1].duration:
                until = max(returns, middle[-1].earliest + middle[-1].duration)
                middle[-1] = replace(middle[-1], duration=until - middle[-1].earliest)
            else:
                middle.append(Break(absence.id, leaves, leaves, returns - leaves))
        return start, end, overtime, [rest for rest in middle if rest.earliest < end]

    def _breaks(self, start: int, notes: list[str]) -> Iterator[Break]:
        for rest in self.row.breaks:
            if rest.get("taken_at"):
                continue
            earliest, latest = (seconds(dt.datetime.fromisoformat(rest[key])) for key in ("earliest", "latest"))
            if latest < start:
                notes.append(f"{self.who.name}: the break {rest['id']} should have begun by now; it is left out.")
            else:
                yield Break(str(rest["id"]), earliest, latest, int(rest["duration"]))

    def _began(self) -> int | None:
        known = [self.row.began_at]
        known += [visit.departed_at or visit.arrived_at for _, visit, _ in self.done]
        known += [one.visit.departed_at or one.visit.arrived_at for one in self.active]
        return min((seconds(at) for at in known if at is not None), default=None)

    def _used(self) -> Mapping[str, float]:
        visits = [*(visit for _, visit, _ in self.done), *(work.visit for work in self.active)]
        return gone_from_van(visits, self.facts.uses, self.who.id, beyond_demand=True)
