"""Waking the phone: web push (RFC 8030)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.deps import Here, TheSettings, ThisDevice, Uow
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.messaging.vapid import Vapid
from dispatch.services import devices

router = Router(prefix="/push")

Text = Annotated[str, Field(min_length=1, max_length=200, description="URL-safe base 64")]


class PushKey(BaseModel):
    """What a browser needs to subscribe (RFC 8292)."""

    key: str = Field(description="The `applicationServerKey`")


class SubscriptionKeys(BaseModel):
    """With these, messages are encrypted for the browser (RFC 8291)."""

    p256dh: Text
    auth: Text


class Subscription(BaseModel):
    """A browser's subscription, as `PushSubscription.toJSON()` gives it."""

    model_config = ConfigDict(extra="ignore")

    endpoint: str = Field(min_length=1, max_length=1000, description="https, and public")
    keys: SubscriptionKeys


@router.get("/key", summary="Read the key to subscribe with", responses=problems(401, 403))
def read_key(here: Here, _: ThisDevice) -> PushKey:
    """The public key of this installation; with another one, subscribe anew."""
    return PushKey(key=Vapid.of(here.store, here.settings).application_server_key)


@router.put("", status_code=204, summary="Let news be pushed", responses=problems(401, 403, 409, 422))
def subscribe(uow: Uow, settings: TheSettings, device: ThisDevice, wanted: Subscription) -> None:
    """From now on this phone is woken by what concerns its day. A message holds a number and what happened to it."""
    private = settings.webhook_private_networks
    devices.subscribe(uow, device.id, wanted.endpoint, wanted.keys.model_dump(), private=private)


@router.delete("", status_code=204, summary="Let nothing be pushed", responses=problems(401, 403, 409))
def unsubscribe(uow: Uow, device: ThisDevice) -> None:
    """This phone is not woken any more."""
    devices.unsubscribe(uow, device.id)
