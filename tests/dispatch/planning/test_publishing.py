"""Approving drafts while the day goes on: what is published, what stays, and who is refused."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Forbidden, Invalid
from dispatch.domain.events import AbsenceRecorded, VisitAssigned, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.planning.documents import plan_of, problem_of
from dispatch.planning.draft import whole_row
from dispatch.planning.edit import Edit, edit
from dispatch.planning.meanwhile import Overtaken
from dispatch.planning.publication import dispatch_due
from dispatch.planning.publish import DraftEdited, approve, approve_in, commit, prepare
from dispatch.services import visits
from dispatch.store.engine import Store
from dispatch.store.tables import Absence, OutboxEntry, PlanRow, PlanStatus, Visit
from optimizer.check import check
from tests.dispatch.planning.days import TRAVEL, Day, badly_planned, two_towns
from tests.dispatch.planning.published import starts
from tests.dispatch.world import World

DISPATCHER = Actor("user_d", "Dora", Role.DISPATCHER)


def act(day: Day, visit: str, *actions: str) -> None:
    for action in actions:
        with day.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, visit, action)  # type: ignore[arg-type]


def ill(day: Day, person: str) -> None:
    with day.store.unit_of_work(DISPATCHER) as uow:
        start, end = uow.now, uow.now + dt.timedelta(hours=24)
        row = Absence(id=new_id("absence"), technician_id=person, starts_at=start, ends_at=end, reason="ill")
        uow.session.add(row)
        uow.record(AbsenceRecorded(absence=row.id, person=person, start=instant(start), end=instant(end)))


def checked(day: Day, row: PlanRow) -> None:
    """The published plan, as it is kept, passes the checker, and the assignments say the same."""
    with day.store.reading() as uow:
        whole = whole_row(uow.session, row.id)
        assert whole is not None
        problem = problem_of(whole.problem)
        plan = plan_of(whole.plan, problem)
    assert check(problem, plan) == []
    stands = day.stands()
    for route in plan.routes:
        for stop in route.stops:
            assert route.technician in stands[stop.visit][0]
            assert stop.start == int(stands[stop.visit][1].timestamp())


@pytest.mark.parametrize("seed", range(8))
def test_part_of_a_draft_is_rebased_on_five_live_changes(store: Store, seed: int) -> None:
    draw = Random(seed)
    day = badly_planned(store, seed)
    before = day.stands()
    with store.unit_of_work(DISPATCHER) as uow:
        pinned = draw.choice(sorted(before))
        visits.pin(uow, pinned, {"technician": next(iter(before[pinned][0]))})
    draft = day.draft()
    clusters = draft.difference["clusters"]
    assert clusters, "a bad plan leaves something to improve"
    approved = [one["id"] for one in clusters if draw.random() < 0.7] or [clusters[0]["id"]]

    # Meanwhile somebody does the first visit of the day, one is cancelled, one comes in, somebody falls ill, and a
    # technician accepts a visit: one that the approved clusters would move, where there is such a one.
    first = min(before, key=lambda visit: (before[visit][1], visit))
    act(day, first, "accept", "depart", "arrive", "start")
    day.clock.advance(minutes=40)
    act(day, first, "complete")
    left = [visit for visit in sorted(before) if visit not in (first, pinned)]
    moving = [visit for one in clusters if one["id"] in approved for visit in one["visits"] if visit in left]
    accepted = draw.choice(moving or left)
    act(day, accepted, "accept")
    left.remove(accepted)
    cancelled = draw.choice(left)
    act(day, cancelled, "cancel")
    _, new = day.world.job()
    fixed = {name for visit in (accepted, pinned) for name in before[visit][0]}
    ill(day, draw.choice([name for name in day.people if name not in fixed]))

    # The accepted visit starts as was said, or as late as it would if nothing were approved; a quarter of an hour to
    # either side is the policy's tolerance.
    said, slack = before[accepted][1], dt.timedelta(seconds=900)
    bound = dt.datetime.fromtimestamp(starts(day.snapshot().published)[accepted] or 0, dt.UTC)

    published = approve_in(store, DISPATCHER, draft.id, TRAVEL, clusters=approved)

    assert (published.status, published.edition) == (PlanStatus.PUBLISHED, 2)
    checked(day, published)
    after = day.stands()
    assert after[first] == before[first], "what is done is history"
    assert cancelled not in {stop["visit"] for route in published.plan["routes"] for stop in route["stops"]}
    assert new not in after
    assert after[accepted][0] == before[accepted][0]
    assert said - slack <= after[accepted][1] <= max(said, bound) + slack
    assert after[pinned][0] == before[pinned][0]
    assert day.status(accepted) == "accepted"


def test_of_two_approvals_at_once_one_wins_and_the_other_hears_what_changed(store: Store) -> None:
    day = badly_planned(store, 1)
    one, other = day.draft(), day.draft(iterations=300)
    barrier = threading.Barrier(2)

    def approve_it(draft: PlanRow) -> PlanRow | Overtaken:
        barrier.wait()
        try:
            return approve_in(store, DISPATCHER, draft.id, TRAVEL)
        except Overtaken as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(approve_it, (one, other)))

    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    [won] = [outcome for outcome in outcomes if isinstance(outcome, PlanRow)]
    assert won.edition == 2
    assert (refused.facts["expected"], refused.facts["edition"]) == (1, 2)
    told = [(change["event"], change["by"]) for change in refused.facts["changed"]]
    assert ("PlanPublished", "Dora") in told
    assert any(event == "VisitAssigned" for event, _ in told)


def test_clusters_are_approved_one_after_the_other_until_the_draft_is_over(store: Store) -> None:
    day = two_towns(store)
    draft = day.draft()
    names = [one["id"] for one in draft.difference["clusters"]]
    assert len(names) == 2, "what happens in one town has no bearing on the other"

    first = approve_in(store, DISPATCHER, draft.id, TRAVEL, clusters=names[:1])
    with pytest.raises(DispatchError, match="Approved already"):
        approve_in(store, DISPATCHER, draft.id, TRAVEL, clusters=names[:1], expected_edition=2)
    second = approve_in(store, DISPATCHER, draft.id, TRAVEL, clusters=names[1:], expected_edition=2)

    checked(day, second)
    assert (first.edition, second.edition) == (2, 3)
    gains = [one["gain"] for one in draft.difference["clusters"]]
    assert first.gain == pytest.approx(gains[0], abs=0.01)
    assert second.gain == pytest.approx(gains[1], abs=0.01)
    with store.reading() as uow:
        assert uow.get(PlanRow, draft.id).status is PlanStatus.SUPERSEDED
        assert uow.get(PlanRow, first.id).status is PlanStatus.SUPERSEDED


def test_nobody_approves_changes_in_a_territory_that_is_not_theirs(store: Store) -> None:
    day = two_towns(store)
    draft = day.draft()
    with store.reading() as uow:
        territories = {row.id: row.territory_id for row in uow.session.scalars(select(Visit))}
    north, south = sorted(set(filter(None, territories.values())))
    here = Actor("user_n", "Nora", Role.DISPATCHER, frozenset({north}))
    of = {one["id"]: {territories[visit] for visit in one["visits"]} for one in draft.difference["clusters"]}
    mine = [name for name, where in of.items() if where == {north}]

    with pytest.raises(Forbidden) as refusal:
        approve_in(store, here, draft.id, TRAVEL)

    assert refusal.value.facts["territories"] == [south]
    assert approve_in(store, here, draft.id, TRAVEL, clusters=mine).edition == 2


def test_a_cluster_that_does_not_exist_is_named(store: Store) -> None:
    draft = badly_planned(store, 3).draft()
    with pytest.raises(Invalid, match="has no cluster c99"):
        approve_in(store, DISPATCHER, draft.id, TRAVEL, clusters=["c99"])


def test_publication_dispatches_what_starts_soon_and_the_rest_when_it_is_time(store: Store) -> None:
    # Visits of three hours, one after another: the first starts within the two hours ahead, the second does not.
    world = World(store)
    world.planning_policy(dispatch_ahead=2 * 3600, freeze=0)
    ana = world.technician("Ana")
    world.shift(ana, hours=8)
    visits = [world.job(visit={"duration": 3 * 3600})[1] for _ in range(2)]
    day = Day(store, world, [ana], [], visits)

    approve_in(store, DISPATCHER, day.draft().id, TRAVEL)
    early, late = sorted(visits, key=lambda visit: day.stands()[visit][1])

    assert (day.status(early), day.status(late)) == ("dispatched", "scheduled")
    with store.reading() as uow:
        query = select(OutboxEntry.payload).where(OutboxEntry.kind == VisitAssigned.__name__)
        said = {one["visit"]: one for one in uow.session.scalars(query)}
    assert [(said[one]["dispatched_before"], said[one]["dispatched_after"]) for one in (early, late)] == [
        (False, True),
        (False, False),
    ]
    assert dispatch_due(store) == 0
    day.clock.advance(hours=1, minutes=1)
    assert dispatch_due(store) == 1
    assert day.status(late) == "dispatched"


def test_an_overtaken_reader_is_told_by_whom_and_which_visits(store: Store) -> None:
    day = badly_planned(store, 4)
    draft = day.draft()
    other = day.draft(iterations=200)
    approve_in(store, Actor("user_e", "Elsa", Role.DISPATCHER), other.id, TRAVEL)

    with pytest.raises(Overtaken) as refusal:
        approve_in(store, DISPATCHER, draft.id, TRAVEL)

    told = refusal.value.facts["changed"]
    assert {change["by"] for change in told} == {"Elsa"}
    assert {change["visit"] for change in told if change["event"] == "VisitAssigned"} <= set(day.visits)
    assert all(change["number"].startswith("T-") for change in told if change["event"] == "VisitAssigned")


def test_who_has_seen_the_newer_edition_may_approve_the_older_draft(store: Store) -> None:
    day = badly_planned(store, 2)
    one, other = day.draft(), day.draft(iterations=200)
    approve_in(store, DISPATCHER, one.id, TRAVEL)

    with pytest.raises(Overtaken), store.unit_of_work(DISPATCHER) as uow:
        approve(uow, other.id, TRAVEL)
    published = approve_in(store, DISPATCHER, other.id, TRAVEL, expected_edition=2)

    assert published.edition == 3
    checked(day, published)


def test_a_draft_that_is_edited_between_the_look_and_the_approval_is_told_as_an_old_version(store: Store) -> None:
    day = badly_planned(store, 2)
    draft = day.draft()
    with store.reading(DISPATCHER) as uow:
        prepared = prepare(uow, draft.id, TRAVEL)
    moved = draft.difference["visits"][0]["visit"]
    with store.unit_of_work(Actor("user_e", "Elsa", Role.DISPATCHER)) as uow:
        edit(uow, draft.id, [Edit(moved, unassign=True)])

    with pytest.raises(DraftEdited) as refusal, store.unit_of_work(DISPATCHER) as uow:
        commit(uow, prepared)

    assert refusal.value.http_status == 412
    assert refusal.value.facts["version"] > draft.version
    assert {one["by"] for one in refusal.value.facts["changed"].values()} == {"Elsa"}
