"""The bound is one: no plan of a problem costs less, not even the best of all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.planning.buys import buys
from dispatch.planning.certificate import certificate, lower_bound
from optimizer.policy import Policy
from optimizer.scoring import lower, score, to_plan
from optimizer.solve import solve
from tests.exhaustive import best
from tests.generated import generated
from tests.strategies import problems

WEIGHTS = Policy("some", {"travel": 2.5, "lateness": 0.5, "unassigned": 3.0, "stability": 0.1})


@settings(max_examples=120)
@given(problems(max_visits=4, max_technicians=2), st.sampled_from([Policy(), WEIGHTS]))
def test_the_best_of_all_plans_costs_no_less_than_the_bound(work, policy):
    try:
        known = best(lower(work, policy), 5_000)
    except OverflowError:
        return
    if known is not None and not known.undone:
        card = score(work, to_plan(work, known.plan), policy)
        assert card.hard == 0
        assert float(card.total) >= lower_bound(work, policy)


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_no_plan_that_holds_costs_less_than_the_bound(seed):
    work = generated(seed, 14, 4)
    bound = lower_bound(work, WEIGHTS)
    for iterations in (0, 40):
        card = score(work, solve(work, policy=WEIGHTS, iterations=iterations, seed=seed).plan, WEIGHTS)
        if card.hard == 0:
            assert float(card.total) >= bound


def test_the_bound_of_a_real_day_is_worth_telling(day, planned):
    bound = lower_bound(day)
    card = score(day, planned.plan)

    told = certificate({"seed": 1}, {"total": float(card.total), "broken": card.hard}, bound)

    assert 0 < told["bound"] <= float(card.total)
    assert told["gap"] == pytest.approx(1 - bound / float(card.total), abs=1e-3)
    assert (told["seed"], told["policy"]) == (1, None)


def test_without_a_bound_or_with_a_broken_must_there_is_no_gap():
    assert certificate(None, {"total": 10.0, "broken": 0}, None)["gap"] is None
    assert certificate(None, {"total": 10.0, "broken": 1}, 5.0)["gap"] is None
    assert certificate(None, {"total": 10.0, "broken": 0}, 5.0)["gap"] == 0.5


def test_what_a_plan_buys_adds_up_with_what_it_costs(day, planned):
    before, after = solve(day, iterations=0, seed=1).plan, planned.plan
    cards = score(day, before), score(day, after)

    bought = buys(day, *cards)

    assert bought["money"] == pytest.approx(float(cards[0].total - cards[1].total), abs=1e-3)
    assert bought["unassigned"] == len(before.unassigned) - len(after.unassigned)
    drives = [sum(line.drive for line in card.schedule.timelines) for card in cards]
    assert bought["travel_seconds"] == drives[0] - drives[1]
    back = buys(day, *reversed(cards))
    assert all(back[name] == -bought[name] for name in bought if not name.startswith("promises"))
    assert (back["promises_kept"], back["promises_missed"]) == (bought["promises_missed"], bought["promises_kept"])
