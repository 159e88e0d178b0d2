"""Forgetting what need not be kept: old events, and what was sent to whom."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select

from dispatch.messaging.relay import latest_position
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    HandlerCursor,
    Notification,
    NotificationStatus,
    OutboxEntry,
    ParkedEvent,
    WebhookDelivery,
)

_BATCH = 2000


def forget_the_old(store: Store, settings: Settings) -> int:
    """Remove events, notifications and deliveries older than the settings keep them; how many rows.

    An event that a handler has yet to read or that is parked stays, and so does the last one: positions go on from it.
    """
    before = store.clock.now() - dt.timedelta(days=settings.keep_days)
    removed = 0
    for batch in (_forget_events, _forget_notifications, _forget_deliveries):
        while done := batch(store, before):
            removed += done
    return removed


def _forget_events(store: Store, before: dt.datetime) -> int:
    with store.unit_of_work() as uow:
        read = uow.session.scalar(select(func.min(HandlerCursor.position))) or 0
        parked = uow.session.scalar(select(func.min(ParkedEvent.position)))
        end = min(read, latest_position(uow.session) - 1, (parked or read + 1) - 1)
        old = select(OutboxEntry.id).where(OutboxEntry.at < before, OutboxEntry.position <= end).limit(_BATCH)
        gone = delete(OutboxEntry).where(OutboxEntry.id.in_(old)).returning(OutboxEntry.id)
        return len(uow.session.scalars(gone).all())


def _forget_notifications(store: Store, before: dt.datetime) -> int:
    with store.unit_of_work() as uow:
        over = Notification.status != NotificationStatus.WAITING
        old = select(Notification.id).where(over, Notification.created_at < before).limit(_BATCH)
        gone = delete(Notification).where(Notification.id.in_(old)).returning(Notification.id)
        return len(uow.session.scalars(gone).all())


def _forget_deliveries(store: Store, before: dt.datetime) -> int:
    with store.unit_of_work() as uow:
        old = select(WebhookDelivery.id).where(WebhookDelivery.created_at < before).limit(_BATCH)
        gone = delete(WebhookDelivery).where(WebhookDelivery.id.in_(old)).returning(WebhookDelivery.id)
        return len(uow.session.scalars(gone).all())
