from optimizer.rules.must_be_done import MustBeDone
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, visit

WORK = problem([visit("V1", drop_cost=None), visit("V2", drop_cost=None), visit("V3", drop_cost=0)])


def test_counts_each_visit_left_out_that_has_no_price():
    verify(MustBeDone()).given(WORK, plan()).penalizes_by(2, because="V1 must be done and is not planned")
    verify(MustBeDone()).given(WORK, plan(route("Ann", "V2"))).penalizes_by(1)
    verify(MustBeDone()).given(WORK, plan(route("Ann", "V2", "V1"))).is_content()
