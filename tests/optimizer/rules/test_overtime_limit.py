import pytest

from optimizer.rules.overtime_limit import OvertimeLimit
from tests.optimizer.rules.verifier import verify
from tests.tiny import HOUR, MINUTE, plan, problem, route, shift, technician, visit


@pytest.mark.parametrize(
    ("minutes", "allowed", "amount"),
    [
        (9 * 60, 0, 0),  # 08:00 to 17:00, the end of the shift
        (9 * 60 + 1, 0, 1),
        (9 * 60 + 30, 30 * MINUTE, 0),
        (9 * 60 + 31, 30 * MINUTE, 1),
    ],
)
def test_counts_a_route_that_runs_over_what_is_allowed(minutes, allowed, amount):
    work = problem(visit("V1", minutes=minutes), technician("Ann", shift(max_overtime=allowed)))
    verify(OvertimeLimit()).given(work, plan(route("Ann", "V1"))).penalizes_by(amount)


def test_says_by_how_much_and_beyond_what():
    work = problem(visit("V1", minutes=11 * 60), technician("Ann", shift(max_overtime=HOUR)))
    told = "Ann finishes 1 h 00 min after 18:00, the latest that shift S allows"
    verify(OvertimeLimit()).given(work, plan(route("Ann", "V1"))).penalizes_by(1, because=told)
