from optimizer.rules.shift import ShiftCost
from tests.optimizer.rules.verifier import verify
from tests.tiny import Costs, plan, problem, route, shift, technician, visit

ANN = technician("Ann", shift("S"), shift("T"), costs=Costs(per_shift=80.5))
WORK = problem([visit("V1"), visit("V2")], ANN)


def test_each_used_shift_costs():
    verify(ShiftCost()).given(WORK, plan()).is_content()
    verify(ShiftCost()).given(WORK, plan(route("Ann", "V1", "V2"))).penalizes_by(80.5, because="Ann works on S")
    # 2 × 80.50
    verify(ShiftCost()).given(WORK, plan(route("Ann", "V1"), route("Ann", "V2", shift="T"))).penalizes_by(161)


def test_a_route_without_stops_is_no_route():
    verify(ShiftCost()).given(WORK, plan(route("Ann"))).is_content()
