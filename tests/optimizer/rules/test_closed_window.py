import pytest

from optimizer.domain import After
from optimizer.rules.closed_window import ClosedWindow
from tests.optimizer.rules.verifier import verify
from tests.tiny import HOUR, plan, problem, route, shift, technician, visit, window

AN_HOUR_AWAY = [[0, 60], [60, 0]]  # arrival at 09:00


@pytest.mark.parametrize(
    ("windows", "amount"),
    [
        ((), 0),
        ((window("09:00", "09:00"),), 0),  # both ends belong to it
        ((window("10:00", "11:00"),), 0),  # waits
        ((window("08:00", "08:59"),), 1),
        ((window("08:00", "08:30"), window("08:40", "09:10")), 0),  # the second is still open
        ((window("08:00", "08:30"), window("08:40", "08:50")), 1),
    ],
)
def test_counts_one_where_no_window_is_left(windows, amount):
    work = problem(visit("V1", 1, windows=windows), minutes=AN_HOUR_AWAY)
    verify(ClosedWindow()).given(work, plan(route("Ann", "V1"))).penalizes_by(amount)


def test_a_visit_that_waits_for_another_beyond_its_windows_counts():
    # V1 ends at 10:00; V2 may start from 11:00 on, and its window closes at 10:30.
    work = problem(
        [visit("V1", minutes=120), visit("V2", windows=(window("08:00", "10:30"),), after=(After("V1", HOUR),))],
        [technician("Ann"), technician("Bob")],
    )
    verify(ClosedWindow()).given(work, plan(route("Ann", "V1"), route("Bob", "V2"))).penalizes_by(1)


def test_says_when_the_last_window_closes_in_the_time_of_the_shift():
    work = problem(
        visit("V1", 1, windows=(window("08:00", "08:59"),)), technician("Ann", shift(utc_offset=3600)), AN_HOUR_AWAY
    )
    case = verify(ClosedWindow()).given(work, plan(route("Ann", "V1")))
    case.penalizes_by(1, because="V1 cannot start by 09:59, when its last window closes")
