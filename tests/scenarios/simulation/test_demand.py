"""Customers: as many as asked, when and where, and the same ones in every scenario that has them."""

import datetime as dt
from dataclasses import replace

import pytest

from dispatch.store.tables import Priority
from scenarios.simulation.demand import DemandOf
from scenarios.simulation.streams import Streams
from scenarios.situation.queue import queue
from scenarios.situation.situation import Growth
from tests.scenarios.situations import MONDAY, hamlet


def jobs(situation, days=1, seed=1):
    drawn = DemandOf(situation, Streams(seed))
    return [job for day in range(days) for job in drawn.day(MONDAY + dt.timedelta(days=day))]


def growing(situation, *growth):
    return replace(situation, demand=replace(situation.demand, growth=growth))


def test_as_many_come_as_were_asked_for():
    found = jobs(queue(1, 10.0, 5.0), days=28)
    assert len(found) == pytest.approx(28 * 240, abs=4 * (28 * 240) ** 0.5)  # four deviations of a Poisson number


def test_they_come_in_order_and_on_their_day():
    found = jobs(hamlet(jobs_per_day=200.0), days=2)
    received = [job.received for job in found]
    assert received == sorted(received)
    assert len({job.id for job in found}) == len(found)


def test_nobody_rings_at_hours_without_weight_or_at_weekends():
    situation = hamlet(jobs_per_day=300.0)
    for job in jobs(situation, days=14):
        local = dt.datetime.fromtimestamp(job.received, situation.zone)
        assert 6 <= local.hour < 22
        assert local.weekday() < 5


def test_more_demand_keeps_every_job_and_adds_some():
    situation = hamlet(jobs_per_day=100.0)
    before, after = set(jobs(situation)), set(jobs(growing(situation, Growth(1.3))))
    assert before < after
    assert len(after) - len(before) > 10


def test_less_demand_takes_some_away_and_changes_no_other():
    situation = hamlet(jobs_per_day=100.0)
    assert set(jobs(growing(situation, Growth(0.7)))) < set(jobs(situation))


@pytest.mark.parametrize(
    ("growth", "grows"),
    [
        (Growth(2.0, territory="north"), lambda job: job.territory == "north"),
        (Growth(2.0, skill="gas"), lambda job: "gas" in dict(job.skills)),
        (Growth(2.0, priority=Priority.HIGH), lambda job: job.priority is Priority.HIGH),
    ],
)
def test_growth_concerns_only_what_it_names(growth, grows):
    situation = hamlet(jobs_per_day=200.0)
    before, after = set(jobs(situation)), set(jobs(growing(situation, growth)))
    assert after - before
    assert all(grows(job) for job in after - before)


def test_a_stream_says_the_same_whenever_it_is_asked():
    streams = Streams(3, 4)
    streams.of("visit", "other").random(5)
    assert streams.of("visit", "a").random() == Streams(3, 4).of("visit", "a").random()
    assert streams.of("visit", "a").random() != streams.of("visit", "b").random()
    assert streams.of("visit", "a").random() != Streams(3, 5).of("visit", "a").random()
