"""What must be true after any crash: nothing that was acknowledged is lost, nothing has happened twice or half."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import func, select

from dispatch.domain.visit_lifecycle import COMMITTED, PLANNABLE, VisitStatus
from dispatch.messaging.handlers import Handler
from dispatch.planning.documents import plan_of, problem_of
from dispatch.reactions import REACTIONS
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Assignment,
    Counter,
    HandlerCursor,
    Job,
    OutboxEntry,
    ParkedEvent,
    PlanHead,
    PlanningRun,
    PlanRow,
    PlanStatus,
    RunStatus,
    Visit,
    WebhookDelivery,
)
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.check import check
from tests.endurance.counting import HANDLERS, name_of
from tests.endurance.load import Acknowledged

HANDLER_NAMES = [one.name for one in (*REACTIONS, *HANDLERS)]


def settle(
    store: Store,
    seconds: float,
    look_after: Callable[[], list[str]],
    handlers: Sequence[Handler] = (*REACTIONS, *HANDLERS),
) -> list[str]:
    """Wait until every event was handled and no run is under way; what is still to be done after ``seconds`` in which
    nothing got on: how long it takes in all is a matter of the machine.

    ``look_after`` sees to the programs meanwhile, and says which of them are gone.
    """
    before: list[str] = []
    end = time.monotonic() + seconds
    while True:
        gone = look_after()
        with store.reading() as uow:
            waiting = list(_unsettled(uow, handlers))
        if waiting != before:
            before, end = waiting, time.monotonic() + seconds
        if gone or not waiting or time.monotonic() > end:
            return gone + waiting
        time.sleep(0.2)


def _unsettled(uow: UnitOfWork, handlers: Sequence[Handler]) -> Iterator[str]:
    unnumbered = uow.session.scalar(select(func.count()).where(OutboxEntry.position.is_(None)))
    if unnumbered:
        yield f"{unnumbered} events have no position"
    head = uow.session.scalar(select(func.max(OutboxEntry.position))) or 0
    cursors = {row.handler: row.position for row in uow.session.scalars(select(HandlerCursor))}
    for handler in handlers:
        at = cursors.get(handler.name)
        if at is None:
            yield f"the handler {handler.name} never began"
            continue
        unread = select(func.count()).where(OutboxEntry.position > at, OutboxEntry.position <= head)
        if handler.kinds is not None:
            unread = unread.where(OutboxEntry.kind.in_(handler.kinds))
        if count := uow.session.scalar(unread):
            yield f"the handler {handler.name} stands at {at} of {head}, {count} to go"
    for run in uow.session.scalars(
        select(PlanningRun).where(PlanningRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
    ):
        yield f"{run.id} is {run.status.value} (attempt {run.attempts}, leased until {run.lease_until})"


def violations(store: Store, log: Acknowledged) -> list[str]:
    """Everything that is not as it must be, in sentences."""
    with store.reading() as uow:
        return [
            *_lost(uow, log),
            *events(uow),
            *_effects(uow),
            *plans(uow),
            *assignments(uow),
        ]


def _lost(uow: UnitOfWork, log: Acknowledged) -> Iterator[str]:
    titles = Tally(uow.session.scalars(select(Job.title)))
    jobs = {job.id: job for job in uow.session.scalars(select(Job))}
    visits = {visit.id: visit for visit in uow.session.scalars(select(Visit))}
    runs = {run.id: run for run in uow.session.scalars(select(PlanningRun))}
    for title, job_id in log.created.items():
        if job_id not in jobs:
            yield f"The job {job_id} was acknowledged and is not there."
        elif titles[title] != 1:
            yield f"The job {title!r} is there {titles[title]} times."
    for job_id, description in log.described.items():
        if job_id in jobs and jobs[job_id].description != description:
            yield f"{job_id}: {description!r} was acknowledged, {jobs[job_id].description!r} is stored."
    for visit_id in log.cancelled:
        if visit_id not in visits or visits[visit_id].status is not VisitStatus.CANCELLED:
            found = visits[visit_id].status.value if visit_id in visits else "gone"
            yield f"The cancellation of {visit_id} was acknowledged; it is {found}."
    for run_id in log.runs:
        if run_id not in runs:
            yield f"The run {run_id} was acknowledged and is not there."
    for plan_id in log.approved:
        row = uow.session.get(PlanRow, plan_id)
        if row is None or row.edition is None:
            yield f"The approval that published {plan_id} was acknowledged; it has no edition."


def events(uow: UnitOfWork) -> Iterator[str]:
    """Whether events have positions without gaps, and every handler got on with them."""
    positions = uow.session.scalars(select(OutboxEntry.position).order_by(OutboxEntry.position)).all()
    if list(positions) != list(range(1, len(positions) + 1)):
        yield "The positions of events are not 1, 2, 3 …"
    for parked in uow.session.scalars(select(ParkedEvent)):
        yield f"{parked.handler} parked position {parked.position}: {parked.because}"


def _effects(uow: UnitOfWork) -> Iterator[str]:
    positions = set(uow.session.scalars(select(OutboxEntry.position)))
    counted = {row.name: row.last for row in uow.session.scalars(select(Counter))}
    for handler in HANDLERS:
        for position in positions:
            times = counted.get(name_of(handler.name, position or 0), 0)
            if times != 1:
                yield f"{handler.name} handled position {position} {times} times."
    sent = Tally(uow.session.scalars(select(WebhookDelivery.position)))
    for position in positions:
        if sent[position or 0] != 1:
            yield f"There are {sent[position or 0]} deliveries of position {position} to the one webhook."


def plans(uow: UnitOfWork) -> Iterator[str]:
    """Whether editions follow each other, the newest is the one that counts, and each passes the checker."""
    rows = uow.session.scalars(select(PlanRow).where(PlanRow.edition.is_not(None)).order_by(PlanRow.edition)).all()
    head = uow.session.scalar(select(PlanHead))
    if [row.edition for row in rows] != list(range(1, len(rows) + 1)):
        yield f"The editions are {[row.edition for row in rows]}, not 1, 2, 3 …"
    published = [row.id for row in rows if row.status is PlanStatus.PUBLISHED]
    if rows and published != [rows[-1].id]:
        yield f"The newest edition is {rows[-1].id}; published are {published}."
    if rows and (head is None or (head.plan_id, head.edition) != (rows[-1].id, rows[-1].edition)):
        yield "The head does not name the newest edition."
    for row in rows:
        problem = problem_of(row.problem)
        for found in check(problem, plan_of(row.plan, problem)):
            yield f"Edition {row.edition} ({row.id}): {found}"


def assignments(uow: UnitOfWork) -> Iterator[str]:
    """Whether the assignments are what the published plan says."""
    row = uow.session.scalar(select(PlanRow).where(PlanRow.status == PlanStatus.PUBLISHED))
    if row is None:
        return
    plan = plan_of(row.plan)
    planned = {
        (stop.visit, stop.role): (route.technician, route.shift) for route in plan.routes for stop in route.stops
    }
    status = {row.id: row.status for row in uow.session.execute(select(Visit.id, Visit.status))}
    stored = {(one.visit_id, one.role): one for one in uow.session.scalars(select(Assignment))}
    for key, place in planned.items():
        if status[key[0]] in (PLANNABLE | COMMITTED) - {VisitStatus.OPEN} and key not in stored:
            yield f"{key} is {status[key[0]].value} on {place} by the published plan, and has no assignment."
    for key, assignment in stored.items():
        if status[key[0]] is VisitStatus.OPEN:
            yield f"{key} is open and still assigned to {assignment.technician_id}."
        elif status[key[0]] in PLANNABLE | COMMITTED and planned.get(key) != (
            assignment.technician_id,
            assignment.shift_id,
        ):
            place = assignment.technician_id, assignment.shift_id
            yield f"{key} is assigned to {place}; the published plan says {planned.get(key)}."
