"""Telling integrators' programs: one delivery for each event and webhook, signed, and tried again for a day.

The message is as Standard Webhooks describes it (https://www.standardwebhooks.com): a JSON body with type, timestamp
and data, and the headers webhook-id, webhook-timestamp and webhook-signature. The id stays the same on every attempt:
a receiver that has seen it before ignores it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import random
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

import httpx2
from sqlalchemy import Select, or_, select
from standardwebhooks import Webhook as Signer

from dispatch.domain.clock import SystemClock
from dispatch.domain.events import Event
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor
from dispatch.messaging.addresses import ForbiddenAddress
from dispatch.messaging.outside import may_hear, told
from dispatch.messaging.outward import FAILURES, Outward
from dispatch.store.engine import Store
from dispatch.store.tables import NotificationStatus, OutboxEntry, User, Webhook, WebhookDelivery
from dispatch.store.unit_of_work import UnitOfWork

PING_POSITION = 0
"""The position of a test delivery; events count from 1."""
DELAYS = tuple(min(10 * 3**attempt, 4 * 3600) for attempt in range(12))
"""Seconds between attempts, which add up to most of a day: 10, 30, 90 … 4 h, 4 h."""
_CLAIMED_FOR = dt.timedelta(minutes=10)
_AT_ONCE = 4
_BATCH = 40
_TIMEOUT = httpx2.Timeout(10, connect=5)

log = logging.getLogger(__name__)


def new_signing_secret() -> str:
    """A secret in the form that receivers' libraries expect: ``whsec_`` and 192 random bits in base 64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def react(uow: UnitOfWork, _: Event, entry: OutboxEntry) -> None:
    """One delivery for each webhook that wants to hear of this, and whose maker may."""
    wanting = select(Webhook, User).outerjoin(User, User.id == Webhook.created_by).where(Webhook.active)
    for webhook, maker in uow.session.execute(wanting.order_by(Webhook.id)):
        if (not webhook.kinds or entry.kind in webhook.kinds) and (maker is None or may_hear(_actor(maker), entry)):
            uow.session.add(new_delivery(uow, webhook.id, entry.position or 0))


def _actor(user: User) -> Actor:
    return Actor(user.id, user.name, user.role, frozenset(user.territories), user.technician_id)


def new_delivery(uow: UnitOfWork, webhook_id: str, position: int) -> WebhookDelivery:
    """A delivery that is due at once."""
    return WebhookDelivery(
        id=new_id("msg"),
        webhook_id=webhook_id,
        position=position,
        status=NotificationStatus.WAITING,
        next_try=uow.now,
        created_at=uow.now,
    )


@dataclass(frozen=True, slots=True)
class _Message:
    """All that is needed to send, read in one transaction and used after it."""

    delivery: str
    webhook: str
    url: str
    secret: str
    body: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of an attempt. ``status`` None: there was no answer."""

    status: int | None
    text: str

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Sends what is due. Make one for each process and close it at the end."""

    def __init__(self, *, private: bool = False, timeout: httpx2.Timeout = _TIMEOUT, verify: Any = True) -> None:
        """``private``: whether private networks may be reached."""
        self._outward = Outward(private=private, timeout=timeout, verify=verify)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook")

    def close(self) -> None:
        """Wait for what is being sent, and close the connections."""
        self._threads.shutdown()
        self._outward.close()

    def deliver(self, store: Store) -> int:
        """Send what is due, several webhooks at once, each webhook's in order; how many were accepted."""
        groups = [list(group) for _, group in groupby(_claimed(store), lambda message: message.webhook)]
        return sum(self._threads.map(lambda group: self._deliver_in_order(store, group), groups))

    def _deliver_in_order(self, store: Store, messages: Sequence[_Message]) -> int:
        for sent, message in enumerate(messages):
            answer = self._send(message)
            _settle(store, message.delivery, answer)
            if not answer.accepted:
                # Who does not answer one message is not asked to take the others of this round as well.
                _unclaim(store, [one.delivery for one in messages[sent + 1 :]])
                return sent
        return len(messages)

    def _send(self, message: _Message) -> _Answer:
        # The receiver compares with the real time, whatever the operation's clock says.
        at = SystemClock().now()
        headers = {
            "content-type": "application/json",
            "user-agent": "Fieldwright-Webhooks/1",
            "webhook-id": message.delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(message.secret).sign(message.delivery, at, message.body),
        }
        try:
            status = self._outward.post(message.url, headers, message.body.encode())
        except ForbiddenAddress as error:
            return _Answer(None, str(error))
        except FAILURES as error:
            return _Answer(None, f"no answer: {type(error).__name__}")
        return _Answer(status, f"{status} {_phrase(status)}".strip())


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _claimed(store: Store) -> list[_Message]:
    """Due messages, set aside so that no other process sends them meanwhile; those of a webhook together, in order."""
    with store.reading() as uow:
        if uow.session.execute(_due(uow).limit(1)).first() is None:
            return []
    with store.unit_of_work() as uow:
        claimed = _due(uow).limit(_BATCH).with_for_update(skip_locked=True, of=WebhookDelivery)
        rows = uow.session.execute(claimed).all()
        events = _events(uow, [delivery.position for delivery, _ in rows])
        messages = []
        for delivery, webhook in rows:
            delivery.attempts += 1
            delivery.next_try = uow.now + _CLAIMED_FOR
            body = _body(delivery, events.get(delivery.position))
            if body is None:
                delivery.status, delivery.next_try = NotificationStatus.FAILED, None
                delivery.response = "the event is no longer kept"
                continue
            message = _Message(delivery.id, webhook.id, webhook.url, webhook.secret, body)
            messages.append((delivery.position, message))
    messages.sort(key=lambda one: (one[1].webhook, one[0]))
    return [message for _, message in messages]


def _due(uow: UnitOfWork) -> Select[WebhookDelivery, Webhook]:
    due = or_(WebhookDelivery.next_try.is_(None), WebhookDelivery.next_try <= uow.now)
    return (
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.status == NotificationStatus.WAITING, due, Webhook.active)
        .order_by(WebhookDelivery.next_try, WebhookDelivery.position)
    )


def _events(uow: UnitOfWork, positions: Iterable[int]) -> dict[int | None, OutboxEntry]:
    entries = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.position.in_(list(positions))))
    return {entry.position: entry for entry in entries}


def _body(delivery: WebhookDelivery, entry: OutboxEntry | None) -> str | None:
    if delivery.position == PING_POSITION:
        at = delivery.created_at.isoformat().replace("+00:00", "Z")
        return json.dumps({"type": "Ping", "timestamp": at, "data": {}})
    if entry is None:
        return None
    event = told(entry)
    return json.dumps({"type": event["kind"], "timestamp": event["at"], "data": event}, ensure_ascii=False)


def _unclaim(store: Store, deliveries: Sequence[str]) -> None:
    """Give back what was not tried: it is due again when the one before it is."""
    if not deliveries:
        return
    with store.unit_of_work() as uow:
        for row in uow.session.scalars(select(WebhookDelivery).where(WebhookDelivery.id.in_(deliveries))):
            row.attempts -= 1
            row.next_try = uow.now + dt.timedelta(seconds=DELAYS[0])


def _settle(store: Store, delivery_id: str, answer: _Answer) -> None:
    with store.unit_of_work() as uow:
        delivery = uow.session.get(WebhookDelivery, delivery_id)
        if delivery is None:
            return  # the webhook was removed meanwhile
        delivery.response = answer.text[:300]
        if answer.accepted:
            delivery.status, delivery.sent_at, delivery.next_try = NotificationStatus.SENT, uow.now, None
            return
        given_up = delivery.attempts > len(DELAYS)
        if given_up or delivery.position == PING_POSITION:
            delivery.status, delivery.next_try = NotificationStatus.FAILED, None
        else:
            # Jitter, so that many deliveries that failed together do not all come back together.
            seconds = DELAYS[delivery.attempts - 1] * random.uniform(0.8, 1.2)
            delivery.next_try = uow.now + dt.timedelta(seconds=seconds)
        webhook = uow.session.get(Webhook, delivery.webhook_id)
        if webhook is not None and webhook.active:
            _disable_if_gone(webhook, answer, given_up)


def _disable_if_gone(webhook: Webhook, answer: _Answer, given_up: bool) -> None:
    if answer.status == HTTPStatus.GONE:
        webhook.active, webhook.disabled_because = False, "It answered 410: nobody listens there any more."
    elif given_up:
        because = f"It has not accepted a message for a day; the last answer was: {answer.text}"
        webhook.active, webhook.disabled_because = False, because[:300]
