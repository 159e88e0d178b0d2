"""What could be different in a problem: one small thing each, which says what it is and makes the problem with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from optimizer.domain import Problem, Role, Shift, TimeWindow, Visit

DAY = 86_400
"""Seconds of a day. Where clocks are changed in the night, the hours are those of before."""


class Change(ABC):
    """One thing that could be different. Times and lengths of time are seconds, instants those of the Unix epoch."""

    __slots__ = ()
    kind: ClassVar[str]

    @abstractmethod
    def on(self, problem: Problem) -> Problem:
        """The problem in which just this is different."""


@dataclass(frozen=True, slots=True)
class LaterWindow(Change):
    """The last window of a visit closes ``by`` seconds later."""

    kind: ClassVar[str] = "later_window"
    visit: str
    by: int

    def on(self, problem: Problem) -> Problem:
        *others, last = visit_of(problem, self.visit).windows
        return with_visit(problem, self.visit, windows=(*others, replace(last, latest=last.latest + self.by)))


@dataclass(frozen=True, slots=True)
class EarlierWindow(Change):
    """The window of a visit that opens at ``opens`` opens ``by`` seconds earlier."""

    kind: ClassVar[str] = "earlier_window"
    visit: str
    opens: int
    by: int

    def on(self, problem: Problem) -> Problem:
        windows = (
            replace(one, earliest=one.earliest - self.by) if one.earliest == self.opens else one
            for one in visit_of(problem, self.visit).windows
        )
        in_order = sorted(windows, key=lambda one: (one.earliest, one.latest))
        return with_visit(problem, self.visit, windows=tuple(in_order))


@dataclass(frozen=True, slots=True)
class OtherDay(Change):
    """All windows of a visit lie so many days later (below zero: earlier), at the same hours."""

    kind: ClassVar[str] = "other_day"
    visit: str
    days: int

    def on(self, problem: Problem) -> Problem:
        by = self.days * DAY
        windows = (TimeWindow(one.earliest + by, one.latest + by) for one in visit_of(problem, self.visit).windows)
        return with_visit(problem, self.visit, windows=tuple(windows))


@dataclass(frozen=True, slots=True)
class MoreOvertime(Change):
    """A shift allows ``by`` seconds more overtime."""

    kind: ClassVar[str] = "more_overtime"
    technician: str
    shift: str
    by: int

    def on(self, problem: Problem) -> Problem:
        allowed = shift_of(problem, self.technician, self.shift).max_overtime
        return with_shift(problem, self.technician, self.shift, max_overtime=allowed + self.by)


@dataclass(frozen=True, slots=True)
class LongerShift(Change):
    """A shift ends ``by`` seconds later, and its overtime begins later."""

    kind: ClassVar[str] = "longer_shift"
    technician: str
    shift: str
    by: int

    def on(self, problem: Problem) -> Problem:
        ends = shift_of(problem, self.technician, self.shift).end
        return with_shift(problem, self.technician, self.shift, end=ends + self.by)


@dataclass(frozen=True, slots=True)
class EarlierShift(Change):
    """A shift begins ``by`` seconds earlier."""

    kind: ClassVar[str] = "earlier_shift"
    technician: str
    shift: str
    by: int

    def on(self, problem: Problem) -> Problem:
        starts = shift_of(problem, self.technician, self.shift).start
        return with_shift(problem, self.technician, self.shift, start=starts - self.by)


@dataclass(frozen=True, slots=True)
class MoreDuty(Change):
    """A shift may take ``by`` seconds longer from departure to finish."""

    kind: ClassVar[str] = "more_duty"
    technician: str
    shift: str
    by: int

    def on(self, problem: Problem) -> Problem:
        allowed = shift_of(problem, self.technician, self.shift).max_duty
        return with_shift(problem, self.technician, self.shift, max_duty=None if allowed is None else allowed + self.by)


@dataclass(frozen=True, slots=True)
class LaterBreak(Change):
    """A break of a shift may begin ``by`` seconds later."""

    kind: ClassVar[str] = "later_break"
    technician: str
    shift: str
    rest: str
    by: int

    def on(self, problem: Problem) -> Problem:
        rests = shift_of(problem, self.technician, self.shift).breaks
        later = tuple(replace(one, latest=one.latest + self.by) if one.id == self.rest else one for one in rests)
        return with_shift(problem, self.technician, self.shift, breaks=later)


@dataclass(frozen=True, slots=True)
class MoreOnBoard(Change):
    """A technician sets out with so much more of a resource."""

    kind: ClassVar[str] = "more_on_board"
    technician: str
    resource: str
    by: float

    def on(self, problem: Problem) -> Problem:
        held = problem.technicians[problem.technician_index[self.technician]].capacity
        # Thousandths are what quantities are compared in, so no noise of a sum may get between.
        more = {**held, self.resource: round(held.get(self.resource, 0) + self.by, 3)}
        return with_technician(problem, self.technician, capacity=more)


@dataclass(frozen=True, slots=True)
class Taught(Change):
    """A technician holds a skill at a level, rather than at ``held`` (0: not at all)."""

    kind: ClassVar[str] = "taught"
    technician: str
    skill: str
    level: int
    held: int

    def on(self, problem: Problem) -> Problem:
        skills = problem.technicians[problem.technician_index[self.technician]].skills
        return with_technician(problem, self.technician, skills={**skills, self.skill: self.level})


@dataclass(frozen=True, slots=True)
class LessSkill(Change):
    """A role of a visit needs a skill at ``level`` (0: not at all), rather than at ``asked``."""

    kind: ClassVar[str] = "less_skill"
    visit: str
    role: int
    skill: str
    level: int
    asked: int

    def on(self, problem: Problem) -> Problem:
        roles = list(visit_of(problem, self.visit).roles)
        needs = {name: level for name, level in roles[self.role].skills.items() if name != self.skill}
        roles[self.role] = Role(needs | ({self.skill: self.level} if self.level else {}))
        return with_visit(problem, self.visit, roles=tuple(roles))


@dataclass(frozen=True, slots=True)
class AlsoNamed(Change):
    """A visit that is kept to certain technicians may be given to this one as well."""

    kind: ClassVar[str] = "also_named"
    visit: str
    technician: str

    def on(self, problem: Problem) -> Problem:
        return with_visit(problem, self.visit, only=(*visit_of(problem, self.visit).only, self.technician))


@dataclass(frozen=True, slots=True)
class NotExcluded(Change):
    """A technician who may not do a visit may."""

    kind: ClassVar[str] = "not_excluded"
    visit: str
    technician: str

    def on(self, problem: Problem) -> Problem:
        never = tuple(one for one in visit_of(problem, self.visit).never if one != self.technician)
        return with_visit(problem, self.visit, never=never)


@dataclass(frozen=True, slots=True)
class LongerGap(Change):
    """A visit may start ``by`` seconds later after the end of the one before it."""

    kind: ClassVar[str] = "longer_gap"
    visit: str
    before: str
    by: int

    def on(self, problem: Problem) -> Problem:
        links = tuple(
            replace(one, max_gap=one.max_gap + self.by) if one.visit == self.before and one.max_gap is not None else one
            for one in visit_of(problem, self.visit).after
        )
        return with_visit(problem, self.visit, after=links)


@dataclass(frozen=True, slots=True)
class WithoutOrder(Change):
    """A visit need not come after another."""

    kind: ClassVar[str] = "without_order"
    visit: str
    before: str

    def on(self, problem: Problem) -> Problem:
        links = tuple(one for one in visit_of(problem, self.visit).after if one.visit != self.before)
        return with_visit(problem, self.visit, after=links)


@dataclass(frozen=True, slots=True)
class HigherDropCost(Change):
    """Leaving a visit out costs ``cost`` rather than ``was``."""

    kind: ClassVar[str] = "higher_drop_cost"
    visit: str
    cost: float
    was: float

    def on(self, problem: Problem) -> Problem:
        return with_visit(problem, self.visit, drop_cost=self.cost)


@dataclass(frozen=True, slots=True)
class Uncommitted(Change):
    """These visits need no longer stand first on a shift; they are the last of those that had to."""

    kind: ClassVar[str] = "uncommitted"
    technician: str
    shift: str
    visits: tuple[str, ...]

    def on(self, problem: Problem) -> Problem:
        first = shift_of(problem, self.technician, self.shift).committed
        kept = tuple(one for one in first if one not in self.visits)
        return with_shift(problem, self.technician, self.shift, committed=kept)


def changed(problem: Problem, changes: Iterable[Change]) -> Problem:
    """The problem in which all of these are different."""
    for one in changes:
        problem = one.on(problem)
    return problem


def thing(change: Change) -> Change:
    """What a change is about, whatever its size."""
    return replace(change, by=0) if hasattr(change, "by") else change  # type: ignore[type-var]


def merged(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The same changes, two of the same thing as one: more by both."""
    sums: dict[Change, Change] = {}
    for one in changes:
        had = sums.get(thing(one))
        more = hasattr(one, "by") and had is not None
        sums[thing(one)] = replace(one, by=one.by + had.by) if more else one  # type: ignore[type-var,attr-defined,union-attr]
    return tuple(sums.values())


# -- parts of a problem, replaced ------------------------------------------------------------------------------------


def visit_of(problem: Problem, visit: str) -> Visit:
    """A visit by its id. Raises :class:`KeyError`."""
    return problem.visits[problem.visit_index[visit]]


def shift_of(problem: Problem, technician: str, shift: str) -> Shift:
    """A shift by its ids. Raises :class:`KeyError`."""
    return problem.shifts[problem.shift_index[technician, shift]][1]


def with_visit(problem: Problem, visit: str, **fields: Any) -> Problem:
    """The problem with other fields of one visit."""
    visits = list(problem.visits)
    visits[problem.visit_index[visit]] = replace(visit_of(problem, visit), **fields)
    return replace(problem, visits=tuple(visits))


def with_technician(problem: Problem, technician: str, **fields: Any) -> Problem:
    """The problem with other fields of one technician."""
    people = list(problem.technicians)
    index = problem.technician_index[technician]
    people[index] = replace(people[index], **fields)
    return replace(problem, technicians=tuple(people))


def with_shift(problem: Problem, technician: str, shift: str, **fields: Any) -> Problem:
    """The problem with other fields of one shift."""
    shifts = problem.technicians[problem.technician_index[technician]].shifts
    new = tuple(replace(one, **fields) if one.id == shift else one for one in shifts)
    return with_technician(problem, technician, shifts=new)
