"""Territories in which nothing is moved for a while, and a fence before which nothing of the plan changes.

Both hold for runs, reactions and approvals; what a person moves by hand in a locked territory, they move *anyway*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from dispatch.domain.errors import Forbidden, NotFound
from dispatch.domain.events import FenceSet, TerritoryLocked, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require, require_sight
from dispatch.store.tables import PlanFence, Territory, TerritoryLock
from dispatch.store.tables.locks import THE_FENCE
from dispatch.store.unit_of_work import UnitOfWork

LONGEST = dt.timedelta(days=31)
"""How far ahead a lock or a fence may reach: what is forgotten ends by itself."""


def lock_territory(uow: UnitOfWork, territory_id: str, until: dt.datetime, because: str = "") -> TerritoryLock:
    """Nothing planned in the territory is moved by runs and reactions until then. A lock that is there is replaced.

    Raises :class:`NotFound`, :class:`Forbidden`, or :class:`Invalid` for an instant that is over or too far away.
    """
    require_sight(uow, Right.APPROVE_PLANS, territory_id, "territory", territory_id)
    uow.get(Territory, territory_id)
    _check(uow, until)
    lock = _lock_of(uow, territory_id) or TerritoryLock(id=new_id("lock"), territory_id=territory_id)
    lock.until, lock.because, lock.by, lock.by_name = until, because, uow.actor.id, uow.actor.name
    uow.session.add(lock)
    uow.session.flush()
    uow.record(TerritoryLocked(territory=territory_id, until=instant(until), because=because))
    return lock


def unlock_territory(uow: UnitOfWork, territory_id: str) -> None:
    """Lift the lock. Raises :class:`NotFound` where there is none."""
    require_sight(uow, Right.APPROVE_PLANS, territory_id, "territory", territory_id)
    lock = _lock_of(uow, territory_id)
    if lock is None:
        raise NotFound(f"Territory {territory_id!r} is not locked.", what="lock", id=territory_id)
    uow.session.delete(lock)
    uow.session.flush()
    uow.record(TerritoryLocked(territory=territory_id))


def set_fence(uow: UnitOfWork, until: dt.datetime | None, because: str = "") -> PlanFence | None:
    """Nothing of the plan is changed before ``until``; None lifts the fence.

    Raises :class:`Forbidden` for somebody whose rights end at territories: a fence holds everywhere.
    """
    require(uow, Right.APPROVE_PLANS)
    if uow.actor.territories:
        raise Forbidden(
            "A fence holds everywhere, and your rights end at territories.", right=Right.APPROVE_PLANS.value
        )
    fence = uow.session.get(PlanFence, THE_FENCE)
    if until is None:
        if fence is not None:
            uow.session.delete(fence)
            uow.record(FenceSet())
        return None
    _check(uow, until)
    fence = fence or PlanFence(id=THE_FENCE)
    fence.until, fence.because, fence.by, fence.by_name = until, because, uow.actor.id, uow.actor.name
    uow.session.add(fence)
    uow.session.flush()
    uow.record(FenceSet(until=instant(until), because=because))
    return fence


def fence_now(uow: UnitOfWork) -> PlanFence | None:
    """The fence that holds; None where none does."""
    require(uow, Right.READ_PLANS)
    return uow.session.scalar(select(PlanFence).where(PlanFence.until > uow.now))


def locks_now(uow: UnitOfWork) -> Sequence[TerritoryLock]:
    """The locks that hold in the actor's territories."""
    require(uow, Right.READ_PLANS)
    found = select(TerritoryLock).where(TerritoryLock.until > uow.now).order_by(TerritoryLock.territory_id)
    return [one for one in uow.session.scalars(found) if uow.actor.covers(one.territory_id)]


def _lock_of(uow: UnitOfWork, territory_id: str) -> TerritoryLock | None:
    return uow.session.scalar(select(TerritoryLock).where(TerritoryLock.territory_id == territory_id))


def _check(uow: UnitOfWork, until: dt.datetime) -> None:
    complaints = Complaints()
    if not uow.now < until <= uow.now + LONGEST:
        problem = "is over already" if until <= uow.now else f"is more than {LONGEST.days} days away"
        complaints.say(
            "until", instant(until), problem, "choose a later instant" if until <= uow.now else "choose a sooner one"
        )
    complaints.raise_any()
