"""The two tables of what happens by itself: they name what exists, and nothing is forgotten in them."""

from __future__ import annotations

import inspect

import pytest

from dispatch.domain.events import REGISTRY
from dispatch.jobs import JOBS, Daily, TimedJob
from dispatch.messaging.handlers import Handler
from dispatch.reactions import REACTIONS, TOLD_ONLY


def test_every_kind_of_event_has_a_handler_of_its_own_or_is_listed_as_needing_none() -> None:
    handled = frozenset().union(*(handler.kinds for handler in REACTIONS if handler.kinds is not None))
    assert handled | TOLD_ONLY == set(REGISTRY)
    assert not handled & TOLD_ONLY


def test_the_names_of_handlers_and_jobs_are_unique_and_fit_their_column() -> None:
    for names in ([handler.name for handler in REACTIONS], [job.name for job in JOBS]):
        assert len(set(names)) == len(names)
        assert all(0 < len(name) <= 60 for name in names)


@pytest.mark.parametrize("handler", REACTIONS, ids=lambda handler: handler.name)
def test_a_handler_takes_a_unit_of_work_an_event_and_its_entry(handler: Handler) -> None:
    inspect.signature(handler.react).bind("uow", "event", "entry")


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_has_a_function_of_the_context_and_a_time(job: TimedJob) -> None:
    inspect.signature(job.run).bind("context")
    assert isinstance(job.when, Daily) or job.when.seconds > 0
