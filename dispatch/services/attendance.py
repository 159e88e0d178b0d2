"""When technicians are really at work: from the beginning of a shift to its end, absences taken out.

This is the time in which they may be followed, and it is narrower than the roster: a shift that nobody has begun does
not count, and one that somebody forgot to end counts for a while only.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dispatch.store.queries import trail
from dispatch.store.tables import Shift
from dispatch.store.unit_of_work import UnitOfWork

FORGOTTEN = dt.timedelta(hours=2)
"""So long after its end and its overtime a shift that nobody ended is taken to be over."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time at work, ``start`` included and ``end`` not."""

    start: dt.datetime
    end: dt.datetime

    def holds(self, at: dt.datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= at < self.end


def attended(
    uow: UnitOfWork, technician_ids: Collection[str] | None, since: dt.datetime, *, lock: bool = False
) -> Mapping[str, list[Period]]:
    """The times at work that are not over at ``since``, by technician and in their order; None: everybody's.

    ``lock`` keeps these shifts from being ended until the transaction is over.
    """
    query = trail.begun_shifts(technician_ids, since).order_by(Shift.starts_at, Shift.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    away: dict[str, list[Period]] = defaultdict(list)
    for absence in uow.session.scalars(trail.absences_since(technician_ids, since)):
        away[absence.technician_id].append(Period(absence.starts_at, absence.ends_at))
    found: dict[str, list[Period]] = defaultdict(list)
    for shift in uow.session.scalars(query):
        whole = _period(shift)
        if whole.end > since:
            found[shift.technician_id] += _without(whole, away[shift.technician_id])
    return found


def at_work_now(uow: UnitOfWork) -> frozenset[str]:
    """Everybody who is at work at this moment."""
    everybody = attended(uow, None, uow.now)
    return frozenset(who for who, periods in everybody.items() if any(one.holds(uow.now) for one in periods))


def _period(shift: Shift) -> Period:
    assert shift.began_at is not None
    last = shift.ends_at + dt.timedelta(seconds=shift.max_overtime) + FORGOTTEN
    return Period(shift.began_at, shift.ended_at or last)


def _without(whole: Period, away: Iterable[Period]) -> list[Period]:
    """What is left of a period when others are taken out of it."""
    left = [whole]
    for gone in away:
        left = [
            part
            for one in left
            for part in (Period(one.start, min(one.end, gone.start)), Period(max(one.start, gone.end), one.end))
            if part.start < part.end
        ]
    return sorted(left, key=lambda one: one.start)
