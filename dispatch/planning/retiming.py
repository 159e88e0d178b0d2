"""A plan by the hour: each leg driven at the speeds of the hour in which it begins, and how much it may slip.

The problem's travel is one mean for the whole day (:mod:`dispatch.planning.traffic`). Here the plan's decisions stay as
they are, and its times are walked again, with the time of each leg taken from the slice of its own departure, until
departures and legs agree. Where they never would (a leg that arrives sooner by setting out later, at the end of a rush)
the longer time counts. The leg of somebody under way who is expected by the roads holds the traffic already, and keeps
its time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.planning.slack import Key, Slack
from dispatch.planning.traffic import Traffic
from optimizer.distance import leg
from optimizer.domain import Location, Matrix, Plan, Problem, Shift, Technician
from optimizer.timeline import Schedule, TimedStop, Timeline, walk
from optimizer.times import format_time

_ROUNDS = 12
_FREELY = 4
"""So many rounds a leg may become shorter again; after that it may only become longer, so that there is an end."""


@dataclass(frozen=True, slots=True)
class HourLeg:
    """One leg: as planned, and by the hour; ``slack`` None: nothing depends on it."""

    planned: int
    seconds: int
    metres: int
    source: str
    slice: str
    slack: int | None

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {name: getattr(self, name) for name in ("planned", "seconds", "metres", "source", "slice", "slack")}


@dataclass(frozen=True, slots=True)
class HourStop:
    """One stop by the hour: when, how late against the worst missed promise or window, the leg that leads there.

    ``later``: seconds by which service starts later than planned.
    """

    visit: str
    role: int
    arrival: int
    start: int
    end: int
    late: int
    later: int
    leg: HourLeg

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        times = {name: format_time(getattr(self, name)) for name in ("arrival", "start", "end")}
        own = {"visit": self.visit, "role": self.role, **times, "late": self.late, "later": self.later}
        return {**own, "slack": self.leg.slack, "travel": self.leg.as_document()}


@dataclass(frozen=True, slots=True)
class HourRoute:
    """One route by the hour. ``home``: the leg after the last stop; None where the route ends there."""

    technician: str
    shift: str
    depart: int
    finish: int
    overtime: int
    stops: tuple[HourStop, ...]
    home: HourLeg | None

    @property
    def legs(self) -> tuple[HourLeg, ...]:
        """All of its legs."""
        return (*(stop.leg for stop in self.stops), *((self.home,) if self.home is not None else ()))

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "technician": self.technician,
            "shift": self.shift,
            "depart": format_time(self.depart),
            "finish": format_time(self.finish),
            "overtime": self.overtime,
            "stops": [stop.as_document() for stop in self.stops],
            "home": None if self.home is None else self.home.as_document(),
        }


@dataclass(frozen=True)
class ByHour:
    """A plan by the hour."""

    routes: tuple[HourRoute, ...]

    @property
    def summary(self) -> dict[str, Any]:
        """In numbers. ``later``: visits that start a minute or more later than planned, ``worst`` the most (seconds);
        ``late``: those that miss a window or promise, ``newly_late``: those that would not by the planned times.
        """
        stops = [stop for route in self.routes for stop in route.stops]
        legs = [one for route in self.routes for one in route.legs]
        slacks = [one.slack for one in legs if one.slack is not None]
        sources = [one.source for one in legs]
        return {
            "visits": len({stop.visit for stop in stops}),
            "later": len({stop.visit for stop in stops if stop.later >= 60}),
            "worst": max((stop.later for stop in stops), default=0),
            "late": len({stop.visit for stop in stops if stop.late > 0}),
            "newly_late": len({stop.visit for stop in stops if 0 < stop.late <= stop.later}),
            "least_slack": min(slacks, default=None),
            "travel": sum(one.seconds for one in legs),
            "planned_travel": sum(one.planned for one in legs),
            "overtime": sum(route.overtime for route in self.routes),
            "legs": len(legs),
            "estimated": sources.count("estimate"),
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """What people should know of it."""
        found, said = self.summary, []
        if found["later"] or found["newly_late"]:
            later = f"{_counted(found['later'], 'visit')} up to {_minutes(found['worst'])} later"
            broken = f", {found['newly_late']} of them too late" if found["newly_late"] else ""
            said.append(f"Timed by the hour: {later}{broken}{_least(found['least_slack'])}.")
        elif found["least_slack"] is not None and found["travel"] != found["planned_travel"]:
            said.append(f"Timed by the hour: no visit later{_least(found['least_slack'])}.")
        elif found["least_slack"] is not None:
            said.append(f"The leg with the least slack may take {_minutes(found['least_slack'])} longer.")
        if 0 < found["estimated"] < found["legs"]:
            said.append(f"{found['estimated']} of {found['legs']} legs are estimated, not measured on roads.")
        return tuple(said)

    def as_document(self) -> dict[str, Any]:
        """As JSON values, as a plan keeps it."""
        return {
            "routes": [route.as_document() for route in self.routes],
            "summary": self.summary,
            "sentences": list(self.sentences),
        }


def by_hour(
    problem: Problem,
    plan: Plan,
    traffic: Traffic,
    zones: Mapping[str, ZoneInfo] | None = None,
    territories: Mapping[str, str | None] | None = None,
    followed: Collection[str] = (),
) -> ByHour:
    """The plan at the speeds of the hours in which its legs begin.

    ``zones`` and ``territories``: by technician. Without a zone the day is local by the shift's own offset.
    ``followed``: shifts whose first leg takes as long as planned, whatever the hour.
    """
    return _Retiming(problem, plan, traffic, zones or {}, territories or {}, followed).run()


class _Retiming:
    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        traffic: Traffic,
        zones: Mapping[str, ZoneInfo],
        territories: Mapping[str, str | None],
        followed: Collection[str],
    ) -> None:
        self.problem, self.plan, self.traffic, self.zones, self.territories = problem, plan, traffic, zones, territories
        self.followed = followed
        self.planned = walk(problem, plan)
        # Each stop and each end of a route is a place of its own, so that one leg can be changed and no other.
        self.own: dict[Key, list[int]] = {}
        self.real: dict[Key, list[int]] = {}
        places: dict[str, int] = {}
        for line in self.planned.timelines:
            key = line.technician.id, line.shift.id
            first, last = len(places), len(places) + 1
            places |= {f"{first}": first, f"{last}": last}
            visits = [problem.visits[problem.visit_index[stop.visit]] for stop in line.stops]
            for visit in visits:
                places.setdefault(f"visit {visit.id}", len(places))
            self.own[key] = [first, *(places[f"visit {visit.id}"] for visit in visits), last]
            end = line.shift.end_location
            here = [line.shift.start_location, *(visit.location for visit in visits)]
            self.real[key] = [*here, here[-1] if end is None else end]
        self.places = places
        self.seconds = np.zeros((len(places), len(places)), np.int32)
        self.metres = np.zeros_like(self.seconds)
        self.slice: dict[tuple[int, int], str] = {}

    def run(self) -> ByHour:
        for line in self.planned.timelines:
            for own, real in self._legs(line):
                self.seconds[own], self.metres[own] = leg(self.problem, line.technician.profile, *real)
        problem = self._problem()
        schedule = self.planned
        if self.traffic.slices or self.traffic.mean != 1:
            for number in range(_ROUNDS):
                if not self._driven(schedule, only_longer=number >= _FREELY):
                    break
                schedule = walk(problem, self.plan)
        slack = Slack(problem, schedule)
        self.starts = {
            (line.technician.id, line.shift.id, stop.visit, stop.role): stop.start
            for line in self.planned.timelines
            for stop in line.stops
        }
        return ByHour(tuple(self._route(line, slack) for line in schedule.timelines))

    def _legs(self, line: Timeline) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Each leg of a route: its own places, and those of the problem; the way home only where there is one."""
        key = line.technician.id, line.shift.id
        legs = list(zip(pairwise(self.own[key]), pairwise(self.real[key]), strict=True))
        return iter(legs if line.shift.end_location is not None else legs[:-1])

    def _problem(self) -> Problem:
        """The problem with a place of its own for each stop; its tables are those that change here."""
        problem, travel = self.problem, Matrix(self.seconds, self.metres)
        where = {name: self.places.get(f"visit {name}", 0) for name in problem.visit_index}
        people = tuple(
            replace(who, shifts=tuple(self._moved(who, shift) for shift in who.shifts)) for who in problem.technicians
        )
        return replace(
            problem,
            locations=tuple(Location(name, 0.0, 0.0) for name in self.places),
            travel=dict.fromkeys(problem.travel, travel),
            technicians=people,
            visits=tuple(replace(visit, location=where[visit.id]) for visit in problem.visits),
        )

    def _moved(self, who: Technician, shift: Shift) -> Shift:
        own = self.own.get((who.id, shift.id))
        if own is None:
            return replace(shift, start_location=0, end_location=None if shift.end_location is None else 0)
        return replace(shift, start_location=own[0], end_location=None if shift.end_location is None else own[-1])

    def _driven(self, schedule: Schedule, *, only_longer: bool) -> bool:
        """Take each leg's time from the slice of its departure; whether any changed."""
        changed = False
        for line in schedule.timelines:
            territory = self.territories.get(line.technician.id)
            departures = [line.depart, *(stop.end for stop in line.stops)]
            for number, ((own, real), departure) in enumerate(zip(self._legs(line), departures, strict=False)):
                planned = leg(self.problem, line.technician.profile, *real)[0]
                local = self._local(line, departure)
                seconds, name = self.traffic.seconds(planned, *real, local, territory)
                if number == 0 and line.shift.id in self.followed:
                    seconds = planned
                if own not in self.slice or (seconds != self.seconds[own] and not only_longer):
                    changed |= seconds != int(self.seconds[own])
                    self.seconds[own], self.slice[own] = seconds, name
                elif seconds > self.seconds[own]:
                    self.seconds[own], self.slice[own], changed = seconds, name, True
        return changed

    def _local(self, line: Timeline, at: int) -> dt.datetime:
        zone = self.zones.get(line.technician.id) or dt.timezone(dt.timedelta(seconds=line.shift.utc_offset))
        return dt.datetime.fromtimestamp(at, zone)

    def _route(self, line: Timeline, slack: Slack) -> HourRoute:
        key = line.technician.id, line.shift.id
        legs = []
        for number, (own, real) in enumerate(self._legs(line)):
            planned, metres = leg(self.problem, line.technician.profile, *real)
            said = self.slice.get(own, "free")
            spare = slack.of_leg(key, number)
            legs.append(HourLeg(planned, int(self.seconds[own]), metres, self.traffic.source(*real), said, spare))
        stops = tuple(
            HourStop(
                visit=stop.visit,
                role=stop.role,
                arrival=stop.arrival,
                start=stop.start,
                end=stop.end,
                late=lateness(self.problem, stop),
                later=stop.start - self.starts[*key, stop.visit, stop.role],
                leg=one,
            )
            for stop, one in zip(line.stops, legs, strict=False)
        )
        home = legs[-1] if line.shift.end_location is not None else None
        return HourRoute(*key, line.depart, line.finish, line.overtime, stops, home)


def lateness(problem: Problem, stop: TimedStop) -> int:
    """Seconds by which the promise or window that is missed worst is missed."""
    visit = problem.visits[problem.visit_index[stop.visit]]
    late = [0]
    if visit.arrive_by is not None:
        late.append(stop.start - visit.arrive_by.at)
    if visit.complete_by is not None:
        late.append(stop.end - visit.complete_by.at)
    if stop.closed:
        late.append(stop.start - visit.windows[-1].latest)
    return max(late)


def _least(slack: int | None) -> str:
    return "" if slack is None else f", least slack {_minutes(slack)}"


def _minutes(seconds: int) -> str:
    return f"{seconds // 60} min"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
