"""What was recorded of some days: what came in, what was planned when, who did what, and what somebody decided by hand.

A record says nothing of who a customer or a technician is: jobs go by their numbers, technicians by the ids that the
situation gives them. Instants are epoch seconds. It is taken from a live store (:mod:`scenarios.situation.taking`), or
from a simulated time (:mod:`scenarios.simulation.recording`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.store.tables import Priority
from optimizer.domain import Promise
from scenarios.situation.added import LATER
from scenarios.situation.stock import Stock

Skills = tuple[tuple[str, int], ...]
Windows = tuple[tuple[int, int], ...]
"""Earliest and latest start of service, each in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a visit's life: when, which, and whose. ``seconds``: of a request for more time."""

    at: int
    action: VisitAction
    technician: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """One visit of a job as it was asked for, and what became of it.

    ``part``: its place in a crew, from 0; a visit for two is recorded as two parts. ``opened``: when it could first be
    planned. ``after_gap``: seconds that have to lie between the end of the visit before it and its start, where it was
    known beforehand that there would be another one; ``after`` names that visit where it is planned with it. ``site``:
    another place than its job's. ``shift``: the shift on which it was done, or empty.
    """

    sequence: int
    opened: int
    duration: int
    skills: Skills
    part: int = 0
    windows: Windows = ()
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    after_gap: int | None = None
    after: str = ""
    site: int | None = None
    shift: str = ""
    steps: tuple[Step, ...] = ()

    def when(self, *actions: VisitAction) -> int | None:
        """When it last took one of these steps."""
        return next((one.at for one in reversed(self.steps) if one.action in actions), None)


@dataclass(frozen=True, slots=True)
class RecordedJob:
    """A job that came in, or was there already. ``site``: index among the places; ``called_off``: by the customer.

    ``known``: when the desk heard of it, where that is not when it came in.
    """

    id: str
    received: int
    site: int
    territory: str
    kind: str
    priority: Priority
    on_site: Promise | None
    resolve: Promise | None
    visits: tuple[RecordedVisit, ...]
    called_off: int | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedRest:
    """A break: when it might begin, how long it is (seconds), and when it was taken."""

    id: str
    earliest: int
    latest: int
    duration: int
    taken_at: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedShift:
    """A shift as it was planned, and when it really began and ended. ``ill_from``: when somebody went home ill.
    ``base``: index of the place from which it was driven, where its technician has another base by now.
    """

    id: str
    technician: str
    date: dt.date
    start: int
    end: int
    max_overtime: int
    rests: tuple[RecordedRest, ...] = ()
    began_at: int | None = None
    ended_at: int | None = None
    ill_from: int | None = None
    base: int | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a publication put a visit."""

    visit: str
    technician: str
    shift: str
    arrival: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A plan that was published: all its stops, each shift's in their order. ``reason``: as the plan says it."""

    at: int
    placings: tuple[Placing, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Something that a person decided otherwise than the program: ``kind`` is ``move``, ``pin``, ``lock``, ``fence`` or
    ``rejection``.

    ``pins``: visit → what is fixed about it from then on (see :mod:`dispatch.planning.pins`); empty: it is let go.
    ``territory`` and ``until`` are of locks, ``until`` also of fences (None: lifted).
    """

    at: int
    kind: str
    pins: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    territory: str = ""
    until: int | None = None

    @property
    def about(self) -> str:
        """What it is about, as people read it."""
        return self.territory or ", ".join(visit for visit, _ in self.pins)


@dataclass(frozen=True)
class Record:
    """What was recorded of ``days`` days from ``first`` on. With no days it says how things stood as ``first`` began:
    which jobs were there, and what was published. ``slowed``: how many times as long every way takes as when it was
    recorded. ``policy``: fields of the planning policy by which was planned. ``stock``: what vans carried then, where
    they carry something else by now.
    """

    first: dt.date
    days: int
    start: int
    end: int
    jobs: tuple[RecordedJob, ...]
    shifts: tuple[RecordedShift, ...]
    publications: tuple[Publication, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    slowed: float = 1.0
    policy: Mapping[str, Any] = field(default_factory=dict)
    stock: Stock | None = field(default=None, metadata=LATER)

    def covers(self, date: dt.date) -> bool:
        """Whether it tells of this day."""
        return self.first <= date < self.first + dt.timedelta(days=self.days)

    @cached_property
    def standing(self) -> tuple[RecordedJob, ...]:
        """The jobs that were there when it begins, in the order in which they had come in."""
        return tuple(one for one in self.jobs if one.received < self.start)

    @cached_property
    def visits(self) -> Mapping[str, tuple[RecordedJob, RecordedVisit]]:
        """Every visit with its job, by its id."""
        return {named(job.id, one.sequence, one.part): (job, one) for job in self.jobs for one in job.visits}

    @cached_property
    def shifts_of(self) -> Mapping[tuple[str, dt.date], tuple[RecordedShift, ...]]:
        """Technician and day → their shifts."""
        found: dict[tuple[str, dt.date], tuple[RecordedShift, ...]] = {}
        for one in self.shifts:
            found[one.technician, one.date] = (*found.get((one.technician, one.date), ()), one)
        return found


def named(job: str, sequence: int, part: int = 0) -> str:
    """The id of a visit: its job and its number, and from the second of a crew on which of them."""
    return f"{job}/{sequence}" if part == 0 else f"{job}/{sequence}.{part + 1}"
