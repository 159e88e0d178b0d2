"""Which rows of the board an event may change. A row that is read in vain costs little; one that is not is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain import events
from dispatch.store.tables import BusinessCalendar, Customer, JobType, Site, SlaPolicy, Technician, Territory

EVERYTHING = frozenset({events.ImportApplied.__name__})
"""Kinds after which any row may be another one."""
PLAN = frozenset({events.PlanPublished.__name__, events.LegsMeasured.__name__})
"""Kinds after which any visit may be planned elsewhere, or at another time."""
TERRITORIES = frozenset({events.TerritoryLocked.__name__})
"""Kinds after which what is told of territories may be otherwise, and nothing else."""
NOTHING = frozenset(
    {
        events.DeviceRegistered.__name__,
        events.DeviceRevoked.__name__,
        events.DraftProposed.__name__,
        events.DraftRejected.__name__,
        events.FenceSet.__name__,
        events.HandlerParked.__name__,
        events.RunEnded.__name__,
        events.RunRequested.__name__,
        events.SignedIn.__name__,
        events.TrailRead.__name__,
        events.TravelDegraded.__name__,
        events.TravelRecovered.__name__,
    }
)
"""Kinds that say nothing about any row."""
_SHARED = frozenset(one.__tablename__ for one in (BusinessCalendar, JobType, SlaPolicy, Territory))
"""Tables of which one row stands behind many of the board."""
_TABLES = {
    Customer.__tablename__: "customers",
    Site.__tablename__: "sites",
    Technician.__tablename__: "technicians",
}


@dataclass(slots=True)
class Affected:
    """Identifiers of what events were about. ``everything``: no matter which, read all of it again.

    ``plan``: whatever is planned now may be planned otherwise.
    """

    everything: bool = False
    plan: bool = False
    territories: bool = False
    visits: set[str] = field(default_factory=set)
    jobs: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    technicians: set[str] = field(default_factory=set)

    def take(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Add what an event is about, by the names that all events call things by."""
        if kind in NOTHING:
            return
        if kind in EVERYTHING:
            self.everything = True
        if kind in TERRITORIES:
            self.territories = True
        if kind in PLAN:
            self.plan = True
        if visit := payload.get("visit"):
            self.visits.add(visit)
        if job := payload.get("job"):  # what happens to one visit of a job can be seen on the others
            self.jobs.add(job)
        for name in ("person", "technician"):
            if who := payload.get(name):
                self.technicians.add(who)
        for name in ("technicians_before", "technicians_after"):
            self.technicians |= set(payload.get(name) or ())
        if kind == events.SitePlaced.__name__:
            self.sites.add(payload["site"])
        if kind == events.RecordChanged.__name__:
            self._record(payload["table"], payload["record"])

    def _record(self, table: str, record: str) -> None:
        if table in _SHARED:
            self.everything = True
        elif table in _TABLES:
            getattr(self, _TABLES[table]).add(record)


def affected_by(happened: Iterable[tuple[str, Mapping[str, Any]]]) -> Affected:
    """What these events, each its kind and its payload, are about."""
    found = Affected()
    for kind, payload in happened:
        found.take(kind, payload)
    return found
