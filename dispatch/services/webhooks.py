"""Webhooks: which programs of integrators hear of events, and what became of each message to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from dispatch.domain.errors import DispatchError, Invalid, NotFound
from dispatch.domain.events import REGISTRY, RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.messaging.addresses import check_url
from dispatch.messaging.webhooks import PING_POSITION, new_delivery, new_signing_secret
from dispatch.services.rights import require
from dispatch.store.tables import NotificationStatus, Webhook, WebhookDelivery
from dispatch.store.unit_of_work import UnitOfWork


class Disabled(DispatchError):  # noqa: N818
    """The webhook is switched off; nothing is sent to it."""

    code, title = "webhook-disabled", "The webhook is switched off"


def register_webhook(
    uow: UnitOfWork, *, name: str, url: str, kinds: Sequence[str] = (), private: bool = False
) -> Webhook:
    """A new webhook that hears of all events from now on that its maker may hear of; ``secret`` is new.

    ``private``: whether it may go to private networks.
    """
    require(uow, Right.MANAGE_WEBHOOKS)
    check_url(url, private=private)
    webhook = Webhook(
        id=new_id("webhook"),
        name=name,
        url=url,
        kinds=_known(kinds),
        secret=new_signing_secret(),
        active=True,
        created_by=uow.actor.id,
    )
    uow.session.add(webhook)
    return _told(uow, webhook, "created")


def change_webhook(uow: UnitOfWork, webhook_id: str, *, private: bool = False, **fields: Any) -> Webhook:
    """Change ``name``, ``url``, ``kinds``, ``active``. Switching it on again forgets why it was switched off."""
    webhook = read_webhook(uow, webhook_id)
    if "url" in fields:
        check_url(fields["url"], private=private)
    if "kinds" in fields:
        fields["kinds"] = _known(fields["kinds"])
    if fields.get("active"):
        fields["disabled_because"] = ""
    for name, value in fields.items():
        setattr(webhook, name, value)
    return _told(uow, webhook, "changed")


def renew_secret(uow: UnitOfWork, webhook_id: str) -> Webhook:
    """Another secret; messages are signed with it from now on."""
    webhook = read_webhook(uow, webhook_id)
    webhook.secret = new_signing_secret()
    return _told(uow, webhook, "changed")


def remove_webhook(uow: UnitOfWork, webhook_id: str) -> None:
    """It hears nothing any more, and what was sent to it is forgotten."""
    webhook = read_webhook(uow, webhook_id)
    uow.session.delete(webhook)
    _told(uow, webhook, "removed")


def webhooks(uow: UnitOfWork) -> Select[Webhook]:
    """All webhooks."""
    require(uow, Right.MANAGE_WEBHOOKS)
    return select(Webhook)


def read_webhook(uow: UnitOfWork, webhook_id: str) -> Webhook:
    """One of them."""
    require(uow, Right.MANAGE_WEBHOOKS)
    return uow.get(Webhook, webhook_id)


def deliveries(uow: UnitOfWork, webhook_id: str, status: NotificationStatus | None = None) -> Select[WebhookDelivery]:
    """What was sent to a webhook, or waits to be."""
    read_webhook(uow, webhook_id)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return query if status is None else query.where(WebhookDelivery.status == status)


def ping(uow: UnitOfWork, webhook_id: str) -> WebhookDelivery:
    """A test message, sent soon and once; look at the delivery to see what became of it."""
    webhook = _active(uow, webhook_id)
    query = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.position == PING_POSITION
    )
    before = uow.session.scalar(query)
    if before is not None:
        uow.session.delete(before)
        uow.session.flush()
    delivery = new_delivery(uow, webhook.id, PING_POSITION)
    uow.session.add(delivery)
    return delivery


def redeliver(uow: UnitOfWork, webhook_id: str, delivery_id: str) -> WebhookDelivery:
    """Send a message again, soon, and try as often as the first time."""
    webhook = _active(uow, webhook_id)
    delivery = uow.get(WebhookDelivery, delivery_id, lock=True)
    if delivery.webhook_id != webhook.id:
        raise NotFound(f"There is no webhook delivery {delivery_id!r}.", what="webhook delivery", id=delivery_id)
    delivery.status, delivery.attempts, delivery.next_try = NotificationStatus.WAITING, 0, uow.now
    delivery.sent_at, delivery.response = None, ""
    return delivery


def _active(uow: UnitOfWork, webhook_id: str) -> Webhook:
    webhook = read_webhook(uow, webhook_id)
    if not webhook.active:
        raise Disabled("The webhook is switched off, so nothing is sent to it. Switch it on first.")
    return webhook


def _known(kinds: Sequence[str]) -> list[str]:
    for kind in kinds:
        if kind not in REGISTRY:
            remedy = "use the names in the documentation of events"
            error = {
                "place": "body.kinds",
                "value": kind,
                "problem": "there is no such kind of event",
                "remedy": remedy,
            }
            raise Invalid(f"There is no kind of event {kind!r}; {remedy}.", errors=[error])
    return sorted(set(kinds))


def _told(uow: UnitOfWork, webhook: Webhook, what: str) -> Webhook:
    uow.record(RecordChanged(record=webhook.id, table=Webhook.__tablename__, what=what))
    return webhook
