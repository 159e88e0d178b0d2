"""Publishing a plan straight into the store, for tests that are about what comes after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.snapshot import Snapshot
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, PlanHead, Visit
from optimizer.domain import Plan
from optimizer.solve import solve


def publish(store: Store, snapshot: Snapshot, plan: Plan, status: VisitStatus = VisitStatus.DISPATCHED) -> None:
    """Make ``plan`` the published one: its stops are the assignments, and what it plans is dispatched."""
    with store.unit_of_work() as uow:
        for one in snapshot.problem.visits:
            uow.session.execute(delete(Assignment).where(Assignment.visit_id == one.id))
            row = uow.get(Visit, one.id)
            if row.status in (VisitStatus.SCHEDULED, VisitStatus.DISPATCHED, VisitStatus.ACCEPTED):
                row.status = VisitStatus.OPEN
        head = uow.session.get(PlanHead, 1) or PlanHead(id=1, plan_id=None, edition=0)
        head.edition += 1
        uow.session.add(head)
        for route in plan.routes:
            for position, stop in enumerate(route.stops):
                arrival, start, end = (_instant(at) for at in (stop.arrival, stop.start, stop.end))
                uow.session.add(
                    Assignment(
                        visit_id=stop.visit,
                        role=stop.role,
                        technician_id=route.technician,
                        shift_id=route.shift,
                        position=position,
                        arrival=arrival,
                        start=start,
                        end=end,
                        edition=head.edition,
                    )
                )
                row = uow.get(Visit, stop.visit)
                if row.status is VisitStatus.OPEN:
                    row.status = status


def solved(snapshot: Snapshot, iterations: int = 50) -> Plan:
    """A plan for the snapshot, quickly."""
    return solve(snapshot.problem, iterations=iterations, seed=1, start=snapshot.published).plan


def starts(plan: Plan) -> dict[str, int | None]:
    """When each planned visit starts."""
    return {stop.visit: stop.start for route in plan.routes for stop in route.stops}


def people(plan: Plan) -> dict[str, set[str]]:
    """Who does each planned visit."""
    found: dict[str, set[str]] = {}
    for route in plan.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, set()).add(route.technician)
    return found


def window(start: dt.datetime, hours: float) -> Sequence[Sequence[str]]:
    """One time window as a visit keeps it."""
    return [[start.isoformat(), (start + dt.timedelta(hours=hours)).isoformat()]]


def _instant(at: int | None) -> dt.datetime:
    assert at is not None
    return dt.datetime.fromtimestamp(at, dt.UTC)
