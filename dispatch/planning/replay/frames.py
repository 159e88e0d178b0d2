"""What happened on a day, in order: out of the event log, and where people were, out of their trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain import events
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import OutboxEntry, TrailPoint

LATEST = dt.timedelta(days=1)
"""So long after a day what happened on it may still have been told: a phone was out of reach."""
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing that happened: when, which kind, and what it was about; see :data:`KINDS`."""

    at: dt.datetime
    kind: str
    visit: str | None = None
    technician: str | None = None
    plan: str | None = None
    edition: int | None = None
    job: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def _picked(*names: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda payload: {name: payload.get(name) for name in names}


def _promise(what: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda payload: {"what": what, "target": payload["target"], "due": payload["due"]}


KINDS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    events.JobReceived.__name__: ("received", _picked("number", "priority")),
    events.VisitMoved.__name__: ("status", _picked("before", "after", "action", "reason")),
    events.VisitExtended.__name__: ("extended", _picked("seconds")),
    events.VisitAssigned.__name__: (
        "assigned",
        _picked("technicians_before", "technicians_after", "start_before", "start_after"),
    ),
    events.PlanPublished.__name__: ("published", _picked("touched", "automatic")),
    events.PromiseStarted.__name__: ("promise", _promise("started")),
    events.PromiseWarned.__name__: ("promise", _promise("warned")),
    events.PromiseBreached.__name__: ("promise", _promise("breached")),
    events.JeopardyChanged.__name__: ("jeopardy", _picked("promise", "late", "expected")),
    events.ShiftChanged.__name__: ("duty", _picked("shift", "duty", "removed")),
    events.AbsenceRecorded.__name__: ("absence", _picked("start", "end", "removed")),
    events.ActionRefused.__name__: ("dispute", _picked("kind_of_action", "code")),
    events.DisputeSettled.__name__: ("settled", _picked("kind_of_action", "decision")),
}
"""Kind of event → kind of frame, and what of the event it holds."""


def is_complete(session: Session, since: dt.datetime) -> bool:
    """Whether the event log still goes back that far, or to its beginning: what happened is forgotten some time."""
    first = session.execute(
        select(OutboxEntry.at, OutboxEntry.position).order_by(OutboxEntry.id).limit(1)
    ).one_or_none()
    return first is not None and (first.at <= since or first.position in (None, 1))


def frames_between(session: Session, since: dt.datetime, until: dt.datetime) -> list[Frame]:
    """What happened between two instants, in its order. What a phone told late stands where it happened."""
    query = select(OutboxEntry.kind, OutboxEntry.at, OutboxEntry.payload).where(
        OutboxEntry.at >= since, OutboxEntry.at < until + LATEST, OutboxEntry.kind.in_(sorted(KINDS))
    )
    found = [
        frame
        for kind, at, payload in session.execute(query.order_by(OutboxEntry.at, OutboxEntry.id))
        if since <= (frame := _frame(kind, at, payload)).at < until
    ]
    return sorted(found, key=lambda one: one.at)


def _frame(kind: str, at: dt.datetime, payload: Mapping[str, Any]) -> Frame:
    word, pick = KINDS[kind]
    told = payload.get("at") if word in ("status", "dispute") else None
    return Frame(
        at=dt.datetime.fromisoformat(told) if told else at,
        kind=word,
        visit=payload.get("visit") or None,
        technician=payload.get("person") or payload.get("technician"),
        plan=payload.get("plan"),
        edition=payload.get("edition"),
        job=payload.get("job"),
        data=pick(payload),
    )


def positions_between(
    session: Session, technicians: Collection[str], since: dt.datetime, until: dt.datetime
) -> list[Frame]:
    """Where these people were, at most once a minute each: on the roads where that was looked up."""
    found: list[Frame] = []
    for chunk in chunks(sorted(technicians)):
        points = session.execute(
            select(*_POINT)
            .where(TrailPoint.technician_id.in_(chunk), TrailPoint.at >= since, TrailPoint.at < until)
            .order_by(TrailPoint.technician_id, TrailPoint.at)
        )
        found += _thinned(points)
    return sorted(found, key=lambda one: one.at)


_POINT = (
    TrailPoint.technician_id,
    TrailPoint.at,
    func.coalesce(TrailPoint.matched_lat, TrailPoint.lat),
    func.coalesce(TrailPoint.matched_lon, TrailPoint.lon),
)


def _thinned(points: Iterable[Any]) -> Iterable[Frame]:
    last: tuple[str, dt.datetime] | None = None
    for technician, at, lat, lon in points:
        if last is None or last[0] != technician or at - last[1] >= _MINUTE:
            last = technician, at
            yield Frame(at, "position", technician=technician, data={"lat": lat, "lon": lon})
