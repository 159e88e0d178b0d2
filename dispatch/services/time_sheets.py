"""Time sheets: what each day of a week came to, by what a technician tapped.

A day is that on which its shift began, by the clock on the wall where the technician works; a shift over midnight is
one day's. Shifts count from when they were begun until they were ended. One that nobody began counts from the first
step of a visit on it, one that nobody ended until the last, or until now while it may still go on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.domain.errors import Invalid
from dispatch.domain.events import VisitMoved
from dispatch.domain.roles import Right
from dispatch.domain.time_sheet import Doing, Span, Tap, cut, spans_of, whole
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import people
from dispatch.services.rights import require
from dispatch.store.tables import Assignment, FieldAction, Job, OutboxEntry, Shift, Technician, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork

LONG_AFTER = dt.timedelta(hours=4)
"""So long after its end, overtime included, a shift that nobody ended does not go on any more."""
EARLY = dt.timedelta(hours=2)
"""So long before its start, what is tapped belongs to a shift that nobody began."""
_DAY = dt.timedelta(days=1)
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_ENDS = {
    VisitStatus.COMPLETED: VisitAction.COMPLETE,
    VisitStatus.INCOMPLETE: VisitAction.NEED_VISIT,
    VisitStatus.NO_SHOW: VisitAction.NO_SHOW,
    VisitStatus.CANCELLED: VisitAction.CANCEL,
}
_COLUMNS = {
    "departed_at": VisitAction.DEPART,
    "arrived_at": VisitAction.ARRIVE,
    "started_at": VisitAction.START,
    "paused_at": VisitAction.PAUSE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. ``number`` is that of the visit's job."""

    span: Span
    number: str | None


@dataclass(frozen=True, slots=True)
class ShiftWorked:
    """A shift as it was worked; ``going_on``: it may not be over."""

    id: str
    starts: dt.datetime
    ends: dt.datetime
    going_on: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One date. The entries cut its shifts into pieces: they are as long as the shifts are."""

    date: dt.date
    shifts: list[ShiftWorked] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def totals(self) -> dict[str, int]:
        """Seconds of each thing that was done, and of the ``shift``."""
        found = dict.fromkeys((one.value for one in Doing), 0)
        for entry in self.entries:
            found[entry.span.what.value] += entry.span.seconds
        return {"shift": sum(whole(one.ends) - whole(one.starts) for one in self.shifts), **found}


@dataclass(frozen=True, slots=True)
class TimeSheet:
    """A week of somebody's. ``zone``: by whose clock its dates are."""

    technician: str
    week: str
    zone: ZoneInfo
    days: Sequence[Day]

    @property
    def totals(self) -> dict[str, int]:
        """Those of the days."""
        of_days = [day.totals for day in self.days]
        return {name: sum(one[name] for one in of_days) for name in of_days[0]}


def time_sheet(uow: UnitOfWork, technician_id: str, week: str | None = None) -> TimeSheet:
    """The time sheet of a week (ISO 8601, such as ``2026-W48``); None: of this one.

    One's own, or of somebody on whose visits the actor acts: what somebody did with each minute is for those who answer
    for it. Raises :class:`NotFound`, :class:`Forbidden` or
    :class:`Invalid`.
    """
    technician = people.seen(uow, technician_id)
    if uow.actor.technician != technician_id:
        require(uow, Right.ACT_ON_VISITS, technician.territory_id)
    zone = _zone(uow, technician)
    monday = _monday(week, uow.now.astimezone(zone).date())
    since, until = (dt.datetime.combine(monday + days * _DAY, dt.time(), zone).astimezone(dt.UTC) for days in (0, 7))
    theirs = Shift.technician_id == technician_id, Shift.starts_at >= since - _DAY, Shift.starts_at < until + _DAY
    shifts = uow.session.scalars(select(Shift).where(*theirs).order_by(Shift.starts_at, Shift.id)).all()
    taps, numbers = _taps(uow, technician_id, since - _DAY, until + 2 * _DAY)
    days = {monday + number * _DAY: Day(monday + number * _DAY) for number in range(7)}
    worked_until = dt.datetime.min.replace(tzinfo=dt.UTC)
    for shift in shifts:
        worked = _worked(shift, taps, uow.now)
        if worked is None or worked.ends <= worked_until:
            continue
        if worked.starts < worked_until:  # two shifts at once are one until the first has ended
            worked = ShiftWorked(worked.id, worked_until, worked.ends, worked.going_on)
        worked_until = worked.ends
        day = days.get(worked.starts.astimezone(zone).date())
        if day is not None:
            day.shifts.append(worked)
            day.entries.extend(Entry(span, numbers.get(span.visit or "")) for span in _pieces(shift, worked, taps))
    year, number, _ = monday.isocalendar()
    return TimeSheet(technician_id, f"{year}-W{number:02d}", zone, list(days.values()))


def _monday(week: str | None, today: dt.date) -> dt.date:
    if week is None:
        return today - today.weekday() * _DAY
    found = _WEEK.fullmatch(week)
    try:
        if found is None:
            raise ValueError
        return dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        remedy = "write a year and the number of a week, such as 2026-W48"
        errors = [{"place": "week", "value": week, "problem": "is no week of ISO 8601", "remedy": remedy}]
        raise Invalid(f"week: {week} is no week of ISO 8601; {remedy}.", errors=errors) from None


def _zone(uow: UnitOfWork, technician: Technician) -> ZoneInfo:
    territory = uow.session.get(Territory, technician.territory_id) if technician.territory_id else None
    return ZoneInfo(territory.time_zone if territory is not None else "UTC")


# -- what was tapped ---------------------------------------------------------------------------------------------------


def _taps(
    uow: UnitOfWork, technician: str, since: dt.datetime, until: dt.datetime
) -> tuple[list[Tap], Mapping[str, str]]:
    """The steps of visits that somebody took, alone or with a crew, in their order; and the visits' numbers."""
    theirs = Assignment.technician_id == technician, Assignment.start >= since, Assignment.start < until
    planned = set(uow.session.scalars(select(Assignment.visit_id).where(*theirs)))
    acted = FieldAction.technician_id == technician, FieldAction.happened_at.between(since, until)
    touched = set(uow.session.scalars(select(FieldAction.visit_id).where(*acted, FieldAction.visit_id.is_not(None))))
    visits = planned | {one for one in touched if one is not None}
    crews: dict[str, set[str]] = defaultdict(set)
    shared = select(Assignment.visit_id, Assignment.technician_id).where(Assignment.visit_id.in_(planned))
    for name, who in uow.session.execute(shared):
        crews[name].add(who)
    rows = select(Visit, Job.number).join(Job, Job.id == Visit.job_id).where(Visit.id.in_(visits)).order_by(Visit.id)
    found: list[Tap] = []
    numbers: dict[str, str] = {}
    told = _told(uow, visits)
    for visit, number in uow.session.execute(rows):
        numbers[visit.id] = number
        events = told.get(visit.id, ())
        with_me = crews[visit.id] | {technician}
        found += [tap for who, tap in events if who in with_me]
        if not events and visit.id in planned:
            found += _as_kept(visit)
    return sorted(found, key=lambda tap: tap.at), numbers


def _told(uow: UnitOfWork, visits: Iterable[str]) -> dict[str, list[tuple[str | None, Tap]]]:
    """Visit → its steps as events tell them, each with who took it."""
    found: dict[str, list[tuple[str | None, Tap]]] = defaultdict(list)
    about = OutboxEntry.subject_word == "visit", OutboxEntry.subject_id.in_(visits)
    moved = select(OutboxEntry).where(*about, OutboxEntry.kind == VisitMoved.__name__).order_by(OutboxEntry.id)
    for entry in uow.session.scalars(moved):
        at = dt.datetime.fromisoformat(entry.payload["at"]) if entry.payload.get("at") else entry.at
        tap = Tap(at, entry.subject_id, VisitAction(entry.payload["action"]))
        found[entry.subject_id].append((entry.technician, tap))
    return found


def _as_kept(visit: Visit) -> list[Tap]:
    """Of a visit whose events are not kept any more: what its row says. It does not say when its pauses were."""
    steps = [(getattr(visit, column), action) for column, action in _COLUMNS.items()]
    steps.append((visit.finished_at, _ENDS.get(visit.status, VisitAction.COMPLETE)))
    return [Tap(at, visit.id, action) for at, action in steps if at is not None]


# -- one shift ---------------------------------------------------------------------------------------------------------


def _worked(shift: Shift, taps: Sequence[Tap], now: dt.datetime) -> ShiftWorked | None:
    latest = shift.ends_at + dt.timedelta(seconds=shift.max_overtime) + LONG_AFTER
    since = shift.began_at or shift.starts_at - EARLY
    mine = [tap.at for tap in taps if since <= tap.at <= (shift.ended_at or latest)]
    starts = shift.began_at or min(mine, default=None)
    if starts is None:
        return None
    if shift.ended_at is not None:
        return ShiftWorked(shift.id, starts, max(shift.ended_at, starts), going_on=False)
    if now < latest:
        return ShiftWorked(shift.id, starts, max(now, starts), going_on=True)
    return ShiftWorked(shift.id, starts, max([starts, *mine]), going_on=False)


def _pieces(shift: Shift, worked: ShiftWorked, taps: Sequence[Tap]) -> list[Span]:
    """The shift cut by what was tapped on it; nothing goes on from one shift into the next."""
    mine = [tap for tap in taps if worked.starts <= tap.at <= worked.ends]
    spans = [*spans_of(mine, worked.ends), *_breaks(shift, worked, mine)]
    return cut(worked.starts, worked.ends, spans)


def _breaks(shift: Shift, worked: ShiftWorked, taps: Sequence[Tap]) -> Iterable[Span]:
    """The breaks that were taken. One whose end nobody tapped lasts as planned, or until the next step of a visit."""
    for rest in shift.breaks:
        if rest.get("taken_at") is None:
            continue
        taken = dt.datetime.fromisoformat(rest["taken_at"])
        if rest.get("ended_at") is not None:
            ends = dt.datetime.fromisoformat(rest["ended_at"])
        else:
            planned = taken + dt.timedelta(seconds=rest["duration"])
            ends = min([planned, *(tap.at for tap in taps if tap.at > taken)])
        starts, ends = max(taken, worked.starts), min(ends, worked.ends)
        if starts < ends:
            yield Span(Doing.BREAK, starts, ends)
