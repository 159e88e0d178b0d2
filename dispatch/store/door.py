"""The two ways to open a unit of work, in the name of somebody: for work that takes several transactions."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from dispatch.domain.roles import SYSTEM, Actor
from dispatch.store.engine import Store
from dispatch.store.unit_of_work import UnitOfWork


class Door(Protocol):
    """Opens units of work in somebody's name."""

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads."""
        ...

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that may write; rolled back on any exception."""
        ...


@dataclass(frozen=True, slots=True)
class StoreDoor:
    """Straight into the store; what is written is committed on leaving."""

    store: Store
    actor: Actor = SYSTEM

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """See :meth:`Store.reading`."""
        return self.store.reading(self.actor)

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """See :meth:`Store.unit_of_work`."""
        return self.store.unit_of_work(self.actor)
