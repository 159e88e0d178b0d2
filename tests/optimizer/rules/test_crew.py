import pytest

from optimizer.rules.crew import Crew
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, shift, technician, visit

CREW = [technician("Ann", shift("S"), shift("T")), technician("Bob"), technician("Cem")]
PAIR = problem([visit("V1", roles=2), visit("V2")], CREW)


@pytest.mark.parametrize(
    ("routes", "amount"),
    [
        ([], 0),  # not planned at all: nothing to say
        ([route("Ann", ("V1", 0)), route("Bob", ("V1", 1))], 0),
        ([route("Ann", ("V1", 0))], 1),  # role 1 is empty
        ([route("Ann", ("V1", 0)), route("Bob", ("V1", 0))], 2),  # role 0 once too often, role 1 empty
        ([route("Ann", ("V1", 0)), route("Bob", ("V1", 1)), route("Cem", ("V1", 1))], 1),
        ([route("Ann", ("V1", 0), ("V1", 1))], 1),  # Ann meets herself
        ([route("Ann", ("V1", 0)), route("Ann", ("V1", 1), shift="T")], 1),  # on another shift, too
    ],
)
def test_counts_roles_filled_too_often_or_too_seldom_and_technicians_who_meet_themselves(routes, amount):
    verify(Crew()).given(PAIR, plan(*routes)).penalizes_by(amount)


def test_a_visit_planned_twice_counts():
    # Twice by different people: filled once too often. By the same one: and he meets himself.
    verify(Crew()).given(PAIR, plan(route("Ann", "V2"), route("Bob", "V2"))).penalizes_by(1, because="V2 is planned 2")
    verify(Crew()).given(PAIR, plan(route("Ann", "V2", "V2"))).penalizes_by(2)
