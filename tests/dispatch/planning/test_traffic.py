"""Traffic in a snapshot: its mean over working time, who says so, and what people are told of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import SYSTEM
from dispatch.planning.policies import standard_policy
from dispatch.planning.publish import approve
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.traffic import Traffic, off_road_by
from dispatch.sample.city import EXTRACT
from dispatch.services.travel import create_slice
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, PlanRow, Position
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.kept_blocks import BookKey
from dispatch.travel.ports import Source
from dispatch.travel.provider import EngineProvider, EstimatedTravel, RoadTravel, TravelProvider
from dispatch.travel.roads import RoadNetwork
from dispatch.travel.slices import TimeSlice, TimeSlices
from optimizer.domain import Geodesic, Matrix
from tests.dispatch.planning.days import TRAVEL, badly_planned
from tests.dispatch.travel.test_engine_provider import SEA, A, B, C, Engine
from tests.dispatch.world import World

UTC = ZoneInfo("UTC")
EIGHT = int(dt.datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
RUSH = TimeSlice("rush", "Rush", frozenset({0}), 8 * 60, 9 * 60, 1.6)
CLASSES = replace(RUSH, id="classes", factor=1.0, by_class={"primary": 2.0})


def test_a_problems_travel_is_the_mean_over_the_working_time_that_it_plans() -> None:
    worked = [(EIGHT, EIGHT + 4 * 3600, UTC, None)]
    free = Traffic.measured(EngineProvider(Engine(), EstimateEngine()), [A, B])
    found = Traffic.measured(EngineProvider(Engine(), EstimateEngine()), [A, B], (), TimeSlices([RUSH]), worked)
    assert found.mean == pytest.approx(1.15)
    assert isinstance(found.travel, Matrix)
    assert isinstance(free.travel, Matrix)
    assert found.travel.durations[0, 1] == round(int(free.travel.durations[0, 1]) * 1.15)
    plain = Traffic.measured(EstimatedTravel(46, 1.3), [A, B], (), TimeSlices([RUSH]), worked)
    assert isinstance(plain.travel, Geodesic)
    assert plain.travel.speed_kmh == pytest.approx(40)
    assert plain.source(0, 1) == "estimate"


def test_slices_with_speeds_for_classes_are_measured_and_mixed_pair_by_pair() -> None:
    engine, worked = Engine(), [(EIGHT, EIGHT + 2 * 3600, UTC, None)]
    found = Traffic.measured(EngineProvider(engine, EstimateEngine()), [A, B, C], (), TimeSlices([CLASSES]), worked)
    own, free = engine.seconds(A, B, CLASSES.speeds()), engine.seconds(A, B)
    assert isinstance(found.travel, Matrix)
    assert found.travel.durations[0, 1] == round(own / 2 + free / 2)
    local = dt.datetime.fromtimestamp(EIGHT, UTC)
    assert found.seconds(int(found.travel.durations[0, 1]), 0, 1, local, None) == (own, "classes")
    again = Traffic.from_document(found.as_document(), found.travel)
    assert again.seconds(found.travel.durations[0, 1], 0, 1, local, None)[0] == pytest.approx(own, rel=0.05)
    assert again.sources is not None
    assert np.array_equal(again.sources, found.sources if found.sources is not None else 0)


def test_a_slice_with_classes_of_roads_has_the_factor_of_each_territory() -> None:
    learnt = replace(CLASSES, factor=1.2, learnt={"north": 1.5, "south": 2.0})
    worked = [(EIGHT, EIGHT + 3600, UTC, territory) for territory in ("north", "south", None)]
    engine = Engine()
    found = Traffic.measured(EngineProvider(engine, EstimateEngine()), [A, B], (), TimeSlices([learnt]), worked)
    classes = engine.seconds(A, B, replace(CLASSES.speeds(), factor=1.0))
    assert isinstance(found.travel, Matrix)
    planned = int(found.travel.durations[0, 1])
    assert planned == pytest.approx(classes * (1.2 + 1.5 + 2.0) / 3, abs=1)
    local = dt.datetime.fromtimestamp(EIGHT, UTC)
    again = Traffic.from_document(found.as_document(), found.travel)
    for territory, factor in (("north", 1.5), ("south", 2.0), (None, 1.2)):
        assert found.seconds(planned, 0, 1, local, territory)[0] == pytest.approx(classes * factor, abs=1)
        assert again.seconds(planned, 0, 1, local, territory)[0] == pytest.approx(classes * factor, rel=0.05)


def test_what_lies_off_every_road_is_told_with_how_far_and_what_is_down_since_when() -> None:
    off = Traffic.measured(EngineProvider(Engine(), EstimateEngine()), [A, B, SEA])
    assert (off.troubles, list(off.off_road)) == ((), [2])
    assert off_road_by(off.off_road[2]) == "too far off every road"
    assert [off_road_by(metres) for metres in (800, 5320)] == ["800 m off every road", "5.3 km off every road"]
    engine = Engine()
    chain = FallingBack([engine], EstimateEngine())
    engine.down = True
    for _ in range(3):
        chain.table([A], [B])
    (trouble,) = Traffic.measured(EngineProvider(chain, EstimateEngine()), [A, B, C]).troubles
    assert "6 of 6 ways" in trouble
    assert "made up (since" in trouble
    assert Traffic.measured(EngineProvider(EstimateEngine(), EstimateEngine()), [A, B]).troubles == ()


# -- in a snapshot -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def roads() -> RoadTravel:
    return RoadTravel(RoadNetwork.from_extract(EXTRACT))


def taken(store: Store, travel: TravelProvider) -> Snapshot:

    with store.reading() as uow:
        return take_snapshot(uow, standard_policy(uow.session), travel)


def test_a_visit_far_from_every_road_is_noted_in_the_plan(store: Store, world: World, roads: RoadTravel) -> None:
    world.planning_policy()
    world.shift(world.technician("Ana"))
    world.job(number="NEAR")
    world.job(at=(-29.9, -71.9), number="SEA")
    notes = [note for note in taken(store, roads).notes if "off every road" in note]
    assert len(notes) == 1
    assert notes[0].startswith("SEA: its place lies 5")
    assert "km off every road" in notes[0]


def test_where_somebody_is_just_now_does_not_enter_the_cache(
    store: Store, world: World, roads: RoadTravel, clock: FixedClock
) -> None:
    world.planning_policy()
    ana = world.technician("Ana")
    world.shift(ana)
    world.job()
    with store.unit_of_work(SYSTEM) as uow:
        uow.session.add(Position(technician_id=ana, at=clock.now(), lat=-29.91234, lon=-71.25678, delay=0))
    travel = RoadTravel(roads.network)
    snapshot = taken(store, travel)
    assert (-29.91234, -71.25678) in [(place.lat, place.lon) for place in snapshot.problem.locations]
    assert travel.cache is not None

    assert travel.cache.points(BookKey(travel.engine.version)) == len(snapshot.problem.locations) - 1


def test_a_published_stop_says_who_knows_its_leg_and_its_times_by_the_hour(sqlite_store: Store) -> None:
    day = badly_planned(sqlite_store, 5, people=3, visits=8)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        create_slice(uow, name="Always", days=[*range(7)], starts="00:00", ends="24:00", factor=1.5)
    row = day.draft()
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        plan = approve(uow, row.id, TRAVEL)
    with sqlite_store.reading() as uow:
        stops = uow.session.scalars(select(Assignment).order_by(Assignment.shift_id, Assignment.position)).all()
        timing = uow.session.scalars(select(PlanRow.timing).where(PlanRow.id == plan.id)).one()
    assert len(stops) == 8
    for stop in stops:
        assert stop.travel_source == Source.ESTIMATE.word
        assert stop.travel_seconds is not None
        assert stop.by_hour_start is not None
        assert stop.by_hour_start >= stop.start - dt.timedelta(seconds=60)
    assert timing["hours"]["traffic"]["mean"] == pytest.approx(1.5)
