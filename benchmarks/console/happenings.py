"""What happens on a busy day, one event after another, by the services that phones and dispatchers use."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.visit_lifecycle import COMMITTED, VisitAction, VisitStatus
from dispatch.services import duty, positions, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Shift, Technician, Visit

_NEXT = {
    VisitStatus.DISPATCHED: VisitAction.ACCEPT,
    VisitStatus.ACCEPTED: VisitAction.DEPART,
    VisitStatus.EN_ROUTE: VisitAction.ARRIVE,
    VisitStatus.ON_SITE: VisitAction.START,
    VisitStatus.WORKING: VisitAction.COMPLETE,
}
_POSITIONS = 0.3
"""The share of the things that happen which are positions; the rest are steps of visits."""


def begin_shifts(store: Store) -> None:
    """Everybody begins to work."""
    with store.unit_of_work() as uow:
        for shift in uow.session.scalars(select(Shift.id).where(Shift.began_at.is_(None))).all():
            duty.begin_shift(uow, shift)


def happenings(store: Store, seed: int, share: tuple[int, int] = (0, 1)) -> Iterator[str]:
    """Let one thing happen after another, each in a transaction of its own; what it was. It ends where nothing can.

    ``share`` is (k, n): of n who let things happen beside each other the k-th, with its own technicians.
    """
    draw = random.Random(seed)
    with store.reading() as uow:
        people = {row.id: (row.base_lat, row.base_lon) for row in uow.session.scalars(select(Technician))}
        planned = uow.session.execute(
            select(Assignment.technician_id, Assignment.visit_id).order_by(Assignment.shift_id, Assignment.position)
        ).all()
    routes: dict[str, list[str]] = {}
    for who, visit in planned:
        routes.setdefault(who, []).append(visit)
    routes = {who: routes[who] for who in sorted(routes)[share[0] :: share[1]]}
    while routes:
        who = draw.choice(sorted(routes))
        try:
            if draw.random() < _POSITIONS:
                lat, lon = (degrees + draw.uniform(-0.02, 0.02) for degrees in people[who])
                with store.unit_of_work() as uow:
                    positions.report_position(uow, who, lat, lon)
                yield "position"
            elif step(store, routes[who][0]):
                yield "step"
            else:
                routes[who].pop(0)
        except DispatchError:  # somebody else was first, or it cannot be done now: something else happens
            routes[who].pop(0)
        if not routes[who]:
            del routes[who]


def step(store: Store, visit_id: str) -> bool:
    """The next step of a visit; whether there was one. A :class:`DispatchError` says why it cannot be done now."""
    with store.unit_of_work() as uow:
        visit = uow.get(Visit, visit_id)
        action = _NEXT.get(visit.status)
        if action is None and visit.status not in COMMITTED:
            return False
        visits.act(uow, visit_id, action or VisitAction.RESUME)
        return True
