"""The answer to an emergency, at once: a place for what is urgent in the published plan, with nobody else reassigned.

Nothing is searched, only inserted, so it takes about as long as making the problem does. Where that gives no place, or
one that misses a promise, an ordinary run is asked for besides, which may move others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from dispatch.domain.clock import SystemClock
from dispatch.domain.events import RunEnded, RunRequested
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import draft as drafts
from dispatch.planning.lease import LEASE
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.publish import published_without_asking
from dispatch.planning.rebase import Present, mended
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.urgency import Urgency
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningPolicy, PlanningRun, PlanRow, ReplanRequest, RunStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem
from optimizer.timeline import walk

WORKER = "warm engine"
"""What stands in the run's row where a worker's name would."""


def answer(store: Store, travel: TravelProvider, requests: Sequence[tuple[int, str, str]]) -> None:
    """Answer emergencies: (id of the request, kind of the event, id of the job).

    A draft is written, and published where the policy lets it out by itself. Where an ordinary run has to look for a
    place, or for a better one, the requests are no emergencies any more, and wait for it; otherwise they are done with.
    """
    with store.reading() as uow:
        policy = standard_policy(uow.session)
        urgent = _open_visits(uow, [job for _, _, job in requests])
        snapshot = take_snapshot(uow, policy, travel)
    urgent = [visit for visit in urgent if visit in snapshot.problem.visit_index]
    standing = {
        (route.technician, route.shift): tuple((stop.visit, stop.role) for stop in route.stops)
        for route in snapshot.published.routes
    }
    present = Present(snapshot.problem, snapshot.published, snapshot.held, snapshot.names)
    problem, plan = mended(present, standing, urgent, weights_of(policy))
    proposal = drafts.propose(problem, snapshot.published, plan, policy, snapshot.names, snapshot.hours)
    placed = {stop.visit for route in plan.routes for stop in route.stops}
    row = None
    if placed & set(urgent):
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
    good = not _wanting(problem, plan, urgent)
    with store.unit_of_work() as uow:
        run = _note(uow, [number for number, _, _ in requests], row, policy, snapshot, good=good)
    if row is not None:
        published_without_asking(store, travel, row.id, policy)
        with store.unit_of_work() as uow:
            _end(uow, uow.get(PlanningRun, run, lock=True))


def _open_visits(uow: UnitOfWork, jobs: Collection[str]) -> list[str]:
    found = select(Visit.id).where(Visit.job_id.in_(sorted(jobs)), Visit.status == VisitStatus.OPEN)
    return list(uow.session.scalars(found.order_by(Visit.id)))


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
        because="Answered at once by putting it into the published plan.",
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
