"""What each technician of the simulated force sees: their shift, and their visits in the order of the plan."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, VisitStatus
from dispatch.store.tables import Absence, Assignment, Job, Position, Shift, Site, Technician, TrailPoint, Visit
from dispatch.store.unit_of_work import UnitOfWork

_AFTER_WORK = dt.timedelta(hours=3)
"""So long after the end of a shift somebody may still be out."""


@dataclass(frozen=True, slots=True)
class Task:
    """A visit on somebody's route that is not over. ``lead``: they speak for the crew; ``mates`` are the others."""

    visit: Visit
    name: str
    at: tuple[float, float]
    arrival: dt.datetime
    start: dt.datetime
    lead: bool
    mates: tuple[str, ...]

    @property
    def committed(self) -> bool:
        """Whether somebody is on the way or there."""
        return self.visit.status in COMMITTED


@dataclass(frozen=True, slots=True)
class View:
    """One technician's day as it stands. ``at``: where they were last. ``origin``: where they set out from, while they
    are on the way and as long as that is known.
    """

    technician: Technician
    shift: Shift
    tasks: tuple[Task, ...]
    at: tuple[float, float]
    reported: dt.datetime | None
    delay: int
    absent: bool
    origin: tuple[float, float] | None = None

    @property
    def breaks(self) -> Sequence[dict[str, Any]]:
        """The shift's breaks, earliest first."""
        return sorted(self.shift.breaks, key=lambda rest: str(rest["earliest"]))


def look(uow: UnitOfWork) -> list[View]:
    """Everybody whose shift is on, or begins or ended not long ago, in the order of their names."""
    session, now = uow.session, uow.now
    on = select(Shift, Technician).join(Technician, Technician.id == Shift.technician_id)
    on = on.where(Technician.active, Shift.starts_at <= now, Shift.ends_at > now - _AFTER_WORK)
    rows = session.execute(on.where(Shift.ended_at.is_(None)).order_by(Technician.name, Shift.starts_at)).all()
    people = [technician.id for _, technician in rows]
    tasks = _tasks(session, [shift.id for shift, _ in rows])
    positions = {
        one.technician_id: one for one in session.scalars(select(Position).where(Position.technician_id.in_(people)))
    }
    absent = set(
        session.scalars(
            select(Absence.technician_id).where(
                Absence.technician_id.in_(people), Absence.starts_at <= now, Absence.ends_at > now
            )
        )
    )
    views: dict[str, View] = {}
    for shift, technician in rows:
        if technician.id in views and shift.began_at is None:
            continue
        position = positions.get(technician.id)
        begun = position is not None and position.at >= shift.starts_at
        views[technician.id] = View(
            technician=technician,
            shift=shift,
            tasks=tuple(tasks[shift.id]),
            at=(position.lat, position.lon) if position and begun else (technician.base_lat, technician.base_lon),
            reported=position.at if position and begun else None,
            delay=position.delay if position and begun else 0,
            absent=technician.id in absent,
            origin=_origin(session, shift, tasks[shift.id]),
        )
    return list(views.values())


def _origin(session: Session, shift: Shift, tasks: Iterable[Task]) -> tuple[float, float] | None:
    """Where somebody was when they set out, by their trail."""
    departed = [task.visit.departed_at for task in tasks if task.lead and task.visit.status is VisitStatus.EN_ROUTE]
    if not departed or departed[0] is None or shift.began_at is None:
        return None
    before = select(TrailPoint.lat, TrailPoint.lon).where(
        TrailPoint.technician_id == shift.technician_id,
        TrailPoint.at.between(shift.began_at, departed[0]),
    )
    found = session.execute(before.order_by(TrailPoint.at.desc()).limit(1)).first()
    return (found.lat, found.lon) if found is not None else None


def _tasks(session: Session, shifts: Iterable[str]) -> dict[str, list[Task]]:
    query = (
        select(Assignment, Visit, Site, Job.number)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Site, Site.id == Visit.site_id)
        .join(Job, Job.id == Visit.job_id)
        .where(Assignment.shift_id.in_(list(shifts)), Visit.status.not_in(FINAL))
        .order_by(Assignment.shift_id, Assignment.position)
    )
    found = session.execute(query).all()
    crews: dict[str, list[tuple[int, str]]] = defaultdict(list)
    wanted = {visit.id for _, visit, _, _ in found if len(visit.roles) > 1}
    for one in session.scalars(select(Assignment).where(Assignment.visit_id.in_(wanted))):
        crews[one.visit_id].append((one.role, one.technician_id))
    tasks: dict[str, list[Task]] = defaultdict(list)
    for assignment, visit, site, number in found:
        crew = sorted(crews.get(visit.id, [(assignment.role, assignment.technician_id)]))
        tasks[assignment.shift_id].append(
            Task(
                visit=visit,
                name=f"{number}/{visit.sequence}",
                at=site.at,
                arrival=assignment.arrival,
                start=assignment.start,
                lead=crew[0][1] == assignment.technician_id,
                mates=tuple(one for _, one in crew if one != assignment.technician_id),
            )
        )
    return tasks
