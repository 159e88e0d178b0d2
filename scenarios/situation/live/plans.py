"""What was planned and decided: every publication with its stops, and what people decided by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import DraftRejected, FenceSet, TerritoryLocked
from dispatch.domain.roles import SYSTEM
from dispatch.planning.difference import TOUCHING, Kind
from dispatch.planning.moving import MOVED
from dispatch.planning.undoing import UNDONE
from dispatch.store.tables import AuditEntry, OutboxEntry, PlanRow, Visit
from scenarios.situation.live.names import Names, seconds
from scenarios.situation.record import ByHand, Placing, Publication

Pins = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
_BY_PEOPLE = (MOVED, UNDONE)


def publications_of(session: Session, names: Names, since: dt.datetime, until: dt.datetime) -> tuple[Publication, ...]:
    """The plans that were published between two instants, and before them the one that stood at the first."""
    published = select(PlanRow.published_at, PlanRow.reason, PlanRow.plan).where(PlanRow.edition.is_not(None))
    stood = session.execute(
        published.where(PlanRow.published_at < since).order_by(PlanRow.edition.desc()).limit(1)
    ).all()
    later = session.execute(
        published.where(PlanRow.published_at >= since, PlanRow.published_at < until).order_by(PlanRow.edition)
    ).all()
    return tuple(
        Publication(seconds(max(at, since)), tuple(_placings(plan, names)), reason)
        for at, reason, plan in (*stood, *later)
    )


def _placings(plan: Mapping[str, Any], names: Names) -> Iterator[Placing]:
    """The stops of what the record tells of; shifts and visits beyond it are left out."""
    for route in plan["routes"]:
        shift, who = names.shifts.get(route["shift"]), names.technicians.get(route["technician"])
        if shift is None or who is None:
            continue
        for stop in route["stops"]:
            visit = names.visits.get((stop["visit"], stop["role"]))
            if visit is not None:
                times = (seconds(dt.datetime.fromisoformat(stop[key])) for key in ("arrival", "start", "end"))
                yield Placing(visit, who, shift, *times)


# By hand -------------------------------------------------------------------------------------------------------------


def by_hand_of(session: Session, names: Names, since: dt.datetime, until: dt.datetime) -> tuple[ByHand, ...]:
    """What people decided otherwise than the program between two instants, in its order."""
    moves = list(_moves(session, names, since, until))
    at_moves = {one.at for one in moves}
    # A pin that comes with a move is part of it.
    pins = [one for one in _pinned(session, names, since, until) if one.at not in at_moves]
    told = [*moves, *pins, *_locks(session, names, since, until), *_rejections(session, since, until)]
    return tuple(sorted(told, key=lambda one: (one.at, one.kind, one.about)))


def _moves(session: Session, names: Names, since: dt.datetime, until: dt.datetime) -> Iterator[ByHand]:
    """Moves by hand, and what takes them back: each fixes where it was put what it was about."""
    rows = select(PlanRow.published_at, PlanRow.difference, PlanRow.snapshot).where(
        PlanRow.edition.is_not(None),
        PlanRow.reason.in_(_BY_PEOPLE),
        PlanRow.published_at >= since,
        PlanRow.published_at < until,
    )
    for at, difference, snapshot in session.execute(rows.order_by(PlanRow.edition)):
        about = _about(difference.get("visits", ()), snapshot.get("pins", {}))
        pins = [
            (names.visits[one["visit"], 0], _where(one["after"], names))
            for one in about
            if (one["visit"], 0) in names.visits
        ]
        if pins:
            yield ByHand(seconds(at), "move", pins=tuple(sorted(pins)))


def _about(changes: Sequence[Mapping[str, Any]], pinned: Collection[str]) -> list[Mapping[str, Any]]:
    """What a move was about, and not what it pushed along: the visits that it pinned; where it pinned none, those that
    have other people now; where there are none, those that start at another time.
    """
    told = [one for one in changes if one["kind"] in (*TOUCHING, Kind.ASSIGNED)]
    others = [one for one in told if one["kind"] != Kind.MOVED]
    return [one for one in told if one["visit"] in pinned] or others or told


def _where(place: Mapping[str, Any] | None, names: Names) -> tuple[tuple[str, str], ...]:
    """A place as a pin: who does it, and when. Empty: nobody does."""
    if place is None:
        return ()
    people = names.people(place["technicians"])
    return (("start", place["start"]), ("technician", people[0])) if people else ()


def _pinned(session: Session, names: Names, since: dt.datetime, until: dt.datetime) -> Iterator[ByHand]:
    rows = select(AuditEntry).where(
        AuditEntry.table_name == Visit.__tablename__,
        AuditEntry.what == "changed",
        AuditEntry.actor_id != SYSTEM.id,
        AuditEntry.at >= since,
        AuditEntry.at < until,
    )
    for entry in session.scalars(rows.order_by(AuditEntry.id)):
        visit = names.visits.get((entry.row_id, 0))
        if visit is None or "pin" not in entry.changes or "status" in entry.changes:
            continue  # with a step of its life, a pin goes by itself: who declines is let off
        _, pin = entry.changes["pin"]
        yield ByHand(seconds(entry.at), "pin", pins=((visit, _as_pin(pin or {}, names)),))


def _as_pin(pin: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    told = {key: str(value) for key, value in pin.items() if key == "start" or (key == "order" and value)}
    if pin.get("technician") in names.technicians:
        told["technician"] = names.technicians[pin["technician"]]
    return tuple(sorted(told.items()))


def _locks(session: Session, names: Names, since: dt.datetime, until: dt.datetime) -> Iterator[ByHand]:
    kinds = {TerritoryLocked.__name__: "lock", FenceSet.__name__: "fence"}
    for entry in session.scalars(_events(kinds, since, until)):
        ends = entry.payload.get("until")
        yield ByHand(
            seconds(entry.at),
            kinds[entry.kind],
            territory=names.territory(entry.territory) if kinds[entry.kind] == "lock" else "",
            until=None if ends is None else seconds(dt.datetime.fromisoformat(ends)),
        )


def _rejections(session: Session, since: dt.datetime, until: dt.datetime) -> Iterator[ByHand]:
    """Drafts that a person did not want: what the program proposed from that draft's making on."""
    kinds = {DraftRejected.__name__: "rejection"}
    for entry in session.scalars(_events(kinds, since, until)):
        draft = session.execute(
            select(PlanRow.created_at, PlanRow.replaced_by).where(PlanRow.id == entry.payload["plan"])
        ).one_or_none()
        if entry.actor_id != SYSTEM.id and draft is not None and draft.replaced_by is None:
            yield ByHand(seconds(max(draft.created_at, since)), "rejection")


def _events(kinds: Mapping[str, str], since: dt.datetime, until: dt.datetime) -> Any:
    query = select(OutboxEntry).where(
        OutboxEntry.kind.in_(sorted(kinds)), OutboxEntry.at >= since, OutboxEntry.at < until
    )
    return query.order_by(OutboxEntry.id)
