"""One visit of the simulated day, or the part of it that one member of a crew has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus, advance
from scenarios.simulation.demand import Job
from scenarios.situation.record import Step, named

SAID = (VisitStatus.SCHEDULED, VisitStatus.DISPATCHED, VisitStatus.ACCEPTED)
"""Somebody has the visit on their route, and is not on the way to it yet."""


@dataclass(slots=True)
class Placed:
    """Where a visit stands on the published plan."""

    technician: str
    shift: str
    position: int
    arrival: int
    start: int
    end: int


@dataclass(slots=True)
class VisitNow:
    """One visit of a job. ``opened``: from when on it can be planned. ``extended``: seconds that were asked for.

    ``steps``: all that it took. ``part``: its place in a crew. ``pin``: what a person fixed about it, as
    :mod:`dispatch.planning.pins` has it.
    """

    job: Job
    sequence: int
    opened: int
    status: VisitStatus = VisitStatus.OPEN
    placed: Placed | None = None
    dispatched_at: int | None = None
    accepted_at: int | None = None
    departed_at: int | None = None
    arrived_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    extended: int = 0
    part: int = 0
    pin: Mapping[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Job and number: the same in every scenario that has the job."""
        return named(self.job.id, self.sequence, self.part)

    @property
    def whole(self) -> str:
        """The id of the visit that it is a part of: its own, where no crew is needed."""
        return named(self.job.id, self.sequence)

    def step(self, action: VisitAction, at: int, technician: str | None = None) -> None:
        """One step of its life; of whom, where that is not who has it now.

        Raises :class:`dispatch.domain.errors.DispatchError` for one that does not exist.
        """
        self.status = advance(self.status, action)
        who = "" if self.placed is None else self.placed.technician
        self.steps.append(Step(at, action, who if technician is None else technician))
