"""What the board says of a day: why nobody has a visit, what people do, and how little it asks of the database."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from typing import Any

import pytest
from pydantic_core import from_json
from sqlalchemy import event

from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.relay import relay
from dispatch.planning import assembling
from dispatch.planning.day_board import affected, kept
from dispatch.planning.day_board.boards import MOST_DAYS, DayBoards
from dispatch.planning.day_board.reasons import LANGUAGES, SENTENCES, Reason, recognised, sentences
from dispatch.services import absences, duty, positions, rosters, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, Job, Visit
from optimizer.solve import solve
from tests.dispatch.planning.days import Day, two_towns
from tests.dispatch.world import HERE
from tests.generated import generated

NEVER = 1e9


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    return two_towns(sqlite_store)


def board(store: Store, boards: DayBoards | None = None) -> dict[str, Any]:
    relay(store)
    with store.reading(SYSTEM) as uow:
        return dict(from_json((boards or DayBoards(store.clock)).sent(uow, None, "en")[0]))


def row(shown: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in (*shown["visits"], *shown["technicians"]) if one["id"] == key)


# -- reasons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_reason_can_be_said_in_every_language_with_the_same_values(code: str) -> None:
    names = ("skill", "level", "held", "skills", "visits", "count", "technician", "cost", "saved", "because")
    said = {
        language: sentences([Reason(code, {name: f"<{name}>" for name in names})], language) for language in LANGUAGES
    }
    assert all(len(one) == 1 and one[0] for one in said.values())
    if code != "did_not_fit":  # what a broken rule says is English
        named = {language: {name for name in names if f"<{name}>" in said[language][0]} for language in LANGUAGES}
        assert named["en"] == named["zh"]


def test_what_the_optimizer_says_of_visits_without_a_place_is_understood() -> None:
    codes = set()
    for seed in range(12):
        problem = generated(seed, visits=14, technicians=2)
        names = {visit.id: f"J-{number}" for number, visit in enumerate(problem.visits)}
        for left in solve(problem, iterations=20, seed=1).plan.unassigned:
            # Who holds which skill is found out anew from what people hold now.
            codes |= {recognised(sentence, names).code for sentence in left.reasons if "holds" not in sentence}
    assert codes
    assert "did_not_fit" not in codes


def test_people_and_visits_are_called_by_their_names() -> None:
    names = {"visit_1": "J-7", "visit_2": "J-8", "technician_1": "Ana"}
    after = recognised("It comes after visit_1, visit_2, which is not done either.", names)
    assert sentences([after], "zh") == ["它排在 J-7, J-8 之后，而后者也未安排。"]
    dear = "The cheapest place is with technician_1 (shift s1) and would cost 12.50; leaving it out costs 3.00."
    assert sentences([recognised(dear, names)], "en") == [
        "The cheapest place is with Ana and would cost 12.50; leaving it out costs 3.00."
    ]


def test_what_people_mend_is_said_as_it_was() -> None:
    said = recognised("Its window closes before anybody can be there", {})
    assert sentences([said], "en") == [
        "It does not fit any more where it was planned: Its window closes before anybody can be there"
    ]


def test_a_visit_that_the_plan_does_not_know_yet_waits_for_the_next_run(day: Day) -> None:
    _, late = day.world.job(at=HERE)
    assert row(board(day.store), late)["reasons"] == [
        "The published plan does not know it yet; the next run looks for a place."
    ]


# -- people ------------------------------------------------------------------------------------------------------------


def test_what_somebody_does_follows_their_day(day: Day) -> None:
    who, shift = day.people[0], day.shifts[0]
    boards = DayBoards(day.store.clock, every=NEVER)

    def state() -> str:
        return str(row(board(day.store, boards), who)["state"])

    assert state() == "off"
    with day.store.unit_of_work() as uow:
        rest = {"id": "rest", "earliest": uow.now, "latest": uow.now + dt.timedelta(hours=2), "duration": 900}
        rosters.change_shift(uow, shift, breaks=[rest])
        duty.begin_shift(uow, shift)
    assert state() == "waiting"
    with day.store.unit_of_work() as uow:
        duty.take_break(uow, shift, "rest")
    assert state() == "break"
    with day.store.unit_of_work() as uow:
        duty.end_break(uow, shift, "rest")
        visits.act(uow, day.visits[1], VisitAction.DEPART)
    assert state() == "driving"
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[1], VisitAction.ARRIVE)
    assert state() == "on_site"


def test_an_absence_shows_when_it_begins_though_nothing_happens_then(day: Day) -> None:
    boards = DayBoards(day.store.clock, every=NEVER)
    with day.store.unit_of_work() as uow:
        duty.begin_shift(uow, day.shifts[0])
        begins = uow.now + dt.timedelta(hours=1)
        absences.record_absence(uow, day.people[0], begins, begins + dt.timedelta(hours=1), "ill")
    states = []
    for _ in range(3):
        shown = board(day.store, boards)
        with day.store.reading(SYSTEM) as uow:
            again = from_json(boards.changes(uow, None, shown["position"], "en"))
        assert not again["reset"]
        states.append(row(shown, day.people[0])["state"])
        day.clock.advance(minutes=61)
    assert states == ["waiting", "absent", "waiting"]


def test_where_somebody_is_shows_while_they_work(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        duty.begin_shift(uow, day.shifts[0])
    with day.store.unit_of_work() as uow:
        positions.report_position(uow, day.people[0], *HERE)
    shown = row(board(day.store), day.people[0])
    assert (shown["position"]["lat"], shown["position"]["lon"]) == HERE
    with day.store.unit_of_work() as uow:
        duty.end_shift(uow, day.shifts[0])
    assert row(board(day.store), day.people[0])["position"] is None


# -- keeping -----------------------------------------------------------------------------------------------------------


def test_what_no_event_told_is_seen_when_the_day_is_read_again(day: Day) -> None:
    boards = DayBoards(day.store.clock, every=0.0)
    before = board(day.store, boards)
    with day.store.unit_of_work() as uow:
        uow.get(Job, uow.get(Visit, day.visits[0]).job_id).title = "Nobody said so"
    with day.store.reading(SYSTEM) as uow:
        said = from_json(boards.changes(uow, None, before["position"], "en"))
    assert [one["title"] for one in said["visits"]] == ["Nobody said so"]


def test_after_very_many_events_the_day_is_read_again(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_EVENTS", 1)
    boards = DayBoards(day.store.clock, every=NEVER)
    before = board(day.store, boards)
    for visit in day.visits[:3]:
        with day.store.unit_of_work() as uow:
            visits.act(uow, visit, VisitAction.ACCEPT)
    relay(day.store)
    with day.store.reading(SYSTEM) as uow:
        said = from_json(boards.changes(uow, None, before["position"], "en"))
    assert {one["id"] for one in said["visits"]} == set(day.visits[:3])


def test_a_day_that_is_kept_no_longer_begins_anew_for_who_saw_it_before_something_happened(day: Day) -> None:
    boards = DayBoards(day.store.clock)
    before = board(day.store, boards)
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[0], VisitAction.ACCEPT)
    relay(day.store)
    with day.store.reading(SYSTEM) as uow:
        for offset in range(1, MOST_DAYS + 1):
            boards.sent(uow, dt.date(2026, 11, 23) + dt.timedelta(days=offset), "en")
        assert from_json(boards.changes(uow, None, before["position"], "en"))["reset"]


def _statements(store: Store) -> int:
    counted: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        counted.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.reading(SYSTEM) as uow:
            DayBoards(store.clock).sent(uow, None, "en")
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return len(counted)


def test_more_visits_and_people_take_no_more_statements(day: Day) -> None:
    relay(day.store)
    before = _statements(day.store)
    for _ in range(6):
        day.world.shift(day.world.technician(skills={"gas": 2}))
        day.world.job()
    assert _statements(day.store) == before


def test_a_kind_of_event_that_says_nothing_of_the_board_reads_nothing() -> None:
    for kind in sorted(affected.NOTHING):
        found = affected.affected_by([(kind, {"visit": "v", "job": "j", "person": "p"})])
        assert found == affected.Affected()


def test_the_sentences_of_what_cannot_stay_are_those_that_are_understood() -> None:
    said = re.findall(r'return "([^"]+\.)"', inspect.getsource(assembling))
    assert said
    assert [one for one in said if recognised(one, {}).code == "did_not_fit"] == []


def test_a_customer_with_another_name_is_seen_on_each_of_their_visits(day: Day) -> None:
    boards = DayBoards(day.store.clock, every=NEVER)
    board(day.store, boards)
    with day.store.unit_of_work() as uow:
        customer = uow.get(Job, uow.get(Visit, day.visits[0]).job_id).customer_id
        uow.get(Customer, customer).name = "Kept for later"
        visits.act(uow, day.visits[0], VisitAction.ACCEPT)
    assert row(board(day.store, boards), day.visits[0])["customer"]["name"] == "Kept for later"
