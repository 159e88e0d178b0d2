"""Trying is exact, quick to say what breaks, and writes nothing."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.errors import Forbidden, Invalid
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.planning.draft import propose
from dispatch.planning.edit import Edit, edited
from dispatch.planning.ground import Ground, Holding
from dispatch.planning.part import Standing
from dispatch.planning.policies import weights_of
from dispatch.planning.trial import outcome, tried
from dispatch.store.tables import PlanningPolicy
from optimizer.domain import Plan, Problem
from optimizer.rules import RULES
from optimizer.scoring import score, timed
from optimizer.solve import solve
from tests.generated import generated

POLICY = PlanningPolicy(id="p", name="p", weights={"travel": 2.0}, tolerance=900)


def ground_on(problem: Problem, plan: Plan, held: dict[str, Holding] | None = None) -> Ground:
    names = {one.id: f"number {one.id}" for one in problem.visits} | {
        one.id: f"name {one.id}" for one in problem.technicians
    }
    return Ground(
        plan="plan_1",
        edition=1,
        version=None,
        standing=Standing(problem, plan),
        weights=weights_of(POLICY),
        tolerance=POLICY.tolerance,
        names=names,
        hours=None,
        held=held or {},
        territories={one.id: "north" if index % 2 else "south" for index, one in enumerate(problem.visits)},
        now=0,
    )


def some_edits(draw: Random, problem: Problem) -> list[Edit]:
    """Up to three edits of any kind, whether they make sense or not."""
    made = []
    for _ in range(draw.randrange(1, 4)):
        visit, who = draw.choice(problem.visits), draw.choice(problem.technicians)
        shift = draw.choice([None, *(one.id for one in who.shifts)])
        position = 0 if draw.random() < 0.4 and shift is not None else None
        role = draw.randrange(len(visit.roles))
        made.append(Edit(visit.id, who.id, shift, position, role, unassign=draw.random() < 0.2))
    return made


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_a_trial_costs_and_breaks_exactly_what_the_edited_draft_does(seed: int) -> None:
    draw = Random(seed)
    problem = generated(seed, visits=draw.randrange(6, 16), technicians=draw.randrange(2, 6))
    plan = solve(problem, iterations=20, seed=seed).plan
    edits = some_edits(draw, problem)

    told = tried(ground_on(problem, plan), edits, SYSTEM)

    whole = plan
    for one in edits:
        whole = edited(problem, whole, one, POLICY)
    proposal = propose(problem, plan, whole, POLICY)
    before = score(problem, plan, weights_of(POLICY))
    if not proposal.card.schedule.settled:  # who waits for each other in a circle has no times, and so no price
        assert any(one.rule == "after_order" and one.level == "must" for one in told.broken)
        return
    assert told.change == pytest.approx(float(proposal.card.total - before.total), abs=1e-4)
    assert told.after == pytest.approx(float(proposal.card.total), abs=1e-4)
    by_rule = {one.rule: one for one in told.by_rule}
    for rule in RULES:
        change = proposal.card.line(rule.id).cost - before.line(rule.id).cost
        assert (by_rule[rule.id].change if rule.id in by_rule else 0) == pytest.approx(float(change), abs=1e-4)
    moved = {one.visit: one.kind for one in told.moved}
    assert moved == {one.visit: one.kind for one in proposal.difference.visits}
    if before.hard == 0:
        assert (not any(one.level == "must" for one in told.broken)) == (proposal.card.hard == 0)


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_what_has_nothing_to_do_with_an_edit_stays_as_it_is(seed: int) -> None:
    draw = Random(seed)
    problem = generated(seed, visits=12, technicians=5)
    plan = solve(problem, iterations=20, seed=seed).plan
    edits = some_edits(draw, problem)
    found = outcome(ground_on(problem, plan), edits)

    whole = plan
    for one in edits:
        whole = edited(problem, whole, one, POLICY)

    old, new = ({(r.technician, r.shift): r for r in timed(problem, each).routes} for each in (plan, whole))
    assert {key for key in problem.shift_index if old.get(key) != new.get(key)} <= found.keys
    if not found.after.schedule.settled:
        return
    assert (
        found.change == score(problem, whole, weights_of(POLICY)).total - score(problem, plan, weights_of(POLICY)).total
    )
    assert sum(found.by_rule[rule.id] for rule in RULES if rule.level.value == "soft") == found.change + Fraction(0)


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_every_broken_rule_is_a_sentence_with_names_in_both_languages(seed: int) -> None:
    draw = Random(seed)
    problem = generated(seed, visits=12, technicians=4, musts=True, late=True)
    plan = solve(problem, iterations=5, seed=seed).plan
    ground, edits = ground_on(problem, plan), some_edits(draw, problem)

    english, chinese = (tried(ground, edits, SYSTEM, language).broken for language in ("en", "zh"))

    assert [one.rule for one in english] == [one.rule for one in chinese]
    for one, other in zip(english, chinese, strict=True):
        assert one.sentence.endswith(".")
        assert other.sentence.endswith("。")
        assert all(ground.names[name] in one.sentence for name in (*one.visits, *one.technicians) if one.visits == ())
        assert all(ground.names[name] in other.sentence for name in one.visits)


def test_what_is_held_is_named_and_can_be_forced_unless_somebody_is_on_it() -> None:
    problem = generated(3, visits=10, technicians=4)
    plan = solve(problem, iterations=50, seed=1).plan
    route = max(plan.routes, key=lambda one: len(one.stops))
    visit, other = route.stops[-1].visit, next(one for one in problem.technicians if one.id != route.technician)
    edit = [Edit(visit, unassign=True), Edit(visit, other.id)]

    for why, forced in ((Holding.ACCEPTED, True), (Holding.UNDER_WAY, False)):
        told = tried(ground_on(problem, plan, {visit: why}), edit, SYSTEM)
        assert [(one.visit, one.why) for one in told.fence] == [(visit, why)]
        assert not told.may_publish
        assert told.fence[0].may_force is forced
        assert f"number {visit}" in told.fence[0].sentence


def test_who_may_not_reach_a_territory_tries_nothing_there_and_sees_nothing_of_it() -> None:
    problem = generated(5, visits=12, technicians=3)
    plan = solve(problem, iterations=50, seed=1).plan
    ground = ground_on(problem, plan)
    dora = Actor("user_d", "Dora", Role.DISPATCHER, frozenset({"north"}))
    beyond = next(visit for visit, where in ground.territories.items() if where == "south")
    mine = [visit for visit, where in ground.territories.items() if where == "north"]

    with pytest.raises(Forbidden):
        tried(ground, [Edit(beyond, unassign=True)], dora)

    for visit in mine:
        told = tried(ground, [Edit(visit, one.id) for one in problem.technicians[:1]], dora)
        assert {one.visit for one in (*told.stops, *told.moved)} <= set(mine)
        assert not any(f"number {beyond}" in one.sentence for one in told.broken)


def test_an_edit_of_what_is_not_there_names_its_place() -> None:
    problem = generated(5, visits=4, technicians=2)
    ground = ground_on(problem, Plan())
    visit = problem.visits[0].id
    for edit, place in (
        (Edit("nobody knows it", "T0"), "edits[0].visit"),
        (Edit(visit, "nobody"), "edits[0].technician"),
        (Edit(visit, "T0", problem.technicians[0].shifts[0].id, 7), "edits[0].position"),
        (Edit(visit, "T0", role=9), "edits[0].role"),
    ):
        with pytest.raises(Invalid) as refused:
            tried(ground, [edit], SYSTEM)
        assert refused.value.facts["errors"][0]["place"] == place
