"""What may still come: requests that nobody has made, drawn from those that are known, so that a plan leaves room.

Bent and Van Hentenryck (2004) plan for several drawn futures and choose among the plans; here one future is drawn for
each plan and planned with what is known. What is drawn may be left out at a lower price than anything real; it is taken
out of the plan that is carried out, but the others keep their times, so that somebody waits where more is expected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from random import Random

from benchmarks.dynamic.planning import Moment
from optimizer.distance import leg
from optimizer.domain import Plan, Visit

PRICE = 1_000.0
"""Of leaving out what was only drawn: a tenth of a real request, and more than any detour."""


def drawn(moment: Moment, share: float, random: Random) -> Iterator[Visit]:
    """So large a share of the requests that are still to come, as many as are missing to the usual day.

    Each is like one that is known and whose window is still open for who sets out now: its place, work and window.
    How many a day has is known, as from experience; which they are is not looked at.
    """
    whole = moment.dynamic.problem
    known = [visit for visit in whole.visits if visit.id in moment.accepted or visit.id in moment.new]
    missing = sum(1 for at in moment.dynamic.released.values() if at > moment.executed.now)
    base = whole.technicians[0].shifts[0].start_location
    profile = whole.technicians[0].profile
    like = [
        visit
        for visit in known
        if not visit.windows
        or visit.windows[-1].latest > moment.executed.now + leg(whole, profile, base, visit.location)[0]
    ]
    for number in range(round(share * missing) if like else 0):
        yield replace(random.choice(like), id=f"drawn-{number}", drop_cost=PRICE)


def without_drawn(plan: Plan, drawn: Collection[str]) -> Plan:
    """The plan without what was only drawn; all else keeps its time."""
    routes = (
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit not in drawn)) for route in plan.routes
    )
    left = tuple(one for one in plan.unassigned if one.visit not in drawn)
    return Plan(tuple(route for route in routes if route.stops), left)
