"""The simulated day as the live system sees its own: the same snapshot, made by the same code, without a database.

:func:`dispatch.planning.snapshot.snapshot_of` makes a problem and the published plan on it from plain facts. Here the
facts are rows of no session, filled from the operation. So what is committed, what was accepted, the freeze fence,
breaks, absences, missed promises and prices of changes mean in a scenario what they mean on a live day. Read only what
lasts is made once: a job's rows stay the same while the day goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnDefault

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.visit_lifecycle import COMMITTED
from dispatch.planning.facts import Facts, Work, horizon_end
from dispatch.planning.promised import Promised
from dispatch.planning.snapshot import Snapshot, snapshot_of
from dispatch.store.tables import (
    Absence,
    Assignment,
    HeldSkill,
    Job,
    PlanningPolicy,
    Shift,
    Site,
    Technician,
    Visit,
)
from dispatch.travel.cache import key_of
from dispatch.travel.crow import CrowFlight
from dispatch.travel.ports import FREE, Measured, Point, Source, Speeds
from dispatch.travel.provider import EngineProvider
from scenarios.simulation.crews import standing_of
from scenarios.simulation.operation import Operation, ShiftNow, VisitNow
from scenarios.situation.situation import Person, Situation


class TableOfPlaces(CrowFlight):
    """An engine that knows the ways between a situation's places, and no others."""

    name = "places"

    def __init__(self, situation: Situation) -> None:
        super().__init__(30, 1.3)
        self._seconds, self._metres = situation.seconds, situation.metres
        self._at = {key_of((place.lat, place.lon)): index for index, place in enumerate(situation.places)}

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """The ways between known places. Raises :class:`KeyError` for any other point: a situation holds them all."""
        grid = np.ix_([self._at[one] for one in starts], [self._at[one] for one in ends])
        sources = np.full((len(starts), len(ends)), Source.ROAD, dtype=np.uint8)
        return Measured(self._seconds[grid], self._metres[grid], sources)


class Snapshots:
    """Takes snapshots of one operation under one planning policy."""

    def __init__(self, operation: Operation, policy: PlanningPolicy) -> None:
        self.operation, self.policy = operation, policy
        situation = operation.situation
        engine = TableOfPlaces(situation)
        self._travel = EngineProvider(engine, engine)
        self._technicians = {person.id: _technician(situation, person) for person in situation.people}
        self._skills = {person.id: _skills(person) for person in situation.people}
        self._zones = dict.fromkeys(situation.territories, situation.zone)
        self._sites = {at: _site(situation, at) for at in range(len(situation.places))}
        self._rows: dict[str, tuple[Visit, Job]] = {}
        self._shifts: dict[str, Shift] = {}

    def take(self, *, making_way: bool = False, giving_way: Collection[str] = ()) -> Snapshot:
        """How things stand now. ``making_way`` and ``giving_way``: see :mod:`dispatch.planning.making_way`."""
        self.operation.dispatched(self.policy.dispatch_ahead, self.policy.accept_ahead)
        return snapshot_of(self._facts(making_way, frozenset(giving_way)), self._travel)

    def _facts(self, making_way: bool, giving_way: frozenset[str]) -> Facts:
        operation, zone = self.operation, self.operation.situation.zone
        now = _moment(operation.now)
        end = horizon_end(now, zone, self.policy.horizon_days)
        shifts = self._shifts_until(int(end.timestamp()))
        return Facts(
            now=now,
            policy=self.policy,
            start=operation.now,
            end=int(end.timestamp()),
            zone=zone,
            edition=operation.edition,
            plan_id=None,
            position=operation.edition,
            work={parts[0].whole: self._work(parts) for parts in operation.crews.open_visits()},
            waiting=frozenset(),
            before=self._over_before(),
            published=dict(self._published()),
            done={shift: list(self._done(operation.shifts[shift])) for shift in shifts},
            technicians=self._technicians,
            skills=self._skills,
            shifts=shifts,
            absences=self._absences(),
            positions={},
            zones=self._zones,
            holds={},
            promised={parts[0].job.id: _promised(parts[0]) for parts in operation.crews.open_visits()},
            making_way=making_way,
            giving_way=giving_way,
            fence=operation.fence,
            locked=frozenset(name for name, until in operation.locked.items() if until > operation.now),
        )

    # -- visits ----------------------------------------------------------------------------------------------------

    def _work(self, parts: Sequence[VisitNow]) -> Work:
        """A visit with its job and its site; of one for several, the first of its crew speaks for all."""
        first = parts[0]
        rows = self._rows.get(first.id)
        if rows is None:
            rows = self._rows[first.id] = _visit(first), _job(first)
        row, job = rows
        row.roles = [{"skills": dict(one.job.skills)} for one in parts]
        stands = standing_of(parts)
        row.status, row.extended, row.pin = stands.status, first.extended, dict(first.pin)
        row.dispatched_at, row.accepted_at = _maybe(first.dispatched_at), _maybe(first.accepted_at)
        row.departed_at, row.arrived_at = _maybe(stands.departed_at), _maybe(stands.arrived_at)
        row.started_at, row.finished_at = _maybe(first.started_at), _maybe(first.finished_at)
        return Work(row, job, self._sites[first.job.site])

    def _over_before(self) -> dict[str, Visit]:
        """The visits that others come after, and that are over."""
        operation = self.operation
        named = {visit.job.after[0] for visit in operation.open.values() if visit.job.after is not None}
        return {one: self._work([operation.visits[one]]).visit for one in sorted(named & operation.visits.keys())}

    def _published(self) -> Iterator[tuple[str, list[Assignment]]]:
        for parts in self.operation.crews.open_visits():
            under_way = standing_of(parts).status in COMMITTED
            stops = [
                _assignment(part.whole, one.technician, one.shift, -1 if under_way else one.position, part, role)
                for role, part in enumerate(parts)
                if (one := part.placed) is not None
            ]
            if stops:
                yield parts[0].whole, stops

    def _done(self, shift: ShiftNow) -> Iterator[tuple[Assignment, Visit, Site]]:
        for name in shift.done:
            visit = self.operation.visits[name]
            work = self._work([visit])
            yield _assignment(name, shift.person.id, shift.id, -1, visit), work.visit, work.site

    # -- people ----------------------------------------------------------------------------------------------------

    def _shifts_until(self, end: int) -> dict[str, Shift]:
        """The shifts that are not over, and begin before the horizon ends."""
        now, found = self.operation.now, {}
        for shift in self.operation.shifts.values():
            if shift.start < end and shift.last > now and shift.ended_at is None:
                found[shift.id] = self._shift(shift)
        return found

    def _shift(self, shift: ShiftNow) -> Shift:
        row = self._shifts.get(shift.id)
        if row is None:
            row = self._shifts[shift.id] = Shift(
                id=shift.id,
                technician_id=shift.person.id,
                starts_at=_moment(shift.start),
                ends_at=_moment(shift.end),
                max_overtime=shift.max_overtime,
                max_duty=None,
                breaks=[],
                began_at=None,
                ended_at=None,
            )
        row.began_at = _maybe(shift.began_at)
        row.breaks = [
            {
                "id": rest.id,
                "earliest": _moment(rest.earliest).isoformat(),
                "latest": _moment(rest.latest).isoformat(),
                "duration": rest.duration,
                "taken_at": None if rest.taken_at is None else _moment(rest.taken_at).isoformat(),
            }
            for rest in shift.rests
        ]
        return row

    def _absences(self) -> Mapping[str, Sequence[Absence]]:
        return {
            shift.person.id: [
                Absence(
                    id=shift.id,
                    technician_id=shift.person.id,
                    starts_at=_moment(shift.ill_from),
                    ends_at=_moment(shift.last),
                )
            ]
            for shift in self.operation.shifts.values()
            if shift.known_ill and shift.ill_from is not None and shift.last > self.operation.now
        }


def policy_row(name: str, fields: Mapping[str, Any]) -> PlanningPolicy:
    """A planning policy of no session: as the store makes a new one, with some fields of its own."""
    standard = {
        column.key: column.default.arg
        for column in PlanningPolicy.__table__.columns
        if isinstance(column.default, ColumnDefault) and column.default.is_scalar
    }
    own = {"weights": {}, "publish_without_asking": [], **fields}
    return PlanningPolicy(**{**standard, **own, "id": name, "name": name, "standard": True})


def _technician(situation: Situation, person: Person) -> Technician:
    home, costs = situation.places[person.home], person.costs
    return Technician(
        id=person.id,
        name=person.id,
        territory_id=person.territory,
        base_lat=home.lat,
        base_lon=home.lon,
        profile="car",
        pace=person.pace,
        capacity={},
        costs={name: getattr(costs, name) for name in costs.__slots__},
        senior=person.senior,
        active=True,
    )


def _skills(person: Person) -> list[HeldSkill]:
    return [
        HeldSkill(id=f"{person.id}/{skill}", technician_id=person.id, skill=skill, level=level, valid_until=None)
        for skill, level in sorted(person.skills.items())
    ]


def _site(situation: Situation, at: int) -> Site:
    place = situation.places[at]
    return Site(id=place.id, lat=place.lat, lon=place.lon, territory_id=place.territory)


def _visit(visit: VisitNow) -> Visit:
    job = visit.job
    return Visit(
        id=visit.whole,
        job_id=visit.job.id,
        sequence=visit.sequence,
        territory_id=visit.job.territory,
        roles=[],
        demand={},
        duration=visit.job.duration,
        windows=[[_moment(first).isoformat(), _moment(last).isoformat()] for first, last in job.windows],
        appointment=bool(job.windows),
        only=list(job.only),
        never=list(job.never),
        preferred=list(job.preferred),
        after_id=None if job.after is None else job.after[0],
        after_min_gap=0 if job.after is None else job.after[1],
        after_max_gap=None,
        drop_cost=None,
        pin={},
        paused_at=None,
        paused_for=0,
    )


def _job(visit: VisitNow) -> Job:
    return Job(
        id=visit.job.id,
        number=visit.job.id,
        priority=visit.job.priority,
        status=JobStatus.SCHEDULED,
        received_at=_moment(visit.job.received),
    )


def _assignment(name: str, technician: str, shift: str, position: int, visit: VisitNow, role: int = 0) -> Assignment:
    placed = visit.placed
    assert placed is not None
    return Assignment(
        visit_id=name,
        role=role,
        technician_id=technician,
        shift_id=shift,
        position=position,
        arrival=_moment(placed.arrival),
        start=_moment(placed.start),
        end=_moment(placed.end),
    )


def _promised(visit: VisitNow) -> Promised:
    """The promises that are still to be kept: who has been there once has kept, or missed, the first of them."""
    return Promised(visit.job.on_site if visit.sequence == 1 else None, visit.job.resolve)


def _moment(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, dt.UTC)


def _maybe(at: int | None) -> dt.datetime | None:
    return None if at is None else _moment(at)
