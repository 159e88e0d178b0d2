"""Legs of the published plan that were estimated while no engine answered, measured once there are roads again.

A new plan is asked for then, and may find nothing better than what is published; or it changes some routes and leaves
the others. So whoever plans looks at every published leg first: where a leg that counts as estimated is known on roads
by now, its route is timed anew by the hour, and its stops say so. Who does what, in which order, and the times that
were published stay as they are.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from dispatch.domain.events import LegsMeasured
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL
from dispatch.planning.publication import by_hour_columns, locked_head
from dispatch.planning.snapshot import Snapshot
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Source

_Stop = tuple[str, int, str, str]
"""Visit, role, technician, shift."""


def measured_again(store: Store, snapshot: Snapshot) -> int:
    """Take over what the snapshot knows of legs that are marked as estimated; how many of them are on roads now.

    Nothing is written where another plan was published since the snapshot was taken: it brings its own times. The leg
    of somebody who is under way, or there, is left as it was planned.
    """
    if snapshot.hours is None:
        return 0
    with store.reading() as uow:
        if uow.session.scalar(select(Assignment.visit_id).join(Visit, _OF_VISIT).where(_ESTIMATED).limit(1)) is None:
            return 0
    timed = snapshot.hours.time(snapshot.problem, snapshot.expected).as_document()["routes"]
    known: dict[_Stop, dict[str, Any]] = {
        (stop["visit"], stop["role"], route["technician"], route["shift"]): by_hour_columns(stop)
        for route in timed
        for stop in route["stops"]
    }
    with store.unit_of_work() as uow:
        head = locked_head(uow.session)
        if head.edition != snapshot.edition or head.plan_id is None:
            return 0
        found = _written(uow, known)
        if found:
            uow.record(LegsMeasured(plan=head.plan_id, edition=head.edition, legs=found))
    return found


_OF_VISIT = Visit.id == Assignment.visit_id
_AHEAD: ColumnElement[bool] = Visit.status.not_in(sorted(FINAL | COMMITTED))
_ESTIMATED: ColumnElement[bool] = and_(Assignment.travel_source == Source.ESTIMATE.word, _AHEAD)


def _written(uow: UnitOfWork, known: dict[_Stop, dict[str, Any]]) -> int:
    """Times of the routes on which an estimated leg is known on roads by now; how many such legs there are."""
    rows = uow.session.scalars(select(Assignment).join(Visit, _OF_VISIT).where(_AHEAD)).all()
    fresh = {_stop(row): known[_stop(row)] for row in rows if _stop(row) in known}
    measured = [
        row
        for row in rows
        if row.travel_source == Source.ESTIMATE.word
        and _stop(row) in fresh
        and fresh[_stop(row)]["travel_source"] != Source.ESTIMATE.word
    ]
    routes = {row.shift_id for row in measured}
    for row in rows:
        if row.shift_id in routes and _stop(row) in fresh:
            for name, value in fresh[_stop(row)].items():
                setattr(row, name, value)
    return len(measured)


def _stop(row: Assignment) -> _Stop:
    return row.visit_id, row.role, row.technician_id, row.shift_id
