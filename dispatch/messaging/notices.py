"""Who is told what: technicians of changes to their day, dispatchers of what waits for them.

Supervisors are told of breaches and critical jobs by the ladder of the SLA policy, see
:mod:`dispatch.services.escalation`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from dispatch.domain.events import (
    ActionRefused,
    DisputeSettled,
    DraftProposed,
    Event,
    ExpertCalled,
    HandlerParked,
    MessageWritten,
    PartRequested,
    TravelDegraded,
    TravelRecovered,
    VisitAsked,
    VisitAssigned,
    VisitMoved,
    restored,
)
from dispatch.domain.visit_lifecycle import NOT_DISPATCHED, VisitAction
from dispatch.messaging.notify import notify
from dispatch.messaging.recipients import CHAT, recipients
from dispatch.messaging.texts import said, spoken
from dispatch.store.queries.planning import by_priority
from dispatch.store.tables import (
    Assignment,
    Decision,
    Dispute,
    ExpertCall,
    FieldAction,
    Job,
    Message,
    MessageKind,
    OutboxEntry,
    PartRequest,
    PartRequestStatus,
    PlanRow,
    PlanStatus,
    Shift,
    Site,
    Technician,
    Territory,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork

WORTH_TELLING = dt.timedelta(minutes=15)
"""A planned start that moves by less is not worth a message."""


def react(uow: UnitOfWork, event: Event, entry: OutboxEntry) -> None:
    """Tell whom the event concerns; see :data:`NOTICES`."""
    if isinstance(event, VisitAsked):
        _visit_asked(uow, event, entry)
    else:
        NOTICES[event.kind](uow, event)


def tell(
    uow: UnitOfWork,
    recipient: str,
    text: str,
    values: Mapping[str, Any],
    *,
    about: str = "",
    territory: str | None = None,
    channels: tuple[str, ...] | None = None,
) -> None:
    """Tell each who is meant, in their language, values (:func:`~dispatch.messaging.texts.spoken`) included."""
    for one in recipients(uow, recipient, territory):
        in_words = {name: spoken(value, one.language) for name, value in values.items()}
        subject, body = said(text, one.language, **in_words)
        notify(uow, one.id, subject, body, channels=channels, about=about)


def _visit_assigned(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, VisitAssigned)
    values, zone = _about_visit(uow, event.visit)
    if event.start_after is not None:
        values["when"] = _local(event.start_after, zone)
    before, after = set(event.technicians_before), set(event.technicians_after)
    if event.told_after:
        _tell_all(uow, after - before, "visit_assigned", values, event.visit)
    if not event.told_before:
        return  # what nobody was asked for changes without a word
    _tell_all(uow, before - after, "visit_moved_away", values, event.visit)
    if event.start_before is not None and event.start_after is not None:
        values["before"] = _local(event.start_before, zone)
        if abs(values["when"] - values["before"]) >= WORTH_TELLING:
            _tell_all(uow, before & after, "visit_time_changed", values, event.visit)


def _visit_asked(uow: UnitOfWork, event: VisitAsked, entry: OutboxEntry) -> None:
    """What their phone holds is theirs from now on. Who is not at work yet sees it when they begin."""
    crew = select(Assignment.technician_id, Assignment.start).where(Assignment.visit_id == event.visit)
    at_work = Shift.began_at.is_not(None), Shift.ended_at.is_(None)
    rows = uow.session.execute(crew.join(Shift, Shift.id == Assignment.shift_id).where(*at_work)).all()
    named = _named_at(uow, entry)
    for technician, start in rows:
        if technician not in named:
            values, zone = _about_visit(uow, event.visit)
            _tell_all(uow, {technician}, "visit_assigned", {**values, "when": start.astimezone(zone)}, event.visit)


def _named_at(uow: UnitOfWork, entry: OutboxEntry) -> set[str]:
    """Who knows of it otherwise: the change of the plan by which it is asked for tells those who are new to it, and
    those who were asked before know it already.
    """
    about = OutboxEntry.subject_word == entry.subject_word, OutboxEntry.subject_id == entry.subject_id
    assigned = OutboxEntry.kind == VisitAssigned.__name__, OutboxEntry.at == entry.at
    said = uow.session.scalars(select(OutboxEntry.payload).where(*about, *assigned)).all()
    told = [one for one in (restored(VisitAssigned.__name__, each) for each in said) if isinstance(one, VisitAssigned)]
    new = {one for each in told for one in {*each.technicians_after} - {*each.technicians_before}}
    return new | {one for each in told if each.told_before for one in each.technicians_before}


def _visit_moved(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, VisitMoved)
    declined = event.action == VisitAction.DECLINE
    if event.before in NOT_DISPATCHED or event.action not in _TEXT_OF_ACTION or not (event.asked or declined):
        return
    values, _ = _about_visit(uow, event.visit)
    values["reason"] = event.reason
    if declined:
        technician = uow.session.get(Technician, event.technician) if event.technician else None
        values["who"] = technician.name if technician else "–"
        about = f"visit:{event.visit}"
        tell(uow, "role:dispatcher", "visit_declined", values, about=about, territory=event.territory)
        return
    crew = set(uow.session.scalars(select(Assignment.technician_id).where(Assignment.visit_id == event.visit)))
    _tell_all(uow, crew | ({event.technician} - {None}), _TEXT_OF_ACTION[event.action], values, event.visit)


_TEXT_OF_ACTION: Mapping[str, str] = {
    VisitAction.CANCEL.value: "visit_cancelled",
    VisitAction.RECALL.value: "visit_recalled",
    VisitAction.DECLINE.value: "visit_declined",
}


def _draft_proposed(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, DraftProposed)
    row = uow.session.get(PlanRow, event.plan)
    if row is not None and row.status is not PlanStatus.DRAFT:
        return  # somebody has decided already, or a newer one waits
    values = {"gain": event.gain, "touched": event.touched, "first": _named_first(uow, event.plan)}
    about = f"plan:{event.plan}"
    tell(uow, "role:dispatcher", "draft_waits", values, about=about, territory=event.territory, channels=(CHAT,))


def _named_first(uow: UnitOfWork, plan_id: str) -> str:
    """The job that matters most of those that a draft gives a place, with a colon; empty where none gets one."""
    changes = uow.session.scalar(select(PlanRow.difference["visits"]).where(PlanRow.id == plan_id)) or ()
    new = by_priority(uow.session, [one["visit"] for one in changes if one["kind"] == "assigned"])
    return f"{new[0][1]}: " if new else ""


def _expert_called(uow: UnitOfWork, event: Event) -> None:
    """Tell the expert whom a technician chose, or who supervises the place."""
    assert isinstance(event, ExpertCalled)
    values, _ = _about_visit(uow, event.visit)
    call = uow.get(ExpertCall, event.call)
    caller = uow.session.get(Technician, event.technician) if event.technician else None
    values |= {"who": caller.name if caller else "–", "phone": (caller.phone if caller else None) or "–"}
    values["note"] = ": ".join(words for words in (call.skill, call.note) if words)
    about = f"visit:{event.visit}"
    if event.expert is not None:
        tell(uow, f"technician:{event.expert}", "expert_called", values, about=about)
        return
    territory = uow.session.get(Territory, event.territory) if event.territory else None
    supervisor = territory.supervisor_id if territory else None
    named = f"user:{supervisor}" if supervisor else "role:dispatcher"
    tell(uow, named, "expert_called", values, about=about, territory=event.territory)


def _part_requested(uow: UnitOfWork, event: Event) -> None:
    """Tell dispatchers of what is needed at once, and who asked for it that it is there."""
    assert isinstance(event, PartRequested)
    row = uow.session.get(PartRequest, event.request)
    if row is None or row.status != event.status:
        return  # it has moved on meanwhile
    values, _ = _about_visit(uow, event.visit)
    technician = uow.session.get(Technician, event.technician) if event.technician else None
    values |= {"part": row.part, "quantity": f"{row.quantity:g}", "note": row.note}
    values["who"] = technician.name if technician else "–"
    about = f"visit:{event.visit}"
    if row.status is PartRequestStatus.OPEN and row.urgent:
        tell(uow, "role:dispatcher", "part_wanted", values, about=about, territory=event.territory)
    elif row.status is PartRequestStatus.ARRIVED:
        _tell_all(uow, {event.technician}, "part_arrived", values, event.visit)


def _action_refused(uow: UnitOfWork, event: Event) -> None:
    """Tell dispatchers that a technician did what could not be applied; once for all that belongs together."""
    assert isinstance(event, ActionRefused)
    row = uow.session.get(FieldAction, (event.user, event.action))
    if row is None or row.dispute is not Dispute.OPEN:
        return  # somebody has settled it already
    mine = FieldAction.user_id == row.user_id, FieldAction.dispute == Dispute.OPEN, FieldAction.id != row.id
    sooner = and_(FieldAction.happened_at == row.happened_at, FieldAction.id < row.id)
    same = FieldAction.visit_id == row.visit_id, or_(FieldAction.happened_at < row.happened_at, sooner)
    if row.visit_id is not None and uow.session.scalar(select(FieldAction.id).where(*mine, *same).limit(1)):
        return
    values, zone = _about_visit(uow, event.visit) if event.visit else ({"number": "–", "title": "–"}, ZoneInfo("UTC"))
    technician = uow.session.get(Technician, row.technician_id)
    values |= {"who": technician.name if technician else "–", "when": row.happened_at.astimezone(zone)}
    values |= {"kind": row.kind.replace("_", " "), "detail": row.detail}
    about = f"visit:{event.visit}" if event.visit else f"technician:{row.technician_id}"
    tell(uow, "role:dispatcher", "action_refused", values, about=about, territory=event.territory)


def _dispute_settled(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, DisputeSettled)
    row = uow.session.get(FieldAction, (event.user, event.action))
    if row is None:
        return  # it is no longer kept
    values = _about_visit(uow, event.visit)[0] if event.visit else {"number": "–", "title": "–"}
    values |= {"kind": row.kind.replace("_", " "), "note": row.note}
    text = "dispute_applied" if event.decision == Decision.APPLY else "dispute_left"
    about = f"visit:{event.visit}" if event.visit else f"technician:{row.technician_id}"
    tell(uow, f"technician:{row.technician_id}", text, values, about=about)


def _message_written(uow: UnitOfWork, event: Event) -> None:
    """Tell a technician what the office says, and the office that a technician said something."""
    assert isinstance(event, MessageWritten)
    row = uow.session.get(Message, event.message)
    if row is None or row.kind is MessageKind.NOTE or not event.visit:
        return
    values, _ = _about_visit(uow, event.visit)
    values |= {"who": row.by_name, "text": row.text}
    about = f"visit:{event.visit}"
    if row.kind is MessageKind.TO_TECHNICIAN:
        _tell_all(uow, {event.technician}, "message_for_you", values, event.visit)
    elif row.read_at is None:
        territory = event.territory
        tell(uow, "role:dispatcher", "message_from_field", values, about=about, territory=territory, channels=(CHAT,))


def _handler_parked(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, HandlerParked)
    values = {"handler": event.handler, "position": event.position, "because": event.because}
    tell(uow, "role:administrator", "handler_parked", values)


def _travel_degraded(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, TravelDegraded)
    _tell_who_plans(uow, "travel_degraded", {"engine": event.engine, "because": event.because})


def _travel_recovered(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, TravelRecovered)
    _tell_who_plans(uow, "travel_recovered", {"engine": event.engine})


def _tell_who_plans(uow: UnitOfWork, text: str, values: Mapping[str, Any]) -> None:
    for role in ("role:dispatcher", "role:administrator"):
        tell(uow, role, text, values, channels=(CHAT,))


NOTICES: Mapping[str, Callable[[UnitOfWork, Event], None]] = {
    VisitAssigned.__name__: _visit_assigned,
    VisitMoved.__name__: _visit_moved,
    ActionRefused.__name__: _action_refused,
    DisputeSettled.__name__: _dispute_settled,
    ExpertCalled.__name__: _expert_called,
    PartRequested.__name__: _part_requested,
    MessageWritten.__name__: _message_written,
    DraftProposed.__name__: _draft_proposed,
    HandlerParked.__name__: _handler_parked,
    TravelDegraded.__name__: _travel_degraded,
    TravelRecovered.__name__: _travel_recovered,
}
"""Event → who is told what."""

KINDS = frozenset({*NOTICES, VisitAsked.__name__})


def _tell_all(
    uow: UnitOfWork, technicians: Iterable[str | None], text: str, values: Mapping[str, Any], visit: str
) -> None:
    for technician in sorted(one for one in technicians if one is not None):
        tell(uow, f"technician:{technician}", text, values, about=f"visit:{visit}")


def _about_visit(uow: UnitOfWork, visit_id: str) -> tuple[dict[str, Any], ZoneInfo]:
    """What texts say about a visit, and the zone in which its times are said."""
    visit = uow.get(Visit, visit_id)
    job, site = uow.get(Job, visit.job_id), uow.get(Site, visit.site_id)
    territory = uow.session.get(Territory, visit.territory_id) if visit.territory_id else None
    zone = site.time_zone or (territory.time_zone if territory else None) or "UTC"
    values = {"number": job.number, "title": job.title, "address": site.address, "when": "", "reason": ""}
    return values, ZoneInfo(zone)


def _local(instant: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.fromisoformat(instant).astimezone(zone)
