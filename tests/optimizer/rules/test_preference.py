import pytest

from optimizer.rules.preference import Preference
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, technician, visit

CREW = [technician("Ann"), technician("Bob"), technician("Cem")]


@pytest.mark.parametrize(("preferred", "cost"), [((), 0), (("Ann",), 0), (("Bob", "Ann"), 0), (("Bob", "Cem"), 7.25)])
def test_somebody_else_costs(preferred, cost):
    work = problem(visit("V1", preferred=preferred, preference_cost=7.25), CREW)
    verify(Preference()).given(work, plan(route("Ann", "V1"))).penalizes_by(cost)


def test_one_preferred_member_of_a_crew_is_enough():
    work = problem(visit("V1", roles=2, preferred=("Bob",), preference_cost=5), CREW)
    verify(Preference()).given(work, plan(route("Ann", ("V1", 0)), route("Bob", ("V1", 1)))).is_content()
    told = "Ann and Cem do V1, preferred is Bob"
    case = verify(Preference()).given(work, plan(route("Ann", ("V1", 0)), route("Cem", ("V1", 1))))
    case.penalizes_by(5, because=told)


def test_nobody_costs_nothing():
    work = problem(visit("V1", preferred=("Bob",), preference_cost=5), CREW)
    verify(Preference()).given(work, plan()).is_content()
