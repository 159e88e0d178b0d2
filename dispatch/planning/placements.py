"""Every place that one visit could have in a plan, each priced exactly, while everybody else keeps their visits.

How places are found and priced is the optimizer's (:mod:`optimizer.explain.places`); here is what that means for a plan
that has been published.
"""

from __future__ import annotations

from dispatch.planning.snapshot import Snapshot
from optimizer.domain import Plan
from optimizer.explain.placements import best_by_window, best_of_each, placed, placements
from optimizer.explain.places import Placement
from optimizer.explain.together import ShiftKey
from optimizer.policy import DEFAULT, Policy

__all__ = ["Placement", "ShiftKey", "best_by_window", "best_of_each", "emergency", "placed", "placements"]


def emergency(snapshot: Snapshot, visit_id: str, policy: Policy = DEFAULT) -> Plan:
    """The published plan with the visit at its best place, at once; nobody else's visits go to somebody else.

    Where it fits nowhere, or leaving it out costs less, the published plan itself.
    """
    found = placements(snapshot.problem, snapshot.published, visit_id, policy=policy, fitting_only=True)
    if not found or found[0].cost >= 0:
        return snapshot.published
    return placed(snapshot.problem, snapshot.published, found[0], policy)
