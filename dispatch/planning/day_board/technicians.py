"""The technicians of a day as rows of the board: what they do now, where they are, their shifts and their stops."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from dispatch.domain.visit_lifecycle import COMMITTED, VisitStatus
from dispatch.planning.day_board.day import Day
from dispatch.planning.day_board.published import Published
from dispatch.planning.day_board.visits import on_day
from dispatch.services.attendance import Period, attended
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Absence, Assignment, HeldSkill, Position, Shift, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """A technician of the board. ``turns_at``: when the row will be another though nothing happens, such as when an
    absence begins; None: never.
    """

    id: str
    territory: str | None
    skills: Mapping[str, int]
    shifts: frozenset[str]
    fields: dict[str, Any]
    turns_at: dt.datetime | None


def technicians_of(
    uow: UnitOfWork, day: Day, published: Published, named: Collection[str] | None = None
) -> dict[str, TechnicianRow]:
    """Who works for the operation, by their identifiers and in the order of their names; ``named``: those among them.

    Who has left is there on days on which they had a shift.
    """
    found: dict[str, TechnicianRow] = {}
    for part in [None] if named is None else chunks(sorted(named)):
        found |= _read(uow, day, published, part)
    return found


def _read(uow: UnitOfWork, day: Day, published: Published, named: list[str] | None) -> dict[str, TechnicianRow]:
    session = uow.session
    shifts = _by_person(
        session.execute(
            _of(named, Shift.technician_id, select(*_SHIFT))
            .where(Shift.ends_at > day.since, Shift.starts_at < day.until)
            .order_by(Shift.starts_at, Shift.id)
        )
    )
    people = session.execute(
        _of(named, Technician.id, select(*_PERSON))
        .where(or_(Technician.active, Technician.id.in_(sorted(shifts))))
        .order_by(Technician.name, Technician.id)
    ).all()
    skills = _by_person(
        session.execute(
            _of(named, HeldSkill.technician_id, select(HeldSkill.technician_id, HeldSkill.skill, HeldSkill.level))
            .where(or_(HeldSkill.valid_until.is_(None), HeldSkill.valid_until >= day.date))
            .order_by(HeldSkill.skill)
        )
    )
    absences = _by_person(
        session.execute(
            _of(named, Absence.technician_id, select(*_ABSENCE))
            .where(Absence.ends_at > min(day.since, uow.now), Absence.starts_at < max(day.until, uow.now))
            .order_by(Absence.starts_at, Absence.id)
        )
    )
    stops: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for shift, visit, role in session.execute(
        _of(named, Assignment.technician_id, select(Assignment.shift_id, Assignment.visit_id, Assignment.role))
        .join(Shift, Shift.id == Assignment.shift_id)
        .where(on_day(day))
        .order_by(Assignment.shift_id, Assignment.position, Assignment.start, Assignment.visit_id, Assignment.role)
    ):
        stops[shift].append({"visit": visit, "role": role})
    positions = {row.technician_id: row for row in session.execute(_of(named, Position.technician_id, _TOLD))}
    busy = _by_person(
        session.execute(
            _of(named, Assignment.technician_id, select(Assignment.technician_id, Visit.status))
            .join(Visit, Visit.id == Assignment.visit_id)
            .where(Visit.status.in_(sorted(COMMITTED)))
        )
    )
    at_work = attended(uow, named, uow.now)
    found = {}
    for who in people:
        away = [one for one in absences.get(who.id, ()) if one.ends_at > day.since and one.starts_at < day.until]
        state, turns_at = _state(
            uow.now, at_work.get(who.id, ()), absences.get(who.id, ()), shifts.get(who.id, ()), busy.get(who.id, ())
        )
        position = positions.get(who.id) if state not in ("off", "absent") else None
        held = {one.skill: one.level for one in skills.get(who.id, ())}
        found[who.id] = TechnicianRow(
            id=who.id,
            territory=who.territory_id,
            skills=held,
            shifts=frozenset(one.id for one in shifts.get(who.id, ())),
            fields={
                "id": who.id,
                "name": who.name,
                "phone": who.phone,
                "territory": who.territory_id,
                "skills": [{"skill": skill, "level": level} for skill, level in held.items()],
                "state": state,
                "position": None if position is None else _position(position),
                "absences": [
                    {"id": one.id, "from": one.starts_at, "until": one.ends_at, "reason": one.reason} for one in away
                ],
                "shifts": [_shift(one, stops.get(one.id, []), published) for one in shifts.get(who.id, ())],
            },
            turns_at=turns_at,
        )
    return found


_PERSON = (Technician.id, Technician.name, Technician.phone, Technician.territory_id)
_SHIFT = (
    Shift.technician_id,
    Shift.id,
    Shift.starts_at,
    Shift.ends_at,
    Shift.began_at,
    Shift.ended_at,
    Shift.max_overtime,
    Shift.version,
    Shift.breaks,
)
_ABSENCE = (Absence.technician_id, Absence.id, Absence.starts_at, Absence.ends_at, Absence.reason)
_TOLD = select(Position.technician_id, Position.told_at, Position.told_lat, Position.told_lon).where(
    Position.told_at.is_not(None)
)
"""Where somebody was as it was told last: what moved since then is too little for anybody to hear of."""


def _of(named: list[str] | None, column: Any, query: Any) -> Any:
    return query if named is None else query.where(column.in_(named))


def _by_person(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by whose they are, which stands in their first column."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _state(
    now: dt.datetime,
    at_work: Sequence[Period],
    absences: Sequence[Any],
    shifts: Sequence[Any],
    busy: Sequence[Any],
) -> tuple[str, dt.datetime | None]:
    """What somebody does at this instant, and when that will be another thing though nothing happens."""
    turns = [one.starts_at for one in absences] + [one.ends_at for one in absences]
    turns += [one.start for one in at_work] + [one.end for one in at_work]
    turns_at = min((at for at in turns if at > now), default=None)
    statuses = {one.status for one in busy}
    if any(one.starts_at <= now < one.ends_at for one in absences):
        state = "absent"
    elif statuses - {VisitStatus.EN_ROUTE}:
        state = "on_site"
    elif statuses:
        state = "driving"
    elif not any(one.holds(now) for one in at_work):
        state = "off"
    elif any(rest.get("taken_at") and not rest.get("ended_at") for one in shifts for rest in one.breaks):
        state = "break"
    else:
        state = "waiting"
    return state, turns_at


def _position(row: Any) -> dict[str, Any]:
    return {"lat": row.told_lat, "lon": row.told_lon, "at": row.told_at, "source": "reported"}


def _shift(row: Any, stops: list[dict[str, Any]], published: Published) -> dict[str, Any]:
    return {
        "id": row.id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "max_overtime": row.max_overtime,
        "version": row.version,
        "breaks": [_break(row.id, rest, published) for rest in row.breaks],
        "stops": stops,
    }


def _break(shift: str, rest: Mapping[str, Any], published: Published) -> dict[str, Any]:
    start = published.breaks.get((shift, rest["id"]))
    return {
        "id": rest["id"],
        "earliest": rest["earliest"],
        "latest": rest["latest"],
        "duration": rest["duration"],
        "planned_start": start,
        "planned_end": None if start is None else start + dt.timedelta(seconds=rest["duration"]),
        "taken_at": rest.get("taken_at"),
        "ended_at": rest.get("ended_at"),
    }
