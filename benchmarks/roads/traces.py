"""Made-up drives with noisy positions, and how well matching tells where they end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.graph import metres_between
from dispatch.travel.ports import Fix, Point
from dispatch.travel.roads import Drive, RoadNetwork

Floats = NDArray[np.float64]
FIXES, EVERY_S = 10, 10.0


@dataclass(frozen=True, slots=True)
class Trace:
    """What a phone reported, where it truly was at the end, and whither it went."""

    fixes: tuple[Fix, ...]
    truth: Point
    heading: float
    destination: Point


def random_traces(
    network: RoadNetwork, count: int, seed: int, noise_m: float = 8.0, *, heading: bool = True
) -> list[Trace]:
    """Drives between random places on streets, at an even pace, with bell-shaped noise on every position."""
    generator = np.random.default_rng(seed)
    graph = network.graph
    traces: list[Trace] = []
    while len(traces) < count:
        a, b = generator.choice(len(graph.shape_lat), 2)
        start, end = ((float(graph.shape_lat[i]), float(graph.shape_lon[i])) for i in (a, b))
        drive = network.route(start, end)
        if drive.seconds > FIXES * EVERY_S * 1.5:
            traces.append(_driven(drive, end, generator, noise_m, heading))
    return traces


def _driven(drive: Drive, destination: Point, generator: np.random.Generator, noise_m: float, heading: bool) -> Trace:
    line = np.array(drive.points)
    step = np.asarray(metres_between(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]))
    run = np.concatenate(([0.0], np.cumsum(step)))
    pace = run[-1] / drive.seconds
    last = generator.uniform(FIXES * EVERY_S, drive.seconds * 0.95)
    fixes = []
    truth, way = line[0], 0.0
    for number in range(FIXES):
        at = last - (FIXES - 1 - number) * EVERY_S
        truth, way = _place(line, run, at * pace)
        north, east = generator.normal(0, noise_m, 2) / 111_195
        lat, lon = truth[0] + north, truth[1] + east / np.cos(np.radians(truth[0]))
        said = float((way + generator.normal(0, 8)) % 360) if heading else None
        fixes.append(Fix(at, float(lat), float(lon), said, noise_m * 1.5, pace))
    return Trace(tuple(fixes), (float(truth[0]), float(truth[1])), way, destination)


def _place(line: Floats, run: Floats, metres: float) -> tuple[Floats, float]:
    """The point so far along a line, and the heading there."""
    at = int(np.clip(np.searchsorted(run, metres, side="right") - 1, 0, len(run) - 2))
    a, b = line[at], line[at + 1]
    share = (metres - run[at]) / max(run[at + 1] - run[at], 1e-9)
    heading = np.degrees(np.arctan2((b[1] - a[1]) * np.cos(np.radians(a[0])), b[0] - a[0]))
    return a + share * (b - a), float(heading % 360)
