"""The plans that people try things on, kept ready in the process: making one takes a second, and a drag asks often.

The published plan is kept as it was carried over onto the present (a snapshot). It serves while its edition is the
published one, nothing has happened since to the technicians and visits that somebody asks about, and it is not too
old: what has begun meanwhile is seen by its age. A draft is kept by its version; its problem never changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import COMMITTED, VisitStatus
from dispatch.planning import draft as drafts
from dispatch.planning.documents import plan_of
from dispatch.planning.edit import Edit
from dispatch.planning.ground import Ground, Holding
from dispatch.planning.hours import Hours
from dispatch.planning.meanwhile import CONCERNS_ALL, MATTERS, Look, look
from dispatch.planning.part import Standing
from dispatch.planning.pins import read_pin
from dispatch.planning.policies import named_policy, standard_policy, weights_of
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.services.rights import require
from dispatch.store.engine import Store
from dispatch.store.queries.locks import fence_at, locked_territories
from dispatch.store.revision import revision
from dispatch.store.tables import OutboxEntry, PlanHead, PlanningPolicy, PlanRow, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.timeline import walk

OLDEST = 300
"""Seconds of the operation's clock after which the published plan is looked at anew, whatever happened."""
_MOST_DRAFTS = 4
"""So many drafts are kept; of a busy day each takes some tens of megabytes."""
_EVERYTHING = "*"
TODAY = "today"
"""What the published plan is called by."""


@dataclass
class _Kept:
    """The published plan, with what has happened since to whom. ``revision``: of the rows that it was made of."""

    ground: Ground
    policy: tuple[str, int]
    revision: int
    seen: Look
    last: int
    changed: set[str] = field(default_factory=set)


class Grounds:
    """Make one for each process and store; it may be used from several threads."""

    def __init__(self) -> None:
        self._today: _Kept | None = None
        self._drafts: OrderedDict[str, Ground] = OrderedDict()
        self._making = threading.Lock()

    def ground(
        self,
        uow: UnitOfWork,
        travel: TravelProvider,
        plan_id: str,
        concerned: Sequence[Edit | str] = (),
        people: Collection[str] = (),
    ) -> Ground:
        """The plan with this id, or the published one (``today``), as it stands for what is asked about: edits, or
        visits by their ids, or all that these ``people`` do.

        Raises :class:`NotFound`.
        """
        require(uow, Right.READ_PLANS)
        head = uow.session.execute(select(PlanHead.plan_id, PlanHead.edition)).first()
        if plan_id == TODAY or (head is not None and head.plan_id == plan_id):
            return self._published(uow, travel, head.edition if head else 0, concerned, people)
        return self._draft(uow, plan_id)

    def warm(self, store: Store, travel: TravelProvider) -> None:
        """Make the published plan anew where another one is published, or the one that is kept has aged: for whoever
        has answered somebody and has a moment, so that the next one who asks need not wait.
        """
        with store.reading() as uow:
            edition = uow.session.scalar(select(PlanHead.edition)) or 0
            kept = self._today
            if kept is None or kept.ground.edition != edition or _age(uow, kept) > OLDEST / 2:
                self._take(uow, travel, standard_policy(uow.session))

    def _published(
        self,
        uow: UnitOfWork,
        travel: TravelProvider,
        edition: int,
        concerned: Sequence[Edit | str],
        people: Collection[str],
    ) -> Ground:
        policy = standard_policy(uow.session)
        with self._making:  # of several who ask at once one makes it, and the others get it
            kept = self._today
            if kept is None or not self._serves(uow, kept, policy, edition, concerned, people):
                kept = self._take(uow, travel, policy)
            return kept.ground

    def _take(self, uow: UnitOfWork, travel: TravelProvider, policy: PlanningPolicy) -> _Kept:
        """Make it. Whoever asks meanwhile for what is kept already is answered with that."""
        last, seen, rows = _last(uow.session), look(uow.session), revision(uow.session)
        ground = ground_of(uow, take_snapshot(uow, policy, travel), policy)
        ground.card  # noqa: B018  worked out now, and not while somebody waits
        kept = self._today = _Kept(ground, (policy.id, policy.version), rows, seen, last)
        return kept

    def _serves(
        self,
        uow: UnitOfWork,
        kept: _Kept,
        policy: PlanningPolicy,
        edition: int,
        concerned: Sequence[Edit | str],
        people: Collection[str],
    ) -> bool:
        same = kept.ground.edition == edition and kept.policy == (policy.id, policy.version)
        if not (same and 0 <= _age(uow, kept) <= OLDEST):
            return False
        visits = {one if isinstance(one, str) else one.visit for one in concerned}
        if visits - kept.ground.problem.visit_index.keys() and revision(uow.session) != kept.revision:
            return False  # it may have come in since
        if (last := _last(uow.session)) != kept.last:
            kept.changed |= _happened(uow.session, kept.seen)
            kept.seen, kept.last = look(uow.session), last
        if not kept.changed or _EVERYTHING in kept.changed:
            return not kept.changed
        names = _concerned(kept.ground, concerned, people)
        jobs = select(Visit.job_id).where(Visit.id.in_(sorted(names)))
        return kept.changed.isdisjoint(names) and kept.changed.isdisjoint(uow.session.scalars(jobs))

    def _draft(self, uow: UnitOfWork, plan_id: str) -> Ground:
        version = uow.session.scalar(select(PlanRow.version).where(PlanRow.id == plan_id))
        if version is None:
            raise NotFound(f"There is no plan {plan_id!r}.", what="plan", id=plan_id)
        with self._making:
            kept = self._drafts.pop(plan_id, None)
            if kept is None or kept.version != version:
                kept = ground_of_draft(uow, plan_id, kept)
            self._drafts[plan_id] = kept
            if len(self._drafts) > _MOST_DRAFTS:
                self._drafts.popitem(last=False)
        return kept


def _age(uow: UnitOfWork, kept: _Kept) -> float:
    """Seconds of the operation's clock since the problem was made."""
    return uow.now.timestamp() - kept.ground.now


def ground_of(uow: UnitOfWork, snapshot: Snapshot, policy: PlanningPolicy) -> Ground:
    """The published plan as a snapshot has it, to try things on."""
    standing = Standing(snapshot.problem, snapshot.published)
    rows = _rows(uow.session, standing)
    why = _Why(uow, snapshot.now + policy.freeze, rows, walk(snapshot.problem, snapshot.published).starts)
    return Ground(
        plan=snapshot.plan_id,
        edition=snapshot.edition,
        version=None,
        standing=standing,
        weights=weights_of(policy),
        tolerance=policy.tolerance,
        names=snapshot.names,
        hours=snapshot.hours,
        held={visit: why.of(visit) for visit in snapshot.held},
        territories={visit: row.territory_id for visit, row in rows.items()},
        now=snapshot.now,
    )


def ground_of_draft(uow: UnitOfWork, plan_id: str, known: Ground | None = None) -> Ground:
    """A draft, or any plan that was ever made. ``known``: an earlier version of it, whose problem is the same."""
    row = drafts.whole_row(uow.session, plan_id)
    assert row is not None
    policy = named_policy(uow.session, row.policy_id)
    if known is not None:
        plan = plan_of(row.plan, known.problem)
        standing = Standing(known.problem, plan, known.standing.links)
        return replace(known, standing=standing, version=row.version, weights=weights_of(policy))
    draft = drafts.read_draft(uow, plan_id)
    standing = Standing(draft.problem, draft.after)
    rows = _rows(uow.session, standing)
    taken_at = int(row.created_at.timestamp())
    why = _Why(uow, taken_at + policy.freeze, rows, walk(draft.problem, draft.before).starts)
    names = row.snapshot.get("names", {})
    return Ground(
        plan=plan_id,
        edition=row.edition,
        version=row.version,
        standing=standing,
        weights=weights_of(policy),
        tolerance=policy.tolerance,
        names=names,
        hours=Hours.from_document(row.timing.get("hours"), draft.problem),
        held={visit: why.of(visit) for visit in row.snapshot.get("held", ())},
        territories={visit: found.territory_id for visit, found in rows.items()},
        now=taken_at,
    )


def _rows(session: Session, standing: Standing) -> dict[str, Visit]:
    named = [visit.id for visit in standing.problem.visits]
    return {row.id: row for row in session.scalars(select(Visit).where(Visit.id.in_(named)))}


class _Why:
    """Why visits are held: the strongest reason."""

    def __init__(self, uow: UnitOfWork, frozen: int, rows: Mapping[str, Visit], starts: Mapping[str, int]) -> None:
        self.frozen, self.rows, self.starts = frozen, rows, starts
        self.fence = fence_at(uow.session, uow.now) or 0
        self.locked = locked_territories(uow.session, uow.now)

    def of(self, visit: str) -> Holding:
        row, start = self.rows.get(visit), self.starts.get(visit, 0)
        if row is None:
            return Holding.LINKED
        if row.status in COMMITTED:
            return Holding.UNDER_WAY
        reasons = (
            (start < self.fence, Holding.FENCED),
            (row.territory_id in self.locked, Holding.LOCKED),
            (bool(read_pin(row.pin)), Holding.PINNED),
            (row.status is VisitStatus.ACCEPTED, Holding.ACCEPTED),
            (start < self.frozen, Holding.FROZEN),
        )
        return next((why for holds, why in reasons if holds), Holding.LINKED)


def _last(session: Session) -> int:
    return session.scalar(select(func.max(OutboxEntry.id))) or 0


def _happened(session: Session, before: Look) -> set[str]:
    """The visits, jobs and technicians to whom something has happened that planning has to know of."""
    columns = OutboxEntry.id, OutboxEntry.kind, OutboxEntry.subject_id, OutboxEntry.technician, OutboxEntry.payload
    kinds = OutboxEntry.kind.in_(sorted(MATTERS | CONCERNS_ALL))
    found: set[str] = set()
    for number, kind, *about, payload in session.execute(select(*columns).where(OutboxEntry.id > before.floor, kinds)):
        if number not in before.seen:
            found |= {_EVERYTHING} if kind in CONCERNS_ALL else {*about, payload.get("person"), payload.get("job")}
    return found - {None, ""}


def _concerned(ground: Ground, asked: Iterable[Edit | str], people: Collection[str]) -> set[str]:
    """The visits and technicians of the shifts that hang together with what is asked about."""
    standing, names = ground.standing, set(people)
    for one in asked:
        names |= {one} if isinstance(one, str) else {one.visit, *({one.technician} if one.technician else ())}
    keys = standing.around((key for name in names for key in standing.shifts_of(name)), names)
    return names | {who for who, _ in keys} | {visit for key in keys for visit, _ in standing.stops(key)}
