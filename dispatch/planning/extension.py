"""Whom it makes late if a visit takes longer: asked before anybody says so.

The day is walked twice from how things stand now, as it is and with the visit longer, each leg at the speeds of its
hour; what differs is the answer. Nothing is written, and no plan is made: that comes once somebody says it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from dispatch.domain.errors import IllegalTransition, Invalid
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import FINAL, NOT_DISPATCHED
from dispatch.planning.facts import Facts
from dispatch.planning.jeopardy import ExpectedStop, stops_ahead
from dispatch.planning.one_day import facts_of_day
from dispatch.planning.policies import standard_policy
from dispatch.planning.snapshot import Snapshot, snapshot_of
from dispatch.services import visits
from dispatch.services.visits import LONGEST_EXTENSION
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import Customer, Job, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider


@dataclass(frozen=True, slots=True)
class Late:
    """A promise that would be missed, or missed by more. ``promise``: ``appointment``, ``on_site`` or ``resolve``.

    ``number`` and ``who`` (the customer) are None for a visit that is none of the technician's: all they may know is
    that there is one.
    """

    visit: str | None
    number: str | None
    who: str | None
    promise: str
    due: dt.datetime
    late_by_before: int
    late_by_after: int


@dataclass(frozen=True, slots=True)
class Extension:
    """What it would come to. ``later``: how many of the technician's visits start a minute or more later; the visit
    itself and the technician's last one end at these instants, before and after.
    """

    visits: Sequence[Late]
    later: int
    ends_before: dt.datetime | None
    ends_after: dt.datetime | None
    day_ends_before: dt.datetime | None
    day_ends_after: dt.datetime | None


def preview(uow: UnitOfWork, visit_id: str, seconds: int, travel: TravelProvider) -> Extension:
    """What it would come to if a visit that the actor may see took so many seconds longer.

    Raises :class:`NotFound`, :class:`IllegalTransition` for a visit that is over, and :class:`Invalid`.
    """
    visit = visits.seen(uow, visit_id)
    if visit.status in FINAL:
        raise IllegalTransition(f"The visit is {visit.status.value.replace('_', ' ')}; it cannot take longer.")
    if not 0 < seconds <= LONGEST_EXTENSION:
        remedy = f"say by how many seconds, 1 to {LONGEST_EXTENSION}"
        problem = "is no time by which work can take longer"
        errors = [{"place": "seconds", "value": seconds, "problem": problem, "remedy": remedy}]
        raise Invalid(f"seconds: {seconds} {problem}; {remedy}.", errors=errors)
    whose = uow.actor.technician or next(iter(assigned_technicians(uow.session, visit_id)), "")
    facts = facts_of_day(uow, standard_policy(uow.session), whose)
    before, after = (snapshot_of(one, travel) for one in (facts, _longer(facts, visit_id, seconds)))
    return _compared(uow, visit_id, whose, (before, after))


def _longer(facts: Facts, visit_id: str, seconds: int) -> Facts:
    """The same facts, but for a visit that takes longer. The row itself stays as it is."""
    work = facts.work.get(visit_id)
    if work is None:
        return facts
    values = {column.key: getattr(work.visit, column.key) for column in inspect(Visit).column_attrs}
    longer = Visit(**{**values, "extended": work.visit.extended + seconds})
    return replace(facts, work={**facts.work, visit_id: replace(work, visit=longer)})


def _compared(uow: UnitOfWork, visit_id: str, whose: str, walks: tuple[Snapshot, Snapshot]) -> Extension:
    stops = [stops_ahead(uow, one) for one in walks]
    before, after = (_worst(one) for one in stops)
    mine = {stop.visit for stop in stops[0] if stop.technician == whose}
    named = _names(uow, before.keys()) if uow.actor.may(Right.READ_JOBS) else _names(uow, mine, _SAID_TO_THEM)
    late = [
        Late(
            visit=key if key in named else None,
            number=named[key][0] if key in named else None,
            who=named[key][1] if key in named else None,
            promise=stop.promise,
            due=_due(stop),
            late_by_before=before[key].late if key in before else 0,
            late_by_after=stop.late,
        )
        for key, stop in sorted(after.items(), key=lambda one: (one[1].start, one[0]))
        if stop.late > (before[key].late if key in before else 0)
    ]
    theirs = [(before[key], after[key]) for key in mine if key in after]
    return Extension(
        visits=late,
        later=sum((two.start - one.start).total_seconds() >= 60 for one, two in theirs if one.visit != visit_id),
        ends_before=before[visit_id].end if visit_id in before else None,
        ends_after=after[visit_id].end if visit_id in after else None,
        day_ends_before=max((one.end for one, two in theirs if _same_shift(one, before, visit_id)), default=None),
        day_ends_after=max((two.end for one, two in theirs if _same_shift(one, before, visit_id)), default=None),
    )


def _same_shift(stop: ExpectedStop, stops: Mapping[str, ExpectedStop], visit_id: str) -> bool:
    return visit_id in stops and stop.shift == stops[visit_id].shift


def _worst(stops: Sequence[ExpectedStop]) -> dict[str, ExpectedStop]:
    """Visit → its stop; of a crew the one who is latest."""
    found: dict[str, ExpectedStop] = {}
    for stop in stops:
        if stop.visit not in found or stop.late > found[stop.visit].late:
            found[stop.visit] = stop
    return found


def _due(stop: ExpectedStop) -> dt.datetime:
    """What is late by so much is due so much sooner: work is resolved at its end, all else is about its start."""
    return (stop.end if stop.promise == "resolve" else stop.start) - dt.timedelta(seconds=stop.late)


_SAID_TO_THEM = case((Visit.status.in_(sorted(NOT_DISPATCHED)), Job.title), else_=Customer.name)
"""Technicians are told nobody's name before the visit is dispatched."""


def _names(
    uow: UnitOfWork, visit_ids: Collection[str], who: ColumnElement[str] | InstrumentedAttribute[str] = Customer.name
) -> dict[str, tuple[str, str]]:
    query = select(Visit.id, Job.number, who).join(Job, Job.id == Visit.job_id)
    query = query.join(Customer, Customer.id == Job.customer_id).where(Visit.id.in_(visit_ids))
    return {visit: (number, name) for visit, number, name in uow.session.execute(query)}
