"""The stream of events and its history, as clients see them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from dispatch.console.app import create_app
from dispatch.console.routes import events as routes
from dispatch.console.routes.events import HEARTBEAT
from dispatch.domain.events import HandlerParked, SignedIn, VisitAssigned
from dispatch.domain.roles import Actor, Role
from dispatch.messaging.notify import notify
from dispatch.messaging.outside import audible, may_hear
from dispatch.messaging.stream import Listener, as_heard, stream_of
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import AccessToken, OutboxEntry, ParkedEvent
from tests.dispatch.console.conftest import Api, token_for
from tests.dispatch.console.live import following, served
from tests.dispatch.messaging.outbox import changed, eventually, received, recorded
from tests.dispatch.world import World


@pytest.fixture
def live(store: Store) -> Iterator[tuple[str, str]]:
    """A server on each kind of database in turn, and a dispatcher's token."""
    app = create_app(store, Settings(database_url="sqlite://"))
    token = token_for(store, World(store).user("dispatcher"))
    with served(app) as server:
        yield server, token
    eventually(lambda: not any(thread.name in ("stream", "wake") for thread in threading.enumerate()))


def test_what_happens_comes_as_it_happens(store: Store, live: tuple[str, str]) -> None:
    recorded(store, received(1))
    with following(*live) as follower:
        last = recorded(store, received(2), changed(3))
        eventually(lambda: follower.positions() == [last - 1, last])
        first = follower.messages[0]
        assert first.id == first.data["position"]
        assert first.data["kind"] == "JobReceived"
        assert first.data["subject"] == {"kind": "job", "id": "job_2"}
        assert first.data["actor"] == "Fieldwright"
        assert first.data["data"]["number"] == "J-2"


def test_who_comes_back_misses_nothing_and_hears_nothing_twice_while_more_happens(
    store: Store, live: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.messaging.stream.PAGE", 7)  # so that what was missed takes many pages
    recorded(store, *(changed(number) for number in range(30)))
    over = threading.Event()

    def go_on() -> None:
        number = 1000
        while not over.is_set():
            recorded(store, received(number))
            number += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    heard: list[int] = []
    try:
        for _ in range(4):
            wanted = len(heard) + 25
            with following(*live, last_event_id=heard[-1] if heard else 0) as follower:
                eventually(lambda: len(heard) + len(follower.positions()) >= wanted)  # noqa: B023
            heard += follower.positions()
    finally:
        over.set()
        writer.join()
    assert heard == list(range(1, len(heard) + 1))


def test_only_the_kinds_that_were_asked_for_come(store: Store, live: tuple[str, str]) -> None:
    recorded(store, received(1), changed(2), received(3))
    with following(*live, query="?after=0&kind=JobReceived") as follower:
        last = recorded(store, changed(4), received(5))
        eventually(lambda: follower.positions()[-1:] == [last])
        assert {message.data["kind"] for message in follower.messages} == {"JobReceived"}


def test_a_client_that_saw_what_is_not_there_is_told_to_begin_anew(store: Store, live: tuple[str, str]) -> None:
    recorded(store, *(received(number) for number in range(5)))
    with store.unit_of_work() as uow:
        uow.session.execute(delete(OutboxEntry).where(OutboxEntry.position <= 3))
    for seen in (10**6, 1):
        with following(*live, last_event_id=seen) as follower:
            eventually(lambda: follower.messages)
            assert follower.messages[0].event == "reset"
            last = recorded(store, received(9))
            eventually(lambda: follower.positions() == [last])  # noqa: B023


def test_territories_and_technicians_hear_what_concerns_them(store: Store, live: tuple[str, str]) -> None:
    server, _ = live
    world = World(store)
    north, south = world.territory(), world.territory()
    ana, bruno = world.technician(), world.technician()
    northern = token_for(store, world.user("dispatcher", territories=[north]))
    on_the_phone = token_for(store, world.user("technician", technician_id=ana))
    with following(server, northern) as dispatcher, following(server, on_the_phone) as technician:
        last = recorded(
            store,
            received(1, territory=north, technician=ana),
            received(2, territory=south, technician=bruno),
            VisitAssigned(visit="visit_3", job="job_3", technicians_before=(ana,), technicians_after=(bruno,)),
            SignedIn(user="user_1", succeeded=False),
            received(4),
            received(5, territory=north, technician=ana),
        )
        eventually(lambda: dispatcher.positions()[-1:] == [last])
        eventually(lambda: technician.positions()[-1:] == [last])
        assert [one.data["subject"]["id"] for one in dispatcher.messages] == ["job_1", "visit_3", "job_4", "job_5"]
        assert [one.data["subject"]["id"] for one in technician.messages] == ["job_1", "visit_3", "job_5"]


def test_the_stream_ends_when_the_token_is_revoked(
    store: Store, live: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.05)
    with following(*live) as follower:
        with store.unit_of_work() as uow:
            uow.session.execute(delete(AccessToken))
        assert follower.ended.wait(30)
        assert follower.messages[-1].event == "ended"


def test_a_quiet_listener_is_told_how_far_it_is_so_that_it_need_not_read_that_again(
    store: Store, live: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.05)
    with following(*live, query="?kind=JobReceived") as follower:
        last = recorded(store, changed(1), changed(2))
        eventually(lambda: follower.last_id == last)
        assert follower.messages == []


def test_who_begins_to_listen_while_something_else_happens_is_told_how_far_it_is(
    store: Store, live: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, positions = stream_of(store), []
    add = stream.add

    def late(listener: Listener) -> int:
        positions.append(recorded(store, changed(1), changed(2)))
        return add(listener)

    monkeypatch.setattr(stream, "add", late)
    with following(*live, query="?kind=JobReceived") as follower:
        eventually(lambda: positions and follower.last_id == positions[0])
        assert follower.messages == []


def test_the_server_ends_although_somebody_listens(store: Store) -> None:
    token = token_for(store, World(store).user("dispatcher"))
    with served(create_app(store, Settings(database_url="sqlite://"))) as server, following(server, token) as follower:
        pass
    assert follower.ended.wait(30)


def test_who_listens_is_let_go_when_the_server_stops(store: Store, live: tuple[str, str]) -> None:
    with following(*live) as follower:
        stream_of(store).close()
        assert follower.ended.wait(HEARTBEAT / 2)
    with following(*live) as late:
        assert late.ended.wait(HEARTBEAT / 2)


def test_one_that_takes_too_slowly_is_cut_off(sqlite_store: Store) -> None:
    async def listen() -> tuple[bool, int]:
        recorded(sqlite_store, *(received(number) for number in range(6)))
        stream = stream_of(sqlite_store)
        entries, _ = stream.page(0, None, frozenset())
        listener = Listener(Actor("u", "U", Role.DISPATCHER), frozenset(), limit=4)
        handed = [(entry, as_heard(entry)) for entry in entries]
        listener.hand(handed[:4])
        assert not listener.cut_off
        listener.hand(handed[4:])
        taken, _ = await listener.take(1)
        return listener.cut_off, len(taken)

    assert asyncio.run(listen()) == (True, 0)


def test_a_stream_can_be_asked_to_end(api: Api) -> None:
    response = api("dispatcher").get("events?seconds=0")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "listening" in response.text


@pytest.mark.parametrize("query", ["after=-1", "after=x", "seconds=-1", f"after={1 << 63}"])
def test_a_place_that_makes_no_sense_is_refused(api: Api, query: str) -> None:
    assert api("dispatcher").get(f"events?{query}").status_code == 422
    assert api("dispatcher").get("events", headers={"Last-Event-ID": "x"}).status_code == 422


def test_nobody_hears_without_signing_in(api: Api) -> None:
    assert api(None).get("events").status_code == 401
    assert api(None).get("events/history").status_code == 401


# History -------------------------------------------------------------------------------------------------------------


def test_the_history_is_read_page_by_page_from_either_end(api: Api, sqlite_store: Store) -> None:
    last = recorded(sqlite_store, *(received(number) for number in range(5)))
    client = api("dispatcher")
    page: dict[str, Any] = client.get("events/history?kind=JobReceived&limit=2").json()
    seen = [one["position"] for one in page["items"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += [one["position"] for one in page["items"]]
    assert seen == list(range(last, last - 5, -1))
    after = client.get(f"events/history?after={last - 2}").json()["items"]
    assert [one["position"] for one in after] == [last - 1, last]
    about = client.get("events/history?subject=job_3").json()["items"]
    assert [one["subject"]["id"] for one in about] == ["job_3"]


def test_who_may_hear_is_the_same_in_the_stream_and_in_the_history(store: Store) -> None:
    recorded(
        store,
        received(1),
        received(2, territory="north"),
        received(3, territory="south", technician="ana"),
        VisitAssigned(visit="v", job="j", territory="south", technicians_after=("ana", "bruno")),
        VisitAssigned(visit="v", job="j", territory="north", technicians_after=("anabel",)),
        SignedIn(user="ana", succeeded=True, technician="ana"),
        HandlerParked(handler="notices", position=1, because="RuntimeError"),
    )
    people = [
        Actor("u", "U", role, frozenset(territories), technician)
        for role in Role
        for territories in ((), ("north",), ("south", "east"))
        for technician in (None, "ana", "bruno")
    ]
    with store.reading() as uow:
        entries = uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()
        for actor in people:
            selected = select(OutboxEntry.id).where(audible(actor))
            heard = {entry.id for entry in entries if may_hear(actor, entry)}
            assert heard == set(uow.session.scalars(selected)), actor


# Parked events -------------------------------------------------------------------------------------------------------


def test_an_administrator_sees_parked_events_and_has_them_tried_again_or_given_up(
    api: Api, sqlite_store: Store
) -> None:
    position = recorded(sqlite_store, received(1), received(2))
    with sqlite_store.unit_of_work() as uow:
        for at in (position - 1, position):
            uow.session.add(ParkedEvent(handler="notices", position=at, because="RuntimeError: it broke", at=uow.now))
    administrator = api("administrator")
    first, second = administrator.get("events/parked").json()["items"]
    assert (first["handler"], first["event"]["subject"]["id"]) == ("notices", "job_1")
    retried = administrator.post(f"events/parked/notices/{first['position']}/retry")
    assert retried.status_code == 202
    assert retried.json()["retry_at"] is not None
    assert administrator.delete(f"events/parked/notices/{second['position']}").status_code == 204
    (left,) = administrator.get("events/parked").json()["items"]
    assert left["position"] == first["position"]
    assert administrator.post("events/parked/notices/999/retry").status_code == 404
    assert api("manager").get("events/parked").status_code == 403


# Webhooks, notifications, status -------------------------------------------------------------------------------------


def test_a_webhook_is_registered_changed_tested_and_removed(api: Api) -> None:
    client = api("administrator")
    made = client.post("webhooks", json={"name": "ERP", "url": "https://example.org/hook", "kinds": ["JobReceived"]})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    path = f"webhooks/{made.json()['webhook']['id']}"
    read = client.get(path)
    assert "secret" not in read.text
    changed_to = client.patch(path, json={"active": False}, headers={"If-Match": read.headers["etag"]})
    assert changed_to.json()["active"] is False
    assert client.patch(path, json={"name": "x"}, headers={"If-Match": read.headers["etag"]}).status_code == 412
    assert client.post(f"{path}/ping").status_code == 409
    client.patch(path, json={"active": True})
    ping = client.post(f"{path}/ping")
    assert ping.status_code == 202
    (delivery,) = client.get(f"{path}/deliveries").json()["items"]
    assert delivery["id"] == ping.json()["id"]
    assert client.post(f"{path}/deliveries/{delivery['id']}/redeliver").status_code == 202
    assert client.post(f"{path}/secret").json()["secret"] != made.json()["secret"]
    assert [one["name"] for one in client.get("webhooks").json()["items"]] == ["ERP"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "x", "url": "https://10.0.0.7/"},
        {"name": "x", "url": "http://example.org/"},
        {"name": "x", "url": "https://example.org/", "kinds": ["Nonsense"]},
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused(api: Api, wanted: dict[str, Any]) -> None:
    refused = api("administrator").post("webhooks", json=wanted)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["place"] in ("body.url", "body.kinds")


def test_only_administrators_manage_webhooks_and_see_the_status(api: Api) -> None:
    for role in ("manager", "planner", "dispatcher", "agent"):
        client = api(role)
        assert client.get("webhooks").status_code == 403
        assert client.get("status").status_code == 403


def test_people_see_their_own_notifications_and_managers_everybodys(api: Api, sqlite_store: Store) -> None:
    dispatcher, manager = api("dispatcher"), api("manager")
    with sqlite_store.unit_of_work() as uow:
        notify(uow, f"user:{dispatcher.user}", "for the dispatcher", "b", about="job:job_1")
        notify(uow, f"user:{manager.user}", "for the manager", "b")

    def subjects(client: Any, query: str = "") -> list[str]:
        return sorted(one["subject"] for one in client.get(f"notifications{query}").json()["items"])

    assert subjects(dispatcher) == ["for the dispatcher"]
    assert subjects(manager) == ["for the manager"]
    assert subjects(manager, "?everybodys=true") == ["for the dispatcher", "for the manager"]
    assert subjects(manager, "?everybodys=true&about=job:job_1") == ["for the dispatcher"]
    assert dispatcher.get("notifications?everybodys=true").status_code == 403
    job, visit = World(sqlite_store).job(number="T-77")
    ana = World(sqlite_store).technician("Ana")
    with sqlite_store.unit_of_work() as uow:
        notify(uow, f"technician:{ana}", "for Ana", "b", about=f"visit:{visit}")
        notify(uow, f"technician:{ana}", "for Ana too", "b", about=f"job:{job}")
    told = manager.get("notifications?everybodys=true").json()["items"]
    assert {(one["recipient_name"], one["about_name"]) for one in told if "Ana" in one["subject"]} == {("Ana", "T-77")}
    assert {one["about_name"] for one in told if "Ana" not in one["subject"]} == {None}
    (own,) = dispatcher.get("notifications").json()["items"]
    assert dispatcher.post(f"notifications/{own['id']}/retry").status_code == 403
    assert api("administrator").post(f"notifications/{own['id']}/retry").json()["attempts"] == 0


def test_the_status_says_how_far_everything_is(api: Api, sqlite_store: Store) -> None:
    client = api("administrator")
    position = recorded(sqlite_store, received(1))
    shown = client.get("status").json()
    assert shown["position"] == position
    assert shown["leader"] is None
    waiting = {one["name"]: one["waiting"] for one in shown["handlers"]}
    assert waiting["webhooks"] == position
    assert shown["queues"]["notifications"] == 0


def test_whoever_starts_the_program_can_ask_whether_it_is_alive_and_ready(api: Api, sqlite_store: Store) -> None:
    client = api(None)
    client.base_url = client.base_url.copy_with(path="/")
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").text == "ok"
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    assert client.get("/readyz").status_code == 503
