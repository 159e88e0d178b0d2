"""The published plan as it is sent: made once, and never shown as it was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from sqlalchemy import event, select

from dispatch.domain.errors import Forbidden
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.planning import jeopardy
from dispatch.planning.board import board
from dispatch.planning.boards import Boards, SentBoard
from dispatch.planning.publish import approve_in
from dispatch.services import absences, intake, jobs, people, rosters, sla_policies, visits
from dispatch.store.engine import Store
from dispatch.store.revision import SHOWN
from dispatch.store.tables import Customer, Job, PlanRow, Priority, SlaPolicy, Visit
from tests.dispatch.planning.days import TRAVEL, Day, two_towns
from tests.dispatch.world import World

NORTH = Actor("user_n", "Norma", Role.DISPATCHER, frozenset({"territory_north"}))
TECHNICIAN = Actor("user_t", "Tomás", Role.TECHNICIAN)


@pytest.fixture
def day(store: Store) -> Day:
    world = World(store)
    world.sla_policy("standard")
    return two_towns(store)


@pytest.fixture
def boards() -> Boards:
    return Boards()


def seen(day: Day, boards: Boards, actor: Actor = SYSTEM) -> SentBoard:
    since = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    with day.store.reading(actor) as uow:
        sent = boards.sent(uow, since, since + dt.timedelta(days=1))
        assert sent.content == to_json(board(uow, since, since + dt.timedelta(days=1))), "shows what was"
    return sent


def stops(sent: SentBoard) -> dict[str, dict[str, Any]]:
    document = from_json(sent.content)
    return {stop["visit"]: stop for one in document["technicians"] for at in one["shifts"] for stop in at["stops"]}


def _accepted(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[0], VisitAction.ACCEPT)


def _declined(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[0], VisitAction.DECLINE)


def _late(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        row = uow.get(Visit, day.visits[0])
        row.windows = [[(uow.now - dt.timedelta(hours=2)).isoformat(), (uow.now - dt.timedelta(hours=1)).isoformat()]]
        row.appointment = True
        assert jeopardy.recompute(uow, TRAVEL)


def _pinned(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        visits.pin(uow, day.visits[0], {"order": True})


def _published(day: Day) -> None:
    approve_in(day.store, SYSTEM, day.draft().id, TRAVEL)


def _absent(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        absences.record_absence(uow, day.people[0], uow.now, uow.now + dt.timedelta(hours=20), "ill")
    _published(day)


def _shift_ends_early(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        rosters.change_shift(uow, day.shifts[0], ends_at=uow.now + dt.timedelta(hours=6))


def _renamed(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        people.change_technician(uow, day.people[0], name="Ana")


def _moved_to_another_territory(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        people.change_technician(uow, day.people[0], territory_id="territory_south")


def _urgent(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        jobs.change(uow, uow.get(Visit, day.visits[0]).job_id, priority=Priority.CRITICAL)


def _received(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        row = uow.get(Job, uow.get(Visit, day.visits[0]).job_id)
        places = {"customer_id": row.customer_id, "site_id": row.site_id, "job_type_id": row.job_type_id}
        intake.receive_job(uow, **places, title="No water")


def _cancelled(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        jobs.act(uow, uow.get(Visit, day.visits[0]).job_id, JobAction.CANCEL, reason="sold")


def _promised(day: Day) -> None:
    _received(day)
    _published(day)


CHANGES: dict[str, Callable[[Day], None]] = {
    name.removeprefix("_"): change
    for name, change in globals().items()
    if name.startswith("_") and getattr(change, "__module__", None) == __name__ and callable(change)
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_is_sent_after_a_change_is_fresh(change: str, day: Day, boards: Boards) -> None:
    before = seen(day, boards)
    CHANGES[change](day)
    after = seen(day, boards)
    assert after.revision > before.revision
    assert after.tag != before.tag


def test_a_promise_that_is_due_at_another_time_is_seen(day: Day, boards: Boards) -> None:
    _promised(day)
    before = {visit: stop["promises"] for visit, stop in stops(seen(day, boards)).items()}
    promised = next(visit for visit, promises in before.items() if promises)
    assert set(before[promised]) == {Target.ON_SITE, Target.RESOLVE}
    with day.store.unit_of_work() as uow:
        policy = uow.session.scalars(select(SlaPolicy.id)).one()
        sla_policies.change_policy(uow, policy, on_site_within=3 * 3600)
    after = stops(seen(day, boards))[promised]["promises"]
    assert after[Target.RESOLVE] == before[promised][Target.RESOLVE]
    assert after[Target.ON_SITE] < before[promised][Target.ON_SITE]


def test_what_nobody_changed_is_made_once(day: Day, boards: Boards) -> None:
    first = seen(day, boards)
    with day.store.unit_of_work() as uow:  # the plan does not show customers
        uow.session.scalars(select(Customer).limit(1)).one().name = "Somebody else"
    assert seen(day, boards) is first


def test_each_sees_their_own_territories(day: Day, boards: Boards) -> None:
    north = {day.visits[0], day.visits[1]}
    assert set(stops(seen(day, boards))) == set(day.visits)
    assert set(stops(seen(day, boards, NORTH))) == north
    _declined(day)
    everything, mine = (from_json(seen(day, boards, who).content) for who in (SYSTEM, NORTH))
    assert [one["visit"] for one in everything["unassigned"]] == [day.visits[0]]
    assert {one["territory"] for one in mine["technicians"]} == {"territory_north"}
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[2], VisitAction.DECLINE)
    assert {one["visit"] for one in from_json(seen(day, boards).content)["unassigned"]} == {*day.visits[0:3:2]}
    assert [one["visit"] for one in from_json(seen(day, boards, NORTH).content)["unassigned"]] == [day.visits[0]]


def test_a_kept_plan_is_not_for_those_who_may_not_read_plans(day: Day, boards: Boards) -> None:
    seen(day, boards)
    with pytest.raises(Forbidden):
        seen(day, boards, TECHNICIAN)


def test_only_so_many_are_kept(day: Day, boards: Boards) -> None:
    first = seen(day, boards)
    with day.store.reading() as uow:
        for hours in range(1, 30):
            since = uow.now + dt.timedelta(hours=hours)
            boards.sent(uow, since, since + dt.timedelta(hours=1))
    assert seen(day, boards) is not first


def test_readers_never_see_less_than_what_was_committed_before_they_asked(day: Day, boards: Boards) -> None:
    titles = [f"Title {number:02d}" for number in range(30)]
    with day.store.reading() as uow:
        job = uow.get(Visit, day.visits[0]).job_id
    committed = [-1]

    def read(_: int) -> bool:
        least = committed[0]
        since = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
        with day.store.reading() as uow:
            sent = boards.sent(uow, since, since + dt.timedelta(days=1))
        shown = stops(sent)[day.visits[0]]["title"]
        return least < 0 or titles.index(shown) >= least

    with ThreadPoolExecutor(4) as threads:
        reads = []
        for number, title in enumerate(titles):
            with day.store.unit_of_work() as uow:
                uow.get(Job, job).title = title
            committed[0] = number
            reads += [threads.submit(read, number) for _ in range(3)]
        assert all(one.result() for one in reads)


def test_it_is_made_of_nothing_that_is_not_watched(day: Day) -> None:
    """A table that the board reads and nobody counts the changes of would be shown as it was."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(day.store.engine, "before_cursor_execute", note)
    try:
        with day.store.reading() as uow:
            board(uow, uow.now - dt.timedelta(days=1), uow.now)
    finally:
        event.remove(day.store.engine, "before_cursor_execute", note)
    read = {name for one in statements for name in re.findall(r"(?:FROM|JOIN) \(?\"?(\w+)", one)} - {"SELECT"}
    assert read, "no statement was understood"
    # A plan that is published is never written again: another takes its place, and the head names that.
    assert read <= {table.__tablename__ for table in (*SHOWN, PlanRow)}


def test_a_day_without_a_published_plan_has_its_shifts(store: Store, world: World) -> None:
    world.shift(world.technician("Ana"))
    _, visit = world.job()
    with store.reading() as uow:
        empty = board(uow, uow.now, uow.now + dt.timedelta(days=1))
    assert (empty.edition, empty.plan) == (0, None)
    assert [(one.name, one.shifts[0].stops) for one in empty.technicians] == [("Ana", [])]
    assert [one.visit for one in empty.unassigned] == [visit]
