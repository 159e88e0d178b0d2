"""Webhooks: integrators' programs that hear of events."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch.console.deps import Reading, TheSettings, Uow, right
from dispatch.console.etags import IfMatch, check_match, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId, Short
from dispatch.domain.roles import Right
from dispatch.services import webhooks as service
from dispatch.store.tables import NotificationStatus, Webhook, WebhookDelivery

router = Router(prefix="/webhooks", dependencies=[right(Right.MANAGE_WEBHOOKS)])

Name = Annotated[str, Field(min_length=1, max_length=120)]
Url = Annotated[str, Field(min_length=1, max_length=500, description="https, or http on this machine")]
Kinds = Annotated[list[Short], Field(max_length=100, description="Kinds of events; none: all")]


class NewWebhook(BaseModel):
    """A webhook to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    url: Url
    kinds: Kinds = []


class WebhookChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    url: Url = ""
    kinds: Kinds = []
    active: bool = True


class WebhookShape(BaseModel):
    """A webhook. ``disabled_because`` says why the program switched it off, where it did."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    version: int
    name: str
    url: str
    kinds: list[str]
    active: bool
    disabled_because: str
    created_by: str
    created_at: AwareDatetime


class WebhookWithSecret(BaseModel):
    """A webhook with the secret that its messages are signed with, which is shown only now."""

    webhook: WebhookShape
    secret: str


class DeliveryShape(BaseModel):
    """One event on its way to a webhook; ``position`` 0 is a test. ``id`` is the message's, on every attempt."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    position: int
    status: NotificationStatus
    attempts: int
    next_try: AwareDatetime | None
    response: str
    created_at: AwareDatetime
    sent_at: AwareDatetime | None


@router.get("", summary="List webhooks", responses=problems(401, 403, 422))
def list_webhooks(uow: Reading, paging: Paging) -> Page[WebhookShape]:
    """All webhooks, the oldest first."""
    return paged(uow, service.webhooks(uow), paging, [Webhook.id], WebhookShape.model_validate)


@router.post("", status_code=201, summary="Register a webhook", responses=problems(401, 403, 409, 422))
def add_webhook(response: Response, uow: Uow, settings: TheSettings, wanted: NewWebhook) -> WebhookWithSecret:
    """Messages are as [Standard Webhooks](https://www.standardwebhooks.com) has them. The secret is shown once."""
    webhook = service.register_webhook(uow, **wanted.model_dump(), private=settings.webhook_private_networks)
    return _with_secret(response, webhook)


@router.get("/{webhook_id}", summary="Read a webhook", responses=problems(401, 403, 404))
def read_webhook(response: Response, uow: Reading, webhook_id: RowId) -> WebhookShape:
    """One webhook."""
    return WebhookShape.model_validate(tagged(response, service.read_webhook(uow, webhook_id)))


@router.patch("/{webhook_id}", summary="Change a webhook", responses=problems(401, 403, 404, 409, 412, 422))
def change_webhook(
    response: Response,
    uow: Uow,
    settings: TheSettings,
    webhook_id: RowId,
    wanted: WebhookChange,
    if_match: IfMatch = None,
) -> WebhookShape:
    """Changed from here on; messages that wait go where it says now."""
    check_match(service.read_webhook(uow, webhook_id), if_match)
    fields = wanted.model_dump(exclude_unset=True)
    webhook = service.change_webhook(uow, webhook_id, private=settings.webhook_private_networks, **fields)
    return WebhookShape.model_validate(tagged(response, webhook))


@router.delete("/{webhook_id}", status_code=204, summary="Remove a webhook", responses=problems(401, 403, 404, 409))
def remove_webhook(uow: Uow, webhook_id: RowId) -> None:
    """It hears nothing any more."""
    service.remove_webhook(uow, webhook_id)


@router.post("/{webhook_id}/secret", summary="Renew a webhook's secret", responses=problems(401, 403, 404, 409))
def renew_secret(response: Response, uow: Uow, webhook_id: RowId) -> WebhookWithSecret:
    """Messages are signed with the new secret from now on. It is shown once."""
    return _with_secret(response, service.renew_secret(uow, webhook_id))


@router.post("/{webhook_id}/ping", status_code=202, summary="Test a webhook", responses=problems(401, 403, 404, 409))
def ping_webhook(uow: Uow, webhook_id: RowId) -> DeliveryShape:
    """A message of type `Ping`, sent soon and once."""
    return _delivery(uow, service.ping(uow, webhook_id))


@router.get("/{webhook_id}/deliveries", summary="List deliveries", responses=problems(401, 403, 404, 422))
def list_deliveries(
    uow: Reading,
    paging: Paging,
    webhook_id: RowId,
    status: Annotated[NotificationStatus | None, Query()] = None,
) -> Page[DeliveryShape]:
    """What was sent or waits, the latest event first."""
    order = [WebhookDelivery.position.desc()]
    return paged(uow, service.deliveries(uow, webhook_id, status), paging, order, DeliveryShape.model_validate)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    summary="Send a message again",
    responses=problems(401, 403, 404, 409),
)
def redeliver(uow: Uow, webhook_id: RowId, delivery_id: RowId) -> DeliveryShape:
    """Sent again soon, under the same id."""
    return _delivery(uow, service.redeliver(uow, webhook_id, delivery_id))


def _with_secret(response: Response, webhook: Webhook) -> WebhookWithSecret:
    shape = WebhookShape.model_validate(tagged(response, webhook))
    response.headers["Cache-Control"] = "no-store"
    return WebhookWithSecret(webhook=shape, secret=webhook.secret)


def _delivery(uow: Uow, delivery: WebhookDelivery) -> DeliveryShape:
    uow.session.flush()
    return DeliveryShape.model_validate(delivery)
