"""Doing things to visits in tests: assigning them, and acting as somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import visits
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment
from tests.dispatch.world import World

A = VisitAction

PATHS: dict[VisitStatus, list[VisitAction]] = {
    VisitStatus.OPEN: [],
    VisitStatus.SCHEDULED: [A.SCHEDULE],
    VisitStatus.DISPATCHED: [A.SCHEDULE, A.DISPATCH],
    VisitStatus.ACCEPTED: [A.SCHEDULE, A.DISPATCH, A.ACCEPT],
    VisitStatus.EN_ROUTE: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART],
    VisitStatus.ON_SITE: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.ARRIVE],
    VisitStatus.WORKING: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.ARRIVE, A.START],
    VisitStatus.PAUSED: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.ARRIVE, A.START, A.PAUSE],
    VisitStatus.COMPLETED: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.ARRIVE, A.COMPLETE],
    VisitStatus.INCOMPLETE: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.ARRIVE, A.NEED_VISIT],
    VisitStatus.NO_SHOW: [A.SCHEDULE, A.DISPATCH, A.ACCEPT, A.DEPART, A.NO_SHOW],
    VisitStatus.CANCELLED: [A.CANCEL],
}
"""How a visit comes into each status, from the beginning."""

PLANS = frozenset({A.SCHEDULE, A.UNSCHEDULE, A.REASSIGN})
"""What only a plan does."""


def assign(world: World, visit: str, *technicians: str) -> None:
    """Let the published plan give the visit to them, one in each role."""
    at = world.now()
    with world.store.unit_of_work() as uow:
        for role, technician in enumerate(technicians):
            uow.session.add(
                Assignment(
                    visit_id=visit,
                    role=role,
                    technician_id=technician,
                    shift_id="shift_1",
                    position=0,
                    arrival=at,
                    start=at,
                    end=at + dt.timedelta(hours=1),
                    edition=1,
                )
            )


def bring(store: Store, visit: str, status: VisitStatus) -> None:
    """Bring an open visit into a status."""
    for action in PATHS[status]:
        do(store, visit, action)


def do(store: Store, visit: str, action: VisitAction | str, actor: Actor | None = None, **details: Any) -> Any:
    """One step in a transaction of its own; ``extend`` asks for ten minutes unless told otherwise."""
    action = VisitAction(action)
    if action is A.EXTEND:
        details.setdefault("seconds", 600)
    with store.unit_of_work(*([actor] if actor else [])) as uow:
        return visits.act(uow, visit, action, via_plan=action in PLANS, **details)


def somebody(role: Role | str, technician: str | None = None, *territories: str) -> Actor:
    """An actor of a role."""
    return Actor(f"user_{role}", f"A {role}", Role(role), frozenset(territories), technician)
