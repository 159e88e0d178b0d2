"""The tellings of one truth must agree: the rules, the reference kernel, the independent checker."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from optimizer.check import check, checked_cost
from optimizer.kernel import reference
from optimizer.policy import Policy
from optimizer.rules import Level
from optimizer.scoring import TERMS, lower, score, to_kernel, to_plan
from tests.strategies import planned, planned_well

TIMELESS = {
    "missing_skill", "only_named", "never_named", "over_capacity", "committed_first", "crew", "must_be_done",
    "shift", "travel", "unassigned", "preference",
}  # fmt: skip
"""Rules that do not ask when."""

TIMES_MEAN_LITTLE = ("closed_window", "crew", "after_order")
"""Where these are broken, tellings may time the rest of the plan differently."""

WEIGHTS = st.dictionaries(st.sampled_from(TERMS), st.sampled_from([0, 0.5, 3, 10]), max_size=4)


@given(planned() | planned_well(), WEIGHTS)
def test_the_reference_kernel_agrees_with_the_rules_line_by_line(case, weights):
    problem, plan = case
    policy = Policy(weights=weights)
    data, card = lower(problem, policy), score(problem, plan, policy)
    kernel = reference.evaluate(data, to_kernel(problem, plan))
    assert list(kernel) == [line.rule.id for line in card.lines]
    for line in card.lines:
        if not card.schedule.settled and line.rule.id not in TIMELESS:
            continue
        unit = data.unit if line.rule.level is Level.SOFT else 1
        assert Fraction(kernel[line.rule.id], unit) == line.cost, line.rule.id
    if not card.schedule.settled:
        assert kernel["after_order"] > 0
        assert card.line("after_order").matches


@given(planned())
def test_the_checker_is_silent_exactly_where_no_hard_rule_matches(case):
    assert_checker_agrees(*case)


@given(planned_well())
def test_the_checker_is_silent_exactly_where_no_hard_rule_matches_a_good_plan(case):
    assert_checker_agrees(*case)


def assert_checker_agrees(problem, plan):
    card = score(problem, plan)
    broken = [match.because for line in card.lines if line.rule.level is Level.HARD for match in line.matches]
    complaints = check(problem, replace(plan, cost=card.cost) if card.schedule.settled else plan)
    assert bool(complaints) == bool(broken), (complaints, broken)


@given(planned(wild=False) | planned_well())
def test_the_checker_works_out_the_same_cost(case):
    problem, plan = case
    card = score(problem, plan)
    if any(card.line(rule).matches for rule in TIMES_MEAN_LITTLE):
        return
    checked = checked_cost(problem, plan)
    assert checked.keys() == card.cost.keys()
    for term, cost in card.cost.items():
        assert abs(checked[term] - cost) < 1e-6, term


@given(planned())
def test_a_plan_that_went_through_the_kernel_decides_the_same(case):
    problem, plan = case
    kernel_plan = to_kernel(problem, plan)
    back = to_plan(problem, kernel_plan)
    assert to_kernel(problem, back) == kernel_plan
    stops = {(route.technician, route.shift): route.stops for route in plan.routes}
    assert {(route.technician, route.shift): route.stops for route in back.routes} == stops
    assert back.unassigned == plan.unassigned
