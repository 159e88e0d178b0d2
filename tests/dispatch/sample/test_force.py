"""What the technicians of the simulated force decide, one look at a time."""

import datetime as dt

import pytest

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.sample.force.decide import BeginShift, EndShift, FallIll, Report, Rest, Tap, next_step
from dispatch.sample.force.luck import DayLuck, Luck, VisitLuck
from dispatch.sample.force.sight import Task, View
from dispatch.sample.force.ways import Way
from dispatch.store.tables import Shift, Technician, Visit

BEGINS = dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC)
HOME, THERE = (-29.9, -71.2), (-29.95, -71.3)
LUCK = {
    "reaction": 60,
    "declines": False,
    "traffic": 1.0,
    "settling": 60,
    "nobody_home": False,
    "waiting": 600,
    "work": 1.0,
    "pause": 0,
    "needs_parts": False,
    "needs_visit": False,
}


class Fate(Luck):
    """Luck that is what the test says."""

    def __init__(self, late=0, ill_after=None, **visit):
        super().__init__(1)
        self._day, self._visit = DayLuck(late, ill_after), VisitLuck(**{**LUCK, **visit})

    def visit(self, name):
        return self._visit

    def day(self, name, date):
        return self._day


def minutes(count):
    return dt.timedelta(minutes=count)


def view(*tasks, began=True, breaks=(), **fields):
    shift = Shift(
        id="shift", starts_at=BEGINS, ends_at=BEGINS + minutes(480), max_overtime=1800, breaks=list(breaks),
        began_at=BEGINS if began else None,
    )  # fmt: skip
    known = {"at": HOME, "reported": None, "delay": 0, "absent": False, **fields}
    return View(technician=Technician(id="ana", name="Ana", pace=1.0), shift=shift, tasks=tuple(tasks), **known)


def task(status, *, start=60, mates=(), lead=True, **columns):
    made = {"id": "visit", "status": status, "duration": 1800, "paused_for": 0, "extended": 0, "roles": [{}]}
    made |= {"dispatched_at": BEGINS - minutes(30), "asked_at": BEGINS - minutes(30)}
    visit = Visit(**{**made, "windows": [], "never": [], "pin": None, **columns})
    planned = BEGINS + minutes(start)
    return Task(visit, "J-1/1", THERE, planned, planned, lead, tuple(mates))


def step(seen, after, **fate):
    """What somebody does so many minutes after the shift's start, half an hour's drive from the visit."""
    return next_step(seen, BEGINS + minutes(after), Fate(**fate), lambda *_: 1800, {"ana": seen})


def test_a_shift_begins_a_little_late_and_ends_when_nothing_is_left():
    assert step(view(began=False), 1, late=120) is None
    assert step(view(began=False), 3, late=120) == BeginShift(BEGINS + minutes(2))
    assert step(view(), 470) is None
    assert step(view(), 485) == EndShift(BEGINS + minutes(480))


def test_what_is_on_the_phone_is_answered_once_it_is_asked_for():
    # A minute is what it takes them to look: ten minutes into the shift they are asked, and answer at eleven.
    held = task(VisitStatus.DISPATCHED, start=90, asked_at=None)
    assert step(view(held), 20) is None
    asked = task(VisitStatus.DISPATCHED, start=90, asked_at=BEGINS + minutes(10))
    assert step(view(asked), 10, reaction=60) is None
    assert step(view(asked), 11, reaction=60) == Tap(BEGINS + minutes(11), "visit", VisitAction.ACCEPT)


def test_whose_time_it_is_to_go_goes_without_having_been_asked():
    # Half an hour's drive to what begins an hour into the shift.
    assert step(view(task(VisitStatus.DISPATCHED, asked_at=None)), 28).action is VisitAction.DEPART


def test_what_is_on_the_phone_is_accepted_or_declined_once():
    fresh = task(VisitStatus.DISPATCHED)
    assert step(view(fresh), 0).action is VisitAction.ACCEPT
    assert step(view(fresh), 0, declines=True).action is VisitAction.DECLINE
    again = task(VisitStatus.DISPATCHED, never=["ben"])
    assert step(view(again), 0, declines=True).action is VisitAction.ACCEPT


@pytest.mark.parametrize(("after", "action"), [(20, None), (28, VisitAction.DEPART)])
def test_nobody_sets_out_long_before_the_plan_asks_for_it(after, action):
    found = step(view(task(VisitStatus.ACCEPTED)), after)
    assert (found.action if found else None) is action


def test_a_drive_takes_its_time_with_positions_from_the_way():
    away = task(VisitStatus.EN_ROUTE, departed_at=BEGINS)
    assert step(view(away), 0.1) is None
    report = step(view(away, origin=HOME), 15, traffic=1.5)
    assert isinstance(report, Report)
    assert report.delay == 600  # two thirds of the way are left, and a third of the fifteen minutes is gone
    assert [fix.at for fix in report.fixes[-2:]] == [(BEGINS + minutes(15)).timestamp() - 10 * n for n in (1, 0)]
    assert HOME[0] > report.fixes[-30].lat > report.fixes[-1].lat > THERE[0]
    assert report.fixes[-1].heading == pytest.approx(240, abs=20)
    assert step(view(away), 30) == Tap(BEGINS + minutes(30), "visit", VisitAction.ARRIVE)


def test_what_traffic_adds_is_said_now_and_then():
    away = task(VisitStatus.EN_ROUTE, departed_at=BEGINS)
    said = [
        step(view(away, origin=HOME, reported=BEGINS + minutes(at - 1)), at, traffic=1.5).delay for at in range(1, 12)
    ]
    assert [at for at, delay in enumerate(said, start=1) if delay is not None] == [5, 10]
    assert step(view(away, origin=HOME, reported=BEGINS + minutes(4)), 5, traffic=1.2).delay is None


def test_a_phone_that_lies_somewhere_says_so_now_and_then():
    working = task(VisitStatus.WORKING, started_at=BEGINS)
    assert step(view(working, reported=BEGINS), 4) is None
    beat = step(view(working, reported=BEGINS, at=THERE), 5)
    assert [(fix.lat, fix.lon, fix.speed) for fix in beat.fixes] == [(*THERE, 0.0)]
    assert step(view(working), 5) is None
    assert step(view(began=False, reported=BEGINS), -5) is None


def test_a_way_goes_along_its_points_and_its_headings():
    way = Way.through(((0.0, 0.0), (0.0, 0.001), (0.001, 0.001)))
    assert way.metres == pytest.approx(222, abs=1)
    assert way.place(0) == ((0.0, 0.0), 90.0)
    (lat, lon), heading = way.place(0.75)
    assert (lat, lon, heading) == (pytest.approx(0.0005, abs=1e-5), 0.001, 0.0)
    assert way.place(1) == ((0.001, 0.001), 0.0)
    assert way.place(2) == way.place(1)
    assert Way.through((HOME,)).place(0.5) == (HOME, 0.0)


@pytest.mark.parametrize(
    ("fate", "after", "action"),
    [
        ({}, 25, VisitAction.EXTEND),
        ({"work": 1.0}, 31, VisitAction.COMPLETE),
        ({"work": 1.0, "needs_parts": True}, 31, VisitAction.NEED_PARTS),
        ({"work": 1.0, "needs_visit": True}, 31, VisitAction.NEED_VISIT),
        ({"work": 1.0, "pause": 600}, 16, VisitAction.PAUSE),
    ],
    ids=lambda one: str(one),
)
def test_work_ends_in_one_way_or_another(fate, after, action):
    found = step(view(task(VisitStatus.WORKING, started_at=BEGINS)), after, **{"work": 1.4, **fate})
    assert found.action is action


def test_who_finds_nobody_waits_and_gives_up():
    there = task(VisitStatus.ON_SITE, arrived_at=BEGINS)
    assert step(view(there), 5, nobody_home=True) is None
    assert step(view(there), 11, nobody_home=True).action is VisitAction.NO_SHOW
    assert step(view(there), 2).action is VisitAction.START


def test_a_crew_waits_for_who_is_not_free_yet_but_not_for_ever():
    there = task(VisitStatus.ON_SITE, arrived_at=BEGINS, start=0, mates=["ben"])
    seen = view(there)
    other = task(VisitStatus.WORKING, started_at=BEGINS)
    other.visit.id = "another"
    ben = view(other)
    everybody = {"ana": seen, "ben": ben}
    waits = next_step(seen, BEGINS + minutes(10), Fate(), lambda *_: 1800, everybody)
    begins = next_step(seen, BEGINS + minutes(61), Fate(), lambda *_: 1800, everybody)
    assert waits is None
    assert begins.action is VisitAction.START


def test_a_break_is_taken_when_it_is_open_and_nothing_presses():
    lunch = {
        "id": "lunch",
        "earliest": (BEGINS + minutes(60)).isoformat(),
        "latest": (BEGINS + minutes(120)).isoformat(),
        "duration": 1800,
        "taken_at": None,
    }
    assert step(view(breaks=[lunch]), 30) is None
    assert step(view(breaks=[lunch]), 61) == Rest(BEGINS + minutes(61), "lunch")
    taken = {**lunch, "taken_at": (BEGINS + minutes(61)).isoformat()}
    assert step(view(task(VisitStatus.ACCEPTED), breaks=[taken]), 70) is None


def test_who_falls_ill_leaves_what_they_are_on_and_goes_home():
    ill = {"ill_after": 0.25}
    assert step(view(task(VisitStatus.WORKING, started_at=BEGINS)), 121, **ill).action is VisitAction.NEED_VISIT
    assert step(view(task(VisitStatus.EN_ROUTE, departed_at=BEGINS)), 121, **ill).action is VisitAction.DECLINE
    assert step(view(), 121, **ill) == FallIll(BEGINS + minutes(121))
    assert step(view(absent=True), 121, **ill) is None


def test_luck_is_the_same_whoever_asks_and_however_often():
    assert Luck(7).day("Ana", BEGINS.date()) == Luck(7).day("Ana", BEGINS.date())
    assert Luck(7).visit("J-1/1") == Luck(7).visit("J-1/1")
    ill = [Luck(seed).day("Ana", BEGINS.date()).ill_after for seed in range(400)]
    share = sum(one is not None for one in ill) / len(ill)
    assert 0.02 < share < 0.1
