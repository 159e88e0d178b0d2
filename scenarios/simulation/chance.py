"""What goes otherwise than planned: of a visit, of a technician's day. Drawn once, by name."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from dispatch.domain.visit_lifecycle import VisitAction
from scenarios.simulation.demand import Job
from scenarios.simulation.streams import Streams
from scenarios.situation.situation import Spread
from scenarios.situation.stock import Stock


@dataclass(frozen=True, slots=True)
class VisitChance:
    """How one visit goes. ``work`` and ``travel`` multiply what was planned; ``waiting``: seconds at a closed door;
    ``settling``: seconds between arriving, or the opening of the window, and work.

    ``leg``: the place from which the way there is known, and by what the planned time of that one way is multiplied.
    """

    work: float
    travel: float
    nobody_home: bool
    incomplete: bool
    waiting: int
    reaction: int
    settling: int = 0
    leg: tuple[int, float] | None = None

    def travel_from(self, place: int) -> float:
        """By what the planned time of the way from a place is multiplied."""
        return self.leg[1] if self.leg is not None and self.leg[0] == place else self.travel


@dataclass(frozen=True, slots=True)
class DayChance:
    """How somebody's day begins, and whether they fall ill: the share of the shift after which they go home."""

    late_start: int
    ill_after: float | None


class Chance:
    """All chance of one replication but that of demand."""

    def __init__(self, spread: Spread, streams: Streams, stock: Stock | None = None) -> None:
        self.spread, self.streams, self.stock = spread, streams, stock

    def visit(self, name: str) -> VisitChance:
        """Of a visit, by its id."""
        spread, generator = self.spread, self.streams.of("visit", name)
        work, travel = generator.standard_normal(2).tolist()
        chance = generator.random(5).tolist()
        least, most = spread.reaction
        return VisitChance(
            work=-math.log1p(-chance[0]) if spread.memoryless else _around_one(work, spread.work),
            travel=_around_one(travel, spread.travel),
            nobody_home=chance[1] < spread.no_show,
            incomplete=chance[2] < spread.incomplete,
            waiting=round(420 + 480 * chance[3]),
            reaction=round(least + (most - least) * chance[4]),
        )

    def end_of(self, name: str, job: Job, *, worked_before: bool) -> VisitAction:
        """The step by which a visit ends, by its id. ``worked_before``: an earlier visit of the job found work done."""
        how = self.visit(name)
        if how.nobody_home:
            return VisitAction.NO_SHOW
        if self.lacks_part(name, job, worked_before=worked_before):
            return VisitAction.NEED_PARTS
        return VisitAction.NEED_VISIT if how.incomplete else VisitAction.COMPLETE

    def lacks_part(self, name: str, job: Job, *, worked_before: bool) -> bool:
        """Whether a visit needs a part that the van does not have. Whoever comes again brings it."""
        if self.stock is None or worked_before:
            return False
        need, has = self._part(job)
        return need < self.stock.needed.get(job.kind, 0.0) and has >= self.stock.filled

    def _part(self, job: Job) -> tuple[float, float]:
        """Two numbers between 0 and 1 that belong to a job: it needs a part where the first lies below the share of its
        kind that does, and the van has it where the second lies below the share that vans have.
        """
        need, has = self.streams.of("part", job.id).random(2).tolist()
        return need, has

    def shift(self, name: str, technician: str, date: dt.date) -> DayChance:
        """Of a shift, by its id, its technician's and its day."""
        return self.day(technician, date)

    def day(self, technician: str, date: dt.date) -> DayChance:
        """Of a technician on a day."""
        late, ill, when = self.streams.of("day", f"{technician}/{date.isoformat()}").random(3).tolist()
        return DayChance(
            late_start=round(late * self.spread.late_start),
            ill_after=0.6 * when if ill < self.spread.illness else None,
        )


def _around_one(normal: float, deviation: float) -> float:
    """A lognormal factor of mean 1, without its farthest tails."""
    return float(np.clip(math.exp(deviation * normal - deviation * deviation / 2), 0.5, 3.0))
