"""The problem as it is now, made from the store, and the published plan carried over to it.

Done visits are history. What somebody is on comes first on its shift, and so does what starts within the policy's
freeze from now on, as far as the published plan is kept. A visit that a technician accepted keeps its people, and
starts within the policy's tolerance of the published start, or of where it would end up anyway if nothing were changed:
what is late already cannot be held. Pins hold, see :mod:`dispatch.planning.pins`. What gives way to a critical visit is
said in :mod:`dispatch.planning.making_way`.

The published plan, carried over, always holds on the problem: :func:`optimizer.check.check` has nothing to say against
it. What must not move is relaxed until it holds, and the notes say what and why; what may move and does not fit any
more is left out of the carried plan with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dispatch.domain.events import instant
from dispatch.planning.assembling import assemble
from dispatch.planning.facts import Facts, horizon_end, read_facts
from dispatch.planning.hours import Hours
from dispatch.store.tables import PlanningPolicy
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem

__all__ = ["Snapshot", "horizon_end", "snapshot_of", "take_snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """How things stand, as a planning problem.

    ``published`` is the published plan on this problem, timed, with its cost; ``expected`` the same with everything
    still in its place, kept or not: what will happen if nobody does anything (times only). ``held`` are the visits
    that must not move. ``names``: what people call the visits, technicians and promises in it. ``hours`` times its
    plans by the hour. ``urgent`` are the critical visits that the published plan leaves out or is late for,
    ``giving_way`` the accepted visits that may give way to them here.
    """

    problem: Problem
    published: Plan
    expected: Plan
    edition: int
    plan_id: str | None
    position: int
    now: int
    horizon: tuple[dt.datetime, dt.datetime]
    notes: tuple[str, ...]
    held: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    hours: Hours | None = None
    urgent: frozenset[str] = frozenset()
    giving_way: frozenset[str] = frozenset()

    def as_document(self) -> dict[str, Any]:
        """What a plan keeps of the snapshot it was made on, as JSON values."""
        start, end = self.horizon
        return {
            "edition": self.edition,
            "plan": self.plan_id,
            "position": self.position,
            "taken_at": instant(dt.datetime.fromtimestamp(self.now, dt.UTC)),
            "horizon": [instant(start), instant(end)],
            "notes": list(self.notes),
            "held": sorted(self.held),
            "urgent": sorted(self.urgent),
            "giving_way": sorted(self.giving_way),
        }


def take_snapshot(
    uow: UnitOfWork,
    policy: PlanningPolicy,
    travel: TravelProvider,
    *,
    days: int | None = None,
    asking: frozenset[str] = frozenset(),
    making_way: bool = False,
    giving_way: frozenset[str] = frozenset(),
    released: frozenset[str] = frozenset(),
    pins: Mapping[str, Mapping[str, Any]] | None = None,
    asks: Mapping[str, Mapping[str, Any]] | None = None,
) -> Snapshot:
    """The problem at ``uow.now``, under a planning policy. Reads only; works out travel, which may take a while.

    ``days`` and ``asking`` are for booking, see :func:`dispatch.planning.facts.read_facts`. ``making_way``: accepted
    visits may give way to a critical one that would be late, for something that is only proposed. ``giving_way``: these
    accepted visits may, because a person approved it. ``released``, ``pins`` and ``asks`` are for moves by hand: what
    they let go, which pins they set (visit → pin), and what visits ask for then (visit → its fields).
    """
    facts = read_facts(uow, policy, days=days, asking=asking)
    work = {
        key: replace(one.asking_for((asks or {}).get(key)), pinned=(pins or {}).get(key))
        for key, one in facts.work.items()
    }
    facts = replace(facts, work=work, making_way=making_way, giving_way=giving_way, released=released)
    return snapshot_of(facts, travel)


def snapshot_of(facts: Facts, travel: TravelProvider) -> Snapshot:
    """The problem that these facts make."""
    made = assemble(facts, travel)
    zones = {who: facts.zone_of(who) for who in facts.technicians}
    territories = {who: row.territory_id for who, row in facts.technicians.items()}
    return Snapshot(
        problem=made.problem,
        published=made.published,
        expected=made.expected,
        edition=facts.edition,
        plan_id=facts.plan_id,
        position=facts.position,
        now=facts.start,
        horizon=(facts.now, dt.datetime.fromtimestamp(facts.end, dt.UTC)),
        notes=made.notes,
        held=made.held,
        names=made.names,
        hours=Hours(made.traffic, zones, territories, made.followed),
        urgent=made.urgent,
        giving_way=made.giving_way,
    )
