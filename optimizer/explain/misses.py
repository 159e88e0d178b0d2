"""By how much a rule is missed: the same matches that the rules give, with the numbers that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from optimizer.domain import Problem
from optimizer.explain.changes import visit_of
from optimizer.rules.base import Level, Match
from optimizer.scoring import Scorecard
from optimizer.timeline import Timeline

Measure = Literal["seconds", "level", "quantity", "nothing"]


@dataclass(frozen=True, slots=True)
class Miss:
    """One must that does not hold, and how far it is from holding.

    ``needed`` is what would have to be allowed, ``allowed`` what is: instants (epoch seconds) for windows, breaks and
    overtime, lengths of time for duty and gaps between visits, levels for skills, quantities for what is on board.
    ``about`` names what is short where the rule alone does not say: a skill, a resource, a break, the visit that comes
    before (of a window too, where it is missed because that one is waited for).
    ``measure`` "nothing": the rule knows no more or less. ``because``: the rule's own sentence.
    """

    rule: str
    measure: Measure
    because: str = field(compare=False)
    visit: str | None = None
    technician: str | None = None
    shift: str | None = None
    role: int = 0
    about: str = ""
    needed: float = 0
    allowed: float = 0

    @property
    def short(self) -> float:
        """How much more would have to be allowed."""
        return self.needed - self.allowed


def breaches(card: Scorecard, others: Sequence[Scorecard], visit: str) -> tuple[Match, ...]:
    """The musts that a scorecard finds broken and not all the others do, or that are about the visit."""
    was = set.intersection(*({_breach(match) for match in _hard(other)} for other in others))
    return tuple(match for match in _hard(card) if match.visit == visit or _breach(match) not in was)


def newly_broken(card: Scorecard, before: Scorecard) -> tuple[Match, ...]:
    """The musts that are broken more than they were before."""
    was: dict[tuple[str | None, ...], int] = {}
    for match in _hard(before):
        was[_breach_of(match)] = was.get(_breach_of(match), 0) + int(match.amount)
    found = []
    for match in _hard(card):
        left = was.get(_breach_of(match), 0) - int(match.amount)
        was[_breach_of(match)] = left
        if left < 0:
            found.append(match)
    return tuple(found)


def misses(problem: Problem, card: Scorecard, matches: Iterable[Match]) -> tuple[Miss, ...]:
    """These matches of a scorecard on its problem, in numbers."""
    meter = _Meter(problem, card)
    return tuple(dict.fromkeys(miss for match in matches for miss in meter.measured(match)))


def _hard(card: Scorecard) -> list[Match]:
    return [match for line in card.lines if line.rule.level is Level.HARD for match in line.matches]


def _breach(match: Match) -> tuple[str, str | None, str | None]:
    return match.rule, match.visit, match.shift


def _breach_of(match: Match) -> tuple[str | None, ...]:
    return match.rule, match.visit, match.technician, match.shift


class _Meter:
    """Measures matches of one scorecard, each in as many parts as can be changed apart."""

    def __init__(self, problem: Problem, card: Scorecard) -> None:
        self.problem, self.schedule = problem, card.schedule
        self.by_rule: Mapping[str, Callable[[Match], Iterator[Miss]]] = {
            "closed_window": self._closed_window,
            "missed_break": self._missed_break,
            "overtime_limit": self._overtime_limit,
            "duty_limit": self._duty_limit,
            "missing_skill": self._missing_skill,
            "over_capacity": self._over_capacity,
            "after_order": self._after_order,
        }

    def measured(self, match: Match) -> Iterator[Miss]:
        measure = self.by_rule.get(match.rule)
        yield from (_miss(match, "nothing"),) if measure is None else measure(match)

    def _line(self, match: Match) -> Timeline:
        key = match.technician, match.shift
        return next(one for one in self.schedule.timelines if (one.technician.id, one.shift.id) == key)

    def _closed_window(self, match: Match) -> Iterator[Miss]:
        """It could start when all members of its crew are there, and not before what ``after`` says."""
        visit, ends = visit_of(self.problem, match.visit or ""), self.schedule.ends
        moments = [(stop.arrival, "") for _, stop in self.schedule.stops_of[visit.id]]
        moments += [(ends[link.visit] + link.min_gap, link.visit) for link in visit.after if link.visit in ends]
        start, waited_for = max(moments, key=lambda one: one[0])
        last = visit.windows[-1].latest
        if start > last:
            yield _miss(match, "seconds", about=waited_for, needed=start, allowed=last)
        else:  # it was waited for while others were waiting for it, and what came of that shows in no time
            yield _miss(match, "nothing", about=waited_for)

    def _missed_break(self, match: Match) -> Iterator[Miss]:
        line = self._line(match)
        starts = {taken.rest.id: taken.start for taken in line.breaks}
        for rest in line.shift.breaks:
            after_the_end = line.gaps.get(rest.id) == len(line.stops) + 1
            begins = line.finish if after_the_end else starts.get(rest.id)
            if begins is None:
                yield _miss(match, "nothing", about=rest.id)
            elif begins > rest.latest:
                yield _miss(match, "seconds", about=rest.id, needed=begins, allowed=rest.latest)

    def _overtime_limit(self, match: Match) -> Iterator[Miss]:
        line = self._line(match)
        yield _miss(match, "seconds", needed=line.finish, allowed=line.shift.end + line.shift.max_overtime)

    def _duty_limit(self, match: Match) -> Iterator[Miss]:
        line = self._line(match)
        yield _miss(match, "seconds", needed=line.duty, allowed=line.shift.max_duty or 0)

    def _missing_skill(self, match: Match) -> Iterator[Miss]:
        line, roles = self._line(match), visit_of(self.problem, match.visit or "").roles
        for stop in line.stops:
            needs = roles[stop.role].skills if stop.visit == match.visit and stop.role < len(roles) else {}
            for skill, level in needs.items():
                if (held := line.technician.skills.get(skill, 0)) < level:
                    yield _miss(match, "level", about=skill, needed=level, allowed=held, role=stop.role)

    def _over_capacity(self, match: Match) -> Iterator[Miss]:
        line, load = self._line(match), dict[str, int]()
        for stop in line.stops:
            for resource, quantity in visit_of(self.problem, stop.visit).demand.items():
                load[resource] = load.get(resource, 0) + round(quantity * 1000)
        for resource, needed in load.items():
            held = line.technician.capacity.get(resource, 0)
            if needed > round(held * 1000):
                yield _miss(match, "quantity", about=resource, needed=needed / 1000, allowed=held)

    def _after_order(self, match: Match) -> Iterator[Miss]:
        if match.visit is None:  # they wait for each other in a circle
            yield _miss(match, "nothing")
            return
        start = self.schedule.starts[match.visit]
        for link in visit_of(self.problem, match.visit).after:
            end = self.schedule.ends.get(link.visit)
            if end is None:
                yield _miss(match, "nothing", about=link.visit)
            elif link.max_gap is not None and start - end > link.max_gap:
                yield _miss(match, "seconds", about=link.visit, needed=start - end, allowed=link.max_gap)


def _miss(
    match: Match, measure: Measure, *, about: str = "", needed: float = 0, allowed: float = 0, role: int = 0
) -> Miss:
    where = match.visit, match.technician, match.shift
    return Miss(match.rule, measure, match.because, *where, role, about, needed, allowed)
