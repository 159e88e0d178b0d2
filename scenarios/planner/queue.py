"""Scenarios that wait to be simulated: a queue in the store, each worked on by one process under a lease.

Whoever works on one extends its lease meanwhile. A server that is stopped, or dies, takes nothing along: another one
goes on with it, and finds the replications that are kept. Leases are counted on the clock of this machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select, update

from dispatch.domain.roles import Right
from dispatch.planning.lease import LEASE, LeaseLost
from dispatch.services.history import last_changed
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioReport, ScenarioRow, ScenarioStatus
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner.refusing import NotThere
from scenarios.planner.shelf import UNDER_WAY, changing, tell

ATTEMPTS = 3
"""So often it may die with its process before it has failed."""


def request(uow: UnitOfWork, scenario_id: str, versions: str | None = None) -> ScenarioRow:
    """Ask for it to be simulated; what is kept of an earlier attempt is not simulated again."""
    row = changing(uow, scenario_id, Right.RUN_SCENARIOS, versions)
    if row.status in UNDER_WAY:
        raise NotThere(f"{row.title} is under way already.", changed=last_changed(uow, row, "status"))
    if row.status is ScenarioStatus.DONE:
        raise NotThere(f"{row.title} has its answer, and a second run has the same one; make another scenario of it.")
    row.status, row.asked_at = ScenarioStatus.QUEUED, uow.now
    row.started_at = row.finished_at = None
    row.cancel_requested, row.attempts, row.failure, row.progress = False, 0, "", {}
    uow.session.flush()
    tell(uow, row, "asked")
    return row


def cancel(uow: UnitOfWork, scenario_id: str, versions: str | None = None) -> ScenarioRow:
    """Ask it to stop; the replications that it has are kept, and another run goes on behind them."""
    row = changing(uow, scenario_id, Right.RUN_SCENARIOS, versions)
    if row.status not in UNDER_WAY:
        raise NotThere(
            f"{row.title} is not under way; there is nothing to cancel.", changed=last_changed(uow, row, "status")
        )
    row.cancel_requested = True
    if row.status is ScenarioStatus.QUEUED:
        _end(uow, row, ScenarioStatus.CANCELLED)
    return row


@dataclass(frozen=True, slots=True)
class Claim:
    """A scenario that somebody has the lease of."""

    scenario_id: str
    attempt: int
    document: Mapping[str, Any]


class Queue:
    """The queue as one worker sees it; ``name`` is the worker's."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name

    def claim(self, now: dt.datetime) -> Claim | None:
        """The next one, now ours; None where none waits."""
        abandoned = and_(ScenarioRow.status == ScenarioStatus.RUNNING, ScenarioRow.lease_until < now)
        waiting = or_(ScenarioRow.status == ScenarioStatus.QUEUED, abandoned)
        with self._store.reading() as uow:
            # Looking first costs no write lock on SQLite, and mostly there is nothing.
            if uow.session.scalar(select(ScenarioRow.id).where(waiting).limit(1)) is None:
                return None
        with self._store.unit_of_work() as uow:
            row = uow.session.scalar(
                select(ScenarioRow)
                .where(waiting)
                .order_by(ScenarioRow.asked_at, ScenarioRow.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return None
            if row.cancel_requested:
                _end(uow, row, ScenarioStatus.CANCELLED)
                return None
            if row.attempts >= ATTEMPTS:
                _end(uow, row, ScenarioStatus.FAILED, _gave_up(row.failure))
                return None
            row.status, row.worker, row.lease_until = ScenarioStatus.RUNNING, self._name, now + LEASE
            row.attempts += 1
            row.started_at = row.started_at or uow.now
            uow.session.flush()
            return Claim(row.id, row.attempts, dict(row.document))

    def beat(self, claim: Claim, now: dt.datetime, progress: Mapping[str, Any] | None) -> bool:
        """Extend the lease and note the progress. False where somebody asked to stop. Raises :class:`LeaseLost`."""
        values: dict[str, Any] = {"lease_until": now + LEASE}
        if progress is not None:
            values["progress"] = dict(progress)
        with self._store.unit_of_work() as uow:
            # Not through the session: progress is no change that anybody has to be protected from or told about.
            cancelled = uow.session.scalar(
                update(ScenarioRow)
                .where(
                    ScenarioRow.id == claim.scenario_id,
                    ScenarioRow.worker == self._name,
                    ScenarioRow.attempts == claim.attempt,
                    ScenarioRow.status == ScenarioStatus.RUNNING,
                )
                .values(**values)
                .returning(ScenarioRow.cancel_requested)
                .execution_options(synchronize_session=False, unaudited=True)
            )
        if cancelled is None:
            raise LeaseLost
        return not cancelled

    def answered(
        self,
        claim: Claim,
        outcome: Mapping[str, Any],
        reports: Mapping[str, str],
        *,
        kept: bool | None,
        progress: Mapping[str, Any],
    ) -> None:
        """Write down what came of it. Raises :class:`LeaseLost`."""
        with self._store.unit_of_work() as uow:
            row = self._mine(uow, claim)
            row.outcome, row.kept, row.progress = dict(outcome), kept, dict(progress)
            for language, html in reports.items():
                uow.session.merge(ScenarioReport(scenario_id=row.id, language=language, html=html))
            _end(uow, row, ScenarioStatus.DONE)

    def cancelled(self, claim: Claim) -> None:
        """It was stopped because somebody asked."""
        with self._store.unit_of_work() as uow:
            _end(uow, self._mine(uow, claim), ScenarioStatus.CANCELLED)

    def failed(self, claim: Claim, because: str) -> None:
        """It cannot be simulated, and trying again would not help."""
        with self._store.unit_of_work() as uow:
            _end(uow, self._mine(uow, claim), ScenarioStatus.FAILED, because)

    def again(self, claim: Claim, because: str) -> None:
        """Its process died; somebody tries again, a few times."""
        with self._store.unit_of_work() as uow:
            row = self._mine(uow, claim)
            row.failure = because
            if row.cancel_requested:
                _end(uow, row, ScenarioStatus.CANCELLED)
            elif row.attempts >= ATTEMPTS:
                _end(uow, row, ScenarioStatus.FAILED, _gave_up(because))
            else:
                _back(row)

    def given_back(self, claim: Claim) -> None:
        """We stop, and nothing went wrong: somebody else goes on, and the attempt does not count."""
        with self._store.unit_of_work() as uow:
            row = self._mine(uow, claim)
            row.attempts -= 1
            _back(row)

    def _mine(self, uow: UnitOfWork, claim: Claim) -> ScenarioRow:
        row = uow.get(ScenarioRow, claim.scenario_id, lock=True)
        if row.worker != self._name or row.attempts != claim.attempt or row.status is not ScenarioStatus.RUNNING:
            raise LeaseLost
        return row


def _back(row: ScenarioRow) -> None:
    row.status, row.worker, row.lease_until = ScenarioStatus.QUEUED, None, None


def _end(uow: UnitOfWork, row: ScenarioRow, status: ScenarioStatus, because: str = "") -> None:
    row.status, row.finished_at, row.failure = status, uow.now, because
    row.worker = row.lease_until = None
    tell(uow, row, status.value)


def _gave_up(because: str) -> str:
    return f"Given up after {ATTEMPTS} attempts. {because}".strip()
