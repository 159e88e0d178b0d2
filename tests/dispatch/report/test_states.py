from __future__ import annotations

from dispatch.report.states import Standing, State, standings
from optimizer.domain import Promise, Visit
from optimizer.timeline import walk
from tests.tiny import MINUTE, at, plan, problem, route, visit, window


def standing(one: Visit) -> Standing:
    """How a visit stands that can start at 08:00, when the shift does."""
    day = problem(one)
    return standings(day, walk(day, plan(route("Ann", one.id))))[one.id]


def test_without_promise_or_window_nothing_can_be_missed() -> None:
    assert standing(visit(minutes=30)) == Standing(State.PLANNED)


def test_a_promise_far_off_is_kept_and_says_what_is_spare() -> None:
    # Done at 08:30, promised by 09:00.
    one = visit(minutes=30, complete_by=Promise(at("09:00")))
    assert standing(one) == Standing(State.PLANNED, spare=30 * MINUTE, limit="promise")


def test_less_than_ten_minutes_before_a_promise_is_tight() -> None:
    one = visit(minutes=30, complete_by=Promise(at("08:39")))
    assert standing(one) == Standing(State.TIGHT, spare=9 * MINUTE, limit="promise")


def test_a_window_about_to_close_is_tight_too() -> None:
    assert standing(visit(windows=(window("07:00", "08:05"),))) == Standing(
        State.TIGHT, spare=5 * MINUTE, limit="window"
    )


def test_a_visit_is_late_by_its_worst_broken_promise() -> None:
    # Starts at 08:00, promised 07:50; done at 08:30, promised 08:05.
    one = visit(minutes=30, arrive_by=Promise(at("07:50")), complete_by=Promise(at("08:05")))
    assert standing(one) == Standing(State.LATE, late=25 * MINUTE)


def test_a_visit_on_no_route_is_unassigned() -> None:
    day = problem(visit("V1"))
    assert standings(day, walk(day, plan()))["V1"] == Standing(State.UNASSIGNED)
