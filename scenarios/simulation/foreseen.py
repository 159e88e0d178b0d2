"""The recorded days as they would be known beforehand: first what comes in, then also what goes otherwise than planned.

In both, nothing is done before it is asked for: an early announcement opens a window, and not the customer's door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dispatch.planning.visits_now import AT_LEAST
from dispatch.store.tables import Priority
from scenarios.simulation.arrivals import Arrivals, Asked, following, job_of, together
from scenarios.simulation.chance import Chance, VisitChance
from scenarios.simulation.recorded import chance_of
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Record, RecordedJob, RecordedShift, RecordedVisit, Windows, named
from scenarios.situation.situation import Place, Situation, Spread

_FAR = 400 * 86_400
"""Seconds after which no window that is open ends."""
_MOST_VISITS = 20
"""A job that is not done after so many visits is left alone."""
_NUDGE = 1e-5
AS_PLANNED = Spread(0, 0, no_show=0, incomplete=0, illness=0, late_start=0, reaction=(60, 60))
"""Nothing goes otherwise than planned."""


def announced(situation: Situation, ahead: int = 1) -> Situation:
    """The same days where every job is known as its day begins, or some days before: ``ahead`` counts that day.

    Raises :class:`ValueError` for a situation without a record.
    """
    record = _recorded(situation)
    jobs = tuple(_announced(situation, record, job, ahead) for job in record.jobs)
    return replace(situation, record=replace(record, jobs=jobs))


def _announced(situation: Situation, record: Record, job: RecordedJob, ahead: int) -> RecordedJob:
    if job.received < record.start:
        return job
    day = dt.datetime.fromtimestamp(job.received, situation.zone).date() - dt.timedelta(days=ahead - 1)
    visits = tuple(one if following(job, one) is not None else _opening(one, job.received) for one in job.visits)
    return replace(job, visits=visits, known=max(record.start, situation.instant(day, 0)))


def _opening(visit: RecordedVisit, received: int) -> RecordedVisit:
    return replace(visit, opened=received, windows=_from(visit.windows, visit.opened))


def _from(windows: Windows, at: int) -> Windows:
    """The windows of a visit, as far as they open from an instant on."""
    kept = tuple((max(earliest, at), latest) for earliest, latest in windows if latest >= at)
    return kept or ((at, at + _FAR),)


# All of it -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """A visit that will do some good: what it asks, how it will go, and after which other one, so many seconds."""

    asked: Asked
    chance: VisitChance
    after: tuple[str, int] | None

    @property
    def id(self) -> str:
        return named(self.asked.job.id, self.asked.sequence, self.asked.part)

    @property
    def whole(self) -> str:
        return named(self.asked.job.id, self.asked.sequence)


def foreseen(situation: Situation, streams: Streams) -> Situation:
    """The same days where all is known beforehand: work and ways take what was planned, because that is what they will
    take; nobody goes where nobody is at home or what will be called off; who will be late or ill is not expected.

    ``streams``: of the replication, for what was not recorded. Raises :class:`ValueError` without a record.
    """
    record, chance, arrivals = _recorded(situation), chance_of(situation, streams), Arrivals(situation, streams)
    wanted = [job for job in record.jobs if job.called_off is None or any(one.shift for one in job.visits)]
    chains = {job.id: _chain(job, arrivals, chance) for job in wanted}
    firsts: dict[str, _Known] = {}  # a crew meets at one place
    for one in (one for chain in chains.values() for one in chain):
        firsts.setdefault(one.whole, one)
    places, table, metres = _places(situation, list(firsts.values()))
    at = {whole: len(situation.places) + number for number, whole in enumerate(firsts)}
    shifts = tuple(made for one in record.shifts for made in _shift(one, chance))
    making = _Making(situation, record, shifts, at)
    jobs = tuple(making.job(job, chains[job.id]) for job in wanted if chains[job.id])
    return replace(
        situation,
        places=places,
        seconds=table,
        metres=metres,
        spread=AS_PLANNED,
        stock=None,
        record=replace(record, jobs=jobs, shifts=shifts, slowed=1.0, stock=None),
    )


def _chain(job: RecordedJob, arrivals: Arrivals, chance: Chance) -> Sequence[_Known]:
    """The visits of a job that do some good, one after the other as they will follow; those of a crew part by part."""
    found: list[_Known] = []
    waiting: list[tuple[list[Asked], tuple[str, int] | None]] = [
        (parts, None) for parts in together(arrivals.visits(job_of(job)))
    ]
    while waiting and len(found) < _MOST_VISITS:
        parts, after = waiting.pop(0)
        name = named(job.id, parts[0].sequence, parts[0].part)
        how, action = chance.visit(name), chance.end_of(name, parts[0].job, worked_before=bool(found))
        if not how.nobody_home:
            found += (_Known(one, how, after) for one in parts)
        if parts[0].sequence < _MOST_VISITS:
            later = together(arrivals.again(parts, action))
            waiting += [(some, after if how.nobody_home else (name, some[0].wait)) for some in later]
    return found


def _places(situation: Situation, visits: Sequence[_Known]) -> tuple[tuple[Place, ...], np.ndarray, np.ndarray]:
    """A place for each visit beside its site, to which the ways take what they will take."""
    stands = [*range(len(situation.places)), *(one.asked.job.site for one in visits)]
    table = situation.seconds[np.ix_(stands, stands)].astype(float)
    first = len(situation.places)
    for number, one in enumerate(visits):
        factors = np.full(len(stands), one.chance.travel)
        if one.chance.leg is not None:
            factors[[place == one.chance.leg[0] for place in stands]] = one.chance.leg[1]
        table[:, first + number] *= factors
    taken = {(place.lat, place.lon) for place in situation.places}
    beside = tuple(_beside(situation.places[one.asked.job.site], one.id, taken) for one in visits)
    metres = situation.metres[np.ix_(stands, stands)]
    return (*situation.places, *beside), np.rint(table).astype(np.int32), metres


def _beside(place: Place, name: str, taken: set[tuple[float, float]]) -> Place:
    lat = place.lat
    while (lat, place.lon) in taken:
        lat = round(lat + _NUDGE, 5)
    taken.add((lat, place.lon))
    return replace(place, id=name, lat=lat)


@dataclass(frozen=True)
class _Making:
    """Makes the jobs that are known. ``shifts``: as they will be worked; ``at``: visit, whole → its place."""

    situation: Situation
    record: Record
    shifts: tuple[RecordedShift, ...]
    at: Mapping[str, int]

    def job(self, job: RecordedJob, chain: Sequence[_Known]) -> RecordedJob:
        opened = min(job.received, self.record.start)
        visits = tuple(self._visit(job, one, opened) for one in chain)
        return replace(job, visits=visits, called_off=None, known=max(opened, self.record.start))

    def _visit(self, job: RecordedJob, one: _Known, opened: int) -> RecordedVisit:
        asked = one.asked
        recorded = {(own.sequence, own.part): own for own in job.visits}
        own = recorded.get((asked.sequence, asked.part), job.visits[-1])
        since = job.received if one.after is not None or following(job, own) is not None else own.opened
        return RecordedVisit(
            sequence=asked.sequence,
            part=asked.part,
            opened=opened,
            duration=max(1, round(asked.job.duration * one.chance.work) + one.chance.settling),
            skills=asked.job.skills,
            windows=asked.job.windows if since < self.record.start else _from(own.windows, since),
            only=() if self._nobody_in_time(job, asked.job.only, since) else asked.job.only,
            never=asked.job.never,
            preferred=asked.job.preferred,
            after="" if one.after is None else one.after[0],
            after_gap=None if one.after is None else one.after[1],
            site=self.at[one.whole],
        )

    def _nobody_in_time(self, job: RecordedJob, only: Sequence[str], since: int) -> bool:
        """Whether a critical job was asked of seniors of whom none will be at work when it is due: then anybody may go,
        as the live system has it once they have gone (:mod:`dispatch.planning.visits_now`).
        """
        if job.priority is not Priority.CRITICAL or job.on_site is None or not only:
            return False
        if not all(self.situation.person(who).senior for who in only):
            return False
        in_time = max(job.on_site.at, max(since, self.record.start) + AT_LEAST)
        there = (one for one in self.shifts if one.technician in only)
        return not any(one.start <= in_time <= one.end + one.max_overtime for one in there)


def _shift(shift: RecordedShift, chance: Chance) -> Iterator[RecordedShift]:
    """The shift as it will be worked; none where nothing of it will."""
    how = chance.shift(shift.id, shift.technician, shift.date)
    start, end, overtime = shift.start + how.late_start, shift.end, shift.max_overtime
    if how.ill_after is not None:
        end, overtime = shift.start + round(how.ill_after * (shift.end - shift.start)), 0
    if start < end:
        rests = tuple(replace(one, taken_at=None) for one in shift.rests if one.latest + one.duration <= end)
        yield replace(
            shift, start=start, end=end, max_overtime=overtime, rests=rests, began_at=None, ended_at=None, ill_from=None
        )


def _recorded(situation: Situation) -> Record:
    if situation.record is None:
        raise ValueError(f"{situation.name}: nothing was recorded")
    return situation.record
