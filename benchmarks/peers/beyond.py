"""What the planning model says and routing libraries commonly do not: named, so that nothing is left out silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optimizer.domain import Problem, Promise, Visit

DUTY_LIMITS = "limits of duty"


def _visits(says: Callable[[Visit], object]) -> Callable[[Problem], bool]:
    return lambda problem: any(says(visit) for visit in problem.visits)


def _promises(visit: Visit) -> list[Promise]:
    return [promise for promise in (visit.arrive_by, visit.complete_by) if promise is not None]


BEYOND: Mapping[str, Callable[[Problem], bool]] = {
    "crews": _visits(lambda visit: len(visit.roles) > 1),
    "orders between visits": _visits(lambda visit: visit.after),
    "preferred technicians": _visits(lambda visit: visit.preferred and visit.preference_cost),
    "what was planned before": _visits(lambda visit: visit.previous),
    "several windows for a visit": _visits(lambda visit: len(visit.windows) > 1),
    "two promises for a visit": _visits(lambda visit: len(_promises(visit)) > 1),
    "prices of breaking a promise at all": _visits(lambda visit: any(one.breach_cost for one in _promises(visit))),
    "committed visits": lambda problem: any(shift.committed for _, shift in problem.shifts),
    "several breaks in a shift": lambda problem: any(len(shift.breaks) > 1 for _, shift in problem.shifts),
    "routes that end anywhere": lambda problem: any(shift.end_location is None for _, shift in problem.shifts),
    "prices of duty": lambda problem: any(who.costs.per_duty_hour for who in problem.technicians),
    DUTY_LIMITS: lambda problem: any(shift.max_duty is not None for _, shift in problem.shifts),
    "paces": lambda problem: any(who.pace != 1 for who in problem.technicians),
    "balance": lambda problem: problem.balance is not None,
}
"""By name, whether a problem has it. No adapter says these but where :attr:`~benchmarks.peers.peer.Peer.says` does."""


def beyond(problem: Problem, says: frozenset[str] = frozenset()) -> list[str]:
    """What of a problem goes beyond what is understood by everybody, and by somebody who ``says`` these as well."""
    return [name for name, has in BEYOND.items() if name not in says and has(problem)]
