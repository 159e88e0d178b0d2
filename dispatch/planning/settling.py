"""Which draft of the program waits on where several do: the one that is best as things stand, not just the newest.

Every run and every emergency leaves a draft, each made from how things stood then. So all that wait are carried over
onto the present (:mod:`dispatch.planning.rebase`) and priced by the same rules; and what one of them changes is also
tried on top of the best so far. Which keeps more critical visits in time wins, and then which costs less.

The winner waits on as it is where it was made on the published plan and nothing of it was lost; otherwise it is written
anew. The others are over with it, and so is a draft of which nothing is left to be done. A critical visit that one of
them had in time, and the winner has not, is named on the winner: nothing of the kind is lost in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import undefer

from dispatch.domain.roles import SYSTEM
from dispatch.planning import draft as drafts
from dispatch.planning.budget import choose, worthwhile
from dispatch.planning.certificate import lower_bound
from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.making_way import justified_in, remarks_on
from dispatch.planning.policies import weights_of
from dispatch.planning.rebase import Change, Present, rebase
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.urgent import critical_visits, missed
from dispatch.store.engine import Store
from dispatch.store.tables import PlanHead, PlanningPolicy, PlanRow, PlanStatus
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem
from optimizer.scoring import score, timed


@dataclass(frozen=True, slots=True)
class _Rival:
    """A plan for the present. ``missed``: the critical visits that it leaves out or is late for. ``row``: the draft
    that proposes just this as it stands; None: it would have to be written.
    """

    problem: Problem
    plan: Plan
    missed: frozenset[str]
    broken: int
    cost: Fraction
    row: PlanRow | None

    @property
    def rank(self) -> tuple[int, int, Fraction]:
        """The less the better: critical visits first, then musts, then money."""
        return len(self.missed), self.broken, self.cost


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison came to. ``compared``: draft → the version that was read. ``winner`` None: nothing is left of
    any of them. ``lost``: sentences on what the winner gives up of the others.
    """

    snapshot: Snapshot
    newest: PlanRow
    compared: dict[str, int]
    winner: _Rival | None
    lost: tuple[str, ...]


def settled(store: Store, travel: TravelProvider, policy: PlanningPolicy) -> str | None:
    """Let only the best of the program's drafts wait on; its id. None where there was nothing to decide (one waits, on
    the published plan), nothing is left of any, or somebody published, edited or rejected meanwhile.

    Compares before it locks. Safe to repeat: what could not be settled now is settled behind the next draft.
    """
    with store.reading() as uow:
        found = verdict(uow, travel, policy)
    if found is None:
        return None
    with store.unit_of_work() as uow:
        return carried_out(uow, found, policy)


def verdict(uow: UnitOfWork, travel: TravelProvider, policy: PlanningPolicy) -> Verdict | None:
    """Compare the program's drafts, or see what is left of one that another publication overtook; None where there is
    nothing to decide. Reads only.
    """
    wait = (PlanRow.status == PlanStatus.DRAFT, PlanRow.created_by == SYSTEM.id)
    newest_first = select(PlanRow.id, PlanRow.based_on).where(*wait)
    waiting = uow.session.execute(newest_first.order_by(PlanRow.created_at.desc(), PlanRow.id.desc())).all()
    published = uow.session.scalar(select(PlanHead.plan_id))
    if (len(waiting) == 1 and waiting[0].based_on == published) or not waiting:
        return None
    comparison = _Comparison(uow, take_snapshot(uow, policy, travel, making_way=True), policy)
    read = [drafts.read_draft(uow, row.id) for row in waiting]
    winner = comparison.best(read)
    return Verdict(
        snapshot=comparison.snapshot,
        newest=read[0].row,
        compared={one.row.id: one.row.version for one in read},
        winner=winner,
        lost=comparison.lost(read, winner) if winner is not None else (),
    )


class _Comparison:
    """Drafts held against each other on one snapshot."""

    def __init__(self, uow: UnitOfWork, snapshot: Snapshot, policy: PlanningPolicy) -> None:
        self.snapshot, self.policy, self.weights = snapshot, policy, weights_of(policy)
        self.critical = critical_visits(uow.session) & snapshot.problem.visit_index.keys()

    def best(self, read: Sequence[drafts.Draft]) -> _Rival | None:
        """The best of the drafts, and of what comes of two of them; where two are as good, the newer."""
        best: _Rival | None = None
        for draft in read:
            alone = self._carried(draft, self.snapshot.problem, self.snapshot.published, together=False)
            tried = [alone]
            if best is not None:
                tried.append(self._carried(draft, best.problem, best.plan, together=True))
            for rival in tried:
                if rival is not None and (best is None or rival.rank < best.rank):
                    best = rival
        return best

    def lost(self, read: Sequence[drafts.Draft], winner: _Rival) -> tuple[str, ...]:
        """What has to be said of critical visits that a draft had in time when it was made, and the winner has not."""
        kept = frozenset[str]().union(*(self._in_time(draft) for draft in read))
        names = sorted(self.snapshot.names.get(one, one) for one in kept & winner.missed)
        return tuple(f"An earlier draft had {name} in time; as things stand now, this one has not." for name in names)

    def _in_time(self, draft: drafts.Draft) -> frozenset[str]:
        """The critical visits that a draft knew when it was made, and had in time."""
        known = self.critical & draft.problem.visit_index.keys()
        return known - missed(draft.problem, draft.after, known)

    def _carried(self, draft: drafts.Draft, problem: Problem, under: Plan, *, together: bool) -> _Rival | None:
        """What a draft changes, on top of a plan for the present; None where nothing of it can be carried out."""
        present = Present(problem, under, self.snapshot.held, self.snapshot.names)
        found = rebase(present, Change(draft.before, draft.after, self._open(draft)), self.weights)
        if found is None:
            return None
        snapshot = replace(self.snapshot, problem=found.problem)
        plan = justified_in(snapshot, found.plan, self.policy)
        if together:
            plan = self._within_the_policy(found.problem, plan)
        return self._judged(found.problem, plan, None if together else draft.row)

    def _open(self, draft: drafts.Draft) -> tuple[Cluster, ...]:
        """The groups of changes of a draft that nobody has approved yet."""
        told = draft.row.difference
        done = {frozenset(map(tuple, one["shifts"])) for one in told["clusters"] if one["id"] in set(told["approved"])}
        given = draft.problem, draft.before, draft.after, self.weights
        found = clusters(*given, tolerance=self.policy.tolerance)
        return tuple(one for one in found if frozenset(one.shifts) not in done)

    def _within_the_policy(self, problem: Problem, plan: Plan) -> Plan:
        """What two drafts come to together, as a run would have been allowed to propose it."""
        before, budget, tolerance = self.snapshot.published, self.policy.change_budget, self.policy.tolerance
        plan = worthwhile(problem, before, plan, self.policy.least_gain, self.weights, tolerance=tolerance)
        if budget is None:
            return plan
        groups = clusters(problem, before, plan, self.weights, tolerance=tolerance)
        chosen = choose(groups, budget)
        return plan if len(chosen) == len(groups) else applied(problem, before, plan, chosen)

    def _judged(self, problem: Problem, plan: Plan, row: PlanRow | None) -> _Rival | None:
        """What it is worth; None where it is the published plan by now."""
        before, tolerance = self.snapshot.published, self.policy.tolerance
        if not clusters(problem, before, plan, self.weights, tolerance=tolerance):
            return None
        card = score(problem, plan, self.weights)
        late = missed(problem, plan, self.critical)
        intact = row is not None and row.based_on == self.snapshot.plan_id and self._proposes(row, problem, plan)
        return _Rival(problem, timed(problem, plan), late, card.hard, card.total, row if intact else None)

    def _proposes(self, row: PlanRow, problem: Problem, plan: Plan) -> bool:
        """Whether a draft still proposes just what this plan does."""
        given = problem, self.snapshot.published, plan, self.weights
        return drafts.alike(
            drafts.noticed(row), drafts.noticed_in(*given, self.policy.tolerance), self.policy.tolerance
        )


def carried_out(uow: UnitOfWork, verdict: Verdict, policy: PlanningPolicy) -> str | None:
    """Let the winner wait and the others be over; None, and nothing done, where one of them is another one by now."""
    if (uow.session.scalar(select(PlanHead.edition)) or 0) != verdict.snapshot.edition:
        return None
    named = select(PlanRow).where(PlanRow.id.in_(sorted(verdict.compared))).order_by(PlanRow.id).with_for_update()
    rows = {row.id: row for row in uow.session.scalars(named.options(undefer(PlanRow.difference)))}
    if any(row.status is not PlanStatus.DRAFT or row.version != verdict.compared[row.id] for row in rows.values()):
        return None
    if verdict.winner is None:
        for row in rows.values():
            drafts.outlived(uow, row)
        return None
    stays = verdict.winner.row
    if stays is None:
        chosen = drafts.proposed(uow, _written(verdict, verdict.winner, policy))
    else:
        chosen = rows.pop(stays.id)
        if verdict.lost:
            told = chosen.difference
            chosen.difference = {**told, "sentences": [*verdict.lost, *told["sentences"]]}
    for other in rows.values():
        drafts.replaced(uow, other, chosen)
    return chosen.id


def _written(verdict: Verdict, winner: _Rival, policy: PlanningPolicy) -> PlanRow:
    """The winner as a draft of its own, made on the present."""
    snapshot, newest = verdict.snapshot, verdict.newest
    remarks = (*verdict.lost, *remarks_on(replace(snapshot, problem=winner.problem), winner.plan, policy))
    proposal = drafts.propose(
        winner.problem, snapshot.published, winner.plan, policy, snapshot.names, snapshot.hours, remarks=remarks
    )
    return drafts.draft_row(
        proposal,
        snapshot={
            **snapshot.as_document(),
            "names": dict(snapshot.names),
            "bound": lower_bound(winner.problem, weights_of(policy)),
            "searched": newest.snapshot.get("searched", {}),
        },
        horizon=snapshot.horizon,
        based_on=snapshot.plan_id,
        policy_id=policy.id,
        reason=newest.reason,
        created_by=SYSTEM.id,
        run_id=newest.run_id,
    )
