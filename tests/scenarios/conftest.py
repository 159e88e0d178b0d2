"""The stores, the clock and the API's clients of the dispatch side, for what planners do."""

from __future__ import annotations

import pytest

from scenarios.situation.taking import take
from tests.dispatch.conftest import *  # noqa: F403
from tests.dispatch.conftest import _no_region_of_this_machine  # noqa: F401  nor anything kept in the folder we are in
from tests.dispatch.console.conftest import api, app, settings  # noqa: F401
from tests.scenarios.recorded import DAY, recorded_day


@pytest.fixture(scope="session")
def sample_day(tmp_path_factory):
    """A day of the sample city as a live store recorded it; made once, for whoever only reads it."""
    day = recorded_day(tmp_path_factory.mktemp("recorded") / "day.db")
    yield day
    day.store.dispose()


@pytest.fixture(scope="session")
def taken_day(sample_day):
    """The same as a situation."""
    with sample_day.store.reading() as uow:
        return take(uow, sample_day.travel, DAY, 1)
