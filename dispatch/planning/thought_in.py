"""An imagined visit thought into a plan that is kept ready, without reading and assembling the whole day again.

The visit is made as a snapshot would make it, from the few facts that it depends on; its place joins the places of the
problem, with the ways from and to all others measured in the same traffic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from sqlalchemy import select

from dispatch.planning.facts import Facts, seconds
from dispatch.planning.ground import Ground
from dispatch.planning.imagined import Imagined
from dispatch.planning.places import Places
from dispatch.planning.visits_now import People, VisitsNow
from dispatch.store.tables import HeldSkill, PlanningPolicy
from dispatch.store.tables import Technician as TechnicianRow
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.cache import key_of
from dispatch.travel.ports import FREE, Point, Speeds
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Location, Matrix, Problem, Technician, Travel


def thought_into(
    uow: UnitOfWork,
    ground: Ground,
    thought: Imagined,
    policy: PlanningPolicy,
    technicians: Mapping[str, TechnicianRow],
    travel: TravelProvider,
) -> Problem | None:
    """The ground's problem with the imagined visit in it; None where the ways to it cannot be measured alone: where
    some hours have speeds of their own for classes of roads.
    """
    at = thought.site.at
    problem = _with_place(ground, at, travel)
    if problem is None:
        return None
    facts = _facts(uow, thought, policy, technicians)
    places = cast("Places", _Known(problem.locations))
    visit = VisitsNow(facts, places, _people(uow, facts, problem), []).visit(thought.work)
    return replace(problem, technicians=_now(problem, facts.start), visits=(*problem.visits, visit))


def _now(problem: Problem, now: int) -> tuple[Technician, ...]:
    """The technicians as they can set out now: whoever is on nothing has waited since the problem was made."""
    return tuple(
        replace(
            who,
            shifts=tuple(
                replace(one, start=now) if not one.committed and one.start < now < one.end else one
                for one in who.shifts
            ),
        )
        for who in problem.technicians
    )


class _Known:
    """Places that have their index already."""

    def __init__(self, locations: Sequence[Location]) -> None:
        self._index = {key_of((one.lat, one.lon)): number for number, one in enumerate(locations)}

    def index(self, lat: float, lon: float) -> int:
        return self._index[key_of((lat, lon))]


def _with_place(ground: Ground, at: Point, travel: TravelProvider) -> Problem | None:
    problem, traffic = ground.problem, ground.hours.traffic if ground.hours is not None else None
    at = key_of(at)
    points = [key_of((one.lat, one.lon)) for one in problem.locations]
    if at in points:
        return problem
    if traffic is None or traffic.own:
        return None
    speeds = Speeds("mean", traffic.mean) if traffic.mean != 1 else FREE
    made = {id(table): table for table in problem.travel.values()}
    wider = {key: _wider(table, points, at, travel, speeds) for key, table in made.items()}
    return replace(
        problem,
        locations=(*problem.locations, Location(f"{at[0]:.5f},{at[1]:.5f}", *at)),
        travel={profile: wider[id(table)] for profile, table in problem.travel.items()},
    )


def _wider(table: Travel, points: Sequence[Point], at: Point, travel: TravelProvider, speeds: Speeds) -> Travel:
    """The table with one place more, behind the others."""
    if not isinstance(table, Matrix):
        return table  # a formula knows every place
    there, back = travel.column(points, at, speeds), travel.row(at, points, speeds)
    durations = _framed(table.durations, there.durations, back.durations)
    known = table.distances
    distances = None if known is None else _framed(known, there.distances, back.distances)
    return Matrix(durations, distances)


def _framed(
    table: np.ndarray[tuple[int, int], np.dtype[np.int32]],
    there: np.ndarray[tuple[int, int], np.dtype[np.int32]],
    back: np.ndarray[tuple[int, int], np.dtype[np.int32]],
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    size = len(table)
    made = np.zeros((size + 1, size + 1), table.dtype)
    made[:size, :size] = table
    made[:size, size] = there[:, 0]
    made[size, :size] = back[0]
    made.setflags(write=False)
    return made


def _facts(
    uow: UnitOfWork, thought: Imagined, policy: PlanningPolicy, technicians: Mapping[str, TechnicianRow]
) -> Facts:
    """The facts that a visit nobody has planned depends on."""
    return Facts(
        now=uow.now,
        policy=policy,
        start=seconds(uow.now),
        end=seconds(uow.now),
        zone=thought.zone,
        edition=0,
        plan_id=None,
        position=0,
        work={thought.visit.id: thought.work},
        waiting=frozenset(),
        before={},
        published={},
        done={},
        technicians=technicians,
        skills={},
        shifts={},
        absences={},
        positions={},
        zones={},
        holds={},
        promised={thought.job.id: thought.promised},
    )


def _people(uow: UnitOfWork, facts: Facts, problem: Problem) -> People:
    """Who is in the problem, with the skills that they hold in it, and until when where that ends within it."""
    levels = {who.id: who.skills for who in problem.technicians}
    works_from = {
        who.id: min(one.start for one in who.shifts)
        for who in problem.technicians
        if any(one.end + one.max_overtime > one.start for one in who.shifts)
    }
    last = max((shift.end for _, shift in problem.shifts), default=facts.start)
    until = dt.datetime.fromtimestamp(last, dt.UTC).date()
    ending = select(HeldSkill).where(HeldSkill.valid_until <= until)
    expiring = {}
    for skill in uow.session.scalars(ending):
        if skill.skill in levels.get(skill.technician_id, {}) and skill.valid_until is not None:
            ends = dt.datetime.combine(skill.valid_until + dt.timedelta(days=1), dt.time(), facts.zone)
            expiring[skill.technician_id, skill.skill] = seconds(ends)
    return People(levels, expiring, works_from)
