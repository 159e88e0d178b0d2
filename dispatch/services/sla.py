"""Promises in the store: clocks that start with a job, follow it, and are watched.

The arithmetic is in :mod:`dispatch.domain.sla`; here rows become readings and readings become rows and events. Clocks
are always locked before the policy is read that they are turned by: so a policy that is changed meanwhile either is
seen here, or its change waits and then turns these clocks itself (see :func:`refresh_jobs`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dispatch.domain.events import Escalated, PromiseBreached, PromiseStarted, PromiseWarned, instant
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.sla import (
    COURSES,
    LIVE,
    ClockState,
    Followed,
    Happening,
    Reading,
    Target,
    Terms,
    What,
    followed,
    resumed,
    retimed,
    started,
    watched,
)
from dispatch.domain.sla import (
    next_watch as next_watch_of,
)
from dispatch.services.senior import PREFER, REQUIRE, ask_for_senior
from dispatch.services.sla_terms import Facts, Setup, facts, pauses
from dispatch.store.queries.promises import (
    PlacedJob,
    live_jobs,
    locked_clocks,
    locked_to_watch,
    placed_jobs,
    running_clocks,
)
from dispatch.store.tables import Job, SlaClock, SlaPolicy
from dispatch.store.unit_of_work import UnitOfWork

_SETUP_LOCK = 0x51A_0001
"""The advisory lock on PostgreSQL that keeps jobs from starting while policies or calendars are being changed."""

INTAKE = "intake"
"""The target that :class:`Escalated` names for steps that follow no breach, but the job's coming in."""


DEFAULT_COSTS: Mapping[str, float] = {"breach_cost": 50.0, "cost_per_hour_late": 60.0}
"""What missing a promise costs a plan where the SLA policy does not say: enough to drive some way for it."""


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """A running promise as a plan sees it: when it is due, and what missing it costs."""

    due_at: dt.datetime
    breach_cost: float
    cost_per_hour_late: float


def start_clocks(uow: UnitOfWork, job: Job) -> SlaPolicy | None:
    """Start what is promised for a job that was received, and take the first steps its policy asks for at intake.

    Answers the policy that it got; None: nothing is promised.
    """
    stand_still(uow)
    about, setup = _facts(uow, job), Setup(uow.session)
    policy = setup.policy_for(about)
    if policy is not None:
        for target, terms in setup.promised(policy, about.zones):
            _start(uow, job, policy, target, terms, job.received_at)
        _take_in(uow, job, policy)
    return policy


class Clocks:
    """The clocks of jobs, locked, with what they are turned by: read at once for many jobs."""

    def __init__(self, uow: UnitOfWork, job_ids: Iterable[str]) -> None:
        self.of = locked_clocks(uow.session, job_ids)
        if self.of:
            uow.session.flush()  # a job that was made or changed just now is found as it is
            self.setup = Setup(uow.session)
            self.facts = {job_id: facts(one) for job_id, one in placed_jobs(uow.session, self.of).items()}


def follow_job(
    uow: UnitOfWork,
    job: Job,
    before: JobStatus,
    after: JobStatus,
    *,
    at: dt.datetime | None = None,
    clocks: Clocks | None = None,
) -> None:
    """Pause, resume, meet or stop the clocks of a job that went from one status to another, at ``at`` or now.

    A phone that was out of reach says afterwards when its technician was there: that is what counts, not when we heard.
    ``clocks``: those of this job and others, where they have been read already.
    """
    if before is after:
        return
    known = clocks or Clocks(uow, [job.id])
    for target, clock in known.of.get(job.id, {}).items():
        policy = known.setup.policies[clock.policy_id]
        if terms := known.setup.terms(policy, target, known.facts[job.id].zones):
            _turn(uow, clock, job, policy, terms, _following(clock, terms, after, policy, at or uow.now))


def refresh(uow: UnitOfWork, job: Job) -> None:
    """Put a job whose priority, type, site or customer was changed under the policy that it gets now."""
    stand_still(uow)
    before = {clock.policy_id for clock in locked_clocks(uow.session, [job.id]).get(job.id, {}).values()}
    policy = refresh_jobs(uow, placed_jobs(uow.session, [job.id]).values())[job.id]
    if policy is not None and policy.id not in before:
        _take_in(uow, job, policy)


def refresh_jobs(uow: UnitOfWork, jobs: Iterable[PlacedJob] | None = None) -> Mapping[str, SlaPolicy | None]:
    """Put jobs (None: all live ones) under the policies and calendars as they stand now. Answers who has which.

    What was promised before is counted from when it was, with what had been spent before the last pause; what was not,
    from now on: a promise that nobody gave cannot have been missed. What is not promised any more is stopped.
    """
    stand_still(uow)
    placed = {one.job.id: one for one in (live_jobs(uow.session) if jobs is None else jobs)}
    clocks = locked_clocks(uow.session, placed)
    setup = Setup(uow.session)
    given: dict[str, SlaPolicy | None] = {}
    for job_id, one in placed.items():
        given[job_id] = setup.policy_for(facts(one))
        _refresh(uow, one.job, facts(one), setup, given[job_id], clocks.get(job_id, {}))
    return given


def watch(uow: UnitOfWork, limit: int = 200) -> int:
    """Warn, find breached and climb the ladder for at most so many clocks; answers how many there were.

    May be stopped and begun again at any time, and done by several at once: what has been told is in the clock's row,
    in the same transaction as the event that tells it.
    """
    clocks = locked_to_watch(uow.session, uow.now, limit)
    placed, setup = placed_jobs(uow.session, {clock.job_id for clock in clocks}), Setup(uow.session)
    for clock in clocks:
        one, policy = placed[clock.job_id], setup.policies[clock.policy_id]
        terms = setup.terms(policy, clock.target, one.zones)
        if terms is None:
            _withdraw(uow, clock)
        else:
            _turn(uow, clock, one.job, policy, terms, watched(reading_of(clock), terms, uow.now))
    return len(clocks)


def next_watch(session: Session) -> dt.datetime | None:
    """When a clock is to be watched next; None: no clock runs."""
    return session.scalar(select(func.min(SlaClock.watch_at)))


def promises(session: Session, job_ids: Iterable[str]) -> dict[str, dict[Target, PromiseTerms]]:
    """The running promises of jobs, with what they cost. A job without any is left out."""
    policies = {policy.id: policy for policy in session.scalars(select(SlaPolicy))}
    found: dict[str, dict[Target, PromiseTerms]] = {}
    for clock in running_clocks(session, job_ids):
        costs = {**DEFAULT_COSTS, **policies[clock.policy_id].costs.get(clock.target.value, {})}
        terms = PromiseTerms(clock.due_at, costs["breach_cost"], costs["cost_per_hour_late"])
        found.setdefault(clock.job_id, {})[clock.target] = terms
    return found


def stand_still(uow: UnitOfWork, *, changing: bool = False) -> None:
    """Keep policies and calendars as they are until this transaction ends; or, ``changing`` them, wait for all who rely
    on them, and let others wait. On SQLite who writes is alone anyway."""
    if uow.session.get_bind().dialect.name == "postgresql":
        lock = "pg_advisory_xact_lock" if changing else "pg_advisory_xact_lock_shared"
        uow.session.execute(text(f"SELECT {lock}(:key)"), {"key": _SETUP_LOCK})


def reading_of(clock: SlaClock) -> Reading:
    """What a clock of the store shows."""
    return Reading(
        started_at=clock.started_at,
        due_at=clock.due_at,
        running_since=clock.running_since,
        state=clock.state,
        spent=clock.spent,
        ended_at=clock.ended_at,
        breached_at=clock.breached_at,
        warned=clock.warned,
        escalated=clock.escalated,
    )


# One clock -----------------------------------------------------------------------------------------------------------


def _start(uow: UnitOfWork, job: Job, policy: SlaPolicy, target: Target, terms: Terms, at: dt.datetime) -> None:
    reading = started(terms, at)
    clock = SlaClock(id=new_id("clock"), job_id=job.id, policy_id=policy.id, target=target, allowed=terms.allowed)
    _write(clock, reading, terms)
    uow.session.add(clock)
    uow.record(PromiseStarted(job=job.id, target=target.value, due=instant(reading.due_at), territory=job.territory_id))
    _turn(uow, clock, job, policy, terms, _following(clock, terms, job.status, policy, uow.now))


def _refresh(
    uow: UnitOfWork,
    job: Job,
    about: Facts,
    setup: Setup,
    policy: SlaPolicy | None,
    clocks: Mapping[Target, SlaClock],
) -> None:
    for target, course in COURSES.items():
        clock = clocks.get(target)
        terms = setup.terms(policy, target, about.zones) if policy else None
        over = job.status in course.met | course.over
        if policy is None or terms is None:
            if clock is not None and clock.state in LIVE:
                _withdraw(uow, clock)
        elif clock is None:
            if not over:
                _start(uow, job, policy, target, terms, uow.now)
        elif clock.state in LIVE or (clock.state is ClockState.STOPPED and not over):
            reading = reading_of(clock)
            if clock.state is ClockState.STOPPED:
                reading = resumed(reading, terms, uow.now)
            clock.policy_id = policy.id
            _write(clock, retimed(reading, terms, uow.now), terms)
            _turn(uow, clock, job, policy, terms, _following(clock, terms, job.status, policy, uow.now))


def _following(clock: SlaClock, terms: Terms, status: JobStatus, policy: SlaPolicy, at: dt.datetime) -> Followed:
    return followed(clock.target, reading_of(clock), terms, status, pauses(policy), at)


def _turn(uow: UnitOfWork, clock: SlaClock, job: Job, policy: SlaPolicy, terms: Terms, to: Followed) -> None:
    _write(clock, to.reading, terms)
    for happening in to.happenings:
        _tell(uow, clock, job, policy, happening)


def _withdraw(uow: UnitOfWork, clock: SlaClock) -> None:
    """What is not promised any more stops."""
    clock.state, clock.ended_at, clock.watch_at, clock.running_since = ClockState.STOPPED, uow.now, None, None


def _write(clock: SlaClock, reading: Reading, terms: Terms) -> None:
    for name, value in asdict(reading).items():
        setattr(clock, name, value)
    clock.allowed = terms.allowed
    clock.watch_at = next_watch_of(reading, terms)


def _tell(uow: UnitOfWork, clock: SlaClock, job: Job, policy: SlaPolicy, happening: Happening) -> None:
    target, due, where = clock.target.value, instant(clock.due_at), job.territory_id
    match happening.what:
        case What.WARNING:
            share = float(policy.warn_at[happening.index])
            uow.record(PromiseWarned(job=job.id, target=target, share=share, due=due, territory=where))
        case What.BREACH:
            uow.record(PromiseBreached(job=job.id, target=target, due=due, territory=where))
        case What.STEP:
            step, action = happening.index, str(policy.ladder[happening.index]["action"])
            uow.record(Escalated(job=job.id, target=target, step=step, action=action, territory=where))


def _take_in(uow: UnitOfWork, job: Job, policy: SlaPolicy) -> None:
    """What a policy asks for as soon as a job comes under it. People are told by the event, see services.escalation."""
    ask_for_senior(uow, job, policy)
    for step, action in enumerate(policy.on_intake):
        if action in (REQUIRE, PREFER):
            continue
        uow.record(Escalated(job=job.id, target=INTAKE, step=step, action=action, territory=job.territory_id))


def _facts(uow: UnitOfWork, job: Job) -> Facts:
    uow.session.flush()  # a job that was made or changed just now is found as it is
    return facts(placed_jobs(uow.session, [job.id])[job.id])
