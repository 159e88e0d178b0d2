"""Which of the program's drafts waits on: the best as things stand, and nothing critical is lost in silence."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from dispatch.domain.events import JobReceived
from dispatch.domain.roles import SYSTEM
from dispatch.planning import settling
from dispatch.planning.draft import draft_row, propose, proposed, read_draft
from dispatch.planning.policies import standard_policy
from dispatch.planning.publish import approve_in
from dispatch.planning.replan import tick
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.settling import settled
from dispatch.planning.solver_process import Answer, Listener, Task, answered
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningRun, PlanRow, PlanStatus
from optimizer.domain import Plan, Route, Stop, Unassigned
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL, Day, badly_planned
from tests.dispatch.planning.full_day import DISPATCHER, FullDay


def waiting(store: Store) -> list[PlanRow]:
    """The drafts that nobody has decided about, the oldest first."""
    with store.reading() as uow:
        rows = uow.session.scalars(
            select(PlanRow).where(PlanRow.status == PlanStatus.DRAFT).order_by(PlanRow.created_at, PlanRow.id)
        ).all()
        for row in rows:
            uow.session.refresh(row, ["difference"])
        return list(rows)


def decided(store: Store) -> str | None:
    """Settle under the standard policy."""
    with store.reading() as uow:
        policy = standard_policy(uow.session)
    return settled(store, TRAVEL, policy)


def drafted(day: FullDay, routes: dict[str, list[str]]) -> str:
    """A draft of the program that gives everybody these visits."""
    snapshot = day.snapshot(making_way=True)
    made = tuple(Route(who, day.shifts[who], tuple(map(Stop, some))) for who, some in routes.items())
    given = {visit for some in routes.values() for visit in some}
    left = tuple(Unassigned(one.id, ("Not here.",)) for one in snapshot.problem.visits if one.id not in given)
    plan = Plan(made, left)
    with day.store.unit_of_work() as uow:
        policy = standard_policy(uow.session)
        proposal = propose(snapshot.problem, snapshot.published, plan, policy, snapshot.names, snapshot.hours)
        row = draft_row(
            proposal,
            snapshot={**snapshot.as_document(), "names": dict(snapshot.names)},
            horizon=snapshot.horizon,
            based_on=snapshot.plan_id,
            policy_id=policy.id,
            reason="asked",
            created_by=SYSTEM.id,
        )
        return proposed(uow, row).id


def status(store: Store, plan: str) -> tuple[PlanStatus, str | None]:
    with store.reading() as uow:
        row = uow.get(PlanRow, plan)
        return row.status, row.replaced_by


def test_a_newer_draft_that_is_late_for_something_critical_gives_way_to_the_older_one_that_is_not(store: Store) -> None:
    day = FullDay(store)
    _, critical = day.critical()
    first, *rest = day.hours
    in_time = drafted(day, {day.ana: [critical, *rest], day.bruno: [first]})
    late = drafted(day, {day.ana: [*day.hours, critical]})

    assert decided(store) == in_time

    assert status(store, in_time) == (PlanStatus.DRAFT, None)
    assert status(store, late) == (PlanStatus.REJECTED, in_time)
    approve_in(store, DISPATCHER, in_time, TRAVEL)
    assert day.stands()[critical] == (day.ana, 9.0)


def test_a_better_newer_draft_takes_the_place_of_the_older_one(store: Store) -> None:
    day = FullDay(store)
    _, critical = day.critical()
    first, *rest = day.hours
    late = drafted(day, {day.ana: [*day.hours, critical]})
    in_time = drafted(day, {day.ana: [critical, *rest], day.bruno: [first]})

    assert decided(store) == in_time

    assert status(store, late) == (PlanStatus.REJECTED, in_time)
    assert decided(store) is None, "one alone is compared with nothing"


def test_what_an_older_draft_does_for_one_and_a_newer_one_for_another_is_proposed_together(store: Store) -> None:
    day = FullDay(store)
    carla = day.world.technician("Carla", skills={"gas": 2})
    day.shifts[carla] = day.world.shift(carla, hours=9)
    one, other = day.critical()[1], day.critical()[1]
    for visit in day.hours:
        day.pin(visit)
    older = drafted(day, {day.ana: [*day.hours], carla: [one]})
    newer = drafted(day, {day.ana: [*day.hours, other]})

    best = decided(store)

    assert best not in (None, older, newer)
    assert [row.id for row in waiting(store)] == [best]
    assert {status(store, name) for name in (older, newer)} == {(PlanStatus.REJECTED, best)}
    changes = day.changes()
    assert changes[one][:2] == ("assigned", carla)
    assert changes[other][0] == "assigned"


def test_a_critical_visit_that_cannot_be_in_time_any_more_is_named_on_the_draft_that_stays(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    _, critical = day.critical()
    first, *rest = day.hours
    drafted(day, {day.ana: [critical, *rest], day.bruno: [first]})
    for visit in day.hours:
        day.pin(visit)
    newer = drafted(day, {day.ana: [*day.hours, critical]})

    best = decided(sqlite_store)

    [draft] = waiting(sqlite_store)
    assert draft.id == best
    with sqlite_store.reading() as uow:
        name = read_draft(uow, newer).row.snapshot["names"][critical]
    lost = f"An earlier draft had {name} in time; as things stand now, this one has not."
    assert lost in draft.difference["sentences"]


def test_an_older_draft_that_another_publication_overtook_waits_on_made_anew_on_what_is_published(
    sqlite_store: Store,
) -> None:
    day = badly_planned(sqlite_store, 3)
    good = day.draft(800, created_by=SYSTEM.id)
    approve_in(sqlite_store, DISPATCHER, _one_change(day), TRAVEL)
    nothing_much = _one_change(day, created_by=SYSTEM.id)

    best = decided(sqlite_store)

    assert best not in (None, good.id, nothing_much)
    [draft] = waiting(sqlite_store)
    assert (draft.id, draft.based_on) == (best, day.published().id)
    assert draft.gain > 0
    approve_in(sqlite_store, DISPATCHER, draft.id, TRAVEL)
    assert day.published().edition == 3


def test_a_draft_of_which_nothing_is_left_is_over_and_one_that_fits_is_left_alone(sqlite_store: Store) -> None:
    day = badly_planned(sqlite_store, 3)
    good = day.draft(800, created_by=SYSTEM.id)
    assert decided(sqlite_store) is None
    assert [row.id for row in waiting(sqlite_store)] == [good.id], "it waits alone, on what is published"
    by_hand = day.draft(800)
    approve_in(sqlite_store, DISPATCHER, by_hand.id, TRAVEL)

    assert decided(sqlite_store) is None

    assert waiting(sqlite_store) == []
    assert status(sqlite_store, good.id) == (PlanStatus.REJECTED, None)


def _one_change(day: Day, created_by: str = "somebody") -> str:
    """A draft that does the published plan's shortest route in another order."""
    snapshot = day.snapshot()
    route = min((one for one in snapshot.published.routes if len(one.stops) > 1), key=lambda one: len(one.stops))
    other = replace(route, stops=tuple(reversed(route.stops)))
    routes = tuple(other if one is route else one for one in snapshot.published.routes)
    plan = solve(snapshot.problem, start=replace(snapshot.published, routes=routes), iterations=0).plan
    return day.draft_of(snapshot, plan, created_by=created_by).id


def test_a_run_whose_draft_is_worse_than_the_one_that_waits_points_to_that_one(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    critical = day.rings()
    answer = day.draft()
    assert answer is not None
    assert day.changes()[critical][0] == "assigned"

    class Lazy:
        """A solver that puts the critical visit behind everything that Ana has."""

        def solve(self, task: Task, listen: Listener) -> Answer:
            assert task.start is not None
            found = [*task.start["routes"]]
            behind = {**found[0], "stops": [*found[0]["stops"], {"visit": critical, "role": 0}]}
            late = {**task.start, "routes": [behind, *found[1:]], "unassigned": []}
            return answered(replace(task, start=late, seconds=None, iterations=0), listen)

    with sqlite_store.unit_of_work() as uow:
        run = request_run(uow, reason="asked").id
    assert RunWorker(sqlite_store, Settings(), TRAVEL, solver=Lazy()).work_once()

    with sqlite_store.reading() as uow:
        assert uow.get(PlanningRun, run).draft_id == answer.id
    assert [row.id for row in waiting(sqlite_store)] == [answer.id]


def test_an_emergency_adds_to_the_draft_that_waits_instead_of_ending_it(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    carla = day.world.technician("Carla", skills={"gas": 2})
    day.shifts[carla] = day.world.shift(carla, hours=9)
    first = day.rings()
    job, second = day.critical()
    day.happens(JobReceived(job=job, number="T-10", priority="critical", customer="c"))

    tick(sqlite_store, TRAVEL)

    changes = day.changes()
    assert {first, second} <= changes.keys()
    assert all(hour is not None and hour <= 10.5 for one in (first, second) for hour in [changes[one][2]])


def test_drafts_that_somebody_edits_meanwhile_are_left_alone(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    _, critical = day.critical()
    first, *rest = day.hours
    in_time = drafted(day, {day.ana: [critical, *rest], day.bruno: [first]})
    late = drafted(day, {day.ana: [*day.hours, critical]})
    with sqlite_store.reading() as uow:
        policy = standard_policy(uow.session)
        verdict = settling.verdict(uow, TRAVEL, policy)
    assert verdict is not None
    with sqlite_store.unit_of_work() as uow:
        uow.get(PlanRow, late).reason = "edited"

    with sqlite_store.unit_of_work() as uow:
        assert settling.carried_out(uow, verdict, policy) is None

    assert [row.id for row in waiting(sqlite_store)] == [in_time, late]
