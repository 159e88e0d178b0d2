"""A day of an instance, as it happens: requests become known, are answered at once, and people are sent."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.dynamic.executed import NEVER, Executed
from benchmarks.dynamic.instances import Dynamic
from benchmarks.dynamic.judging import Judged, judged
from benchmarks.dynamic.planner import Effort, Planner, Standing
from benchmarks.dynamic.planning import Moment

AS_MUCH = Effort()


@dataclass(frozen=True)
class Way:
    """How a day is gone about. ``at_home``, ``as_published`` and ``late``: see :mod:`benchmarks.dynamic.executed`;
    ``futures``: how large a share of what may still come is drawn and planned with, see
    :mod:`benchmarks.dynamic.futures`.
    """

    effort: Effort = AS_MUCH
    at_home: float = 0.0
    futures: float = 0.0
    as_published: bool = False
    late: float = 0.0
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a day came to. ``plans``: how often it was planned; ``slowest``: seconds of the longest answer."""

    judged: Judged
    plans: int
    seconds: float
    slowest: float


def simulated(dynamic: Dynamic, way: Way) -> Outcome:
    """The day. The rules are those of Pillac, Guéret and Medaglia's simulator:

    * What is known from the start is planned before the day. At each release date the requests that become known are
      answered at once, after one search, which takes no time of the day: who has no place then is rejected for good,
      who has one is served for sure.
    * What somebody has left for is fixed, see :mod:`benchmarks.dynamic.executed`; all else may change.
    """
    began = time.perf_counter()
    executed = Executed(dynamic.problem, way.at_home, way.as_published, way.late)
    planner = Planner(way.effort, way.seed, way.futures)
    accepted: set[str] = set()
    standing: Standing | None = None
    slowest = 0.0
    instants = [None, *sorted(set(dynamic.released.values()))]
    for at in instants:
        new = {one.id for one in dynamic.problem.visits if dynamic.released.get(one.id) == at}
        if standing is not None and at is not None:
            executed.go_on(standing.plan, standing.visits, at, dynamic.cut_off)
        asked = time.perf_counter()
        moment = Moment(dynamic, executed, accepted, new)
        standing = planner.first(moment) if standing is None else planner.again(moment, standing.plan, standing.kits)
        slowest = max(slowest, time.perf_counter() - asked)
        accepted |= new - {one.visit for one in standing.plan.unassigned}
    assert standing is not None
    executed.go_on(standing.plan, standing.visits, NEVER)
    found = judged(dynamic, executed, standing.kits)
    return Outcome(found, len(instants), time.perf_counter() - began, slowest)
