from optimizer.domain import Balance as Target
from optimizer.rules.balance import Balance
from tests.optimizer.rules.verifier import verify
from tests.tiny import HOUR, plan, problem, route, shift, technician, visit

CREW = [technician("Ann", shift("S"), shift("T")), technician("Bob")]
VISITS = [visit("V1", 1, 60), visit("V2", 1, 90)]
HALF_AN_HOUR_AWAY = [[0, 30], [30, 0]]


def case(hours, *routes):
    work = problem(VISITS, CREW, HALF_AN_HOUR_AWAY, balance=Target(int(hours * HOUR), 20))
    return verify(Balance()).given(work, plan(*routes))


def test_work_beyond_the_target_costs():
    # 30 + 60 + 90 + 30 min = 3.5 h
    case(3.5, route("Ann", "V1", "V2")).is_content()
    told = "Ann works 3 h 30 min, 1 h 30 min more than the target"
    case(2, route("Ann", "V1", "V2")).penalizes_by(30, because=told)  # 1.5 h × 20


def test_all_shifts_of_a_technician_count_together():
    # (30 + 60 + 30) + (30 + 90 + 30) min = 4.5 h: 2.5 h over 2 h, × 20
    case(2, route("Ann", "V1"), route("Ann", "V2", shift="T")).penalizes_by(50)
    # Ann 2 h, Bob 2.5 h: half an hour over.
    case(2, route("Ann", "V1"), route("Bob", "V2")).penalizes_by(10)


def test_without_a_target_nothing_is_balanced():
    verify(Balance()).given(problem(VISITS, CREW, HALF_AN_HOUR_AWAY), plan(route("Ann", "V1"))).is_content()
