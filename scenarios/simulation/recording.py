"""A simulated time as a record, of the same form as what is taken from a live store."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from dispatch.domain.events import Event
from optimizer.domain import Plan
from scenarios.simulation.agents.base import Agent, Desk
from scenarios.simulation.crews import called_off_at
from scenarios.simulation.environment import Environment
from scenarios.simulation.operation import Operation, ShiftNow, VisitNow
from scenarios.situation.record import (
    Placing,
    Publication,
    Record,
    RecordedJob,
    RecordedRest,
    RecordedShift,
    RecordedVisit,
)
from scenarios.situation.situation import Situation


class Recording:
    """An agent that decides as another one does, while everything that is published is written down."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.publications: list[Publication] = []

    def begin(self, desk: Desk) -> None:
        self.agent.begin(_Watched(desk, self.publications))

    def hear(self, desk: Desk, event: Event) -> None:
        self.agent.hear(_Watched(desk, self.publications), event)

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        self.agent.free(_Watched(desk, self.publications), shift)


class _Watched:
    """A desk at which somebody writes down what is published."""

    def __init__(self, desk: Desk, publications: list[Publication]) -> None:
        self._desk, self._publications = desk, publications

    @property
    def now(self) -> int:
        return self._desk.now

    @property
    def until(self) -> int:
        return self._desk.until

    @property
    def seed(self) -> int:
        return self._desk.seed

    @property
    def situation(self) -> Situation:
        return self._desk.situation

    @property
    def operation(self) -> Operation:
        return self._desk.operation

    def publish(self, plan: Plan) -> None:
        self._desk.publish(plan)
        self._note()

    def give(self, *crew: tuple[VisitNow, ShiftNow]) -> None:
        self._desk.give(*crew)
        self._note()

    def wake(self, at: int, do: Callable[[], None]) -> None:
        self._desk.wake(at, do)

    def _note(self) -> None:
        operation = self._desk.operation
        placings = tuple(
            Placing(name, at.technician, at.shift, at.arrival, at.start, at.end)
            for shift in operation.shifts
            for name in operation.route(shift)
            if (at := operation.visits[name].placed) is not None
        )
        self._publications.append(Publication(self._desk.now, placings, "simulated"))


def record_of(environment: Environment, recording: Recording) -> Record:
    """What happened in a simulated time that is over, with what was published in it."""
    operation = environment.operation
    several = groupby(sorted(operation.visits.values(), key=_turn), key=lambda one: one.job.id)
    jobs = [_job(list(visits)) for _, visits in several]
    return Record(
        first=environment.first,
        days=environment.days,
        start=environment.start,
        end=environment.until,
        jobs=tuple(sorted(jobs, key=lambda job: (job.received, job.id))),
        shifts=tuple(_shift(shift) for shift in operation.shifts.values()),
        publications=tuple(recording.publications),
    )


def _turn(visit: VisitNow) -> tuple[str, int, int]:
    return visit.job.id, visit.sequence, visit.part


def _job(visits: list[VisitNow]) -> RecordedJob:
    job = visits[0].job
    return RecordedJob(
        id=job.id,
        received=job.received,
        site=job.site,
        territory=job.territory,
        kind=job.kind,
        priority=job.priority,
        on_site=job.on_site,
        resolve=job.resolve,
        visits=tuple(_visit(one) for one in visits),
        called_off=called_off_at(visits),
    )


def _visit(visit: VisitNow) -> RecordedVisit:
    job = visit.job
    return RecordedVisit(
        sequence=visit.sequence,
        part=visit.part,
        opened=visit.opened,
        duration=job.duration,
        skills=job.skills,
        windows=job.windows,
        only=job.only,
        never=job.never,
        preferred=job.preferred,
        shift=visit.placed.shift if visit.placed is not None and visit.departed_at is not None else "",
        steps=tuple(sorted(visit.steps, key=lambda one: one.at)),
    )


def _shift(shift: ShiftNow) -> RecordedShift:
    rests = tuple(RecordedRest(one.id, one.earliest, one.latest, one.duration, one.taken_at) for one in shift.rests)
    return RecordedShift(
        id=shift.id,
        technician=shift.person.id,
        date=shift.date,
        start=shift.start,
        end=shift.end,
        max_overtime=shift.max_overtime,
        rests=rests,
        began_at=shift.began_at,
        ended_at=shift.ended_at,
        ill_from=shift.ill_from if shift.known_ill else None,
    )
