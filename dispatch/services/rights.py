"""Checking rights where something is done, so that no door leads round them."""

from __future__ import annotations

from dispatch.domain.errors import Forbidden, NotFound
from dispatch.domain.roles import Right
from dispatch.store.unit_of_work import UnitOfWork


def require(uow: UnitOfWork, right: Right, territory: str | None = None) -> None:
    """Raise :class:`Forbidden` unless the actor has the right, in this territory where one is given."""
    if not uow.actor.may(right):
        raise Forbidden(f"{uow.actor.role.value} may not {right.value}.", right=right.value)
    if not uow.actor.covers(territory):
        raise Forbidden(f"Your rights do not reach into territory {territory}.", right=right.value, territory=territory)


def require_sight(uow: UnitOfWork, right: Right, territory: str | None, what: str, row_id: str) -> None:
    """Raise :class:`Forbidden` without the right, :class:`NotFound` where the territory is not theirs to see."""
    require(uow, right)
    if not uow.actor.covers(territory):
        raise NotFound(f"There is no {what} {row_id!r}.", what=what, id=row_id)
