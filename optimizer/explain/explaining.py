"""Why a visit is where it is, or nowhere; why not with somebody else; and what would have to be different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.domain import Plan, Problem
from optimizer.explain.changes import visit_of
from optimizer.explain.freeing import Freeing, Freer
from optimizer.explain.places import Placement, Places
from optimizer.explain.survey import Survey
from optimizer.explain.together import without
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import score, timed

STEP = 60
"""Changes of times are told in whole minutes, unless somebody asks otherwise."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a visit stands: who, on which shifts, when, and by rule what that costs against leaving it out."""

    technicians: tuple[str, ...]
    shifts: tuple[str, ...]
    start: int
    end: int
    change: Fraction
    by_rule: Mapping[str, Fraction]


@dataclass(frozen=True)
class Explanation:
    """What there is to say of one visit.

    ``here``: where it stands; None: nobody does it. ``elsewhere`` has each shift's best place for it (of a crew each
    crew's): with its price by rule where it fits, with what it misses and by how much where it does not; those that
    fit first, then the cheapest. ``freeings``: what would give it a place, tried.
    """

    visit: str
    here: Here | None
    elsewhere: tuple[Placement, ...]
    freeings: tuple[Freeing, ...]


def explain(
    problem: Problem,
    plan: Plan,
    visit: str,
    *,
    technician: str | None = None,
    policy: Policy = DEFAULT,
    step: int = STEP,
) -> Explanation:
    """Explain one visit of a plan, all of it from what the rules judge.

    ``technician``: why not with this one (of a crew: with this one alone nothing can be said, so all crews are told).
    What would free a visit is looked for where nobody does it, and where a technician is asked about. Changes of times
    are whole ``step`` seconds.

    Raises :class:`KeyError` for a visit or a technician that the problem does not have, and as
    :func:`optimizer.timeline.walk` does for a plan that does not belong to the problem.
    """
    one = visit_of(problem, visit)
    asked = None if technician is None else problem.technicians[problem.technician_index[technician]].id
    allowed = None if asked is None or len(one.roles) > 1 else frozenset({asked})
    plan = timed(problem, plan)
    here = _here(problem, plan, visit, policy)
    survey = Survey(problem, Places(problem, plan, one, policy), allowed)
    standing = set() if here is None else set(zip(here.technicians, here.shifts, strict=True))
    elsewhere = tuple(at for at in survey.best if {key for key, _ in at.places} != standing)
    freeings: tuple[Freeing, ...] = ()
    if here is None or (asked is not None and asked not in here.technicians):
        freeings = Freer(problem, plan, visit, policy, survey, technicians=allowed, step=step).all()
    return Explanation(visit, here, elsewhere, freeings)


def _here(problem: Problem, plan: Plan, visit: str, policy: Policy) -> Here | None:
    card = score(problem, plan, policy)
    if (stands := card.schedule.stops_of.get(visit)) is None:
        return None
    gone = score(problem, without(problem, plan, visit), policy)
    members = [line for line, _ in sorted(stands, key=lambda pair: pair[1].role)]
    return Here(
        technicians=tuple(line.technician.id for line in members),
        shifts=tuple(line.shift.id for line in members),
        start=card.schedule.starts[visit],
        end=card.schedule.ends[visit],
        change=card.total - gone.total,
        by_rule={
            new.rule.id: new.cost - old.cost
            for old, new in zip(gone.lines, card.lines, strict=True)
            if new.cost != old.cost
        },
    )
