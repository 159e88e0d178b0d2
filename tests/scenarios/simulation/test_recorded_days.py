"""Recorded days that are simulated otherwise than they were: what comes in and what goes otherwise stays the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables import Priority
from scenarios.changes import changed
from scenarios.scenario import DemandChange, Hire, MoveShifts, Overtime, PromiseChange, TravelChange
from scenarios.simulation.agents.by_hand import LiveByHand
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.agents.hindsight import Hindsight
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.arrivals import Arrivals
from scenarios.simulation.environment import Environment
from scenarios.simulation.foreseen import announced, foreseen
from scenarios.simulation.recorded import RecordedChance
from scenarios.simulation.recording import Recording, record_of
from scenarios.simulation.streams import Streams
from scenarios.situation.record import ByHand
from tests.scenarios.situations import MONDAY, environment, hamlet

HOUR = 3600


@pytest.fixture(scope="module")
def recorded():
    """A situation with the record of a simulated day in it, and that day."""
    recording = Recording(Nearest())
    made = environment(hamlet(technicians=4, jobs_per_day=24.0), recording, 1, seed=3)
    made.run()
    return replace(made.situation, record=record_of(made, recording)), made


def simulated(situation, agent, streams=None, days=1):
    made = Environment(situation, agent, streams or Streams(9), MONDAY, days)
    made.run()
    assert made.operation.broken() == []
    return made


def test_the_same_customers_ring_whoever_decides(recorded):
    situation, made = recorded
    again = simulated(situation, Live(Planning(5)))
    assert {one.job.id for one in again.operation.visits.values()} == {
        one.job.id for one in made.operation.visits.values()
    }
    assert again.operation.visits.keys() != set()


def test_what_a_visit_took_it_takes_again_whoever_does_it(recorded):
    situation, made = recorded
    again = simulated(situation, Live(Planning(5)), Streams(4, 2))
    both = 0
    for name, visit in again.operation.visits.items():
        before = made.operation.visits.get(name)
        over = (VisitStatus.COMPLETED, VisitStatus.INCOMPLETE)
        if before is None or visit.status not in over or before.status not in over:
            continue
        both += 1
        assert visit.status is before.status
        assert visit.finished_at - visit.started_at == before.finished_at - before.started_at
    assert both > 10


def test_what_was_not_recorded_is_drawn_by_its_name(recorded):
    situation, _ = recorded
    chance = RecordedChance(situation, Streams(1, 1), situation.record)
    drawn = RecordedChance(situation, Streams(1, 2), situation.record)
    known = next(name for name, (_, visit) in situation.record.visits.items() if visit.shift)
    assert (chance.visit(known).work, chance.visit(known).leg) == (drawn.visit(known).work, drawn.visit(known).leg)
    assert chance.visit("261123-9999/1") != drawn.visit("261123-9999/1")


def test_another_way_to_the_same_place_takes_its_planned_time_times_the_same_factor(recorded):
    situation, made = recorded
    chance = RecordedChance(situation, Streams(1), situation.record)
    name, visit = next((name, one) for name, one in made.operation.visits.items() if one.arrived_at is not None)
    how = chance.visit(name)
    place, factor = how.leg
    planned = situation.seconds[place, visit.job.site]
    assert round(planned * factor) == visit.arrived_at - visit.departed_at
    assert how.travel_from(place) == factor
    assert how.travel_from(place + 1) == min(max(factor, 0.5), 3.0)
    # A winter in which every way takes half as long again changes ways, and not by how much they depart from a plan.
    winter = changed(situation, [TravelChange(kind="travel", factor=1.5)])
    slower = RecordedChance(winter, Streams(1), winter.record).visit(name)
    assert slower.leg[1] * winter.seconds[place, visit.job.site] == pytest.approx(1.5 * planned * factor, rel=0.05)


@pytest.mark.parametrize("factor", [0.5, 1.5, 3.0])
def test_more_demand_keeps_every_job_and_less_demand_brings_no_other(recorded, factor):
    situation, _ = recorded
    much = changed(situation, [DemandChange(kind="demand", factor=factor)])
    before = {job.id: job for job in Arrivals(situation, Streams(1)).day(MONDAY)}
    after = {job.id: job for job in Arrivals(much, Streams(1)).day(MONDAY)}
    if factor < 1:
        assert after.keys() < before.keys()
    else:
        assert after.keys() > before.keys()
        assert all(after[name] == job for name, job in before.items())
        more = [job for name, job in after.items() if "+" in name]
        assert all(job.received // HOUR == before[job.id.partition("+")[0]].received // HOUR for job in more)
    assert len(after) == pytest.approx(factor * len(before), rel=0.35)


def test_changes_reach_the_recorded_days(recorded):
    situation, _ = recorded
    record = situation.record
    moved = changed(situation, [MoveShifts(kind="move-shifts", minutes=30)]).record
    assert [one.start for one in moved.shifts] == [one.start + 1800 for one in record.shifts]
    longer = changed(situation, [Overtime(kind="overtime", minutes=90, technicians=["T01"])]).record
    assert {one.max_overtime for one in longer.shifts if one.technician == "T01"} == {5400}
    sooner = changed(situation, [PromiseChange(kind="promise", priority=Priority.NORMAL, resolve_hours=2)]).record
    assert any(a.resolve.at < b.resolve.at for a, b in zip(sooner.jobs, record.jobs, strict=True))
    assert all(a == b for a, b in zip(sooner.jobs, record.jobs, strict=True) if b.priority is not Priority.NORMAL)
    more = simulated(changed(situation, [Hire(kind="hire", like="T01", count=1)]), Nearest())
    assert "T01+1/261123" in more.operation.shifts


def test_days_beyond_the_record_are_drawn(recorded):
    situation, _ = recorded
    two = simulated(situation, Nearest(), days=2)
    tomorrow = situation.record.end
    jobs = {one.job.id: one.job for one in two.operation.visits.values()}
    assert {name for name, job in jobs.items() if job.received < tomorrow} == {job.id for job in situation.record.jobs}
    assert any(job.received >= tomorrow for job in jobs.values())


# Known beforehand ----------------------------------------------------------------------------------------------------


def test_what_is_announced_is_known_as_its_day_begins_and_not_begun_before_it_is_asked_for(recorded):
    situation, _ = recorded
    early = announced(situation)
    made = simulated(early, Live(Planning(5)))
    firsts = [one for one in made.operation.visits.values() if one.sequence == 1]
    assert {one.opened for one in firsts} == {situation.record.start}
    assert all(one.started_at >= one.job.received for one in firsts if one.started_at is not None)


def test_where_all_is_foreseen_everything_goes_as_planned(recorded):
    situation, _ = recorded
    streams = Streams(5)
    known = foreseen(situation, streams)
    made = simulated(known, Hindsight(Planning(300), 1), streams)
    over = [one for one in made.operation.visits.values() if one.finished_at is not None]
    assert {one.status for one in over} == {VisitStatus.COMPLETED}
    assert all(one.finished_at - one.started_at == one.job.duration for one in over)
    assert made.operation.edition == 1
    for visit in over:
        assert visit.started_at >= visit.job.received
        if visit.job.after is not None:
            first, gap = visit.job.after
            assert visit.started_at >= made.operation.visits[first].finished_at + gap - 180


def test_what_is_foreseen_is_what_would_have_happened(recorded):
    situation, _ = recorded
    known = foreseen(situation, Streams(5))
    chance = RecordedChance(situation, Streams(5), situation.record)
    for name, (job, visit) in known.record.visits.items():
        how, asked = chance.visit(name), situation.record.visits.get(name)
        assert not how.nobody_home
        if asked is not None:
            assert visit.duration == max(1, round(asked[1].duration * how.work) + how.settling)
            way = known.seconds[: len(situation.places), visit.site]
            planned = situation.seconds[:, job.site]
            other = [at for at in range(len(situation.places)) if how.leg is None or at != how.leg[0]]
            assert way[other] == pytest.approx(planned[other] * how.travel, abs=1)


# By hand -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ahead(recorded):
    """A visit that the live rules give to somebody some hours later, and to whom."""
    situation, _ = recorded
    made = simulated(situation, Live(Planning(5), answers_after=0))
    visit = max(
        (one for one in made.operation.visits.values() if one.started_at is not None and one.sequence == 1),
        key=lambda one: one.departed_at - one.job.received,
    )
    other = next(
        who.id for who in situation.people if who.id != visit.placed.technician and made.operation.able(who, visit.job)
    )
    return visit, other


def test_what_was_moved_by_hand_goes_to_whom_it_was_given(recorded, ahead):
    situation, _ = recorded
    visit, other = ahead
    move = ByHand(visit.job.received + 300, "move", pins=((visit.id, (("technician", other),)),))
    made = simulated(situation, LiveByHand(Planning(200), [move], answers_after=0))
    again = made.operation.visits[visit.id]
    assert again.pin == {"technician": other}
    assert again.placed.technician == other


def test_a_draft_that_was_rejected_is_not_published(recorded):
    situation, _ = recorded
    live = simulated(situation, Live(Planning(5), answers_after=60))
    rejections = [ByHand(situation.record.start + 8 * HOUR, "rejection")] * 40
    made = simulated(situation, LiveByHand(Planning(5), rejections, answers_after=60))
    assert made.agent.approvals < live.agent.approvals
    assert len(made.agent.rejections) < 40


def test_locks_and_fences_hold_from_then_on(recorded):
    situation, _ = recorded
    at, until = situation.record.start + 9 * HOUR, situation.record.start + 20 * HOUR
    decided = [ByHand(at, "lock", territory="north", until=until), ByHand(at, "fence", until=until)]
    made = simulated(situation, LiveByHand(Planning(5), decided))
    assert made.operation.locked == {"north": until}
    assert made.operation.fence == until
    lifted = [*decided, ByHand(at + HOUR, "lock", territory="north"), ByHand(at + HOUR, "fence")]
    made = simulated(situation, LiveByHand(Planning(5), lifted))
    assert made.operation.locked == {}
    assert made.operation.fence is None
