"""Waking phones: web push to the devices of a technician (RFC 8030), encrypted so that only the phone can read it.

A message is small and holds nothing personal: the notification's id, its subject (a number and what happened to it) and
what it is about. The phone shows that and asks for the rest. It is encrypted for the phone's browser (RFC 8291), so
that the push service in between learns only that there is something, and signed with our key (RFC 8292).

A notification has arrived once one of the technician's devices could be reached. A subscription that its push service
no longer knows (404 or 410) is forgotten, as is one that has failed many times in a row; others are tried again with
the notification.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update
from webpush import WebPush, WebPushSubscription

from dispatch.domain.errors import Invalid
from dispatch.messaging.adapters import Undeliverable
from dispatch.messaging.addresses import ForbiddenAddress, check_push_endpoint
from dispatch.messaging.outward import FAILURES, Outward
from dispatch.messaging.recipients import is_subscribed
from dispatch.messaging.vapid import Vapid
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Device, Notification
from dispatch.store.unit_of_work import UnitOfWork

LASTS = 4 * 3600
"""Seconds for which a push service keeps a message for a phone that is off; after that it is no news any more."""
GIVEN_UP_AFTER = 20
"""So many failures in a row, and the phone must subscribe again."""
_SIGNED_FOR = 3600
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_POINT, _SECRET = 65, 16

log = logging.getLogger(__name__)


class NotReached(ConnectionError):  # noqa: N818
    """No push service took the message just now."""


@dataclass(frozen=True, slots=True)
class _Subscribed:
    device: str
    endpoint: str
    keys: Mapping[str, str]
    failures: int


class WebPushAdapter:
    """Sends to all subscribed devices of a technician; the address of such a notification is the technician's id."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        private = settings.webhook_private_networks
        self._outward = Outward(private=private, loopback=private)
        self._signed: WebPush | None = None

    def send(self, notification: Notification) -> None:
        """See :class:`dispatch.messaging.adapters.Adapter`."""
        found = self._subscriptions(notification.address)
        message = json.dumps(
            {"id": notification.id, "title": notification.subject, "about": notification.about}, ensure_ascii=False
        )
        answers = [self._sent(one, message) for one in found]
        if any(answers):
            return
        if self._subscriptions(notification.address):
            raise NotReached("no push service took it; it is tried again")
        raise Undeliverable("no phone of theirs takes push messages any more")

    def _sent(self, to: _Subscribed, message: str) -> bool:
        """Whether one device's push service took the message; what that says about the subscription is kept."""
        try:
            check_push_endpoint(to.endpoint, private=self._settings.webhook_private_networks)
            pushed = self._push().get(message, WebPushSubscription.model_validate(_document(to)))
            headers = {**pushed.headers, "content-type": "application/octet-stream", "urgency": "high"}
            status = self._outward.post(to.endpoint, headers, pushed.encrypted)
        except (ForbiddenAddress, Invalid) as error:
            log.warning("nothing is pushed to %s any more: %s", to.device, type(error).__name__)
            self._forget(to)
            return False
        except FAILURES as error:
            log.warning("%s was not reached: %s", to.device, type(error).__name__)
            self._count_failure(to)
            return False
        if status in _GONE:
            self._forget(to)
        elif not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            log.warning("the push service of %s answered %d", to.device, status)
            self._count_failure(to)
        else:
            self._reached(to)
            return True
        return False

    def _push(self) -> WebPush:
        if self._signed is None:
            us = Vapid.of(self._store, self._settings)
            self._signed = WebPush(us.private, us.public, subscriber=us.contact, ttl=LASTS, expiration=_SIGNED_FOR)
        return self._signed

    def _subscriptions(self, technician: str) -> list[_Subscribed]:
        with self._store.reading() as uow:
            found = uow.session.scalars(select(Device).where(is_subscribed(technician)).order_by(Device.id))
            return [
                _Subscribed(one.id, one.push["endpoint"], one.push["keys"], one.push_failures)
                for one in found
                if one.push is not None
            ]

    def _forget(self, to: _Subscribed) -> None:
        with self._store.unit_of_work() as uow:
            device = uow.get(Device, to.device, lock=True)
            if device.push is not None and device.push["endpoint"] == to.endpoint:  # it may have subscribed anew
                device.push = None

    def _count_failure(self, to: _Subscribed) -> None:
        with self._store.unit_of_work() as uow:
            failed = uow.get(Device, to.device, lock=True).push_failures + 1
            _note_failures(uow, to, failed)
        if failed >= GIVEN_UP_AFTER:
            self._forget(to)

    def _reached(self, to: _Subscribed) -> None:
        if to.failures:
            with self._store.unit_of_work() as uow:
                _note_failures(uow, to, 0)


def check_subscription(endpoint: str, keys: Mapping[str, str], *, private: bool) -> None:
    """Raise :class:`Invalid` unless something could be pushed to a subscription as a browser describes it."""
    check_push_endpoint(endpoint, private=private)
    remedy = "send what PushSubscription.toJSON() gives"
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(keys["p256dh"], _POINT))
    except ValueError as error:
        raise _wrong("keys.p256dh", "it is no public key on P-256", remedy) from error
    try:
        _bytes(keys["auth"], _SECRET)
    except ValueError as error:
        raise _wrong("keys.auth", f"it is no secret of {_SECRET} bytes", remedy) from error


def _note_failures(uow: UnitOfWork, to: _Subscribed, failures: int) -> None:
    # Neither audited nor a new version: nobody decides it.
    noted = update(Device).where(Device.id == to.device).values(push_failures=failures)
    uow.session.execute(noted, execution_options={"unaudited": True, "synchronize_session": False})


def _document(to: _Subscribed) -> dict[str, Any]:
    return {"endpoint": to.endpoint, "keys": dict(to.keys)}


def _bytes(text: str, length: int) -> bytes:
    value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(value) != length:
        raise ValueError("it has another length")
    return value


def _wrong(place: str, problem: str, remedy: str) -> Invalid:
    error = {"place": f"body.{place}", "value": None, "problem": problem, "remedy": remedy}
    return Invalid(f"The subscription cannot be used: {problem}; {remedy}.", errors=[error])
