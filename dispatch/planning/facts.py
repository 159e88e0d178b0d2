"""All that planning looks at, read from the store in one go."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select

from dispatch.domain.job_lifecycle import PLANNABLE as PLANNABLE_JOBS
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, PLANNABLE, numbered
from dispatch.planning.pins import Pin, read_pin
from dispatch.planning.promised import Promised, promised
from dispatch.services.travel import slices_now
from dispatch.store.queries import planning as queries
from dispatch.store.queries.locks import fence_at, locked_territories
from dispatch.store.queries.parts import Uses, uses_of
from dispatch.store.tables import (
    Absence,
    Assignment,
    ExpectedArrival,
    HeldSkill,
    Hold,
    Job,
    PlanHead,
    PlanningPolicy,
    Position,
    Shift,
    Site,
    Technician,
    Territory,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.slices import NO_SLICES, TimeSlices

_LONGEST_OVERTIME = dt.timedelta(days=1)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Work:
    """A visit with its job and its site. ``pinned``: a pin that somebody is about to set instead of the one it has."""

    visit: Visit
    job: Job
    site: Site
    pinned: Mapping[str, Any] | None = None

    @property
    def pin(self) -> Pin:
        """What is fixed about it."""
        return read_pin(self.visit.pin if self.pinned is None else self.pinned)

    @property
    def active(self) -> bool:
        """Whether somebody is on the way or there."""
        return self.visit.status in COMMITTED

    @property
    def name(self) -> str:
        """What people call it."""
        return numbered(self.job.number, self.visit.sequence)

    def asking_for(self, fields: Mapping[str, Any] | None) -> Work:
        """The same with other ``fields`` of its visit; the row itself stays as it is."""
        if not fields:
            return self
        columns = [column.key for column in inspect(Visit).column_attrs]
        return replace(self, visit=Visit(**{key: getattr(self.visit, key) for key in columns} | dict(fields)))


@dataclass(frozen=True)
class Facts:
    """How things stand at ``now``.

    ``published`` has the stops of visits that are not over, by visit; ``done`` what is over, by shift, in the order
    in which it ended. ``waiting`` are visits that have a place in the published plan, or a hold, and may not be planned
    now because their job waits. ``arrivals``: by visit and technician, when who is on the way is expected.
    ``uses``: what people said they used of their vans on visits of these shifts.
    ``making_way`` and ``giving_way``: see :mod:`dispatch.planning.making_way`. ``fence``: an instant that somebody set,
    before which nothing changes; ``locked``: territories in which nothing moves. ``released``: visits that a person is
    moving by hand, and which neither acceptance nor a lock nor the policy's freeze holds for that.
    """

    now: dt.datetime
    policy: PlanningPolicy
    start: int
    end: int
    zone: ZoneInfo
    edition: int
    plan_id: str | None
    position: int
    work: Mapping[str, Work]
    waiting: frozenset[str]
    before: Mapping[str, Visit]
    published: Mapping[str, Sequence[Assignment]]
    done: Mapping[str, Sequence[tuple[Assignment, Visit, Site]]]
    technicians: Mapping[str, Technician]
    skills: Mapping[str, Sequence[HeldSkill]]
    shifts: Mapping[str, Shift]
    absences: Mapping[str, Sequence[Absence]]
    positions: Mapping[str, Position]
    zones: Mapping[str, ZoneInfo]
    holds: Mapping[str, Hold]
    promised: Mapping[str, Promised]
    arrivals: Mapping[tuple[str, str], ExpectedArrival] = field(default_factory=dict)
    slices: TimeSlices = NO_SLICES
    uses: Uses = field(default_factory=dict)
    making_way: bool = False
    giving_way: frozenset[str] = frozenset()
    fence: int | None = None
    locked: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()

    def zone_of(self, technician: str) -> ZoneInfo:
        """The time zone of a technician's territory; the operation's where there is none."""
        territory = self.technicians[technician].territory_id
        return self.zones.get(territory or "", self.zone)


def seconds(instant: dt.datetime) -> int:
    """Whole seconds since the epoch."""
    return int(instant.timestamp())


def horizon_end(now: dt.datetime, zone: ZoneInfo, days: int) -> dt.datetime:
    """Midnight after today and the days after it, ``days`` in all."""
    last = now.astimezone(zone).date() + dt.timedelta(days=max(1, days))
    return dt.datetime.combine(last, dt.time(), zone).astimezone(dt.UTC)


def read_facts(
    uow: UnitOfWork, policy: PlanningPolicy, *, days: int | None = None, asking: frozenset[str] = frozenset()
) -> Facts:
    """Read them. Nothing is changed.

    ``days``: look so far ahead rather than as far as the policy says. ``asking``: visits that somebody looks for a slot
    for; they are part of the problem whatever their jobs wait for, and a slot they hold already does not bind them.
    """
    session, now = uow.session, uow.now
    zones = {row.id: ZoneInfo(row.time_zone) for row in session.scalars(select(Territory))}
    everybody = {row.id: row for row in session.scalars(select(Technician).order_by(Technician.id))}
    used = Counter(zones[who.territory_id] for who in everybody.values() if who.territory_id in zones)
    zone = max(used, key=lambda one: (used[one], one.key)) if used else next(iter(zones.values()), _UTC)
    end = horizon_end(now, zone, days or policy.horizon_days)

    published: dict[str, list[Assignment]] = defaultdict(list)
    for stop in session.scalars(queries.assignments_of(PLANNABLE | COMMITTED)):
        published[stop.visit_id].append(stop)
    held = {hold.visit_id: hold for hold in session.scalars(queries.holds_in_force(now))}
    holds = {visit: hold for visit, hold in held.items() if visit not in asking}
    work, waiting = {}, set()
    for visit, job, site in session.execute(queries.work_to_do()):
        if visit.status in COMMITTED or job.status in PLANNABLE_JOBS or visit.id in {*holds, *asking}:
            work[visit.id] = Work(visit, job, site)
        else:
            waiting.add(visit.id)
    named = {one.visit.after_id for one in work.values() if one.visit.after_id} - work.keys()
    before = {row.id: row for row in session.scalars(select(Visit).where(Visit.id.in_(sorted(named))))}
    _hold_back(work, waiting, {row.id for row in before.values() if row.status not in FINAL})
    named = {stop.shift_id for visit in work for stop in published.get(visit, ())}
    shifts = {
        row.id: row for row in session.scalars(queries.shifts_between(now - _LONGEST_OVERTIME, end, sorted(named)))
    }
    done: dict[str, list[tuple[Assignment, Visit, Site]]] = defaultdict(list)
    for stop, visit, site in session.execute(queries.done_on(sorted(shifts))):
        done[stop.shift_id].append((stop, visit, site))
    committed = {one.visit.id for one in work.values() if one.active}
    skills: dict[str, list[HeldSkill]] = defaultdict(list)
    for skill in session.scalars(select(HeldSkill).order_by(HeldSkill.skill)):
        skills[skill.technician_id].append(skill)
    last = max((row.ends_at for row in shifts.values()), default=end)
    absences: dict[str, list[Absence]] = defaultdict(list)
    for absence in session.scalars(queries.absences_between(now, max(last + _LONGEST_OVERTIME, end))):
        absences[absence.technician_id].append(absence)
    head = session.scalar(select(PlanHead).order_by(PlanHead.id))
    return Facts(
        now=now,
        policy=policy,
        start=seconds(now),
        end=seconds(end),
        zone=zone,
        edition=head.edition if head else 0,
        plan_id=head.plan_id if head else None,
        position=session.scalar(queries.last_position()) or 0,
        work=work,
        waiting=frozenset(waiting),
        before=before,
        published=published,
        done=done,
        technicians=everybody,
        skills=skills,
        shifts=shifts,
        absences=absences,
        positions={row.technician_id: row for row in session.scalars(select(Position))},
        zones=zones,
        holds=holds,
        promised=promised(session, sorted({one.job.id for one in work.values()})),
        arrivals={(row.visit_id, row.technician_id): row for row in session.scalars(select(ExpectedArrival))},
        slices=slices_now(session),
        fence=fence_at(session, now),
        locked=locked_territories(session, now),
        uses=uses_of(session, sorted({visit.id for stops in done.values() for _, visit, _ in stops} | committed)),
    )


def _hold_back(work: dict[str, Work], waiting: set[str], cannot: set[str]) -> None:
    """Take out what comes after something that cannot be planned now, and what comes after that."""
    while later := {key for key, one in work.items() if one.visit.after_id in cannot and not one.active}:
        waiting |= later
        cannot |= later
        for key in later:
            del work[key]
