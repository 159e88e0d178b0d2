"""Simulated technicians hold what is dispatched, and accept what they are asked for: shortly before it starts."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from dispatch.domain.visit_lifecycle import VisitStatus
from scenarios.replication import with_policy_of
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.snapshots import Snapshots, policy_row
from tests.scenarios.situations import calm, dispatching, environment, hamlet

HOUR = 3600


@dataclass(frozen=True)
class RecordedBefore:
    """Of a record, its policy."""

    policy: dict[str, Any]


@pytest.fixture(scope="module")
def morning():
    """A crowded morning: much is planned, and nothing handed over before one sets out."""
    return at_eleven({"dispatch_ahead": 0, "accept_ahead": 0})


def at_eleven(policy):
    made = environment(calm(hamlet(jobs_per_day=80.0)), Live(Planning(30, policy), answers_after=0))
    made.begin()
    made.advance(made.start + 11 * HOUR)
    return made.operation


def waiting(operation):
    """When the visits start that are still to be accepted, in hours from now."""
    dispatched = (one for one in operation.open.values() if one.status is VisitStatus.DISPATCHED)
    return sorted((one.placed.start - operation.now) / HOUR for one in dispatched)


def accepted(operation):
    """The same of those that are."""
    done = (one for one in operation.open.values() if one.status is VisitStatus.ACCEPTED)
    return sorted((one.placed.start - operation.now) / HOUR for one in done)


def test_phones_hold_the_day_and_what_starts_within_the_hour_is_accepted(morning):
    morning.dispatched(12 * HOUR, HOUR)
    assert len(waiting(morning)) > 3
    assert max(waiting(morning)) > 2, "the rest of the day is on phones"
    assert all(ahead < 1 for ahead in accepted(morning))
    # It takes them a minute to answer.
    morning.now += 60
    morning.dispatched(12 * HOUR, HOUR)
    assert all(ahead > 1 - 1 / 60 for ahead in waiting(morning))
    assert accepted(morning)


def test_accepting_is_dated_from_when_it_was_asked_for_and_not_from_when_it_was_handed_over(morning):
    later = [one for one in morning.open.values() if one.status is VisitStatus.DISPATCHED]
    asked = {one.id: one.placed.start - HOUR for one in later}
    morning.now = max(asked.values()) + HOUR
    morning.dispatched(12 * HOUR, HOUR)
    for one in later:
        assert one.dispatched_at < asked[one.id]
        assert one.accepted_at == asked[one.id] + morning.chance.visit(one.id).reaction


def test_whoever_asks_further_ahead_than_they_dispatch_asks_at_the_dispatch():
    # Both run the same, whatever is said of asking beyond the dispatch.
    told = []
    for fields in ({"accept_ahead": 1800}, {"accept_ahead": 12 * HOUR}):
        agent = Live(Planning(30, {"dispatch_ahead": 1800, **fields}), answers_after=0)
        operation = environment(calm(hamlet()), agent).run()
        told.append({one.id: (one.dispatched_at, one.accepted_at) for one in operation.visits.values()})
    assert told[0] == told[1]
    assert any(at is not None for _, at in told[0].values())


def test_a_policy_asks_an_hour_ahead_unless_it_says_otherwise():
    operation = at_eleven({})
    Snapshots(operation, policy_row("scenario", {})).take()
    assert max(waiting(operation)) > 2
    assert max(accepted(operation)) <= 1.25, "an accepted visit may move by its tolerance"
    everything = at_eleven({"accept_ahead": 12 * HOUR})
    assert max(accepted(everything)) > 2


def test_what_was_taken_before_there_was_asking_asks_at_the_dispatch():
    day = RecordedBefore({"dispatch_ahead": 43_200})
    asked = with_policy_of(replace(calm(hamlet()), record=day), dispatching("live", policy={"freeze": 60}))
    assert asked.policy == {"accept_ahead": 43_200, "dispatch_ahead": 43_200, "freeze": 60}
    later = RecordedBefore({"dispatch_ahead": 43_200, "accept_ahead": 3600})
    assert with_policy_of(replace(calm(hamlet()), record=later), dispatching("live")).policy["accept_ahead"] == 3600
