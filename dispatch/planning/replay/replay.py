"""A day to be played again, within somebody's territories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import TrailRead, instant
from dispatch.domain.roles import Right
from dispatch.planning.day_board.day import Day, day_of
from dispatch.planning.day_board.technicians import TechnicianRow, technicians_of
from dispatch.planning.day_board.visits import VisitRow, planned_on, rows_of
from dispatch.planning.replay.first_plan import FirstPlan, first_plan
from dispatch.planning.replay.frames import Frame, frames_between, is_complete, positions_between
from dispatch.planning.replay.then import changed_since, due_at_first, fields_then
from dispatch.planning.replay.totals import Totals, done_totals, planned_totals
from dispatch.services.rights import require
from dispatch.store.door import Door
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Shift, Visit
from dispatch.store.unit_of_work import UnitOfWork

_OF_VISITS = frozenset({"status", "assigned", "extended", "jeopardy"})
_NOW_ONLY = ("state", "position")
"""What a technician's row says of this moment, and not of the day."""
_STEPS = ("dispatched", "accepted", "departed", "arrived", "started", "finished")
_STATUS_AFTER = {
    "dispatched": "dispatched",
    "accepted": "accepted",
    "departed": "en_route",
    "arrived": "on_site",
    "started": "working",
}


@dataclass(frozen=True, slots=True)
class Replay:
    """A day. A visit's ``planned`` is where the first plan had it, ``done`` where it came to be; ``complete``: whether
    all that happened is still known, otherwise the frames are made of what the visits themselves say. ``followed``: the
    technicians whose way it shows → their territory.
    """

    day: Day
    now: dt.datetime
    first: FirstPlan
    complete: bool
    technicians: Sequence[Mapping[str, Any]]
    visits: Sequence[Mapping[str, Any]]
    frames: Sequence[Frame]
    planned: Totals
    done: Totals
    followed: Mapping[str, str | None]


def replayed(door: Door, date: dt.date, *, positions: bool = False) -> Replay:
    """The day with this date. With ``positions`` also where people were, which is recorded for each of them.

    It is read without keeping anybody from writing; only what is recorded is written. Raises :class:`Invalid` for a
    date that no clock shows, and :class:`Forbidden`: to read plans is enough for the day, but where people were is for
    those who direct them.
    """
    with door.reading() as uow:
        found = replay(uow, date, positions=positions)
    if found.followed:
        with door.unit_of_work() as uow:
            record_looking(uow, found)
    return found


def replay(uow: UnitOfWork, date: dt.date, *, positions: bool = False) -> Replay:
    """The day with this date, see :func:`replayed`; who shows it with ``positions`` calls :func:`record_looking`."""
    require(uow, Right.READ_PLANS)
    if positions:
        require(uow, Right.ACT_ON_VISITS)
    day = day_of(uow, date)
    began, shifts = _shifts(uow, day)
    first = first_plan(uow.session, shifts, began, day.until)
    people = {
        key: row for key, row in technicians_of(uow, day, first.published).items() if uow.actor.covers(row.territory)
    }
    happened = frames_between(uow.session, day.since, day.until)
    visits = _visits(uow, day, first, people, happened)
    complete = is_complete(uow.session, day.since)
    frames = _seen(happened if complete else _told_by(visits.values(), day), visits, people)
    ways = positions_between(uow.session, people, day.since, day.until) if positions else []
    rows = _as_on_the_day(uow, day, first, visits, happened)
    return Replay(
        day=day,
        now=uow.now,
        first=first,
        complete=complete,
        technicians=[
            {name: value for name, value in row.fields.items() if name not in _NOW_ONLY} for row in people.values()
        ],
        visits=rows,
        frames=sorted([*frames, *ways], key=lambda one: one.at),
        followed={one.technician: people[one.technician].territory for one in ways if one.technician is not None},
        planned=planned_totals(_as_first_planned(uow, first, rows)),
        done=done_totals(rows),
    )


def _shifts(uow: UnitOfWork, day: Day) -> tuple[dt.datetime, frozenset[str]]:
    """When the first shift of the day began, and all of them. A shift that began the day before is one of that day."""
    rows = uow.session.execute(
        select(Shift.id, Shift.starts_at).where(Shift.ends_at > day.since, Shift.starts_at < day.until)
    ).all()
    return min((row.starts_at for row in rows if row.starts_at >= day.since), default=day.since), frozenset(
        row.id for row in rows
    )


def _visits(
    uow: UnitOfWork, day: Day, first: FirstPlan, people: Mapping[str, TechnicianRow], happened: Collection[Frame]
) -> dict[str, VisitRow]:
    """What was planned, done, or only spoken of on the day, as far as the actor may see it."""
    done = planned_on(uow.session, day)
    named = {frame.visit for frame in happened if frame.kind in _OF_VISITS and frame.visit is not None}
    jobs = {frame.job for frame in happened if frame.kind == "received" and frame.job is not None}
    for chunk in chunks(sorted(jobs)):
        named |= set(uow.session.scalars(select(Visit.id).where(Visit.job_id.in_(chunk))))
    found = rows_of(uow.session, {*done, *first.planned, *named}, done)
    return {
        key: row
        for key, row in found.items()
        if uow.actor.covers(row.territory)
        or any(role["technician"] in people for role in (*first.planned.get(key, ()), *done.get(key, ())))
    }


def _as_on_the_day(
    uow: UnitOfWork, day: Day, first: FirstPlan, visits: Mapping[str, VisitRow], happened: Collection[Frame]
) -> list[dict[str, Any]]:
    """The visits as they were when the day was over: what was changed of them later is of another day.

    The steps of a visit that is planned on the day are all its own, also those past midnight.
    """
    late = {one.visit: one for one in happened if one.kind == "jeopardy"}
    since = changed_since(uow.session, visits, day.until)
    rows = []
    for key, row in visits.items():
        fields = fields_then(row.fields, since.get(key, {}))
        if not row.fields["planned"]:
            fields["status"] = since.get(key, {}).get("status", fields["status"])
            fields["actual"] = {
                step: at if at is not None and at < day.until else None for step, at in fields["actual"].items()
            }
        if "late_by" in since.get(key, {}):
            fields["late_by"] = since[key]["late_by"]
            fields["jeopardy"] = _jeopardy(fields, late.get(key))
        planned = list(first.planned.get(key, ()))
        rows.append({**fields, "planned": planned, "done": row.fields["planned"]})
    return rows


def _jeopardy(fields: Mapping[str, Any], told: Frame | None) -> dict[str, Any] | None:
    """Which promise it was late for when the day was over, as it was told last."""
    if fields["late_by"] <= 0 or told is None:
        return None
    target, appointment = told.data["promise"], fields["appointment"]
    if target == "appointment":
        due = appointment["latest"] if appointment else None
    else:
        due = next((one["due"] for one in fields["promises"] if one["target"] == target), None)
    return {"target": target, "due": due, "late_by": fields["late_by"]}


def _as_first_planned(
    uow: UnitOfWork, first: FirstPlan, rows: Collection[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The visits with the appointments and promises that the first plan of the day knew."""
    if first.at is None:
        return list(rows)
    since = changed_since(uow.session, {one["id"] for one in rows}, first.at)
    due = due_at_first(uow.session, {one["job"] for one in rows})
    return [
        {
            **fields_then(one, since.get(one["id"], {})),
            "promises": [
                {**each, "due": due.get((one["job"], each["target"]), each["due"])} for each in one["promises"]
            ],
        }
        for one in rows
    ]


def _seen(
    happened: Collection[Frame], visits: Mapping[str, VisitRow], people: Mapping[str, TechnicianRow]
) -> list[Frame]:
    """The frames about what the actor may see; one about a job stands for the first of its visits."""
    of_job: dict[str, str] = {}
    for key, row in visits.items():
        of_job.setdefault(row.job, key)
    found = []
    for frame in happened:
        visit = frame.visit or of_job.get(frame.job or "")
        if frame.kind == "published" or visit in visits or (visit is None and frame.technician in people):
            found.append(replace(frame, visit=visit))
    return found


def _told_by(visits: Collection[VisitRow], day: Day) -> list[Frame]:
    """What the visits say themselves of when they were done, where nothing else is known any more."""
    found = []
    for row in visits:
        before = None
        for step in _STEPS:
            at = row.fields["actual"][f"{step}_at"]
            after = row.fields["status"] if step == "finished" else _STATUS_AFTER[step]
            if at is not None and day.since <= at < day.until:
                data = {"before": before, "after": after, "action": "", "reason": ""}
                found.append(Frame(at, "status", visit=row.id, technician=next(iter(row.technicians), None), data=data))
                before = after
    return sorted(found, key=lambda one: one.at)


def record_looking(uow: UnitOfWork, found: Replay) -> None:
    """Record for each technician whose way a replay shows that somebody looked at it."""
    since, until = instant(found.day.since), instant(found.day.until)
    for who, territory in sorted(found.followed.items()):
        uow.record(TrailRead(person=who, since=since, until=until, territory=territory, technician=who))
