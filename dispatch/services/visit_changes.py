"""Changing what a visit asks for, and pinning it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import VisitChanged, instant
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL
from dispatch.services import asks
from dispatch.services.complaints import Complaints
from dispatch.services.history import last_changed
from dispatch.services.rights import require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import Visit
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.validation import MAX_DURATION

CHANGEABLE = (
    "roles",
    "demand",
    "duration",
    "windows",
    "appointment",
    "only",
    "never",
    "preferred",
    "after_id",
    "after_min_gap",
    "after_max_gap",
    "drop_cost",
)
"""What :func:`change` takes."""

WHILE_COMMITTED = frozenset({"duration", "demand"})
"""What may still be changed once somebody is on the way or there."""


class Over(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The visit is history, or has gone too far for this change."""

    code, title = "visit-over", "The visit has gone too far to be changed"


def change(uow: UnitOfWork, visit_id: str, **fields: Any) -> Visit:
    """Change what a visit asks for; see :data:`CHANGEABLE`. A field that has the value already is no change.

    Raises :class:`NotFound`, :class:`Over`, or :class:`Invalid` with all that makes no sense.
    """
    visit = _changeable(uow, visit_id, Right.CHANGE_JOBS, set(fields) <= WHILE_COMMITTED)
    values = checked(uow, fields)
    if values.get("after_id") is not None:
        _check_link(uow, visit, values["after_id"])
    changed = tuple(name for name, value in values.items() if getattr(visit, name) != value)
    for name in changed:
        setattr(visit, name, values[name])
    _tell(uow, visit, changed)
    return visit


def pin(uow: UnitOfWork, visit_id: str, pin: Mapping[str, Any]) -> Visit:
    """Fix what no plan may change: ``technician`` (id), ``start`` (an instant), ``order`` (true); {} frees it again."""
    visit = _changeable(uow, visit_id, Right.ACT_ON_VISITS, False)
    complaints = Complaints()
    kept: dict[str, Any] = {}
    for name, value in pin.items():
        if value is None or value is False:
            continue
        if name == "technician":
            kept[name] = asks.technicians(uow.session, [value], complaints, "pin.technician")[0]
            if value in visit.never:
                complaints.say("pin.technician", value, "may never do this visit", "take them off `never` first")
        elif name == "start":
            start = asks.moment(value, complaints, "pin.start")
            kept[name] = instant(start) if start is not None else None
        elif name == "order":
            kept[name] = True
        else:
            complaints.say(f"pin.{name}", value, "is nothing that can be pinned", "use technician, start or order")
    complaints.raise_any()
    if kept != visit.pin:
        visit.pin = kept
        _tell(uow, visit, ("pin",))
    return visit


def checked(uow: UnitOfWork, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a visit asks for, each value as it is kept. Raises :class:`Invalid` with all that makes no sense."""
    complaints = Complaints()
    values = dict(fields)
    for name, value in fields.items():
        if name == "roles":
            values[name] = asks.roles(value, complaints)
        elif name == "demand":
            values[name] = asks.quantities(value, complaints, name)
        elif name == "duration":
            values[name] = asks.duration(value, complaints)
        elif name == "windows":
            values[name] = asks.windows(value, complaints)
        elif name in ("only", "never", "preferred"):
            values[name] = asks.technicians(uow.session, value, complaints, name)
        elif name == "drop_cost":
            values[name] = asks.drop_cost(value, complaints)
        elif name in ("after_min_gap", "after_max_gap"):
            complaints.within(name, value, 0, MAX_DURATION, "gaps are seconds")
        elif name not in CHANGEABLE:
            complaints.say(name, value, "is nothing that can be changed", f"use {', '.join(CHANGEABLE)}")
    least, most = fields.get("after_min_gap"), fields.get("after_max_gap")
    if least is not None and most is not None and most < least:
        complaints.say("after_max_gap", most, "is shorter than after_min_gap", "make it at least as long")
    complaints.raise_any()
    return values


def _changeable(uow: UnitOfWork, visit_id: str, right: Right, even_committed: bool) -> Visit:
    visit = uow.get(Visit, visit_id)
    require_sight(uow, right, visit.territory_id, "visit", visit_id)
    visit = locked(uow, Visit, visit_id)
    if visit.status in FINAL or (visit.status in COMMITTED and not even_committed):
        raise Over(
            f"The visit is {visit.status.value.replace('_', ' ')}; "
            + ("nothing of it can be changed any more." if visit.status in FINAL else "recall it first."),
            status=visit.status.value,
            changed=last_changed(uow, visit, "status"),
        )
    return visit


def _check_link(uow: UnitOfWork, visit: Visit, after_id: str) -> None:
    """The visit before belongs to the same job, and no chain comes back to where it began."""
    before = uow.session.get(Visit, after_id)
    if before is None or before.job_id != visit.job_id:
        raise NotFound(f"The job has no visit {after_id!r} that this one could come after.", what="visit", id=after_id)
    links = select(Visit.id, Visit.after_id).where(Visit.job_id == visit.job_id)
    chain = {name: earlier for name, earlier in uow.session.execute(links)}  # noqa: C416  a result is no mapping
    at: str | None = after_id
    while at is not None:
        if at == visit.id:
            complaints = Complaints()
            complaints.say("after_id", after_id, "comes after this visit itself", "break the circle elsewhere first")
            complaints.raise_any()
        at = chain.get(at)


def _tell(uow: UnitOfWork, visit: Visit, changed: tuple[str, ...]) -> None:
    if changed:
        technician = next(iter(assigned_technicians(uow.session, visit.id)), None)
        uow.record(
            VisitChanged(
                visit=visit.id, job=visit.job_id, changed=changed, territory=visit.territory_id, technician=technician
            )
        )
