"""Which event asks for a new plan, how urgently, and when: one table, and what becomes of what is asked.

What asks is written down as a request, gathered for a moment with others, and answered by one run. An emergency does
not wait. What the publication of a plan itself causes asks for nothing, or planning would never come to rest; but for a
critical visit that it leaves late, and that only once, unless it becomes later still.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import (
    AbsenceRecorded,
    DisputeSettled,
    Escalated,
    Event,
    HoldEnded,
    JeopardyChanged,
    JobChanged,
    JobMoved,
    JobReceived,
    PersonChanged,
    PositionReported,
    ShiftChanged,
    SitePlaced,
    TravelRecovered,
    VisitAdded,
    VisitChanged,
    VisitExtended,
    VisitMoved,
)
from dispatch.domain.job_lifecycle import HELD, PLANNABLE, JobStatus
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.domain.visit_lifecycle import PLANNABLE as PLANNABLE_VISITS
from dispatch.planning import emergency
from dispatch.planning.run import request_run
from dispatch.planning.urgency import Urgency
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Assignment,
    Job,
    OutboxEntry,
    PlanningPolicy,
    PlanningRun,
    Priority,
    ReplanRequest,
    RunStatus,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Source
from dispatch.travel.provider import TravelProvider

EARLY = dt.timedelta(minutes=20)
"""A visit that ends so much before its planned end leaves a gap worth filling."""
HELD_UP = 300
"""Seconds of delay in traffic below which nobody asks for a new plan."""


Condition = Callable[[UnitOfWork, Any], bool]


def _always(_: UnitOfWork, __: Any) -> bool:
    return True


def _critical(_: UnitOfWork, event: JobReceived) -> bool:
    return event.priority == Priority.CRITICAL


def _of_a_critical_job(uow: UnitOfWork, event: VisitAdded | JobMoved | JobChanged) -> bool:
    """Whoever comes a second time is waited for as much as at the first."""
    return uow.session.scalar(select(Job.priority).where(Job.id == event.job)) == Priority.CRITICAL


def _goes_on(_: UnitOfWork, event: JobMoved) -> bool:
    """People let it go on; where its visits led it (``follow``) they have asked themselves."""
    return event.action != "follow" and JobStatus(event.before) in HELD and JobStatus(event.after) in PLANNABLE


def _goes_on_or_stops(uow: UnitOfWork, event: JobMoved) -> bool:
    stops = JobStatus(event.before) in PLANNABLE and JobStatus(event.after) in HELD
    return _goes_on(uow, event) or (event.action != "follow" and stops)


def _is(*actions: str) -> Condition:
    def condition(_: UnitOfWork, event: VisitMoved) -> bool:
        return event.action in actions

    return condition


def _early(uow: UnitOfWork, event: VisitMoved) -> bool:
    if event.action != "complete" or not event.at:
        return False
    planned = uow.session.scalar(select(Assignment.end).where(Assignment.visit_id == event.visit).limit(1))
    return planned is not None and planned - dt.datetime.fromisoformat(event.at) >= EARLY


def _critical_and_late(uow: UnitOfWork, event: JeopardyChanged) -> bool:
    """Nobody is on the way to it yet, so that somebody else may still be sooner."""
    if not event.late:
        return False
    found = select(Visit.id).join(Job, Job.id == Visit.job_id).where(Visit.id == event.visit)
    found = found.where(Job.priority == Priority.CRITICAL, Visit.status.in_(sorted(PLANNABLE_VISITS)))
    return uow.session.scalar(found) is not None


def _asks_for_plan(_: UnitOfWork, event: Escalated) -> bool:
    return event.action == "replan"


def _held_up(_: UnitOfWork, event: PositionReported) -> bool:
    return event.delay >= HELD_UP


def _gives_back(_: UnitOfWork, event: DisputeSettled) -> bool:
    """One's day has a visit more than was planned, and another's a gap."""
    return event.given_back


def _beyond(*harmless: str) -> Condition:
    """Something besides these was changed."""

    def condition(_: UnitOfWork, event: JobChanged | VisitChanged | PersonChanged) -> bool:
        return not set(event.changed) <= set(harmless)

    return condition


def _changes_who_can(uow: UnitOfWork, event: ShiftChanged) -> bool:
    """That somebody comes to work or rests, as planned, is no news; that they go and leave something behind is."""
    if event.duty != "ended":
        return not event.duty
    left = select(Assignment.visit_id).join(Visit, Visit.id == Assignment.visit_id)
    left = left.where(Assignment.shift_id == event.shift, Visit.status.not_in(FINAL))
    return uow.session.scalar(left.limit(1)) is not None


def _has_work(uow: UnitOfWork, event: SitePlaced) -> bool:
    """Something is still to be done there."""
    left = select(Visit.id).where(Visit.site_id == event.site, Visit.status.not_in(FINAL))
    return uow.session.scalar(left.limit(1)) is not None


def _in_plan(uow: UnitOfWork, event: SitePlaced) -> bool:
    """Somebody has a visit there in the published plan."""
    planned = select(Assignment.visit_id).join(Visit, Visit.id == Assignment.visit_id)
    planned = planned.where(Visit.site_id == event.site, Visit.status.not_in(FINAL))
    return uow.session.scalar(planned.limit(1)) is not None


def _priority(_: UnitOfWork, event: JobChanged) -> bool:
    return "priority" in event.changed


def _critical_now(uow: UnitOfWork, event: JobChanged | JobMoved) -> bool:
    """It has become critical, or is critical and may be planned again."""
    news = _priority(uow, event) if isinstance(event, JobChanged) else _goes_on(uow, event)
    return news and _of_a_critical_job(uow, event)


def _confirmed(_: UnitOfWork, event: HoldEnded) -> bool:
    return event.outcome == "confirmed"


def _goes_by_estimates(uow: UnitOfWork, _: TravelRecovered) -> bool:
    """Something of the published plan was planned without roads, and is still to be driven."""
    estimated = select(Assignment.visit_id).join(Visit, Visit.id == Assignment.visit_id)
    estimated = estimated.where(Assignment.travel_source == Source.ESTIMATE.word, Visit.status.not_in(FINAL))
    return uow.session.scalar(estimated.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Ask:
    """``debounce``: seconds for which further events are gathered before a run begins."""

    urgency: Urgency
    debounce: int
    when: Condition = _always


TABLE: Mapping[type[Event], Sequence[Ask]] = {
    JobReceived: (Ask(Urgency.EMERGENCY, 0, _critical), Ask(Urgency.LATER, 60)),
    JeopardyChanged: (Ask(Urgency.SOON, 10, _critical_and_late),),
    Escalated: (Ask(Urgency.EMERGENCY, 0, _asks_for_plan),),
    JobMoved: (Ask(Urgency.EMERGENCY, 0, _critical_now), Ask(Urgency.LATER, 30, _goes_on_or_stops)),
    JobChanged: (Ask(Urgency.EMERGENCY, 0, _critical_now), Ask(Urgency.SOON, 10, _priority)),
    VisitAdded: (Ask(Urgency.EMERGENCY, 0, _of_a_critical_job), Ask(Urgency.LATER, 60)),
    VisitMoved: (
        Ask(Urgency.SOON, 10, _is("decline", "recall")),
        Ask(Urgency.SOON, 30, _is("no_show")),
        Ask(Urgency.LATER, 60, _is("cancel", "need_parts", "need_visit")),
        Ask(Urgency.LATER, 60, _early),
    ),
    VisitChanged: (Ask(Urgency.LATER, 60, _beyond("pin", "extended", "outcome", "place")),),
    VisitExtended: (Ask(Urgency.SOON, 20),),
    DisputeSettled: (Ask(Urgency.SOON, 10, _gives_back),),
    AbsenceRecorded: (Ask(Urgency.SOON, 10),),
    ShiftChanged: (Ask(Urgency.LATER, 60, _changes_who_can),),
    PersonChanged: (Ask(Urgency.LATER, 120, _beyond("name", "phone", "email", "external_id", "base_address")),),
    SitePlaced: (Ask(Urgency.SOON, 10, _in_plan), Ask(Urgency.LATER, 60, _has_work)),
    PositionReported: (Ask(Urgency.SOON, 30, _held_up),),
    HoldEnded: (Ask(Urgency.LATER, 60, _confirmed),),
    TravelRecovered: (Ask(Urgency.LATER, 60, _goes_by_estimates),),
}
"""What asks for a new plan. The first row of a kind whose condition holds counts; what is not here asks for nothing."""

KINDS = frozenset(kind.__name__ for kind in TABLE)
"""The names of the kinds in the table, for whoever registers :func:`react`."""


def asked_by(uow: UnitOfWork, event: Event) -> Ask | None:
    """What the table says about an event."""
    return next((ask for ask in TABLE.get(type(event), ()) if ask.when(uow, event)), None)


def react(uow: UnitOfWork, event: Event, entry: OutboxEntry) -> None:
    """A handler of events: note what asks for a new plan. What waits already is not asked for twice."""
    ask = asked_by(uow, event)
    if ask is None:
        return
    waiting = select(ReplanRequest).where(
        ReplanRequest.run_id.is_(None), ReplanRequest.kind == event.kind, ReplanRequest.subject == event.subject[1]
    )
    if uow.session.scalar(waiting.limit(1)) is not None:
        return
    uow.session.add(
        ReplanRequest(
            kind=event.kind,
            position=entry.position or 0,
            urgency=ask.urgency.value,
            subject=event.subject[1],
            not_before=uow.now + dt.timedelta(seconds=ask.debounce),
        )
    )


def tick(store: Store, travel: TravelProvider | None = None) -> int:
    """Answer what is due: emergencies at once (with ``travel``), the rest by one run. How many requests were answered.

    Safe to repeat and to run twice at once.
    """
    answered = 0
    with store.reading() as uow:
        if uow.session.scalar(select(PlanningPolicy.id).limit(1)) is None:
            return 0  # nobody has said yet how to plan
        due = uow.session.scalar(select(ReplanRequest.id).where(*_due(uow)).limit(1))
        urgent = [
            (row.id, row.kind, row.subject)
            for row in uow.session.scalars(
                select(ReplanRequest).where(*_due(uow), ReplanRequest.urgency == Urgency.EMERGENCY.value)
            )
        ]
    if due is None:
        return 0
    if urgent and travel is not None:
        emergency.answer(store, travel, urgent)
        answered += len(urgent)
    with store.unit_of_work() as uow:
        return answered + _gathered(uow)


def _due(uow: UnitOfWork) -> tuple[Any, ...]:
    return ReplanRequest.run_id.is_(None), ReplanRequest.not_before <= uow.now


def _gathered(uow: UnitOfWork) -> int:
    """Give all that waits to one run, once something of it is due and no such run is being worked on."""
    waiting = list(
        uow.session.scalars(
            select(ReplanRequest)
            .where(ReplanRequest.run_id.is_(None))
            .order_by(ReplanRequest.id)
            .with_for_update(skip_locked=True)
        )
    )
    if not any(request.not_before <= uow.now for request in waiting):
        return 0
    runs = uow.session.scalars(
        select(PlanningRun).where(
            PlanningRun.requested_by == uow.actor.id,
            PlanningRun.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]),
        )
    ).all()
    run = next((one for one in runs if one.status is RunStatus.QUEUED), None)
    if run is None:
        if runs:
            return 0  # its snapshot knows nothing of these; another run follows it
        most = min(waiting, key=lambda request: list(Urgency).index(Urgency(request.urgency)))
        run = request_run(uow, reason=most.kind, because=_because(waiting))
    for request in waiting:
        request.run_id = run.id
    return len(waiting)


def _because(requests: Sequence[ReplanRequest]) -> str:
    counted = Counter(request.kind for request in requests)
    return ", ".join(f"{kind} × {count}" if count > 1 else kind for kind, count in counted.most_common())
