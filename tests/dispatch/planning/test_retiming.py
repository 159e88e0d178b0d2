"""Plans by the hour: legs at the speeds of their departures, and how much each may slip."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.planning.hours import Hours
from dispatch.planning.retiming import by_hour
from dispatch.planning.traffic import Traffic
from dispatch.travel.ports import Source
from dispatch.travel.slices import DAY, NO_SLICES, TimeSlice, TimeSlices
from optimizer.domain import (
    After,
    Break,
    Costs,
    IntMatrix,
    Location,
    Matrix,
    Plan,
    Problem,
    Promise,
    Role,
    Route,
    Shift,
    Stop,
    TakenBreak,
    Technician,
    TimeWindow,
    Visit,
)
from optimizer.timeline import walk

EIGHT = int(dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC).timestamp())
HOUR = 3600


def always(factor: float) -> TimeSlices:
    return TimeSlices([TimeSlice("all", "All", frozenset(range(7)), 0, DAY, factor)])


def slow_from(minute: int, until: int, factor: float = 2.0) -> TimeSlices:
    return TimeSlices([TimeSlice("slow", "Slow", frozenset(range(7)), minute, until, factor)])


def drawn(seed: int, *, breaks: bool = False, leave_late: bool = False) -> tuple[Problem, Plan]:
    """Routes over places of their own, with windows, promises, crews and orders between visits."""
    luck = random.Random(seed)
    people, count = luck.randint(1, 3), luck.randint(1, 8)
    size = people + count
    durations = np.array(
        [[0 if a == b else luck.randint(60, 2400) for b in range(size)] for a in range(size)], np.int32
    )
    routes: list[list[Stop]] = [[] for _ in range(people)]
    visits = []
    for number in range(count):
        crew = 2 if people > 1 and luck.random() < 0.2 else 1
        for role, who in enumerate(luck.sample(range(people), crew)):
            routes[who].append(Stop(f"v{number}", role))
        after = (After(f"v{number - 1}", luck.choice([0, 600])),) if number and luck.random() < 0.2 else ()
        opens = EIGHT + luck.randint(0, 6) * HOUR
        visits.append(
            Visit(
                id=f"v{number}",
                location=people + number,
                duration=luck.randint(300, 3000),
                windows=(TimeWindow(opens, opens + luck.randint(1, 8) * HOUR),) if luck.random() < 0.4 else (),
                roles=(Role(),) * crew,
                arrive_by=Promise(EIGHT + luck.randint(1, 9) * HOUR, 10) if luck.random() < 0.4 else None,
                complete_by=Promise(EIGHT + luck.randint(2, 10) * HOUR, 10) if luck.random() < 0.3 else None,
                after=after,
            )
        )
    rest = Break("lunch", EIGHT + 4 * HOUR, EIGHT + 5 * HOUR, 1800)
    technicians = tuple(
        Technician(
            id=f"t{who}",
            costs=Costs(per_duty_hour=10 if leave_late else 0),
            shifts=(Shift(f"s{who}", EIGHT, EIGHT + 8 * HOUR, who, who, 4 * HOUR, breaks=(rest,) if breaks else ()),),
        )
        for who in range(people)
    )
    places = tuple(Location(f"p{at}", 0.0, float(at)) for at in range(size))
    problem = Problem(places, {"car": Matrix(durations, durations * 10)}, technicians, tuple(visits))
    taken = (TakenBreak("lunch", 1),) if breaks else ()
    plan = Plan(tuple(Route(f"t{who}", f"s{who}", tuple(stops), taken) for who, stops in enumerate(routes) if stops))
    return problem, plan


def free(problem: Problem, slices: TimeSlices = NO_SLICES, mean: float = 1.0) -> Traffic:
    return Traffic(problem.travel["car"], slices, mean)


def with_travel(problem: Problem, durations: IntMatrix) -> Problem:
    travel = problem.travel["car"]
    assert isinstance(travel, Matrix)
    return replace(problem, travel={"car": Matrix(durations, travel.distances)})


def table(problem: Problem) -> IntMatrix:
    travel = problem.travel["car"]
    assert isinstance(travel, Matrix)
    return travel.durations


def broken(problem: Problem, plan: Plan) -> set[tuple[str, str]]:
    """What does not hold in this plan."""
    schedule = walk(problem, plan)
    found = {
        ("shift", line.shift.id)
        for line in schedule.timelines
        if line.finish > line.shift.end + line.shift.max_overtime
    }
    for line in schedule.timelines:
        found |= {("break", line.shift.id) for rest in line.breaks if rest.start > rest.rest.latest}
        for stop in line.stops:
            visit = problem.visits[problem.visit_index[stop.visit]]
            if stop.closed:
                found.add(("window", stop.visit))
            if visit.arrive_by is not None and stop.start > visit.arrive_by.at:
                found.add(("arrive", stop.visit))
            if visit.complete_by is not None and stop.end > visit.complete_by.at:
                found.add(("complete", stop.visit))
    return found


@given(st.integers(0, 10_000), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=60)
def test_in_free_traffic_the_times_are_the_planned_ones(seed: int, breaks: bool, late: bool) -> None:
    problem, plan = drawn(seed, breaks=breaks, leave_late=late)
    found = by_hour(problem, plan, free(problem))
    planned = walk(problem, plan)
    assert [(one.technician, one.shift, one.depart, one.finish) for one in found.routes] == [
        (one.technician.id, one.shift.id, one.depart, one.finish) for one in planned.timelines
    ]
    for route, line in zip(found.routes, planned.timelines, strict=True):
        assert [(s.visit, s.arrival, s.start, s.end) for s in route.stops] == [
            (s.visit, s.arrival, s.start, s.end) for s in line.stops
        ]
        assert sum(leg.seconds for leg in route.legs) == line.drive
        assert sum(leg.metres for leg in route.legs) == line.metres
        assert all(stop.later == 0 for stop in route.stops)


@given(st.integers(0, 10_000), st.sampled_from([0.8, 1.25, 1.9]), st.sampled_from([1.0, 1.1]), st.booleans())
@settings(deadline=None, max_examples=60)
def test_in_one_slice_all_day_every_leg_takes_its_factor(seed: int, factor: float, mean: float, late: bool) -> None:
    problem, plan = drawn(seed, leave_late=late)
    slower = with_travel(
        problem, np.array([[round(c / mean * factor) for c in row] for row in table(problem).tolist()])
    )
    found = by_hour(problem, plan, free(problem, always(factor), mean))
    expected = walk(slower, plan)
    assert [[(s.arrival, s.start, s.end) for s in one.stops] for one in found.routes] == [
        [(s.arrival, s.start, s.end) for s in one.stops] for one in expected.timelines
    ]
    assert [one.finish for one in found.routes] == [one.finish for one in expected.timelines]


def test_each_leg_takes_the_speeds_of_the_hour_in_which_it_begins() -> None:
    durations = np.array([[0, 1200, 1200], [1200, 0, 1200], [1200, 1200, 0]], np.int32)
    visits = (Visit("a", 1, 1800), Visit("b", 2, 1800))
    problem = Problem(
        tuple(Location(str(at), 0.0, float(at)) for at in range(3)),
        {"car": Matrix(durations)},
        (Technician("t", shifts=(Shift("s", EIGHT, EIGHT + 8 * HOUR, 0, 0),)),),
        visits,
    )
    plan = Plan((Route("t", "s", (Stop("a"), Stop("b"))),))
    # 08:00 to a: free, until 08:20; there until 08:50; to b from 08:50: slow, 40 min, until 09:30; there until 10:00.
    found = by_hour(problem, plan, free(problem, slow_from(8 * 60 + 30, 9 * 60 + 30))).routes[0]
    assert [leg.seconds for leg in found.legs] == [1200, 2400, 1200]
    assert [leg.slice for leg in found.legs] == ["free", "slow", "free"]
    assert [stop.start - EIGHT for stop in found.stops] == [1200, 5400]
    assert [stop.later for stop in found.stops] == [0, 1200]
    assert found.finish - EIGHT == 2 * HOUR + 1200


@given(st.integers(0, 10_000), st.integers(0, 1400), st.integers(30, 300), st.sampled_from([0.7, 1.5, 2.5]))
@settings(deadline=None, max_examples=60)
def test_departures_and_legs_agree_but_where_the_longer_time_counts(
    seed: int, minute: int, length: int, factor: float
) -> None:
    problem, plan = drawn(seed, leave_late=seed % 2 == 0)
    slices = slow_from(minute, (minute + length) % DAY, factor)
    for route in by_hour(problem, plan, free(problem, slices)).routes:
        for departed, leg in zip([route.depart, *(stop.end for stop in route.stops)], route.legs, strict=True):
            speeds = slices.at(dt.datetime.fromtimestamp(departed, dt.UTC))
            assert leg.seconds >= round(leg.planned * speeds.factor) - 1
            assert leg.seconds in {leg.planned, round(leg.planned * factor)}


@given(st.integers(0, 100_000), st.booleans())
@settings(deadline=None, max_examples=120)
def test_a_leg_may_slip_by_its_slack_and_no_more(seed: int, breaks: bool) -> None:
    problem, plan = drawn(seed, breaks=breaks)
    schedule, before = walk(problem, plan), broken(problem, plan)
    # A crew that has missed its window does not wait for itself any more; there the slack is rough.
    assume(schedule.settled and not any(what == "window" for what, _ in before))
    found = by_hour(problem, plan, free(problem))
    where = {visit.id: visit.location for visit in problem.visits}
    driven = [[where[stop.visit] for stop in line.stops] for line in schedule.timelines]
    for route, line, here in zip(found.routes, schedule.timelines, driven, strict=True):
        places = [line.shift.start_location, *here, line.shift.end_location]
        for leg, start, end in zip(route.legs, places, places[1:], strict=False):
            if sum((start, end) in pairwise(other) for other in driven) > 1:
                continue  # a crew that drives together: its legs are one cell of the table

            def slipped(by: int, start: int = start, end: int | None = end) -> set[tuple[str, str]]:
                durations = table(problem).copy()
                durations[start, end] += by
                return broken(with_travel(problem, durations), plan) - before

            if leg.slack is None:
                assert not slipped(5 * HOUR) or breaks
                continue
            assert not slipped(leg.slack)
            assert slipped(leg.slack + 1) or breaks


def test_what_is_late_and_what_is_estimated_is_counted_and_said() -> None:
    problem, plan = drawn(7)
    visits = tuple(replace(visit, arrive_by=Promise(EIGHT + 60, 10), windows=()) for visit in problem.visits)
    problem = replace(problem, visits=visits)
    sources = np.full(table(problem).shape, Source.ROAD, np.uint8)
    sources[:, -1] = Source.ESTIMATE
    found = by_hour(problem, plan, replace(free(problem, always(1.5)), sources=sources))
    summary = found.summary
    assert summary["late"] == summary["visits"] == len(visits)
    assert 0 < summary["estimated"] < summary["legs"]
    assert summary["later"] > 0
    assert summary["worst"] > 60
    assert any(said.startswith("Timed by the hour:") for said in found.sentences)
    assert any("are estimated" in said for said in found.sentences)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hours_read_back_what_they_wrote(seed: int) -> None:
    problem, plan = drawn(seed)
    sources = np.full(table(problem).shape, Source.CACHED, np.uint8)
    traffic = replace(free(problem, slow_from(600, 700), 1.05), sources=sources)
    hours = Hours(traffic, {}, {})
    again = Hours.from_document(hours.as_document(), problem)
    assert again is not None
    assert again.time(problem, plan).as_document() == hours.time(problem, plan).as_document()
    assert Hours.from_document({}, problem) is None
