"""Webhooks: signed, tried again, and never sent where they must not go."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest
import standardwebhooks
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Invalid
from dispatch.domain.events import SignedIn
from dispatch.domain.roles import SYSTEM
from dispatch.messaging import webhooks as sending
from dispatch.messaging.addresses import ForbiddenAddress, check_url, reachable
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.webhooks import DELAYS, Sender
from dispatch.services.webhooks import ping, redeliver, register_webhook
from dispatch.store.engine import Store
from dispatch.store.tables import NotificationStatus, Webhook, WebhookDelivery
from tests.dispatch.messaging.outbox import changed, received, recorded
from tests.dispatch.messaging.receiver import Receiver, receiver
from tests.dispatch.world import World

HANDLERS = [Handler("webhooks", None, sending.react)]


@pytest.fixture
def integrator() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender(timeout=httpx2.Timeout(0.3))
    yield sender
    sender.close()


def registered(store: Store, url: str, **fields: object) -> tuple[str, str]:
    with store.unit_of_work() as uow:
        webhook = register_webhook(uow, name="ERP", url=url, **fields)  # type: ignore[arg-type]
        return webhook.id, webhook.secret


def deliveries(store: Store) -> list[WebhookDelivery]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.position)))


def test_a_receiver_can_verify_what_it_gets_with_the_secret(store: Store, integrator: Receiver, sender: Sender) -> None:
    _, secret = registered(store, integrator.url + "/hook", kinds=["JobReceived"])
    position = recorded(store, received(1, territory="north"), changed(2)) - 1
    run_handlers(store, HANDLERS)
    assert sender.deliver(store) == 1
    (request,) = integrator.requests
    assert request.path == "/hook"
    message = standardwebhooks.Webhook(secret).verify(request.body, request.headers)
    assert message["type"] == "JobReceived"
    assert message["data"]["position"] == position
    assert message["data"]["subject"] == {"kind": "job", "id": "job_1"}
    assert message["data"]["actor"] == SYSTEM.name
    (delivery,) = deliveries(store)
    assert delivery.status is NotificationStatus.SENT
    assert delivery.id == request.headers["webhook-id"]
    assert sender.deliver(store) == 0


@pytest.mark.parametrize("answer", [500, 302, None], ids=["error", "redirect", "timeout"])
def test_what_was_not_accepted_is_tried_again_under_the_same_id(
    store: Store, integrator: Receiver, sender: Sender, clock: FixedClock, answer: int | None
) -> None:
    registered(store, integrator.url, kinds=["JobReceived"])
    recorded(store, received(1))
    run_handlers(store, HANDLERS)
    integrator.answers = [answer]
    assert sender.deliver(store) == 0
    (delivery,) = deliveries(store)
    assert delivery.status is NotificationStatus.WAITING
    assert delivery.attempts == 1
    assert delivery.next_try is not None
    assert 0.8 * DELAYS[0] <= (delivery.next_try - clock.now()).total_seconds() <= 1.2 * DELAYS[0]
    assert delivery.response.startswith(str(answer) if answer else "no answer")
    assert sender.deliver(store) == 0, "it is not due yet"
    clock.advance(seconds=1.2 * DELAYS[0])
    assert sender.deliver(store) == 1
    assert len({request.headers["webhook-id"] for request in integrator.requests}) == 1
    assert [request.path for request in integrator.requests] == ["/", "/"], "a redirect is not followed"


def test_after_a_day_without_success_it_gives_up_and_switches_the_webhook_off(
    store: Store, integrator: Receiver, sender: Sender, clock: FixedClock
) -> None:
    webhook_id, _ = registered(store, integrator.url, kinds=["JobReceived"])
    recorded(store, received(1))
    run_handlers(store, HANDLERS)
    began = clock.now()
    integrator.answers = [500] * (len(DELAYS) + 1)
    while deliveries(store)[0].status is NotificationStatus.WAITING:
        sender.deliver(store)
        clock.advance(hours=5)
    assert len(integrator.requests) == len(DELAYS) + 1
    assert 20 * 3600 < sum(DELAYS) < 24 * 3600
    assert clock.now() > began
    with store.reading() as uow:
        webhook = uow.get(Webhook, webhook_id)
        assert not webhook.active
        assert "500" in webhook.disabled_because


def test_a_receiver_that_is_gone_is_switched_off_at_once(store: Store, integrator: Receiver, sender: Sender) -> None:
    webhook_id, _ = registered(store, integrator.url, kinds=["JobReceived"])
    recorded(store, received(1), received(2))
    run_handlers(store, HANDLERS)
    integrator.answers = [410]
    sender.deliver(store)
    assert len(integrator.requests) == 1
    with store.reading() as uow:
        assert not uow.get(Webhook, webhook_id).active
    assert sender.deliver(store) == 0


def test_messages_arrive_in_order_and_wait_behind_one_that_failed(
    store: Store, integrator: Receiver, sender: Sender, clock: FixedClock
) -> None:
    registered(store, integrator.url, kinds=["JobReceived"])
    recorded(store, received(1), received(2), received(3))
    run_handlers(store, HANDLERS)
    integrator.answers = [200, 503]
    assert sender.deliver(store) == 1
    assert [one.attempts for one in deliveries(store)] == [1, 1, 0]
    clock.advance(minutes=1)
    assert sender.deliver(store) == 2
    bodies = [json.loads(request.body)["data"]["subject"]["id"] for request in integrator.requests]
    assert bodies == ["job_1", "job_2", "job_2", "job_3"]


def test_a_test_message_is_sent_once(store: Store, integrator: Receiver, sender: Sender) -> None:
    webhook_id, secret = registered(store, integrator.url)
    integrator.answers = [500]
    for status in (NotificationStatus.FAILED, NotificationStatus.SENT):
        with store.unit_of_work() as uow:
            ping(uow, webhook_id)
        sender.deliver(store)
        (delivery,) = deliveries(store)
        assert (delivery.position, delivery.status) == (0, status)
    message = standardwebhooks.Webhook(secret).verify(integrator.requests[-1].body, integrator.requests[-1].headers)
    assert message["type"] == "Ping"


def test_a_message_can_be_sent_again(store: Store, integrator: Receiver, sender: Sender) -> None:
    webhook_id, _ = registered(store, integrator.url, kinds=["JobReceived"])
    recorded(store, received(1))
    run_handlers(store, HANDLERS)
    sender.deliver(store)
    with store.unit_of_work() as uow:
        redeliver(uow, webhook_id, deliveries(store)[0].id)
    assert sender.deliver(store) == 1
    assert integrator.requests[0].headers["webhook-id"] == integrator.requests[1].headers["webhook-id"]


def test_a_webhook_hears_no_more_than_who_made_it(store: Store, world: World, integrator: Receiver) -> None:
    north = world.territory()
    maker = world.user("administrator", territories=[north])
    webhook_id, _ = registered(store, integrator.url)
    with store.unit_of_work() as uow:
        uow.get(Webhook, webhook_id).created_by = maker
    south = world.territory()
    last = recorded(store, received(1, territory=north), received(2, territory=south), received(3))
    run_handlers(store, HANDLERS)
    heard = [one.position for one in deliveries(store)]
    assert heard[-2:] == [last - 2, last]
    assert last - 1 not in heard


def test_a_kind_that_is_confidential_is_told_to_administrators_only(
    store: Store, world: World, integrator: Receiver
) -> None:
    webhook_id, _ = registered(store, integrator.url, kinds=["SignedIn"])
    recorded(store, SignedIn(user="user_1", succeeded=False))
    maker = world.user("dispatcher")
    with store.unit_of_work() as uow:
        uow.get(Webhook, webhook_id).created_by = maker
    run_handlers(store, HANDLERS)
    assert deliveries(store) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://10.0.0.7/hook",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "ftp://example.org/",
        "https:///nowhere",
        "https://example.org:99999/",
        "nonsense",
    ],
)
def test_an_address_that_webhooks_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url, private=False)


@pytest.mark.parametrize(
    "url", ["https://example.org/hook", "http://127.0.0.1:9/x", "http://localhost/", "https://[::1]/"]
)
def test_public_addresses_and_this_machine_are_allowed(url: str) -> None:
    check_url(url, private=False)


def test_private_networks_can_be_allowed_but_never_link_local_addresses() -> None:
    check_url("http://10.0.0.7/hook", private=True)
    with pytest.raises(Invalid):
        check_url("http://169.254.169.254/", private=True)


def test_what_a_name_leads_to_is_judged_when_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("dispatch.messaging.addresses.socket.getaddrinfo", lambda *_, **__: places)
    with pytest.raises(ForbiddenAddress):
        reachable("rebinding.example.org", 443, private=False)
    assert reachable("rebinding.example.org", 443, private=True) == ["93.184.216.34", "10.0.0.7"]


def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    store: Store, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(store, "https://inside.example.org/", kinds=["JobReceived"])
    recorded(store, received(1))
    run_handlers(store, HANDLERS)
    places = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("dispatch.messaging.addresses.socket.getaddrinfo", lambda *_, **__: places)
    assert sender.deliver(store) == 0
    assert "may not go" in deliveries(store)[0].response
