"""What comes in: drawn from the situation's demand, or as it was recorded, with the visits that follow one another.

A recorded day brings the jobs that came in on it. Where a scenario has less demand, each is left out by a mark of its
own; where it has more, a job is repeated at another minute of its hour and at another site of its territory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.visit_lifecycle import VisitAction
from scenarios.simulation.demand import DemandOf, Job, growth_of
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Record, RecordedJob, RecordedVisit
from scenarios.situation.situation import Situation

ENDS = (VisitAction.COMPLETE, VisitAction.NEED_PARTS, VisitAction.NEED_VISIT, VisitAction.NO_SHOW)
"""The steps by which somebody who was there ends a visit."""
WORKED = (VisitAction.COMPLETE, VisitAction.NEED_PARTS, VisitAction.NEED_VISIT)
"""Those of them by which work ends."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A visit that is asked for: its job as far as it concerns this visit, its number, its place in a crew, and after
    how many seconds it is known.
    """

    job: Job
    sequence: int
    part: int = 0
    wait: int = 0


class Arrivals:
    """The jobs of a situation, day by day, and what each of them asks for."""

    def __init__(self, situation: Situation, streams: Streams) -> None:
        self.situation, self.streams = situation, streams
        self.record: Record | None = situation.record
        self._drawn = DemandOf(situation, streams)
        self._recorded = {} if self.record is None else {job.id: job for job in self.record.jobs}

    def standing(self, first: dt.date) -> Iterator[Job]:
        """The jobs that are there already as a day begins: known of the first recorded day alone.

        More demand is more that comes in, and not more that is there.
        """
        if self.record is not None and self.record.first == first:
            yield from map(job_of, self.record.standing)

    def day(self, date: dt.date) -> Iterator[Job]:
        """The jobs of which the desk hears on a day, in the order in which it does."""
        if self.record is None or not self.record.covers(date):
            return self._drawn.day(date)
        begins, ends = self.situation.instant(date, 0), self.situation.instant(date + dt.timedelta(days=1), 0)
        came = (one for one in self.record.jobs if max(begins, self.record.start) <= one.received < ends)
        return iter(sorted((job for one in came for job in self._repeated(one)), key=lambda job: (known(job), job.id)))

    def called_off(self, job: Job) -> int | None:
        """When the customer calls it off."""
        recorded = self._recorded.get(_original(job.id))
        return None if recorded is None else recorded.called_off

    # -- visits ----------------------------------------------------------------------------------------------------

    def visits(self, job: Job) -> Sequence[Asked]:
        """What a job asks for as it comes in. ``wait`` counts from then."""
        recorded = self._recorded.get(_original(job.id))
        if recorded is None:
            others = (replace(job, skills=skills) for skills in job.crew)
            return [Asked(one, 1, part) for part, one in enumerate((job, *others))]
        return [
            Asked(asking(job, one), one.sequence, one.part, max(0, one.opened - recorded.received))
            for one in recorded.visits
            if following(recorded, one) is None
        ]

    def again(self, ended: Sequence[Asked], action: VisitAction) -> Sequence[Asked]:
        """What a job asks for once a visit of it has ended, of which ``ended`` are the parts. ``wait`` counts from that
        end.
        """
        job, sequence, wait = ended[0].job, ended[0].sequence, self._comes_again(action)
        recorded = self._recorded.get(_original(job.id))
        plain = (
            [] if action is VisitAction.COMPLETE else [replace(one, sequence=sequence + 1, wait=wait) for one in ended]
        )
        if recorded is None:
            return plain
        this = next((one for one in recorded.visits if one.sequence == sequence and one.when(*ENDS) is not None), None)
        if this is None or job.id != recorded.id:
            later = [one for one in recorded.visits if one.sequence > sequence]
            planned = [one for one in later if one.after_gap is not None and not one.after]
            # Nobody knows what would have followed a visit that was not over on the recorded days.
            return plain or [_asked(job, one, one.after_gap or 0) for one in planned]
        lacked = this.when(VisitAction.NEED_PARTS) is not None
        if lacked != (action is VisitAction.NEED_PARTS):
            return plain  # the van had what it lacked then, or lacks what it had
        told = ((one, following(recorded, one, sequence)) for one in recorded.visits)
        sooner = self._parts_come_sooner if lacked else 1
        return [_asked(job, one, round(gap * sooner)) for one, gap in told if gap is not None]

    def _comes_again(self, action: VisitAction) -> int:
        """Seconds after which a visit follows one that came to nothing, or that lacked a part."""
        stock = self.situation.stock
        return (
            stock.wait if stock is not None and action is VisitAction.NEED_PARTS else self.situation.spread.comes_again
        )

    @property
    def _parts_come_sooner(self) -> float:
        """How many times as long a part takes as when it was recorded."""
        before = None if self.record is None else self.record.stock
        now = self.situation.stock
        return 1.0 if before is None or now is None or before.wait == 0 else now.wait / before.wait

    # -- more and less ---------------------------------------------------------------------------------------------

    def _repeated(self, recorded: RecordedJob) -> Iterator[Job]:
        """The job as often as a scenario's demand has it."""
        job = job_of(recorded)
        often = growth_of(self.situation.demand, job)
        draws = self.streams.of("repeated", recorded.id).random(9)
        for number in range(int(often) + (1 if draws[0] < often - int(often) else 0)):
            yield (
                job if number == 0 else self._like(job, number, float(draws[2 * number - 1]), float(draws[2 * number]))
            )

    def _like(self, job: Job, number: int, minute: float, place: float) -> Job:
        """Another job like this one."""
        hour = job.received - job.received % 3600
        later = hour + int(3600 * minute) - job.received
        places = self.situation.places
        there = [site for site in self.situation.sites if places[site].territory == job.territory] or [job.site]
        return replace(
            job,
            id=f"{job.id}+{number}",
            received=job.received + later,
            known=None if job.known is None else job.known + later,
            site=there[int(place * len(there))],
            on_site=None if job.on_site is None else replace(job.on_site, at=job.on_site.at + later),
            resolve=None if job.resolve is None else replace(job.resolve, at=job.resolve.at + later),
        )


def known(job: Job) -> int:
    """When the desk hears of a job."""
    return job.received if job.known is None else job.known


def together(asked: Iterable[Asked]) -> list[list[Asked]]:
    """What is asked for, visit by visit: the parts of a crew are known at the same time."""
    visits: dict[int, list[Asked]] = {}
    for one in asked:
        visits.setdefault(one.sequence, []).append(one)
    return list(visits.values())


def following(job: RecordedJob, visit: RecordedVisit, ended: int | None = None) -> int | None:
    """How many seconds after the end of the visit before it a visit is known (``ended``: of the visit with this number
    alone).

    None where it does not follow another one: it was known by itself.
    """
    before = max((one.sequence for one in job.visits if one.sequence < visit.sequence), default=None)
    if before is None or visit.after or (ended is not None and before != ended):
        return None
    if visit.after_gap is not None:
        return visit.after_gap
    ends = (one.when(*ENDS) for one in job.visits if one.sequence == before)
    over = next((at for at in ends if at is not None), None)
    return None if over is None or visit.opened < over else visit.opened - over


def asking(job: Job, visit: RecordedVisit) -> Job:
    """The job as far as it concerns one visit."""
    return replace(
        job,
        site=job.site if visit.site is None else visit.site,
        after=(visit.after, visit.after_gap or 0) if visit.after else None,
        duration=visit.duration,
        skills=visit.skills,
        windows=visit.windows,
        only=visit.only,
        never=visit.never,
        preferred=visit.preferred,
    )


def job_of(recorded: RecordedJob) -> Job:
    """A recorded job as it comes in."""
    first = recorded.visits[0]
    plain = Job(
        id=recorded.id,
        received=recorded.received,
        site=recorded.site,
        territory=recorded.territory,
        kind=recorded.kind,
        skills=first.skills,
        priority=recorded.priority,
        duration=first.duration,
        on_site=recorded.on_site,
        resolve=recorded.resolve,
        known=recorded.known,
    )
    return asking(plain, first)


def _asked(job: Job, visit: RecordedVisit, wait: int) -> Asked:
    return Asked(asking(job, visit), visit.sequence, visit.part, wait)


def _original(job: str) -> str:
    return job.partition("+")[0]
