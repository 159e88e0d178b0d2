"""Answers are compressed for whoever is away and can read that; never the stream, never tiles."""

from __future__ import annotations

import pytest

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import BASE, Api, Client
from tests.dispatch.world import World


def test_a_long_answer_is_compressed_and_is_the_same(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    for _ in range(20):
        world.customer()
    client = api("dispatcher")
    answer = client.get("customers", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    plain = client.get("customers", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()
    assert int(answer.headers["content-length"]) < len(plain.content) / 3


def test_a_short_answer_is_not(api: Api) -> None:
    assert "content-encoding" not in api("dispatcher").get("session", headers={"Accept-Encoding": "gzip"}).headers


def test_who_has_this_version_of_a_compressed_answer_gets_nothing_again(api: Api, sqlite_store: Store) -> None:
    client = api("dispatcher")
    site = World(sqlite_store).site(access_notes="Ring twice. " * 200)
    answer = client.get(f"sites/{site}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    changed = client.patch(f"sites/{site}", json={"name": "Mill"}, headers={"If-Match": answer.headers["etag"]})
    assert changed.status_code == 200
    today = client.get("plans/today", headers={"Accept-Encoding": "gzip"})
    again = client.get("plans/today", headers={"Accept-Encoding": "gzip", "If-None-Match": today.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_on_this_machine_nothing_is_compressed(sqlite_store: Store, address: str) -> None:
    app = create_app(sqlite_store, Settings())
    with Client(app, base_url=BASE, client=(address, 50000)) as client:
        assert "content-encoding" not in client.get("/openapi.json", headers={"Accept-Encoding": "gzip"}).headers
    with Client(app, base_url=BASE, client=("192.0.2.7", 50000)) as client:
        assert client.get("/openapi.json", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
