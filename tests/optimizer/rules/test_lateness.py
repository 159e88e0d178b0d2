from fractions import Fraction

import pytest

from optimizer.domain import Promise
from optimizer.rules.lateness import Lateness
from tests.optimizer.rules.verifier import verify
from tests.tiny import at, plan, problem, route, shift, technician, visit, window

AN_HOUR_AWAY = [[0, 60], [60, 0]]  # V1 starts at 09:00 and, taking 30 min, ends at 09:30
PLAN = plan(route("Ann", "V1"))


@pytest.mark.parametrize(
    ("arrive_by", "complete_by", "amount"),
    [
        ("09:00", None, 0),
        ("08:35", None, 50 + 10),  # 25 min late: 50 + 25/60 × 24
        (None, "09:30", 0),
        (None, "09:00", 50 + 12),  # 30 min late: 50 + 30/60 × 24
        ("08:30", "09:00", 2 * (50 + 12)),
    ],
)
def test_a_broken_promise_costs_once_and_by_the_hour(arrive_by, complete_by, amount):
    promises = {
        key: Promise(at(when), 50, 24)
        for key, when in (("arrive_by", arrive_by), ("complete_by", complete_by))
        if when is not None
    }
    work = problem(visit("V1", 1, 30, **promises), minutes=AN_HOUR_AWAY)
    verify(Lateness()).given(work, PLAN).penalizes_by(amount)


def test_it_is_the_start_of_service_that_counts_not_the_arrival():
    late = visit("V1", 1, 30, arrive_by=Promise(at("09:00"), 50), windows=(window("10:00", "11:00"),))
    verify(Lateness()).given(problem(late, minutes=AN_HOUR_AWAY), PLAN).penalizes_by(50)


def test_a_crew_is_late_once_however_many_come():
    # Both start at 09:00, when Ann arrives.
    pair = visit("V1", 1, 30, roles=2, arrive_by=Promise(at("08:40"), 0, 10))
    work = problem(pair, [technician("Ann"), technician("Bob", shift(start_location=1))], AN_HOUR_AWAY)
    both = plan(route("Bob", ("V1", 0)), route("Ann", ("V1", 1)))
    verify(Lateness()).given(work, both).penalizes_by(Fraction(10, 3))  # 20/60 × 10


def test_a_visit_that_is_dropped_breaks_no_promise():
    work = problem(visit("V1", 1, arrive_by=Promise(at("08:00"), 50)), minutes=AN_HOUR_AWAY)
    verify(Lateness()).given(work, plan()).is_content()


def test_says_how_late_and_what_was_promised_in_the_time_of_the_shift():
    ann = technician("Ann", shift(utc_offset=-3 * 3600))
    work = problem(visit("V1", 1, arrive_by=Promise(at("08:35"), 50)), ann, AN_HOUR_AWAY)
    told = "V1 starts 25 min after its promise of 05:35"
    (match,) = verify(Lateness()).given(work, PLAN).penalizes_by(50, because=told)
    assert (match.visit, match.technician, match.shift) == ("V1", "Ann", "S")


def test_a_promise_of_another_day_is_told_with_its_date():
    work = problem(visit("V1", 1, arrive_by=Promise(at("20:00", day=-1), 50)), minutes=AN_HOUR_AWAY)
    verify(Lateness()).given(work, PLAN).penalizes_by(50, because="13 h 00 min after its promise of 2026-01-04 20:00")
