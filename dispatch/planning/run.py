"""Planning runs: rows in a queue, each worked on under a lease, solved in another process, ended with a draft.

Whoever works on a run extends its lease meanwhile. A worker that dies takes nothing along: its lease ends, and another
one goes on, behind the draft where there is one already. A run that has died three times with its worker or its solver
has failed; where only the publication without asking is missing, its draft waits for a person.

Leases are counted on the clock of this machine, never on that of the operation, which may stand still or run fast.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.domain.clock import Clock, SystemClock
from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.domain.events import RunEnded, RunRequested
from dispatch.domain.ids import new_id
from dispatch.domain.roles import SYSTEM, Right
from dispatch.planning import draft as drafts
from dispatch.planning import policies
from dispatch.planning.budget import within, worthwhile
from dispatch.planning.certificate import lower_bound
from dispatch.planning.documents import kept_plan, kept_problem, plan_of
from dispatch.planning.lease import KeptLease, LeaseLost
from dispatch.planning.leases import Kind, Lease, Leases
from dispatch.planning.making_way import justified_in, remarks_on
from dispatch.planning.measured_again import measured_again
from dispatch.planning.publish import published_without_asking
from dispatch.planning.settling import settled
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.solver_process import Answer, Solver, SolverDied, SolverPool, SolverRefused, SolverStopped, Task
from dispatch.planning.waiting import hurried
from dispatch.services.history import last_changed
from dispatch.services.rights import require
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.refusals import LostUpdate
from dispatch.store.tables import PlanHead, PlanningPolicy, PlanningRun, PlanRow, RunStatus
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem

_SHARE_AGAIN = 0.25
"""Share of a run's time for each further search that a change budget asks for."""
ENDED = frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED})

log = logging.getLogger(__name__)


def request_run(
    uow: UnitOfWork,
    *,
    reason: str,
    because: str = "",
    policy_id: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    seed: int = 1,
) -> PlanningRun:
    """Ask for a planning run. ``reason`` is a word (an event's kind, or ``asked``), ``because`` a sentence;
    ``overrides`` are fields of the policy that are different this once.

    Raises :class:`Invalid` for overrides that make no sense, :class:`NotFound` for a policy that does not exist.
    """
    require(uow, Right.START_RUNS)
    policy = policies.named_policy(uow.session, policy_id)
    policies.check_fields(overrides or {}, policies.OVERRIDES, "overrides.")
    run = PlanningRun(
        id=new_id("run"),
        status=RunStatus.QUEUED,
        reason=reason,
        because=because,
        policy_id=policy.id,
        overrides=dict(overrides or {}),
        seed=seed,
        requested_by=uow.actor.id,
    )
    uow.session.add(run)
    uow.session.flush()
    uow.record(RunRequested(run=run.id, reason=reason, policy=policy.name))
    return run


def cancel_run(uow: UnitOfWork, run_id: str) -> PlanningRun:
    """Ask a run to stop; the best plan it has by then becomes its draft.

    Raises :class:`DispatchError` once it has ended.
    """
    require(uow, Right.START_RUNS)
    run = uow.get(PlanningRun, run_id, lock=True)
    if run.status in ENDED:
        raise DispatchError(
            f"Run {run_id} is {run.status.value}; there is nothing to cancel.",
            status=run.status.value,
            changed=last_changed(uow, run, "status"),
        )
    run.cancel_requested = True
    if run.status is RunStatus.QUEUED:
        _end(uow, run, RunStatus.CANCELLED, "It was cancelled before it began.")
    return run


def _end(uow: UnitOfWork, run: PlanningRun, status: RunStatus, because: str = "") -> None:
    if status is RunStatus.FAILED and run.draft_id is not None:
        status = RunStatus.DONE  # the search did what it was to do
    run.status, run.finished_at = status, uow.now
    run.worker = run.lease_until = None
    if status is RunStatus.FAILED:
        run.failure = because
    uow.record(RunEnded(run=run.id, status=status.value, draft=run.draft_id, because=because))


RUNS = Kind(PlanningRun, RunStatus, PlanningRun.created_at, _end, died="Its worker died.")
"""The queue of planning runs."""


@dataclass(frozen=True)
class _Claim:
    """A run that this worker has the lease of."""

    lease: Lease
    reason: str
    seed: int
    requested_by: str
    policy: PlanningPolicy
    draft_id: str | None
    """What somebody who died over it has drafted already."""

    @property
    def run_id(self) -> str:
        return self.lease.row_id


class RunWorker:
    """Works on runs, one at a time in each thread that calls :meth:`work_once`."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        travel: TravelProvider,
        *,
        solver: Solver | None = None,
        wall: Clock | None = None,
    ) -> None:
        """``solver`` defaults to a pool of processes; ``wall`` is the clock of this machine."""
        self.store, self.settings, self.travel = store, settings, travel
        self.pool = None if solver is not None else SolverPool(settings.solver_processes)
        self.solver: Solver = solver or self.pool  # type: ignore[assignment]
        self.wall: Clock = wall or SystemClock()
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._leases = Leases(store, RUNS, self.name)

    def warm(self) -> None:
        """Start the solver processes before they are needed."""
        if self.pool is not None:
            self.pool.warm()

    def stop(self) -> None:
        """End the solver processes of this worker. A run that is worked on goes back into the queue."""
        if self.pool is not None:
            self.pool.stop()

    def work_once(self) -> bool:
        """Work on the next run until it has ended. False where none waits."""
        claim = self._leases.claim(self.wall.now(), self._begun)
        if claim is None:
            return False
        try:
            self._work(claim)
        except SolverStopped:
            self._unless_lost(claim, self._leases.given_back)
        except LeaseLost:
            log.warning("run %s was taken over by another worker", claim.run_id)
        except SolverDied as error:
            self._unless_lost(claim, self._leases.again, str(error))
        except Unavailable:
            raise  # the database is away; the lease ends by itself
        except LostUpdate as error:
            self._unless_lost(claim, self._leases.again, str(error))
        except (SolverRefused, DispatchError) as error:
            self._unless_lost(claim, self._leases.failed, str(error))
        except Exception as error:
            log.exception("run %s broke", claim.run_id)
            because = f"Something went wrong that should not ({type(error).__name__})."
            self._unless_lost(claim, self._leases.again, because)
        return True

    # -- the lease ----------------------------------------------------------------------------------------------------

    def _unless_lost(self, claim: _Claim, end: Callable[..., None], *because: str) -> None:
        """Say how it ended, unless somebody else has taken it over meanwhile."""
        with suppress(LeaseLost):
            end(claim.lease, *because)

    def _begun(self, uow: UnitOfWork, run: PlanningRun, lease: Lease) -> _Claim:
        run.started_at = uow.now
        run.progress = {}
        uow.session.flush()
        policy = policies.named_policy(uow.session, run.policy_id)
        return _Claim(
            lease=lease,
            reason=run.reason,
            seed=run.seed,
            requested_by=run.requested_by,
            policy=policies.overridden(policy, run.overrides),
            draft_id=run.draft_id,
        )

    def _beat(self, claim: _Claim, progress: Mapping[str, Any] | None) -> bool:
        return self._leases.beat(claim.lease, self.wall.now(), progress)

    def _mine(self, uow: UnitOfWork, claim: _Claim) -> PlanningRun:
        return self._leases.mine(uow, claim.lease)

    # -- the work -----------------------------------------------------------------------------------------------------

    def _work(self, claim: _Claim) -> None:
        with KeptLease(claim.run_id, lambda progress: self._beat(claim, progress)) as lease:
            draft = claim.draft_id or self._drafted(claim, lease)
            best = settled(self.store, self.travel, claim.policy) if claim.requested_by == SYSTEM.id else None
            if draft is None:
                return
            # The run has not ended before this has been tried: who dies over it leaves it to the next worker.
            published_without_asking(self.store, self.travel, best or draft, claim.policy)
            with self.store.unit_of_work() as uow:
                run = self._mine(uow, claim)
                run.draft_id = best or draft
                _end(uow, run, RunStatus.DONE)

    def _drafted(self, claim: _Claim, lease: KeptLease) -> str | None:
        """Search, and write the draft. None where the run has ended with that."""
        with self.store.reading() as uow:
            snapshot = take_snapshot(uow, claim.policy, self.travel, making_way=True)
        with self.store.unit_of_work() as uow:
            run = self._mine(uow, claim)
            run.based_on, run.position = snapshot.plan_id, snapshot.position
        measured_again(self.store, snapshot)  # whatever comes of the search
        plan, cancelled, searched = self._solved(claim, snapshot, lease)
        proposal = drafts.propose(
            snapshot.problem,
            snapshot.published,
            plan,
            claim.policy,
            snapshot.names,
            snapshot.hours,
            remarks=remarks_on(snapshot, plan, claim.policy),
        )
        row = drafts.draft_row(
            proposal,
            snapshot={
                **snapshot.as_document(),
                "names": dict(snapshot.names),
                "bound": lower_bound(snapshot.problem, policies.weights_of(claim.policy)),
                "searched": searched,
            },
            horizon=snapshot.horizon,
            based_on=snapshot.plan_id,
            policy_id=claim.policy.id,
            reason=claim.reason,
            created_by=claim.requested_by,
            run_id=claim.run_id,
        )
        return self._proposed(claim, row, proposal, cancelled=cancelled, urgent=bool(snapshot.urgent))

    def _solved(
        self, claim: _Claim, snapshot: Snapshot, hear: KeptLease
    ) -> tuple[Plan, bool, Mapping[str, float | int]]:
        """The plan, whether somebody stopped the search, and how long it was searched in all."""
        policy, weights = claim.policy, policies.weights_of(claim.policy)
        seconds = policy.seconds
        answer = self._ask(claim, snapshot.now, snapshot.problem, snapshot.published, seconds, hear)
        answers = [answer]
        plan = justified_in(snapshot, plan_of(answer.plan, snapshot.problem), policy)

        def again(problem: Problem, start: Plan) -> Plan:
            if hear.cancelled:
                return start
            answers.append(self._ask(claim, snapshot.now, problem, start, seconds * _SHARE_AGAIN, hear))
            return justified_in(snapshot, plan_of(answers[-1].plan, problem), policy)

        given = snapshot.problem, snapshot.published
        if policy.change_budget is not None:
            plan = within(*given, plan, policy.change_budget, again, weights, tolerance=policy.tolerance)
        plan = worthwhile(*given, plan, policy.least_gain, weights, tolerance=policy.tolerance)
        seconds_in_all = round(sum(one.seconds for one in answers), 2)
        searched = {"seconds": seconds_in_all, "iterations": sum(one.iterations for one in answers)}
        return plan, answer.cancelled or hear.cancelled, searched

    def _ask(self, claim: _Claim, now: int, problem: Problem, start: Plan, seconds: float, hear: KeptLease) -> Answer:
        task = Task(
            problem=kept_problem(hurried(problem, now, claim.policy.cost_per_hour_waiting)),
            start=kept_plan(problem, start),
            weights=dict(claim.policy.weights),
            seconds=seconds,
            seed=claim.seed,
            threads=self.settings.solver_threads,
        )
        return self.solver.solve(task, hear)

    def _proposed(
        self, claim: _Claim, row: PlanRow, proposal: drafts.Proposal, *, cancelled: bool, urgent: bool
    ) -> str | None:
        status = RunStatus.CANCELLED if cancelled else RunStatus.DONE
        with self.store.unit_of_work() as uow:
            run = self._mine(uow, claim)
            if urgent and not cancelled and uow.session.scalar(select(PlanHead.plan_id)) != row.based_on:
                # Whoever looks at this draft finds it overtaken, and what is urgent cannot wait for the next event.
                request_run(uow, reason=claim.reason, because="Another plan was published while this one was made.")
            if not proposal.difference.visits and not proposal.clusters:
                _end(uow, run, status, "Nothing better was found than what is published.")
                return None
            waiting = drafts.proposed_already(uow, row, claim.policy.tolerance)
            if waiting is not None:
                run.draft_id = waiting.id
                _end(uow, run, status, "The draft that waits proposes the same.")
                return None
            drafts.proposed(uow, row)
            run.draft_id = row.id
            if cancelled:
                _end(uow, run, status)
                return None
        return row.id
