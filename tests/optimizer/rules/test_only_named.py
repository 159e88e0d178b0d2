import pytest

from optimizer.rules.only_named import OnlyNamed
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, technician, visit

CREW = [technician("Ann"), technician("Bob")]


@pytest.mark.parametrize(("only", "amount"), [((), 0), (("Ann",), 0), (("Bob", "Ann"), 0), (("Bob",), 1)])
def test_somebody_else_counts_one(only, amount):
    work = problem(visit("V1", only=only), CREW)
    verify(OnlyNamed()).given(work, plan(route("Ann", "V1"))).penalizes_by(amount)


def test_every_member_of_a_crew_must_be_named():
    work = problem([visit("V0"), visit("V1", roles=2, only=("Ann",))], CREW)
    case = verify(OnlyNamed()).given(work, plan(route("Ann", ("V1", 0)), route("Bob", "V0", ("V1", 1))))
    case.penalizes_by(1, because="V1 is kept to Ann, and Bob does it")
