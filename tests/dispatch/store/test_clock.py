"""The operation's clock as the database keeps it."""

import datetime as dt

from dispatch.access.administrator import ensure_administrator
from dispatch.domain.clock import AcceleratedClock, FixedClock, SystemClock
from dispatch.domain.events import RecordChanged
from dispatch.domain.roles import Role
from dispatch.services.users import create_user
from dispatch.store.clock import continue_clock, set_clock, stored_clock

BEGINS = dt.datetime(2026, 11, 24, 10, 25, tzinfo=dt.UTC)


def test_without_a_setting_it_is_real_time(store):
    assert isinstance(stored_clock(store), SystemClock)
    assert isinstance(continue_clock(store, 5), SystemClock)


def test_every_process_takes_the_same_fast_clock(store):
    clock = set_clock(store, BEGINS, 60)
    assert stored_clock(store) == clock
    assert clock.factor == 60
    assert clock.now() >= BEGINS


def test_a_fast_clock_goes_on_from_the_last_thing_that_happened(store):
    set_clock(store, BEGINS, 60)
    store.clock = FixedClock(BEGINS + dt.timedelta(hours=2))
    with store.unit_of_work() as uow:
        uow.record(RecordChanged(record="r", table="t", what="changed"))
    clock = continue_clock(store, 5)
    assert isinstance(clock, AcceleratedClock)
    assert (clock.simulated, clock.factor) == (BEGINS + dt.timedelta(hours=2), 5)
    assert continue_clock(store).factor == 5


def test_a_clock_on_which_nothing_has_happened_yet_begins_where_it_was_set(store):
    set_clock(store, BEGINS, 60)
    assert continue_clock(store).simulated == BEGINS


def test_who_may_sign_in_is_no_part_of_the_day(store):
    """A user can be made before the day begins, or while nobody serves it: that moves its clock nowhere."""
    store.clock = FixedClock(BEGINS + dt.timedelta(days=300))
    assert ensure_administrator(store) is not None
    set_clock(store, BEGINS, 60)
    assert continue_clock(store).simulated == BEGINS
    with store.unit_of_work() as uow:
        create_user(uow, email="new@sample.example", name="New", role=Role.DISPATCHER)
    assert continue_clock(store).simulated == BEGINS
