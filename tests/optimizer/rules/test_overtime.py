from fractions import Fraction

from optimizer.rules.overtime import Overtime
from tests.optimizer.rules.verifier import verify
from tests.tiny import HOUR, Costs, plan, problem, route, shift, technician, visit

ANN = technician("Ann", shift(max_overtime=HOUR), costs=Costs(per_overtime_hour=40))


def test_time_beyond_the_shift_costs():
    verify(Overtime()).given(problem(visit("V1", minutes=9 * 60), ANN), plan(route("Ann", "V1"))).is_content()
    # Until 17:25: 25/60 h × 40
    told = "Ann finishes 25 min after the end of S at 17:00"
    case = verify(Overtime()).given(problem(visit("V1", minutes=9 * 60 + 25), ANN), plan(route("Ann", "V1")))
    case.penalizes_by(Fraction(50, 3), because=told)


def test_time_beyond_what_is_allowed_costs_as_well():
    # Until 19:00: 2 h × 40
    case = verify(Overtime()).given(problem(visit("V1", minutes=11 * 60), ANN), plan(route("Ann", "V1")))
    case.penalizes_by(80)
