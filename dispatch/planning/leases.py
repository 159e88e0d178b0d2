"""A queue of rows in the store, each worked on by one process at a time under a lease: planning runs, and scenarios.

Whoever works on one extends its lease meanwhile. A worker that dies takes nothing along: its lease ends, and another
one goes on. What has died too often with its worker has failed. Leases are counted on the clock of this machine, never
on that of the operation, which may stand still or run fast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, or_, select, update

from dispatch.planning.lease import LEASE, LeaseLost
from dispatch.store.engine import Store
from dispatch.store.tables.leased import Leased
from dispatch.store.unit_of_work import UnitOfWork

ATTEMPTS = 3
"""So often a row may die with whoever works on it before it has failed."""
ABANDONED = "It was cancelled, and its worker died before it could answer."

Row = TypeVar("Row", bound=Leased)
Claimed = TypeVar("Claimed")


@dataclass(frozen=True, slots=True)
class Lease:
    """Which row somebody has the lease of, and the how many-th attempt at it this is."""

    row_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """What is queued. ``oldest``: the column by which the oldest is taken first; ``end`` ends one with a status, and
    because of what; ``died``: what is said where a worker died and nobody noted why.
    """

    table: type[Row]
    statuses: type[StrEnum]
    oldest: Any
    end: Callable[[UnitOfWork, Row, Any, str], None]
    died: str = ""


class Leases(Generic[Row]):
    """The queue as one worker sees it; ``name`` is the worker's."""

    def __init__(self, store: Store, kind: Kind[Row], name: str) -> None:
        self._store, self._kind, self._name = store, kind, name
        self._queued, self._running = kind.statuses("queued"), kind.statuses("running")
        self._failed, self._cancelled = kind.statuses("failed"), kind.statuses("cancelled")

    def claim(self, now: dt.datetime, begun: Callable[[UnitOfWork, Row, Lease], Claimed]) -> Claimed | None:
        """The oldest that waits, or was abandoned, now ours: what ``begun`` makes of it. None where there is none, and
        where it ended instead because it was cancelled or has died too often.
        """
        table = self._kind.table
        abandoned = and_(table.status == self._running, table.lease_until < now)
        waiting = or_(table.status == self._queued, abandoned)
        with self._store.reading() as uow:
            # Looking first costs no write lock on SQLite, and mostly there is nothing.
            if uow.session.scalar(select(table.id).where(waiting).limit(1)) is None:
                return None
        with self._store.unit_of_work() as uow:
            row = uow.session.scalar(
                select(table)
                .where(waiting)
                .order_by(self._kind.oldest, table.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return None
            if row.cancel_requested:
                self._kind.end(uow, row, self._cancelled, ABANDONED)
                return None
            if row.attempts >= ATTEMPTS:
                self._kind.end(uow, row, self._failed, _gave_up(row.failure or self._kind.died))
                return None
            row.status, row.worker, row.lease_until = self._running, self._name, now + LEASE
            row.attempts += 1
            found = begun(uow, row, Lease(row.id, row.attempts))
            uow.session.flush()
            return found

    def beat(self, lease: Lease, now: dt.datetime, progress: Mapping[str, Any] | None) -> bool:
        """Extend the lease and note the progress. False where somebody asked to stop. Raises :class:`LeaseLost`."""
        values: dict[str, Any] = {"lease_until": now + LEASE}
        if progress is not None:
            values["progress"] = dict(progress)
        table = self._kind.table
        with self._store.unit_of_work() as uow:
            # Not through the session: progress is no change that anybody has to be protected from or told about.
            cancelled = uow.session.scalar(
                update(table)
                .where(
                    table.id == lease.row_id,
                    table.worker == self._name,
                    table.attempts == lease.attempt,
                    table.status == self._running,
                )
                .values(**values)
                .returning(table.cancel_requested)
                .execution_options(synchronize_session=False, unaudited=True)
            )
        if cancelled is None:
            raise LeaseLost
        return not cancelled

    def mine(self, uow: UnitOfWork, lease: Lease) -> Row:
        """The row, locked. Raises :class:`LeaseLost`."""
        row = uow.get(self._kind.table, lease.row_id, lock=True)
        if row.worker != self._name or row.attempts != lease.attempt or row.status is not self._running:
            raise LeaseLost
        return row

    def again(self, lease: Lease, because: str) -> None:
        """Something died or went wrong: somebody tries again, a few times. Raises :class:`LeaseLost`."""
        with self._store.unit_of_work() as uow:
            row = self.mine(uow, lease)
            row.failure = because
            if row.cancel_requested:
                self._kind.end(uow, row, self._cancelled, because)
            elif row.attempts >= ATTEMPTS:
                self._kind.end(uow, row, self._failed, _gave_up(because))
            else:
                self._back(row)

    def given_back(self, lease: Lease) -> None:
        """We stop, and nothing went wrong: somebody else goes on, and the attempt does not count. Raises
        :class:`LeaseLost`.
        """
        with self._store.unit_of_work() as uow:
            row = self.mine(uow, lease)
            row.attempts -= 1
            self._back(row)

    def failed(self, lease: Lease, because: str) -> None:
        """It cannot be done, and trying again would not help. Raises :class:`LeaseLost`."""
        with self._store.unit_of_work() as uow:
            self._kind.end(uow, self.mine(uow, lease), self._failed, because)

    def _back(self, row: Row) -> None:
        row.status, row.worker, row.lease_until = self._queued, None, None


def _gave_up(because: str) -> str:
    return f"Given up after {ATTEMPTS} attempts. {because}".strip()
