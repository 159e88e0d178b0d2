"""Chance as it was recorded: what a visit took, who was not at home, who came late or fell ill.

What belongs to a visit stays with it, whoever does it and whenever, as everywhere in a simulated day. A way that was
driven takes what it took; another way to the same place takes its planned time times the same factor, within bounds.
What was not recorded, because it did not take place, is drawn by name like any other chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from dispatch.domain.visit_lifecycle import VisitAction
from scenarios.simulation.arrivals import ENDS, WORKED
from scenarios.simulation.chance import Chance, DayChance, VisitChance
from scenarios.simulation.demand import Job
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Record, RecordedVisit, named
from scenarios.situation.situation import Situation

_BOUNDS = (0.5, 3.0)
"""A factor of travel beyond these says more of its one way than of the place to which it leads."""
_SOON = 60
"""Who accepts a visit so many seconds after the shift begins has only just seen it."""


class RecordedChance(Chance):
    """All chance of one replication, as far as it was recorded."""

    def __init__(self, situation: Situation, streams: Streams, record: Record) -> None:
        super().__init__(situation.spread, streams, situation.stock)
        self.situation, self.record = situation, record
        self._shifts = {one.id: one for one in record.shifts}
        self._people = {one.id: one for one in situation.people}
        self._legs = dict(legs_of(record, situation))
        self._visits: dict[str, VisitChance] = {}

    def visit(self, name: str) -> VisitChance:
        """As it went; as it is drawn, where nobody knows."""
        if name not in self._visits:
            drawn = super().visit(name)
            known = self.record.visits.get(name)
            self._visits[name] = drawn if known is None else self._as_recorded(name, known[1], drawn)
        return self._visits[name]

    def lacks_part(self, name: str, job: Job, *, worked_before: bool) -> bool:
        """As it was, where somebody worked then. Where vans carry something else by now, what they would have had:
        parts that were there before are there still if vans are filled better, and a job that lacked one lacks it with
        what is left of the probability.
        """
        known = self.record.visits.get(name)
        if known is None or known[1].when(*WORKED) is None:
            return super().lacks_part(name, job, worked_before=worked_before)
        lacked = known[1].when(VisitAction.NEED_PARTS) is not None
        before, now = self.record.stock, self.stock
        if before is None or now is None or worked_before:
            return lacked
        need, has = self._part(job)
        if lacked:
            return before.filled + (1 - before.filled) * has >= now.filled
        share = before.needed.get(job.kind, 0.0)
        had = share * before.filled
        return need * (had + 1 - share) < had and before.filled * has >= now.filled

    def shift(self, name: str, technician: str, date: dt.date) -> DayChance:
        """How a shift began, and whether it ended in illness."""
        known = self._shifts.get(name)
        if known is None:
            return super().shift(name, technician, date)
        ill = None if known.ill_from is None else (known.ill_from - known.start) / max(1, known.end - known.start)
        return DayChance(late_start=0 if known.began_at is None else known.began_at - known.start, ill_after=ill)

    def _as_recorded(self, name: str, visit: RecordedVisit, drawn: VisitChance) -> VisitChance:
        """That who came first of a crew waited, for the others or until it was known that they do not come, is nobody's
        chance.
        """
        chance = self._on_the_way(name, visit, drawn)
        over = visit.when(*ENDS)
        if visit.when(VisitAction.ARRIVE) is None or over is None:
            return chance
        parts = [one for one in self.record.visits[name][0].visits if one.sequence == visit.sequence]
        arrived = max(one.when(VisitAction.ARRIVE, VisitAction.CANCEL) or 0 for one in parts)
        began = visit.when(VisitAction.START)
        if visit.when(VisitAction.NO_SHOW) is not None:
            return replace(chance, nobody_home=True, waiting=over - arrived)
        begins = arrived if began is None else began
        planned = max(round(one.duration * self._pace(one)) for one in parts if one.when(*ENDS) is not None)
        return replace(
            chance,
            nobody_home=False,
            incomplete=visit.when(VisitAction.NEED_VISIT) is not None,
            work=(over - begins) / max(1, planned),
            settling=max(0, begins - max(arrived, opens_at(visit.windows, arrived))),
        )

    def _pace(self, visit: RecordedVisit) -> float:
        who = self._people.get(visit.steps[-1].technician)
        return 1.0 if who is None else who.pace

    def _on_the_way(self, name: str, visit: RecordedVisit, drawn: VisitChance) -> VisitChance:
        """With the way there, and with how long it took to be accepted."""
        chance, shift = drawn, self._shifts.get(visit.shift)
        said, accepted = visit.when(VisitAction.DISPATCH), visit.when(VisitAction.ACCEPT)
        if shift is not None and said is not None and accepted is not None and accepted > shift.start + _SOON:
            chance = replace(chance, reaction=max(0, accepted - said))
        if name in self._legs:
            place, took = self._legs[name]
            planned = int(self.situation.seconds[place, self.record.visits[name][0].site])
            if planned > 0:
                factor = took * self.record.slowed / planned
                chance = replace(chance, travel=min(max(factor, _BOUNDS[0]), _BOUNDS[1]), leg=(place, factor))
        return chance


def legs_of(record: Record, situation: Situation) -> Mapping[str, tuple[int, int]]:
    """Visit → from which place somebody drove there, and how long it took (seconds)."""
    driven: dict[str, list[tuple[int, str, int, int]]] = {}
    for job in record.jobs:
        for visit in job.visits:
            left, arrived = visit.when(VisitAction.DEPART), visit.when(VisitAction.ARRIVE)
            if left is not None and arrived is not None and arrived >= left and visit.shift:
                name = named(job.id, visit.sequence, visit.part)
                driven.setdefault(visit.shift, []).append((left, name, arrived - left, job.site))
    homes = {person.id: person.home for person in situation.people}
    found = {}
    for shift in record.shifts:
        place = homes.get(shift.technician) if shift.base is None else shift.base
        for _, name, took, site in sorted(driven.get(shift.id, ())):
            if place is not None:
                found[name] = place, took
            place = site
    return found


def opens_at(windows: tuple[tuple[int, int], ...], arrived: int) -> int:
    """When service may start for somebody who is there: at once where no window is left."""
    return next((max(arrived, earliest) for earliest, latest in windows if arrived <= latest), arrived)


def chance_of(situation: Situation, streams: Streams) -> Chance:
    """The chance of a situation: as recorded, where there is a record."""
    if situation.record is None:
        return Chance(situation.spread, streams, situation.stock)
    return RecordedChance(situation, streams, situation.record)
