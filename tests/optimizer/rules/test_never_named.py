import pytest

from optimizer.rules.never_named import NeverNamed
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, technician, visit

CREW = [technician("Ann"), technician("Bob")]


@pytest.mark.parametrize(("never", "amount"), [((), 0), (("Bob",), 0), (("Ann",), 1), (("Bob", "Ann"), 1)])
def test_a_named_technician_counts_one(never, amount):
    work = problem(visit("V1", never=never), CREW)
    verify(NeverNamed()).given(work, plan(route("Ann", "V1"))).penalizes_by(amount)


def test_counts_each_member_of_a_crew():
    work = problem([visit("V0", never=("Bob",)), visit("V1", roles=2, never=("Ann", "Bob"))], CREW)
    case = verify(NeverNamed()).given(work, plan(route("Ann", "V0", ("V1", 0)), route("Bob", ("V1", 1))))
    case.penalizes_by(2, because="Bob does V1 and must never")
