"""How the travel engines fare: what the leading worker sees is kept for everybody, and changes become events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import TravelDegraded, TravelRecovered, instant
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import TravelEngineRecord
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.health import EngineHealth, utc_now

NUMBERS_EVERY = dt.timedelta(seconds=60)
"""Numbers alone are written down no more often."""


def differ(uow: UnitOfWork, health: Sequence[EngineHealth], now: dt.datetime | None = None) -> bool:
    """Whether this is worth writing down: another engine, another state, or new numbers after a while."""
    known = _known(uow.session)
    if [one.name for one in health] != list(known):
        return True
    late = (now or utc_now()) - NUMBERS_EVERY
    return any(
        _state(one, row) != row.state or (row.seen_at <= late and _numbers(one) != _numbers_of(row))
        for one, row in zip(health, known.values(), strict=True)
    )


def keep(uow: UnitOfWork, health: Sequence[EngineHealth], now: dt.datetime | None = None) -> int:
    """Write down how the engines fare, and record what has changed since it was last told; how many changes."""
    require(uow, Right.RUN_SYSTEM)
    known, changes = _known(uow.session), 0
    for name in set(known) - {one.name for one in health}:
        uow.session.delete(known[name])
    for place, one in enumerate(health):
        row = known.get(one.name)
        before, state = (row.state if row is not None else "up"), _state(one, row)
        if row is None:
            row = TravelEngineRecord(name=one.name, since=one.since)
            uow.session.add(row)
        if state != before:
            changes += 1
            down_since, row.since = row.since, one.since
            uow.record(
                TravelDegraded(engine=one.name, because=one.last_error)
                if state == "down"
                else TravelRecovered(engine=one.name, down_since=instant(down_since))
            )
        row.place, row.kind, row.state, row.seen_at = place, one.kind, state, now or utc_now()
        row.failures, row.last_error, row.cells = _numbers(one)
    return changes


def engines_now(session: Session) -> list[TravelEngineRecord]:
    """As they were seen last, in the order in which they are asked."""
    return list(_known(session).values())


def estimated_share(engines: Sequence[TravelEngineRecord]) -> float | None:
    """The share of the last hour's travel times that were estimated, though there are engines; None without any."""
    cells = sum(row.cells for row in engines)
    if not cells:
        return None
    return sum(row.cells for row in engines if row.kind == "estimate") / cells


def _known(session: Session) -> dict[str, TravelEngineRecord]:
    rows = session.scalars(select(TravelEngineRecord).order_by(TravelEngineRecord.place, TravelEngineRecord.name))
    return {row.name: row for row in rows}


def _state(health: EngineHealth, row: TravelEngineRecord | None) -> str:
    """Down while it is being tried, too; and as it was while it has not been asked yet, as after a start of ours."""
    if health.state != "up":
        return "down"
    return row.state if row is not None and health.kind == "engine" and health.answered_at is None else "up"


def _numbers(health: EngineHealth) -> tuple[int, str, int]:
    return health.failures, health.last_error, health.cells


def _numbers_of(row: TravelEngineRecord) -> tuple[int, str, int]:
    return row.failures, row.last_error, row.cells
