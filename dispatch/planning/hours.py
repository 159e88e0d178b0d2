"""What it takes to time a plan by the hour: the traffic, and where each technician's day is local."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.planning.retiming import ByHour, by_hour
from dispatch.planning.traffic import Traffic
from optimizer.domain import Plan, Problem


@dataclass(frozen=True, eq=False)
class Hours:
    """Of one problem. ``zones`` and ``territories``: by technician. ``followed``: the shifts whose first leg is under
    way, and planned with the time that it is expected to take in the traffic of now.
    """

    traffic: Traffic
    zones: Mapping[str, ZoneInfo]
    territories: Mapping[str, str | None]
    followed: frozenset[str] = frozenset()

    def time(self, problem: Problem, plan: Plan) -> ByHour:
        """The plan at the speeds of the hours in which it is driven."""
        return by_hour(problem, plan, self.traffic, self.zones, self.territories, self.followed)

    def as_document(self) -> dict[str, Any]:
        """As JSON values, to be kept beside the problem."""
        people = {who: [zone.key, self.territories.get(who)] for who, zone in self.zones.items()}
        return {"traffic": self.traffic.as_document(), "people": people, "followed": sorted(self.followed)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None, problem: Problem) -> Hours | None:
        """What :meth:`as_document` wrote of the problem; None where nothing was written."""
        if not document:
            return None
        travel = next(iter(problem.travel.values()))
        zones = {who: ZoneInfo(zone) for who, (zone, _) in document["people"].items()}
        territories = {who: territory for who, (_, territory) in document["people"].items()}
        followed = frozenset(document.get("followed", ()))
        return cls(Traffic.from_document(document["traffic"], travel), zones, territories, followed)
