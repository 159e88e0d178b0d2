"""How a simulated time begins: the shifts that are planned, and what was published of it before it began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus, advance
from optimizer.domain import Plan, Route, Stop
from scenarios.simulation.operation import Operation
from scenarios.situation.record import Placing, Record, RecordedRest, RecordedShift, RecordedVisit
from scenarios.situation.situation import Person, Situation


def usual_shift(situation: Situation, person: Person, date: dt.date) -> RecordedShift:
    """The shift of somebody's usual week on a day."""
    at = situation.instant
    return RecordedShift(
        id=f"{person.id}/{date:%y%m%d}",
        technician=person.id,
        date=date,
        start=at(date, person.start),
        end=at(date, person.ends_on(date.weekday())),
        max_overtime=person.max_overtime * 60,
        rests=tuple(
            RecordedRest(one.id, at(date, one.earliest), at(date, one.latest), one.minutes * 60) for one in person.rests
        ),
    )


def plan_of(operation: Operation, placings: Iterable[Placing]) -> Plan:
    """A recorded publication as a plan, as far as its visits are still open and its shifts are simulated."""
    routes: dict[tuple[str, str], list[Stop]] = {}
    for one in placings:
        if one.visit in operation.open and one.shift in operation.shifts:
            stop = Stop(one.visit, 0, one.arrival, one.start, one.end)
            routes.setdefault((one.technician, one.shift), []).append(stop)
    return Plan(tuple(Route(who, shift, tuple(stops)) for (who, shift), stops in routes.items()), ())


def stand(operation: Operation, record: Record | None) -> None:
    """Put what was published as the record begins into force, with what had been accepted by then."""
    if record is None or operation.now != record.start:
        return
    stood = next((one for one in record.publications if one.at <= record.start), None)
    if stood is None:
        return
    operation.publish(plan_of(operation, stood.placings))
    for name, (_, visit) in record.visits.items():
        now = operation.open.get(name)
        if now is None or now.status is not VisitStatus.SCHEDULED:
            continue
        status = status_at(visit, record.start)
        if status in (VisitStatus.DISPATCHED, VisitStatus.ACCEPTED):
            now.dispatched_at = visit.when(VisitAction.DISPATCH) or record.start
            now.step(VisitAction.DISPATCH, now.dispatched_at)
        if status is VisitStatus.ACCEPTED:
            now.accepted_at = visit.when(VisitAction.ACCEPT) or record.start
            now.step(VisitAction.ACCEPT, now.accepted_at)


def status_at(visit: RecordedVisit, at: int) -> VisitStatus:
    """Where a visit stood just before an instant, by its steps."""
    status = VisitStatus.OPEN
    for step in visit.steps:
        if step.at < at:
            status = advance(status, step.action)
    return status
