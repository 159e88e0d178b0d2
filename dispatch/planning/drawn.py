"""The routes of a plan as they are driven: the points along each leg, for a map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, true

from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.sight import whole_plan
from dispatch.services.rights import require
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Assignment, Job, PlanHead, Shift, Site, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Leg, Point
from dispatch.travel.provider import TravelProvider

MOST_ROUTES = 1000
_AROUND = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DrawnStop:
    """A visit on a route, with its times."""

    visit: str
    job: str
    number: str
    title: str
    status: VisitStatus
    lat: float
    lon: float
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class DrawnLeg:
    """One leg as it is driven: where from and to, how long in free traffic, by whose word, and the points along it."""

    from_: Point
    to: Point
    seconds: int
    metres: int
    source: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """One shift's route: from the base through its stops and back. ``colour`` None: whoever draws it chooses."""

    technician: str
    technician_name: str
    shift: str
    legs: tuple[DrawnLeg, ...]
    stops: tuple[DrawnStop, ...]
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The routes of a plan. ``cut``: there are more than are drawn."""

    plan: str | None
    edition: int
    routes: tuple[DrawnRoute, ...]
    cut: bool


def drawn_today(
    uow: UnitOfWork,
    travel: TravelProvider,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    technicians: Collection[str] | None = None,
) -> Drawing:
    """The published routes of the shifts between two instants, within the actor's territories.

    ``technicians``: whose routes; None: everybody's. Who has all of them asks for those alone that have changed.
    """
    require(uow, Right.READ_PLANS)
    begin = since or uow.now - _AROUND
    end = until or begin + 2 * _AROUND
    head = uow.session.get(PlanHead, 1)
    rows = uow.session.execute(
        select(Assignment, Shift.id)
        .join(Shift, Shift.id == Assignment.shift_id)
        .where(Shift.ends_at > begin, Shift.starts_at < end)
        .where(true() if technicians is None else Assignment.technician_id.in_(sorted(technicians)))
        .order_by(Assignment.shift_id, Assignment.position, Assignment.start)
    )
    routes: dict[tuple[str, str], list[_Timed]] = {}
    for stop, shift in rows:
        found = _Timed(stop.visit_id, stop.arrival, stop.start, stop.end)
        routes.setdefault((stop.technician_id, shift), []).append(found)
    return _drawing(uow, travel, head.plan_id if head else None, head.edition if head else 0, routes)


def drawn(uow: UnitOfWork, travel: TravelProvider, plan_id: str) -> Drawing:
    """The routes of a plan or draft, as far as the actor may see them. Raises :class:`NotFound`."""
    row = whole_plan(uow, plan_id)
    routes = {
        (route["technician"], route["shift"]): [
            _Timed(stop["visit"], *(dt.datetime.fromisoformat(stop[name]) for name in ("arrival", "start", "end")))
            for stop in route["stops"]
        ]
        for route in row.plan["routes"]
    }
    return _drawing(uow, travel, row.id, row.edition or 0, routes)


@dataclass(frozen=True, slots=True)
class _Timed:
    visit: str
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime


def _drawing(
    uow: UnitOfWork,
    travel: TravelProvider,
    plan_id: str | None,
    edition: int,
    routes: Mapping[tuple[str, str], Sequence[_Timed]],
) -> Drawing:
    people = {row.id: row for row in uow.session.scalars(select(Technician).order_by(Technician.name, Technician.id))}
    seen = [key for who in people.values() if uow.actor.covers(who.territory_id) for key in routes if key[0] == who.id]
    shown = seen[:MOST_ROUTES]
    visits = _visits(uow, {stop.visit for key in shown for stop in routes[key]})
    found = []
    for technician, shift in shown:
        who = people[technician]
        stops = [_stop(stop, *visits[stop.visit]) for stop in routes[technician, shift] if stop.visit in visits]
        base = (who.base_lat, who.base_lon)
        points = [base, *((stop.lat, stop.lon) for stop in stops), base]
        legs = travel.drawn(points) if stops else ()
        found.append(DrawnRoute(technician, who.name, shift, tuple(_legs(points, legs)), tuple(stops)))
    return Drawing(plan_id, edition, tuple(found), len(seen) > len(shown))


def _visits(uow: UnitOfWork, named: Iterable[str]) -> dict[str, tuple[Visit, Job, Site]]:
    found: dict[str, tuple[Visit, Job, Site]] = {}
    for chunk in chunks(sorted(named)):
        rows = uow.session.execute(
            select(Visit, Job, Site)
            .join(Job, Job.id == Visit.job_id)
            .join(Site, Site.id == Visit.site_id)
            .where(Visit.id.in_(chunk), Site.lat.is_not(None))
        )
        found |= {visit.id: (visit, job, site) for visit, job, site in rows if uow.actor.covers(visit.territory_id)}
    return found


def _stop(timed: _Timed, visit: Visit, job: Job, site: Site) -> DrawnStop:
    times = timed.arrival, timed.start, timed.end
    return DrawnStop(visit.id, job.id, job.number, job.title, visit.status, *site.at, *times)


def _legs(points: Sequence[Point], legs: Sequence[Leg]) -> Iterable[DrawnLeg]:
    for start, end, leg in zip(points, points[1:], legs, strict=False):
        yield DrawnLeg(start, end, leg.seconds, leg.metres, leg.source.word, leg.points)
