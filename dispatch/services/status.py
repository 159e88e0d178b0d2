"""How the program is doing: who leads, how far each reader of the outbox is, what waits; how jobs and engines fare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dispatch.domain.roles import Right
from dispatch.messaging.handlers import Handler
from dispatch.messaging.relay import latest_position
from dispatch.services.engines import engines_now, estimated_share
from dispatch.services.rights import require
from dispatch.store.tables import (
    HandlerCursor,
    JobRecord,
    Leader,
    Notification,
    NotificationStatus,
    OutboxEntry,
    ParkedEvent,
    PlanningRun,
    ReplanRequest,
    RunStatus,
    TravelEngineRecord,
    WebhookDelivery,
)
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class HandlerStatus:
    """``waiting`` counts the events that it has yet to deal with, ``parked`` those that it gave up."""

    name: str
    position: int
    waiting: int
    failures: int
    retry_at: dt.datetime | None
    parked: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at one instant."""

    now: dt.datetime
    leader: Leader | None
    position: int
    without_position: int
    handlers: Sequence[HandlerStatus]
    queues: Mapping[str, int]
    jobs: Sequence[JobRecord]
    engines: Sequence[TravelEngineRecord]
    estimated_share: float | None


def status(uow: UnitOfWork, handlers: Sequence[Handler]) -> Status:
    """How the program is doing, for who looks after it."""
    require(uow, Right.WRITE_SETUP)
    session = uow.session
    engines = engines_now(session)
    return Status(
        now=uow.now,
        leader=session.get(Leader, 1),
        position=latest_position(session),
        without_position=_count(session, select(OutboxEntry.id).where(OutboxEntry.position.is_(None))),
        handlers=[_handler(session, handler) for handler in handlers],
        queues=_queues(session),
        jobs=session.scalars(select(JobRecord).order_by(JobRecord.name)).all(),
        engines=engines,
        estimated_share=estimated_share(engines),
    )


def _handler(session: Session, handler: Handler) -> HandlerStatus:
    cursor = session.get(HandlerCursor, handler.name) or HandlerCursor(position=0, failures=0, retry_at=None)
    waiting = select(OutboxEntry.id).where(OutboxEntry.position > cursor.position)
    if handler.kinds is not None:
        waiting = waiting.where(OutboxEntry.kind.in_(handler.kinds))
    parked = _count(session, select(ParkedEvent.position).where(ParkedEvent.handler == handler.name))
    return HandlerStatus(
        handler.name, cursor.position, _count(session, waiting), cursor.failures, cursor.retry_at, parked
    )


def _queues(session: Session) -> dict[str, int]:
    waiting = NotificationStatus.WAITING
    queues: dict[str, Select[Any]] = {
        "planning runs queued": select(PlanningRun.id).where(PlanningRun.status == RunStatus.QUEUED),
        "planning runs running": select(PlanningRun.id).where(PlanningRun.status == RunStatus.RUNNING),
        "replan requests": select(ReplanRequest.id).where(ReplanRequest.run_id.is_(None)),
        "notifications": select(Notification.id).where(Notification.status == waiting),
        "webhook deliveries": select(WebhookDelivery.id).where(WebhookDelivery.status == waiting),
    }
    return {name: _count(session, query) for name, query in queues.items()}


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
