"""Two plans in accounts that add up."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain import Costs, Previous, Promise
from optimizer.explain import compare
from optimizer.explain.comparing import Fate
from optimizer.policy import Policy
from optimizer.rules import Level
from optimizer.scoring import score
from tests.strategies import any_plans, problems
from tests.tiny import HOUR, at, plan, problem, route, technician, visit


@settings(max_examples=40)
@given(st.data(), st.sampled_from([Policy(), Policy("hasty", {"lateness": 3, "travel": 0.5, "balance": 0})]))
def test_the_accounts_of_visits_and_technicians_add_up_to_every_rule_and_to_the_total(
    data: st.DataObject, policy: Policy
) -> None:
    given_ = data.draw(problems())
    plans = [data.draw(any_plans(given_)) for _ in range(2)]
    cards = [score(given_, one, policy) for one in plans]

    found = compare(given_, *plans, policy)

    for number, card in enumerate(cards):
        accounts = [(one.cost_before, one.cost_after)[number] for one in (*found.visits, *found.technicians)]
        nobodys = sum(
            match.amount
            for line in card.lines
            for match in line.matches
            if match.visit is None and not match.technician
        )
        for line in card.lines:
            charged = sum((one.get(line.rule.id, Fraction(0)) for one in accounts), Fraction(0))
            assert charged + (nobodys if line.rule.id == "after_order" else 0) == line.cost
            assert found.rules.get(line.rule.id, (0, 0))[number] == line.cost
        assert found.totals[number] == card.total
        assert found.broken[number] == card.hard
    changes = sum((one.change for one in (*found.visits, *found.technicians)), Fraction(0))
    assert changes == found.change == cards[1].total - cards[0].total
    soft = {line.rule.id for line in cards[0].lines if line.rule.level is Level.SOFT}
    assert sum((new - old for rule, (old, new) in found.rules.items() if rule in soft), Fraction(0)) == found.change


@settings(max_examples=30)
@given(st.data())
def test_a_plan_held_against_itself_changes_nothing(data: st.DataObject) -> None:
    given_ = data.draw(problems())
    made = data.draw(any_plans(given_))
    found = compare(given_, made, made)
    assert {one.fate for one in found.visits} == {Fate.SAME}
    assert not any(one.affected or one.change for one in found.technicians)
    assert found.change == 0


def test_what_becomes_of_each_visit_is_told_with_what_it_costs():
    # all in one place: A first for an hour, then B; B is promised for 08:30 at 60 an hour
    visits = [
        visit("A", minutes=60, drop_cost=5),
        visit("B", minutes=30, drop_cost=5, arrive_by=Promise(at("08:30"), 0, 60)),
        visit("C", minutes=30, drop_cost=7, previous=Previous("Ann"), reassign_cost=4),
        visit("D", drop_cost=5),
    ]
    people = [technician("Ann", costs=Costs(per_shift=10)), technician("Bob", costs=Costs(per_shift=20))]
    given_ = problem(visits, people)

    found = compare(given_, plan(route("Ann", "A", "B", "D")), plan(route("Ann", "B", "A"), route("Bob", "C")))

    by_visit = {one.visit: one for one in found.visits}
    assert {name: one.fate for name, one in by_visit.items()} == {
        "A": Fate.MOVED,
        "B": Fate.MOVED,
        "C": Fate.ASSIGNED,
        "D": Fate.UNASSIGNED,
    }
    assert dict(by_visit["B"].cost_before) == {"lateness": 30}
    assert by_visit["B"].change == -30
    assert (dict(by_visit["C"].cost_before), dict(by_visit["C"].cost_after)) == (
        {"unassigned": 7, "stability": 4},
        {"stability": 4},
    )
    assert by_visit["D"].change == 5
    bob = found.technicians[1]
    assert (bob.affected, bob.before.visits, bob.after.visits, bob.after.work, bob.change) == (
        True,
        0,
        1,
        HOUR // 2,
        20,
    )
    assert found.change == -30 - 7 + 5 + 20
    assert found.rules["lateness"] == (30, 0)
    assert by_visit["C"].after is not None
    assert (by_visit["C"].after.technicians, by_visit["C"].after.start) == (("Bob",), at("08:00"))
