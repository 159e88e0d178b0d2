"""Where technicians are, and where they were: reported by their phones, while they are at work and never otherwise.

A phone that was out of reach sends many fixes at once, late, in any order, and some of them again: what is kept does
not depend on how they came. The latest one stands in :class:`~dispatch.store.tables.Position`, all of them for some
days in :class:`~dispatch.store.tables.TrailPoint`.

These are data about people. Neither table is audited, and no event and no log line holds a coordinate.
``PositionReported`` says only that somebody has moved on, and not for each fix: at most once in :data:`TELL_EVERY` and
after :data:`TELL_METRES`, because the outbox is kept for a year and is the history of the operation, not of people's
ways.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import Forbidden
from dispatch.domain.events import PositionReported, instant
from dispatch.domain.roles import Right
from dispatch.services import asks
from dispatch.services.attendance import Period, at_work_now, attended
from dispatch.services.complaints import Complaints
from dispatch.services.duty import OffDuty, on_duty, theirs
from dispatch.services.places import check_position
from dispatch.services.rights import require
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Position, Technician, TrailPoint
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Fix
from optimizer.distance import geodesic

MOST = 500
"""Fixes in one batch."""
AHEAD = dt.timedelta(minutes=2)
"""How far a phone's clock may be ahead of ours before we no longer believe it."""
OLDEST = dt.timedelta(days=1)
"""What is older than this when it comes is of no use to anybody."""
SHORTEST = dt.timedelta(minutes=15)
"""A trail is kept so long at least: somebody drives along its end."""
TELL_EVERY = dt.timedelta(seconds=60)
TELL_METRES = 100
LONGEST_DELAY = 12 * 3600
LIMITS: Mapping[str, tuple[float, float, str]] = {
    "heading": (0, 360, "degrees clockwise from north"),
    "speed": (0, 150, "metres a second"),
    "accuracy": (0, 10_000, "metres"),
}
"""What a phone may say of a fix besides: from, to, in which unit."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a batch: how many fixes were kept, and how many not, by why.

    The reasons are ``off_duty``, ``duplicate``, ``in_the_future`` and ``too_old``.
    """

    kept: int
    dropped: Mapping[str, int]


def report(uow: UnitOfWork, technician_id: str, fixes: Sequence[Fix]) -> Reported:
    """Take what a phone says of where its technician was. What must not be kept is left out and counted.

    For technicians themselves, and for the program (the simulated force). Raises :class:`Forbidden`,
    :class:`NotFound`, or :class:`Invalid` where a number cannot be.
    """
    technician = _of_the_phone(uow, technician_id)
    _check(fixes)
    periods = attended(uow, [technician_id], uow.now - OLDEST - AHEAD, lock=True).get(technician_id, [])
    dropped: Counter[str] = Counter()
    good: dict[dt.datetime, Fix] = {}
    for fix in sorted(fixes, key=_order):
        at = _instant(fix)
        reason = _why_not(uow, at, periods) or ("duplicate" if at in good else "")
        if reason:
            dropped[reason] += 1
        else:
            good[at] = fix
    known = _known(uow, technician_id, good)
    dropped["duplicate"] += len(known)
    new = {at: fix for at, fix in good.items() if at not in known}
    uow.session.add_all(_point(uow, technician_id, at, fix) for at, fix in new.items())
    _move(uow, technician, periods, new)
    return Reported(len(new), {reason: count for reason, count in sorted(dropped.items()) if count})


def report_position(
    uow: UnitOfWork,
    technician_id: str,
    lat: float,
    lon: float,
    at: dt.datetime | None = None,
    delay: int = 0,
    *,
    heading: float | None = None,
    speed: float | None = None,
    accuracy: float | None = None,
) -> Position:
    """Where somebody is now, and how many seconds traffic adds to their way: said by them, or by a dispatcher.

    ``heading``, ``speed`` and ``accuracy`` are what a phone knows besides, see :data:`LIMITS`. A report from before the
    latest changes nothing. Raises :class:`OffDuty` outside of their shifts, so that nobody is followed in their own
    time, :class:`NotFound` or :class:`Invalid`. Technicians themselves must have begun to work; what a dispatcher says
    goes by the roster as well, and is no part of the trail.
    """
    technician = theirs(uow, technician_id)
    complaints = Complaints()
    check_position(complaints, {"lat": lat, "lon": lon})
    for name, value in (("heading", heading), ("speed", speed), ("accuracy", accuracy)):
        complaints.within(name, value, *LIMITS[name])
    complaints.within("delay", delay, 0, LONGEST_DELAY, "seconds that traffic adds")
    when = uow.now if at is None else asks.moment(at, complaints, "at")
    complaints.raise_any()
    assert when is not None
    when = min(when, uow.now)
    own = uow.actor.technician == technician_id or uow.actor.may(Right.RUN_SYSTEM)
    periods = attended(uow, [technician_id], when, lock=True).get(technician_id, [])
    worked = any(one.holds(when) for one in periods)
    if not worked and (own or not _by_the_roster(uow, technician_id, when)):
        raise OffDuty(f"They are not at work at {instant(when)}; nobody is followed outside of work.")
    said = Fix(when.timestamp(), lat, lon, heading, accuracy, speed)
    if own and not _known(uow, technician_id, [when]):
        uow.session.add(_point(uow, technician_id, when, said))
    if not _still(uow, technician_id, periods, when, own):
        return Position(technician_id=technician_id, at=when, lat=lat, lon=lon, delay=delay)
    position = _latest(uow, technician_id, when, said)
    if position.at <= when:
        changed = position.delay != delay
        _put(position, when, said)
        position.delay = delay
        _tell(uow, technician, position, changed=changed)
    return position


def may_be_shown(uow: UnitOfWork, technician_id: str) -> bool:
    """Whether somebody is at work now, or by the roster; where anybody else is, is nobody's business."""
    periods = attended(uow, [technician_id], uow.now).get(technician_id, [])
    return any(one.holds(uow.now) for one in periods) or _by_the_roster(uow, technician_id, uow.now)


def forget_old(store: Store, settings: Settings) -> int:
    """Forget what is older than ``settings.position_days``, and where those are who are off duty; how many rows.

    With 0 days a trail is kept just long enough to be matched to the roads.
    """
    kept = max(dt.timedelta(days=settings.position_days), SHORTEST)
    with store.unit_of_work() as uow:
        working = at_work_now(uow)
        gone = [
            position
            for position in uow.session.scalars(select(Position).order_by(Position.technician_id).with_for_update())
            if position.technician_id not in working and not _by_the_roster(uow, position.technician_id, uow.now)
        ]
        for position in gone:
            uow.session.delete(position)
    removed, more = len(gone), True
    while more:
        with store.unit_of_work() as uow:
            count, more = _forget_some(uow, uow.now - kept)
            removed += count
    return removed


def _forget_some(uow: UnitOfWork, before: dt.datetime) -> tuple[int, bool]:
    """Forget the oldest hour of what is older; how many rows, and whether there is more."""
    oldest = uow.session.scalar(select(func.min(TrailPoint.at)))
    if oldest is None or oldest >= before:
        return 0, False
    until = min(oldest + dt.timedelta(hours=1), before)
    gone = delete(TrailPoint).where(TrailPoint.at < until).returning(TrailPoint.technician_id)
    return len(uow.session.scalars(gone).all()), True


# -- what is taken -----------------------------------------------------------------------------------------------------


def _of_the_phone(uow: UnitOfWork, technician_id: str) -> Technician:
    if uow.actor.technician != technician_id and not uow.actor.may(Right.RUN_SYSTEM):
        raise Forbidden("Only their own phone says where somebody is.", right=Right.WORK_VISITS.value)
    require(uow, Right.WORK_VISITS)
    return uow.get(Technician, technician_id)


def _check(fixes: Sequence[Fix]) -> None:
    complaints = Complaints()
    if len(fixes) > MOST:
        complaints.say("fixes", len(fixes), f"at most {MOST} are taken at once", "send them in several batches")
        complaints.raise_any()
    for number, fix in enumerate(fixes):
        place = f"fixes[{number}]."
        check_position(complaints, {f"{place}lat": fix.lat, f"{place}lon": fix.lon}, f"{place}lat", f"{place}lon")
        for name, (least, most, unit) in LIMITS.items():
            complaints.within(place + name, getattr(fix, name), least, most, unit)
        if not 0 <= fix.at < 1e11:
            complaints.say(f"{place}at", fix.at, "is no instant", "give the seconds since 1970")
    complaints.raise_any()


def _order(fix: Fix) -> tuple[Any, ...]:
    """Of two fixes of one instant the same one comes first, however they were sent."""
    besides = (-1.0 if value is None else value for value in (fix.accuracy, fix.heading, fix.speed))
    return (_instant(fix), fix.lat, fix.lon, *besides)


def _instant(fix: Fix) -> dt.datetime:
    """To the millisecond: some phones say more than they know."""
    return dt.datetime.fromtimestamp(round(fix.at, 3), dt.UTC)


def _why_not(uow: UnitOfWork, at: dt.datetime, periods: Sequence[Period]) -> str:
    if at > uow.now + AHEAD:
        return "in_the_future"
    if at < uow.now - OLDEST:
        return "too_old"
    return "" if any(one.holds(at) for one in periods) else "off_duty"


def _known(uow: UnitOfWork, technician_id: str, instants: Iterable[dt.datetime]) -> set[dt.datetime]:
    query = select(TrailPoint.at).where(TrailPoint.technician_id == technician_id, TrailPoint.at.in_(list(instants)))
    return set(uow.session.scalars(query))


def _point(uow: UnitOfWork, technician_id: str, at: dt.datetime, fix: Fix) -> TrailPoint:
    return TrailPoint(
        technician_id=technician_id,
        at=at,
        received_at=uow.now,
        lat=fix.lat,
        lon=fix.lon,
        heading=_heading(fix),
        speed=fix.speed,
        accuracy=fix.accuracy,
    )


def _heading(fix: Fix) -> float | None:
    return None if fix.heading is None else fix.heading % 360


# -- where somebody is now ---------------------------------------------------------------------------------------------


def _move(uow: UnitOfWork, technician: Technician, periods: Sequence[Period], new: Mapping[dt.datetime, Fix]) -> None:
    """The latest of the new fixes of this time at work is where they are, if nothing later is known."""
    current = next((one for one in periods if one.holds(uow.now)), None)
    at = max((at for at in new if current is not None and current.holds(at)), default=None)
    if at is None:
        return
    position = _latest(uow, technician.id, at, new[at])
    if position.at < at:
        # What traffic was said to add is used up as time goes by.
        position.delay = max(0, position.delay - round((at - position.at).total_seconds()))
        _put(position, at, new[at])
    if position.at == at:
        _tell(uow, technician, position)


def _still(uow: UnitOfWork, technician_id: str, periods: Sequence[Period], when: dt.datetime, own: bool) -> bool:
    """Whether who was at work then still is: nobody else is shown."""
    if any(one.holds(when) and one.holds(uow.now) for one in periods):
        return True
    return not own and _by_the_roster(uow, technician_id, uow.now)


def _by_the_roster(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> bool:
    """Whether somebody should be at work, on a shift that they have not begun yet."""
    shift = on_duty(uow, technician_id, at)
    return shift is not None and shift.began_at is None and uow.get(Technician, technician_id).active


def _latest(uow: UnitOfWork, technician_id: str, at: dt.datetime, fix: Fix) -> Position:
    """The row of who has one, locked; otherwise a new one from this fix."""
    query = select(Position).where(Position.technician_id == technician_id).with_for_update()
    position = uow.session.scalar(query)
    if position is not None:
        return position
    try:
        with uow.session.begin_nested():
            position = Position(technician_id=technician_id, delay=0)
            _put(position, at, fix)
            uow.session.add(position)
        return position
    except IntegrityError:  # two reports at one moment: the other one was first
        return uow.session.scalars(query).one()


def _put(position: Position, at: dt.datetime, fix: Fix) -> None:
    position.at, position.lat, position.lon = at, fix.lat, fix.lon
    position.heading, position.speed, position.accuracy = _heading(fix), fix.speed, fix.accuracy
    position.matched_lat = position.matched_lon = position.street = position.confidence = None


def _tell(uow: UnitOfWork, technician: Technician, position: Position, *, changed: bool = False) -> None:
    if not changed and position.told_at is not None and position.told_lat is not None and position.told_lon is not None:
        _, moved = geodesic((position.told_lat, position.told_lon), (position.lat, position.lon), 1, 1)
        if position.at - position.told_at < TELL_EVERY or moved < TELL_METRES:
            return
    position.told_at, position.told_lat, position.told_lon = position.at, position.lat, position.lon
    uow.record(
        PositionReported(
            person=technician.id,
            delay=position.delay,
            territory=technician.territory_id,
            technician=technician.id,
        )
    )
