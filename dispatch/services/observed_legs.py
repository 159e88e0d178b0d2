"""The legs that are driven: written down as technicians arrive, without their names, and learnt from each night."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dispatch.domain.events import Event, VisitMoved
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services.travel import slice_of, slices_now
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Assignment,
    LearntFactor,
    ObservedLeg,
    OutboxEntry,
    Site,
    Technician,
    Territory,
    TravelSlice,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.learning import ENOUGH_LEGS, Learnt, learnt
from dispatch.travel.ports import Point, Source
from dispatch.travel.provider import TravelProvider
from dispatch.travel.slices import TimeSlices

KINDS = frozenset({VisitMoved.__name__})
SAME_SHIFT = dt.timedelta(hours=10)
"""A visit that ended so long before a departure says nothing of where somebody set out from."""
_AT_ONCE = 500
"""So many legs are looked up in one transaction."""
_BATCH = 1000

Leg = tuple[str, dt.datetime]
"""A leg's key: the visit that it led to, and when it began."""


def react(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
    """A handler of events: who arrives has driven a leg."""
    if not isinstance(event, VisitMoved) or event.action != VisitAction.ARRIVE.value:
        return
    visit = uow.session.get(Visit, event.visit)
    if visit is None or visit.departed_at is None or visit.arrived_at is None or visit.arrived_at <= visit.departed_at:
        return
    lead = select(Assignment.technician_id).where(Assignment.visit_id == visit.id).order_by(Assignment.role).limit(1)
    who = uow.session.get(Technician, uow.session.scalar(lead) or event.technician or "")
    site = uow.session.get(Site, visit.site_id)
    key = visit.id, visit.departed_at
    if who is None or site is None or site.lat is None or uow.session.get(ObservedLeg, key) is not None:
        return
    start = _set_out_from(uow.session, who, visit.departed_at)
    if start == site.at:
        return
    zones = {row.id: ZoneInfo(row.time_zone) for row in uow.session.scalars(select(Territory))}
    uow.session.add(
        ObservedLeg(
            visit_id=visit.id,
            departed_at=visit.departed_at,
            from_lat=start[0],
            from_lon=start[1],
            to_lat=site.at[0],
            to_lon=site.at[1],
            seconds=round((visit.arrived_at - visit.departed_at).total_seconds()),
            expected=None,
            slice_id=_slice(slices_now(uow.session), visit.departed_at, who.territory_id, zones),
            territory_id=who.territory_id,
        )
    )


def learn(store: Store, travel: TravelProvider, settings: Settings) -> int:
    """Forget old legs, see what the others take in free traffic, and learn from them; how many factors were learnt.

    Safe to repeat: what was learnt before is learnt anew. Travel is looked up outside of every write.
    """
    while _forget(store, settings):
        pass
    while _measure(store, travel):
        pass
    with store.unit_of_work() as uow:
        return len(relearn(uow))


def relearn(uow: UnitOfWork) -> list[LearntFactor]:
    """What the legs say of each slice as the slices are now: everywhere, and in each territory with enough legs."""
    session = uow.session
    rows = {row.id: row for row in session.scalars(select(TravelSlice).order_by(TravelSlice.id))}
    found = _by_slice(session, TimeSlices(slice_of(row) for row in rows.values()))
    session.execute(delete(LearntFactor))
    made = []
    for slice_id, row in rows.items():
        of_territory = found.get(slice_id, {})
        everywhere = learnt(row.factor, [leg for legs in of_territory.values() for leg in legs])
        if not everywhere.legs:
            continue
        made.append(_factor(uow, slice_id, None, everywhere))
        for territory in sorted(one for one in of_territory if one is not None):
            # What all legs say is what is believed of a territory before its own are heard.
            own = learnt(everywhere.factor if everywhere.enough else row.factor, of_territory[territory])
            if own.legs >= ENOUGH_LEGS:
                made.append(_factor(uow, slice_id, territory, own))
    session.add_all(made)
    session.flush()
    return made


# -- parts -------------------------------------------------------------------------------------------------------------


def _factor(uow: UnitOfWork, slice_id: str, territory: str | None, one: Learnt) -> LearntFactor:
    return LearntFactor(
        id=new_id("factor"),
        slice_id=slice_id,
        territory_id=territory,
        factor=round(one.factor, 4),
        low=round(one.low, 4),
        high=round(one.high, 4),
        legs=one.legs,
        learnt_at=uow.now,
    )


def _by_slice(session: Session, slices: TimeSlices) -> Mapping[str, Mapping[str | None, list[tuple[float, float]]]]:
    """Slice → territory → (seconds driven, seconds in free traffic). Legs that could only be estimated say nothing."""
    zones = {row.id: ZoneInfo(row.time_zone) for row in session.scalars(select(Territory))}
    legs = select(ObservedLeg.departed_at, ObservedLeg.territory_id, ObservedLeg.seconds, ObservedLeg.expected).where(
        ObservedLeg.expected.is_not(None), ObservedLeg.source != Source.ESTIMATE.word
    )
    found: dict[str, dict[str | None, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for departed, territory, seconds, expected in session.execute(legs):
        slice_id = _slice(slices, departed, territory, zones)
        if slice_id is not None and expected is not None:
            found[slice_id][territory].append((seconds, expected))
    return found


def _slice(
    slices: TimeSlices, departed: dt.datetime, territory: str | None, zones: Mapping[str, ZoneInfo]
) -> str | None:
    zone = zones.get(territory or "") or next(iter(zones.values()), dt.UTC)
    one = slices.slice_at(departed.astimezone(zone), territory)
    return None if one is None else one.id


def _set_out_from(session: Session, who: Technician, departed: dt.datetime) -> Point:
    """Where somebody was before: at the visit that they ended last, or else at their base."""
    last = (
        select(Site)
        .join(Visit, Visit.site_id == Site.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(
            Assignment.technician_id == who.id,
            Visit.arrived_at.is_not(None),
            Visit.finished_at <= departed,
            Visit.finished_at > departed - SAME_SHIFT,
        )
        .order_by(Visit.finished_at.desc())
        .limit(1)
    )
    site = session.scalar(last)
    return (who.base_lat, who.base_lon) if site is None or site.lat is None else site.at


def _forget(store: Store, settings: Settings) -> int:
    with store.unit_of_work() as uow:
        before = uow.now - dt.timedelta(days=settings.travel_leg_days)
        old = select(ObservedLeg.visit_id).where(ObservedLeg.departed_at < before).limit(_BATCH)
        gone = delete(ObservedLeg).where(ObservedLeg.visit_id.in_(old), ObservedLeg.departed_at < before)
        return len(uow.session.execute(gone.returning(ObservedLeg.visit_id)).all())


def _measure(store: Store, travel: TravelProvider) -> int:
    """Look up what some legs take in free traffic; how many."""
    with store.reading() as uow:
        unknown = select(ObservedLeg).where(ObservedLeg.expected.is_(None)).order_by(ObservedLeg.departed_at)
        rows = uow.session.scalars(unknown.limit(_AT_ONCE)).all()
    expected = _expected(travel, rows)
    with store.unit_of_work() as uow:
        for key, (seconds, source) in expected.items():
            leg = uow.session.get(ObservedLeg, key)
            if leg is not None:
                leg.expected, leg.source = seconds, source
    return len(rows)


def _expected(travel: TravelProvider, rows: Iterable[ObservedLeg]) -> dict[Leg, tuple[int, str]]:
    from_: dict[Point, list[ObservedLeg]] = defaultdict(list)
    for row in rows:
        from_[row.from_lat, row.from_lon].append(row)
    found = {}
    for start, legs in from_.items():
        measured = travel.row(start, [(leg.to_lat, leg.to_lon) for leg in legs])
        for leg, seconds, source in zip(legs, measured.durations[0], measured.sources[0], strict=True):
            found[leg.visit_id, leg.departed_at] = int(seconds), Source(int(source)).word
    return found
