"""The travel engine that needs no server: the roads of an OpenStreetMap extract, inside this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dispatch.travel import storage
from dispatch.travel.graph import RoadGraph, build_graph
from dispatch.travel.matching import Matcher
from dispatch.travel.ports import FREE, NO_WAY, Fix, Leg, Measured, NoWay, OnRoad, Point, Snapped, Source, Speeds
from dispatch.travel.reach import isochrone
from dispatch.travel.roads import PointOffRoadError, RoadNetwork

Progress = Callable[[str, float], None]


def _silently(_doing: str, _share: float) -> None:
    """For callers who need not know how far it is."""


class EmbeddedRoads:
    """Roads held in memory. Safe among threads; others run while it counts."""

    name = "roads"

    def __init__(self, network: RoadNetwork, version: str) -> None:
        """``version``: of the extract and of the rules by which it was read."""
        self.network = network
        self.version = version
        self._matcher = Matcher(network)

    @classmethod
    def from_network(cls, network: RoadNetwork) -> EmbeddedRoads:
        """The engine on a network that is at hand; its version is a fingerprint of the graph."""
        return cls(network, _fingerprint(network.graph))

    @classmethod
    def build(cls, extract: Path, folder: Path, progress: Progress = _silently) -> EmbeddedRoads:
        """Read an OSM extract and write what :meth:`open` needs into a folder.

        Raises :class:`~dispatch.travel.graph.RoadDataError` for an extract that cannot serve, and OSError where the
        disk cannot take the folder (half of a folder may be left; :meth:`open` refuses it).
        """
        progress("reading the roads", 0.0)
        graph = build_graph(extract)
        progress("reading the roads", 1.0)
        progress("contracting the roads", 0.0)
        network = RoadNetwork(graph)
        progress("contracting the roads", 0.9)
        version = storage.version_of(extract)
        storage.write(folder, graph, network.fastest.rank, version)
        progress("contracting the roads", 1.0)
        return cls(network, version)

    @classmethod
    def open(cls, folder: Path) -> EmbeddedRoads:
        """The engine on the roads that :meth:`build` wrote.

        Raises :class:`~dispatch.travel.graph.RoadDataError` for a damaged or foreign folder; the message says what to
        do.
        """
        graph, rank, version = storage.read(folder)
        return cls(RoadNetwork(graph, rank), version)

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """From each start to each end; no way from or to a point that is off every road."""
        durations = np.full((len(starts), len(ends)), NO_WAY, np.int32)
        distances = durations.copy()
        from_here, on_road = self.network.places(starts)
        to_there, reachable = (from_here, on_road) if ends is starts else self.network.places(ends)
        rows, columns = np.flatnonzero(on_road), np.flatnonzero(reachable)
        if len(rows) and len(columns):
            grid = np.ix_(rows, columns)
            durations[grid], distances[grid] = self.network.between(
                from_here.only(rows), to_there.only(columns), speeds
            )
        return Measured(durations, distances, np.full(durations.shape, Source.ROAD, np.uint8))

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """The fastest way through the points, leg by leg, along the roads."""
        try:
            drives = [self.network.route(start, end, speeds) for start, end in pairwise(points)]
        except PointOffRoadError as error:
            raise NoWay(str(error)) from error
        return tuple(Leg(drive.seconds, drive.metres, drive.points, Source.ROAD, drive.streets) for drive in drives)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """The road nearest to each point; None beyond 500 m."""
        places, near = self.network.places(points)
        graph = self.network.graph
        return [
            Snapped(lat, lon, metres, graph.names[int(graph.piece_name[piece])]) if found else None
            for lat, lon, metres, piece, found in zip(
                places.lat.tolist(),
                places.lon.tolist(),
                places.metres.tolist(),
                places.piece.tolist(),
                near.tolist(),
                strict=True,
            )
        ]

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """Where one can be within so many minutes, see :mod:`dispatch.travel.reach`."""
        return isochrone(self.network, point, minutes)

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Where on the roads the last fix lies; None where there is no road around it."""
        return self._matcher.match_all((trace,))[0]

    def match_all(self, traces: Sequence[Sequence[Fix]]) -> list[OnRoad | None]:
        """As :meth:`match`, for many traces at once, which takes less time than one after another."""
        return self._matcher.match_all(traces)


def _fingerprint(graph: RoadGraph) -> str:
    digest = hashlib.sha256()
    for name in storage.COLUMNS:
        digest.update(np.ascontiguousarray(getattr(graph, name)).tobytes())
    return digest.hexdigest()[:16]
