from optimizer.rules.duty import Duty
from tests.optimizer.rules.verifier import verify
from tests.tiny import Costs, plan, problem, route, technician, visit, window

ANN = technician("Ann", costs=Costs(per_duty_hour=30))
HALF_AN_HOUR_AWAY = [[0, 30], [30, 0]]


def test_time_from_departure_to_finish_costs():
    # 30 + 60 + 30 min = 2 h × 30
    work = problem(visit("V1", 1, 60), ANN, HALF_AN_HOUR_AWAY)
    told = "Ann is on duty for 2 h 00 min, from 08:00 to 10:00"
    verify(Duty()).given(work, plan(route("Ann", "V1"))).penalizes_by(60, because=told)


def test_waiting_before_the_first_visit_is_left_out_by_leaving_late():
    # Open from 12:00: leaves at 11:30, back at 13:30.
    work = problem(visit("V1", 1, 60, windows=(window("12:00", "13:00"),)), ANN, HALF_AN_HOUR_AWAY)
    told = "from 11:30 to 13:30"
    verify(Duty()).given(work, plan(route("Ann", "V1"))).penalizes_by(60, because=told)


def test_waiting_between_two_fixed_visits_is_duty():
    # V1 at 09:00 sharp, V2 at 12:00: leaves at 08:30, ends V2 at 13:00, is home at 13:30: 5 h × 30.
    first = visit("V1", 1, 60, windows=(window("09:00", "09:00"),))
    second = visit("V2", 1, 60, windows=(window("12:00", "12:00"),))
    work = problem([first, second], ANN, HALF_AN_HOUR_AWAY)
    verify(Duty()).given(work, plan(route("Ann", "V1", "V2"))).penalizes_by(150)
