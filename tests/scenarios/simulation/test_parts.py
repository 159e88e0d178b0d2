"""Parts: which jobs lack one, what comes of it, and that nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.store.tables import Priority
from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.measuring.kpis import Measured, measure
from scenarios.replication import agent_of
from scenarios.scenario import Hire, VanStock
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.agents.recorded import AsRecorded
from scenarios.simulation.chance import Chance
from scenarios.simulation.demand import Job
from scenarios.simulation.environment import Environment
from scenarios.simulation.foreseen import foreseen
from scenarios.simulation.recording import Recording, record_of
from scenarios.simulation.retelling import retold
from scenarios.simulation.streams import Streams
from scenarios.situation.digest import digest_of
from scenarios.situation.files import as_document, situation_of
from scenarios.situation.generated import TOWN_PARTS
from scenarios.situation.stock import Stock
from tests.scenarios.situations import MONDAY, calm, dispatching, environment, hamlet

HOUR = 3600
CALM = calm(hamlet())


def stocked(situation=CALM, needed=0.8, filled=0.5, hours=3.0):
    return replace(situation, stock=Stock.of(TOWN_PARTS, needed, filled, hours))


def lacking(operation):
    """The jobs of which a visit ended for want of a part."""
    return {
        one.job.id for one in operation.visits.values() if one.steps and one.steps[-1].action is VisitAction.NEED_PARTS
    }


def run(situation, agent="nearest", days=2, number=0):
    made = environment(situation, agent_of(dispatching(agent)), days, number=number)
    operation = made.run()
    assert operation.broken() == []
    return made, operation


@pytest.mark.parametrize("agent", ["first_come", "rolling", "live"])
def test_who_lacks_a_part_comes_again_once_it_is_there(agent):
    made, operation = run(stocked(), agent)
    jobs = lacking(operation)
    assert len(jobs) > 3
    for name in jobs:
        first, again = operation.visits[f"{name}/1"], operation.visits.get(f"{name}/2")
        assert first.status is VisitStatus.INCOMPLETE
        assert first.job.kind in TOWN_PARTS
        if first.finished_at + 3 * HOUR < made.until:
            assert again.opened == first.finished_at + 3 * HOUR
            assert again.status is not VisitStatus.INCOMPLETE  # whoever comes again brings it
    assert any(
        operation.visits[f"{name}/2"].status is VisitStatus.COMPLETED
        for name in jobs
        if f"{name}/2" in operation.visits
    )


def test_as_many_jobs_lack_one_as_the_shares_say():
    jobs = [
        one.job for number in range(4) for one in run(stocked(), number=number)[1].visits.values() if one.sequence == 1
    ]
    chance = Chance(CALM.spread, Streams(1), stocked().stock)
    using = [job for job in jobs if job.kind in TOWN_PARTS]
    lack = [chance.lacks_part(f"{job.id}/1", job, worked_before=False) for job in using]
    assert len(using) > 100
    assert sum(lack) / len(using) == pytest.approx(0.8 * 0.5, abs=0.1)  # four standard errors of 150 jobs are 0.16
    assert not any(
        chance.lacks_part(f"{job.id}/1", job, worked_before=False) for job in jobs if job.kind not in TOWN_PARTS
    )


@given(name=st.text("0123456789-", min_size=1), filled=st.floats(0, 1), more=st.floats(0, 1))
def test_with_better_filled_vans_every_part_is_there_that_was_there_before(name, filled, more):
    job = Job(name, 0, 0, "north", "pump noise", (), Priority.NORMAL, 600, None, None)
    worse, better = (
        Chance(CALM.spread, Streams(1), Stock.of(["pump noise"], 1.0, one, 1)).lacks_part(
            f"{name}/1", job, worked_before=False
        )
        for one in sorted((filled, more))
    )
    assert worse or not better


def test_it_does_not_hang_on_who_else_works():
    alone = run(stocked())[1]
    more = run(changed(stocked(), [Hire(kind="hire", like="T01", count=2)]))[1]
    worked = {one.job.id for one in alone.visits.values() if one.started_at} & {
        one.job.id for one in more.visits.values() if one.started_at
    }
    assert lacking(alone) & worked == lacking(more) & worked != set()


def test_full_vans_are_a_day_without_parts():
    plain, full = run(hamlet()), run(stocked(hamlet(), filled=1.0))
    figures = [measure(Measured(operation, made.start, made.until)) for made, operation in (plain, full)]
    assert figures[0] == figures[1]


def test_better_vans_fix_more_at_once_and_faster_ones_resolve_sooner():
    stock = stocked(hours=20.0)
    better = changed(stock, [VanStock(kind="van-stock", filled=0.95)])
    faster = changed(stock, [VanStock(kind="van-stock", hours=2)])
    means = {}
    for name, situation in {"as it is": stock, "better": better, "faster": faster}.items():
        weeks = [run(situation, days=3, number=number) for number in range(3)]
        figures = [measure(Measured(operation, made.start, made.until)) for made, operation in weeks]
        means[name] = {kpi: sum(one[kpi] for one in figures) / 3 for kpi in ("first_time_fix", "resolution_hours")}
    assert means["better"]["first_time_fix"] > means["as it is"]["first_time_fix"] + 0.1
    assert means["better"]["resolution_hours"] < means["as it is"]["resolution_hours"]
    assert means["faster"]["resolution_hours"] < means["as it is"]["resolution_hours"]


def test_where_nothing_is_said_of_parts_there_is_nothing_to_change():
    with pytest.raises(InvalidInput) as refused:
        changed(CALM, [VanStock(kind="van-stock", filled=0.9)])
    assert str(refused.value).startswith(
        "changes[0]: changes the stock of vans of which this situation says nothing; say"
    )
    with pytest.raises(ValueError, match="give `filled` or `hours`"):
        VanStock(kind="van-stock")


def test_a_file_from_before_there_were_parts_is_read_as_it_was():
    document = as_document(hamlet())
    assert document.pop("stock") is None
    assert digest_of(situation_of(document)) == digest_of(hamlet())
    carrying = stocked()
    assert situation_of(as_document(carrying)).stock == carrying.stock
    assert digest_of(carrying) != digest_of(CALM)


# Days that were recorded ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded():
    recording = Recording(Nearest())
    made = environment(stocked(hamlet(technicians=4, jobs_per_day=24.0)), recording, 1, seed=3)
    made.run()
    assert len(lacking(made.operation)) > 2
    return replace(made.situation, record=record_of(made, recording)), made


def again(situation, streams=None, days=1):
    made = Environment(situation, AsRecorded(situation.record), streams or Streams(9), MONDAY, days)
    made.run()
    return made.operation


def test_a_day_on_which_parts_lacked_is_told_and_happens_again(recorded):
    situation, made = recorded
    steps = {name: [(one.at, one.action) for one in visit.steps] for name, visit in made.operation.visits.items()}
    told = retold(situation).visits
    assert {name: [(one.at, one.action) for one in visit.steps] for name, visit in told.items()} == steps
    assert lacking(again(situation)) == lacking(made.operation)
    figures = [measure(Measured(one, made.start, made.until)) for one in (again(situation), made.operation)]
    assert figures[0] == figures[1]


def test_on_recorded_days_better_filled_vans_have_some_of_what_lacked_and_worse_ones_lack_more(recorded):
    situation, made = recorded
    was = lacking(made.operation)
    same = changed(situation, [VanStock(kind="van-stock", filled=0.5)])
    better = changed(situation, [VanStock(kind="van-stock", filled=0.8)])
    worse = changed(situation, [VanStock(kind="van-stock", filled=0.1)])
    full = changed(situation, [VanStock(kind="van-stock", filled=1.0)])
    assert lacking(again(same)) == was
    assert lacking(again(better)) < was
    assert lacking(again(full)) == set()
    assert was < lacking(again(worse))


def test_on_recorded_days_parts_that_come_sooner_are_there_sooner():
    recording = Recording(Nearest())
    made = environment(stocked(hamlet(technicians=4, jobs_per_day=20.0), hours=2.0), recording, 1, seed=3)
    made.run()
    situation = replace(made.situation, record=record_of(made, recording))
    sooner = Environment(
        changed(situation, [VanStock(kind="van-stock", hours=1)]), Nearest(), Streams(9), MONDAY, 1
    ).run()
    gaps = {
        sooner.visits[f"{name}/2"].opened - sooner.visits[f"{name}/1"].finished_at
        for name in lacking(sooner)
        if f"{name}/2" in sooner.visits and f"{name}/2" in made.operation.visits
    }
    assert gaps == {HOUR}


def test_in_hindsight_it_is_known_which_part_lacks(recorded):
    situation, _ = recorded
    known = foreseen(situation, Streams(5))
    assert known.stock is None
    jobs = {job.id: job for job in known.record.jobs}
    for name in lacking(again(situation, Streams(5))):
        first, second = jobs[name].visits[:2]
        assert second.after_gap >= 3 * HOUR - 1
        assert second.after == f"{name}/{first.sequence}"
