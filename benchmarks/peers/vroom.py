"""VROOM (BSD-2-Clause), by its Python package pyvroom: https://github.com/VROOM-Project

It knows windows, skills, breaks, loads, several bases and prices of legs and vehicles. It knows no lateness, no price
of overtime (the time is simply allowed) and no price of leaving out: as many visits as can be done by priority,
whatever they cost. Priorities, 0 to 100, are drop costs in proportion. Set-ups: promises as hard windows (``hard``),
and with an hour's grace (``slack``); which is better depends on how much there is to do.

It ends by itself when its exploration is over, on small problems long before the budget is; on large ones its first
plans take longer than a small budget, and are not broken off.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from benchmarks.peers.peer import Limits, Peer, Routes, Search, lacks, library, version_of
from benchmarks.peers.stating import Stated, StatedVisit
from benchmarks.peers.strict import HARD, SLACK, latest

EXPLORATION = 5
"""The deepest there is."""

MOST_IMPORTANT = 100


def prepare(stated: Stated, setup: str, limits: Limits) -> Search:
    """An input of VROOM, and its search."""
    vroom = library("vroom")
    model = vroom.Input()
    for number, way in enumerate(stated.ways):
        model.set_durations_matrix(f"way {number}", way.durations.astype(np.uint32))
        if way.costs is not way.durations:
            model.set_costs_matrix(f"way {number}", way.costs.astype(np.uint32))
    dearest = max((visit.drop_cost or 0 for visit in stated.visits), default=0)
    for number, visit in enumerate(stated.visits):
        model.add_job(
            vroom.Job(
                number,
                location=visit.place,
                default_service=visit.service,
                delivery=list(visit.demand),
                skills=set(visit.needs),
                priority=_priority(visit, dearest),
                time_windows=[vroom.TimeWindow(visit.earliest, latest(visit, setup))],
            )
        )
    for number, shift in enumerate(stated.shifts):
        rests = []
        if shift.rest is not None:
            window = vroom.TimeWindow(max(0, shift.rest.earliest), shift.rest.latest)
            rests = [vroom.Break(number, time_windows=[window], service=shift.rest.duration)]
        model.add_vehicle(
            vroom.Vehicle(
                number,
                start=shift.start_place,
                end=shift.end_place,
                profile=f"way {shift.way}",
                capacity=list(shift.capacity),
                skills=set(shift.meets),
                time_window=vroom.TimeWindow(shift.start, shift.end + shift.max_overtime),
                breaks=rests,
                costs=vroom.VehicleCosts(fixed=shift.fixed),
            )
        )

    def search() -> Routes:
        timeout = timedelta(seconds=limits.seconds)
        found = model.solve(exploration_level=EXPLORATION, nb_threads=limits.threads, timeout=timeout).to_dict()
        routes: list[list[int]] = [[] for _ in stated.shifts]
        for route in found["routes"]:
            routes[route["vehicle"]] = [step["id"] for step in route["steps"] if step["type"] == "job"]
        return routes

    return search


def _priority(visit: StatedVisit, dearest: int) -> int:
    if visit.drop_cost is None:
        return MOST_IMPORTANT
    return round(MOST_IMPORTANT * visit.drop_cost / dearest) if dearest else 0


PEER = Peer(
    id="vroom",
    title="VROOM",
    setups=(HARD, SLACK),
    prepare=prepare,
    lacking=lacks("vroom"),
    version=version_of("pyvroom"),
    suits=lambda stated, setup: setup == HARD or any(visit.late_rate for visit in stated.visits),
)
