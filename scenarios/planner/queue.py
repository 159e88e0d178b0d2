"""Scenarios that wait to be simulated: a queue in the store, each worked on by one process under a lease.

Whoever works on one extends its lease meanwhile. A server that is stopped, or dies, takes nothing along: another one
goes on with it, and finds the replications that are kept. Leases are counted on the clock of this machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.domain.roles import Right
from dispatch.planning.leases import Kind, Lease, Leases
from dispatch.services.history import last_changed
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioAsks, ScenarioReport, ScenarioRow, ScenarioStatus
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner.questions import Found
from scenarios.planner.refusing import NotThere
from scenarios.planner.shelf import UNDER_WAY, changing, tell


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


def _end(uow: UnitOfWork, row: ScenarioRow, status: ScenarioStatus, because: str = "") -> None:
    row.status, row.finished_at = status, uow.now
    row.failure = because if status is ScenarioStatus.FAILED else ""
    row.worker = row.lease_until = None
    tell(uow, row, status.value)


SCENARIOS = Kind(ScenarioRow, ScenarioStatus, ScenarioRow.asked_at, _end)
"""The queue of scenarios."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A scenario that somebody has the lease of, and what is asked of it."""

    lease: Lease
    asks: ScenarioAsks
    document: Mapping[str, Any]

    @property
    def scenario_id(self) -> str:
        """Which one it is."""
        return self.lease.row_id


class Queue:
    """The queue as one worker sees it; ``name`` is the worker's. All but :meth:`claim` raise :class:`LeaseLost`."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._leases = store, Leases(store, SCENARIOS, name)

    def claim(self, now: dt.datetime) -> Claim | None:
        """The next one, now ours; None where none waits."""
        return self._leases.claim(now, _begun)

    def beat(self, claim: Claim, now: dt.datetime, progress: Mapping[str, Any] | None) -> bool:
        """Extend the lease and note the progress. False where somebody asked to stop."""
        return self._leases.beat(claim.lease, now, progress)

    def answered(self, claim: Claim, found: Found, progress: Mapping[str, Any]) -> None:
        """Write down what came of it."""
        with self._store.unit_of_work() as uow:
            row = self._leases.mine(uow, claim.lease)
            row.outcome, row.kept, row.progress = dict(found.outcome), found.kept, dict(progress)
            for language, html in found.reports.items():
                uow.session.merge(ScenarioReport(scenario_id=row.id, language=language, html=html))
            _end(uow, row, ScenarioStatus.DONE)

    def cancelled(self, claim: Claim) -> None:
        """It was stopped because somebody asked."""
        with self._store.unit_of_work() as uow:
            _end(uow, self._leases.mine(uow, claim.lease), ScenarioStatus.CANCELLED)

    def failed(self, claim: Claim, because: str) -> None:
        """It cannot be simulated, and trying again would not help."""
        self._leases.failed(claim.lease, because)

    def again(self, claim: Claim, because: str) -> None:
        """Its process died; somebody tries again, a few times."""
        self._leases.again(claim.lease, because)

    def given_back(self, claim: Claim) -> None:
        """We stop, and nothing went wrong: somebody else goes on, and the attempt does not count."""
        self._leases.given_back(claim.lease)


def _begun(uow: UnitOfWork, row: ScenarioRow, lease: Lease) -> Claim:
    row.started_at = row.started_at or uow.now
    return Claim(lease, row.asks, dict(row.document))
