from optimizer.rules.unassigned import Unassigned
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, visit

WORK = problem([visit("V1", drop_cost=12.5), visit("V2", drop_cost=30), visit("V3", drop_cost=None)])


def test_each_visit_left_out_costs_its_price():
    # 12.5 + 30; V3 has no price: it must be done, which another rule says.
    verify(Unassigned()).given(WORK, plan()).penalizes_by(42.5, because="V2 is not planned")
    verify(Unassigned()).given(WORK, plan(route("Ann", "V1"))).penalizes_by(30)
    verify(Unassigned()).given(WORK, plan(route("Ann", "V2", "V1"))).is_content()
