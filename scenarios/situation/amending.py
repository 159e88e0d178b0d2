"""What a scenario's changes make of a record: the same jobs came in on days that are otherwise.

A situation without a record stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from dispatch.store.tables import Priority
from optimizer.domain import Promise
from scenarios.situation.record import RecordedJob, RecordedShift
from scenarios.situation.situation import Situation, Terms, Urgency
from scenarios.situation.stock import Stock


def with_shifts(
    situation: Situation, technicians: Collection[str], make: Callable[[RecordedShift], RecordedShift]
) -> Situation:
    """The recorded shifts of some technicians made otherwise."""
    record = situation.record
    if record is None:
        return situation
    shifts = tuple(make(one) if one.technician in technicians else one for one in record.shifts)
    return replace(situation, record=replace(record, shifts=shifts))


def moved_by(shift: RecordedShift, seconds: int) -> RecordedShift:
    """A shift with its breaks so much later, begun as late as it was and ended by the same illness."""

    def later(at: int | None) -> int | None:
        return None if at is None else at + seconds

    rests = tuple(
        replace(one, earliest=one.earliest + seconds, latest=one.latest + seconds, taken_at=later(one.taken_at))
        for one in shift.rests
    )
    return replace(
        shift,
        start=shift.start + seconds,
        end=shift.end + seconds,
        rests=rests,
        began_at=later(shift.began_at),
        ended_at=later(shift.ended_at),
        ill_from=later(shift.ill_from),
    )


def from_the_old_base(shift: RecordedShift, base: int) -> RecordedShift:
    """A shift of somebody who has another base from now on: what was driven on it was driven from the old one."""
    return shift if shift.base is not None else replace(shift, base=base)


def slowed(situation: Situation, factor: float) -> Situation:
    """Every way takes so many times as long as when it was recorded."""
    record = situation.record
    if record is None:
        return situation
    return replace(situation, record=replace(record, slowed=record.slowed * factor))


def stocked(situation: Situation, stock: Stock) -> Situation:
    """With other vans; of days that were recorded it is remembered what they carried then."""
    record = situation.record
    if record is not None and record.stock is None:
        record = replace(record, stock=situation.stock)
    return replace(situation, stock=stock, record=record)


def promised_anew(situation: Situation, priority: Priority, *, on_site: bool, resolve: bool) -> Situation:
    """The recorded jobs of a priority with what the situation promises now; what missing it costs stays as it was."""
    record = situation.record
    if record is None:
        return situation
    urgency = next(one for one in situation.urgencies if one.priority is priority)

    def due(job: RecordedJob, terms: Terms | None, before: Promise | None) -> Promise | None:
        return before if terms is None else _due(situation, job, terms, urgency, before)

    def made(job: RecordedJob) -> RecordedJob:
        if job.priority is not priority:
            return job
        return replace(
            job,
            on_site=due(job, urgency.on_site, job.on_site) if on_site else job.on_site,
            resolve=due(job, urgency.resolve, job.resolve) if resolve else job.resolve,
        )

    return replace(situation, record=replace(record, jobs=tuple(made(job) for job in record.jobs)))


def _due(situation: Situation, job: RecordedJob, terms: Terms, urgency: Urgency, before: Promise | None) -> Promise:
    at = situation.due(job.received, terms, urgency)
    if before is not None:
        return replace(before, at=at)
    return Promise(at, terms.breach_cost, terms.cost_per_hour_late)
