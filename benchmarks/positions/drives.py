"""Simulated drives: the fastest way between two places, driven exactly as the network says, so that at each moment the
place, the heading and the time that is left are known.

The time that is left counts driving and turns alike, from the arc that is really driven along. Whoever sums up what the
arcs alone take is wrong by all the turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dispatch.travel.fastest import Ends, packed
from dispatch.travel.graph import FloatArray
from dispatch.travel.ports import FREE, Fix, Point
from dispatch.travel.roads import RoadNetwork
from optimizer.distance import EARTH_RADIUS_M

SHORTEST, LONGEST = 180.0, 2400.0
"""Seconds that a drive takes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where somebody is so many seconds after setting out, in which direction they drive (degrees), how fast (metres a
    second), and how many seconds are left.
    """

    at: float
    place: Point
    heading: float
    speed: float
    left: float


@dataclass(frozen=True, eq=False)
class Drive:
    """A drive to ``end``. Piece i of it is arc ``arcs[i]``, from ``begins[i]`` seconds on, after the turn into it."""

    network: RoadNetwork
    end: Point
    arcs: tuple[int, ...]
    begins: FloatArray
    takes: float
    last_share: float

    def moment(self, at: float) -> Moment:
        """How things are so many seconds after setting out."""
        graph = self.network.graph
        index = max(0, int(np.searchsorted(self.begins, at, side="right")) - 1)
        arc = self.arcs[index]
        most = self.last_share if index == len(self.arcs) - 1 else 1.0
        share = min(most, (at - float(self.begins[index])) / float(graph.seconds[arc]))
        lat, lon = graph.arc_shape(arc)
        north = np.radians(np.diff(lat)) * EARTH_RADIUS_M
        east = np.radians(np.diff(lon)) * EARTH_RADIUS_M * math.cos(math.radians(float(lat[0])))
        run = np.concatenate(([0.0], np.cumsum(np.hypot(north, east))))
        metres = share * float(run[-1])
        line = min(max(0, int(np.searchsorted(run, metres, side="right")) - 1), len(north) - 1)
        heading = math.degrees(math.atan2(float(east[line]), float(north[line]))) % 360
        place = (float(np.interp(metres, run, lat)), float(np.interp(metres, run, lon)))
        turning = share >= most
        speed = 0.0 if turning else float(graph.metres[arc] / graph.seconds[arc])
        return Moment(at, place, heading, speed, self.takes - at)


def drives(network: RoadNetwork, count: int, seed: int) -> Iterator[Drive]:
    """So many drives between random places, none too short to be wrong about and none out of town."""
    generator = np.random.default_rng(seed)
    graph = network.graph
    turns = {
        (int(a), int(b)): float(seconds)
        for a, b, seconds in zip(graph.turn_from, graph.turn_to, graph.turn_seconds, strict=True)
    }
    found = 0
    while found < count:
        first, last = (int(arc) for arc in generator.integers(0, graph.arc_count, 2))
        if graph.piece[first] == graph.piece[last]:
            continue
        start, end = (_Spot(network, arc, float(generator.random())) for arc in (first, last))
        arcs = network.fastest.under(FREE).path(start.ends(1), end.ends(-1))
        drive = _timed(network, tuple(arcs), start.share(arcs[0]), end.share(arcs[-1]), turns)
        if SHORTEST <= drive.takes <= LONGEST:
            found += 1
            yield drive


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place on a street: after a share of an arc, and of the arc of the other direction where there is one."""

    network: RoadNetwork
    arc: int
    before: float

    @property
    def arcs(self) -> list[int]:
        """The arcs along it."""
        return [arc for arc in (self.arc, int(self.network.graph.reverse[self.arc])) if arc >= 0]

    def share(self, arc: int) -> float:
        """The share of an arc that lies before it."""
        return self.before if arc == self.arc else 1 - self.before

    def ends(self, sign: int) -> Ends:
        """The ways to leave it (the rest of an arc is driven: 1) or to reach it (the rest is not: -1)."""
        graph, weighed = self.network.graph, self.network.fastest.under(FREE)
        rest = np.array([sign * (1 - self.share(arc)) for arc in self.arcs])
        labels = packed(rest * weighed.arc_ms[self.arcs], rest * graph.metres[self.arcs])
        return Ends(np.array([0, len(rest)]), np.array(self.arcs, np.uint32), labels)


def _timed(
    network: RoadNetwork, arcs: tuple[int, ...], first: float, last: float, turns: dict[tuple[int, int], float]
) -> Drive:
    """With the instant at which each arc begins: that of the first one lies before the drive, for it begins on it."""
    graph = network.graph
    at = -first * float(graph.seconds[arcs[0]])
    begins = [at]
    for before, arc in pairwise(arcs):
        at += float(graph.seconds[before]) + turns[before, arc]
        begins.append(at)
    lat, lon = graph.arc_shape(arcs[-1])
    steps = np.hypot(np.diff(lat), np.diff(lon) * math.cos(math.radians(float(lat[0]))))
    run = np.concatenate(([0.0], np.cumsum(steps)))
    end = (float(np.interp(last * run[-1], run, lat)), float(np.interp(last * run[-1], run, lon)))
    return Drive(network, end, arcs, np.array(begins), at + last * float(graph.seconds[arcs[-1]]), last)


def phone(drive: Drive, at: float, noise: float, generator: np.random.Generator) -> Fix:
    """What a phone says then: so many metres wrong in each direction, and five degrees."""
    moment = drive.moment(at)
    north, east, turned = generator.normal(0, (noise, noise, 5.0)).tolist()
    lat = moment.place[0] + math.degrees(north / EARTH_RADIUS_M)
    lon = moment.place[1] + math.degrees(east / EARTH_RADIUS_M / math.cos(math.radians(lat)))
    return Fix(at, lat, lon, (moment.heading + turned) % 360, noise, moment.speed)
