"""What phones report: kept while somebody is at work and never otherwise, however it comes."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.roles import Actor
from dispatch.services import people, position_lists, positions
from dispatch.services.duty import OffDuty
from dispatch.services.positions import MOST, Reported
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import AuditEntry, OutboxEntry, Position, Shift, TrailPoint
from dispatch.travel.ports import Fix
from tests.dispatch.services.acting import somebody
from tests.dispatch.world import HERE, World

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
LAT, LON = HERE
MANY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def fix(minutes: float, north: float = 0.0, **known: float) -> Fix:
    """A fix so many minutes after noon, so many metres north of the middle of the town."""
    return Fix((NOON + minutes * MINUTE).timestamp(), LAT + north / 111_195, LON, **known)


def report(store: Store, technician: str, *fixes: Fix, actor: Actor | None = None) -> Reported:
    with store.unit_of_work(actor or somebody("technician", technician)) as uow:
        return positions.report(uow, technician, fixes)


def kept(store: Store, technician: str) -> list[float]:
    """The minutes after noon whose positions are kept."""
    with store.reading() as uow:
        query = select(TrailPoint.at).where(TrailPoint.technician_id == technician).order_by(TrailPoint.at)
        return [(at - NOON) / MINUTE for at in uow.session.scalars(query)]


def latest(store: Store, technician: str) -> float | None:
    """The minutes after noon of where somebody is now."""
    with store.reading() as uow:
        position = uow.session.get(Position, technician)
        return None if position is None else (position.at - NOON) / MINUTE


def told(store: Store) -> int:
    with store.reading() as uow:
        query = select(OutboxEntry.id).where(OutboxEntry.kind == "PositionReported")
        return len(uow.session.scalars(query).all())


@pytest.fixture
def anna(world: World, clock: FixedClock) -> str:
    """Began to work at noon, a territory of her own; now it is one."""
    anna = world.technician(territory=world.territory())
    world.shift(anna, began_at=NOON)
    clock.advance(hours=1)
    return anna


def test_a_batch_is_kept_with_all_that_the_phone_knows(store: Store, anna: str) -> None:
    full = fix(30, 50, heading=360.0, speed=12.5, accuracy=8.0)
    assert report(store, anna, full, fix(20)) == Reported(2, {})
    with store.reading() as uow:
        position = uow.session.get(Position, anna)
        assert position is not None
        assert (position.at, position.heading, position.speed) == (NOON + 30 * MINUTE, 0.0, 12.5)
        point = uow.session.get(TrailPoint, (anna, NOON + 30 * MINUTE))
        assert point is not None
        assert (point.received_at, point.accuracy) == (NOON + HOUR, 8.0)
        assert point.lat == pytest.approx(LAT + 50 / 111_195)


def test_what_must_not_be_kept_is_counted_by_its_reason(store: Store, anna: str) -> None:
    assert report(store, anna, fix(10), fix(10), fix(20)) == Reported(2, {"duplicate": 1})
    again = report(store, anna, fix(20), fix(-1), fix(63), fix(62), fix(-24 * 60))
    assert again == Reported(1, {"duplicate": 1, "in_the_future": 1, "off_duty": 1, "too_old": 1})
    assert kept(store, anna) == [10, 20, 62]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (Fix(NOON.timestamp(), 91, 0), "fixes[1].lat"),
        (Fix(NOON.timestamp(), 0, float("nan")), "fixes[1].lon"),
        (Fix(NOON.timestamp(), 0, 0, heading=361), "fixes[1].heading"),
        (Fix(NOON.timestamp(), 0, 0, speed=-1), "fixes[1].speed"),
        (Fix(NOON.timestamp(), 0, 0, accuracy=float("nan")), "fixes[1].accuracy"),
        (Fix(float("nan"), 0, 0), "fixes[1].at"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_numbers_that_cannot_be_are_refused_with_their_place(store: Store, anna: str, wrong: Fix, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        report(store, anna, fix(10), wrong)
    assert [error["place"] for error in refused.value.facts["errors"]] == [place]
    assert kept(store, anna) == []


def test_a_batch_is_bounded(store: Store, anna: str) -> None:
    with pytest.raises(Invalid):
        report(store, anna, *(fix(number / 20) for number in range(MOST + 1)))
    assert report(store, anna, *(fix(number / 20) for number in range(MOST))).kept == MOST


def test_only_their_own_phone_reports_for_somebody(store: Store, world: World, anna: str) -> None:
    for actor in (somebody("dispatcher"), somebody("technician", world.technician()), somebody("administrator")):
        with pytest.raises(Forbidden):
            report(store, anna, fix(10), actor=actor)
    assert kept(store, anna) == []


def test_a_roster_is_no_work_until_somebody_begins(store: Store, world: World, clock: FixedClock) -> None:
    anna = world.technician()
    world.shift(anna)
    clock.advance(hours=1)
    assert report(store, anna, fix(30)) == Reported(0, {"off_duty": 1})
    with store.unit_of_work(somebody("technician", anna)) as uow, pytest.raises(OffDuty):
        people.report_position(uow, anna, LAT, LON)
    assert latest(store, anna) is None


def test_a_shift_that_was_forgotten_is_over_some_time_after_its_end(
    store: Store, world: World, clock: FixedClock
) -> None:
    anna = world.technician()
    world.shift(anna, hours=8, max_overtime=1800, began_at=NOON)
    clock.advance(hours=11)
    assert report(store, anna, fix(10 * 60 + 29), fix(10 * 60 + 30)) == Reported(1, {"off_duty": 1})
    assert latest(store, anna) is None
    with store.reading(somebody("dispatcher")) as uow:
        assert uow.session.scalars(position_lists.latest(uow)).all() == []


def test_an_absence_is_no_work_and_what_is_known_of_it_is_forgotten(store: Store, anna: str) -> None:
    report(store, anna, fix(10), fix(40), fix(50))
    with store.unit_of_work(somebody("dispatcher")) as uow:
        people.record_absence(uow, anna, NOON + 30 * MINUTE, NOON + 45 * MINUTE, "dentist")
    assert kept(store, anna) == [10, 50]
    assert report(store, anna, fix(30), fix(44), fix(45)) == Reported(1, {"off_duty": 2})


def test_at_the_end_of_a_shift_where_somebody_is_is_forgotten(store: Store, anna: str, clock: FixedClock) -> None:
    report(store, anna, fix(10), fix(50))
    with store.unit_of_work(somebody("technician", anna)) as uow:
        shift = uow.session.scalars(select(Shift).where(Shift.technician_id == anna)).one()
        people.end_shift(uow, shift.id, NOON + 40 * MINUTE)
    assert (kept(store, anna), latest(store, anna)) == ([10], None)
    clock.advance(minutes=10)
    late = report(store, anna, fix(39), fix(40), fix(65))
    assert late == Reported(1, {"off_duty": 2})
    assert (kept(store, anna), latest(store, anna)) == ([10, 39], None)


def test_ending_a_forgotten_shift_leaves_the_next_one_alone(
    store: Store, world: World, anna: str, clock: FixedClock
) -> None:
    report(store, anna, fix(10), fix(30))
    with store.reading() as uow:
        first = uow.session.scalars(select(Shift.id).where(Shift.technician_id == anna)).one()
    world.shift(anna, start=0.5, began_at=NOON + 90 * MINUTE)
    clock.advance(hours=1)
    report(store, anna, fix(100))
    with store.unit_of_work(somebody("technician", anna)) as uow:
        people.end_shift(uow, first, NOON + 20 * MINUTE)
    assert kept(store, anna) == [10, 100]


def test_what_traffic_adds_is_used_up_as_time_goes_by(store: Store, anna: str) -> None:
    with store.unit_of_work(somebody("dispatcher")) as uow:
        people.report_position(uow, anna, LAT, LON, at=NOON + 10 * MINUTE, delay=600)
    report(store, anna, fix(14))
    report(store, anna, fix(13), fix(16))
    with store.reading() as uow:
        position = uow.session.get(Position, anna)
        assert position is not None
        assert position.delay == 240
    assert kept(store, anna) == [13, 14, 16]  # what a dispatcher says is no trail


def test_only_moving_on_is_told_and_not_each_fix(store: Store, anna: str) -> None:
    for seconds in range(0, 600, 10):  # 36 km/h for ten minutes, one fix at a time
        report(store, anna, fix(seconds / 60, seconds * 10))
    assert told(store) == 10
    for minutes in range(11, 40):  # and then standing
        report(store, anna, fix(minutes, 6000 + minutes))
    assert told(store) == 11


def test_neither_events_nor_the_audit_trail_hold_a_place(store: Store, anna: str) -> None:
    report(store, anna, fix(10), fix(20, 5000))
    with store.unit_of_work(somebody("dispatcher")) as uow:
        people.report_position(uow, anna, LAT, LON, delay=60)
    with store.reading() as uow:
        payloads = str(uow.session.scalars(select(OutboxEntry.payload)).all())
        audited = set(uow.session.scalars(select(AuditEntry.table_name)))
        changes = str(uow.session.scalars(select(AuditEntry.changes).where(AuditEntry.table_name == "shift")).all())
    assert str(abs(LAT))[:5] not in payloads + changes
    assert not audited & {"position", "trail_point", "expected_arrival"}


# -- however it comes --------------------------------------------------------------------------------------------------

BATCHES = st.lists(st.lists(st.integers(-30, 70), max_size=8), min_size=1, max_size=5)


@MANY
@given(batches=BATCHES, seed=st.integers(0, 1000))
def test_whatever_the_order_of_batches_the_same_is_kept(
    sqlite_store: Store, batches: list[list[int]], seed: int
) -> None:
    store, world = sqlite_store, World(sqlite_store)
    store.clock = FixedClock(NOON + HOUR)
    outcomes = []
    mixed = [*batches, *batches]
    shuffle = random.Random(seed).shuffle
    shuffle(mixed)
    for sent in (batches, [shuffled(one, shuffle) for one in mixed], [[at] for one in mixed for at in one]):
        anna = world.technician()
        world.shift(anna, start=-1, began_at=NOON)
        counts = [report(store, anna, *(fix(at, at) for at in batch)) for batch in sent]
        assert sum(one.kept for one in counts) == len(kept(store, anna))
        outcomes.append((kept(store, anna), latest(store, anna)))
    believed = sorted({at for batch in batches for at in batch if 0 <= at <= 62})
    assert outcomes == [(believed, max(believed, default=None))] * 3


def shuffled(batch: list[int], shuffle: object) -> list[int]:
    copy = [*batch]
    shuffle(copy)  # type: ignore[operator]
    return copy


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), st.lists(st.integers(-90, 5), max_size=4)),
        st.tuples(st.just("begin"), st.integers(-30, 0)),
        st.tuples(st.just("end"), st.integers(-30, 0)),
        st.tuples(st.just("wait"), st.integers(1, 90)),
        st.tuples(st.just("away"), st.integers(-60, 60)),
    ),
    max_size=14,
)


@MANY
@given(steps=STEPS)
def test_whatever_happens_nothing_is_known_of_anybody_off_duty(
    sqlite_store: Store, steps: list[tuple[str, object]]
) -> None:
    """Minutes are counted from the moment of each step."""
    store, world = sqlite_store, World(sqlite_store)
    store.clock = clock = FixedClock(NOON)
    anna = world.technician()
    shift = world.shift(anna, hours=3)
    away: list[tuple[dt.datetime, dt.datetime]] = []
    for what, value in steps:
        now = clock.now()
        with store.unit_of_work() as uow:
            row = uow.session.get(Shift, shift)
            assert row is not None
            if what == "report":
                assert isinstance(value, list)
                positions.report(uow, anna, [Fix((now + at * MINUTE).timestamp(), LAT, LON) for at in value])
            elif what == "wait":
                clock.advance(minutes=value)  # type: ignore[arg-type]
            elif what == "away":
                begins = now + value * MINUTE  # type: ignore[operator]
                people.record_absence(uow, anna, begins, begins + 20 * MINUTE)
                away.append((begins, begins + 20 * MINUTE))
            elif what == "begin" and row.began_at is None and now < NOON + 3 * HOUR:
                people.begin_shift(uow, shift, now + value * MINUTE)  # type: ignore[operator]
            elif what == "end" and row.began_at is not None:
                people.end_shift(uow, shift, now + value * MINUTE)  # type: ignore[operator]
        with store.reading() as uow:
            row = uow.session.get(Shift, shift)
            assert row is not None
            points = uow.session.scalars(select(TrailPoint).where(TrailPoint.technician_id == anna)).all()
            position = uow.session.get(Position, anna)
            shown = uow.session.scalars(position_lists.latest(uow).where(Position.technician_id == anna)).all()
            known = [*(one.at for one in points), *([position.at] if position else [])]
            for at in known:
                assert row.began_at is not None
                assert row.began_at <= at < (row.ended_at or NOON + 5 * HOUR)
                assert not any(start <= at < end for start, end in away)
            if row.began_at is None or row.ended_at is not None or any(a <= uow.now < b for a, b in away):
                assert shown == []
            if row.ended_at is not None:
                assert position is None


def test_who_works_here_no_more_is_not_followed_and_where_they_are_is_forgotten(store: Store, anna: str) -> None:
    report(store, anna, fix(50))
    with store.unit_of_work(somebody("manager")) as uow:
        people.change_technician(uow, anna, active=False)
    assert latest(store, anna) is None
    assert report(store, anna, fix(55)) == Reported(0, {"off_duty": 1})
    with pytest.raises(OffDuty), store.unit_of_work(somebody("dispatcher")) as uow:
        positions.report_position(uow, anna, LAT, LON)
    with store.reading() as uow:
        assert not positions.may_be_shown(uow, anna)


# -- looking, and forgetting -------------------------------------------------------------------------------------------


def test_who_is_at_work_is_shown_to_those_of_their_territory(store: Store, world: World, anna: str) -> None:
    report(store, anna, fix(50))
    with store.reading() as uow:
        territory = people.seen(uow, anna).territory_id or ""
    elsewhere = world.territory()
    for actor, sees in (
        (somebody("dispatcher"), True),
        (somebody("dispatcher", None, territory), True),
        (somebody("dispatcher", None, elsewhere), False),
        (somebody("technician", anna), True),
        (somebody("technician", world.technician()), False),
    ):
        with store.reading(actor) as uow:
            assert bool(uow.session.scalars(position_lists.latest(uow)).all()) is sees
            assert uow.session.scalars(position_lists.latest(uow, elsewhere)).all() == []


def test_a_trail_is_for_those_who_direct_somebody_and_that_they_looked_is_known(
    store: Store, world: World, anna: str
) -> None:
    report(store, anna, fix(10), fix(20), fix(30))
    span = (NOON + 10 * MINUTE, NOON + 30 * MINUTE)
    with store.reading() as uow:
        territory = people.seen(uow, anna).territory_id or ""
    for actor in (somebody("dispatcher", None, territory), somebody("technician", anna)):
        with store.unit_of_work(actor) as uow:
            seen = uow.session.scalars(position_lists.trail(uow, anna, *span).order_by(TrailPoint.at)).all()
            assert [point.at for point in seen] == [NOON + 10 * MINUTE, NOON + 20 * MINUTE]
    with store.reading() as uow:
        looks = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "TrailRead")).all()
    assert [(look.actor_id, look.subject_id) for look in looks] == [("user_dispatcher", anna)]
    for actor, refusal in (
        (somebody("agent"), Forbidden),
        (somebody("planner"), Forbidden),
        (somebody("technician", world.technician()), Forbidden),
        (somebody("dispatcher", None, world.territory()), NotFound),
    ):
        with store.unit_of_work(actor) as uow, pytest.raises(refusal):
            position_lists.trail(uow, anna, *span)
    for until in (NOON, NOON + dt.timedelta(days=32)):
        with store.unit_of_work(somebody("dispatcher")) as uow, pytest.raises(Invalid):
            position_lists.trail(uow, anna, NOON, until)


def test_what_is_old_is_forgotten(store: Store, anna: str, clock: FixedClock) -> None:
    report(store, anna, fix(10), fix(50))
    assert positions.forget_old(store, Settings(position_days=1)) == 0
    assert positions.forget_old(store, Settings(position_days=0)) == 1
    assert (kept(store, anna), latest(store, anna)) == ([50], 50)
    clock.advance(hours=11)  # the shift was never ended
    assert positions.forget_old(store, Settings(position_days=1)) == 1
    assert (kept(store, anna), latest(store, anna)) == ([50], None)
    clock.advance(hours=13)
    assert positions.forget_old(store, Settings(position_days=1)) == 1
    assert kept(store, anna) == []


def test_what_is_known_of_somebody_is_erased_when_they_ask(store: Store, world: World, anna: str) -> None:
    report(store, anna, fix(10), fix(50))
    other = world.technician()
    world.shift(other, start=-1, began_at=NOON)
    report(store, other, fix(50))
    for actor, refusal in (
        (somebody("dispatcher"), Forbidden),
        (somebody("manager", None, world.territory()), NotFound),
    ):
        with store.unit_of_work(actor) as uow, pytest.raises(refusal):
            position_lists.erase(uow, anna)
    with store.unit_of_work(somebody("manager")) as uow:
        assert position_lists.erase(uow, anna) == 2
    assert (kept(store, anna), latest(store, anna)) == ([], None)
    assert kept(store, other) == [50]


def test_reports_of_one_phone_at_one_moment_are_kept_once(store: Store, anna: str) -> None:
    """A phone that hears no answer sends again, while the first attempt is still under way."""
    gate = threading.Barrier(4)
    found: list[Reported] = []

    def send() -> None:
        gate.wait()
        found.append(report(store, anna, *(fix(at) for at in range(10, 40))))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.kept for one in found) == [0, 0, 0, 30]
    assert kept(store, anna) == list(range(10, 40))
    assert list(itertools.chain(*(one.dropped for one in found))) == ["duplicate"] * 3
