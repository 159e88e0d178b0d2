"""The fastest ways from arc to arc of a road graph, under the speeds of any slice of time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.extract import ROAD_CLASSES
from dispatch.travel.graph import FloatArray, IntArray, RoadGraph
from dispatch.travel.native import NO_WAY, Hierarchy, Nearby, Ways, order_of_arcs
from dispatch.travel.ports import FREE, Speeds

Costs = NDArray[np.int64]
"""Milliseconds times 2**30 plus centimetres: both add up at once, and the least is the fastest way with its length."""

LENGTH_BITS = 30
"""Centimetres take so many bits, one of them for the sign: ways of up to 5,300 km."""

ENTRY_MS = 100_000_000
"""Entering a street for visitors counts as more than any way takes (28 hours), and is left out of what is told: the
fastest way is the fastest of those that enter least often, so nobody drives through. A cost holds 21 of them."""

MOST_WEIGHED = 8
"""So many slices of time are kept ready; one takes 16 bytes for each edge of the hierarchy (11 MB for a metropolis)."""


def packed(milliseconds: FloatArray, metres: FloatArray) -> Costs:
    """Times and lengths as costs."""
    return (np.rint(milliseconds).astype(np.int64) << LENGTH_BITS) + np.rint(metres * 100).astype(np.int64)


def unpacked(costs: Costs) -> tuple[Costs, Costs]:
    """Milliseconds and centimetres of whole ways."""
    half = 1 << (LENGTH_BITS - 1)
    centimetres = ((costs & (2 * half - 1)) ^ half) - half
    return ((costs - centimetres) >> LENGTH_BITS) % ENTRY_MS, centimetres


@dataclass(frozen=True, slots=True)
class Ends:
    """Every way to set out from, or to arrive at, each of a list of points: point i has those of ``first[i]`` to
    ``first[i + 1]`` (exclusive), each an arc and what it costs beforehand, or afterwards. Costs count from the end of
    an arc to the end of another."""

    first: NDArray[np.int64]
    arcs: NDArray[np.uint32]
    labels: Costs

    @property
    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.uint32], Costs]:
        """As the native engine takes them."""
        return self.first, self.arcs, self.labels

    @classmethod
    def at(cls, arcs: IntArray) -> Ends:
        """One arc for each point, all of which has been driven."""
        return cls(np.arange(len(arcs) + 1), arcs.astype(np.uint32), np.zeros(len(arcs), np.int64))


class Weighed:
    """The hierarchy under the speeds of one slice."""

    def __init__(self, fastest: FastestWays, by_class: tuple[tuple[str, float], ...]) -> None:
        graph = fastest.graph
        share = np.ones(len(ROAD_CLASSES))
        for road_class, factor in by_class:
            share[ROAD_CLASSES.index(road_class)] = factor
        seconds = graph.seconds * share[graph.piece_class[graph.piece]]
        self.arc_ms: FloatArray = seconds * 1000
        # Entering arc B from arc A costs the turn and all of B: what a way costs after its first arc.
        into = fastest.turn_to
        milliseconds = np.maximum((seconds[into] + fastest.turn_seconds) * 1000, 1)
        visitors = graph.piece_visitors[graph.piece]
        self._driving = packed(milliseconds, graph.metres[into])
        entering = ~visitors[fastest.turn_from] & visitors[into]
        weights = self._driving + np.where(entering, ENTRY_MS << LENGTH_BITS, 0)
        # A fastest way never drives round a whole loop street; only one that begins and ends on it goes on into it.
        loops = fastest.turn_from == into
        self._self_loop = np.full(graph.arc_count, NO_WAY, np.int64)
        self._self_loop[into[loops]] = weights[loops]
        self._turn_from, self._turn_to = fastest.turn_from[~loops], into[~loops]
        self._weights, self._driving = weights[~loops], self._driving[~loops]
        self._ways: Ways = fastest.hierarchy.weighed(self._weights)

    def table(self, starts: Ends, ends: Ends) -> Costs:
        """The costs from each start (a row) to each end (a column); ``NO_WAY`` or more where there is none."""
        return self._ways.table(starts.columns, ends.columns)

    def pairs(self, starts: Ends, ends: Ends) -> Costs:
        """The cost from start i to end i."""
        return self._ways.pairs(starts.columns, ends.columns)

    def path(self, start: Ends, end: Ends) -> list[int]:
        """The arcs of the fastest way between one start and one end, the first and the last included."""
        return [int(arc) for arc in self._ways.path(start.columns, end.columns)]

    def round_the_block(self, arcs: IntArray) -> Costs:
        """The costs of the fastest ways from the end of each arc, out and back, to its end again."""
        return np.minimum(self._self_loop[arcs], self.pairs(self._onward(arcs), Ends.at(arcs)))

    def path_round_the_block(self, arc: int) -> list[int]:
        """The arcs of that way; the arc itself is its first and its last."""
        arcs = np.array([arc])
        if self._self_loop[arc] <= self.pairs(self._onward(arcs), Ends.at(arcs))[0]:
            return [arc, arc]
        return [arc, *self.path(self._onward(arcs), Ends.at(arcs))]

    def _onward(self, arcs: IntArray) -> Ends:
        """Setting out from the ends of arcs into all that follow."""
        low, high = np.searchsorted(self._turn_from, arcs), np.searchsorted(self._turn_from, arcs, side="right")
        first = np.concatenate(([0], np.cumsum(high - low)))
        turns = np.arange(first[-1]) + np.repeat(low - first[:-1], high - low)
        return Ends(first, self._turn_to[turns].astype(np.uint32), self._weights[turns])

    @cached_property
    def nearby(self) -> Nearby:
        """The graph for searches that stay near where they begin; into streets for visitors like into any other."""
        tail, head = self._turn_from.astype(np.uint32), self._turn_to.astype(np.uint32)
        return Nearby(len(self._self_loop), tail, head, self._driving)


class FastestWays:
    """A road graph contracted once, and weighed for each slice that is asked for. Safe among threads."""

    def __init__(self, graph: RoadGraph, rank: NDArray[np.uint32] | None = None) -> None:
        """``rank``: the order of contraction, where it is known already; finding it takes most of the time."""
        self.graph = graph
        if rank is None:
            tail, head = graph.tail.astype(np.uint32), graph.head.astype(np.uint32)
            rank = order_of_arcs(graph.node_lat, graph.node_lon, tail, head)
        self.rank: NDArray[np.uint32] = rank
        order = np.argsort(graph.turn_from, kind="stable")
        self.turn_from, self.turn_to = graph.turn_from[order], graph.turn_to[order]
        self.turn_seconds: FloatArray = graph.turn_seconds[order]
        turns = self.turn_from != self.turn_to
        self.hierarchy = Hierarchy(rank, self.turn_from[turns].astype(np.uint32), self.turn_to[turns].astype(np.uint32))
        self._lock = threading.Lock()
        self._weighed: OrderedDict[tuple[tuple[str, float], ...], Weighed] = OrderedDict()
        self.free = Weighed(self, ())

    def under(self, speeds: Speeds = FREE) -> Weighed:
        """The ways under these speeds by class of road; the factor for all of them is left to whoever asks.

        Classes that no road here has do not matter. Raises ValueError for a share of time that is none.
        """
        for share in (speeds.factor, *speeds.by_class.values()):
            if not (isfinite(share) and share > 0):
                raise ValueError(f"in the slice {speeds.slice!r}, a way takes {share} times as long: not above zero")
        by_class = tuple(
            sorted(
                (road, float(share)) for road, share in speeds.by_class.items() if road in ROAD_CLASSES and share != 1
            )
        )
        if not by_class:
            return self.free
        with self._lock:
            weighed = self._weighed.pop(by_class, None) or Weighed(self, by_class)
            self._weighed[by_class] = weighed
            while len(self._weighed) > MOST_WEIGHED:
                self._weighed.popitem(last=False)
        return weighed
