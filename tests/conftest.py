"""The one PostgreSQL of a run, and Hypothesis profiles.

``dev`` looks quickly, ``ci`` always looks at the same examples, ``nightly`` looks hard.

Choose one with ``--hypothesis-profile``; ``ci`` unless said.
"""

from __future__ import annotations

import gc
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.dispatch.databases import Postgres, postgres
from tests.web.browsers import chromium, why_not

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile(
    "ci", max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("nightly", max_examples=5_000, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile("ci")


def pytest_report_header() -> str:
    """Whether this run looks at pages in a browser."""
    reason = why_not()
    return f"browser tests: {'with ' + str(chromium()) if reason is None else 'left out: ' + reason}"


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
