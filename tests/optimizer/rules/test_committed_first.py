import pytest

from optimizer.rules.committed_first import CommittedFirst
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, shift, technician, visit

WORK = problem(
    [visit("V1"), visit("V2"), visit("V3")], [technician("Ann", shift(committed=("V1", "V2"))), technician("Bob")]
)


@pytest.mark.parametrize(
    ("stops", "amount"),
    [
        (["V1", "V2"], 0),
        (["V1", "V2", "V3"], 0),
        (["V2", "V1"], 1),
        (["V3", "V1", "V2"], 1),
        (["V1"], 1),
    ],
)
def test_counts_a_shift_whose_committed_visits_do_not_stand_first(stops, amount):
    verify(CommittedFirst()).given(WORK, plan(route("Ann", *stops))).penalizes_by(amount)


def test_counts_a_shift_that_is_not_used_at_all():
    case = verify(CommittedFirst()).given(WORK, plan(route("Bob", "V1", "V2")))
    case.penalizes_by(1, because="Ann is committed to V1, V2 first on S")
