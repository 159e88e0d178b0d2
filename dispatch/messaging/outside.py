"""What an event carries to the outside, and who may hear of it: one answer for the stream, the history and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, true

from dispatch.domain.events import (
    HandlerParked,
    ImportApplied,
    SignedIn,
    TrailRead,
    TravelDegraded,
    TravelRecovered,
    VisitAssigned,
    instant,
)
from dispatch.domain.roles import Actor, Right
from dispatch.store.tables import OutboxEntry

CONFIDENTIAL: Mapping[str, Right] = {
    SignedIn.__name__: Right.READ_AUDIT,
    HandlerParked.__name__: Right.MANAGE_WEBHOOKS,
    ImportApplied.__name__: Right.IMPORT,
    TrailRead.__name__: Right.READ_AUDIT,
    TravelDegraded.__name__: Right.APPROVE_PLANS,
    TravelRecovered.__name__: Right.APPROVE_PLANS,
}
"""Kinds that are not for everybody who may read events, and the right that they take besides."""

_CREWS = ("technicians_before", "technicians_after")


def told(entry: OutboxEntry) -> dict[str, Any]:
    """The event as JSON values: thin, so that a reader who wants more asks for it and is checked again."""
    return {
        "position": entry.position,
        "kind": entry.kind,
        "at": instant(entry.at),
        "actor": entry.actor_name,
        "subject": {"kind": entry.subject_word, "id": entry.subject_id},
        "territory": entry.territory,
        "technician": entry.technician,
        "data": {key: value for key, value in entry.payload.items() if key not in ("territory", "technician")},
    }


def may_hear(actor: Actor, entry: OutboxEntry) -> bool:
    """Whether an event is for this person: their own for a technician, by right and territory for others."""
    if not actor.may(Right.READ_EVENTS):
        return actor.may(Right.WORK_VISITS) and actor.technician is not None and _concerns(actor.technician, entry)
    more = CONFIDENTIAL.get(entry.kind)
    return actor.covers(entry.territory) and (more is None or actor.may(more))


def _concerns(technician: str, entry: OutboxEntry) -> bool:
    """Whether it is about a technician: named in the event, or in a crew before or after a change of plan."""
    if entry.kind in CONFIDENTIAL:
        return False
    if technician == entry.technician:
        return True
    crews = _CREWS if entry.kind == VisitAssigned.__name__ else ()
    return any(technician in (entry.payload.get(crew) or ()) for crew in crews)


def audible(actor: Actor) -> ColumnElement[bool]:
    """:func:`may_hear` as a condition of a select."""
    if not actor.may(Right.READ_EVENTS):
        return _own(actor.technician) if actor.may(Right.WORK_VISITS) and actor.technician is not None else false()
    hidden = [kind for kind, more in CONFIDENTIAL.items() if not actor.may(more)]
    conditions: list[ColumnElement[bool]] = [OutboxEntry.kind.not_in(hidden)] if hidden else []
    if actor.territories:
        conditions.append(OutboxEntry.territory.in_(actor.territories) | OutboxEntry.territory.is_(None))
    return and_(true(), *conditions)


def _own(technician: str) -> ColumnElement[bool]:
    # A crew is a list inside of the payload; an id is found in its text on either kind of database.
    crew = (OutboxEntry.kind == VisitAssigned.__name__) & cast(OutboxEntry.payload, Text).contains(
        f'"{technician}"', autoescape=True
    )
    return OutboxEntry.kind.not_in(list(CONFIDENTIAL)) & ((OutboxEntry.technician == technician) | crew)
