"""Customers wait less where that costs nothing more, and the plan's own costs know nothing of it."""

import datetime as dt
from dataclasses import replace

from dispatch.planning.waiting import LOOKS_AHEAD, hurried
from optimizer import score, solve
from optimizer.domain import Promise
from optimizer.model import Model

MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
NOW = int(MORNING.timestamp())
DAY = 86_400


def two_days():
    """One technician, two days with nothing else to do, and a visit at the base that is due by the end of both."""
    model = Model("two days")
    base = model.location("base", lat=0, lon=0)
    model.travel(durations=[[0]])
    ann = model.technician("ann")
    for day in (1, 0):  # the later one first, so that nothing but the price speaks for the earlier one
        start = MORNING + dt.timedelta(days=day)
        end = start + dt.timedelta(hours=8)
        model.shift(ann, f"d{day}", start=start, end=end, start_location=base, end_location=base)
    due = Promise(NOW + DAY + 7 * 3600, 100.0, 10.0)
    model.visit("v", location=base, duration=dt.timedelta(hours=1), arrive_by=due, drop_cost=500)
    return model.problem()


def price_of_an_hour(promises):
    """What an hour costs the visit with no other promises than these, where it costs 7 without any."""
    (visit,) = two_days().visits
    problem = replace(two_days(), visits=(replace(visit, **{"arrive_by": None, "complete_by": None, **promises}),))
    (found,) = hurried(problem, NOW, 7.0).visits
    (added,) = [one for one in (found.arrive_by, found.complete_by) if one is not None and one.at == NOW]
    return added.cost_per_hour_late


def test_a_price_for_waiting_brings_a_visit_to_the_first_day_and_is_no_cost_of_the_plan():
    problem = two_days()
    plan = solve(hurried(problem, NOW, 10.0), iterations=50).plan
    (route,) = plan.routes
    assert route.shift == "d0"
    assert route.stops[0].start == NOW
    assert score(problem, plan).cost["total"] == 0


def with_promises(arrive_by, complete_by):
    """The visit of the two days, hurried, with these promises, in hours from now: each 100 at once, and 10 an hour."""
    (visit,) = two_days().visits
    due = {
        name: None if at is None else Promise(NOW + int(at * 3600), 100.0, 10.0)
        for name, at in (arrive_by, complete_by)
    }
    (found,) = hurried(replace(two_days(), visits=(replace(visit, **due),)), NOW, 7.0).visits
    return found, due


def sooner(promise, seconds):
    return replace(promise, at=promise.at - seconds)


def test_the_price_stands_where_a_visit_has_room_for_another_promise():
    (visit,) = two_days().visits
    bare = replace(two_days(), visits=(replace(visit, arrive_by=None),))
    assert hurried(bare, NOW, 7.0).visits[0].arrive_by == Promise(NOW, 0.0, 7.0)


def test_of_two_promises_the_one_gives_its_place_that_is_kept_where_the_other_is():
    # The work takes an hour. To begin within one hour is to be done within two, long before four: what is urgent is
    # 110 / e^(1/3) = 78.8 for beginning, and 110 / e = 40.5 for being done, which has three hours to begin in.
    found, due = with_promises(("arrive_by", 1), ("complete_by", 4))
    assert found.arrive_by == sooner(due["arrive_by"], 1200)
    assert found.complete_by == Promise(NOW, 0.0, 7 + 79 + 40)
    # To be done within two hours is to have begun within one, long before three.
    found, due = with_promises(("arrive_by", 3), ("complete_by", 2))
    assert found.complete_by == sooner(due["complete_by"], 1200)
    assert found.arrive_by == Promise(NOW, 0.0, 7 + 40 + 79)


def test_a_promise_that_is_lost_gives_its_place_and_what_its_hours_cost_goes_on():
    found, due = with_promises(("arrive_by", -1), ("complete_by", 4))
    assert found.complete_by == sooner(due["complete_by"], 1800)
    assert found.arrive_by == Promise(NOW, 0.0, 7 + 40 + 10)
    found, due = with_promises(("arrive_by", 1), ("complete_by", 0.5))
    assert found.arrive_by == sooner(due["arrive_by"], 1200)
    assert found.complete_by == Promise(NOW, 0.0, 7 + 79 + 10)
    found, due = with_promises(("arrive_by", -1), ("complete_by", 0.5))
    assert found.arrive_by == due["arrive_by"]
    assert found.complete_by == Promise(NOW, 0.0, 7 + 10)


def test_a_search_is_to_keep_promises_with_half_an_hour_to_spare_or_a_third_of_what_is_left():
    # Three hours to begin in: half an hour; half an hour: ten minutes; none: what is late is late.
    for left, less in ((3, 1800), (0.5, 600), (0, 0), (-1, 0)):
        found, due = with_promises(("arrive_by", left), ("complete_by", None))
        assert found.arrive_by == sooner(due["arrive_by"], less)
        found, due = with_promises(("arrive_by", None), ("complete_by", left + 1))  # the work takes an hour
        assert found.complete_by == sooner(due["complete_by"], less)


def test_an_hour_costs_more_the_nearer_the_promise_is():
    # Missing it costs 100 at once and 10 for the first hour. At the last moment that is the urgency, one time of
    # LOOKS_AHEAD before it 110 / e = 40.47, two times 110 / e² = 14.89, and where it is late already nothing.
    for name, work in (("arrive_by", 0), ("complete_by", 3600)):
        slacks = (-60, 60, LOOKS_AHEAD, 2 * LOOKS_AHEAD, 30 * LOOKS_AHEAD)
        due = [{name: Promise(NOW + slack + work, 100.0, 10.0)} for slack in slacks]
        assert [price_of_an_hour(one) for one in due] == [7, 7 + 109, 7 + 40, 7 + 15, 7]


def test_without_a_price_the_problem_is_the_same():
    problem = two_days()
    assert hurried(problem, NOW, 0.0) is problem
