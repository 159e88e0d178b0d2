"""M/M/c as a situation: one skill, one place, and times without memory.

Theory knows what comes of it (Erlang, 1917), so that the simulated day and its intervals can be held against that.
"""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.store.tables import Priority
from scenarios.situation.situation import Demand, Kind, Person, Place, Situation, Spread, Urgency

WEEK = 7 * 1440
"""Minutes for which everybody is at work, from a Monday's midnight on."""


def queue(servers: int, jobs_per_hour: float, minutes: float) -> Situation:
    """So many technicians in one place who serve for so many minutes on average, whoever comes first."""
    nobody_moves = np.zeros((1, 1), np.int32)
    return Situation(
        name=f"M/M/{servers}",
        zone=ZoneInfo("UTC"),
        places=(Place("here", 0.0, 0.0, "all"),),
        sites=(0,),
        seconds=nobody_moves,
        metres=nobody_moves,
        people=tuple(
            Person(f"S{number + 1}", "all", 0, {"any": 1}, start=0, end=WEEK, max_overtime=0, days=(0,))
            for number in range(servers)
        ),
        kinds=(Kind("any", 1, {"any": 1}, (minutes, minutes, minutes)),),
        urgencies=(Urgency(Priority.NORMAL, 1),),
        demand=Demand(24 * jobs_per_hour, (1,) * 24, (1,) * 7),
        spread=Spread(memoryless=True, travel=0, no_show=0, incomplete=0, illness=0, late_start=0),
    )


def waiting(servers: int, jobs_per_hour: float, minutes: float) -> float:
    """Minutes that somebody waits on average in the long run: Erlang's C, times the service time, over the servers that
    are not busy. Raises :class:`ValueError` where the queue grows for ever.
    """
    offered = jobs_per_hour * minutes / 60
    if offered >= servers:
        raise ValueError(f"{servers} servers cannot do {offered:g} servers' work: the queue grows for ever")
    below = sum(offered**busy / math.factorial(busy) for busy in range(servers))
    full = offered**servers / math.factorial(servers) / (1 - offered / servers)
    return full / (below + full) * minutes / (servers - offered)
