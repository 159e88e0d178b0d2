"""Which territory, skill and priority a job has on a day of which a forecast says what to expect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenarios.forecast.gathering import joined
from scenarios.simulation.streams import Streams
from scenarios.situation.expected import Expected
from scenarios.situation.situation import Kind, Situation, Urgency

_Cumulated = NDArray[np.float64]
_WILDEST = 4.0
"""No day is more than so many times as busy as it was expected to be."""


@dataclass(frozen=True)
class ExpectedDemand:
    """Draws what an expected job is. Days differ from what is expected of them by a factor that belongs to the day."""

    situation: Situation
    expected: Expected

    def rates(self, date: dt.date, streams: Streams) -> _Cumulated:
        """Jobs in each hour of a day, as busy as it happens to be."""
        expected: _Cumulated = self._rates[:, (date - self.expected.first).days].sum(axis=0)
        return expected * self._busy(date, streams)

    def drawn(self, date: dt.date, hour: int, part: float, urgency: float, site: float) -> tuple[Kind, Urgency, int]:
        """The kind of work, the urgency and the place of a job, from three numbers between 0 and 1."""
        rates = np.cumsum(self._rates[:, (date - self.expected.first).days, hour])
        which = picked(rates, part)
        before = float(rates[which - 1]) if which else 0.0
        rest = (part * float(rates[-1]) - before) / (float(rates[which]) - before)
        kinds, shares = self._kinds[which]
        sites = self._sites[which]
        urgencies, weights = self._urgencies[which]
        place = sites[min(int(site * len(sites)), len(sites) - 1)]
        return kinds[picked(shares, rest)], urgencies[picked(weights, urgency)], place

    def _busy(self, date: dt.date, streams: Streams) -> float:
        if self.expected.busy <= 0:
            return 1.0
        size = 1 / self.expected.busy
        return min(_WILDEST, float(streams.of("busy", date.isoformat()).gamma(size, self.expected.busy)))

    @cached_property
    def _rates(self) -> NDArray[np.float64]:
        """[part, day, hour]"""
        return np.array([part.rates for part in self.expected.parts])

    @cached_property
    def _kinds(self) -> list[tuple[list[Kind], _Cumulated]]:
        of_parts = []
        for part in self.expected.parts:
            kinds = [kind for kind in self.situation.kinds if joined(kind.skills) == part.skill]
            of_parts.append((kinds, np.cumsum([kind.share for kind in kinds])))
        return of_parts

    @cached_property
    def _sites(self) -> list[list[int]]:
        places = self.situation.places
        return [
            [site for site in self.situation.sites if places[site].territory == part.territory]
            for part in self.expected.parts
        ]

    @cached_property
    def _urgencies(self) -> list[tuple[list[Urgency], _Cumulated]]:
        usual = list(self.situation.urgencies)
        by_priority = {urgency.priority: urgency for urgency in usual}
        of_parts = []
        for part in self.expected.parts:
            known = [(by_priority[name], share) for name, share in part.priorities if share > 0]
            known = known or [(urgency, urgency.share) for urgency in usual]
            of_parts.append(([urgency for urgency, _ in known], np.cumsum([share for _, share in known])))
        return of_parts


def picked(cumulated: _Cumulated, share: float) -> int:
    """Which of several weights, added up one after the other, a number between 0 and 1 falls on."""
    return min(int(np.searchsorted(cumulated, share * cumulated[-1], side="right")), len(cumulated) - 1)
