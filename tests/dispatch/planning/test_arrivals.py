"""When those who are on the way will be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning import arrivals, remaining
from dispatch.planning.facts import read_facts
from dispatch.planning.hours import Hours
from dispatch.planning.jeopardy import expected_times
from dispatch.planning.snapshot import take_snapshot
from dispatch.services import people, position_lists, positions, visits
from dispatch.services.travel import create_slice
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, ExpectedArrival, OutboxEntry, PlanningPolicy, Position, TrailPoint
from dispatch.travel.ports import EngineDown, Fix, OnRoad
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.services.acting import assign, bring, do, somebody
from tests.dispatch.world import HERE, World

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LAT, LON = HERE
SPEED = 10.0
"""Metres a second of everybody here: what is not far is so many seconds away."""


class Straight(EstimatedTravel):
    """Straight roads along the meridians, five metres beside where phones think they are."""

    def __init__(self) -> None:
        super().__init__(SPEED * 3.6, 1.0)
        self.traces: list[Sequence[Fix]] = []
        self.confidence = 0.9
        self.down = False

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        if self.down:
            raise EngineDown("the engine of this test does not answer")
        self.traces.append(trace)
        last = trace[-1]
        return OnRoad(last.lat, last.lon + 5e-5, 0.0, "Balmaceda", self.confidence)


def fix(seconds: float, metres: float, **known: float) -> Fix:
    """A fix so many seconds after noon and so many metres before the place."""
    return Fix(NOON.timestamp() + seconds, LAT - metres / 111_195, LON, **known)


class Day:
    """Anna is on the way to a visit since noon; it is ten minutes later."""

    def __init__(self, world: World, clock: FixedClock, **visit: object) -> None:
        self.store, self.world, self.clock, self.travel = world.store, world, clock, Straight()
        self.territory = world.territory()
        self.anna = world.technician(territory=self.territory)
        self.shift = world.shift(self.anna, start=-1, began_at=NOON - dt.timedelta(hours=1), id="shift_1")
        self.job, self.visit = world.job(territory=self.territory, visit=visit)
        assign(world, self.visit, self.anna)
        bring(self.store, self.visit, VisitStatus.EN_ROUTE)
        clock.advance(minutes=10)

    def report(self, *fixes: Fix) -> None:
        with self.store.unit_of_work(somebody("technician", self.anna)) as uow:
            positions.report(uow, self.anna, fixes)

    def round(self) -> arrivals.Round:
        return arrivals.refresh(self.store, self.travel)

    def expected(self) -> ExpectedArrival | None:
        with self.store.reading() as uow:
            return uow.session.get(ExpectedArrival, (self.visit, self.anna))

    def told(self, kind: str = "ArrivalExpected") -> list[dict[str, object]]:
        with self.store.reading() as uow:
            query = select(OutboxEntry.payload).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
            return list(uow.session.scalars(query))


@pytest.fixture
def day(world: World, clock: FixedClock) -> Day:
    return Day(world, clock)


def after_noon(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def test_an_arrival_is_expected_by_the_rest_of_the_way(day: Day) -> None:
    day.report(fix(500, 4000), fix(590, 3000, heading=0, speed=SPEED))
    found = day.round()
    assert (found.under_way, found.matched, found.told, dict(found.sources)) == (1, 1, 1, {"estimate": 1})
    row = day.expected()
    assert row is not None
    assert (row.seen_at, row.remaining, row.source) == (after_noon(590), 300, "estimate")
    assert row.expected_at == after_noon(890)
    assert day.told()[0]["expected"] == "2026-11-23T12:14:50Z"
    with day.store.reading() as uow:
        position = uow.session.get(Position, day.anna)
        point = uow.session.get(TrailPoint, (day.anna, after_noon(590)))
        assert position is not None
        assert point is not None
        for one in (position, point):
            assert (one.street, one.confidence, one.matched_lon) == ("Balmaceda", 0.9, LON + 5e-5)


def test_what_nobody_has_said_anything_new_of_is_not_looked_at_again(day: Day) -> None:
    day.report(fix(590, 3000))
    assert day.round().under_way == 1
    again = day.round()
    assert (again.under_way, again.told, dict(again.sources)) == (0, 0, {})


def test_a_small_change_is_kept_and_not_told(day: Day) -> None:
    for seconds, metres, told in ((530, 3600, 1), (540, 3400, 1), (560, 2600, 2)):
        day.report(fix(seconds, metres))
        day.round()
        row = day.expected()
        assert row is not None
        assert row.expected_at == after_noon(seconds + metres / SPEED)
        assert len(day.told()) == told


def test_becoming_late_is_told_however_small_the_change(world: World, clock: FixedClock) -> None:
    windows = [["2026-11-23T12:00:00Z", "2026-11-23T12:15:00Z"]]
    day = Day(world, clock, windows=windows, appointment=True)
    for seconds, metres in ((540, 4150), (550, 4150), (560, 3900)):
        day.report(fix(seconds, metres))
        day.round()
    assert [one["late"] for one in day.told()] == [0, 65, 0]


def test_what_traffic_adds_is_added(day: Day) -> None:
    with day.store.unit_of_work(somebody("dispatcher")) as uow:
        people.report_position(uow, day.anna, fix(0, 3000).lat, LON, at=after_noon(570), delay=600)
    day.report(fix(590, 3000))
    day.round()
    row = day.expected()
    assert row is not None
    assert row.expected_at == after_noon(590 + 300 + 580)


def test_in_the_rush_hour_of_their_territory_it_takes_longer(day: Day) -> None:
    with day.store.unit_of_work() as uow:  # noon in UTC is nine in the morning there
        for name, starts, ends, factor in (("Rush", "09:00", "09:30", 1.5), ("Noon", "12:00", "13:00", 3.0)):
            create_slice(uow, name=name, days=[0], starts=starts, ends=ends, factor=factor, territory_id=day.territory)
    day.report(fix(590, 3000))
    day.round()
    row = day.expected()
    assert row is not None
    assert row.remaining == 450


def test_where_no_engine_answers_the_phone_is_believed(day: Day) -> None:
    day.travel.down = True
    day.report(fix(590, 3000))
    found = day.round()
    assert (found.under_way, found.matched) == (1, 0)
    row = day.expected()
    assert row is not None
    assert row.remaining == 300


def test_a_leap_that_is_not_sure_is_doubted_for_a_while(day: Day) -> None:
    """Where roads part, the wrong one may lead far round."""
    found = []
    for seconds, metres, confidence in (
        (500, 3000, 0.9),  # arrives at 800
        (510, 6000, 0.5),  # a leap: doubted
        (520, 2760, 0.5),  # a small change: believed
        (530, 6000, 0.5),
        (600, 6000, 0.5),  # repeated for long enough
        (610, 100, 0.9),  # sure: believed at once
    ):
        day.clock.at = after_noon(seconds + 5)
        day.travel.confidence = confidence
        day.report(fix(seconds, metres))
        day.round()
        row = day.expected()
        assert row is not None
        assert row.expected_at == row.seen_at + dt.timedelta(seconds=row.remaining)
        found.append((row.expected_at - NOON).total_seconds())
    assert found == [800, 800, 796, 796, 1200, 620]


def test_a_trace_is_short_and_thin_and_has_no_headings_of_those_who_stand(day: Day) -> None:
    moving = [fix(460 + seconds, 4000 - seconds * 10, heading=0, speed=SPEED) for seconds in range(130)]
    day.report(*moving, fix(595, 2700, heading=77, speed=0.3))
    day.round()
    (trace,) = day.travel.traces
    assert len(trace) == remaining.LONGEST
    assert trace[-1].at == after_noon(595).timestamp()
    assert all(later.at - earlier.at >= 5 for earlier, later in pairwise(trace))
    assert [one.heading for one in trace] == [0] * 9 + [None]
    assert trace[0].at >= after_noon(595 - 120).timestamp()


def test_a_position_from_before_setting_out_says_nothing(day: Day) -> None:
    day.report(fix(-30, 9000))
    assert day.round().under_way == 0
    assert day.expected() is None


def test_who_has_come_is_not_expected_any_more(day: Day) -> None:
    day.report(fix(590, 3000))
    day.round()
    do(day.store, day.visit, VisitAction.ARRIVE)
    with day.store.reading() as uow:
        assert position_lists.expected_at(uow, day.visit) == []
    day.round()
    assert day.expected() is None


def test_each_of_a_crew_is_expected(world: World, clock: FixedClock) -> None:
    day = Day(world, clock)
    ben = world.technician(territory=day.territory)
    world.shift(ben, start=-1, began_at=NOON)
    assign_second(day, ben)
    day.report(fix(590, 3000))
    with day.store.unit_of_work(somebody("technician", ben)) as uow:
        positions.report(uow, ben, [fix(590, 1000)])
    assert day.round().under_way == 2
    with day.store.reading(somebody("dispatcher")) as uow:
        assert {row.technician_id: row.remaining for row in position_lists.expected_at(uow, day.visit)} == {
            day.anna: 300,
            ben: 100,
        }
        assert position_lists.destinations(uow, [ben])[ben][0] == day.visit


def assign_second(day: Day, technician: str) -> None:
    with day.store.unit_of_work() as uow:
        uow.session.add(
            Assignment(
                visit_id=day.visit,
                role=1,
                technician_id=technician,
                shift_id="shift_2",
                position=0,
                arrival=NOON,
                start=NOON,
                end=NOON + dt.timedelta(hours=1),
                edition=1,
            )
        )


def test_an_arrival_is_proposed_once_and_the_visit_stays_where_it_is(day: Day) -> None:
    day.report(fix(560, 300), fix(580, 40))
    assert day.round().proposed == 0
    day.report(fix(590, 20))
    assert day.round().proposed == 1
    day.report(fix(596, 10, speed=0.0))
    assert day.round().proposed == 0
    assert [(one["visit"], one["technician"], one["at"]) for one in day.told("ArrivalProposed")] == [
        (day.visit, day.anna, "2026-11-23T12:09:50Z")
    ]
    row = day.expected()
    assert row is not None
    assert row.proposed_at == after_noon(590)
    with day.store.reading() as uow:
        assert visits.seen(uow, day.visit).status is VisitStatus.EN_ROUTE
    day.clock.advance(minutes=2)
    day.report(fix(640, 500), fix(700, 10, speed=0.0))
    assert day.round().proposed == 1


def test_the_day_is_walked_by_what_is_expected_of_the_roads(day: Day) -> None:
    """The plan's own guess would be by the position alone; the live one knows the way."""
    day.world.planning_policy()
    day.report(fix(590, 3000))
    day.round()
    with day.store.unit_of_work() as uow:
        row = uow.session.get(ExpectedArrival, (day.visit, day.anna))
        assert row is not None
        row.expected_at = after_noon(1200)
    with day.store.reading() as uow:
        facts = read_facts(uow, uow.session.scalars(select(PlanningPolicy)).one())
        assert facts.arrivals[day.visit, day.anna].expected_at == after_noon(1200)
        (stop,) = expected_times(uow, EstimatedTravel(36, 1.0))
        assert stop.arrival == after_noon(1200)


def test_the_rush_counts_once_for_who_is_expected_by_the_roads(day: Day) -> None:
    day.world.planning_policy()
    with day.store.unit_of_work() as uow:  # noon in UTC is nine in the morning there
        create_slice(uow, name="Rush", days=[0], starts="09:00", ends="09:30", factor=1.5, territory_id=day.territory)
    day.report(fix(590, 3000))
    day.round()
    with day.store.reading() as uow:
        (stop,) = expected_times(uow, EstimatedTravel(36, 1.0))
        assert abs((stop.arrival - after_noon(590 + 450)).total_seconds()) <= 1
        policy = uow.session.scalars(select(PlanningPolicy)).one()
        snapshot = take_snapshot(uow, policy, EstimatedTravel(36, 1.0))
    assert snapshot.hours is not None
    again = Hours.from_document(snapshot.hours.as_document(), snapshot.problem)
    assert again is not None
    (route,) = again.time(snapshot.problem, snapshot.expected).routes
    assert abs(route.stops[0].arrival - after_noon(590 + 450).timestamp()) <= 1


def test_two_rounds_at_once_keep_one(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may lead for a moment, too: what it has kept between our look and our writing stays."""
    day.report(fix(590, 3000))
    usual = day.travel.row
    once: list[bool] = []

    def row(*asked: object) -> object:
        if not once:
            once.append(True)
            arrivals.refresh(day.store, Straight())
        return usual(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(day.travel, "row", row)
    assert day.round().under_way == 1
    assert len(day.told()) == 1


def test_a_store_where_nobody_drives_is_left_alone(store: Store) -> None:
    assert arrivals.refresh(store, Straight()).under_way == 0
