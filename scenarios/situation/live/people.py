"""Who works: technicians with their usual week, and the shifts of the recorded days as they were."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import Absence, HeldSkill, Shift, Technician
from optimizer.domain import Costs
from scenarios.situation.live.names import Names, Places, most_common, seconds
from scenarios.situation.record import RecordedRest, RecordedShift
from scenarios.situation.situation import Person, Rest

AROUND = dt.timedelta(days=28)
"""How far before and after a day shifts are looked at to know somebody's usual week."""
_DAY = 86_400


@dataclass(frozen=True)
class People:
    """Who works, and the shifts of the recorded days."""

    persons: tuple[Person, ...]
    shifts: tuple[RecordedShift, ...]


def people_of(
    session: Session, names: Names, places: Places, zone: ZoneInfo, since: dt.datetime, until: dt.datetime
) -> People:
    """Everybody who has shifts around these instants; the shifts that begin between them."""
    rows: dict[str, list[Shift]] = defaultdict(list)
    around = select(Shift).where(Shift.starts_at > since - AROUND, Shift.starts_at < until + AROUND)
    for shift in session.scalars(around.order_by(Shift.starts_at, Shift.id)):
        rows[shift.technician_id].append(shift)
    absences: dict[str, list[Absence]] = defaultdict(list)
    away = select(Absence).where(Absence.ends_at > since, Absence.starts_at < until)
    for absence in session.scalars(away.order_by(Absence.starts_at, Absence.id)):
        absences[absence.technician_id].append(absence)
    skills = _skills(session, since.astimezone(zone).date())
    persons, shifts = [], list[RecordedShift]()
    for who, row in names.rows.items():
        recorded = [one for one in rows[who] if since <= one.starts_at < until]
        if not rows[who] or not (row.active or recorded):
            continue
        home = places.index("base", who, (row.base_lat, row.base_lon), names.territory(row.territory_id))
        persons.append(_person(row, names, rows[who], skills.get(who, {}), home, zone))
        for one in rows[who]:
            if one.starts_at >= since:
                names.shift(one.id, who, one.starts_at.astimezone(zone).date())
        shifts += [
            made for one in recorded for made in _recorded(one, names.shifts[one.id], names, absences[who], zone, until)
        ]
    return People(tuple(persons), tuple(shifts))


def _skills(session: Session, date: dt.date) -> Mapping[str, Mapping[str, int]]:
    """Technician → skill → level, of the certificates that hold on a day."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in session.scalars(select(HeldSkill).order_by(HeldSkill.skill)):
        if one.valid_until is None or one.valid_until >= date:
            found[one.technician_id][one.skill] = one.level
    return found


def _person(
    row: Technician, names: Names, shifts: Sequence[Shift], skills: Mapping[str, int], home: int, zone: ZoneInfo
) -> Person:
    """A technician and their usual week: the hours that they have most often, on the days on which they mostly work."""
    usual = next(one for one in shifts if _hours(one, zone) == most_common([_hours(one, zone) for one in shifts]))
    start, end = _hours(usual, zone)
    days = Counter(one.starts_at.astimezone(zone).weekday() for one in shifts)
    return Person(
        id=names.technicians[row.id],
        territory=names.territory(row.territory_id),
        home=home,
        skills=dict(skills),
        start=start,
        end=end,
        max_overtime=usual.max_overtime // 60,
        rests=tuple(_rest(one, usual, start) for one in usual.breaks),
        days=tuple(sorted(day for day, count in days.items() if 2 * count >= max(days.values()))),
        pace=row.pace,
        senior=row.senior,
        costs=Costs(**{name: float(value) for name, value in row.costs.items() if name in Costs.__slots__}),
    )


def _hours(shift: Shift, zone: ZoneInfo) -> tuple[int, int]:
    """Minutes after local midnight at which a shift begins and ends."""
    begins = shift.starts_at.astimezone(zone)
    start = begins.hour * 60 + begins.minute
    return start, start + round((shift.ends_at - shift.starts_at).total_seconds() / 60)


def _rest(rest: Mapping[str, Any], shift: Shift, start: int) -> Rest:
    earliest, latest = (dt.datetime.fromisoformat(rest[key]) - shift.starts_at for key in ("earliest", "latest"))
    opens, closes = (start + round(one.total_seconds() / 60) for one in (earliest, latest))
    return Rest(str(rest["id"]), opens, closes, round(rest["duration"] / 60))


# The recorded days -------------------------------------------------------------------------------------------------


def _recorded(
    row: Shift, name: str, names: Names, absences: Sequence[Absence], zone: ZoneInfo, until: dt.datetime
) -> Iterator[RecordedShift]:
    """The shift as it was planned when it began; none where its technician was known to be away for all of it."""
    shift = RecordedShift(
        id=name,
        technician=names.technicians[row.technician_id],
        date=row.starts_at.astimezone(zone).date(),
        start=seconds(row.starts_at),
        end=seconds(row.ends_at),
        max_overtime=row.max_overtime,
        rests=tuple(_recorded_rest(one) for one in row.breaks),
        began_at=_before(row.began_at, until),
        ended_at=_before(row.ended_at, until),
    )
    for absence in absences:
        shift = _without(shift, absence)
    if shift.start < shift.end or shift.began_at is not None:
        yield shift


def _without(shift: RecordedShift, absence: Absence) -> RecordedShift:
    """What an absence leaves of a shift. What somebody only said once they were at work is illness."""
    leaves, returns, said = seconds(absence.starts_at), seconds(absence.ends_at), seconds(absence.created_at)
    if returns <= shift.start or leaves >= shift.end + shift.max_overtime:
        return shift
    began = shift.start if shift.began_at is None else shift.began_at
    if said > began and leaves > began:
        return replace(shift, ill_from=max(leaves, said) if shift.ill_from is None else shift.ill_from)
    if leaves <= shift.start:
        return replace(shift, start=min(returns, shift.end))
    return replace(shift, end=leaves, max_overtime=0)


def _recorded_rest(rest: Mapping[str, Any]) -> RecordedRest:
    earliest, latest = (seconds(dt.datetime.fromisoformat(rest[key])) for key in ("earliest", "latest"))
    taken = rest.get("taken_at")
    at = None if not taken else seconds(dt.datetime.fromisoformat(taken))
    return RecordedRest(str(rest["id"]), earliest, latest, int(rest["duration"]), at)


def _before(instant: dt.datetime | None, until: dt.datetime) -> int | None:
    return None if instant is None or instant >= until else seconds(instant)
