"""The native roads engine against a plain search, on graphs of every shape."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.travel.native import NO_WAY, Hierarchy, Nearby, order_of_arcs

SEEDS = range(40)
Columns = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]


@dataclass
class Web:
    """A random graph: edges with weights, and an order of contraction."""

    count: int
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    weights: NDArray[np.int64]
    rank: NDArray[np.uint32]

    @classmethod
    def drawn(cls, seed: int) -> Web:
        generator = np.random.default_rng(seed)
        count = int(generator.integers(1, 40))
        edges = generator.integers(0, count, (int(generator.integers(0, 5 * count)), 2))
        tail, head = edges[edges[:, 0] != edges[:, 1]].astype(np.uint32).T
        weights = generator.integers(1, 10 if seed % 2 else 10**9, len(tail))
        return cls(count, tail.copy(), head.copy(), weights, generator.permutation(count).astype(np.uint32))

    def distances(self, start: int, limit: int = NO_WAY) -> list[int]:
        """By Dijkstra's algorithm, as plain as it can be."""
        best = [NO_WAY] * self.count
        best[start] = 0
        queue = [(0, start)]
        while queue:
            here, at = heapq.heappop(queue)
            for edge in np.flatnonzero(self.tail == at).tolist():
                there = here + int(self.weights[edge])
                to = int(self.head[edge])
                if here == best[at] and there < best[to] and there <= limit:
                    best[to] = there
                    heapq.heappush(queue, (there, to))
        return best

    def ends(self, seed: int, count: int) -> Columns:
        """Points with none to three vertices each, and labels."""
        generator = np.random.default_rng(seed)
        sizes = generator.integers(0, 4, count)
        first = np.concatenate(([0], np.cumsum(sizes)))
        vertices = generator.integers(0, self.count, int(first[-1])).astype(np.uint32)
        return first, vertices, generator.integers(0, 20, len(vertices))


def best_between(starts: Columns, ends: Columns, i: int, j: int, table: list[list[int]]) -> int:
    ways = [
        table[starts[1][a]][ends[1][b]] + int(starts[2][a]) + int(ends[2][b])
        for a in range(starts[0][i], starts[0][i + 1])
        for b in range(ends[0][j], ends[0][j + 1])
        if table[starts[1][a]][ends[1][b]] < NO_WAY
    ]
    return min(ways, default=NO_WAY)


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_and_pairs_are_those_of_a_plain_search(seed: int) -> None:
    web = Web.drawn(seed)
    ways = Hierarchy(web.rank, web.tail, web.head).weighed(web.weights)
    plain = [web.distances(start) for start in range(web.count)]
    # Few to many, many to few, and more than are swept abreast.
    for rows, columns in ((3, 9), (9, 3), (19, 19)):
        starts, ends = web.ends(seed + 1, rows), web.ends(seed + 2, columns)
        table = ways.table(starts, ends)
        expected = [[best_between(starts, ends, i, j, plain) for j in range(columns)] for i in range(rows)]
        assert table.tolist() == expected
    pairs = ways.pairs(starts, ends)
    assert pairs.tolist() == [expected[i][i] for i in range(19)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_path_follows_edges_and_costs_what_the_table_says(seed: int) -> None:
    web = Web.drawn(seed)
    ways = Hierarchy(web.rank, web.tail, web.head).weighed(web.weights)
    edges: dict[tuple[int, int], int] = {}
    for a, b, weight in zip(web.tail.tolist(), web.head.tolist(), web.weights.tolist(), strict=True):
        edges[a, b] = min(weight, edges.get((a, b), weight))
    generator = np.random.default_rng(seed)
    for start, end in generator.integers(0, web.count, (10, 2)).tolist():
        expected = web.distances(start)[end]
        path = ways.path(one(start), one(end)).tolist()
        if expected >= NO_WAY:
            assert path == []
            continue
        assert (path[0], path[-1]) == (start, end)
        assert sum(edges[step] for step in pairwise(path)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_nearby_finds_what_lies_within_its_limit(seed: int) -> None:
    web = Web.drawn(seed)
    nearby = Nearby(web.count, web.tail, web.head, web.weights)
    first, vertices, _ = web.ends(seed, 5)
    generator = np.random.default_rng(seed)
    limits = generator.integers(-1, 30 if seed % 2 else 3 * 10**9, 4)
    expected = []
    for group, limit in enumerate(limits.tolist()):
        for start in vertices[first[group] : first[group + 1]].tolist():
            reached = web.distances(start, limit) if limit >= 0 else [NO_WAY] * web.count
            expected += [reached[end] for end in vertices[first[group + 1] : first[group + 2]].tolist()]
    assert nearby.steps(first, vertices, limits).tolist() == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_every_arc_has_a_rank_of_its_own(seed: int) -> None:
    generator = np.random.default_rng(seed)
    nodes = int(generator.integers(1, 60))
    # Some lie on top of each other; there are loops, parallel arcs, and parts that nothing joins.
    lat, lon = generator.integers(0, 8, (2, nodes)).astype(np.float64)
    tail, head = generator.integers(0, nodes, (2, int(generator.integers(0, 4 * nodes)))).astype(np.uint32)
    rank = order_of_arcs(lat, lon, tail, head)
    assert sorted(rank.tolist()) == list(range(len(tail)))


def test_what_does_not_fit_together_is_refused() -> None:
    web = Web.drawn(5)
    with pytest.raises(ValueError, match="ranks must be the numbers from 0, each once"):
        Hierarchy(np.zeros(web.count, np.uint32), web.tail, web.head)
    with pytest.raises(ValueError, match="from one vertex to another"):
        Hierarchy(web.rank, np.array([web.count], np.uint32), np.array([0], np.uint32))
    hierarchy = Hierarchy(web.rank, web.tail, web.head)
    with pytest.raises(ValueError, match="one weight for each edge"):
        hierarchy.weighed(web.weights[1:].copy())
    with pytest.raises(ValueError, match="out of range"):
        hierarchy.weighed(-web.weights)
    ways = hierarchy.weighed(web.weights)
    with pytest.raises(ValueError, match="no such vertex"):
        ways.table(one(web.count), one(0))
    first, vertices, labels = one(0)
    with pytest.raises(ValueError, match="not as many as they should be"):
        ways.table((first + 1, vertices, labels), one(0))
    with pytest.raises(ValueError, match="has a label"):
        ways.pairs((first, vertices, np.zeros(2, np.int64)), one(0))
    with pytest.raises(ValueError, match="out of order"):
        ways.table((np.array([0, 2, 1]), vertices, labels), one(0))
    with pytest.raises(ValueError, match="an arc leads nowhere"):
        order_of_arcs(np.zeros(1), np.zeros(1), np.zeros(1, np.uint32), np.ones(1, np.uint32))
    with pytest.raises(ValueError, match="a limit for each step"):
        Nearby(web.count, web.tail, web.head, web.weights).steps(
            np.array([0, 1, 2, 3]), np.zeros(3, np.uint32), np.zeros(1, np.int64)
        )


def one(vertex: int) -> Columns:
    return np.array([0, 1]), np.array([vertex], np.uint32), np.zeros(1, np.int64)
