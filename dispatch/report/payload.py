"""What the page's script is given: the problem, the plan and its cost as plain JSON, worked out once, here."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dispatch.report.geometry import Geometry, packed
from dispatch.report.states import standings
from optimizer.distance import leg
from optimizer.domain import Plan, Problem, Promise, Visit
from optimizer.scoring import Scorecard
from optimizer.timeline import Timeline, through_gap

Json = dict[str, Any]


def payload(problem: Problem, plan: Plan, scorecard: Scorecard, geometry: Geometry) -> Json:
    """Times in seconds since the epoch, durations in seconds, distances in metres, places in metres on the map."""
    schedule = scorecard.schedule
    timelines = {(line.technician.id, line.shift.id): line for line in schedule.timelines}
    routes = [_route(problem, index, timelines, geometry) for index in range(len(problem.shifts))]
    state = standings(problem, schedule)
    reasons = {left.visit: list(left.reasons) for left in plan.unassigned}
    visits = []
    for visit in problem.visits:
        standing = state[visit.id]
        place = problem.locations[visit.location]
        visits.append(
            _visit(visit)
            | {
                "place": place.id,
                "at": geometry.project(place.lat, place.lon),
                "state": standing.state.value,
                "late": standing.late,
                "spare": standing.spare,
                "limit": standing.limit,
                "reasons": reasons.get(visit.id, []),
            }
        )
    return {
        "name": problem.name,
        "offset": problem.shifts[0][1].utc_offset if problem.shifts else 0,
        "routes": routes,
        "visits": visits,
        "costs": _costs(scorecard),
        "total": float(scorecard.total),
        "broken": scorecard.hard,
        "attribution": geometry.attribution,
        "streets": {name: packed(lines) for name, lines in geometry.streets.items() if lines},
        "names": [[name.name, name.x, name.y, name.angle, name.road_class] for name in geometry.names],
    }


def _promise(promise: Promise | None) -> Json | None:
    if promise is None:
        return None
    return {"at": promise.at, "breach": promise.breach_cost, "perHour": promise.cost_per_hour_late}


def _visit(visit: Visit) -> Json:
    return {
        "id": visit.id,
        "duration": visit.duration,
        "windows": [[window.earliest, window.latest] for window in visit.windows],
        "roles": [dict(role.skills) for role in visit.roles],
        "demand": dict(visit.demand),
        "arriveBy": _promise(visit.arrive_by),
        "completeBy": _promise(visit.complete_by),
        "dropCost": visit.drop_cost,
        "only": list(visit.only),
        "never": list(visit.never),
        "preferred": list(visit.preferred),
        "after": [[link.visit, link.min_gap, link.max_gap] for link in visit.after],
        "previous": None if visit.previous is None else [visit.previous.technician, visit.previous.start],
    }


def _route(problem: Problem, index: int, timelines: dict[tuple[str, str], Timeline], geometry: Geometry) -> Json:
    """A shift, with its route where it has one."""
    technician, shift = problem.shifts[index]
    home = problem.locations[shift.start_location]
    line = timelines.get((technician.id, shift.id))
    entry: Json = {
        "technician": technician.id,
        "shift": shift.id,
        "skills": dict(technician.skills),
        "capacity": dict(technician.capacity),
        "start": shift.start,
        "end": shift.end,
        "home": [home.id, *geometry.project(home.lat, home.lon)],
        "limits": {"overtime": shift.max_overtime, "duty": shift.max_duty, "pace": technician.pace},
        "stops": [],
        "breaks": [],
        "legs": [],
    }
    if line is None:
        return entry
    drives = _drives(problem, line)
    shapes = geometry.legs.get((technician.id, shift.id), ())
    return entry | {
        "depart": line.depart,
        "finish": line.finish,
        "drive": line.drive,
        "metres": line.metres,
        "work": line.work,
        "overtime": line.overtime,
        "stops": [
            [problem.visit_index[stop.visit], stop.role, stop.arrival, stop.start, stop.end] for stop in line.stops
        ],
        "breaks": [[taken.rest.id, taken.start, taken.rest.duration, taken.gap] for taken in line.breaks],
        "legs": [drive | {"line": packed([shape])} for drive, shape in zip(drives, shapes, strict=False)],
    }


def _drives(problem: Problem, line: Timeline) -> list[Json]:
    """Each drive of a route: seconds, metres, and the stretches of time in which the car moves, breaks cut out."""
    places = [line.shift.start_location, *(problem.visits[problem.visit_index[s.visit]].location for s in line.stops)]
    if line.shift.end_location is not None:
        places.append(line.shift.end_location)
    drives = []
    for gap, (a, b) in enumerate(pairwise(places)):
        seconds, metres = leg(problem, line.technician.profile, a, b)
        clock = line.depart if gap == 0 else line.stops[gap - 1].end
        rests = [taken.rest for taken in line.breaks if taken.gap == gap]
        arrival, starts = through_gap(clock, seconds, rests)
        moving, left = [], seconds
        for rest, start in zip(rests, starts, strict=True):
            driven = min(left, start - clock)
            moving.append([clock, clock + driven])
            left, clock = left - driven, start + rest.duration
        moving.append([clock, arrival])
        drives.append({"seconds": seconds, "metres": metres, "moving": [span for span in moving if span[1] > span[0]]})
    return drives


def _costs(scorecard: Scorecard) -> list[Json]:
    lines = []
    for line in scorecard.lines:
        if line.matches:
            weight = float(line.cost) / float(line.amount) if line.amount else 1.0
            matches = [
                [round(float(match.amount) * weight, 2), match.because, match.visit, match.technician]
                for match in line.matches
            ]
            lines.append(
                {
                    "rule": line.rule.id,
                    "level": line.rule.level.value,
                    "cost": round(float(line.cost), 2),
                    "matches": sorted(matches, key=lambda match: -float(match[0] or 0)),
                }
            )
    return sorted(lines, key=lambda line: (line["level"] != "hard", -float(line["cost"])))
