"""The facts of one technician's day, and of those days that hang together with it: by crews, and by what comes after
what. For questions that somebody waits for; a plan looks at everything (:mod:`dispatch.planning.facts`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from dispatch.domain.job_lifecycle import PLANNABLE as PLANNABLE_JOBS
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, PLANNABLE
from dispatch.planning.facts import Facts, Work, horizon_end, seconds
from dispatch.planning.promised import promised
from dispatch.services.travel import slices_now
from dispatch.store.queries import planning as queries
from dispatch.store.queries.parts import uses_of
from dispatch.store.tables import (
    Absence,
    Assignment,
    ExpectedArrival,
    HeldSkill,
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

_ROUNDS = 6
"""So many steps from crew to crew are looked at: further on there is time enough in between."""
_UTC = ZoneInfo("UTC")

Row = TypeVar("Row", Absence, HeldSkill)


def facts_of_day(uow: UnitOfWork, policy: PlanningPolicy, technician_id: str) -> Facts:
    """How things stand now for a technician and for those who wait for them. Nothing is changed."""
    session, now = uow.session, uow.now
    zones = {row.id: ZoneInfo(row.time_zone) for row in session.scalars(select(Territory))}
    zone = next((zones[key] for key in sorted(zones)), _UTC)
    end = horizon_end(now, zone, policy.horizon_days)
    people, work = _hanging_together(uow, technician_id)
    published = _published(uow, work)
    technicians = {
        row.id: row
        for row in session.scalars(select(Technician).where(Technician.id.in_(people)).order_by(Technician.id))
    }
    named = {stop.shift_id for stops in published.values() for stop in stops}
    near = Shift.id.in_(named) | ((Shift.ends_at > now - dt.timedelta(days=1)) & (Shift.starts_at < end))
    found = session.scalars(
        select(Shift).where(Shift.technician_id.in_(people), near).order_by(Shift.starts_at, Shift.id)
    )
    shifts = {row.id: row for row in found}
    done: dict[str, list[tuple[Assignment, Visit, Site]]] = defaultdict(list)
    for stop, visit, site in session.execute(queries.done_on(sorted(shifts))):
        done[stop.shift_id].append((stop, visit, site))
    head = session.scalar(select(PlanHead).order_by(PlanHead.id))
    over = {visit.id for stops in done.values() for _, visit, _ in stops}
    waited_for = {one.visit.after_id for one in work.values() if one.visit.after_id} - work.keys()
    last = max([end, *(row.ends_at for row in shifts.values())]) + dt.timedelta(days=1)
    absent = queries.absences_between(now, last).where(Absence.technician_id.in_(people))
    skills = select(HeldSkill).where(HeldSkill.technician_id.in_(people)).order_by(HeldSkill.skill)
    return Facts(
        now=now,
        policy=policy,
        start=seconds(now),
        end=seconds(end),
        zone=zone,
        edition=head.edition if head else 0,
        plan_id=head.plan_id if head else None,
        position=0,
        work=work,
        waiting=frozenset(),
        before={row.id: row for row in session.scalars(select(Visit).where(Visit.id.in_(waited_for)))},
        published=published,
        done=done,
        technicians=technicians,
        skills=_by_technician(session.scalars(skills)),
        shifts=shifts,
        absences=_by_technician(session.scalars(absent)),
        positions={
            row.technician_id: row
            for row in session.scalars(select(Position).where(Position.technician_id.in_(people)))
        },
        zones=zones,
        holds={},
        promised=promised(session, sorted({one.job.id for one in work.values()})),
        arrivals={
            (row.visit_id, row.technician_id): row
            for row in session.scalars(select(ExpectedArrival).where(ExpectedArrival.visit_id.in_(work)))
        },
        slices=slices_now(session),
        uses=uses_of(session, sorted(over | {key for key, one in work.items() if one.active})),
    )


def _hanging_together(uow: UnitOfWork, technician_id: str) -> tuple[set[str], dict[str, Work]]:
    """Who is on the same visits, and on visits that come after theirs, and so on; with all that they have to do."""
    people: set[str] = set()
    more, work = {technician_id}, dict[str, Work]()
    for _ in range(_ROUNDS):
        if not more:
            break
        people |= more
        work |= _work_of(uow, more)
        crew = set(uow.session.scalars(select(Assignment.technician_id).where(_is_linked(work))))
        more = crew - people
    return people, work


def _is_linked(work: Collection[str]) -> ColumnElement[bool]:
    after = select(Visit.id).where(Visit.after_id.in_(work), Visit.status.not_in(FINAL))
    return Assignment.visit_id.in_(work) | Assignment.visit_id.in_(after)


def _work_of(uow: UnitOfWork, people: Collection[str]) -> dict[str, Work]:
    query = queries.work_to_do().join(Assignment, Assignment.visit_id == Visit.id)
    found = uow.session.execute(query.where(Assignment.technician_id.in_(people)))
    rows = [Work(visit, job, site) for visit, job, site in found]
    return {one.visit.id: one for one in rows if _is_planned(one.visit, one.job)}


def _is_planned(visit: Visit, job: Job) -> bool:
    return visit.status in COMMITTED or (visit.status in PLANNABLE and job.status in PLANNABLE_JOBS)


def _published(uow: UnitOfWork, work: Collection[str]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = defaultdict(list)
    stops = select(Assignment).where(Assignment.visit_id.in_(work))
    order = Assignment.shift_id, Assignment.position, Assignment.visit_id, Assignment.role
    for stop in uow.session.scalars(stops.order_by(*order)):
        found[stop.visit_id].append(stop)
    return found


def _by_technician(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.technician_id].append(row)
    return found
