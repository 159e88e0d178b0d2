"""When everybody who is on the way will be there, by where their phones say they are.

A round reads, asks the engine outside of any transaction, and writes what is new in a short one. A position near the
place proposes an arrival, once; whether somebody has arrived is for people to say. Who leaves a place without having
finished is not told of: there are too many good reasons.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, select, update

from dispatch.domain.events import ArrivalExpected, ArrivalProposed, instant
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import geofence
from dispatch.planning.remaining import WINDOW, Ahead, Believed, UnderWay, believed, thinned, way_ahead
from dispatch.services.travel import slices_now
from dispatch.store.engine import Store
from dispatch.store.queries.rows import chunks
from dispatch.store.refusals import Collision
from dispatch.store.tables import Assignment, ExpectedArrival, Position, Site, Technician, Territory, TrailPoint, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Fix, Speeds
from dispatch.travel.provider import TravelProvider

TELL = 60
"""Seconds by which an arrival has to change before anybody is told."""
GRACE = 60
"""Seconds that are not called late: nobody is that sure."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many were under way with something new to say, how many of these could be matched, how
    many arrivals were told anew or proposed, how many ways each source measured, and how long it took (seconds).
    """

    under_way: int = 0
    matched: int = 0
    told: int = 0
    proposed: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def refresh(store: Store, travel: TravelProvider, *, near: float = geofence.NEAR) -> Round:
    """Expect everybody who is on the way anew, where their phone has said something since; propose arrivals.

    ``near``: metres from the place within which somebody is taken to have come.
    """
    began = time.monotonic()
    with store.reading() as uow:
        driving, over = under_way(uow), _over(uow)
    found = [(one, way_ahead(travel, one)) for one in driving]
    told = proposed = 0
    if found or over:
        try:
            with store.unit_of_work() as uow:
                told, proposed = _keep(uow, found, over, near)
        except Collision:
            log.info("another process expects the same arrivals; the next round looks again")
    return Round(
        under_way=len(found),
        matched=sum(ahead.place is not None for _, ahead in found),
        told=told,
        proposed=proposed,
        sources=Counter(ahead.source for _, ahead in found),
        seconds=time.monotonic() - began,
    )


def under_way(uow: UnitOfWork) -> list[UnderWay]:
    """Everybody on the way whose phone has said something that their expected arrival does not know yet."""
    fresh = []
    speeds = _Traffic(uow)
    for visit, site, position, known, who in uow.session.execute(_driving()):
        assert visit.departed_at is not None
        since = known.seen_at if known is not None else visit.departed_at
        if position.at > since or (known is None and position.at == since):
            fresh.append((visit, site, position, since, speeds.of(who)))
    traces = _traces(uow, [position for _, _, position, _, _ in fresh])
    return [
        UnderWay(
            visit=visit.id,
            technician=position.technician_id,
            site=site.at,
            at=position.at,
            delay=position.delay,
            trace=thinned([*traces.get(position.technician_id, ()), _fix(position)]),
            since=since,
            speeds=slice_,
        )
        for visit, site, position, since, slice_ in fresh
    ]


# -- reading -----------------------------------------------------------------------------------------------------------


class _Traffic:
    """How fast one drives now, by the slices of the week, each technician in their own zone and territory."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._now = uow.now
        self._slices = slices_now(uow.session)
        self._zones = {row.id: ZoneInfo(row.time_zone) for row in uow.session.scalars(select(Territory))}
        used = Counter(self._zones.values())
        self._usual = max(used, key=lambda zone: (used[zone], zone.key), default=ZoneInfo("UTC"))

    def of(self, who: Technician) -> Speeds:
        """Of one technician."""
        zone = self._zones.get(who.territory_id or "", self._usual)
        return self._slices.at(self._now.astimezone(zone), who.territory_id)


def _driving() -> Select[Visit, Site, Position, ExpectedArrival | None, Technician]:
    known = (ExpectedArrival.visit_id == Visit.id) & (ExpectedArrival.technician_id == Assignment.technician_id)
    return (
        select(Visit, Site, Position, ExpectedArrival, Technician)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .join(Technician, Technician.id == Assignment.technician_id)
        .join(Site, Site.id == Visit.site_id)
        .join(Position, Position.technician_id == Assignment.technician_id)
        .outerjoin(ExpectedArrival, known)
        .where(Visit.status == VisitStatus.EN_ROUTE, Visit.departed_at.is_not(None), Site.lat.is_not(None))
        .order_by(Assignment.technician_id, Visit.id)
    )


def _traces(uow: UnitOfWork, positions: Iterable[Position]) -> Mapping[str, list[Fix]]:
    """The points before each of these positions."""
    latest = {position.technician_id: position.at for position in positions}
    found: dict[str, list[Fix]] = defaultdict(list)
    if not latest:
        return found
    since, until = min(latest.values()) - WINDOW, max(latest.values())
    for chunk in chunks(sorted(latest)):
        query = select(TrailPoint).where(TrailPoint.technician_id.in_(chunk), TrailPoint.at.between(since, until))
        for point in uow.session.scalars(query):
            last = latest[point.technician_id]
            if last - WINDOW <= point.at < last:
                found[point.technician_id].append(_fix(point))
    return found


def _fix(row: Position | TrailPoint) -> Fix:
    return Fix(row.at.timestamp(), row.lat, row.lon, row.heading, row.accuracy, row.speed)


def _over(uow: UnitOfWork) -> list[tuple[str, str]]:
    """The arrivals that nobody expects any more: who has come, turned back, or been relieved of it."""
    has = (Assignment.visit_id == ExpectedArrival.visit_id) & (
        Assignment.technician_id == ExpectedArrival.technician_id
    )
    query = (
        select(ExpectedArrival.visit_id, ExpectedArrival.technician_id)
        .join(Visit, Visit.id == ExpectedArrival.visit_id)
        .where((Visit.status != VisitStatus.EN_ROUTE) | ~select(Assignment.visit_id).where(has).exists())
    )
    return [(visit, technician) for visit, technician in uow.session.execute(query)]


# -- writing -----------------------------------------------------------------------------------------------------------


def _keep(
    uow: UnitOfWork, found: Sequence[tuple[UnderWay, Ahead]], over: Sequence[tuple[str, str]], near: float
) -> tuple[int, int]:
    """Write what is new; how many arrivals were told, and how many proposed."""
    _keep_places(uow, found)
    rows = _rows(uow, [*over, *((one.visit, one.technician) for one, _ in found)])
    for key in over:
        if key in rows:
            uow.session.delete(rows.pop(key))
    visits = _still_under_way(uow, {one.visit for one, _ in found})
    told = proposed = 0
    for one, ahead in found:
        visit = visits.get(one.visit)
        if visit is None:
            continue  # they have come meanwhile
        row = rows.get((one.visit, one.technician))
        if row is None:
            row = ExpectedArrival(visit_id=one.visit, technician_id=one.technician, near=0, late=0)
            uow.session.add(row)
        _expect(uow, row, one, ahead)
        told += _tell(uow, row, visit)
        proposed += _propose(uow, row, visit, one, near)
    return told, proposed


def _keep_places(uow: UnitOfWork, found: Sequence[tuple[UnderWay, Ahead]]) -> None:
    """Where on the roads each position lies; a newer one, which has come meanwhile, is left alone."""
    values = [
        {
            "who": one.technician,
            "then": one.at,
            "matched_lat": ahead.place.lat,
            "matched_lon": ahead.place.lon,
            "street": ahead.place.street[:200],
            "confidence": ahead.place.confidence,
        }
        for one, ahead in found
        if ahead.place is not None
    ]
    if not values:
        return
    columns = ("matched_lat", "matched_lon", "street", "confidence")
    for table in (Position.__table__, TrailPoint.__table__):
        assert isinstance(table, Table)
        placed = update(table).where(table.c.technician_id == bindparam("who"), table.c.at == bindparam("then"))
        uow.session.connection().execute(placed.values({name: bindparam(name) for name in columns}), values)


def _expect(uow: UnitOfWork, row: ExpectedArrival, one: UnderWay, ahead: Ahead) -> None:
    before = None
    if row.seen_at is not None:  # a new row has none yet
        before = Believed(row.seen_at.timestamp() + row.remaining, row.sure_at.timestamp())
    after = believed(before, one.at.timestamp(), ahead)
    row.remaining = round(after.arrival - one.at.timestamp())
    row.expected_at = one.at + dt.timedelta(seconds=row.remaining + one.delay)
    row.seen_at, row.computed_at = one.at, uow.now
    row.sure_at = dt.datetime.fromtimestamp(after.sure_at, dt.UTC)
    row.metres, row.source = ahead.metres, ahead.source


def _tell(uow: UnitOfWork, row: ExpectedArrival, visit: Visit) -> bool:
    """Tell of an arrival that has changed by enough, or has become late or in time again; whether it was told."""
    before, row.late = row.late, _late(visit, row.expected_at)
    changed = row.told is None or abs((row.expected_at - row.told).total_seconds()) > TELL
    if not changed and (before > 0) == (row.late > 0):
        return False
    row.told = row.expected_at
    uow.record(
        ArrivalExpected(
            visit=visit.id,
            job=visit.job_id,
            expected=instant(row.expected_at),
            late=row.late,
            territory=visit.territory_id,
            technician=row.technician_id,
        )
    )
    return True


def _late(visit: Visit, expected: dt.datetime) -> int:
    """By how many seconds the appointment is missed; 0 without one."""
    if not visit.appointment or not visit.windows:
        return 0
    last = max(dt.datetime.fromisoformat(latest) for _, latest in visit.windows)
    late = round((expected - last).total_seconds())
    return late if late > GRACE else 0


def _propose(uow: UnitOfWork, row: ExpectedArrival, visit: Visit, one: UnderWay, near: float) -> bool:
    """Propose that they have come, where positions say so for the first time; whether they did."""
    before = geofence.Nearness(row.near, row.proposed_at.timestamp() if row.proposed_at else None)
    new = [fix for fix in one.trace if fix.at > one.since.timestamp()]
    after, came = geofence.followed(before, one.site, new, near)
    row.near = after.inside
    row.proposed_at = None if after.come_at is None else dt.datetime.fromtimestamp(after.come_at, dt.UTC)
    if came is None:
        return False
    uow.record(
        ArrivalProposed(
            visit=visit.id,
            job=visit.job_id,
            at=instant(dt.datetime.fromtimestamp(came, dt.UTC)),
            territory=visit.territory_id,
            technician=one.technician,
        )
    )
    return True


def _still_under_way(uow: UnitOfWork, visit_ids: Iterable[str]) -> dict[str, Visit]:
    found: dict[str, Visit] = {}
    for chunk in chunks(sorted(visit_ids)):
        query = select(Visit).where(Visit.id.in_(chunk), Visit.status == VisitStatus.EN_ROUTE)
        found |= {visit.id: visit for visit in uow.session.scalars(query)}
    return found


def _rows(uow: UnitOfWork, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], ExpectedArrival]:
    found: dict[tuple[str, str], ExpectedArrival] = {}
    wanted = sorted(set(keys))
    for chunk in chunks([visit for visit, _ in wanted]):
        query = select(ExpectedArrival).where(ExpectedArrival.visit_id.in_(chunk))
        found |= {(row.visit_id, row.technician_id): row for row in uow.session.scalars(query)}
    return found
