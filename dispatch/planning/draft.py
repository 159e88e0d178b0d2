"""Drafts: a plan nobody acts on yet, with what it would change and what that is worth; editing and rejecting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import DraftProposed, DraftRejected
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import numbered
from dispatch.planning.budget import Setting, curve
from dispatch.planning.buys import buys
from dispatch.planning.clusters import Cluster, clusters
from dispatch.planning.difference import Difference, Kind, compare, visit_changes
from dispatch.planning.documents import kept_plan, kept_problem, plan_of, problem_of
from dispatch.planning.hours import Hours
from dispatch.planning.policies import weights_of
from dispatch.planning.retiming import ByHour
from dispatch.services.history import last_changed
from dispatch.services.rights import require
from dispatch.store.tables import Job, PlanningPolicy, PlanRow, PlanStatus, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.check import check
from optimizer.domain import Plan, Problem
from optimizer.policy import Policy
from optimizer.rules.base import Level
from optimizer.scoring import Scorecard, score, timed

_SHOWN_MATCHES = 100
"""Reasons that a scorecard's line shows; it says how many there are."""


@dataclass(frozen=True)
class Proposal:
    """A plan held against the published one: all that people look at before they decide."""

    problem: Problem
    before: Plan
    after: Plan
    difference: Difference
    clusters: tuple[Cluster, ...]
    curve: tuple[Setting, ...]
    card: Scorecard
    complaints: tuple[str, ...]
    hours: Hours | None = None
    remarks: tuple[str, ...] = ()
    buys: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def by_hour(self) -> ByHour | None:
        """The plan at the speeds of the hours in which it is driven; None where nobody knows them."""
        return None if self.hours is None else self.hours.time(self.problem, self.after)

    def timing_document(self) -> dict[str, Any]:
        """:attr:`by_hour`, and what it was worked out from, as JSON values."""
        if self.hours is None or self.by_hour is None:
            return {}
        return {**self.by_hour.as_document(), "hours": self.hours.as_document()}

    def difference_document(self) -> dict[str, Any]:
        """The difference with its clusters, as JSON values."""
        document = self.difference.as_document()
        document["sentences"] = [*self.remarks, *document["sentences"]]
        if self.by_hour is not None:
            document["sentences"] = [*document["sentences"], *self.by_hour.sentences]
            document["by_hour"] = self.by_hour.summary
        return {
            **document,
            "clusters": [cluster.as_document() for cluster in self.clusters],
            "curve": [setting.as_document() for setting in self.curve],
            "complaints": list(self.complaints),
            "buys": dict(self.buys),
            "approved": [],
        }


@dataclass(frozen=True)
class Draft:
    """A plan row, read: what it plans, what it starts from."""

    row: PlanRow
    problem: Problem
    before: Plan
    after: Plan


def propose(
    problem: Problem,
    before: Plan,
    after: Plan,
    policy: PlanningPolicy,
    names: Mapping[str, str] | None = None,
    hours: Hours | None = None,
    *,
    remarks: Sequence[str] = (),
) -> Proposal:
    """Hold ``after`` against ``before``: difference, clusters, scorecard, and what the checker has to say.

    Both plans are timed and priced here, so that it does not matter what they claim. With ``hours``, the proposed one
    is also timed by the hour. ``remarks`` are sentences that come before those of the difference.
    """
    weights = weights_of(policy)
    cards = score(problem, before, weights), score(problem, after, weights)
    before, after = (
        replace(timed(problem, plan), cost=card.cost) for plan, card in zip((before, after), cards, strict=True)
    )
    found = clusters(problem, before, after, weights, tolerance=policy.tolerance, cards=cards)
    return Proposal(
        problem=problem,
        before=before,
        after=after,
        difference=compare(problem, before, after, weights, tolerance=policy.tolerance, names=names or {}, cards=cards),
        clusters=found,
        curve=curve(found),
        card=cards[1],
        complaints=tuple(check(problem, after)),
        hours=hours,
        remarks=tuple(remarks),
        buys=buys(problem, *cards),
    )


def scorecard_document(card: Scorecard) -> dict[str, Any]:
    """A scorecard as JSON values: each rule with what it costs, and why."""
    return {
        "total": round(float(card.total), 4),
        "broken": card.hard,
        "cost": dict(card.cost),
        "lines": [
            {
                "rule": line.rule.id,
                "level": line.rule.level.value,
                "weight": line.weight,
                "cost": round(float(line.cost), 4),
                "reasons": len(line.matches),
                "because": [
                    {
                        "amount": round(float(match.amount), 4),
                        "because": match.because,
                        "visit": match.visit,
                        "technician": match.technician,
                        "shift": match.shift,
                    }
                    for match in sorted(line.matches, key=lambda match: match.amount, reverse=True)[:_SHOWN_MATCHES]
                ],
            }
            for line in card.lines
            if line.matches or line.rule.level is Level.SOFT
        ],
    }


def names_of(session: Session, problem: Problem) -> dict[str, str]:
    """What people call the technicians and visits of a problem: names, and numbers of jobs."""
    people = session.execute(
        select(Technician.id, Technician.name).where(Technician.id.in_([one.id for one in problem.technicians]))
    )
    names = {row.id: row.name for row in people}
    visits = session.execute(
        select(Visit.id, Job.number, Visit.sequence)
        .join(Job, Job.id == Visit.job_id)
        .where(Visit.id.in_([one.id for one in problem.visits]))
    )
    numbers = {row.id: numbered(row.number, row.sequence) for row in visits}
    return names | numbers


def draft_row(
    proposal: Proposal,
    *,
    snapshot: Mapping[str, Any],
    horizon: tuple[dt.datetime, dt.datetime],
    based_on: str | None,
    policy_id: str | None,
    reason: str,
    created_by: str,
    run_id: str | None = None,
) -> PlanRow:
    """The row of a draft, of no session yet. ``snapshot`` is the document of what it starts from."""
    return PlanRow(
        id=new_id("plan"),
        status=PlanStatus.DRAFT,
        run_id=run_id,
        policy_id=policy_id,
        based_on=based_on,
        reason=reason,
        horizon_start=horizon[0],
        horizon_end=horizon[1],
        problem=kept_problem(proposal.problem),
        plan=kept_plan(proposal.problem, proposal.after),
        snapshot={**snapshot, "published": kept_plan(proposal.problem, proposal.before)},
        scorecard=scorecard_document(proposal.card),
        difference=proposal.difference_document(),
        timing=proposal.timing_document(),
        gain=round(proposal.difference.gain, 4),
        touched=proposal.difference.touched,
        created_by=created_by,
    )


def proposed(uow: UnitOfWork, row: PlanRow) -> PlanRow:
    """Write the draft and say that it waits; :mod:`dispatch.planning.settling` decides between it and older ones."""
    uow.session.add(row)
    uow.record(DraftProposed(plan=row.id, run=row.run_id or "", gain=row.gain, touched=row.touched))
    return row


def proposed_already(uow: UnitOfWork, row: PlanRow, tolerance: int) -> PlanRow | None:
    """The draft of the program that waits and proposes the same: the same visits for the same people, each at the same
    time but for ``tolerance`` seconds. Whoever is looking at it need not look at another one.
    """
    if row.created_by != uow.actor.id:
        return None
    wanted = noticed(row)
    return next((one for one in _waiting(uow, row.based_on) if alike(noticed(one), wanted, tolerance)), None)


def _waiting(uow: UnitOfWork, based_on: str | None) -> Sequence[PlanRow]:
    """The drafts of whoever works here, on the plan that is published, that nobody has decided about."""
    waits = PlanRow.status == PlanStatus.DRAFT, PlanRow.created_by == uow.actor.id, PlanRow.based_on == based_on
    return uow.session.scalars(select(PlanRow).where(*waits).options(undefer(PlanRow.difference))).all()


Noticed = Mapping[tuple[str, ...], float]
"""(visit, who does it) → when (epoch seconds, 0: nobody does), for what people notice who knew the plan before."""


def noticed(row: PlanRow) -> Noticed:
    """What people notice of a draft."""
    return {
        (change["visit"], *sorted((change["after"] or {"technicians": ()})["technicians"])): (
            dt.datetime.fromisoformat(change["after"]["start"]).timestamp() if change["after"] else 0.0
        )
        for change in row.difference["visits"]
        if change["kind"] != Kind.SHIFTED
    }


def noticed_in(problem: Problem, before: Plan, after: Plan, weights: Policy, tolerance: int) -> Noticed:
    """What people would notice of a draft that proposes ``after``."""
    cards = score(problem, before, weights), score(problem, after, weights)
    return {
        (one.visit, *sorted(one.after.technicians if one.after else ())): float(one.after.start if one.after else 0)
        for one in visit_changes(problem, *cards, tolerance)
        if one.kind is not Kind.SHIFTED
    }


def alike(one: Noticed, other: Noticed, tolerance: int) -> bool:
    """Whether people would notice the same of both, at times that differ by ``tolerance`` seconds at most."""
    return one.keys() == other.keys() and all(abs(one[key] - at) <= tolerance for key, at in other.items())


def reject(uow: UnitOfWork, plan_id: str, because: str = "") -> PlanRow:
    """Nobody wants the draft. Raises :class:`DispatchError` where it is no draft any more."""
    require(uow, Right.EDIT_DRAFTS)
    row = uow.get(PlanRow, plan_id, lock=True)
    require_draft(uow, row)
    return _reject(uow, row, because)


def replaced(uow: UnitOfWork, row: PlanRow, by: PlanRow) -> None:
    """A draft of the program is over, because another one is better."""
    row.replaced_by = by.id
    _reject(uow, row, f"The draft {by.id} is better.")


def outlived(uow: UnitOfWork, row: PlanRow) -> None:
    """A draft of the program is over, because nothing of what it proposes is left to be done."""
    _reject(uow, row, "Nothing of it can be carried out any more.")


def _reject(uow: UnitOfWork, row: PlanRow, because: str) -> PlanRow:
    row.status = PlanStatus.REJECTED
    uow.record(DraftRejected(plan=row.id, because=because))
    return row


def require_draft(uow: UnitOfWork, row: PlanRow) -> None:
    """Raise :class:`DispatchError` unless the plan is a draft."""
    if row.status is not PlanStatus.DRAFT:
        raise DispatchError(
            f"Plan {row.id} is {row.status.value}; only a draft can be changed, rejected or approved.",
            plan=row.id,
            status=row.status.value,
            replaced_by=row.replaced_by,
            changed=last_changed(uow, row, "status"),
        )


def read_draft(uow: UnitOfWork, plan_id: str) -> Draft:
    """The draft, with its problem and both plans. Raises :class:`NotFound`."""
    row = whole_row(uow.session, plan_id)
    if row is None:
        raise NotFound(f"There is no plan {plan_id!r}.", what="plan", id=plan_id)
    problem = problem_of(row.problem)
    return Draft(row, problem, plan_of(row.snapshot["published"], problem), plan_of(row.plan, problem))


def whole_row(session: Session, plan_id: str) -> PlanRow | None:
    """The plan's row with the columns that are large; None where there is none."""
    large = (PlanRow.problem, PlanRow.plan, PlanRow.snapshot, PlanRow.difference, PlanRow.timing)
    return session.get(PlanRow, plan_id, options=[undefer(column) for column in large])
