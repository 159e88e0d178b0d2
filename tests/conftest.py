"""The one PostgreSQL of a run, and Hypothesis profiles.

``dev`` looks quickly, ``ci`` always looks at the same examples, ``nightly`` looks hard.

Choose one with ``--hypothesis-profile``; ``ci`` unless said.
"""

from __future__ import annotations

import functools
import gc
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine

from dispatch.store import engine as stores
from tests.dispatch.databases import Postgres, postgres
from tests.order import longest_first
from tests.web.browsers import chromium, why_not

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("nightly", max_examples=5_000, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile("ci")


_FIRST: dict[str, Engine] = {}
_STATEMENTS = 5_000


def _engine_of_a_test(url: Any, **options: Any) -> Engine:
    """An engine that shares what the first of its kind has learnt: the statements it compiled, and the types.

    A server has one store and compiles each statement once; here thousands of stores would compile all of them again.
    """
    made = create_engine(url, query_cache_size=_STATEMENTS, **options)
    first = _FIRST.get(made.dialect.name)
    if first is None or first.dialect.server_version_info is None:  # which is found out by its first connection
        _FIRST[made.dialect.name] = made
        return made
    made.dialect = first.dialect
    made._compiled_cache = first._compiled_cache  # noqa: SLF001  it has no other name
    return made


def _without_waiting_for_the_disk(prepare: Callable[..., None]) -> Callable[..., None]:
    """No power is cut in the stores of this process: what is committed is there, whether the disk has it or not."""

    @functools.wraps(prepare)
    def prepared(connection: sqlite3.Connection, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = OFF").close()

    return prepared


stores.create_engine = _engine_of_a_test
stores._prepare_sqlite = _without_waiting_for_the_disk(stores._prepare_sqlite)  # noqa: SLF001  it has no other


def pytest_report_header() -> str:
    """Whether this run looks at pages in a browser."""
    reason = why_not()
    return f"browser tests: {'with ' + str(chromium()) if reason is None else 'left out: ' + reason}"


_ONCE_MORE = (
    *("tests/web/", "tests/dispatch/sample/test_live_day.py", "tests/mobile_api/phones/"),
    *("tests/endurance/", "tests/benchmarks/"),
)
"""Tests of all of it together, which go where the tests of each part have been."""
_OF_THE_DATABASE = ("tests/dispatch/store/", "tests/dispatch/messaging/", "tests/dispatch/worker/")
"""Tests whose subject differs from one kind of database to the other."""
_STORES = {"sqlite_store", "store"}
_COUNTED = 3
"""Of the sets of parameters of one test on a store, so many are counted. Without a store each is soon done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Which lines are gone through is counted by tests of examples alone: counting takes as long as the tests do.

    A property goes over the same lines hundreds of times, and a day of the sample city thousands. A test on both
    databases goes over the same lines twice, and one on a store with a table of parameters hardly anywhere new after
    the first few. What is not counted counts as not tested: the bound is never met by leaving something out here.
    """
    sets_of: Counter[str] = Counter()
    for item in items:
        if item.get_closest_marker("hypothesis") is not None or item.nodeid.startswith(_ONCE_MORE) or _is_twin(item):
            item.add_marker(pytest.mark.no_cover)
            continue
        if _STORES.isdisjoint(getattr(item, "fixturenames", ())):
            continue
        test = item.nodeid.partition("[")[0]
        sets_of[test] += 1
        if sets_of[test] > _COUNTED:
            item.add_marker(pytest.mark.no_cover)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = longest_first(items, workers)


def _is_twin(item: pytest.Item) -> bool:
    """Whether this is the second of two, which does on PostgreSQL what the first does on SQLite."""
    callspec = getattr(item, "callspec", None)
    on_postgresql = callspec is not None and callspec.params.get("database_url") == "postgresql"
    return on_postgresql and not item.nodeid.startswith(_OF_THE_DATABASE)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: nobody need look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_database(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """This process's database on the PostgreSQL server of this run of the tests.

    It stands here and nowhere else: a second one of the same name would be dropped with the first.
    """
    parallel = getattr(request.config, "workerinput", {"testrunuid": secrets.token_hex(8), "workerid": "alone"})
    with postgres(parallel["testrunuid"][:16], parallel["workerid"]) as database:
        yield database
