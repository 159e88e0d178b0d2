"""What phones say: each action is kept with what became of it, and one that was refused becomes a dispute.

Who takes actions in claims the row first, in the transaction in which the action takes effect; so the action, its
effect and its receipt become durable together, and no two transactions can apply the same one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import ActionRefused, instant
from dispatch.settings import Settings
from dispatch.store.audit import plain
from dispatch.store.tables import Dispute, FieldAction, Outcome
from dispatch.store.unit_of_work import UnitOfWork


class AlreadySo(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Another device of the same technician has done just that, somebody of the crew, or a dispatcher for them."""

    code, title = "already-so", "That has been done already"


class NotYours(DispatchError):  # noqa: N818
    """What the action is about was never the technician's. Nothing of it is told."""

    code, title = "not-yours", "That was never yours"


class NotDispatched(DispatchError):  # noqa: N818
    """The visit is planned for the technician and not dispatched yet: until then there is nothing to do for it."""

    code, title = "not-dispatched", "That is only planned yet"


class NotUnderstood(DispatchError):  # noqa: N818
    """The action makes no sense to this server. ``errors`` in the facts lists what does not."""

    code, title = "not-understood", "The action makes no sense"


class MovedAway(DispatchError):  # noqa: N818
    """The visit was the technician's and is not any more. ``because`` and ``to`` in the facts say what is known."""

    code, title = "moved-away", "The visit is no longer yours"


class VisitEnded(DispatchError):  # noqa: N818
    """The visit has ended in another way. ``status``, ``action``, ``by`` and ``at`` in the facts say how."""

    code, title = "visit-ended", "The visit has ended already"


class TooOld(DispatchError):  # noqa: N818
    """The action happened so long ago that a person must decide what it still means."""

    code, title = "too-old", "That was too long ago"


QUIET = frozenset({one.code for one in (AlreadySo, NotYours, NotDispatched, NotUnderstood)})
"""Refusals that tell of no conflict: kept, and nobody need look at them."""
_DETAIL_LENGTH = 500


def claim(uow: UnitOfWork, row: FieldAction) -> FieldAction:
    """Write the row, which nobody else can then; or, where somebody has been first, answer theirs."""
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
        return row
    except IntegrityError:
        # They have committed: on PostgreSQL an insert waits until that is decided, on SQLite who writes is alone.
        return uow.session.get_one(FieldAction, (row.user_id, row.id))


def applied(row: FieldAction, at: dt.datetime, facts: Mapping[str, Any]) -> None:
    """The action has taken effect, as of ``at``."""
    row.outcome, row.happened_at, row.facts = Outcome.APPLIED, at, _plain(facts)


def refused(uow: UnitOfWork, row: FieldAction, refusal: DispatchError) -> None:
    """The action has not taken effect. It is kept, and open to be settled where it tells of a conflict."""
    row.outcome, row.code, row.detail = Outcome.REFUSED, refusal.code, refusal.detail[:_DETAIL_LENGTH]
    row.facts = _plain(refusal.facts)
    if refusal.code in QUIET:
        return
    row.dispute = Dispute.OPEN
    uow.record(
        ActionRefused(
            action=row.id,
            user=row.user_id,
            kind_of_action=row.kind,
            code=row.code,
            visit=row.visit_id or "",
            at=instant(row.happened_at),
            territory=row.territory_id,
            technician=row.technician_id,
        )
    )


def forget_old(uow: UnitOfWork, settings: Settings, limit: int = 500) -> int:
    """Remove a batch of actions that are older than events are kept; how many. Open disputes stay until settled.

    A row is what keeps an action from being applied again, so it stays for longer than actions are taken in at all.
    """
    before = uow.now - dt.timedelta(days=max(settings.keep_days, 2 * settings.action_days))
    over = FieldAction.dispute.is_(None) | (FieldAction.dispute != Dispute.OPEN)
    key = FieldAction.user_id, FieldAction.id
    old = select(*key).where(FieldAction.received_at < before, over).limit(limit)
    return len(uow.session.execute(delete(FieldAction).where(tuple_(*key).in_(old)).returning(FieldAction.id)).all())


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON values that every database keeps."""
    return {name: _json(value) for name, value in facts.items()}


def _json(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _json(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_json(one) for one in value]
        case float() if not math.isfinite(value):
            return str(value)
    return plain(value)
