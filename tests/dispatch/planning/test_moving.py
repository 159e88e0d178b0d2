"""Moves by hand are published as said or refused with every rule; anyway is remembered; what was moved can go back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.planning.documents import plan_of, problem_of
from dispatch.planning.draft import whole_row
from dispatch.planning.edit import Edit
from dispatch.planning.meanwhile import Overtaken
from dispatch.planning.moving import BreaksRules, move_through
from dispatch.planning.policies import standard_policy
from dispatch.planning.trial import tried
from dispatch.planning.trial_store import ground_of
from dispatch.planning.undoing import NothingToUndo, undo_through
from dispatch.services import visits
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import PlanHead, PlanRow, Visit
from optimizer.check import check
from tests.dispatch.planning.days import TRAVEL, badly_planned, two_towns
from tests.dispatch.planning.full_day import FullDay

DORA = Actor("user_d", "Dora", Role.DISPATCHER)


def move(store: Store, *edits: Edit, actor: Actor = DORA, **how: Any) -> PlanRow:
    row = move_through(StoreDoor(store, actor), TRAVEL, edits, **how)
    with store.reading() as uow:
        whole = whole_row(uow.session, row.id)
        assert whole is not None
        problem = problem_of(whole.problem)
        assert check(problem, plan_of(whole.plan, problem)) == []
        return whole


def pin_of(store: Store, visit: str) -> dict[str, Any]:
    with store.reading() as uow:
        return uow.get(Visit, visit).pin


def test_a_move_is_published_as_said_at_the_price_of_its_trial(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    before, visit, who = day.stands(), day.visits[0], day.people[0]
    with store.reading() as uow:
        ground = ground_of(uow, day.snapshot(), standard_policy(uow.session))
        told = tried(ground, [Edit(visit, who)], DORA)

    row = move(store, Edit(visit, who), because="She asked for her.")

    assert (row.edition, row.reason, row.snapshot["because"]) == (2, "moved by hand", "She asked for her.")
    assert row.gain == pytest.approx(-told.change, abs=1e-3)
    after = day.stands()
    assert after[visit][0] == {who}
    assert {name for name in before if before[name][0] != after[name][0]} <= {visit}
    assert pin_of(store, visit) == {}


def test_what_breaks_a_rule_is_refused_in_sentences_and_done_anyway_if_asked_for(store: Store) -> None:
    day = FullDay(store)
    visit = day.critical()[1]

    with pytest.raises(BreaksRules) as refused:
        move(store, Edit(visit, day.bruno))

    assert refused.value.facts["may_force"]
    assert [one["rule"] for one in refused.value.facts["broken"]] == ["missing_skill"]
    assert "Bruno does not hold" in refused.value.detail
    assert day.stands().keys() == set(day.hours)

    row = move(store, Edit(visit, day.bruno), anyway=True)

    assert [one["rule"] for one in row.snapshot["set_aside"]] == ["missing_skill"]
    assert day.stands()[visit][0] == day.bruno
    assert pin_of(store, visit) == {"technician": day.bruno}
    again = day.snapshot()
    assert visit in again.held
    assert visit in {stop.visit for route in again.published.routes for stop in route.stops}


def test_what_somebody_accepted_moves_only_anyway_and_what_somebody_is_on_never(store: Store) -> None:
    day = FullDay(store)
    accepted, begun = day.hours[1], day.hours[0]
    day.act(accepted, "accept")
    day.act(begun, "accept")
    day.act(begun, "depart")

    with pytest.raises(BreaksRules) as refused:
        move(store, Edit(accepted, day.bruno))
    assert [one["why"] for one in refused.value.facts["fence"]] == ["accepted"]
    for anyway in (False, True):
        with pytest.raises(BreaksRules) as refused:
            move(store, Edit(begun, day.bruno), anyway=anyway)
        assert not refused.value.facts["may_force"]

    move(store, Edit(accepted, day.bruno), anyway=True)
    assert day.stands()[accepted][0] == day.bruno


def test_overtime_that_was_accepted_by_hand_is_not_taken_back_by_the_next_snapshot(store: Store) -> None:
    day = FullDay(store)
    late = day.world.job(visit={"duration": 9 * 3600, "drop_cost": 100.0})[1]

    with pytest.raises(BreaksRules) as refused:
        move(store, Edit(late, day.ana))
    assert {one["rule"] for one in refused.value.facts["broken"]} >= {"overtime_limit"}

    move(store, Edit(late, day.ana, day.shifts[day.ana], 3), anyway=True)

    again = day.snapshot()
    assert {stop.visit for route in again.published.routes for stop in route.stops} == {*day.hours, late}


def test_a_move_on_a_plan_that_is_not_the_latest_says_what_came_between(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    move(store, Edit(day.visits[0], day.people[0]), expected_edition=1)

    with pytest.raises(Overtaken) as refused:
        move(store, Edit(day.visits[1], day.people[0]), expected_edition=1)

    assert refused.value.facts["edition"] == 2


def test_nobody_moves_what_lies_in_another_territory_or_without_the_right(store: Store) -> None:
    day = two_towns(store)
    north = Actor("user_n", "Nora", Role.DISPATCHER, frozenset({"territory_north"}))
    for actor in (north, Actor("user_p", "Pia", Role.PLANNER)):
        with pytest.raises(Forbidden):
            move(store, Edit(day.visits[2], unassign=True), actor=actor)


def test_what_was_moved_goes_back_with_its_pins(store: Store) -> None:
    day = FullDay(store)
    visit = day.critical()[1]
    stood = day.stands()
    row = move(store, Edit(visit, day.bruno), Edit(day.hours[2], day.bruno), anyway=True)
    assert day.stands() != stood

    undone = undo_through(StoreDoor(store, DORA), TRAVEL, row.id)

    assert set(undone.undone) == {visit, day.hours[2]}
    assert undone.could_not == ()
    assert (undone.plan.edition, undone.plan.reason) == (3, "undone by hand")
    assert day.stands() == stood
    assert pin_of(store, visit) == pin_of(store, day.hours[2]) == {}


def test_what_was_accepted_or_moved_again_does_not_go_back_and_it_is_said_why(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    visit, stood = day.visits[0], day.stands()
    first, second = (who for who in day.people if who not in stood[visit][0])
    row = move(store, Edit(visit, first))
    move(store, Edit(visit, second))
    with pytest.raises(NothingToUndo) as refused:
        undo_through(StoreDoor(store, DORA), TRAVEL, row.id)
    assert "moved again" in refused.value.facts["could_not"][0]["sentence"]

    last = move(store, Edit(visit, first))
    with store.unit_of_work(DORA) as uow:
        visits.act(uow, visit, VisitAction.ACCEPT)
    with pytest.raises(NothingToUndo) as refused:
        undo_through(StoreDoor(store, DORA), TRAVEL, last.id, language="zh")
    assert "接受" in refused.value.facts["could_not"][0]["sentence"]


def test_what_was_accepted_before_it_was_moved_anyway_goes_back_to_what_was_accepted(store: Store) -> None:
    day = FullDay(store)
    visit = day.hours[0]
    with store.unit_of_work() as uow:
        uow.get(Visit, visit).windows = []
    day.act(visit, "accept")
    assert isinstance(store.clock, FixedClock)
    store.clock.advance(seconds=60)
    stood = day.stands()
    row = move(store, Edit(visit, day.ana, day.shifts[day.ana], 2), anyway=True)
    assert day.stands()[visit][1] > stood[visit][1] + 1

    undone = undo_through(StoreDoor(store, DORA), TRAVEL, row.id)

    assert visit in undone.undone
    assert day.stands()[visit][1] == pytest.approx(stood[visit][1], abs=0.1)


def test_an_undoing_that_brings_nothing_back_is_refused_and_says_so(store: Store) -> None:
    day = FullDay(store)
    visit = day.hours[0]
    with store.unit_of_work() as uow:
        uow.get(Visit, visit).windows = []
    row = move(store, Edit(visit, day.ana, day.shifts[day.ana], 2), anyway=True)
    edition = row.edition
    for other in day.hours[1:]:
        day.pin(other)
        day.act(other, "accept")
    assert isinstance(store.clock, FixedClock)
    store.clock.advance(hours=1, seconds=1)

    with pytest.raises(NothingToUndo) as refused:
        undo_through(StoreDoor(store, DORA), TRAVEL, row.id)

    assert [one["visit"] for one in refused.value.facts["could_not"]]
    with store.reading() as uow:
        assert uow.session.scalar(select(PlanHead.edition)) == edition
