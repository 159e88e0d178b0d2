"""Slots: windows that could be promised to a customer and kept, each with what it costs and who would come.

Windows stand on a raster of local time. For each, the visit is placed into the published plan as it would be now, with
all slots that are held for others and all appointments that wait for their plan in it already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from dispatch.domain.errors import DispatchError
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.planning.facts import seconds
from dispatch.planning.placements import Placement, best_by_window, placed, placements
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.visits_now import within
from dispatch.services.placing import NO_POSITION
from dispatch.store.queries.planning import holds_in_force
from dispatch.store.tables import Site, Technician, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem, TimeWindow
from optimizer.policy import Policy

SHORTEST_WINDOW = 1800
"""Seconds that are left of a window at least where a visit's own windows or the present cut it."""
MOST_DAYS = 14


class NotBookable(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Nothing can be promised for this visit."""

    code, title = "not-bookable", "No appointment can be made for it"


@dataclass(frozen=True, slots=True)
class Raster:
    """How windows are cut: minutes after local midnight of the first and the end of the last, and the length of one."""

    first: int = 8 * 60
    last: int = 18 * 60
    length: int = 120

    def windows(self, start: dt.datetime, days: int, zone: ZoneInfo) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The windows of today and the days after it that end after ``start``, as clocks on the wall show them."""
        today = start.astimezone(zone).date()
        for day in range(days):
            midnight = dt.datetime.combine(today + dt.timedelta(days=day), dt.time(), dt.UTC)
            for minutes in range(self.first, self.last - self.length + 1, self.length):
                opens, closes = (
                    (midnight + dt.timedelta(minutes=m)).replace(tzinfo=zone).astimezone(dt.UTC)
                    for m in (minutes, minutes + self.length)
                )
                if closes > start:
                    yield max(opens, start), closes


@dataclass(frozen=True, slots=True)
class Slot:
    """A window that can be kept. ``cost``: what it adds to the plan's cost; ``delayed``: visits that start later by it.

    ``start`` is when service would start by the plan as it is, ``promises_kept`` whether that keeps the job's promises.
    """

    earliest: dt.datetime
    latest: dt.datetime
    technicians: tuple[str, ...]
    names: tuple[str, ...]
    start: dt.datetime
    cost: float
    promises_kept: bool
    delayed: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Slots, the best first. ``edition`` of the plan that they were found in; ``zone``: where the visit is."""

    visit: str
    edition: int
    zone: str
    slots: tuple[Slot, ...]


def offer(
    uow: UnitOfWork, travel: TravelProvider, visit_id: str, *, days: int = 3, raster: Raster | None = None
) -> Offer:
    """The windows of the next days that can be kept for a visit: those that keep its promises first, then the cheapest.

    Raises :class:`NotFound` or :class:`NotBookable`. Rights are checked by :mod:`dispatch.planning.booking`.
    """
    visit = bookable(uow, visit_id)
    zone = zone_of(uow, visit)
    around = Surroundings(uow, travel, visit, days)
    cut = (raster or Raster()).windows(uow.now, min(days, MOST_DAYS), zone)
    windows = [part for opens, closes in cut for part in around.inside(TimeWindow(seconds(opens), seconds(closes)))]
    best = zip(windows, around.best(windows), strict=True)
    found = [around.slot(window, placement) for window, placement in best if placement is not None]
    found.sort(key=lambda slot: (not slot.promises_kept, slot.cost, slot.earliest))
    return Offer(visit.id, around.snapshot.edition, zone.key, tuple(found))


def bookable(uow: UnitOfWork, visit_id: str) -> Visit:
    """The visit, if an appointment can be made for it. Raises :class:`NotFound` or :class:`NotBookable`."""
    visit = uow.get(Visit, visit_id)
    if visit.status not in PLANNABLE:
        status = visit.status.value.replace("_", " ")
        raise NotBookable(f"The visit is {status}; appointments are made for visits that are still to be planned.")
    if uow.get(Site, visit.site_id).lat is None:
        raise NotBookable(NO_POSITION)
    return visit


def zone_of(uow: UnitOfWork, visit: Visit) -> ZoneInfo:
    """The time zone in which the customer reads a clock."""
    site = uow.get(Site, visit.site_id)
    territory = uow.session.get(Territory, visit.territory_id or site.territory_id or "")
    return ZoneInfo(site.time_zone or (territory.time_zone if territory else "UTC"))


class Surroundings:
    """The plan into which a visit is to be placed: the published one with everything that is promised to others."""

    def __init__(self, uow: UnitOfWork, travel: TravelProvider, visit: Visit, days: int) -> None:
        row = standard_policy(uow.session)
        self.uow, self.visit = uow, visit
        self.policy: Policy = weights_of(row)
        self.snapshot: Snapshot = take_snapshot(
            uow, row, travel, days=min(days, MOST_DAYS), asking=frozenset({visit.id})
        )
        self.plan = self._with_promised(self.snapshot.problem, self.snapshot.published)
        asked = self.snapshot.problem.visits[self.snapshot.problem.visit_index[visit.id]]
        # A slot that is asked for may differ from an appointment made before, and from where it was planned.
        self.asked = replace(asked, previous=None, windows=() if visit.appointment else asked.windows)

    def inside(self, window: TimeWindow) -> Sequence[TimeWindow]:
        """The part of a window in which the visit may be, where enough of it is left."""
        parts = within(self.asked.windows, window.earliest, window.latest) if self.asked.windows else (window,)
        return [part for part in parts[:1] if part.latest - part.earliest >= SHORTEST_WINDOW]

    def best(self, windows: Sequence[TimeWindow]) -> Sequence[Placement | None]:
        """For each window the cheapest placement of the visit that starts in it and breaks nothing."""
        visits = list(self.snapshot.problem.visits)
        visits[self.snapshot.problem.visit_index[self.visit.id]] = self.asked
        problem = replace(self.snapshot.problem, visits=tuple(visits))
        return best_by_window(problem, self.plan, self.visit.id, windows, self.policy)

    def slot(self, window: TimeWindow, placement: Placement) -> Slot:
        """What is said of it."""
        technicians = placement.technicians
        promises = ((self.asked.arrive_by, placement.start), (self.asked.complete_by, placement.end))
        return Slot(
            earliest=dt.datetime.fromtimestamp(window.earliest, dt.UTC),
            latest=dt.datetime.fromtimestamp(window.latest, dt.UTC),
            technicians=technicians,
            names=tuple(self.uow.get(Technician, key).name for key in technicians),
            start=dt.datetime.fromtimestamp(placement.start, dt.UTC),
            cost=round(float(placement.cost) + (self.asked.drop_cost or 0) * self.policy.weight("unassigned"), 2),
            promises_kept=all(promise is None or moment <= promise.at for promise, moment in promises),
            delayed=sum(delay > 0 for delay in placement.delays.values()),
        )

    def _with_promised(self, problem: Problem, plan: Plan) -> Plan:
        """The plan with the slots that others hold, and appointments that nobody has planned yet, in it."""
        held = {hold.visit_id for hold in self.uow.session.scalars(holds_in_force(self.uow.now))}
        for left in plan.unassigned:
            visit = problem.visits[problem.visit_index[left.visit]]
            row = self.uow.get(Visit, left.visit)
            if left.visit == self.visit.id or not visit.windows or not (row.appointment or left.visit in held):
                continue
            found = placements(problem, plan, left.visit, policy=self.policy, fitting_only=True)
            if found:
                plan = placed(problem, plan, found[0], self.policy)
        return plan
