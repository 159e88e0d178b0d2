"""What a problem insists on, one thing at a time, and the same problem insisting on only some of it.

These are what people set and can take back: pins, commitments and promises to do something. What a day is made of
(shifts, breaks, limits of overtime and duty, skills, what is on board, how long the way is) stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from optimizer.domain import Problem, Shift, Visit


class MustKind(StrEnum):
    """What is insisted on."""

    DONE = "must_be_done"
    COMMITTED = "committed"
    ONLY = "only"
    NEVER = "never"
    WINDOWS = "windows"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Must:
    """One thing that is insisted on of one visit.

    ``technician``: on whose ``shift`` it stands first (committed), or who may not do it (never). ``before``: the visit
    that comes before it (after).
    """

    kind: MustKind
    visit: str
    technician: str = ""
    shift: str = ""
    before: str = ""


def musts(problem: Problem) -> tuple[Must, ...]:
    """Everything that a problem insists on."""
    found = []
    for technician, shift in problem.shifts:
        found += [Must(MustKind.COMMITTED, visit, technician.id, shift.id) for visit in shift.committed]
    for visit in problem.visits:
        if visit.drop_cost is None:
            found.append(Must(MustKind.DONE, visit.id))
        if visit.windows:
            found.append(Must(MustKind.WINDOWS, visit.id))
        if visit.only:
            found.append(Must(MustKind.ONLY, visit.id))
        found += [Must(MustKind.NEVER, visit.id, who) for who in visit.never]
        found += [Must(MustKind.AFTER, visit.id, before=link.visit) for link in visit.after]
    return tuple(found)


def required(kept: Collection[Must]) -> frozenset[str]:
    """The visits that cannot be left out where these musts hold: insisted on, committed, or before such a one."""
    found = {one.visit for one in kept if one.kind in (MustKind.DONE, MustKind.COMMITTED)}
    before: dict[str, list[str]] = {}
    for one in kept:
        if one.kind is MustKind.AFTER:
            before.setdefault(one.visit, []).append(one.before)
    waiting = list(found)
    while waiting:
        more = set(before.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return frozenset(found)


def insisting(problem: Problem, kept: Collection[Must]) -> Problem:
    """The problem that insists on these musts and on no other, without the visits that it does not need.

    Every visit that is left must be done: there is a plan for it in which every must holds exactly where there is one
    for the whole problem in which these do. (All that has to be so for that: no visit that may be left out makes
    anybody arrive earlier elsewhere, as on any road network.)
    """
    wanted, asked = required(kept), frozenset(kept)
    people = tuple(
        replace(who, shifts=tuple(_committed(shift, who.id, asked) for shift in who.shifts))
        for who in problem.technicians
    )
    visits = tuple(_asking(visit, asked, wanted) for visit in problem.visits if visit.id in wanted)
    return replace(problem, technicians=people, visits=visits, balance=None)


def about(kept: Collection[Must], visits: Collection[str]) -> tuple[Must, ...]:
    """Those of the musts that are about these visits, or about visits that have to come before them."""
    known = set(visits)
    while more := {one.before for one in kept if one.kind is MustKind.AFTER and one.visit in known} - known:
        known |= more
    return tuple(one for one in kept if one.visit in known)


def _committed(shift: Shift, technician: str, asked: Collection[Must]) -> Shift:
    kept = (one for one in shift.committed if Must(MustKind.COMMITTED, one, technician, shift.id) in asked)
    return replace(shift, committed=tuple(kept))


def _asking(visit: Visit, asked: Collection[Must], wanted: Collection[str]) -> Visit:
    return replace(
        visit,
        drop_cost=None,
        windows=visit.windows if Must(MustKind.WINDOWS, visit.id) in asked else (),
        only=visit.only if Must(MustKind.ONLY, visit.id) in asked else (),
        never=tuple(who for who in visit.never if Must(MustKind.NEVER, visit.id, who) in asked),
        after=tuple(
            link
            for link in visit.after
            if link.visit in wanted and Must(MustKind.AFTER, visit.id, before=link.visit) in asked
        ),
        previous=None,
    )
