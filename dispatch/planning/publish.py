"""Approving a draft, all of it or some clusters, and publishing what becomes of it now.

The heavy part (snapshot, carrying over, mending, checking) reads only. Under the lock of ``plan_head`` it is then made
sure that nothing has happened meanwhile to the visits and technicians that move; otherwise it is done again, see
:mod:`dispatch.planning.prepared`. A plan is never published over one that its approver has not seen, and never with a
complaint of the checker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Forbidden, Invalid, Stale, Unavailable
from dispatch.domain.roles import SYSTEM, Actor, Right
from dispatch.planning import draft as drafts
from dispatch.planning import publication
from dispatch.planning.budget import choose
from dispatch.planning.clusters import Cluster
from dispatch.planning.clusters import clusters as clusters_of
from dispatch.planning.difference import TOUCHING
from dispatch.planning.making_way import asking, named
from dispatch.planning.meanwhile import Look, changes_since, look, matters_since, overtaken
from dispatch.planning.policies import named_policy, weights_of
from dispatch.planning.prepared import Changed, carried_through
from dispatch.planning.rebase import Change, Present, rebase
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.services.asking import Aheads, aheads_of
from dispatch.services.history import changed_since, last_changed
from dispatch.services.rights import require
from dispatch.store.door import Door, StoreDoor
from dispatch.store.engine import Store
from dispatch.store.queries.locks import locked_territories
from dispatch.store.tables import Job, PlanHead, PlanningPolicy, PlanRow, PlanStatus, Priority, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.check import check
from optimizer.domain import Plan, Problem

log = logging.getLogger(__name__)


class NothingLeft(DispatchError):  # noqa: N818  a refusal reads as what is said
    """None of what was approved can be carried out any more."""

    code, title = "nothing-left", "The draft does not fit any more"


class DraftEdited(Changed):
    """The draft was edited between the look at it and its approval. Once more, unless that was the last attempt: then
    who approves is told as where they had named an old version."""

    http_status, code, title = Stale.http_status, Stale.code, Stale.title


class Locked(DispatchError):  # noqa: N818  a refusal reads as what is said
    """What was approved would move visits in a territory that somebody has locked."""

    code, title = "territory-locked", "A territory is locked"


@dataclass(frozen=True)
class Prepared:
    """A publication that is ready to be written."""

    row: PlanRow
    problem: Problem
    plan: Plan
    edition: int
    seen: Look
    concerned: frozenset[str]
    aheads: Aheads
    automatic: bool
    draft_id: str | None = None
    draft_version: int | None = None
    taken: tuple[str, ...] = ()


def approve(
    uow: UnitOfWork,
    plan_id: str,
    travel: TravelProvider,
    *,
    clusters: Collection[str] | None = None,
    expected_edition: int | None = None,
) -> PlanRow:
    """Approve a draft, or some of its clusters, within one transaction. :func:`approve_in` locks for a shorter time.

    ``expected_edition``: the published edition that the approver has seen; None: the one that the draft starts from.
    Raises :class:`Overtaken` where another one is published, :class:`NothingLeft` where nothing of the draft fits any
    more, :class:`Forbidden` where it reaches into territories that are not the approver's.
    """
    publication.locked_head(uow.session)
    prepared = prepare(uow, plan_id, travel, clusters=clusters, expected_edition=expected_edition)
    return commit(uow, prepared)


def approve_in(
    store: Store,
    actor: Actor,
    plan_id: str,
    travel: TravelProvider,
    *,
    clusters: Collection[str] | None = None,
    expected_edition: int | None = None,
    automatic: bool = False,
) -> PlanRow:
    """:func:`approve`, working before it locks."""
    door = StoreDoor(store, actor)
    return approve_through(
        door, plan_id, travel, clusters=clusters, expected_edition=expected_edition, automatic=automatic
    )


def approve_through(
    door: Door,
    plan_id: str,
    travel: TravelProvider,
    *,
    clusters: Collection[str] | None = None,
    expected_edition: int | None = None,
    automatic: bool = False,
    as_seen: Callable[[PlanRow], None] | None = None,
) -> PlanRow:
    """:func:`approve_in`, in the transactions that ``door`` opens.

    ``as_seen`` raises where the draft is another than its approver saw; it is asked again whenever it is read anew.
    """

    def ready(uow: UnitOfWork) -> Prepared:
        if as_seen is not None:
            as_seen(uow.get(PlanRow, plan_id))
        return prepare(uow, plan_id, travel, clusters=clusters, expected_edition=expected_edition, automatic=automatic)

    return carried_through(door, ready, commit)


def publish(
    uow: UnitOfWork,
    snapshot: Snapshot,
    plan: Plan,
    policy: PlanningPolicy,
    *,
    reason: str = "",
    problem: Problem | None = None,
    automatic: bool = False,
) -> PlanRow:
    """Publish a plan for a snapshot that was taken in this transaction, after its lock (:func:`locked_head`).

    Raises :class:`Invalid` with the checker's complaints where it has any.
    """
    require(uow, Right.APPROVE_PLANS)
    problem = problem or snapshot.problem
    proposal = _checked(snapshot, problem, plan, policy)
    row = _row(uow, snapshot, proposal, policy, reason=reason, run_id=None, notes=())
    return commit(uow, _prepared(proposal, row, snapshot, look(uow.session), policy, automatic=automatic))


def ready_to_publish(
    uow: UnitOfWork,
    snapshot: Snapshot,
    problem: Problem,
    plan: Plan,
    policy: PlanningPolicy,
    *,
    seen: Look,
    reason: str,
    notes: Sequence[str] = (),
    kept: Mapping[str, Any] | None = None,
) -> Prepared:
    """A plan for a snapshot that was taken after the look ``seen``, ready for :func:`commit`.

    ``kept``: what the plan is to remember besides of how it came about. Raises :class:`Invalid` with the checker's
    complaints, and :class:`Forbidden` where it moves visits beyond the actor's territories.
    """
    require(uow, Right.APPROVE_PLANS)
    proposal = _checked(snapshot, problem, plan, policy)
    _require_territories(uow, {change.visit for change in proposal.difference.visits})
    row = _row(uow, snapshot, proposal, policy, reason=reason, run_id=None, notes=notes)
    row.snapshot = {**row.snapshot, **(kept or {})}
    return _prepared(proposal, row, snapshot, seen, policy, automatic=False)


def prepare(
    uow: UnitOfWork,
    plan_id: str,
    travel: TravelProvider,
    *,
    clusters: Collection[str] | None = None,
    expected_edition: int | None = None,
    automatic: bool = False,
) -> Prepared:
    """All that has to be worked out before a draft is published: the heavy part, which only reads."""
    require(uow, Right.APPROVE_PLANS)
    seen = look(uow.session)
    draft = drafts.read_draft(uow, plan_id)
    drafts.require_draft(uow, draft.row)
    policy = named_policy(uow.session, draft.row.policy_id)
    expected = draft.row.snapshot["edition"] if expected_edition is None else expected_edition
    edition = uow.session.scalar(select(PlanHead.edition)) or 0
    if edition != expected:
        raise overtaken(uow.session, expected, edition)
    chosen = _chosen(uow, draft, policy, clusters)
    _require_unlocked(uow, draft, chosen)
    giving_way = frozenset[str]() if automatic else _giving_way(draft, chosen)
    snapshot = take_snapshot(uow, policy, travel, giving_way=giving_way)
    if snapshot.edition != expected:  # published while this was read
        raise overtaken(uow.session, expected, snapshot.edition)
    rebased = rebase(
        Present(snapshot.problem, snapshot.published, snapshot.held, snapshot.names),
        Change(draft.before, draft.after, chosen),
        weights_of(policy),
    )
    if rebased is None:
        changed, count = changes_since(uow.session, draft.row.snapshot["edition"])
        raise NothingLeft(
            "Nothing of what you approved can be carried out any more: too much has happened since the draft was made. "
            "Start a new run.",
            plan=plan_id,
            clusters=[cluster.id for cluster in chosen],
            changes=count,
            changed=changed,
        )
    proposal = _checked(snapshot, rebased.problem, rebased.plan, policy)
    concerned = {change.visit for change in proposal.difference.visits}
    _require_territories(uow, concerned)
    row = _row(uow, snapshot, proposal, policy, reason=draft.row.reason, run_id=draft.row.run_id, notes=rebased.notes)
    taken = tuple(cluster.id for cluster in chosen)
    return _prepared(proposal, row, snapshot, seen, policy, automatic=automatic, draft=draft.row, taken=taken)


def commit(uow: UnitOfWork, prepared: Prepared) -> PlanRow:
    """Write a publication down. Raises :class:`Overtaken` where another plan was published since it was prepared."""
    session = uow.session
    head = publication.locked_head(session)
    if head.edition != prepared.edition:
        raise overtaken(session, prepared.edition, head.edition)
    publication.lock_work(session)
    if matters_since(session, prepared.seen, prepared.concerned):
        raise Changed("So much happens just now that the plan could not be published; try again.", retry_after=1)
    if prepared.draft_id is not None:
        _approved(uow, prepared.draft_id, prepared.draft_version, prepared.taken)
    return publication.write(
        uow,
        head,
        prepared.row,
        prepared.problem,
        prepared.plan,
        aheads=prepared.aheads,
        automatic=prepared.automatic,
    )


def published_without_asking(
    store: Store, travel: TravelProvider, plan_id: str, policy: PlanningPolicy
) -> PlanRow | None:
    """Publish what of a draft the policy lets out by itself; None where that is nothing, or not possible any more.

    Raises :class:`Unavailable` where the database does not answer. Safe to repeat.
    """
    with store.reading() as uow:
        if uow.session.scalar(select(PlanRow.status).where(PlanRow.id == plan_id)) is not PlanStatus.DRAFT:
            return None
        chosen = allowed_without_asking(uow, drafts.read_draft(uow, plan_id), policy)
    if not chosen:
        return None
    names = [cluster.id for cluster in chosen]
    try:
        return approve_in(store, SYSTEM, plan_id, travel, clusters=names, automatic=True)
    except DispatchError as error:
        if isinstance(error, Unavailable) and not isinstance(error, Changed):
            raise
        log.info("draft %s waits for a person after all: %s", plan_id, error.code)
        return None


def allowed_without_asking(uow: UnitOfWork, draft: drafts.Draft, policy: PlanningPolicy) -> tuple[Cluster, ...]:
    """The clusters of a draft that its policy lets out by itself, under the allowance that gains most."""
    accepted = draft.row.snapshot.get("giving_way", ())
    asked = asking(draft.problem, draft.before, draft.after, accepted, policy.tolerance)
    # What somebody accepted is not changed without asking, whatever a policy says.
    found = [one for one in _clusters(draft, policy) if not asked & set(one.visits)]
    best: tuple[Cluster, ...] = ()
    for allowance in policy.publish_without_asking:
        if allowance.get("reason", "*") not in ("*", draft.row.reason):
            continue
        fitting = [one for one in found if _is_of(uow, draft, one, allowance.get("priority"))]
        chosen = choose(fitting, allowance.get("touches_at_most", 0))
        best = max(best, chosen, key=lambda some: sum(one.gain for one in some))
    return best


def _is_of(uow: UnitOfWork, draft: drafts.Draft, cluster: Cluster, priority: str | None) -> bool:
    """Whether a cluster is about giving a place to visits of this priority, and to no others."""
    if priority is None:
        return True
    had = {stop.visit for route in draft.before.routes for stop in route.stops}
    new = [visit for visit in cluster.visits if visit not in had]
    asked = select(Job.priority).join(Visit, Visit.job_id == Job.id).where(Visit.id.in_(new))
    return bool(new) and set(uow.session.scalars(asked)) == {Priority(priority)}


def _giving_way(draft: drafts.Draft, chosen: Sequence[Cluster]) -> frozenset[str]:
    """The visits that may give way, though they are accepted, because these groups of a draft are approved."""
    return named(chosen, draft.row.snapshot.get("urgent", ()))


def _clusters(draft: drafts.Draft, policy: PlanningPolicy) -> tuple[Cluster, ...]:
    return clusters_of(draft.problem, draft.before, draft.after, weights_of(policy), tolerance=policy.tolerance)


def _chosen(
    uow: UnitOfWork, draft: drafts.Draft, policy: PlanningPolicy, named: Collection[str] | None
) -> tuple[Cluster, ...]:
    found = {cluster["id"]: cluster for cluster in draft.row.difference["clusters"]}
    approved = set(draft.row.difference["approved"])
    unknown = sorted(set(named or ()) - found.keys())
    if unknown or (named is not None and not named):
        what = f"has no cluster {', '.join(unknown)}" if unknown else "is approved by naming at least one cluster"
        remedy = f"choose from {', '.join(found)}, or leave the list out to approve all"
        errors = [{"place": "clusters", "value": list(named or ()), "problem": what, "remedy": remedy}]
        raise Invalid(f"Draft {draft.row.id} {what}; {remedy}.", errors=errors)
    if twice := sorted(set(named or ()) & approved):
        changed = last_changed(uow, draft.row, "difference")
        raise DispatchError(f"Approved already: {', '.join(twice)}.", clusters=twice, changed=changed)
    wanted = (found.keys() if named is None else set(named)) - approved
    computed = _clusters(draft, policy)
    # By their routes: what a cluster is called depends on its worth, which a changed policy may see differently.
    routes = {frozenset(map(tuple, found[name]["shifts"])) for name in wanted}
    return tuple(cluster for cluster in computed if frozenset(cluster.shifts) in routes)


def _checked(snapshot: Snapshot, problem: Problem, plan: Plan, policy: PlanningPolicy) -> drafts.Proposal:
    complaints = check(problem, plan)
    if complaints:
        errors = [{"place": "plan", "value": "", "problem": one, "remedy": ""} for one in complaints]
        raise Invalid(f"The plan cannot be published: {' '.join(complaints[:3])}", errors=errors)
    return drafts.propose(problem, snapshot.published, plan, policy, snapshot.names, snapshot.hours)


def _row(
    uow: UnitOfWork,
    snapshot: Snapshot,
    proposal: drafts.Proposal,
    policy: PlanningPolicy,
    *,
    reason: str,
    run_id: str | None,
    notes: Sequence[str],
) -> PlanRow:
    document: dict[str, Any] = snapshot.as_document()
    return drafts.draft_row(
        proposal,
        snapshot={**document, "names": dict(snapshot.names), "notes": [*document["notes"], *notes]},
        horizon=snapshot.horizon,
        based_on=snapshot.plan_id,
        policy_id=policy.id,
        reason=reason,
        created_by=uow.actor.id,
        run_id=run_id,
    )


def _prepared(
    proposal: drafts.Proposal,
    row: PlanRow,
    snapshot: Snapshot,
    seen: Look,
    policy: PlanningPolicy,
    *,
    automatic: bool,
    draft: PlanRow | None = None,
    taken: tuple[str, ...] = (),
) -> Prepared:
    people = {
        name
        for change in proposal.difference.visits
        for place in (change.before, change.after)
        if place is not None
        for name in place.technicians
    }
    return Prepared(
        row=row,
        problem=proposal.problem,
        plan=proposal.after,
        edition=snapshot.edition,
        seen=seen,
        concerned=frozenset({change.visit for change in proposal.difference.visits} | people),
        aheads=aheads_of(policy.dispatch_ahead, policy.accept_ahead),
        automatic=automatic,
        draft_id=draft.id if draft else None,
        draft_version=draft.version if draft else None,
        taken=taken,
    )


def _require_territories(uow: UnitOfWork, visits: Collection[str]) -> None:
    if not uow.actor.territories:
        return
    found = uow.session.scalars(select(Visit.territory_id).where(Visit.id.in_(sorted(visits))).distinct())
    beyond = sorted(one for one in found if not uow.actor.covers(one) and one is not None)
    if beyond:
        raise Forbidden(
            "This would change visits in territories that are not yours; approve clusters that stay within them.",
            right=Right.APPROVE_PLANS.value,
            territories=beyond,
        )


def _require_unlocked(uow: UnitOfWork, draft: drafts.Draft, chosen: Sequence[Cluster]) -> None:
    """Raise :class:`Locked` where what was approved moves a visit that has a place in a locked territory."""
    locked = locked_territories(uow.session, uow.now)
    if not locked:
        return
    had = {stop.visit for route in draft.before.routes for stop in route.stops}
    noticed = {one["visit"] for one in draft.row.difference["visits"] if one["kind"] in TOUCHING}
    moved = {visit for one in chosen for visit in one.visits if visit in had and visit in noticed}
    rows = uow.session.execute(select(Visit.id, Visit.territory_id).where(Visit.id.in_(sorted(moved)))).all()
    held = {row.id for row in rows if row.territory_id in locked}
    if held:
        names = draft.row.snapshot.get("names", {})
        free = [one.id for one in chosen if not held & set(one.visits)]
        raise Locked(
            f"{', '.join(sorted(names.get(one, one) for one in held))} would move, and that territory is locked. "
            "Lift the lock, or approve groups of changes that leave it alone.",
            visits=sorted(held),
            territories=sorted({row.territory_id for row in rows if row.id in held}),
            clusters=free,
        )


def _approved(uow: UnitOfWork, draft_id: str, version: int | None, taken: Sequence[str]) -> None:
    """Note on the draft what of it has been approved; all of it: the draft is over.

    Raises :class:`DraftEdited` where it was edited since ``version``.
    """
    row = drafts.whole_row(uow.session, draft_id)
    assert row is not None
    drafts.require_draft(uow, row)
    if row.version != version:
        raise DraftEdited(
            "The draft was edited while it was being approved; look at it and approve again.",
            version=row.version,
            changed=changed_since(uow, row, version or 0),
        )
    approved = sorted({*row.difference["approved"], *taken})
    row.difference = {**row.difference, "approved": approved}
    if len(approved) == len(row.difference["clusters"]):
        row.status = PlanStatus.SUPERSEDED
