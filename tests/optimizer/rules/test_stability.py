import pytest

from optimizer.domain import Previous
from optimizer.rules.stability import Stability
from tests.optimizer.rules.verifier import verify
from tests.tiny import at, plan, problem, route, technician, visit

CREW = [technician("Ann"), technician("Bob")]
AN_HOUR_AWAY = [[0, 60], [60, 0]]  # V1 starts at 09:00


def known(technician="Ann", start=None, **more):
    was = Previous(technician, start and at(start))
    return problem(visit("V1", 1, previous=was, reassign_cost=15, cost_per_hour_later=8, **more), CREW, AN_HOUR_AWAY)


def test_another_technician_costs():
    verify(Stability()).given(known("Ann"), plan(route("Ann", "V1"))).is_content()
    told = "V1 was Ann's and is Bob's now"
    verify(Stability()).given(known("Ann"), plan(route("Bob", "V1"))).penalizes_by(15, because=told)


def test_a_visit_that_is_dropped_costs_as_well():
    told = "V1 was Ann's and is not planned now"
    verify(Stability()).given(known("Ann", "08:00"), plan()).penalizes_by(15, because=told)


@pytest.mark.parametrize(("start", "cost"), [("09:00", 0), ("10:00", 0), ("08:30", 4), ("07:00", 16)])
def test_each_hour_later_costs_and_earlier_is_free(start, cost):
    verify(Stability()).given(known("Ann", start), plan(route("Ann", "V1"))).penalizes_by(cost)


def test_both_together():
    # 15 + 30/60 × 8
    told = "V1 starts 30 min later than 08:30, when people expect it"
    verify(Stability()).given(known("Ann", "08:30"), plan(route("Bob", "V1"))).penalizes_by(19, because=told)


def test_one_member_of_a_crew_who_was_there_before_is_enough():
    both = plan(route("Bob", ("V1", 0)), route("Ann", ("V1", 1)))
    verify(Stability()).given(known("Ann", roles=2), both).is_content()


def test_a_technician_who_has_left_is_another_technician():
    verify(Stability()).given(known("Zoe"), plan(route("Ann", "V1"))).penalizes_by(15)
