"""What is asked of a running plan: urgent visits near places that are known, and whatever else happens in a day."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from optimizer.domain import Geodesic, Location, Plan, Previous, Problem, Visit
from optimizer.warm import RunningPlan

FAR = 0.02
"""Degrees by which an urgent visit lies beside a known one at most: some two kilometres."""
MUCH = 10
"""An urgent visit costs so many times the dearest other one where nobody does it, so that room is made for it."""


def published(problem: Problem, plan: Plan, cost: float) -> Problem:
    """The problem of a plan that people know: another technician costs so much, and so does each hour later."""
    known = {stop.visit: (route.technician, stop.start) for route in plan.routes for stop in route.stops}
    return replace(
        problem,
        visits=tuple(
            replace(visit, previous=Previous(*known[visit.id]), reassign_cost=cost, cost_per_hour_later=cost)
            if visit.id in known
            else visit
            for visit in problem.visits
        ),
    )


def urgent(problem: Problem, random: Random, number: int) -> tuple[Location | None, Visit]:
    """A visit like one of the problem's, dear to leave out, and its place: a new one where travel is a great circle."""
    alike = [visit for visit in problem.visits if len(visit.roles) == 1 and not visit.after]
    like = random.choice(alike)
    dearest = max(visit.drop_cost or 0 for visit in problem.visits)
    new = replace(
        like, id=f"urgent-{number}", drop_cost=dearest * MUCH, previous=None, reassign_cost=0, cost_per_hour_later=0
    )
    if not all(isinstance(travel, Geodesic) for travel in problem.travel.values()):
        return None, new
    beside = problem.locations[like.location]
    lat, lon = (degrees + random.uniform(-FAR, FAR) for degrees in (beside.lat, beside.lon))
    return Location(f"urgent-{number}", lat, lon), new


def insert(running: RunningPlan, place: Location | None, visit: Visit) -> Visit:
    """Tell a running plan of an urgent visit; the visit as the problem has it."""
    if place is not None:
        visit = replace(visit, location=running.add_place(place))
    running.insert(visit)
    return visit
