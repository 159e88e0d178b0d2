"""The one PostgreSQL of a run, and Hypothesis profiles.

``dev`` looks quickly, ``ci`` always looks at the same examples, ``nightly`` looks hard.

Choose one with ``--hypothesis-profile``; ``ci`` unless said.
"""

from __future__ import annotations

import gc
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine

from dispatch.store import engine as stores
from tests.dispatch.databases import Postgres, postgres
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


stores.create_engine = _engine_of_a_test


def pytest_report_header() -> str:
    """Whether this run looks at pages in a browser."""
    reason = why_not()
    return f"browser tests: {'with ' + str(chromium()) if reason is None else 'left out: ' + reason}"


_ONCE_MORE = ("tests/web/", "tests/dispatch/sample/test_live_day.py", "tests/mobile_api/phones/", "tests/endurance/")
"""Tests of all of it together, which go where the tests of each part have been."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Which lines are gone through is counted by tests of examples alone: counting takes as long as the tests do.

    A property goes over the same lines hundreds of times, and a day of the sample city thousands.
    """
    for item in items:
        if item.get_closest_marker("hypothesis") is not None or item.nodeid.startswith(_ONCE_MORE):
            item.add_marker(pytest.mark.no_cover)


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
