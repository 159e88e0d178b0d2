"""Jeopardy: which promises and appointments the published plan will miss, if nobody does anything.

The published plan is walked from how things stand now. Each visit keeps by how much it is expected to be late
(``Visit.late_by``); only a change by more than :data:`THRESHOLD`, or a promise that becomes late at all or no longer
is, is written and told of, because a day would be nothing but such news otherwise. What was published is not changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import select

from dispatch.domain.errors import NotFound
from dispatch.domain.events import Event, JeopardyChanged, VisitMoved, instant
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.planning.facts import seconds
from dispatch.planning.policies import standard_policy
from dispatch.planning.retiming import HourStop
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.store.engine import Store
from dispatch.store.queries.planning import last_of_kinds, late_visits
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import OutboxEntry, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Stop

THRESHOLD = 300
"""Seconds by which an expected lateness has to change before anybody is told."""
GRACE = 60
"""Seconds that are not called late: an estimate is not so sure."""
SETTLE = dt.timedelta(seconds=10)
"""At most one walk in this time, whatever happens."""
EVERY = dt.timedelta(seconds=60)
"""At least one walk in this time, though nothing happens: nobody setting out is news as well."""

TELLING = frozenset(
    {
        "VisitMoved",
        "VisitExtended",
        "PositionReported",
        "ArrivalExpected",
        "PlanPublished",
        "AbsenceRecorded",
        "ShiftChanged",
    }
)
"""Kinds of events after which the day may end otherwise."""


@dataclass(frozen=True, slots=True)
class ExpectedStop:
    """When a technician is expected at a visit, and how late that is (seconds).

    ``promise``: what is missed by most, ``appointment``, ``on_site`` or ``resolve``; empty: nothing is.
    """

    visit: str
    job: str
    technician: str
    shift: str
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime
    late: int
    promise: str


def expected_times(uow: UnitOfWork, travel: TravelProvider) -> list[ExpectedStop]:
    """Every stop of the published plan that is still ahead, as it is expected from now."""
    return stops_ahead(uow, take_snapshot(uow, standard_policy(uow.session), travel))


def stops_ahead(uow: UnitOfWork, snapshot: Snapshot) -> list[ExpectedStop]:
    """The stops of a snapshot's expected routes."""
    rows = _rows(uow, {stop.visit for route in snapshot.expected.routes for stop in route.stops})
    found = []
    by_hour = _by_hour(snapshot)
    for route in snapshot.expected.routes:
        for planned in route.stops:
            stop: Stop | HourStop = by_hour.get((route.shift, planned.visit), planned)
            assert stop.arrival is not None
            assert stop.start is not None
            assert stop.end is not None
            row = rows[stop.visit]
            late, promise = _lateness(snapshot, row, stop.start, stop.end)
            arrival, start, end = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (stop.arrival, stop.start, stop.end))
            found.append(
                ExpectedStop(row.id, row.job_id, route.technician, route.shift, arrival, start, end, late, promise)
            )
    return found


def _by_hour(snapshot: Snapshot) -> dict[tuple[str, str], HourStop]:
    """Shift and visit → the stop at the speeds of the hours ahead; empty where traffic is the same at all hours."""
    if snapshot.hours is None or not snapshot.hours.traffic.slices:
        return {}
    timed = snapshot.hours.time(snapshot.problem, snapshot.expected)
    return {(route.shift, stop.visit): stop for route in timed.routes for stop in route.stops}


def recompute(uow: UnitOfWork, travel: TravelProvider) -> int:
    """Walk the day, keep and tell what changed; how many visits' jeopardy did. :func:`watch` writes more briefly."""
    return keep(uow, expected_times(uow, travel))


def keep(uow: UnitOfWork, stops: Sequence[ExpectedStop], among: Collection[str] | None = None) -> int:
    """Keep and tell what changed by these expected times, as :func:`news` says; how many visits' jeopardy did."""
    changed = news(uow, stops, among)
    for visit, late, expected in changed:
        _tell(uow, visit, late, expected)
    return len(changed)


def news(
    uow: UnitOfWork, stops: Sequence[ExpectedStop], among: Collection[str] | None = None
) -> list[tuple[Visit, int, ExpectedStop | None]]:
    """Each visit of which there is something new to say by these times: by how much it is late, and where.

    ``among``: these visits only; None: all.
    """
    worst: dict[str, ExpectedStop] = {}
    for stop in stops:
        if stop.visit not in worst or stop.late > worst[stop.visit].late:
            worst[stop.visit] = stop
    found = []
    named = {*worst, *uow.session.scalars(late_visits())} if among is None else among
    for visit_id, visit in _rows(uow, named).items():
        expected = worst.get(visit_id)
        late = expected.late if expected and visit.status not in FINAL else 0
        if (visit.late_by > 0) != (late > 0) or abs(visit.late_by - late) > THRESHOLD:
            found.append((visit, late, expected))
    return found


def _rows(uow: UnitOfWork, visit_ids: Iterable[str]) -> dict[str, Visit]:
    """The visits, in the order of their identifiers."""
    found: dict[str, Visit] = {}
    for chunk in chunks(sorted(visit_ids)):
        rows = uow.session.scalars(select(Visit).where(Visit.id.in_(chunk)).order_by(Visit.id))
        found |= {row.id: row for row in rows}
    return found


def react(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
    """A handler of events: what is over is not in jeopardy any more. The day itself is walked by :func:`watch`."""
    if isinstance(event, VisitMoved) and event.after in FINAL:
        visit = uow.session.get(Visit, event.visit)
        if visit is not None and visit.late_by:
            _tell(uow, visit, 0, None)


class Watch:
    """Walks the day when something happened that may end it otherwise, and when some time has gone by.

    Several events make one walk. What was walked last is known to this process only: another one walks once more.
    """

    def __init__(self) -> None:
        self._position = -1
        self._at: dt.datetime | None = None

    def tick(self, store: Store, travel: TravelProvider) -> int:
        """Walk if it is time to; how many visits' jeopardy changed. The walk itself keeps nobody from writing."""
        with store.reading() as uow:
            position = uow.session.scalar(last_of_kinds(TELLING)) or 0
            rested = self._at is not None and abs(uow.now - self._at) < EVERY
            if rested and (position <= self._position or abs(uow.now - (self._at or uow.now)) < SETTLE):
                return 0
            self._position, self._at = position, uow.now
            try:
                stops = expected_times(uow, travel)
            except NotFound:  # nobody has said yet how to plan
                return 0
            changed = {visit.id for visit, _, _ in news(uow, stops)}
        if not changed:
            return 0
        with store.unit_of_work() as uow:  # those that are known to change, so that others need not wait long
            return keep(uow, stops, changed)


_WATCHES: WeakKeyDictionary[Store, Watch] = WeakKeyDictionary()


def watch(store: Store, travel: TravelProvider) -> int:
    """The timed job: :meth:`Watch.tick` of the one watch that this process has for the store."""
    return _WATCHES.setdefault(store, Watch()).tick(store, travel)


def _tell(uow: UnitOfWork, visit: Visit, late: int, expected: ExpectedStop | None) -> None:
    visit.late_by = late
    uow.record(
        JeopardyChanged(
            visit=visit.id,
            job=visit.job_id,
            promise=expected.promise if expected else "",
            late=late,
            expected=instant(expected.start) if expected else "",
            territory=visit.territory_id,
            technician=expected.technician if expected else None,
        )
    )


def _lateness(snapshot: Snapshot, row: Visit, start: int, end: int) -> tuple[int, str]:
    """By how much the worst missed promise is missed."""
    visit = snapshot.problem.visits[snapshot.problem.visit_index[row.id]]
    missed: dict[str, int] = {}
    if row.appointment and row.windows and row.started_at is None and row.arrived_at is None:
        last = max(seconds(dt.datetime.fromisoformat(latest)) for _, latest in row.windows)
        missed["appointment"] = start - last
    if visit.arrive_by is not None:
        missed["on_site"] = start - visit.arrive_by.at
    if visit.complete_by is not None:
        missed["resolve"] = end - visit.complete_by.at
    worst: Mapping[str, int] = {name: late for name, late in missed.items() if late > GRACE}
    promise = max(worst, key=lambda name: worst[name], default="")
    return (worst[promise], promise) if promise else (0, "")
