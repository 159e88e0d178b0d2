"""Every clause of "What a route does in time" of the planning model, worked out by hand.

Shifts last from 08:00 to 17:00 and start and end at place 0 unless said; travel is in minutes.
"""

import pytest

from optimizer.domain import After, Previous, Promise, Stop
from optimizer.timeline import service_time, walk
from tests.tiny import (
    HOUR,
    MINUTE,
    Costs,
    at,
    plan,
    problem,
    rest,
    route,
    shift,
    technician,
    visit,
    window,
)

AN_HOUR_AWAY = [[0, 60], [60, 0]]
PAID_BY_THE_HOUR = Costs(per_duty_hour=30)


def times(schedule, visit_id):
    """Arrival, start and end of a visit's first stop as times of the day."""
    _, stop = schedule.stops_of[visit_id][0]
    return tuple(clock(moment) for moment in (stop.arrival, stop.start, stop.end))


def clock(moment):
    minutes, seconds = divmod(moment - at("00:00"), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


# -- travel, service, windows ------------------------------------------------------------------------------------


def test_everything_happens_as_early_as_it_can():
    # 08:00 + 20 = 08:20, V1 until 08:50, + 15 = 09:05, V2 until 10:05, + 40 home = 10:45.
    work = problem([visit("V1", 1, 30), visit("V2", 2, 60)], minutes=[[0, 20, 30], [5, 0, 15], [40, 5, 0]])
    schedule = walk(work, plan(route("Ann", "V1", "V2")))
    assert times(schedule, "V1") == ("08:20", "08:20", "08:50")
    assert times(schedule, "V2") == ("09:05", "09:05", "10:05")
    (timeline,) = schedule.timelines
    assert (clock(timeline.depart), clock(timeline.finish)) == ("08:00", "10:45")
    assert (timeline.drive, timeline.duty, timeline.work) == (75 * MINUTE, 165 * MINUTE, 165 * MINUTE)


def test_a_route_without_end_location_ends_where_its_last_visit_ends():
    work = problem(visit("V1", 1, 30), technician("Ann", shift(end_location=None)), AN_HOUR_AWAY)
    (timeline,) = walk(work, plan(route("Ann", "V1"))).timelines
    assert (clock(timeline.finish), timeline.drive) == ("09:30", HOUR)


def test_a_shift_without_stops_has_no_timeline():
    assert walk(problem(visit()), plan(route("Ann"))).timelines == ()


@pytest.mark.parametrize(
    ("windows", "start"),
    [
        ([("10:00", "11:00")], "10:00"),  # waits
        ([("08:00", "09:00")], "09:00"),  # just in time
        ([("08:00", "08:30"), ("09:30", "09:40")], "09:30"),  # the next one
        ([("08:00", "08:30"), ("08:45", "09:15")], "09:00"),
    ],
)
def test_service_starts_at_the_first_moment_that_lies_in_a_window(windows, start):
    work = problem(visit("V1", 1, windows=tuple(window(*pair) for pair in windows)), minutes=AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", "V1")))
    assert times(schedule, "V1")[:2] == ("09:00", start)


def test_where_every_window_has_closed_service_starts_on_arrival_and_the_stop_says_so():
    work = problem(visit("V1", 1, 10, windows=(window("08:00", "08:30"),)), minutes=AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", "V1")))
    assert times(schedule, "V1") == ("09:00", "09:00", "09:10")
    assert schedule.timelines[0].stops[0].closed


@pytest.mark.parametrize(
    ("seconds", "pace", "takes"),
    [
        (600, 1, 600),
        (600, 0.75, 450),
        (605, 0.75, 454),  # 453.75, rounded up
        (100, 1.1, 110),  # 110.00000000000001 in binary
        (601, 1.1, 662),  # 661.1
    ],
)
def test_service_takes_the_duration_at_the_pace_rounded_up(seconds, pace, takes):
    assert service_time(seconds, pace) == takes
    work = problem(visit("V1", minutes=seconds / 60), technician("Ann", pace=pace))
    schedule = walk(work, plan(route("Ann", "V1")))
    assert schedule.ends["V1"] - schedule.starts["V1"] == takes


# -- breaks ------------------------------------------------------------------------------------------------------


def one_break(pause, gap, minutes=AN_HOUR_AWAY, first=None, **changes):
    work = problem(first or visit("V1", 1, 60), technician("Ann", shift(breaks=(pause,), **changes)), minutes)
    schedule = walk(work, plan(route("Ann", "V1", **{pause.id: gap})))
    return schedule, schedule.timelines[0]


def test_a_break_that_is_due_is_taken_before_driving_on():
    # 08:00 to 08:30 break, then an hour's drive.
    schedule, timeline = one_break(rest("07:00", "09:00", 30), gap=0)
    assert clock(timeline.breaks[0].start) == "08:00"
    assert times(schedule, "V1") == ("09:30", "09:30", "10:30")


def test_travel_is_interrupted_by_a_break_and_goes_on_after_it():
    # Drives 08:00 to 08:40, rests to 09:10, drives the remaining 20 min.
    schedule, timeline = one_break(rest("08:40", "09:00", 30), gap=0)
    assert clock(timeline.breaks[0].start) == "08:40"
    assert times(schedule, "V1") == ("09:30", "09:30", "10:30")
    assert timeline.drive == 2 * HOUR


def test_travel_goes_on_while_a_break_is_waited_for():
    # There at 09:00, rests from 10:00 to 10:30, no more to drive.
    schedule, timeline = one_break(rest("10:00", "11:00", 30), gap=0)
    assert clock(timeline.breaks[0].start) == "10:00"
    assert times(schedule, "V1") == ("10:30", "10:30", "11:30")


def test_a_break_after_the_last_stop_is_taken_on_the_way_home():
    # V1 ends at 10:00; drives to 10:20, rests to 10:50, drives the remaining 40 min.
    _, timeline = one_break(rest("10:20", "11:00", 30), gap=1)
    assert clock(timeline.breaks[0].start) == "10:20"
    assert clock(timeline.finish) == "11:30"


def test_a_break_after_the_last_stop_belongs_to_the_route_even_where_it_has_no_way_home():
    _, timeline = one_break(rest("10:20", "11:00", 30), gap=1, end_location=None)
    assert clock(timeline.finish) == "10:50"


def test_a_break_after_the_route_is_free_and_takes_no_time_of_it():
    _, timeline = one_break(rest("12:00", "12:30", 30), gap=2)
    assert clock(timeline.finish) == "11:00"
    assert timeline.breaks == ()
    assert timeline.gaps == {"lunch": 2}


def test_two_breaks_in_one_gap_are_taken_in_the_order_of_their_earliest_starts():
    # Two hours' drive. Drives 08:00 to 08:30, coffee to 08:45, drives to 09:15 (60 of 120 min), lunch to 09:45,
    # drives the remaining 60 min.
    pauses = (rest("09:15", "10:00", 30, "lunch"), rest("08:30", "09:00", 15, "coffee"))
    work = problem(visit("V1", 1), technician("Ann", shift(breaks=pauses)), [[0, 120], [120, 0]])
    schedule = walk(work, plan(route("Ann", "V1", lunch=0, coffee=0)))
    taken = [(pause.rest.id, clock(pause.start)) for pause in schedule.timelines[0].breaks]
    assert taken == [("coffee", "08:30"), ("lunch", "09:15")]
    assert times(schedule, "V1")[0] == "10:45"


def test_a_break_that_overlaps_the_one_before_begins_when_that_ends():
    pauses = (rest("08:00", "09:00", 30, "coffee"), rest("08:10", "09:00", 30, "lunch"))
    work = problem(visit("V1", 1), technician("Ann", shift(breaks=pauses)), AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", "V1", lunch=0, coffee=0)))
    assert [clock(pause.start) for pause in schedule.timelines[0].breaks] == ["08:00", "08:30"]
    assert times(schedule, "V1")[0] == "10:00"


@pytest.mark.parametrize("gaps", [{}, {"lunch": -1}, {"lunch": 3}])
def test_a_break_that_is_in_no_gap_takes_no_time(gaps):
    work = problem(visit("V1", 1), technician("Ann", shift(breaks=(rest("08:30", "09:00", 30),))), AN_HOUR_AWAY)
    assert times(walk(work, plan(route("Ann", "V1", **gaps))), "V1")[0] == "09:00"


# -- crews and order ---------------------------------------------------------------------------------------------


def test_a_crew_starts_when_its_last_member_has_arrived_and_takes_as_long_as_its_slowest():
    # Bob is there at 08:00, Ann at 09:00; Bob needs 60 × 1.5 = 90 min, so both stay until 10:30.
    crew = [technician("Ann"), technician("Bob", shift(start_location=1), pace=1.5)]
    work = problem(visit("V1", 1, 60, roles=2), crew, AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Bob", ("V1", 0)), route("Ann", ("V1", 1))))
    stops = {timeline.technician.id: stop for timeline, stop in schedule.stops_of["V1"]}
    assert [clock(stops[who].arrival) for who in ("Ann", "Bob")] == ["09:00", "08:00"]
    assert {(clock(stop.start), clock(stop.end)) for stop in stops.values()} == {("09:00", "10:30")}


def test_what_follows_a_crew_on_every_route_waits_with_it():
    # Ann is free for the pair at 10:00, Bob at once; both then go on to their own next visit at 11:00.
    visits = [visit("A", minutes=120), visit("P", minutes=60, roles=2), visit("X"), visit("Y")]
    work = problem(visits, [technician("Ann"), technician("Bob")])
    schedule = walk(work, plan(route("Ann", "A", ("P", 0), "X"), route("Bob", ("P", 1), "Y")))
    assert [clock(schedule.starts[v]) for v in ("P", "X", "Y")] == ["10:00", "11:00", "11:00"]


def test_a_chain_of_visits_waits_link_by_link():
    # V1 ends at 09:00; V2 from 09:15 to 09:45; V3 from 09:45 on.
    visits = [
        visit("V1", minutes=60),
        visit("V2", minutes=30, after=(After("V1", 15 * MINUTE),)),
        visit("V3", after=(After("V2"),)),
    ]
    work = problem(visits, [technician("Ann"), technician("Bob"), technician("Cem")])
    schedule = walk(work, plan(route("Cem", "V3"), route("Bob", "V2"), route("Ann", "V1")))
    assert schedule.settled
    assert [clock(schedule.starts[v]) for v in ("V1", "V2", "V3")] == ["08:00", "09:15", "09:45"]


def test_waiting_for_another_visit_ends_in_the_next_open_window():
    follower = visit("V2", after=(After("V1"),), windows=(window("08:00", "08:30"), window("09:30", "10:00")))
    work = problem([visit("V1", minutes=60), follower], [technician("Ann"), technician("Bob")])
    schedule = walk(work, plan(route("Ann", "V1"), route("Bob", "V2")))
    assert clock(schedule.starts["V2"]) == "09:30"


def test_a_visit_does_not_wait_for_one_that_is_not_planned():
    work = problem([visit("V1"), visit("V2", after=(After("V1", HOUR),))])
    assert clock(walk(work, plan(route("Ann", "V2"))).starts["V2"]) == "08:00"


def test_visits_that_wait_for_each_other_in_a_circle_are_not_settled():
    follower = visit("V2", minutes=10, after=(After("V1"),))
    assert not walk(problem([visit("V1"), follower]), plan(route("Ann", "V2", "V1"))).settled
    pairs = problem([visit("P", 0, 10, roles=2), visit("Q", 0, 10, roles=2)], [technician("Ann"), technician("Bob")])
    crossed = plan(route("Ann", ("P", 0), ("Q", 0)), route("Bob", ("Q", 1), ("P", 1)))
    assert not walk(pairs, crossed).settled


# -- departure ---------------------------------------------------------------------------------------------------


def leaving(first, costs=PAID_BY_THE_HOUR, **changes):
    work = problem(first, technician("Ann", shift(**changes), costs=costs), AN_HOUR_AWAY)
    return walk(work, plan(route("Ann", *(v.id for v in work.visits)))).timelines[0]


NOON = (window("12:00", "13:00"),)


@pytest.mark.parametrize(
    ("costs", "changes", "depart"),
    [
        (Costs(), {}, "08:00"),
        (Costs(per_travel_hour=30, per_overtime_hour=30), {}, "08:00"),
        (PAID_BY_THE_HOUR, {}, "11:00"),
        (Costs(), {"max_duty": 9 * HOUR}, "11:00"),
    ],
)
def test_a_route_leaves_late_only_where_its_duty_costs_or_is_limited(costs, changes, depart):
    timeline = leaving(visit("V1", 1, 60, windows=NOON), costs, **changes)
    assert (clock(timeline.depart), clock(timeline.finish)) == (depart, "14:00")


def test_leaving_late_takes_out_waiting_and_nothing_else():
    # No window anywhere: the finish would move with the departure.
    assert clock(leaving(visit("V1", 1, 60)).depart) == "08:00"


def test_an_early_visit_moves_up_to_the_wait_that_it_has_before_the_next():
    # V1 may be done at any time before V2 at noon: 12:00 − 60 (V1) = 11:00, one hour's drive before that.
    timeline = leaving([visit("V1", 1, 60), visit("V2", 1, 60, windows=NOON)])
    assert [clock(moment) for moment in (timeline.depart, timeline.stops[0].start)] == ["10:00", "11:00"]


@pytest.mark.parametrize(
    ("held", "start"),
    [
        ({"arrive_by": Promise(at("10:15"), 50)}, "10:15"),
        ({"arrive_by": Promise(at("10:15"))}, "10:15"),  # even where it costs nothing
        ({"complete_by": Promise(at("10:15"))}, "09:15"),
        ({"previous": Previous("Ann", at("09:45"))}, "09:45"),
        ({"arrive_by": Promise(at("08:30"))}, "09:00"),  # late already, and not to be later
        ({"previous": Previous("Ann")}, "11:00"),
        ({"windows": (window("09:00", "10:30"),)}, "10:30"),
    ],
)
def test_leaving_late_breaks_no_promise_and_moves_nobody_further(held, start):
    timeline = leaving([visit("V1", 1, 60, **held), visit("V2", 1, 60, windows=NOON)])
    assert clock(timeline.stops[0].start) == start
    assert timeline.depart == timeline.stops[0].start - HOUR
    assert clock(timeline.finish) == "14:00"


def test_leaving_late_makes_no_break_late():
    # The break on the way out may begin by 10:30, so she leaves by then and drives an hour after resting until 11:00.
    pause = rest("08:00", "10:30", 30)
    work = problem(
        visit("V1", 1, 60, windows=NOON),
        technician("Ann", shift(breaks=(pause,)), costs=PAID_BY_THE_HOUR),
        AN_HOUR_AWAY,
    )
    (timeline,) = walk(work, plan(route("Ann", "V1", lunch=0))).timelines
    assert [clock(moment) for moment in (timeline.depart, timeline.breaks[0].start)] == ["10:30", "10:30"]


def test_a_break_that_is_late_anyway_holds_nobody_back():
    pause = rest("07:00", "07:30", 30)
    work = problem(
        visit("V1", 1, 60, windows=NOON),
        technician("Ann", shift(breaks=(pause,)), costs=PAID_BY_THE_HOUR),
        AN_HOUR_AWAY,
    )
    (timeline,) = walk(work, plan(route("Ann", "V1", lunch=0))).timelines
    assert clock(timeline.depart) == "10:30"


def test_the_start_of_a_crew_stays_where_it_is():
    # Ann could do the pair later and still be in time for noon, but Bob is there at 09:00 as well.
    crew = [technician("Ann", costs=PAID_BY_THE_HOUR), technician("Bob")]
    work = problem([visit("P", 1, 60, roles=2), visit("V2", 1, 60, windows=NOON)], crew, AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", ("P", 0), "V2"), route("Bob", ("P", 1))))
    assert clock(schedule.starts["P"]) == "09:00"
    assert clock(schedule.timelines[0].depart) == "08:00"


def test_who_waits_for_the_crew_leaves_later():
    # Bob comes from place 0 by 11:00 (two hours' drive and an hour's work before); Ann, an hour away, leaves at 10:00.
    crew = [technician("Ann", costs=PAID_BY_THE_HOUR), technician("Bob")]
    work = problem([visit("P", 1, 60, roles=2), visit("B", 0, 120)], crew, AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", ("P", 0)), route("Bob", "B", ("P", 1))))
    assert clock(schedule.starts["P"]) == "11:00"
    assert clock(schedule.timelines[0].depart) == "10:00"


@pytest.mark.parametrize(("held", "waits"), [("V1", "W"), ("W", "V1")])
def test_both_ends_of_an_after_stay_where_they_are(held, waits):
    # V1 stands before V2, which opens at noon. Whether W follows V1 or V1 follows W, V1 keeps its start.
    links = {waits: (After(held),)}
    visits = [
        visit("V1", 1, 60, after=links.get("V1", ())),
        visit("V2", 1, 60, windows=NOON),
        visit("W", 0, 30, after=links.get("W", ())),
    ]
    work = problem(visits, [technician("Ann", costs=PAID_BY_THE_HOUR), technician("Bob")], AN_HOUR_AWAY)
    schedule = walk(work, plan(route("Ann", "V1", "V2"), route("Bob", "W")))
    assert clock(schedule.starts["V1"]) == "09:00"


# -- what is no plan ---------------------------------------------------------------------------------------------


def test_an_unknown_identifier_is_an_error():
    with pytest.raises(KeyError):
        walk(problem(visit("V1")), plan(route("Ann", "V9")))
    with pytest.raises(KeyError):
        walk(problem(visit("V1")), plan(route("Zoe", "V1")))


def test_two_routes_for_one_shift_are_an_error():
    with pytest.raises(ValueError, match="two routes"):
        walk(problem([visit("V1"), visit("V2")]), plan(route("Ann", "V1"), route("Ann", "V2")))


def test_what_the_plan_claims_about_time_is_not_believed():
    claimed = route("Ann", "V1")
    claimed = type(claimed)("Ann", "S", (Stop("V1", 0, 1, 2, 3),), (), 4, 5)
    assert times(walk(problem(visit("V1", 1), minutes=AN_HOUR_AWAY), plan(claimed)), "V1")[1] == "09:00"
