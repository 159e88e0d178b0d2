"""What it costs to drive from one arc of the road graph into the next, and where nobody may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.extract import Restriction

if TYPE_CHECKING:
    from dispatch.travel.graph import RoadGraph

# The sigmoid of OSRM's car profile: next to nothing straight on, and up to 7.5 s for a sharp turn. Where people drive
# on the right, a turn to the left crosses the oncoming lane and costs more: the curve is steeper, and whoever crosses
# waits for a gap.
SHARP_TURN_S = 7.5
STEEPNESS = 13.0
CROSSING_BIAS = 1.075
GAP_S = 2.0
TURNING_ROUND_S = 20.0


@dataclass(frozen=True, eq=False)
class Turns:
    """From arc ``start`` into arc ``end`` in ``seconds``, the driving not included."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    seconds: NDArray[np.float64]


def turn_seconds(left_degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds that a change of heading costs at a junction: degrees to the left, negative to the right."""
    left = left_degrees > 0
    bias = np.where(left, CROSSING_BIAS, 1 / CROSSING_BIAS)
    share = np.abs(left_degrees) / 180
    return np.asarray(SHARP_TURN_S / (1 + np.exp(STEEPNESS / 2 / bias - STEEPNESS * bias * share)))


def gap_seconds(left_degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds that whoever turns to the left waits for oncoming traffic."""
    share = np.abs(left_degrees) / 180
    return np.asarray((left_degrees > 0) * GAP_S / (1 + np.exp(STEEPNESS / 4 - STEEPNESS * share)))


def turns_of(graph: RoadGraph, restrictions: Sequence[Restriction] = ()) -> Turns:
    """All turns of the graph.

    Turning round is allowed at dead ends alone. Where there is but one way on, only what stands at the node costs
    time: a bend is no junction. A loop street, which ends where it begins, leads into itself.
    """
    order = np.argsort(graph.tail, kind="stable")
    first = np.searchsorted(graph.tail[order], np.arange(graph.node_count + 1))
    ways_on = np.diff(first)[graph.head]
    turn_from = np.repeat(np.arange(graph.arc_count), ways_on)
    rank = np.arange(len(turn_from)) - np.repeat(np.cumsum(ways_on) - ways_on, ways_on)
    turn_to = order[first[graph.head[turn_from]] + rank]
    round_again = turn_to == graph.reverse[turn_from]
    allowed = ~round_again | (ways_on[turn_from] == 1)
    turn_from, turn_to, round_again = turn_from[allowed], turn_to[allowed], round_again[allowed]

    leaving, arriving = _headings(graph)
    left = (arriving[turn_from] - leaving[turn_to] + 180) % 360 - 180
    island = graph.piece_round[graph.piece]
    crossing = ~island[turn_from] & ~island[turn_to]
    seconds = turn_seconds(left) + crossing * gap_seconds(left)
    others = np.bincount(turn_from, minlength=graph.arc_count)
    # ways_on counts the way back too: with two, one of them back, there is one way on.
    seconds[others[turn_from] == 1] = 0
    seconds[round_again] = TURNING_ROUND_S
    seconds += np.where(round_again, 0.0, graph.node_delay[graph.head[turn_from]])
    permitted = ~_forbidden(graph, turn_from, turn_to, restrictions)
    return Turns(turn_from[permitted], turn_to[permitted], seconds[permitted])


def _forbidden(
    graph: RoadGraph, turn_from: NDArray[np.int64], turn_to: NDArray[np.int64], restrictions: Sequence[Restriction]
) -> NDArray[np.bool_]:
    forbidden = np.zeros(len(turn_from), np.bool_)
    if not restrictions:
        return forbidden
    at_node = graph.node_ref[graph.head[turn_from]]
    order = np.argsort(at_node, kind="stable")
    way = graph.piece_way[graph.piece]
    for rule in restrictions:
        turns = order[slice(*np.searchsorted(at_node[order], [rule.via, rule.via + 1]))]
        turns = turns[np.isin(way[turn_from[turns]], sorted(rule.start))]
        into = np.isin(way[turn_to[turns]], sorted(rule.end))
        # Where the way that alone may be taken is none for cars, or has gone, everything would be forbidden.
        if rule.only and into.any():
            forbidden[turns[~into]] = True
        elif not rule.only:
            forbidden[turns[into]] = True
    return forbidden


def _headings(graph: RoadGraph) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compass headings, in degrees, with which each arc is entered and left."""
    first, last = graph.piece_start[:-1], graph.piece_start[1:] - 1
    at_start = _heading(graph, first, first + 1)
    at_end = _heading(graph, last - 1, last)
    piece, forward = graph.piece, graph.forward
    leaving = np.where(forward, at_start[piece], at_end[piece] + 180)
    arriving = np.where(forward, at_end[piece], at_start[piece] + 180)
    return leaving, arriving


def _heading(graph: RoadGraph, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    north = graph.shape_lat[b] - graph.shape_lat[a]
    east = (graph.shape_lon[b] - graph.shape_lon[a]) * np.cos(np.radians(graph.shape_lat[a]))
    return np.degrees(np.arctan2(east, north))
