import pytest

from optimizer.rules.missed_break import MissedBreak
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, rest, route, shift, technician, visit

# One visit from 08:00 to 12:30; the way home takes nothing.
LONG = visit("V1", minutes=270)


def case(pause, **gaps):
    work = problem(LONG, technician("Ann", shift(breaks=(pause,))))
    return verify(MissedBreak()).given(work, plan(route("Ann", "V1", **gaps)))


@pytest.mark.parametrize(
    ("latest", "gap", "amount"),
    [
        ("12:00", 0, 0),  # at 11:00, then the visit
        ("12:30", 1, 0),  # at 12:30, after the visit
        ("12:29", 1, 1),
        ("12:30", 2, 0),  # the route has ended at 12:30
        ("12:29", 2, 1),
        ("12:30", 3, 1),  # no such gap
    ],
)
def test_counts_a_break_that_begins_too_late_or_nowhere(latest, gap, amount):
    case(rest("11:00", latest, 30), lunch=gap).penalizes_by(amount)


def test_counts_a_break_that_the_plan_does_not_take():
    case(rest("11:00", "12:30", 30)).penalizes_by(1, because="Ann does not take break lunch")


def test_an_unused_shift_needs_no_break():
    work = problem(LONG, technician("Ann", shift(breaks=(rest("11:00", "12:00", 30),))))
    verify(MissedBreak()).given(work, plan()).is_content()


def test_counts_each_break():
    # Coffee and lunch both after the visit: 12:30 and 13:00.
    breaks = (rest("11:00", "12:00", 30, "coffee"), rest("11:30", "12:45", 30, "lunch"))
    work = problem(LONG, technician("Ann", shift(breaks=breaks)))
    both = verify(MissedBreak()).given(work, plan(route("Ann", "V1", coffee=1, lunch=1)))
    both.penalizes_by(2, because="Ann takes break coffee at 12:30, later than 12:00")


def test_says_when_the_route_ends_too_late_for_a_break_after_it():
    told = "Ann ends at 12:30, too late for break lunch by 12:00"
    case(rest("11:00", "12:00", 30), lunch=2).penalizes_by(1, because=told)
