"""Requests that come twice take effect once, and get the same answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from dispatch.access.retention import forget_answers
from dispatch.console.app import PREFIX, create_app
from dispatch.console.deps import Uow
from dispatch.console.routing import Router
from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import NotFound
from dispatch.domain.ids import new_id
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, IdempotencyKey, Site
from tests.dispatch.console.conftest import BASE, Client, token_for
from tests.dispatch.world import World

KEY = {"Idempotency-Key": "once-and-only-once"}


class Wanted(BaseModel):
    name: str
    refuse: bool = False


class Made(BaseModel):
    id: str
    name: str


router = Router(prefix="/things")


@router.post("", status_code=201)
def make(response: Response, uow: Uow, wanted: Wanted) -> Made:
    customer = Customer(id=new_id("customer"), name=wanted.name)
    uow.session.add(customer)
    if wanted.refuse:
        raise NotFound("Refused after the change.")
    response.headers["Location"] = f"/things/{customer.id}"
    return Made(id=customer.id, name=customer.name)


@router.post("/secret")
def make_secret(response: Response, uow: Uow) -> Made:
    uow.session.add(Customer(id=new_id("customer"), name="secret"))
    response.headers["Cache-Control"] = "no-store"
    return Made(id="x", name="secret")


@router.post("/dangling")
def make_dangling(uow: Uow) -> Made:
    """SQLite can be asked to look at references only when the transaction commits."""
    uow.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    uow.session.add(Site(id=new_id("site"), customer_id="nobody", address="", lat=0, lon=0))
    return Made(id="", name="")


@pytest.fixture
def thing_app(store: Store) -> FastAPI:
    app = create_app(store, Settings(database_url="sqlite://"))
    app.include_router(router, prefix=PREFIX)
    return app


@pytest.fixture
def client(thing_app: FastAPI, store: Store) -> Iterator[Client]:
    user = World(store).user("dispatcher")
    with Client(thing_app, base_url=BASE, headers={"Authorization": f"Bearer {token_for(store, user)}"}) as client:
        yield client


def _customers(store: Store) -> int:
    with store.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(Customer)) or 0


def test_a_repeat_gets_the_first_answer_and_changes_nothing(client: Client, store: Store) -> None:
    first = client.post("/things", json={"name": "a"}, headers=KEY)
    again = client.post("/things", json={"name": "a"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert _customers(store) == 1


def test_without_a_key_each_request_takes_effect(client: Client, store: Store) -> None:
    for _ in range(2):
        assert client.post("/things", json={"name": "a"}).status_code == 201
    assert _customers(store) == 2


def test_the_same_key_for_another_request_is_refused(client: Client, store: Store) -> None:
    client.post("/things", json={"name": "a"}, headers=KEY)
    other = client.post("/things", json={"name": "b"}, headers=KEY)
    assert other.status_code == 422
    assert other.json()["errors"][0]["place"] == "Idempotency-Key"
    assert _customers(store) == 1


def test_a_refusal_is_not_remembered(client: Client, store: Store) -> None:
    assert client.post("/things", json={"name": "a", "refuse": True}, headers=KEY).status_code == 404
    assert _customers(store) == 0
    assert client.post("/things", json={"name": "a"}, headers=KEY).status_code == 201


def test_keys_of_different_users_have_nothing_to_do_with_each_other(client: Client, store: Store) -> None:
    first = client.post("/things", json={"name": "a"}, headers=KEY).json()
    other = f"Bearer {token_for(store, World(store).user('agent', email='other@example.org'))}"
    second = client.post("/things", json={"name": "a"}, headers={**KEY, "Authorization": other}).json()
    assert first["id"] != second["id"]


def test_many_at_once_with_one_key_take_effect_once(client: Client, store: Store) -> None:
    together = threading.Barrier(8)

    def send(_: int) -> tuple[int, bytes]:
        together.wait()
        answer = client.post("/things", json={"name": "a"}, headers=KEY)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))
    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    assert _customers(store) == 1


def test_a_secret_in_an_answer_is_not_kept(client: Client, store: Store) -> None:
    assert client.post("/things/secret", headers=KEY).status_code == 200
    again = client.post("/things/secret", headers=KEY)
    assert again.status_code == 409
    assert again.json()["type"].endswith(":shown-once")
    with store.reading() as uow:
        assert "secret" not in str(uow.session.scalars(select(IdempotencyKey)).one().body)


def test_a_commit_that_fails_is_never_answered_with_success(client: Client, store: Store) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the disk is full")

    event.listen(Session, "before_commit", fail)
    try:
        with_key = client.post("/things", json={"name": "a"}, headers=KEY)
        without = client.post("/things", json={"name": "a"})
    finally:
        event.remove(Session, "before_commit", fail)
    assert (with_key.status_code, without.status_code) == (500, 500)
    assert "disk" not in with_key.text + without.text
    assert _customers(store) == 0
    assert client.post("/things", json={"name": "a"}, headers=KEY).status_code == 201


def test_what_the_database_refuses_at_commit_is_refused(sqlite_store: Store) -> None:
    app = create_app(sqlite_store, Settings(database_url="sqlite://"))
    app.include_router(router, prefix=PREFIX)
    headers = {"Authorization": f"Bearer {token_for(sqlite_store, World(sqlite_store).user('dispatcher'))}"}
    client = Client(app, base_url=BASE, headers=headers)
    for headers in ({}, KEY):
        assert client.post("/things/dangling", headers=headers).status_code == 409
    assert client.post("/things", json={"name": "a"}).status_code == 201
    assert _customers(sqlite_store) == 1


def test_an_answer_is_forgotten_after_two_days(client: Client, store: Store, clock: FixedClock) -> None:
    client.post("/things", json={"name": "a"}, headers=KEY)
    clock.advance(days=2, seconds=1)
    with store.unit_of_work() as uow:
        assert forget_answers(uow) == 1
    assert client.post("/things", json={"name": "a"}, headers=KEY).status_code == 201
    assert _customers(store) == 2


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space in it"])
def test_a_key_has_a_form(client: Client, key: str) -> None:
    assert client.post("/things", json={"name": "a"}, headers={"Idempotency-Key": key}).status_code == 422
