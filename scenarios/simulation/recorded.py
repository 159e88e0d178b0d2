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
from scenarios.simulation.arrivals import ENDS
from scenarios.simulation.chance import Chance, DayChance, VisitChance
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Record, RecordedVisit, named
from scenarios.situation.situation import Situation

_BOUNDS = (0.5, 3.0)
"""A factor of travel beyond these says more of its one way than of the place to which it leads."""
_INCOMPLETE = (VisitAction.NEED_PARTS, VisitAction.NEED_VISIT)
_SOON = 60
"""Who accepts a visit so many seconds after the shift begins has only just seen it."""


class RecordedChance(Chance):
    """All chance of one replication, as far as it was recorded."""

    def __init__(self, situation: Situation, streams: Streams, record: Record) -> None:
        super().__init__(situation.spread, streams)
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

    def shift(self, name: str, technician: str, date: dt.date) -> DayChance:
        """How a shift began, and whether it ended in illness."""
        known = self._shifts.get(name)
        if known is None:
            return super().shift(name, technician, date)
        ill = None if known.ill_from is None else (known.ill_from - known.start) / max(1, known.end - known.start)
        return DayChance(late_start=0 if known.began_at is None else known.began_at - known.start, ill_after=ill)

    def _as_recorded(self, name: str, visit: RecordedVisit, drawn: VisitChance) -> VisitChance:
        chance = self._on_the_way(name, visit, drawn)
        arrived, over = visit.when(VisitAction.ARRIVE), visit.when(*ENDS)
        if arrived is None or over is None:
            return chance
        began = visit.when(VisitAction.START)
        if visit.when(VisitAction.NO_SHOW) is not None:
            return replace(chance, nobody_home=True, waiting=over - arrived)
        begins = arrived if began is None else began
        who = self._people.get(visit.steps[-1].technician)
        planned = round(visit.duration * (1.0 if who is None else who.pace))
        return replace(
            chance,
            nobody_home=False,
            incomplete=visit.when(*_INCOMPLETE) is not None,
            work=(over - begins) / max(1, planned),
            settling=max(0, begins - max(arrived, opens_at(visit.windows, arrived))),
        )

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
        place = homes.get(shift.technician)
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
        return Chance(situation.spread, streams)
    return RecordedChance(situation, streams, situation.record)
