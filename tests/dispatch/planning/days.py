"""A day that has been planned badly and published, so that a draft has much to change: for tests of what comes then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import SYSTEM
from dispatch.planning.draft import draft_row, propose, proposed
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import locked_head
from dispatch.planning.publish import publish
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, PlanRow, Visit
from dispatch.travel.provider import EstimatedTravel
from optimizer.domain import Plan, Route, Stop
from optimizer.solve import solve
from tests.dispatch.world import HERE, World

TRAVEL = EstimatedTravel(30, 1.3)


@dataclass
class Day:
    """Ids of what there is."""

    store: Store
    world: World
    people: list[str]
    shifts: list[str]
    visits: list[str]

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.store.clock, FixedClock)
        return self.store.clock

    def snapshot(self) -> Snapshot:
        with self.store.reading() as uow:
            return take_snapshot(uow, standard_policy(uow.session), TRAVEL)

    def published(self) -> PlanRow:
        """The published plan."""
        with self.store.reading() as uow:
            row = uow.session.scalars(
                select(PlanRow).where(PlanRow.edition.is_not(None)).order_by(PlanRow.edition)
            ).all()
            return row[-1]

    def stands(self) -> dict[str, tuple[frozenset[str], dt.datetime]]:
        """Visit → who is to do it, and when, by the assignments."""
        people: dict[str, set[str]] = {}
        starts: dict[str, dt.datetime] = {}
        with self.store.reading() as uow:
            for row in uow.session.scalars(select(Assignment)):
                people.setdefault(row.visit_id, set()).add(row.technician_id)
                starts[row.visit_id] = row.start
        return {visit: (frozenset(crew), starts[visit]) for visit, crew in people.items()}

    def status(self, visit: str) -> str:
        with self.store.reading() as uow:
            return uow.get(Visit, visit).status.value

    def draft(self, iterations: int = 400, **fields: Any) -> PlanRow:
        """A draft as a run would write it, without the wait for one."""
        snapshot = self.snapshot()
        plan = solve(snapshot.problem, start=snapshot.published, iterations=iterations, seed=1).plan
        return self.draft_of(snapshot, plan, **fields)

    def draft_of(self, snapshot: Snapshot, plan: Plan, reason: str = "asked", created_by: str = "somebody") -> PlanRow:
        with self.store.unit_of_work() as uow:
            policy = standard_policy(uow.session)
            proposal = propose(snapshot.problem, snapshot.published, plan, policy, snapshot.names, snapshot.hours)
            row = draft_row(
                proposal,
                snapshot=snapshot.as_document(),
                horizon=snapshot.horizon,
                based_on=snapshot.plan_id,
                policy_id=policy.id,
                reason=reason,
                created_by=created_by,
            )
            return proposed(uow, row)


def two_towns(store: Store) -> Day:
    """Two towns too far apart for one to help the other, each with two technicians who have each other's visits."""
    world = World(store)
    world.planning_policy(freeze=0, reassign_cost=1.0)
    people, shifts, visits, swapped = [], [], [], {}
    for town, lat in (("north", HERE[0] + 3), ("south", HERE[0] - 3)):
        territory = world.territory(town, id=f"territory_{town}")
        costs = {"per_travel_hour": 60}
        ends = [(lat, HERE[1] + side * 0.1) for side in (-1, 1)]
        pair = [world.technician(territory=territory, at=end, costs=costs) for end in ends]
        hours = [world.shift(who) for who in pair]
        made = [world.job(territory=territory, at=end, visit={"drop_cost": 300.0})[1] for end in ends]
        swapped |= {made[0]: (pair[1], hours[1]), made[1]: (pair[0], hours[0])}
        people, shifts, visits = [*people, *pair], [*shifts, *hours], [*visits, *made]
    day = Day(store, world, people, shifts, visits)
    routes = tuple(Route(*where, (Stop(visit),)) for visit, where in swapped.items())
    _published(day, Plan(routes))
    return day


def badly_planned(store: Store, seed: int, people: int = 4, visits: int = 14, **policy: Any) -> Day:
    """Technicians around a town and visits in it; the published plan gives the visits to anybody, in any order."""
    draw = Random(seed)
    world = World(store)
    world.planning_policy(**{"freeze": 0, "reassign_cost": 1.0, **policy})
    names = [
        world.technician(f"T{n}", at=_near(draw), costs={"per_travel_hour": 60, "per_overtime_hour": 60})
        for n in range(people)
    ]
    shifts = [world.shift(name, hours=9, max_overtime=7200) for name in names]
    made = [
        world.job(at=_near(draw), visit={"duration": draw.choice([900, 1800, 2700]), "drop_cost": 300.0})[1]
        for _ in range(visits)
    ]
    day = Day(store, world, names, shifts, made)
    stops: dict[int, list[Stop]] = {n: [] for n in range(people)}
    for visit in made:
        stops[draw.randrange(people)].append(Stop(visit))
    _published(day, Plan(tuple(Route(names[n], shifts[n], tuple(some)) for n, some in stops.items() if some)))
    return day


def _published(day: Day, plan: Plan) -> None:
    with day.store.unit_of_work(SYSTEM) as uow:
        locked_head(uow.session)
        policy = standard_policy(uow.session)
        snapshot = take_snapshot(uow, policy, TRAVEL)
        publish(uow, snapshot, solve(snapshot.problem, start=plan, iterations=0).plan, policy)


def _near(draw: Random) -> tuple[float, float]:
    return HERE[0] + draw.randrange(-60, 60) / 1000, HERE[1] + draw.randrange(-40, 40) / 1000
