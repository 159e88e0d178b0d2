"""Explanations are what really happens: each place at its price, each freeing tried, and done just as offered."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.console.shapes.explanations import WhyShape
from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.planning.explaining import explanation
from dispatch.planning.freed import free
from dispatch.planning.policies import standard_policy
from dispatch.planning.trial import breaches, outcome
from dispatch.planning.trial_store import ground_of
from dispatch.planning.undoing import undo_through
from dispatch.planning.why import explained
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import Visit
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL, badly_planned
from tests.dispatch.planning.full_day import FullDay
from tests.dispatch.planning.published import window
from tests.dispatch.planning.test_trial import ground_on
from tests.generated import generated

DORA = Actor("user_d", "Dora", Role.DISPATCHER)


def why(store: Store, visit: str, actor: Actor = DORA, language: Any = "en") -> WhyShape:
    with store.reading(actor) as uow:
        policy = standard_policy(uow.session)
        ground = ground_of(uow, FullDay.snapshot(_Of(store)), policy)  # type: ignore[arg-type]
        return WhyShape.model_validate(explanation(uow, ground, visit, language))


class _Of:
    def __init__(self, store: Store) -> None:
        self.store = store


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_everybodys_best_place_costs_and_breaks_what_trying_it_does(seed: int) -> None:
    draw = Random(seed)
    problem = generated(seed, visits=10, technicians=4, days=1)
    plan = solve(problem, iterations=30, seed=seed).plan
    ground = ground_on(problem, plan)
    visit = draw.choice([one for one in problem.visits if len(one.roles) == 1])

    told = explained(ground, visit.id, SYSTEM)

    standing = {key[0] for key in ground.standing.on.get(visit.id, ())}
    assert {one.technician for one in told.elsewhere} == {
        one.id for one in problem.technicians if one.shifts
    } - standing
    costs = [(bool(one.broken), one.change) for one in told.elsewhere if not one.broken]
    assert costs == sorted(costs)
    linked = {
        name
        for one in problem.visits
        if one.after or len(one.roles) > 1
        for name in (one.id, *(link.visit for link in one.after))
    }
    for one in told.elsewhere:
        found = outcome(ground, one.edits)
        apart = not any(name in linked for key in found.keys for name, _ in found.standing.stops(key))
        if apart:  # who waits for a crew may rest meanwhile, which trying it finds out
            assert one.change == pytest.approx(float(found.change), abs=1e-4)
            assert bool(one.broken) == any(each.new and each.level == "must" for each in breaches(found, {}, "en"))


def test_where_a_visit_stands_is_told_with_its_price_and_who_would_be_next(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    told = why(store, day.visits[0])

    assert told.here is not None
    assert {told.here.technician} == day.stands()[day.visits[0]][0]
    assert told.here.change < 0  # leaving it out would cost more
    assert len(told.elsewhere) == 2
    assert all(one.sentence.startswith(one.name) for one in told.elsewhere)
    assert told.elsewhere[0].name in told.here.sentences[-1]
    assert told.free == []
    chinese = why(store, day.visits[0], language="zh")
    assert chinese.here is not None
    assert all(one.endswith("。") for one in chinese.here.sentences)


def test_what_would_free_a_visit_is_offered_with_its_price_and_done_as_offered(store: Store) -> None:
    """Each kind by a visit of its own that nothing else frees as cheaply."""
    day = FullDay(store)
    now, world = day.world.now(), day.world
    opens = now + dt.timedelta(hours=1)
    gas = world.job_type(skills={"gas": 3})
    skilled = world.job(job_type=gas, visit={"windows": window(now + dt.timedelta(hours=4), 2)})[1]
    long = world.job(visit={"windows": window(now, 12), "duration": 9 * 3600 + 1200})[1]
    only_ana = {"gas": 2}
    kind = world.job_type(skills=only_ana)
    tight = world.job(job_type=kind, visit={"windows": window(opens, 1.9), "drop_cost": 900.0})[1]
    pinned = world.job(visit={"windows": window(opens, 1.5)})[1]
    with store.unit_of_work(DORA) as uow:
        uow.get(Visit, pinned).pin = {"technician": day.ana}

    offered = {visit: {one.kind: one for one in why(store, visit).free} for visit in (skilled, long, tight, pinned)}

    assert "less_skill" in offered[skilled]
    assert "overtime" in offered[long]
    assert "widen_window" in offered[tight]
    assert "unpin" in offered[pinned]
    for visit, kind in ((skilled, "less_skill"), (pinned, "unpin"), (tight, "widen_window"), (long, "overtime")):
        one = next(one for one in why(store, visit).free if one.kind == kind)
        with store.unit_of_work(DORA) as uow:
            row = free(uow, TRAVEL, visit, one.apply.change())
            assert row.gain == pytest.approx(-one.change, abs=0.01)
        assert day.stands()[visit][0] == one.technician
        assert visit in {stop.visit for route in day.snapshot().published.routes for stop in route.stops}


def test_a_freeing_that_is_undone_leaves_the_visit_asking_for_what_it_asked_for(store: Store) -> None:
    day = FullDay(store)
    gas = day.world.job_type(skills={"gas": 3})
    asked = day.world.job(job_type=gas, visit={"windows": window(day.world.now() + dt.timedelta(hours=4), 2)})[1]
    stood = day.stands()
    one = next(one for one in why(store, asked).free if one.kind == "less_skill")
    with store.unit_of_work(DORA) as uow:
        plan = free(uow, TRAVEL, asked, one.apply.change()).id

    undone = undo_through(StoreDoor(store, DORA), TRAVEL, plan)

    assert undone.undone == (asked,)
    assert day.stands() == stood
    with store.reading() as uow:
        assert uow.get(Visit, asked).roles == [{"skills": {"gas": 3}}]


def test_an_accepted_visit_is_asked_to_give_way_and_does_so(store: Store) -> None:
    day = FullDay(store)
    for visit in day.hours:
        day.act(visit, "accept")
    kind = day.world.job_type(skills={"gas": 2})
    asked = day.world.job(job_type=kind, visit={"windows": window(day.world.now() + dt.timedelta(hours=1), 0.5)})[1]

    offered = [one for one in why(store, asked).free if one.kind == "gives_way"]

    assert offered
    assert offered[0].verified
    with store.unit_of_work(DORA) as uow:
        free(uow, TRAVEL, asked, offered[0].apply.change())
    assert day.stands()[asked][0] == day.ana
    assert {who for who, _ in day.stands().values()} == {day.ana, day.bruno}


def test_another_day_is_offered_where_it_is_planned_already(store: Store) -> None:
    day = FullDay(store, horizon_days=2)
    day.world.shift(day.ana, start=24, hours=9)
    gas = day.world.job_type(skills={"gas": 2})
    asked = day.world.job(job_type=gas, visit={"windows": window(day.world.now(), 0.2)})[1]

    offered = {one.kind: one for one in why(store, asked).free}

    later = offered["another_day"]
    assert later.start - day.world.now() > dt.timedelta(hours=23)
    with store.unit_of_work(DORA) as uow:
        free(uow, TRAVEL, asked, later.apply.change())
    assert day.stands()[asked][0] == day.ana


def test_a_freeing_that_cannot_be_done_any_more_leaves_everything_as_it_was(store: Store) -> None:
    day = FullDay(store)
    gas = day.world.job_type(skills={"gas": 3})
    asked = day.world.job(job_type=gas, visit={"windows": window(day.world.now() + dt.timedelta(hours=4), 2)})[1]
    one = next(one for one in why(store, asked).free if one.kind == "less_skill")
    broken = one.apply.model_copy(update={"visit_change": type(one.apply.visit_change)()})

    with pytest.raises(DispatchError), store.unit_of_work(DORA) as uow:
        free(uow, TRAVEL, asked, broken.change())

    assert asked not in day.stands()


def test_nobody_is_told_of_a_visit_beyond_their_territories(store: Store) -> None:
    day = FullDay(store)
    north = day.world.territory("north")
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(Visit, day.hours[0]).territory_id = north
    with pytest.raises(NotFound):
        why(store, day.hours[0], Actor("user_s", "Sol", Role.DISPATCHER, frozenset({"territory_s"})))
