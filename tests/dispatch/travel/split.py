"""Travel measured another way: the arcs are cut where the points lie, and Dijkstra walks what comes of it.

Nothing is added or taken off at the ends, as the road network does; each point is a vertex of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from dispatch.travel.roads import Point, RoadNetwork

Floats = NDArray[np.float64]


def split_table(network: RoadNetwork, points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Seconds and metres of the fastest ways between the points."""
    graph = network.graph
    cuts: dict[int, list[tuple[float, int]]] = {}
    for number, point in enumerate(points):
        snap = network.snap(*point)
        for arc in np.flatnonzero(graph.piece == snap.piece).tolist():
            cuts.setdefault(arc, []).append((snap.share if graph.forward[arc] else 1 - snap.share, number))

    # Vertices: the points, then the parts of every arc. An edge into a part costs the part.
    first, last = np.zeros(graph.arc_count, np.int64), np.zeros(graph.arc_count, np.int64)
    edges: dict[tuple[int, int], tuple[float, float]] = {}
    shares: list[float] = [0.0] * len(points)
    arc_of: list[int] = [0] * len(points)
    entries: list[tuple[int, int]] = []
    for arc in range(graph.arc_count):
        first[arc] = len(shares)
        before = 0.0
        for share, number in sorted(cuts.get(arc, [])):
            shares.append(share - before)
            arc_of.append(arc)
            edges[len(shares) - 1, number] = (0.0, 0.0)
            entries.append((number, len(shares)))
            entries.append((len(shares) - 1, len(shares)))
            before = share
        shares.append(1 - before)
        arc_of.append(arc)
        last[arc] = len(shares) - 1

    def cost(part: int, turn: float) -> tuple[float, float]:
        # A part of no length still takes a moment: a sparse matrix takes a zero for no edge.
        share, arc = shares[part], arc_of[part]
        return max(share * float(graph.seconds[arc]) + turn, 1e-9), share * float(graph.metres[arc])

    for tail, part in entries:
        edges[tail, part] = cost(part, 0.0)
    for a, b, turn in zip(graph.turn_from.tolist(), graph.turn_to.tolist(), graph.turn_seconds.tolist(), strict=True):
        edges[int(last[a]), int(first[b])] = cost(int(first[b]), turn)
    for key, (seconds, metres) in list(edges.items()):
        edges[key] = (max(seconds, 1e-9), metres)

    rows, columns = (np.array(ends) for ends in zip(*edges, strict=True))
    seconds_of = np.array([value for value, _ in edges.values()])
    matrix = csr_matrix((seconds_of, (rows, columns)), (len(shares), len(shares)))
    count = len(points)
    # A point may be passed, but passing it must not be a way to turn round: only its own row starts there.
    passing = np.isin(rows, np.arange(count))
    table, length = np.zeros((count, count)), np.zeros((count, count))
    metres_of = {key: metres for key, (_, metres) in edges.items()}
    for source in range(count):
        kept = ~passing | (rows == source)
        part = csr_matrix((seconds_of[kept], (rows[kept], columns[kept])), matrix.shape)
        reached, before_it = dijkstra(part, indices=source, return_predecessors=True)
        for target in range(count):
            table[source, target] = reached[target]
            at = target
            while at != source:
                previous = int(before_it[at])
                length[source, target] += metres_of[previous, at]
                at = previous
    return table, length
