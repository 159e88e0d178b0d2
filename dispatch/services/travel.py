"""Slices of the week and what they have taught: reading, changing, and learning from the legs that were driven."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import DispatchError
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.changing import checked_texts, tell, written
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require, require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.tables import LearntFactor, Territory, TravelSlice
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.extract import ROAD_CLASSES
from dispatch.travel.learning import ENOUGH_LEGS
from dispatch.travel.slices import LEAST_FACTOR, MOST_FACTOR, STANDARD, TimeSlice, TimeSlices, minute_of

MOST_SLICES = 50
_FIELDS = frozenset(
    {"name", "days", "starts", "ends", "factor", "by_class", "territory_id", "learning"},
)


@dataclass(frozen=True, slots=True)
class KnownFactor:
    """What is known of one slice in one territory (None: everywhere).

    ``used``: the factor that plans are made with; ``learnt`` None: no legs were driven yet; ``low`` to ``high``: the
    interval that 95 % of belief lies in.
    """

    slice: str
    name: str
    territory: str | None
    configured: float
    learnt: float | None
    low: float | None
    high: float | None
    legs: int
    enough: bool
    learning: bool
    used: float


def slices_now(session: Session) -> TimeSlices:
    """The slices as planning uses them: with what was learnt, where enough was, and unless it is switched off."""
    learnt: dict[str, dict[str | None, float]] = {}
    for one in session.scalars(select(LearntFactor)):
        if one.legs >= ENOUGH_LEGS:
            learnt.setdefault(one.slice_id, {})[one.territory_id] = one.factor
    rows = session.scalars(select(TravelSlice).order_by(TravelSlice.name)).all()
    return TimeSlices(slice_of(row, learnt.get(row.id, {}) if row.learning else {}) for row in rows)


def slice_of(row: TravelSlice, learnt: Mapping[str | None, float] | None = None) -> TimeSlice:
    """One slice as travel knows it."""
    return TimeSlice(
        id=row.id,
        name=row.name,
        days=frozenset(row.days),
        starts=minute_of(row.starts),
        ends=minute_of(row.ends),
        factor=row.factor,
        by_class=row.by_class,
        territory=row.territory_id,
        learnt=learnt or {},
    )


def found(uow: UnitOfWork) -> Select[TravelSlice]:
    """The slices that hold where the actor's rights reach."""
    require(uow, Right.READ_SETUP)
    query = select(TravelSlice)
    mine = sorted(uow.actor.territories)
    return query.where(TravelSlice.territory_id.is_(None) | TravelSlice.territory_id.in_(mine)) if mine else query


def seen(uow: UnitOfWork, slice_id: str) -> TravelSlice:
    """The slice, if the actor may see it."""
    require(uow, Right.READ_SETUP)
    row = uow.get(TravelSlice, slice_id)
    require_sight(uow, Right.READ_SETUP, row.territory_id, "travel slice", slice_id)
    return row


def create_slice(uow: UnitOfWork, **fields: Any) -> TravelSlice:
    """A new slice of the week."""
    require(uow, Right.WRITE_SETUP)
    values = _checked(uow, {"days": [0, 1, 2, 3, 4], "factor": 1.0, **fields}, {})
    _may_write(uow, values.get("territory_id"))
    if len(uow.session.scalars(select(TravelSlice.id)).all()) >= MOST_SLICES:
        raise DispatchError(f"There are {MOST_SLICES} slices of the week already; remove one first.", most=MOST_SLICES)
    row = TravelSlice(id=new_id("slice"), **values)
    uow.session.add(row)
    tell(uow, row, "created", row.territory_id)
    return row


def create_standard_slices(uow: UnitOfWork) -> list[TravelSlice]:
    """The slices to begin with, those that have no namesake yet. They are a guess, not a measurement."""
    require(uow, Right.WRITE_SETUP)
    named = set(uow.session.scalars(select(TravelSlice.name)))
    return [create_slice(uow, **one) for one in STANDARD if one["name"] not in named]


def change_slice(uow: UnitOfWork, slice_id: str, **fields: Any) -> TravelSlice:
    """Change a slice. What was learnt stays: it is of the legs that were driven then."""
    require(uow, Right.WRITE_SETUP)
    row = locked(uow, TravelSlice, slice_id)
    require_sight(uow, Right.WRITE_SETUP, row.territory_id, "travel slice", slice_id)
    _may_write(uow, row.territory_id)
    values = _checked(uow, fields, {"starts": row.starts, "ends": row.ends})
    if "territory_id" in values:
        _may_write(uow, values["territory_id"])
    if written(row, values):
        tell(uow, row, "changed", row.territory_id)
    return row


def remove_slice(uow: UnitOfWork, slice_id: str) -> None:
    """Traffic is free at that time from now on. What was learnt of it is forgotten."""
    require(uow, Right.WRITE_SETUP)
    row = uow.get(TravelSlice, slice_id)
    require_sight(uow, Right.WRITE_SETUP, row.territory_id, "travel slice", slice_id)
    _may_write(uow, row.territory_id)
    territory = row.territory_id
    uow.session.delete(row)
    tell(uow, row, "removed", territory)


def known_factors(uow: UnitOfWork) -> list[KnownFactor]:
    """Slice by slice, what is configured, what was learnt, and which of them plans are made with."""
    require(uow, Right.READ_SETUP)
    slices = {row.id: row for row in uow.session.scalars(found(uow).order_by(TravelSlice.name))}
    learnt: dict[str, list[LearntFactor]] = {}
    for one in uow.session.scalars(select(LearntFactor).order_by(LearntFactor.territory_id)):
        if uow.actor.covers(one.territory_id):
            learnt.setdefault(one.slice_id, []).append(one)
    return [one for row in slices.values() for one in _known(row, learnt.get(row.id, []))]


# -- parts -------------------------------------------------------------------------------------------------------------


def _known(row: TravelSlice, learnt: Sequence[LearntFactor]) -> list[KnownFactor]:
    everywhere = next((one for one in learnt if one.territory_id is None), None)
    some = [everywhere, *(one for one in learnt if one.territory_id is not None)]
    return [_of(row, one, everywhere) for one in some]


def _of(row: TravelSlice, one: LearntFactor | None, everywhere: LearntFactor | None) -> KnownFactor:
    enough = one is not None and one.legs >= ENOUGH_LEGS
    used = row.factor
    for candidate in (one, everywhere):
        if row.learning and candidate is not None and candidate.legs >= ENOUGH_LEGS:
            used = candidate.factor
            break
    return KnownFactor(
        slice=row.id,
        name=row.name,
        territory=None if one is None else one.territory_id,
        configured=row.factor,
        learnt=None if one is None else one.factor,
        low=None if one is None else one.low,
        high=None if one is None else one.high,
        legs=0 if one is None else one.legs,
        enough=enough,
        learning=row.learning,
        used=used,
    )


def _may_write(uow: UnitOfWork, territory: str | None) -> None:
    """Who is responsible for some territories may not change what holds in all of them."""
    require(uow, Right.WRITE_SETUP, territory)
    if territory is None and uow.actor.territories:
        require(uow, Right.WRITE_SETUP, "everywhere")


def _checked(uow: UnitOfWork, fields: Mapping[str, Any], present: Mapping[str, str]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - _FIELDS:
        complaints.say(name, fields[name], "is nothing a slice has", f"use {', '.join(sorted(_FIELDS))}")
    required = () if present else ("name", "starts", "ends")
    values = checked_texts(fields, {"name": 80}, complaints, required=tuple(n for n in required if n == "name"))
    for name in required:
        if name != "name" and not fields.get(name):
            complaints.say(name, fields.get(name), "is missing", "give a local time such as 07:00")
    for name in ("starts", "ends"):
        if fields.get(name) is not None and not _is_time(fields[name]):
            complaints.say(name, fields[name], "is no time of day", "give it as HH:MM, 00:00 to 24:00")
    both = {**present, **fields}
    if both.get("starts") and both.get("starts") == both.get("ends"):
        complaints.say("ends", both["ends"], "is when it starts", "for a whole day give 00:00 to 24:00")
    if "days" in fields and (not fields["days"] or not set(fields["days"]) <= set(range(7))):
        complaints.say("days", fields["days"], "are no days of the week", "list some of 0 (Monday) to 6 (Sunday)")
    if "days" in fields:
        values["days"] = sorted(set(fields["days"]))
    if "factor" in fields:
        _check_factor(complaints, "factor", fields["factor"])
    for road, factor in (fields.get("by_class") or {}).items():
        if road not in ROAD_CLASSES:
            complaints.say(f"by_class.{road}", factor, "is no class of roads", f"use some of {', '.join(ROAD_CLASSES)}")
        _check_factor(complaints, f"by_class.{road}", factor)
    territory = fields.get("territory_id")
    if territory is not None and uow.session.get(Territory, territory) is None:
        complaints.say("territory_id", territory, "is no territory", "use the id of one, or leave it out")
    complaints.raise_any()
    return values


def _check_factor(complaints: Complaints, place: str, factor: float) -> None:
    if not (math.isfinite(factor) and LEAST_FACTOR <= factor <= MOST_FACTOR):
        remedy = f"give a factor from {LEAST_FACTOR:g} to {MOST_FACTOR:g}; 1.2: it takes a fifth longer"
        complaints.say(place, factor, "is no factor that traffic can have", remedy)


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        return False
    return minute_of(text) <= 24 * 60 and int(minutes) < 60
