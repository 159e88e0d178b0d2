"""When an action happened: phones' clocks are wrong, and what they tell is corrected."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.clock import AcceleratedClock, FixedClock, pace_of
from dispatch.domain.sla import ClockState, Target
from dispatch.store.tables import Device, SlaClock
from mobile_api.sync.timing import Reception
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import NOW, chain, codes, kept, send, tap, visit_row

HOUR = dt.timedelta(hours=1)
instants = st.integers(-20_000 * 86_400, 60_000 * 86_400).map(lambda seconds: NOW + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("ahead", [dt.timedelta(0), 3 * HOUR, -3 * HOUR, dt.timedelta(days=-20_000)], ids=str)
def test_a_wrong_clock_does_not_matter_as_long_as_nobody_sets_it(
    phone: Phone, depot: Depot, ahead: dt.timedelta
) -> None:
    action = tap("begin_shift", shift=phone.shift)
    action["at"] = (NOW + ahead - dt.timedelta(minutes=40)).isoformat()
    [receipt] = send(phone, action, sent_at=NOW + ahead)
    assert receipt["happened_at"] == "2026-11-23T11:20:00Z"
    row = kept(depot.store, action)
    assert row.skew == ahead.total_seconds()
    assert row.phone_at == NOW + ahead - dt.timedelta(minutes=40)
    with depot.store.reading() as uow:
        assert uow.get(Device, phone.device).skew == ahead.total_seconds()


def test_the_answer_says_when_it_was_received_and_how_wrong_the_clock_is(phone: Phone) -> None:
    sent_at = (NOW + 2 * HOUR).isoformat()
    answer = phone.post("/actions", json={"sent_at": sent_at, "actions": [tap("accept", phone.visits[0])]}).json()
    assert answer["received_at"] == answer["now"] == "2026-11-23T12:00:00Z"
    assert (answer["skew"], answer["pace"]) == (7200.0, 1.0)


def test_seconds_by_a_clock_that_nobody_sets_are_believed_first(phone: Phone) -> None:
    action = {**tap("accept", phone.visits[0], ago=-5000), "elapsed": 0.0}
    shift = {**tap("end_shift", ago=86_400, shift=phone.shift), "elapsed": 600.0}
    assert [one["happened_at"] for one in send(phone, action, shift)] == [
        "2026-11-23T12:00:00Z",
        "2026-11-23T11:50:00Z",
    ]


def test_nothing_happens_in_the_future(phone: Phone) -> None:
    """Somebody set the phone's clock back between the tap and the sending."""
    [receipt] = send(phone, tap("accept", phone.visits[0], ago=-7200))
    assert (receipt["outcome"], receipt["happened_at"]) == ("applied", "2026-11-23T12:00:00Z")


def test_a_step_does_not_happen_before_the_one_before_it(depot: Depot, clock: FixedClock) -> None:
    phone = depot.phone()
    clock.advance(hours=2)
    accept = tap("accept", phone.visits[0], ago=600)
    depart = tap("depart", phone.visits[0], ago=6000, after=accept)
    assert codes(send(phone, accept, depart)) == ["applied", "applied"]
    row = visit_row(depot.store, phone.visits[0])
    assert row.accepted_at == row.departed_at == clock.at - dt.timedelta(seconds=600)


def test_no_step_happens_before_the_visit_was_handed_over(phone: Phone) -> None:
    """A phone whose battery was empty has forgotten what time it was."""
    action = tap("accept", phone.visits[0])
    action["at"] = "1970-01-01T00:00:00Z"
    [receipt] = send(phone, action)
    assert (receipt["outcome"], receipt["happened_at"]) == ("applied", "2026-11-23T12:00:00Z")


def test_a_pause_does_not_end_before_it_began_on_whichever_phone(depot: Depot, clock: FixedClock) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    clock.advance(hours=3)
    assert set(codes(send(one, *chain(one.visits[0], "accept", "depart", "arrive", "start", "pause", ago=3000)))) == {
        "applied"
    }
    assert codes(send(other, tap("resume", one.visits[0], ago=2000))) == ["applied"]
    assert codes(send(one, tap("complete", one.visits[0], ago=2500))) == ["applied"]
    row = visit_row(depot.store, one.visits[0])
    assert row.finished_at == clock.at - dt.timedelta(seconds=2000)
    assert row.paused_for == 1000


def test_promises_are_judged_by_when_it_happened_not_by_when_we_heard(depot: Depot, clock: FixedClock) -> None:
    store, world = depot.store, depot.world
    phone = depot.phone()
    row = visit_row(store, phone.visits[0])
    policy = world.sla_policy()
    with store.unit_of_work() as uow:
        uow.session.add(
            SlaClock(
                id="clock_1",
                job_id=row.job_id,
                target=Target.ON_SITE,
                policy_id=policy,
                started_at=clock.at,
                due_at=clock.at + 4 * HOUR,
                allowed=4 * 3600,
                state=ClockState.RUNNING,
                running_since=clock.at,
                spent=0,
            )
        )
    clock.advance(hours=9)
    arrived = 9 * 3600 - 2 * 3600
    assert set(codes(send(phone, *chain(phone.visits[0], "accept", "depart", "arrive", ago=arrived)))) == {"applied"}
    with store.reading() as uow:
        promise = uow.get(SlaClock, "clock_1")
        assert (promise.state, promise.breached_at) == (ClockState.MET, None)
        assert promise.ended_at == clock.at - dt.timedelta(seconds=arrived)


def test_on_a_day_that_runs_faster_the_phones_seconds_count_more() -> None:
    simulated = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    clock = AcceleratedClock(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), simulated, 60.0)
    assert (pace_of(clock), pace_of(FixedClock(simulated))) == (60.0, 1.0)
    reception = Reception(simulated + HOUR, clock.real, clock.real, 60.0)
    assert reception.happened(clock.real - dt.timedelta(seconds=30), None) == simulated + HOUR / 2
    assert reception.happened(clock.real, 30.0) == simulated + HOUR / 2


@given(sent_at=instants, at=instants, elapsed=st.none() | st.floats(0, 1e9), pace=st.sampled_from([1.0, 60.0, 3600.0]))
def test_whatever_a_phone_says_what_happened_lies_in_the_past(
    sent_at: dt.datetime, at: dt.datetime, elapsed: float | None, pace: float
) -> None:
    happened = Reception(NOW, NOW, sent_at, pace).happened(at, elapsed)
    assert happened <= NOW
    assert happened.year >= 1900
    if elapsed is None and at <= sent_at and pace == 1.0 and sent_at - at < dt.timedelta(days=30_000):
        assert abs((NOW - happened) - (sent_at - at)) < dt.timedelta(seconds=1)
