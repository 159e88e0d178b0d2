"""Legs that are driven: written down once, without a name, and learnt from at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import VisitMoved
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import observed_legs
from dispatch.services.travel import change_slice, create_slice, known_factors, slices_now
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import LearntFactor, ObservedLeg, OutboxEntry, Visit
from dispatch.travel.crow import CrowFlight
from dispatch.travel.learning import ENOUGH_LEGS
from dispatch.travel.ports import FREE, Measured, Point, Source, Speeds
from dispatch.travel.provider import EngineProvider
from tests.dispatch.services.acting import assign
from tests.dispatch.world import HERE, World

THERE = (HERE[0] + 0.05, HERE[1])
SETTINGS = Settings.model_validate({"database_url": "sqlite://", "travel_leg_days": 30})


class Roads(CrowFlight):
    """As the crow flies, and said to be roads."""

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        found = super().table(starts, ends, speeds)
        found.sources[:] = Source.ROAD
        return found


TRAVEL = EngineProvider(Roads(), CrowFlight())


def arrive(store: Store, visit: str, departed: dt.datetime, minutes: float) -> None:
    """Somebody set out and arrived, and the handler hears of it."""
    with store.unit_of_work(SYSTEM) as uow:
        row = uow.get(Visit, visit)
        row.status = VisitStatus.ON_SITE
        row.departed_at, row.arrived_at = departed, departed + dt.timedelta(minutes=minutes)
    with store.unit_of_work(SYSTEM) as uow:
        event = VisitMoved(visit=visit, job="", before="en-route", after="on-site", action="arrive")
        observed_legs.react(uow, event, OutboxEntry())


def legs(store: Store) -> list[ObservedLeg]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(ObservedLeg).order_by(ObservedLeg.departed_at)))


def slice_all_day(store: Store, factor: float = 1.2) -> str:
    with store.unit_of_work(SYSTEM) as uow:
        return create_slice(uow, name="All day", days=[*range(7)], starts="00:00", ends="24:00", factor=factor).id


def write_legs(store: Store, world: World, count: int, ratio: float, territory: str | None = None) -> None:
    visit = world.job(at=THERE)[1]
    with store.unit_of_work(SYSTEM) as uow:
        for number in range(count):
            uow.session.add(
                ObservedLeg(
                    visit_id=visit,
                    departed_at=uow.now - dt.timedelta(minutes=number),
                    from_lat=HERE[0],
                    from_lon=HERE[1],
                    to_lat=THERE[0],
                    to_lon=THERE[1],
                    seconds=round(600 * ratio),
                    expected=600,
                    source="road",
                    territory_id=territory,
                )
            )


def test_who_arrives_leaves_a_leg_from_the_base_and_then_from_the_last_visit(
    store: Store, world: World, clock: FixedClock
) -> None:
    everyday = slice_all_day(store)
    territory = world.territory()
    ana = world.technician("Ana", at=HERE, territory=territory)
    first, second = world.job(at=THERE)[1], world.job(at=(HERE[0], HERE[1] + 0.05))[1]
    for visit in (first, second):
        assign(world, visit, ana)
    began = clock.now()
    arrive(store, first, began, 12)
    arrive(store, first, began, 12)  # heard of twice
    with store.unit_of_work(SYSTEM) as uow:
        row = uow.get(Visit, first)
        row.status, row.finished_at = VisitStatus.COMPLETED, began + dt.timedelta(hours=1)
    arrive(store, second, began + dt.timedelta(hours=1), 20)

    one, two = legs(store)
    assert ((one.from_lat, one.from_lon), (one.to_lat, one.to_lon)) == (HERE, THERE)
    assert (two.from_lat, two.from_lon) == THERE
    assert (one.seconds, two.seconds) == (720, 1200)
    assert (one.territory_id, one.slice_id, one.expected) == (territory, everyday, None)


def test_a_visit_that_nobody_set_out_to_leaves_no_leg(store: Store, world: World, clock: FixedClock) -> None:
    visit = world.job(at=THERE)[1]
    assign(world, visit, world.technician("Ana", at=HERE))
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(Visit, visit).arrived_at = clock.now()
    with store.unit_of_work(SYSTEM) as uow:
        event = VisitMoved(visit=visit, job="", before="accepted", after="on-site", action="arrive")
        observed_legs.react(uow, event, OutboxEntry())
    assert legs(store) == []


def test_the_night_looks_up_what_legs_take_in_free_traffic_and_forgets_old_ones(
    store: Store, world: World, clock: FixedClock
) -> None:
    ana = world.technician("Ana", at=HERE)
    old, new = world.job(at=THERE)[1], world.job(at=THERE)[1]
    for visit, ago in ((old, 40), (new, 1)):
        assign(world, visit, ana)
        arrive(store, visit, clock.now() - dt.timedelta(days=ago), 12)
    observed_legs.learn(store, TRAVEL, SETTINGS)
    (left,) = legs(store)
    free = int(CrowFlight().table([HERE], [THERE]).durations[0, 0])
    assert (left.visit_id, left.expected, left.source) == (new, free, "road")


def test_many_legs_change_the_factor_that_plans_are_made_with_and_few_do_not(store: Store, world: World) -> None:
    one = slice_all_day(store, 1.2)
    write_legs(store, world, ENOUGH_LEGS - 1, 1.8)
    observed_legs.learn(store, TRAVEL, SETTINGS)
    with store.reading() as uow:
        assert slices_now(uow.session).at(uow.now).factor == 1.2
        (known,) = known_factors(uow)
        assert (known.legs, known.enough, known.used) == (ENOUGH_LEGS - 1, False, 1.2)
    write_legs(store, world, 500, 1.8)
    observed_legs.learn(store, TRAVEL, SETTINGS)
    with store.reading() as uow:
        (known,) = known_factors(uow)
        assert known.enough
        assert known.learnt is not None
        assert 1.7 < known.learnt <= 1.8
        assert slices_now(uow.session).at(uow.now).factor == known.used == known.learnt
    with store.unit_of_work(SYSTEM) as uow:
        change_slice(uow, one, learning=False)
    with store.reading() as uow:
        assert slices_now(uow.session).at(uow.now).factor == 1.2
        assert known_factors(uow)[0].used == 1.2


def test_a_territory_with_legs_of_its_own_has_a_factor_of_its_own(store: Store, world: World) -> None:
    slice_all_day(store, 1.0)
    north, south = world.territory(), world.territory()
    write_legs(store, world, 300, 1.5, north)
    write_legs(store, world, 300, 1.1, south)
    write_legs(store, world, 5, 2.9, None)
    observed_legs.learn(store, TRAVEL, SETTINGS)
    with store.reading() as uow:
        slices = slices_now(uow.session)
        assert slices.at(uow.now, north).factor > 1.4
        assert slices.at(uow.now, south).factor < 1.2
        assert 1.2 < slices.at(uow.now).factor < 1.4
        assert len(uow.session.scalars(select(LearntFactor)).all()) == 3


def test_legs_that_could_only_be_estimated_teach_nothing(store: Store, world: World, clock: FixedClock) -> None:
    slice_all_day(store)
    visit = world.job(at=THERE)[1]
    assign(world, visit, world.technician("Ana", at=HERE))
    arrive(store, visit, clock.now() - dt.timedelta(hours=1), 30)
    observed_legs.learn(store, EngineProvider(CrowFlight(), CrowFlight()), SETTINGS)
    assert legs(store)[0].source == "estimate"
    with store.reading() as uow:
        assert known_factors(uow)[0].learnt is None
