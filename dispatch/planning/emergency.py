"""The answer to an emergency, at once: a place for what is urgent in the published plan.

First it is only inserted, with nobody else reassigned, which takes about as long as making the problem does. Where that
gives no place, or one that misses a promise, others make way: a brief search moves as few of them as the policy allows,
and what was accepted gives way as :mod:`dispatch.planning.making_way` says. What the policy lets out by itself goes out
first, late or not, so that somebody goes; whatever is better waits for a person as a draft. Where even that misses a
promise, or leaves somebody out, an ordinary run is asked for besides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dispatch.domain.clock import SystemClock
from dispatch.domain.events import RunEnded, RunRequested
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.planning import draft as drafts
from dispatch.planning.at_once import best_at_once
from dispatch.planning.lease import LEASE
from dispatch.planning.making_way import remarks_on
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.publish import allowed_without_asking, published_without_asking
from dispatch.planning.rebase import Present, mended
from dispatch.planning.settling import settled
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.urgency import Urgency
from dispatch.planning.waiting import hurrying
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningPolicy, PlanningRun, PlanRow, ReplanRequest, RunStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem
from optimizer.timeline import walk

WORKER = "warm engine"
"""What stands in the run's row where a worker's name would."""


@dataclass(frozen=True)
class _Answer:
    """A plan that gives the urgent visits a place, as a draft; no ``row``: it changes nothing. ``good``: nobody need
    look for a better one.
    """

    snapshot: Snapshot
    row: PlanRow | None
    draft: drafts.Draft | None
    good: bool


def answer(store: Store, travel: TravelProvider, requests: Sequence[tuple[int, str, str]]) -> None:
    """Answer emergencies: (id of the request, kind of the event, id of the job or of one visit of it).

    A draft is written, and published where the policy lets it out by itself. Where an ordinary run has to look for a
    place, or for a better one, the requests are no emergencies any more, and wait for it; otherwise they are done with.
    """
    with store.reading() as uow:
        policy = standard_policy(uow.session)
        inserted = _inserted(uow, travel, policy, requests)
        goes_out = inserted.draft is not None and bool(allowed_without_asking(uow, inserted.draft, policy))
    if inserted.good or goes_out:
        _carry_out(store, travel, inserted, policy, requests, last=inserted.good)
    if not inserted.good:
        with store.reading() as uow:
            searched = _searched(uow, travel, policy, requests)
        _carry_out(store, travel, searched, policy, requests, last=True)
    settled(store, travel, policy)


def _inserted(
    uow: UnitOfWork, travel: TravelProvider, policy: PlanningPolicy, requests: Sequence[tuple[int, str, str]]
) -> _Answer:
    """Put into the gaps of the published plan."""
    snapshot = take_snapshot(uow, policy, travel)
    urgent = _waiting(uow, snapshot, requests)
    return _answer(snapshot, *_put_in(snapshot, urgent, policy), urgent, policy, requests)


def _searched(
    uow: UnitOfWork, travel: TravelProvider, policy: PlanningPolicy, requests: Sequence[tuple[int, str, str]]
) -> _Answer:
    """Put where others make way for it."""
    snapshot = take_snapshot(uow, policy, travel, making_way=True)
    urgent = _waiting(uow, snapshot, requests)
    problem, plan = _put_in(snapshot, urgent, policy)
    if problem == snapshot.problem:
        plan = best_at_once(snapshot, plan, snapshot.urgent.union(urgent), policy)
    return _answer(snapshot, problem, plan, urgent, policy, requests)


def _waiting(uow: UnitOfWork, snapshot: Snapshot, requests: Sequence[tuple[int, str, str]]) -> list[str]:
    """The visits that these are about, and that nobody is on yet, planned or not."""
    named = sorted({subject for _, _, subject in requests})
    about = Visit.job_id.in_(named) | Visit.id.in_(named)
    found = select(Visit.id).where(about, Visit.status.in_(sorted(PLANNABLE))).order_by(Visit.id)
    return [visit for visit in uow.session.scalars(found) if visit in snapshot.problem.visit_index]


def _put_in(snapshot: Snapshot, urgent: Collection[str], policy: PlanningPolicy) -> tuple[Problem, Plan]:
    standing = {
        (route.technician, route.shift): tuple((stop.visit, stop.role) for stop in route.stops)
        for route in snapshot.published.routes
    }
    present = Present(snapshot.problem, snapshot.published, snapshot.held, snapshot.names)
    return mended(present, standing, urgent, weights_of(policy), as_asked=hurrying(snapshot.now, policy))


def _answer(
    snapshot: Snapshot,
    problem: Problem,
    plan: Plan,
    urgent: Collection[str],
    policy: PlanningPolicy,
    requests: Sequence[tuple[int, str, str]],
) -> _Answer:
    remarks = remarks_on(snapshot, plan, policy)
    before = snapshot.published
    wanting = _wanting(problem, plan, urgent)
    lost = _placed(before) - _placed(plan)
    if wanting:
        remarks = (*remarks, "A run looks for something better.")
    proposal = drafts.propose(problem, before, plan, policy, snapshot.names, snapshot.hours, remarks=remarks)
    good = not wanting and not lost
    if not _placed(plan) & set(urgent) or not proposal.clusters:
        return _Answer(snapshot, None, None, good)
    row = drafts.draft_row(
        proposal,
        snapshot={**snapshot.as_document(), "names": dict(snapshot.names)},
        horizon=snapshot.horizon,
        based_on=snapshot.plan_id,
        policy_id=policy.id,
        reason=requests[0][1],
        created_by="system",
        run_id=new_id("run"),
    )
    return _Answer(snapshot, row, drafts.Draft(row, problem, proposal.before, proposal.after), good)


def _placed(plan: Plan) -> set[str]:
    return {stop.visit for route in plan.routes for stop in route.stops}


def _carry_out(
    store: Store,
    travel: TravelProvider,
    given: _Answer,
    policy: PlanningPolicy,
    requests: Sequence[tuple[int, str, str]],
    *,
    last: bool,
) -> None:
    """Write the answer down, and publish what of it may go out. ``last``: no further answer follows."""
    row, numbers = given.row, [number for number, _, _ in requests]
    with store.unit_of_work() as uow:
        run = _note(uow, numbers if last else (), row, policy, given.snapshot, good=given.good)
    if row is not None:
        published_without_asking(store, travel, row.id, policy)
        with store.unit_of_work() as uow:
            _end(uow, uow.get(PlanningRun, run, lock=True))


def _note(
    uow: UnitOfWork,
    requests: Sequence[int],
    row: PlanRow | None,
    policy: PlanningPolicy,
    snapshot: Snapshot,
    *,
    good: bool,
) -> str:
    """Write down a run, its draft, and what becomes of the requests; the run's id.

    With a draft it has not ended before that was published as far as it may be: whoever dies over it leaves it to the
    next worker, once the lease is over.
    """
    run = PlanningRun(
        id=row.run_id if row is not None else new_id("run"),
        status=RunStatus.RUNNING,
        reason=row.reason if row is not None else "emergency",
        because="Answered at once, by putting it into the published plan.",
        policy_id=policy.id,
        based_on=snapshot.plan_id,
        position=snapshot.position,
        requested_by=uow.actor.id,
        worker=WORKER,
        lease_until=SystemClock().now() + LEASE,
        attempts=1,
        started_at=uow.now,
        draft_id=None if row is None else row.id,
    )
    uow.session.add(run)
    uow.record(RunRequested(run=run.id, reason=run.reason, policy=policy.name))
    if row is not None:
        drafts.proposed(uow, row)
    else:
        _end(uow, run)
    for request in uow.session.scalars(select(ReplanRequest).where(ReplanRequest.id.in_(requests))):
        if good:
            request.run_id = run.id
        else:
            request.urgency = Urgency.SOON.value
    return run.id


def _end(uow: UnitOfWork, run: PlanningRun) -> None:
    if run.worker != WORKER:
        return  # it took so long that a worker has taken it over
    run.status, run.finished_at = RunStatus.DONE, uow.now
    run.worker = run.lease_until = None
    uow.record(RunEnded(run=run.id, status=run.status.value, draft=run.draft_id))


def _wanting(problem: Problem, plan: Plan, urgent: Collection[str]) -> list[str]:
    """The urgent visits that have no place, or one that misses a promise."""
    schedule = walk(problem, plan)
    missed = []
    for name in urgent:
        visit = problem.visits[problem.visit_index[name]]
        start, end = schedule.starts.get(name), schedule.ends.get(name)
        late = start is None or end is None
        for promise, moment in ((visit.arrive_by, start), (visit.complete_by, end)):
            late = late or (promise is not None and moment is not None and moment > promise.at)
        if late:
            missed.append(name)
    return missed
