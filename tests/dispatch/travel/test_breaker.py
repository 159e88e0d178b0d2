"""Engines that fail are left alone, tried again, and stood in for; nothing of it happens silently."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from dispatch.travel.breaker import Breaker, usual_patience
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import SURCHARGE, FallingBack
from dispatch.travel.health import HOUR, EngineHealth, Tally, without_places
from dispatch.travel.ports import (
    FREE,
    NO_WAY,
    EngineDown,
    EngineError,
    EngineNonsense,
    Fix,
    Leg,
    Measured,
    NoWay,
    OnRoad,
    Point,
    Snapped,
    Source,
    Speeds,
)

A, B, C = (49.0, 8.0), (49.1, 8.1), (49.2, 8.2)
START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


@dataclass
class Clocks:
    """Seconds, and the instant that goes with them."""

    seconds: float = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds - 1000)


@dataclass
class Scripted:
    """An engine that answers 100 s everywhere, or fails as it is told. ``off``: points off its roads."""

    clocks: Clocks
    name: str = "scripted"
    version: str = "1"
    failure: Exception | None = None
    takes: float = 0.0
    off: frozenset[Point] = frozenset()
    apart: frozenset[tuple[Point, Point]] = frozenset()
    """Pairs without a way."""
    calls: list[tuple[str, int]] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    def _asked(self, what: str, size: int) -> None:
        self.calls.append((what, size))
        self.clocks.seconds += self.takes
        if self.meanwhile is not None:
            self.meanwhile()
        if self.failure is not None:
            raise self.failure

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        self._asked("table", len(starts) * len(ends))
        durations = np.array(
            [[NO_WAY if a in self.off or b in self.off or (a, b) in self.apart else 100 for b in ends] for a in starts],
            np.int32,
        ).reshape(len(starts), len(ends))
        return Measured(durations, durations * np.int32(10), np.full(durations.shape, Source.ROAD, np.uint8))

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        self._asked("route", len(points))
        pairs = list(itertools.pairwise(points))
        if any(pair in self.apart for pair in pairs):
            raise NoWay("no way")
        return tuple(Leg(100, 1000, pair, Source.ROAD) for pair in pairs)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        self._asked("snap", len(points))
        return [None if point in self.off else Snapped(*point, 5.0, "Street") for point in points]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        self._asked("match", len(trace))
        last = trace[-1].lat, trace[-1].lon
        return None if last in self.off else OnRoad(*last, 90.0, "Street", 0.9)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def engine(clocks: Clocks) -> Scripted:
    return Scripted(clocks)


@pytest.fixture
def told() -> list[EngineHealth]:
    return []


@pytest.fixture
def breaker(engine: Scripted, clocks: Clocks, told: list[EngineHealth]) -> Breaker:
    return Breaker(engine, rest=5, longest_rest=60, clock=clocks.monotonic, now=clocks.now, on_change=told.append)


def _fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(EngineError):
            breaker.table([A], [B])


# One engine -----------------------------------------------------------------------------------------------------------


def test_after_three_failures_nobody_asks_any_more(
    breaker: Breaker, engine: Scripted, clocks: Clocks, told: list[EngineHealth]
) -> None:
    engine.failure = EngineDown("nobody answers")
    clocks.seconds += 10
    _fail(breaker, 2)
    assert breaker.health().state == "up"
    _fail(breaker, 1)
    assert breaker.health() == EngineHealth("scripted", "down", START + dt.timedelta(seconds=10), 3, "nobody answers")
    assert told == [breaker.health()]
    asked = len(engine.calls)
    with pytest.raises(
        EngineDown, match="scripted is down and it rests 5 s more; the last failure was: nobody answers"
    ):
        breaker.table([A], [B])
    assert len(engine.calls) == asked


def test_failures_that_lie_far_apart_do_not_add_up(breaker: Breaker, engine: Scripted, clocks: Clocks) -> None:
    engine.failure = EngineNonsense("what is this")
    for _ in range(10):
        _fail(breaker, 1)
        clocks.seconds += 31
    assert breaker.health().state == "up"


def test_that_no_way_leads_is_an_answer_and_no_failure(breaker: Breaker, engine: Scripted) -> None:
    engine.apart = frozenset({(A, B)})
    for _ in range(5):
        with pytest.raises(NoWay):
            breaker.route([A, B])
    assert breaker.health().state == "up"
    assert breaker.health().failures == 0


def test_an_engine_that_has_rested_is_tried_and_is_up_again_when_it_answers(
    breaker: Breaker, engine: Scripted, clocks: Clocks, told: list[EngineHealth]
) -> None:
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    engine.failure = None
    clocks.seconds += 5
    assert breaker.table([A], [B]).durations.tolist() == [[100]]
    assert [health.state for health in told] == ["down", "up"]
    assert breaker.health().since == clocks.now()
    assert breaker.health().last_error == "nobody answers"


def test_while_it_is_tried_everybody_else_is_turned_away(breaker: Breaker, engine: Scripted, clocks: Clocks) -> None:
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    engine.failure, states = None, []
    clocks.seconds += 5

    def somebody_else() -> None:
        states.append(breaker.health().state)
        with pytest.raises(EngineDown, match="somebody is trying it just now"):
            breaker.snap([A])

    engine.meanwhile = somebody_else
    breaker.table([A], [B])
    assert states == ["trying"]


def test_it_rests_twice_as_long_after_each_trial_in_vain_and_never_longer_than_a_minute(
    breaker: Breaker, engine: Scripted, clocks: Clocks, told: list[EngineHealth]
) -> None:
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    for rest in (5, 10, 20, 40, 60, 60):
        asked = len(engine.calls)
        clocks.seconds += rest - 1
        _fail(breaker, 1)
        assert len(engine.calls) == asked
        clocks.seconds += 1
        _fail(breaker, 1)
        assert len(engine.calls) == asked + 1
    assert [health.state for health in told] == ["down"]
    assert breaker.health().since == START


def test_an_engine_that_comes_and_goes_rests_longer_each_time(
    breaker: Breaker, engine: Scripted, clocks: Clocks
) -> None:
    for rest in (5, 10, 20):
        engine.failure = EngineDown("nobody answers")
        _fail(breaker, 3)
        engine.failure = None
        clocks.seconds += rest - 1
        _fail(breaker, 1)
        clocks.seconds += 1
        breaker.table([A], [B])
    clocks.seconds += 61
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    engine.failure = None
    clocks.seconds += 5
    breaker.table([A], [B])
    assert breaker.health().state == "up"


def test_a_great_question_is_not_what_an_engine_is_tried_with(
    breaker: Breaker, engine: Scripted, clocks: Clocks
) -> None:
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    clocks.seconds += 5
    many = [(49 + at / 1000, 8.0) for at in range(100)]
    with pytest.raises(EngineDown):
        breaker.table(many, many)
    assert engine.calls[-1] == ("table", 4)
    engine.failure = None
    clocks.seconds += 10
    assert breaker.table(many, many).durations.shape == (100, 100)
    assert breaker.health().state == "up"


def test_answers_that_come_too_late_count_as_failures_and_are_used(
    breaker: Breaker, engine: Scripted, told: list[EngineHealth]
) -> None:
    engine.takes = usual_patience(2, 1) + 1
    for _ in range(3):
        assert breaker.table([A], [B]).durations.tolist() == [[100]]
    assert told[-1].state == "down"
    assert told[-1].last_error == "scripted took 3.0 s for what it has 2.0 s for"


def test_an_engine_that_is_slow_by_nature_says_itself_what_is_too_late(clocks: Clocks) -> None:
    class Slow(Scripted):
        def patience(self, points: int, cells: int) -> float:
            return 100.0 * cells

    breaker = Breaker(Slow(clocks, takes=50), clock=clocks.monotonic, now=clocks.now)
    for _ in range(5):
        breaker.table([A], [B])
    assert breaker.health().failures == 0


def test_it_is_tried_unasked_with_a_question_that_was_asked_before(
    breaker: Breaker, engine: Scripted, clocks: Clocks
) -> None:
    assert breaker.probe().state == "up"
    assert engine.calls == []
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    assert breaker.probe().state == "down"
    assert len(engine.calls) == 3
    clocks.seconds += 5
    assert breaker.probe().state == "down"
    assert len(engine.calls) == 4
    engine.failure = None
    clocks.seconds += 10
    assert breaker.probe().state == "up"
    assert engine.calls[-1] == ("table", 4)


def test_a_mistake_of_ours_is_raised_as_it_is_and_counts(breaker: Breaker, engine: Scripted, clocks: Clocks) -> None:
    engine.failure = RuntimeError("at 49.123456, 8.654321")
    for _ in range(3):
        with pytest.raises(RuntimeError):
            breaker.table([A], [B])
    assert breaker.health().last_error == "RuntimeError"
    clocks.seconds += 5
    with pytest.raises(RuntimeError):
        breaker.table([A], [B])
    assert breaker.health().state == "down"


def test_places_are_told_neither_in_the_log_nor_in_the_status(
    breaker: Breaker, engine: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failure = EngineDown("point (49.123456, -8.654321) is in the lake, 812.5 m from the road")
    with caplog.at_level(logging.INFO, "dispatch.travel"):
        _fail(breaker, 3)
    expected = "point (…, …) is in the lake, 812.5 m from the road"
    assert breaker.health().last_error == expected
    assert [record.message for record in caplog.records] == [f"The travel engine scripted is down: {expected}"]
    assert len(without_places("x" * 5000)) == 300


def test_going_down_and_coming_back_are_logged_once_each(
    breaker: Breaker, engine: Scripted, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "dispatch.travel"):
        engine.failure = EngineDown("nobody answers")
        _fail(breaker, 3)
        for _ in range(4):
            clocks.seconds += 60
            _fail(breaker, 1)
        engine.failure = None
        clocks.seconds += 60
        breaker.table([A], [B])
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_many_threads_at_once_let_one_of_them_try(breaker: Breaker, engine: Scripted, clocks: Clocks) -> None:
    engine.failure = EngineDown("nobody answers")
    _fail(breaker, 3)
    engine.failure = None
    clocks.seconds += 5
    tried = threading.Event()
    engine.meanwhile = lambda: bool(tried.wait(10)) and None
    turned_away: list[EngineError] = []

    def ask() -> None:
        try:
            breaker.table([A], [B])
        except EngineDown as error:
            turned_away.append(error)
            if len(turned_away) == 7:
                tried.set()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turned_away) == 7
    assert len(engine.calls) == 4
    assert breaker.health().state == "up"


# Several engines, and the estimate behind them ------------------------------------------------------------------------


@pytest.fixture
def second(clocks: Clocks) -> Scripted:
    return Scripted(clocks, name="second", version="2")


@pytest.fixture
def all_of_them(engine: Scripted, second: Scripted, clocks: Clocks, told: list[EngineHealth]) -> FallingBack:
    return FallingBack(
        [engine, second], EstimateEngine(), on_change=told.append, clock=clocks.monotonic, now=clocks.now
    )


def _estimated(start: Point, end: Point) -> int:
    return round(int(EstimateEngine().table([start], [end]).durations[0, 0]) * SURCHARGE)


def test_the_first_engine_answers_and_nobody_else_is_asked(all_of_them: FallingBack, second: Scripted) -> None:
    measured = all_of_them.table([A, B], [A, B, C])
    assert (measured.durations == 100).all()
    assert (measured.sources == Source.ROAD).all()
    assert second.calls == []
    assert {health.name: health.cells for health in all_of_them.health()} == {
        "scripted": 6,
        "second": 0,
        "estimate": 0,
    }


def test_when_the_first_fails_the_second_answers(all_of_them: FallingBack, engine: Scripted, second: Scripted) -> None:
    engine.failure = EngineDown("nobody answers")
    assert (all_of_them.table([A, B], [A, B]).sources == Source.ROAD).all()
    assert all_of_them.route([A, B])[0].source is Source.ROAD
    assert all_of_them.snap([A]) == [Snapped(*A, 5.0, "Street")]
    assert all_of_them.match([Fix(1.0, *A)]) is not None
    assert len(second.calls) == 4


def test_when_all_fail_everything_is_estimated_and_says_so(
    all_of_them: FallingBack, engine: Scripted, second: Scripted, told: list[EngineHealth]
) -> None:
    engine.failure = second.failure = EngineNonsense("what is this")
    for _ in range(3):
        measured = all_of_them.table([A, B], [C])
    assert measured.durations.tolist() == [[_estimated(A, C)], [_estimated(B, C)]]
    assert (measured.sources == Source.ESTIMATE).all()
    (leg,) = all_of_them.route([A, C])
    assert (leg.seconds, leg.source, leg.points) == (_estimated(A, C), Source.ESTIMATE, (A, C))
    assert all_of_them.snap([A]) == [Snapped(*A, 0.0)]
    matched = all_of_them.match([Fix(1.0, *A)])
    assert matched is not None
    assert matched.confidence == 0.0
    assert [(health.name, health.state) for health in told] == [("scripted", "down"), ("second", "down")]
    assert {health.name: health.state for health in all_of_them.health()} == {
        "scripted": "down",
        "second": "down",
        "estimate": "up",
    }
    assert all_of_them.health()[-1].cells == 6


def test_the_second_is_asked_for_the_points_that_the_first_does_not_know(
    all_of_them: FallingBack, engine: Scripted, second: Scripted
) -> None:
    engine.off = frozenset({C})
    assert (all_of_them.table([A, B, C], [A, B, C]).sources == Source.ROAD).all()
    assert second.calls == [("table", 3), ("table", 2)]


def test_what_no_engine_knows_is_estimated_cell_by_cell(
    all_of_them: FallingBack, engine: Scripted, second: Scripted
) -> None:
    engine.off = second.off = frozenset({C})
    engine.apart = frozenset({(A, B)})
    measured = all_of_them.table([A, B, C], [A, B, C])
    assert measured.sources.tolist() == [[0, 2, 2], [0, 0, 2], [2, 2, 2]]
    assert measured.durations.tolist() == [
        [100, _estimated(A, B), _estimated(A, C)],
        [100, 100, _estimated(B, C)],
        [_estimated(C, A), _estimated(C, B), 0],
    ]
    assert not (measured.distances == NO_WAY).any()


def test_one_leg_without_a_way_does_not_spoil_the_others(
    all_of_them: FallingBack, engine: Scripted, second: Scripted
) -> None:
    engine.apart = second.apart = frozenset({(B, C)})
    legs = all_of_them.route([A, B, C, A])
    assert [leg.source for leg in legs] == [Source.ROAD, Source.ESTIMATE, Source.ROAD]


def test_points_off_the_roads_of_all_are_nowhere_while_somebody_answers(
    all_of_them: FallingBack, engine: Scripted, second: Scripted
) -> None:
    engine.off, second.off = frozenset({B, C}), frozenset({C})
    assert all_of_them.snap([A, B, C]) == [Snapped(*A, 5.0, "Street"), Snapped(*B, 5.0, "Street"), None]
    assert all_of_them.match([Fix(1.0, *C)]) is None


def test_an_engine_that_is_down_comes_back_without_being_asked_for_anything(
    all_of_them: FallingBack, engine: Scripted, second: Scripted, clocks: Clocks, told: list[EngineHealth]
) -> None:
    engine.failure = second.failure = EngineDown("nobody answers")
    for _ in range(3):
        all_of_them.table([A], [B])
    engine.failure = second.failure = None
    clocks.seconds += 5
    assert [health.state for health in all_of_them.probe()] == ["up", "up", "up"]
    assert len(told) == 4


def test_the_version_is_that_of_all_engines(all_of_them: FallingBack, second: Scripted) -> None:
    assert all_of_them.version == "1+2"
    second.version = "3"
    assert all_of_them.version == "1+3"
    assert all_of_them.name == "scripted or second or estimate"
    assert FallingBack([], EstimateEngine()).version == EstimateEngine().version


def test_cells_are_counted_for_an_hour(clocks: Clocks) -> None:
    tally = Tally(clocks.monotonic)
    for _ in range(3):
        tally.add("roads", 10)
        clocks.seconds += HOUR / 3
    tally.add("estimate", 5)
    assert tally.counts() == {"roads": 20, "estimate": 5}
    clocks.seconds += 2 * HOUR
    assert tally.counts() == {}
