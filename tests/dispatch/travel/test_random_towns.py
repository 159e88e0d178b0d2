"""Random towns with one-way streets, loops, barriers and forbidden turns, measured two ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dispatch.travel.graph import RoadDataError
from dispatch.travel.roads import Point, RoadNetwork
from tests.dispatch.travel.split import split_table
from tests.dispatch.travel.streets import place, street, write_town

KINDS = ("no_left_turn", "no_straight_on", "only_right_turn", "no_u_turn")
MOST_POINTS = 12


def random_town(path: Path, seed: int) -> RoadNetwork | None:
    """A crooked grid with gaps; None where chance left no connected streets."""
    generator = np.random.default_rng(seed)
    size = int(generator.integers(2, 6))
    nodes = {
        1 + x + size * y: (100.0 * x + generator.uniform(-30, 30), 100.0 * y + generator.uniform(-30, 30))
        for x in range(size)
        for y in range(size)
    }
    ways: list[tuple[list[int], dict[str, str]]] = []
    for node in list(nodes):
        for other, beside in ((node + 1, node % size != 0), (node + size, node + size in nodes)):
            if beside and generator.random() < 0.85:
                oneway = str(generator.choice(["no", "no", "yes", "-1"]))
                ways.append(([node, other], street(oneway=oneway, maxspeed=str(generator.choice([30, 50, 70])))))
    loop = len(nodes) + 1
    nodes |= {loop: (-60.0, -20.0), loop + 1: (-60.0, 40.0)}
    ways.append(([1, loop, loop + 1, 1], street(oneway=str(generator.choice(["no", "yes"])))))
    junctions = generator.choice(size * size, 4) + 1
    signs = {int(junctions[0]): {"barrier": "bollard"}, int(junctions[1]): {"highway": "traffic_signals"}}
    restrictions = []
    for via in junctions[2:].tolist():
        touching = [number for number, (refs, _) in enumerate(ways, start=1) if via in refs]
        if len(touching) > 1:
            start, end = generator.choice(touching, 2).tolist()
            restrictions.append((str(generator.choice(KINDS)), start, via, end))
    try:
        return RoadNetwork.from_extract(write_town(path, nodes, ways, signs, restrictions))
    except RoadDataError:
        return None


@pytest.mark.parametrize("batch", range(4))
def test_times_and_distances_are_those_of_a_plain_search_on_the_streets_cut_at_the_points(
    tmp_path: Path, batch: int
) -> None:
    seen = 0
    for seed in range(batch * 10, batch * 10 + 10):
        network = random_town(tmp_path / f"{seed}.osm.pbf", seed)
        if network is None:
            continue
        seen += 1
        generator = np.random.default_rng(seed)
        drawn = [place(*where) for where in generator.uniform(-80, 520, (20 * MOST_POINTS, 2)).tolist()]
        # Points that meet at a corner are one place here, and places one behind the other where streets are cut.
        places, near = network.places(drawn)
        inside = np.flatnonzero(near & (places.share > 0.01) & (places.share < 0.99))
        _, first = np.unique(np.stack((places.piece, places.share))[:, inside], axis=1, return_index=True)
        points: list[Point] = [drawn[at] for at in inside[np.sort(first)[:MOST_POINTS]].tolist()]
        durations, distances = network.table(points)
        seconds, metres = split_table(network, points)
        off_diagonal = ~np.eye(len(points), dtype=bool)
        assert np.abs(durations - seconds)[off_diagonal].max() <= 0.51
        # Equally fast ways of different lengths are rare on crooked streets.
        assert (np.abs(distances - metres)[off_diagonal] <= 0.6).mean() > 0.98
        for a, b in zip(range(0, len(points), 2), range(1, len(points), 2), strict=False):
            way = network.route(points[a], points[b])
            assert (way.seconds, way.metres) == (durations[a, b], distances[a, b])
    assert seen >= 5
