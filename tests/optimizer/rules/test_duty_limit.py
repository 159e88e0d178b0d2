import pytest

from optimizer.rules.duty_limit import DutyLimit
from tests.optimizer.rules.verifier import verify
from tests.tiny import HOUR, plan, problem, route, shift, technician, visit, window


@pytest.mark.parametrize(("minutes", "limit", "amount"), [(60, None, 0), (120, 2, 0), (121, 2, 1)])
def test_counts_a_route_longer_than_its_limit(minutes, limit, amount):
    ann = technician("Ann", shift(max_duty=limit and limit * HOUR))
    verify(DutyLimit()).given(problem(visit("V1", minutes=minutes), ann), plan(route("Ann", "V1"))).penalizes_by(amount)


def test_waiting_that_a_later_departure_takes_out_is_not_duty():
    # Half an hour away and open from 12:00: she leaves at 11:30, is home at 13:00, on duty for 1 h 30 min.
    far = visit("V1", 1, 30, windows=(window("12:00", "13:00"),))
    for limit, amount in ((90, 0), (89, 1)):
        ann = technician("Ann", shift(max_duty=limit * 60))
        case = verify(DutyLimit()).given(problem(far, ann, [[0, 30], [30, 0]]), plan(route("Ann", "V1")))
        case.penalizes_by(amount)


def test_says_how_long_and_how_long_is_allowed():
    ann = technician("Ann", shift(max_duty=2 * HOUR))
    told = "Ann is on duty for 2 h 30 min on S, 2 h 00 min are allowed"
    case = verify(DutyLimit()).given(problem(visit("V1", minutes=150), ann), plan(route("Ann", "V1")))
    case.penalizes_by(1, because=told)
