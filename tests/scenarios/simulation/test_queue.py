"""Where theory knows the answer, the simulated day gives it: M/M/c, the queue of Erlang (1917)."""

import pytest

from scenarios.measuring.intervals import interval
from scenarios.simulation.agents.greedy import FirstCome
from scenarios.situation.queue import queue, waiting
from tests.scenarios.situations import environment

DAY = 86_400


def waits(servers, jobs_per_hour, minutes, number):
    """Minutes that each customer of the last six days of a week waited."""
    made = environment(queue(servers, jobs_per_hour, minutes), FirstCome(), 7, number=number)
    visits = made.run().visits.values()
    return [
        (visit.started_at - visit.job.received) / 60
        for visit in visits
        if visit.started_at is not None and visit.job.received >= made.start + DAY
    ]


@pytest.mark.no_cover
@pytest.mark.parametrize(("servers", "jobs_per_hour", "minutes"), [(1, 3.0, 12.0), (3, 10.5, 12.0)])
def test_customers_wait_as_long_as_theory_says(servers, jobs_per_hour, minutes):
    means = []
    for number in range(10):
        found = waits(servers, jobs_per_hour, minutes, number)
        means.append(sum(found) / len(found))
    known = interval(means)
    expected = waiting(servers, jobs_per_hour, minutes)
    assert known.low <= expected <= known.high
    assert known.half < 0.25 * expected


def test_the_theory_is_that_of_the_books():
    # One server: load / (1 - load) service times. Two at a load of 3/4: C = 9/14, wait = C x 7 / (2 - 1.5) = 9.
    assert waiting(1, 3, 10) == pytest.approx(10)
    assert waiting(2, 1.5 * 60 / 7, 7) == pytest.approx(9)
    with pytest.raises(ValueError, match="grows for ever"):
        waiting(1, 6, 10)


def test_whoever_comes_first_is_served_first():
    visits = environment(queue(2, 9.0, 12.0), FirstCome(), 2).run().visits.values()
    started = [visit.started_at for visit in visits if visit.started_at is not None]
    assert len(started) > 300
    assert started == sorted(started)
