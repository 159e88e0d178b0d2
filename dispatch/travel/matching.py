"""On which road a vehicle is, judged by the positions that it has reported: hidden Markov map matching.

After Newson & Krumm (2009): each position may have been measured from any arc near it; how well an arc explains it
falls off with the distance (a bell curve) and with the difference of headings; how well one arc follows another falls
off with the difference between the way on the roads and the line between the positions. Only the end of the trace is
asked for, so the probabilities are carried forward (Rabiner 1989) instead of looking for the likeliest whole path;
what is left of the others at the end says how sure the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np

from dispatch.travel.fastest import LENGTH_BITS, unpacked
from dispatch.travel.graph import FloatArray, IntArray, metres_between
from dispatch.travel.native import NO_WAY
from dispatch.travel.ports import Fix, OnRoad
from dispatch.travel.roads import RoadNetwork
from dispatch.travel.snapping import Places
from dispatch.travel.traces import accuracy, moving_heading, thinned

MOST_FIXES = 12
"""The last minute or two decide; older positions say nothing that they have not said."""
LONGEST_GAP_S = 180.0
"""After so long without a position, the way in between says nothing."""

NEAREST_RADIUS_M, FARTHEST_RADIUS_M = 40.0, 200.0
RADIUS_ERRORS = 4.0

HEADING_ERROR_DEG = 20.0
HEADING_WRONG = 0.02
"""A heading may be plain wrong, with this probability; then any heading is as likely."""

DETOUR_M = 12.0
"""The scale on which a way on the roads differs from the line between two positions (the paper's beta)."""
OFF_ROAD_ERRORS = 3.0
"""A vehicle off the roads explains a position as well as a road that lies so many errors away."""
SAME_WAY_DEG = 45.0
SLACK = 1.6, 15.0
"""How much longer than in free traffic a way may take, as a factor of the time between, and beside it in seconds."""


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The arcs from which one position may have been measured."""

    fix: Fix
    arc: IntArray
    share: FloatArray
    lat: FloatArray
    lon: FloatArray
    heading: FloatArray
    likelihood: FloatArray
    off_road: float


class Matcher:
    """Matches traces on one network. Safe among threads."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network

    def match_all(self, traces: Sequence[Sequence[Fix]]) -> list[OnRoad | None]:
        """Where the last fix of each trace lies; None for an empty trace, and where there is no road around its end."""
        known = ([fix for fix in trace if isfinite(fix.lat) and isfinite(fix.lon)] for trace in traces)
        traces = [thinned(sorted(trace, key=lambda fix: fix.at), MOST_FIXES) for trace in known]
        every = [fix for trace in traces for fix in trace]
        candidates = iter(self._candidates(every))
        return [self._match([next(candidates) for _ in trace]) for trace in traces]

    def _candidates(self, fixes: Sequence[Fix]) -> list[_Candidates]:
        if not fixes:
            return []
        lat, lon = np.array([fix.lat for fix in fixes]), np.array([fix.lon for fix in fixes])
        error = np.array([accuracy(fix) for fix in fixes])
        radius = np.clip(error * RADIUS_ERRORS, NEAREST_RADIUS_M, FARTHEST_RADIUS_M)
        owner, places = self._network.streets.within(lat, lon, radius)
        # Each place can be driven past in two directions, where the street has them.
        arcs = self._network.arcs_of_piece[places.piece][:, ::-1]
        row, against = np.nonzero(arcs >= 0)
        arc = arcs[row, against]
        share = np.where(against == 1, 1 - places.share[row], places.share[row])
        heading = (self._headings(places)[row] + 180 * against) % 360
        driven = np.array([moving_heading(fix) for fix in fixes], np.float64)[owner[row]]
        away = np.abs((heading - driven + 180) % 360 - 180)
        likelihood = np.exp(-0.5 * (places.metres[row] / error[owner[row]]) ** 2)
        agreement = (1 - HEADING_WRONG) * np.exp(-0.5 * (away / HEADING_ERROR_DEG) ** 2) + HEADING_WRONG
        likelihood *= np.where(np.isnan(driven), 1.0, agreement)
        off_road = float(np.exp(-0.5 * OFF_ROAD_ERRORS**2))
        first = np.searchsorted(owner[row], np.arange(len(fixes) + 1))
        return [
            _Candidates(
                fix, arc[at], share[at], places.lat[row[at]], places.lon[row[at]], heading[at], likelihood[at], off_road
            )
            for fix, at in zip(fixes, map(slice, first[:-1].tolist(), first[1:].tolist()), strict=True)
        ]

    def _headings(self, places: Places) -> FloatArray:
        """Compass headings, in degrees, of the lines that places lie on, as they are drawn."""
        graph, line = self._network.graph, places.line
        north = graph.shape_lat[line + 1] - graph.shape_lat[line]
        east = (graph.shape_lon[line + 1] - graph.shape_lon[line]) * np.cos(np.radians(graph.shape_lat[line]))
        return np.asarray(np.degrees(np.arctan2(east, north)))

    def _match(self, trace: list[_Candidates]) -> OnRoad | None:
        if not trace or not len(trace[-1].arc):
            return None
        # A position with no road around it says nothing about roads.
        trace = [candidates for candidates in trace if len(candidates.arc)]
        odds = trace[0].likelihood / trace[0].likelihood.sum()
        for after, step in zip(trace[1:], self._steps(trace), strict=True):
            reached = odds @ step
            if reached.sum() <= 0:  # no way leads on: the trace begins anew
                reached = np.full(len(after.arc), 1 / len(after.arc))
            reached = reached / reached.sum() * after.likelihood
            odds = reached / max(reached.sum(), 1e-300)
        end = trace[-1]
        best = int(odds.argmax())
        arc = int(end.arc[best])
        # Places that lie together and lead the same way, as before and behind a junction, are one answer.
        apart = metres_between(end.lat, end.lon, end.lat[best], end.lon[best])
        near = np.asarray(apart) <= accuracy(end.fix) / 2
        turned = np.abs((end.heading - end.heading[best] + 180) % 360 - 180)
        explained = float(end.likelihood[best])
        confidence = float(odds[near & (turned <= SAME_WAY_DEG)].sum()) * explained / (explained + end.off_road)
        return OnRoad(
            lat=float(end.lat[best]),
            lon=float(end.lon[best]),
            heading=float(end.heading[best]),
            street=self._network.graph.street(arc),
            confidence=min(1.0, confidence),
        )

    def _steps(self, trace: list[_Candidates]) -> list[FloatArray]:
        """For each two positions running, how well each candidate of the second follows each of the first."""
        free = self._network.fastest.free
        counts = [len(candidates.arc) for candidates in trace]
        gaps = np.diff([candidates.fix.at for candidates in trace])
        limits = np.where(gaps <= LONGEST_GAP_S, gaps * SLACK[0] + SLACK[1], -1.0)
        packed_limits = np.where(limits >= 0, (limits * 1000).astype(np.int64) << LENGTH_BITS, -1)
        arcs = np.concatenate([candidates.arc for candidates in trace]).astype(np.uint32)
        first = np.concatenate(([0], np.cumsum(counts)))
        costs = free.nearby.steps(first, arcs, packed_limits)
        none = costs >= NO_WAY
        _, centimetres = unpacked(costs)
        length = self._network.graph.metres
        steps: list[FloatArray] = []
        at = 0
        for before, after in pairwise(trace):
            shape = len(before.arc), len(after.arc)
            block = slice(at, at + shape[0] * shape[1])
            at = block.stop
            rest_before = (1 - before.share) * length[before.arc]
            rest_after = (1 - after.share) * length[after.arc]
            way = centimetres[block].reshape(shape) / 100 + rest_before[:, None] - rest_after[None, :]
            crow = float(metres_between(before.fix.lat, before.fix.lon, after.fix.lat, after.fix.lon))
            # A little backwards along an arc is an error of the position, not a way round the block.
            doubt = accuracy(before.fix) + accuracy(after.fix)
            impossible = none[block].reshape(shape) | (way < -2 * doubt)
            steps.append(np.where(impossible, 0.0, np.exp(-np.abs(way - crow) / (DETOUR_M + doubt / 2))))
        return steps
