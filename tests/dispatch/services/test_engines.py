"""How the travel engines fare is kept for everybody, and told when it changes; once, and only when it is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Actor, Role
from dispatch.services.engines import NUMBERS_EVERY, differ, engines_now, estimated_share, keep
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry
from dispatch.travel.health import EngineHealth

MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
NOON = MORNING + dt.timedelta(hours=4)
UP = EngineHealth("osrm", "up", MORNING, answered_at=MORNING)
DOWN = replace(UP, state="down", since=NOON, failures=3, last_error="nobody answers")
BACK = replace(UP, since=NOON, answered_at=NOON)
NOT_ASKED = EngineHealth("osrm", "up", NOON)
ESTIMATE = EngineHealth("estimate", "up", MORNING, kind="estimate")


def _kept(store: Store, *health: EngineHealth, now: dt.datetime = MORNING) -> int:
    with store.reading() as uow:
        news = differ(uow, health, now)
    with store.unit_of_work() as uow:
        changes = keep(uow, health, now)
    assert news or not changes
    return changes


def _told(store: Store) -> list[tuple[str, dict[str, Any]]]:
    with store.reading() as uow:
        rows = uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))
        return [
            (row.kind, {key: row.payload[key] for key in ("engine", "because", "down_since") if key in row.payload})
            for row in rows
        ]


def test_an_engine_that_goes_down_and_comes_back_is_told_of_once_each(store: Store) -> None:
    assert _kept(store, UP, ESTIMATE) == 0
    assert [_kept(store, DOWN, ESTIMATE), _kept(store, replace(DOWN, state="trying"), ESTIMATE)] == [1, 0]
    assert [_kept(store, BACK, ESTIMATE), _kept(store, BACK, ESTIMATE)] == [1, 0]
    assert _told(store) == [
        ("TravelDegraded", {"engine": "osrm", "because": "nobody answers"}),
        ("TravelRecovered", {"engine": "osrm", "down_since": "2026-11-23T12:00:00Z"}),
    ]


def test_an_engine_that_is_down_when_it_is_first_seen_is_told_of(store: Store) -> None:
    assert _kept(store, DOWN) == 1


def test_after_a_start_of_ours_an_engine_is_not_back_before_it_has_answered(store: Store) -> None:
    _kept(store, DOWN)
    assert _kept(store, NOT_ASKED) == 0
    with store.reading() as uow:
        assert [row.state for row in engines_now(uow.session)] == ["down"]
    assert _kept(store, replace(NOT_ASKED, answered_at=NOON)) == 1


def test_numbers_alone_are_written_down_once_a_minute(store: Store) -> None:
    _kept(store, UP, ESTIMATE)
    more = replace(UP, cells=100)
    with store.reading() as uow:
        assert not differ(uow, (UP, ESTIMATE), MORNING + 2 * NUMBERS_EVERY)
        assert not differ(uow, (more, ESTIMATE), MORNING + NUMBERS_EVERY / 2)
        assert differ(uow, (more, ESTIMATE), MORNING + NUMBERS_EVERY)


def test_engines_that_are_no_longer_asked_are_forgotten_and_the_order_is_kept(store: Store) -> None:
    valhalla = EngineHealth("valhalla", "up", MORNING)
    _kept(store, UP, valhalla, ESTIMATE)
    with store.reading() as uow:
        assert differ(uow, (valhalla, UP, ESTIMATE), MORNING)
    _kept(store, valhalla, ESTIMATE)
    with store.reading() as uow:
        assert [row.name for row in engines_now(uow.session)] == ["valhalla", "estimate"]


def test_the_share_of_estimates_counts_all_who_answered(store: Store) -> None:
    cache = EngineHealth("cache", "up", MORNING, cells=60, kind="cache")
    _kept(store, replace(UP, cells=30), replace(ESTIMATE, cells=10), cache)
    with store.reading() as uow:
        assert estimated_share(engines_now(uow.session)) == pytest.approx(0.1)
        assert estimated_share([]) is None


def test_nobody_but_the_program_says_how_engines_fare(store: Store) -> None:
    somebody = Actor("user_1", "Somebody", Role.ADMINISTRATOR)
    with pytest.raises(DispatchError), store.unit_of_work(somebody) as uow:
        keep(uow, [UP])
