"""Actions as a phone makes them, and what it is answered."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from dispatch.access.actors import actor_of
from dispatch.domain.events import VisitAssigned
from dispatch.domain.roles import Actor
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, FieldAction, OutboxEntry, User, Visit
from mobile_api.sync.timing import Reception
from tests.mobile_api.carrying import Phone

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
"""What phones' clocks show in these tests unless one says otherwise; the operation's clock shows the same."""

Sent = dict[str, Any]
Receipt = dict[str, Any]


def tap(kind: str, visit: str | None = None, *, ago: float = 0, after: Sent | None = None, **data: Any) -> Sent:
    """An action that was tapped so many seconds before noon by the phone's clock."""
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "visit": visit,
        "at": (NOW - dt.timedelta(seconds=ago)).isoformat(),
        "after": after["id"] if after is not None else None,
        "data": data,
    }


def chain(visit: str, *kinds: str, ago: float = 0, every: float = 60) -> list[Sent]:
    """Steps of a visit that follow each other, the last one ``ago`` seconds before noon."""
    taps: list[Sent] = []
    for at, kind in enumerate(kinds):
        before = (len(kinds) - 1 - at) * every + ago
        taps.append(tap(kind, visit, ago=before, after=taps[-1] if taps else None))
    return taps


def send(phone: Phone, *actions: Sent, sent_at: dt.datetime = NOW) -> list[Receipt]:
    """The receipts of actions that a phone sends together."""
    body = json.dumps({"sent_at": sent_at.isoformat(), "actions": list(actions)})
    answer = phone.post("/actions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    receipts: list[Receipt] = answer.json()["receipts"]
    assert [one["id"] for one in receipts] == [one["id"] for one in actions]
    return receipts


def codes(receipts: Sequence[Receipt]) -> list[str]:
    """What became of each: "applied", or the code of a refusal or of what it waits for."""
    return [one["code"] or one["outcome"] for one in receipts]


def received(at: dt.datetime = NOW) -> Reception:
    """A batch that a phone with a right clock sent at an instant."""
    return Reception(at, at, at, 1.0)


def actor(store: Store, user: str) -> Actor:
    """Who does what this user does."""
    with store.reading() as uow:
        return actor_of(uow.get(User, user))


def kept(store: Store, action: Sent) -> FieldAction:
    """The row of an action."""
    with store.reading() as uow:
        return uow.session.scalars(select(FieldAction).where(FieldAction.id == action["id"])).one()


def visit_row(store: Store, visit: str) -> Visit:
    """A visit as it stands."""
    with store.reading() as uow:
        return uow.get(Visit, visit)


def events(store: Store, *kinds: str) -> list[dict[str, Any]]:
    """What the events of these kinds say, in their order."""
    with store.reading() as uow:
        query = select(OutboxEntry.payload).where(OutboxEntry.kind.in_(kinds)).order_by(OutboxEntry.id)
        return list(uow.session.scalars(query))


def hand_over(store: Store, visit: str, technician: str, shift: str) -> None:
    """Give a visit to somebody else, as the publication of a plan does and says."""
    with store.unit_of_work() as uow:
        mine = Assignment.visit_id == visit
        before = tuple(uow.session.scalars(select(Assignment.technician_id).where(mine)))
        uow.session.execute(update(Assignment).where(mine).values(technician_id=technician, shift_id=shift))
        row = uow.get(Visit, visit)
        uow.record(
            VisitAssigned(
                visit=visit,
                job=row.job_id,
                technicians_before=before,
                technicians_after=(technician,),
                territory=row.territory_id,
                technician=technician,
            )
        )
