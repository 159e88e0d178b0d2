"""Addresses for a sample: real streets of the road network, invented house numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from dispatch.travel.extract import ROAD_CLASSES
from dispatch.travel.graph import RoadGraph

# Where people live and trade: nobody has an address on a motorway.
ADDRESS_CLASSES = ("secondary", "tertiary", "unclassified", "residential")
# A place is in town where at least so many street pieces lie within so many metres.
TOWN_PIECES, TOWN_M = 60, 500
METRES_PER_DEGREE = 111_195.0
FRONT_GARDEN_M = 7.0


@dataclass(frozen=True, slots=True)
class Place:
    """An address: its name ("Avenida Balmaceda 1043") and position in degrees."""

    name: str
    lat: float
    lon: float


def draw_places(graph: RoadGraph, count: int, generator: np.random.Generator, outskirts: float = 0.0) -> list[Place]:
    """Draw ``count`` different addresses on named streets; a share of them, ``outskirts``, anywhere, the rest in town.

    Raises ValueError where the network has too few named streets in town.
    """
    squeeze = np.cos(np.radians(graph.node_lat.mean()))
    middle = (graph.piece_start[:-1] + graph.piece_start[1:]) // 2
    position = np.stack((graph.shape_lon[middle] * squeeze, graph.shape_lat[middle]), axis=1) * METRES_PER_DEGREE
    neighbours = cKDTree(position).query_ball_point(position, TOWN_M, return_length=True)
    classes = [ROAD_CLASSES.index(name) for name in ADDRESS_CLASSES]
    named = np.isin(graph.piece_class, classes) & (graph.piece_name != graph.names.index(""))
    anywhere, town = np.flatnonzero(named), np.flatnonzero(named & (neighbours >= TOWN_PIECES))
    if len(town) < count:
        raise ValueError(f"the road network has {len(town)} named street pieces in town; {count} addresses need more")
    forward_arc = np.full(graph.piece_count, -1)
    forward_arc[graph.piece] = np.arange(graph.arc_count)

    places: dict[str, Place] = {}
    while len(places) < count:
        choice = anywhere if generator.random() < outskirts else town
        piece = int(choice[generator.integers(len(choice))])
        share = generator.uniform(0.3, 0.7)
        side = generator.choice((-1, 1)) * FRONT_GARDEN_M / METRES_PER_DEGREE
        lat, lon = graph.arc_shape(int(forward_arc[piece]))
        steps = np.hypot(np.diff(lat), np.diff(lon) * squeeze)
        run = np.concatenate(([0.0], np.cumsum(steps)))
        line = int(np.searchsorted(run, share * run[-1], side="right")) - 1
        line = min(line, len(steps) - 1)
        part = (share * run[-1] - run[line]) / steps[line] if steps[line] else 0.0
        north, east = lat[line + 1] - lat[line], (lon[line + 1] - lon[line]) * squeeze
        length = np.hypot(north, east) or 1.0
        name = f"{graph.names[int(graph.piece_name[piece])]} {generator.integers(10, 1900)}"
        place = Place(
            name=name,
            lat=round(float(lat[line] + part * north - side * east / length), 6),
            lon=round(float(lon[line] + (part * east + side * north / length) / squeeze), 6),
        )
        places.setdefault(name, place)
    return list(places.values())
