"""Booking an appointment: slots are offered, one is held while the customer decides, and is confirmed or let go.

Offering prices many windows and reads only. Holding checks the one window again; what takes long about that reads only
as well, and a short transaction makes sure that plan and other holds are as they were: of two agents who want the last
slot, one gets it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Invalid
from dispatch.domain.events import Event, HoldEnded, SlotHeld, VisitChanged, VisitMoved, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.planning.facts import seconds
from dispatch.planning.meanwhile import Look, look, matters_since
from dispatch.planning.prepared import Changed, carried_through
from dispatch.planning.publication import locked_head
from dispatch.planning.slots import MOST_DAYS, Offer, Raster, Slot, Surroundings, bookable, offer, zone_of
from dispatch.services.rights import require, require_sight
from dispatch.store.door import Door
from dispatch.store.engine import Store
from dispatch.store.queries.planning import holds_in_force
from dispatch.store.tables import Hold, OutboxEntry, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import TimeWindow

HELD_FOR = dt.timedelta(minutes=15)
"""How long a slot is held while a customer decides, unless the installation says otherwise."""


_BOOKABLE = frozenset(status.value for status in PLANNABLE)


class SlotTaken(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The slot cannot be kept any more. ``changed`` in the facts says what came in between."""

    code, title = "slot-taken", "That slot cannot be kept any more"


class HoldOver(DispatchError):  # noqa: N818
    """The hold has ended, or its time is up."""

    code, title = "hold-over", "That slot is no longer held"


def offers(
    uow: UnitOfWork, travel: TravelProvider, visit_id: str, *, days: int = 3, raster: Raster | None = None
) -> Offer:
    """The slots that can be kept for a visit in the next days, the best first.

    Raises :class:`NotFound`, :class:`Forbidden` or :class:`~dispatch.planning.slots.NotBookable`.
    """
    _seen(uow, visit_id)
    return offer(uow, travel, visit_id, days=days, raster=raster)


def hold(
    uow: UnitOfWork,
    travel: TravelProvider,
    visit_id: str,
    earliest: dt.datetime,
    latest: dt.datetime,
    *,
    edition: int | None = None,
    lasts: dt.timedelta = HELD_FOR,
) -> Hold:
    """Keep a window for a visit for a while. What the visit held before is released.

    ``edition``: of the plan that the slot was offered from, so that a refusal can say what changed. Raises
    :class:`SlotTaken` where the window cannot be kept any more, and what :func:`offers` raises.
    """
    locked_head(uow.session)
    return _keep(uow, _fitting(uow, travel, visit_id, earliest, latest, edition), lasts)


def hold_through(
    door: Door,
    travel: TravelProvider,
    visit_id: str,
    earliest: dt.datetime,
    latest: dt.datetime,
    *,
    edition: int | None = None,
    lasts: dt.timedelta = HELD_FOR,
) -> Hold:
    """:func:`hold`, working before it locks, in the transactions that ``door`` opens."""
    return carried_through(
        door,
        lambda uow: _fitting(uow, travel, visit_id, earliest, latest, edition),
        lambda uow, fitting: _keep(uow, fitting, lasts),
    )


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A slot that fits, by what was known at a look: the plan's edition, the holds of others, and what it rests on."""

    visit_id: str
    slot: Slot
    edition: int
    seen: Look
    holds: frozenset[str]
    rests_on: frozenset[str]


def _fitting(
    uow: UnitOfWork,
    travel: TravelProvider,
    visit_id: str,
    earliest: dt.datetime,
    latest: dt.datetime,
    offered: int | None,
) -> _Fitting:
    """Whether a window can be kept for a visit: the heavy part, which only reads."""
    visit = _seen(uow, visit_id)
    window = _window(uow, earliest, latest)
    seen = look(uow.session)
    bookable(uow, visit_id)
    days = (latest.astimezone(zone_of(uow, visit)).date() - uow.now.astimezone(zone_of(uow, visit)).date()).days + 1
    around = Surroundings(uow, travel, visit, max(1, days))
    edition = around.snapshot.edition
    placement = around.best([window])[0] if list(around.inside(window)) == [window] else None
    if placement is None:
        raise _taken(uow, visit, edition, offered)
    slot = around.slot(window, placement)
    rests_on = {visit_id, *slot.technicians, *(left.visit for left in around.plan.unassigned)}
    for route in around.plan.routes:
        if route.technician in slot.technicians:
            rests_on.update(stop.visit for stop in route.stops)
    return _Fitting(visit_id, slot, edition, seen, _held(uow), frozenset(rests_on))


def _keep(uow: UnitOfWork, fitting: _Fitting, lasts: dt.timedelta) -> Hold:
    """Write the hold down. Raises :class:`Changed` where what it rests on is not as it was."""
    head = locked_head(uow.session)
    visit = bookable(uow, fitting.visit_id)
    same = (head.edition, _held(uow)) == (fitting.edition, fitting.holds)
    if not same or matters_since(uow.session, fitting.seen, fitting.rests_on):
        raise Changed("So much happens just now that the slot could not be held; try again.", retry_after=1)
    for old in uow.session.scalars(select(Hold).where(Hold.visit_id == visit.id, Hold.outcome.is_(None))):
        _end(uow, old, visit, "released")
    slot = fitting.slot
    kept = Hold(
        id=new_id("hold"),
        visit_id=visit.id,
        technician_id=slot.technicians[0],
        earliest=slot.earliest,
        latest=slot.latest,
        cost=slot.cost,
        edition=head.edition,
        expires_at=uow.now + lasts,
        created_at=uow.now,
        created_by=uow.actor.id,
    )
    uow.session.add(kept)
    uow.record(
        SlotHeld(
            visit=visit.id,
            job=visit.job_id,
            hold=kept.id,
            earliest=instant(kept.earliest),
            latest=instant(kept.latest),
            expires=instant(kept.expires_at),
            territory=visit.territory_id,
        )
    )
    return kept


def _held(uow: UnitOfWork) -> frozenset[str]:
    return frozenset(one.id for one in uow.session.scalars(holds_in_force(uow.now)))


def release(uow: UnitOfWork, hold_id: str) -> Hold:
    """Let a slot go. One that has ended stays as it ended. Raises :class:`NotFound` or :class:`Forbidden`."""
    kept, visit = _kept(uow, hold_id)
    if kept.outcome is None:
        _end(uow, kept, visit, "released")
    return kept


def confirm(uow: UnitOfWork, hold_id: str) -> Visit:
    """Promise the held window to the customer: it becomes the visit's appointment.

    Confirming twice is confirming once. Raises :class:`HoldOver` for a hold that was let go or whose time is up,
    :class:`~dispatch.planning.slots.NotBookable` where somebody has set out meanwhile, :class:`NotFound`,
    :class:`Forbidden`.
    """
    locked_head(uow.session)
    kept, visit = _kept(uow, hold_id)
    if kept.outcome == "confirmed":
        return visit
    if kept.outcome is not None or kept.expires_at <= uow.now:
        raise HoldOver(
            f"The slot was held until {instant(kept.expires_at)}. Ask for slots again.",
            hold=kept.id,
            outcome=kept.outcome or "expired",
        )
    bookable(uow, visit.id)
    visit.windows = [[instant(kept.earliest), instant(kept.latest)]]
    visit.appointment = True
    uow.record(
        VisitChanged(visit=visit.id, job=visit.job_id, changed=("windows", "appointment"), territory=visit.territory_id)
    )
    _end(uow, kept, visit, "confirmed")
    return visit


def expire(store: Store) -> int:
    """End the holds whose time is up; how many. A timed job; safe to repeat."""
    with store.reading() as uow:
        due = list(uow.session.scalars(select(Hold.id).where(Hold.outcome.is_(None), Hold.expires_at <= uow.now)))
    for hold_id in due:
        with store.unit_of_work() as uow:
            kept = uow.get(Hold, hold_id, lock=True)
            if kept.outcome is None:
                _end(uow, kept, uow.get(Visit, kept.visit_id), "expired")
    return len(due)


def react(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
    """Release what is held for a visit that is over, or that somebody has set out for: there is nothing to book."""
    assert isinstance(event, VisitMoved)
    if event.after in _BOOKABLE:
        return
    visit = uow.get(Visit, event.visit)
    if visit.status in PLANNABLE:
        return
    for kept in uow.session.scalars(select(Hold).where(Hold.visit_id == visit.id, Hold.outcome.is_(None))):
        _end(uow, kept, visit, "released")


def _seen(uow: UnitOfWork, visit_id: str) -> Visit:
    require(uow, Right.BOOK)
    visit = uow.get(Visit, visit_id)
    require_sight(uow, Right.BOOK, visit.territory_id, "visit", visit_id)
    return visit


def _kept(uow: UnitOfWork, hold_id: str) -> tuple[Hold, Visit]:
    require(uow, Right.BOOK)
    kept = uow.get(Hold, hold_id, lock=True)
    visit = uow.get(Visit, kept.visit_id)
    require_sight(uow, Right.BOOK, visit.territory_id, "hold", hold_id)
    return kept, visit


def _window(uow: UnitOfWork, earliest: dt.datetime, latest: dt.datetime) -> TimeWindow:
    errors = []
    if latest <= earliest:
        errors.append({"place": "latest", "value": instant(latest), "problem": "is not after earliest", "remedy": ""})
    if latest <= uow.now:
        errors.append({"place": "latest", "value": instant(latest), "problem": "has passed", "remedy": ""})
    if latest > uow.now + dt.timedelta(days=MOST_DAYS):
        remedy = f"book within {MOST_DAYS} days"
        errors.append({"place": "latest", "value": instant(latest), "problem": "is too far ahead", "remedy": remedy})
    if errors:
        raise Invalid("The window makes no sense.", errors=errors)
    return TimeWindow(max(seconds(earliest), seconds(uow.now)), seconds(latest))


def _taken(uow: UnitOfWork, visit: Visit, edition: int, offered: int | None) -> SlotTaken:
    changed: list[dict[str, str]] = []
    if offered is not None and offered != edition:
        changed.append({"what": f"The plan was published anew: edition {offered} became {edition}."})
    others: Sequence[Hold] = uow.session.scalars(holds_in_force(uow.now)).all()
    for other in others:
        if other.visit_id != visit.id:
            span = f"{instant(other.earliest)} to {instant(other.latest)}"
            changed.append({"what": f"Another slot is held, {span}, since {instant(other.created_at)}."})
    detail = "Nobody can keep that window any more. Ask for slots again."
    return SlotTaken(detail, visit=visit.id, edition=edition, changed=changed)


def _end(uow: UnitOfWork, kept: Hold, visit: Visit, outcome: str) -> None:
    kept.outcome = outcome
    uow.record(HoldEnded(visit=visit.id, job=visit.job_id, hold=kept.id, outcome=outcome, territory=visit.territory_id))


__all__ = [
    "HELD_FOR",
    "HoldOver",
    "Offer",
    "Raster",
    "Slot",
    "SlotTaken",
    "confirm",
    "expire",
    "hold",
    "hold_through",
    "offers",
    "react",
    "release",
]
