"""One day planned on different travel times, and each of the plans driven on the roads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.travel.crow import CrowFlight
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.estimate import EstimateEngine, PowerLaw
from dispatch.travel.fitting import fit
from dispatch.travel.ports import TravelEngine
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Matrix, Plan, Problem
from optimizer.rules.base import Level
from optimizer.scoring import Scorecard, score
from optimizer.solve import solve

NAIVE, FITTED, ROADS = "1.3 x crow at 40 km/h", "fitted power law", "roads"
PLANNED_ON = (NAIVE, FITTED, ROADS)


@dataclass(frozen=True, slots=True)
class Driven:
    """What a plan comes to when it is driven on the roads: seconds, metres, how many. ``expected``: the driving time
    that its planner believed in; ``astray``: the mean seconds by which arrivals are off from what was planned.
    """

    expected: int
    travel: int
    metres: int
    late: int
    lateness: int
    windows: int
    breaks: int
    overtime: int
    unassigned: int
    musts: int
    astray: float
    cost: float


def travels(network: RoadNetwork, seed: int) -> Mapping[str, TravelEngine]:
    """The engines that a day is planned on, by name."""
    roads = EmbeddedRoads.from_network(network)
    graph = network.graph
    bounds = (
        float(graph.node_lat.min()),
        float(graph.node_lon.min()),
        float(graph.node_lat.max()),
        float(graph.node_lon.max()),
    )
    found = fit(roads, bounds, seed)
    return {NAIVE: CrowFlight(), FITTED: EstimateEngine(found.law, found.detour), ROADS: roads}


def law_in_words(engine: TravelEngine) -> str:
    """The fitted law, as it stands in a table's caption."""
    law = engine.law if isinstance(engine, EstimateEngine) else PowerLaw()
    return f"{law.factor:.2f} x metres ^ {law.exponent:.3f} s"


def planned_on(problem: Problem, engine: TravelEngine) -> Problem:
    """The same day for somebody who believes in these travel times."""
    points = [(place.lat, place.lon) for place in problem.locations]
    measured = engine.table(points, points)
    durations, distances = measured.durations.copy(), measured.distances.copy()
    for table in (durations, distances):
        for at in range(len(points)):
            table[at, at] = 0
        table.flags.writeable = False
    return replace(problem, travel=dict.fromkeys(problem.travel, Matrix(durations, distances)))


def driven(truth: Problem, believed: Problem, *, seconds: float | None, iterations: int | None, seed: int) -> Driven:
    """Plan the day as it is believed to be, and drive the plan as it is."""
    plan = solve(believed, seconds=seconds, iterations=iterations, seed=seed).plan
    return _driven(truth, plan, score(believed, plan))


def _driven(truth: Problem, plan: Plan, believed: Scorecard) -> Driven:
    card = score(truth, plan)
    schedule = card.schedule
    late = []
    for visit in truth.visits:
        if visit.id in schedule.starts:
            promises = ((visit.arrive_by, schedule.starts), (visit.complete_by, schedule.ends))
            late += [max(0, times[visit.id] - one.at) for one, times in promises if one is not None]
    lines = schedule.timelines
    stops = [stop for line in lines for stop in line.stops]
    thought = [stop for line in believed.schedule.timelines for stop in line.stops]
    off = [abs(is_.arrival - was.arrival) for is_, was in zip(stops, thought, strict=True)]
    return Driven(
        expected=sum(line.drive for line in believed.schedule.timelines),
        travel=sum(line.drive for line in lines),
        metres=sum(line.metres for line in lines),
        late=sum(one > 0 for one in late),
        lateness=sum(late),
        windows=len({stop.visit for stop in stops if stop.closed}),
        breaks=sum(taken.start > taken.rest.latest for line in lines for taken in line.breaks),
        overtime=sum(line.overtime for line in lines),
        unassigned=len(truth.visits) - len(schedule.starts),
        musts=sum(len(line.matches) for line in card.lines if line.rule.level is not Level.SOFT),
        astray=sum(off) / max(1, len(off)),
        cost=card.cost["total"],
    )
