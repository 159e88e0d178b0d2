"""Lists page by page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch.console.etags import check_match, etag
from dispatch.console.paging import Page, PageRequest, paged
from dispatch.domain.errors import Invalid, Stale
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, Job
from dispatch.store.tables.work import Priority
from tests.dispatch.console.conftest import Api
from tests.dispatch.world import World


def _request(cursor: str | None = None, limit: int = 2) -> PageRequest:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/things",
        "query_string": b"color=red",
        "headers": [(b"host", b"localhost")],
    }
    return PageRequest(limit, cursor, Request(scope))


def _cursor(page: Page[Any]) -> str | None:
    return page.next.partition("cursor=")[2] if page.next else None


def _walk(store: Store, query: Any, by: Any, shape: Any, limit: int = 2) -> list[Any]:
    found, cursor = [], None
    while True:
        with store.reading() as uow:
            page = paged(uow, query, _request(cursor, limit), by, shape)
        found += page.items
        cursor = _cursor(page)
        if cursor is None:
            return found


def test_pages_hold_every_row_once_in_order_also_where_values_repeat(store: Store, world: World) -> None:
    for name in ("b", "a", "b", "c", "a", "b", "a"):
        world.customer(name)
    rows = _walk(store, select(Customer), [Customer.name, Customer.id], lambda row: (row.name, row.id))
    assert [name for name, _ in rows] == ["a", "a", "a", "b", "b", "b", "c"]
    assert len(set(rows)) == 7


def test_orders_may_fall_and_rise_at_once_over_instants_and_enumerations(store: Store, world: World) -> None:
    start = world.now()
    for hour in (2, 1, 2, 3):
        world.job(received_at=start + dt.timedelta(hours=hour), priority=Priority.LOW if hour == 2 else Priority.HIGH)
    by = [Job.received_at.desc(), Job.priority, Job.id]
    rows = _walk(store, select(Job), by, lambda row: (row.received_at, row.id), limit=1)
    assert [(at - start).total_seconds() / 3600 for at, _ in rows] == [3, 2, 2, 1]
    assert rows[1][1] < rows[2][1]


def test_rows_of_several_columns_come_as_tuples(store: Store, world: World) -> None:
    world.customer("a")
    with store.reading() as uow:
        page = paged(uow, select(Customer.name, Customer.language), _request(), [Customer.id], tuple)
    assert page.items == [("a", "en")]
    assert page.next is None


def test_a_row_that_comes_in_between_is_neither_skipped_nor_repeated(store: Store, world: World) -> None:
    for name in ("a", "c", "e"):
        world.customer(name)
    by = [Customer.name, Customer.id]
    with store.reading() as uow:
        first = paged(uow, select(Customer), _request(), by, lambda row: row.name)
    world.customer("b")  # before the cursor
    world.customer("d")  # behind it
    with store.reading() as uow:
        second = paged(uow, select(Customer), _request(_cursor(first)), by, lambda row: row.name)
    assert (first.items, second.items) == (["a", "c"], ["d", "e"])


def test_the_next_link_keeps_the_filters(store: Store, world: World) -> None:
    for _ in range(3):
        world.customer()
    with store.reading() as uow:
        page = paged(uow, select(Customer), _request(), [Customer.id], lambda row: row.id)
    assert page.next is not None
    assert page.next.startswith("/api/v1/things?color=red&cursor=")


def test_a_next_link_can_be_followed_as_it_stands(api: Api) -> None:
    client = api("administrator")
    first = client.get("/users?limit=1").json()
    assert first["next"] is None
    api("agent")
    first = client.get("/users?limit=1").json()
    second = client.get(first["next"]).json()
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "WzFd", "WyJhIl0", "WyJhIiwgMV0", "W1tdLCB7fV0", "é", "=" * 9])
def test_a_cursor_of_something_else_is_refused(sqlite_store: Store, cursor: str) -> None:
    with sqlite_store.reading() as uow, pytest.raises(Invalid):
        paged(uow, select(Customer), _request(cursor), [Customer.name, Customer.id], str)


@given(st.text(max_size=60))
def test_no_text_that_somebody_sends_as_a_cursor_is_an_error_of_ours(text: str) -> None:
    from dispatch.console.paging import _values

    columns = [Job.received_at.expression, Job.priority.expression, Job.id.expression]
    with pytest.raises(Invalid):
        _values(columns, text)


def test_a_change_of_a_version_that_is_no_longer_there_is_refused(sqlite_store: Store) -> None:
    world = World(sqlite_store)
    customer = world.customer("a")
    with sqlite_store.unit_of_work() as uow:
        row = uow.get(Customer, customer)
        seen = etag(row)
        for good in (None, "*", seen, f"W/{seen}", f'"7", {seen}'):
            check_match(row, good)
        row.name = "b"
        assert etag(row) != seen
        with pytest.raises(Stale) as refused:
            check_match(row, seen)
    assert refused.value.facts["version"] == 2
