"""Waking phones: what goes out is for one phone's eyes, goes nowhere it should not, and says little."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr
from sqlalchemy import select

from dispatch.access.retention import forget
from dispatch.domain.clock import FixedClock
from dispatch.domain.events import VisitAssigned
from dispatch.jobs import JOBS
from dispatch.messaging import notices
from dispatch.messaging.adapters import LogAdapter
from dispatch.messaging.notify import deliver, notify
from dispatch.messaging.outward import Outward
from dispatch.messaging.pushing import GIVEN_UP_AFTER, LASTS, WebPushAdapter
from dispatch.messaging.recipients import DEVICE, LOG, recipients
from dispatch.messaging.vapid import Vapid
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import AuditEntry, Device, Notification, NotificationStatus, OutboxEntry
from dispatch.travel.provider import EstimatedTravel
from dispatch.worker import Worker
from tests.dispatch.messaging.outbox import eventually
from tests.dispatch.messaging.receiver import Received, Receiver, receiver
from tests.dispatch.worker.test_worker import NoRuns, running
from tests.mobile_api.carrying import Depot, Phone

AT_HOME = Settings(database_url="sqlite://", webhook_private_networks=True, public_url="https://dispatch.example.org")
"""Push services on loopback are for tests only."""


@dataclass
class Browser:
    """What a browser keeps of a subscription: the key and the secret with which only it reads messages (RFC 8291)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen octets!!"

    def subscription(self, endpoint: str) -> dict[str, Any]:
        """As ``PushSubscription.toJSON()`` gives it."""
        keys = {"p256dh": text(point(self.key.public_key())), "auth": text(self.secret)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt a message as RFC 8291, section 3.4, and RFC 8188, section 2, describe it."""
        salt, size, length = body[:16], *struct.unpack("!LB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert size >= len(sealed)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\0" + point(self.key.public_key()) + sender
        material = expanded(digest(self.secret, shared), info, 32)
        secret = digest(salt, material)
        opened = AESGCM(expanded(secret, b"Content-Encoding: aes128gcm\0", 16)).decrypt(
            expanded(secret, b"Content-Encoding: nonce\0", 12), sealed, None
        )
        content, delimiter = opened.rstrip(b"\0")[:-1], opened.rstrip(b"\0")[-1:]
        assert delimiter == b"\x02"
        return dict(json.loads(content))


def digest(key: bytes, message: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(message)
    return made.finalize()


def expanded(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869) for one block."""
    return digest(key, info + b"\x01")[:length]


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.fixture
def service() -> Iterator[Receiver]:
    """A push service on loopback; it answers 201, as they do."""
    with receiver() as told:
        yield told


@pytest.fixture
def home(store: Store, wall: FixedClock) -> Iterator[Depot]:
    """Hands out phones where push services may be on loopback; on each kind of database."""
    depot = Depot(store, wall, AT_HOME)
    yield depot
    depot.close()


def subscribed(phone: Phone, service: Receiver, name: str = "phone") -> Browser:
    browser = Browser()
    answer = phone.put("/push", json=browser.subscription(f"{service.url}/{name}"))
    assert answer.status_code == 204, answer.text
    return browser


def told(depot: Depot, phone: Phone, subject: str = "T-1: a visit for you") -> Notification:
    """Let the technician of a phone be told something."""
    with depot.store.unit_of_work() as uow:
        (row,) = notify(uow, f"technician:{phone.technician}", subject, "Only by e-mail", about="visit:visit_1")
        return row


def sent(depot: Depot) -> int:
    return deliver(depot.store, {DEVICE: WebPushAdapter(depot.store, depot.settings), LOG: LogAdapter()})


def now_of(depot: Depot, row: Notification) -> Notification:
    with depot.store.reading() as uow:
        return uow.get(Notification, row.id)


def push_of(depot: Depot, phone: Phone) -> Any:
    with depot.store.reading() as uow:
        return uow.get(Device, phone.device).push


def test_a_subscribed_phone_gets_what_only_it_can_read(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    browser = subscribed(phone, service)
    row = told(home, phone)
    assert row.channel == DEVICE
    assert sent(home) == 1
    (request,) = service.requests
    assert browser.read(request.body) == {"id": row.id, "title": "T-1: a visit for you", "about": "visit:visit_1"}
    assert request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["ttl"] == str(LASTS)
    assert request.headers["urgency"] == "high"
    assert b"visit" not in request.body
    assert now_of(home, row).status is NotificationStatus.SENT


def test_it_is_signed_with_the_key_that_the_phone_subscribed_for(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    key = phone.get("/push/key").json()["key"]
    subscribed(phone, service)
    told(home, phone)
    sent(home)
    claims = signed_claims(service.requests[0], key)
    assert claims["aud"] == "http://127.0.0.1"
    assert claims["sub"] == "mailto:postmaster@dispatch.example.org"
    assert key == home.phone().get("/push/key").json()["key"]


def signed_claims(request: Received, key: str) -> dict[str, Any]:
    scheme, _, parts = request.headers["authorization"].partition(" ")
    said = dict(part.strip().split("=", 1) for part in parts.split(","))
    assert (scheme, said["k"]) == ("vapid", key)
    numbers = base64.urlsafe_b64decode(key + "=")
    jwk = {"kty": "EC", "crv": "P-256", "x": text(numbers[1:33]), "y": text(numbers[33:])}
    return dict(jwt.decode(said["t"], ECKey.import_key(jwk), algorithms=["ES256"]).claims)


def test_a_technician_is_told_on_the_phone_of_what_concerns_their_day(home: Depot, service: Receiver) -> None:
    phone = home.phone(language="zh")
    browser = subscribed(phone, service)
    visit = phone.visits[0]
    event = VisitAssigned(
        visit=visit, job="job_1", technicians_after=(phone.technician,), start_after="2026-11-23T15:00:00Z"
    )
    with home.store.unit_of_work() as uow:
        notices.react(uow, event, OutboxEntry())
    assert sent(home) == 1
    heard = browser.read(service.requests[0].body)
    assert heard["about"] == f"visit:{visit}"
    assert "您有新的上门任务" in heard["title"]
    # Neither the customer nor the address leaves by push.
    assert set(heard) == {"id", "title", "about"}
    assert "Calle" not in json.dumps(heard, ensure_ascii=False)


def test_without_a_subscription_somebody_is_told_as_before(home: Depot) -> None:
    phone = home.phone()
    with home.store.reading() as uow:
        (before,) = recipients(uow, f"technician:{phone.technician}")
    assert DEVICE not in before.addresses
    assert told(home, phone).channel == "push"


def test_the_worker_wakes_phones(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    browser = subscribed(phone, service)
    row = told(home, phone)
    delivering = tuple(job for job in JOBS if job.name == "notifications")
    with running(Worker(home.store, AT_HOME, EstimatedTravel(), jobs=delivering, runs=NoRuns())):  # type: ignore[arg-type]
        eventually(lambda: now_of(home, row).status is NotificationStatus.SENT)
    assert browser.read(service.requests[0].body)["id"] == row.id


def test_every_phone_of_a_technician_is_woken_and_one_that_answers_is_enough(home: Depot, service: Receiver) -> None:
    whose = home.technician()
    first, second = home.phone(whose), home.phone(whose)
    browsers = {"/first": subscribed(first, service, "first"), "/second": subscribed(second, service, "second")}
    service.answers = [500]
    row = told(home, first)
    assert sent(home) == 1
    assert {request.path for request in service.requests} == set(browsers)
    for request in service.requests:
        assert browsers[request.path].read(request.body)["id"] == row.id
    assert now_of(home, row).status is NotificationStatus.SENT


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_the_service_no_longer_knows_is_forgotten(
    home: Depot, service: Receiver, status: int
) -> None:
    phone = home.phone()
    subscribed(phone, service)
    service.answers = [status]
    row = told(home, phone)
    assert sent(home) == 0
    assert push_of(home, phone) is None
    assert now_of(home, row).status is NotificationStatus.FAILED
    assert told(home, phone).channel == "push"


@pytest.mark.parametrize("status", [429, 500, 403, 302])
def test_a_service_that_does_not_take_it_now_is_asked_again(
    home: Depot, service: Receiver, clock: FixedClock, status: int
) -> None:
    phone = home.phone()
    subscribed(phone, service)
    service.answers = [status]
    row = told(home, phone)
    assert sent(home) == 0
    assert now_of(home, row).status is NotificationStatus.WAITING
    assert sent(home) == 0  # not at once
    clock.advance(minutes=1)
    assert sent(home) == 1
    assert now_of(home, row).status is NotificationStatus.SENT
    assert push_of(home, phone) is not None
    with home.store.reading() as uow:
        assert uow.get(Device, phone.device).push_failures == 0


def test_a_phone_that_was_not_reached_many_times_must_subscribe_again(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    subscribed(phone, service)
    service.answers = [500] * GIVEN_UP_AFTER
    version = _device(home, phone).version
    for left in reversed(range(GIVEN_UP_AFTER)):
        assert push_of(home, phone) is not None
        told(home, phone)
        sent(home)
        if left:
            assert _device(home, phone).version == version
    assert push_of(home, phone) is None


def _device(depot: Depot, phone: Phone) -> Device:
    with depot.store.reading() as uow:
        return uow.get(Device, phone.device)


def test_nobody_listening_is_a_failure_and_not_the_end(home: Depot) -> None:
    with receiver() as gone:
        phone = home.phone()
        subscribed(phone, gone)
    row = told(home, phone)
    assert sent(home) == 0
    assert now_of(home, row).status is NotificationStatus.WAITING
    assert push_of(home, phone) is not None


def test_a_phone_that_signed_out_unsubscribed_or_was_revoked_is_not_woken(home: Depot, service: Receiver) -> None:
    office = home.office()

    def revoke(one: Phone) -> None:
        assert office.post(f"devices/{one.device}/revoke", json={"because": "lost"}).status_code == 200

    for ending in (lambda one: one.delete("/device"), lambda one: one.delete("/push"), revoke):
        phone = home.phone()
        subscribed(phone, service)
        ending(phone)
        assert push_of(home, phone) is None
        assert told(home, phone).channel != DEVICE
    sent(home)
    assert service.requests == []


def test_nothing_is_pushed_to_a_phone_whose_sign_in_has_ended(home: Depot, service: Receiver) -> None:
    stays = home.phone()
    subscribed(stays, service)
    home.wall.advance(days=20)
    later = home.phone()
    subscribed(later, service)
    home.wall.advance(days=15)
    with home.store.unit_of_work() as uow:
        forget(uow, home.wall.now(), home.settings)
    assert push_of(home, stays) is None
    assert push_of(home, later) is not None


def test_a_phone_that_signs_in_again_stays_subscribed(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    subscribed(phone, service)
    assert home.sign_in(phone.user, phone.key, phone.device).status_code == 200
    assert push_of(home, phone) is not None


def test_a_subscription_that_came_meanwhile_is_not_forgotten(
    home: Depot, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = home.phone()
    subscribed(phone, service, "old")
    service.answers = [410]
    posted = Outward.post

    def post(outward: Outward, *asked: Any) -> int:
        status = posted(outward, *asked)
        subscribed(phone, service, "new")
        return status

    monkeypatch.setattr(Outward, "post", post)
    row = told(home, phone)
    assert sent(home) == 0
    assert push_of(home, phone)["endpoint"].endswith("/new")
    assert now_of(home, row).status is NotificationStatus.WAITING


WHERE_NOT = {
    "http": "http://push.example.org/x",
    "this machine": "https://127.0.0.1/x",
    "this machine by name": "https://localhost/x",
    "this machine in IPv6": "https://[::1]/x",
    "a private network": "https://10.0.0.7/x",
    "link-local": "https://169.254.169.254/latest",
    "with a password": "https://user:word@push.example.org/x",
    "a file": "file:///etc/passwd",
    "nothing": "not a url",
}


@pytest.mark.parametrize("where", sorted(WHERE_NOT))
def test_a_phone_cannot_make_this_server_send_anywhere(depot: Depot, phone: Phone, where: str) -> None:
    answer = phone.put("/push", json=Browser().subscription(WHERE_NOT[where]))
    assert answer.status_code == 422, where
    assert push_of(depot, phone) is None


def test_a_public_name_that_leads_inside_is_not_connected_to(
    depot: Depot, phone: Phone, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert phone.put("/push", json=Browser().subscription("https://push.example.org/x")).status_code == 204
    port = int(service.url.rpartition(":")[2])
    for inside in ("127.0.0.1", "10.0.0.7", "::1"):
        places = [(2, 1, 6, "", (inside, port))]
        monkeypatch.setattr("dispatch.messaging.addresses.socket.getaddrinfo", lambda *_, at=places, **__: at)
        subscribe_again = phone.put("/push", json=Browser().subscription("https://push.example.org/x"))
        assert subscribe_again.status_code == 204
        row = told(depot, phone)
        assert sent(depot) == 0
        assert now_of(depot, row).status is NotificationStatus.FAILED
        assert push_of(depot, phone) is None
    assert service.requests == []


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "AAAA", "auth": text(b"sixteen octets!!")},
        {"p256dh": text(b"\x04" + b"\0" * 64), "auth": text(b"sixteen octets!!")},
        {"p256dh": text(point(Browser().key.public_key())), "auth": text(b"short")},
        {"p256dh": text(point(Browser().key.public_key())), "auth": "not base 64 !!!!!!!!!"},
        {"p256dh": text(point(Browser().key.public_key()))},
        {},
    ],
)
def test_a_subscription_without_keys_that_fit_is_refused(depot: Depot, phone: Phone, keys: dict[str, str]) -> None:
    answer = phone.put("/push", json={"endpoint": "https://push.example.org/x", "keys": keys})
    assert answer.status_code == 422
    assert push_of(depot, phone) is None


def test_the_audit_trail_does_not_show_where_a_phone_is_reached(home: Depot, service: Receiver) -> None:
    phone = home.phone()
    subscribed(phone, service)
    with home.store.reading() as uow:
        entries = list(uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == phone.device)))
    assert entries[-1].changes["push"] == [None, "•••"]
    assert service.url not in json.dumps([one.changes for one in entries])


def test_the_log_says_neither_address_nor_content(
    home: Depot, service: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    phone = home.phone()
    subscribed(phone, service)
    service.answers = [500]
    told(home, phone, "T-1: secret")
    sent(home)
    assert "answered 500" in caplog.text
    assert service.url not in caplog.text
    assert "secret" not in caplog.text


def test_the_environment_may_bring_the_key(sqlite_store: Store) -> None:
    number = hashlib.sha256(b"a key of the tests").digest()
    given = Settings(
        database_url="sqlite://", vapid_private_key=SecretStr(text(number)), vapid_contact="it@example.org"
    )
    us = Vapid.of(sqlite_store, given)
    expected = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1()).public_key()
    assert us.application_server_key == text(point(expected))
    assert us.contact == "it@example.org"
    assert (
        Vapid.of(sqlite_store, Settings(database_url="sqlite://")).application_server_key != us.application_server_key
    )


@pytest.mark.parametrize("key", ["", "short", "!" * 43, "A" * 44, "A" * 43])
def test_a_key_that_is_none_is_named(sqlite_store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="FIELDWRIGHT_VAPID_PRIVATE_KEY"):
        Vapid.of(sqlite_store, Settings(database_url="sqlite://", vapid_private_key=SecretStr(key)))
