"""Removing what an operation need not keep: sign-ins that are over, answers to requests, and what was never used.

What was published, what was done and the audit trail stay for ever. Events and what was sent to whom are a matter of
:mod:`dispatch.messaging.retention`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from dispatch.access.retention import forget
from dispatch.domain.clock import Clock, SystemClock
from dispatch.domain.roles import Right
from dispatch.services import field_actions
from dispatch.services.rights import require
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import GeocodedAnswer, Hold, PhoneNotice, PlanRow, PlanStatus, ReplanRequest, SheetImport
from dispatch.store.unit_of_work import UnitOfWork

_BATCH = 100


def purge_all(store: Store, settings: Settings, wall: Clock | None = None) -> int:
    """Purge until nothing old is left, in short transactions; how many rows. ``wall`` is the time of this machine."""
    now = (wall or SystemClock()).now()
    with store.unit_of_work() as uow:
        removed = forget(uow, now, settings)
    while True:
        with store.unit_of_work() as uow:
            done = purge(uow, settings)
        if not done:
            return removed
        removed += done


def purge(uow: UnitOfWork, settings: Settings) -> int:
    """Remove a batch of what is older than ``settings.keep_drafts_days``; how many rows, 0 where none are left.

    That is: drafts that nobody wanted with their documents, holds that ended, requests for plans that were answered,
    sheets that were looked at, answers of geocoders that hold no longer, and what technicians were told of changes to
    their day. The removal of a draft is in the audit trail. What phones have said is kept as long as events are.
    """
    require(uow, Right.RUN_SYSTEM)
    before = uow.now - dt.timedelta(days=settings.keep_drafts_days)
    unwanted = select(PlanRow).where(
        PlanRow.status.in_((PlanStatus.REJECTED, PlanStatus.SUPERSEDED)),
        PlanRow.edition.is_(None),
        PlanRow.updated_at < before,
    )
    drafts = uow.session.scalars(unwanted.order_by(PlanRow.id).limit(_BATCH)).all()
    for draft in drafts:
        uow.session.delete(draft)
    return (
        len(drafts)
        + field_actions.forget_old(uow, settings)
        + _removed(uow, Hold, or_(Hold.outcome.is_not(None), Hold.expires_at < before), Hold.created_at < before)
        + _removed(uow, ReplanRequest, ReplanRequest.run_id.is_not(None), ReplanRequest.not_before < before)
        + _removed(uow, SheetImport, SheetImport.created_at < before)
        + _removed(uow, GeocodedAnswer, GeocodedAnswer.expires_at < uow.now)
        + _removed(uow, PhoneNotice, PhoneNotice.at < before)
    )


def _removed(
    uow: UnitOfWork,
    table: type[Hold] | type[ReplanRequest] | type[SheetImport] | type[GeocodedAnswer] | type[PhoneNotice],
    *conditions: ColumnElement[bool],
) -> int:
    key: Any = next(iter(table.__table__.primary_key))
    old = select(key).where(*conditions).limit(_BATCH)
    return len(uow.session.scalars(delete(table).where(key.in_(old)).returning(key)).all())
