"""The jobs of a live store as a history."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.store.engine import Store
from dispatch.store.tables import JobType, Priority
from optimizer.invalid import InvalidInput
from scenarios.forecast.gathering import ANY, ELSEWHERE, Period
from scenarios.forecast.history import Series
from scenarios.forecast.store_history import stored_history
from tests.dispatch.world import World

ZONE = ZoneInfo("America/Santiago")
MORNING = dt.datetime(2026, 7, 6, 13, tzinfo=dt.UTC)  # nine o'clock of a Monday in Chile
PERIOD = Period(dt.date(2026, 7, 6), dt.date(2026, 9, 28))


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def test_jobs_of_the_store_are_counted_by_territory_and_skill(store: Store, world: World) -> None:
    customer, north = world.customer(), world.territory("north")
    sites = [world.site(customer, territory=north), world.site(customer)]
    gas = world.job_type(skills={"gas": 2})
    crew = world.job_type()
    with store.unit_of_work() as uow:
        uow.get(JobType, crew).roles = [{"skills": {"pumps": 1, "electrical": 1}}, {"skills": {}}]
    common = {"customer": customer, "received_at": MORNING}
    for week in range(12):
        at = MORNING + dt.timedelta(weeks=week)
        world.job(
            **common | {"received_at": at}, site=sites[0], territory=north, job_type=gas, visit={"duration": 1800}
        )
    world.job(**common, site=sites[1], job_type=crew, priority=Priority.HIGH)
    first, _ = world.job(**common, site=sites[0], territory=north, job_type=gas, status=JobStatus.CANCELLED)
    world.job(**common, site=sites[0], territory=north, job_type=gas, duplicate_of=first)

    history = stored_history(store, ZONE, PERIOD)

    assert history.series == (Series(ELSEWHERE, ANY), Series(ELSEWHERE, "electrical+pumps"), Series("north", "gas"))
    assert history.daily.sum(axis=1).tolist() == [1, 1, 12]
    assert set(history.hour.tolist()) <= {9, 10}  # clocks are put forward in September
    assert history.minutes["gas"] == 30
    assert history.priorities["electrical+pumps"] == {"high": 1}


def test_an_empty_store_is_told(sqlite_store: Store) -> None:
    with pytest.raises(InvalidInput, match="the history: has no job"):
        stored_history(sqlite_store, ZONE)
