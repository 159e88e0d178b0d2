"""What one more is worth: a technician, an hour on every shift, a technician's new skill, territory by territory, and
of technicians and hours also weekday by weekday. A skill is there on all days.

Each is simulated by itself on the same days and the same chance as things are, and held against them pair by pair. Its
worth is what shifts, driving, overtime and missed promises cost less with it in a week; what it costs itself beyond
that, a wage for one, is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dispatch.domain.calendars import DAYS
from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.measuring.intervals import CONFIDENCE, Interval, difference
from scenarios.replication import Alternative, Figures
from scenarios.running import AS_IT_IS, OnProgress, Outcome, ground, simulated
from scenarios.scenario import Scenario, Worth
from scenarios.situation.digest import digest_of
from scenarios.situation.situation import Person, Situation

_HOUR = 60
_WEEK = 7


@dataclass(frozen=True)
class More:
    """One more of something. ``hours``: technician hours that it adds to a week. ``weekday``: on this day alone."""

    of: str
    territory: str
    hours: float
    weekday: str | None = None
    skill: str | None = None

    @property
    def name(self) -> str:
        """What is simulated under it: `technician, North, mon`."""
        return ", ".join(word for word in (self.of, self.skill, self.territory, self.weekday) if word is not None)


@dataclass(frozen=True)
class Valued:
    """What one more brings. ``money``: what a week costs less; ``sla`` and ``backlog``: how they change. ``among_all``:
    the money, with an interval so wide that those of all that were asked for hold together (Bonferroni).
    """

    more: More
    money: Interval
    sla: Interval
    backlog: Interval
    among_all: Interval


@dataclass(frozen=True)
class Valuation:
    """All that was asked, what is worth most first."""

    outcome: Outcome
    valued: tuple[Valued, ...]


def run_worth(
    scenario: Scenario,
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Valuation:
    """Simulate a scenario with its changes, and with one more of each that it asks for.

    Raises :class:`InvalidInput` where the file does not ask for it, or there is nothing of what it asks for.
    """
    if scenario.worth is None:
        raise InvalidInput("worth", "", "is missing", 'add [worth], with of = ["technician"] for one')
    start = ground(scenario.situation)
    made = changed(start, scenario.changes)
    asked = list(ones_more(made, scenario.worth))
    if not asked:
        raise InvalidInput("worth.of", "", "leaves nothing to be added", "ask for technicians or hours as well")
    alternatives = [Alternative(AS_IT_IS, made, scenario.agent_after)]
    alternatives += [Alternative(more.name, with_more, scenario.agent_after) for more, with_more in asked]
    outcome = simulated(
        alternatives,
        scenario,
        digest_of(start),
        processes=processes,
        cluster=cluster,
        keep=keep,
        on_progress=on_progress,
    )
    return valuation([more for more, _ in asked], outcome)


def valuation(asked: Sequence[More], outcome: Outcome) -> Valuation:
    """What each is worth, where all of them were simulated under their names beside things as they are."""
    valued = [_valued(more, outcome, len(asked)) for more in asked]
    return Valuation(outcome, tuple(sorted(valued, key=lambda one: -(one.money.mean or 0.0))))


def ones_more(situation: Situation, asked: Worth) -> Iterator[tuple[More, Situation]]:
    """Each thing that there may be one more of, with the situation that has it."""
    makers = {"technician": _technicians, "hour": _hours, "skill": _skills}
    for territory in situation.territories:
        people = [person for person in situation.people if person.territory == territory]
        if not people:
            continue
        for kind in dict.fromkeys(asked.of):
            yield from makers[kind](situation, territory, people, asked)


def _technicians(
    situation: Situation, territory: str, people: list[Person], asked: Worth
) -> Iterator[tuple[More, Situation]]:
    """Somebody like the first technician of the territory, on all of their days and, where asked, on each alone."""
    like = people[0]
    alone = [(day,) for day in like.days] if asked.by_weekday else []
    for days in (like.days, *alone):
        weekday = DAYS[days[0]] if days is not like.days else None
        new = replace(like, id=f"{like.id}+1", days=days)
        more = More("technician", territory, len(days) * (like.end - like.start) / _HOUR, weekday)
        yield more, replace(situation, people=(*situation.people, new))


def _hours(
    situation: Situation, territory: str, people: list[Person], asked: Worth
) -> Iterator[tuple[More, Situation]]:
    """Every shift of the territory ends an hour later; where asked, those of each day of the week alone as well."""
    every_day = tuple(range(len(DAYS)))
    worked = sorted({day for person in people for day in person.days}) if asked.by_weekday else []
    for days in (every_day, *((day,) for day in worked)):
        hours = sum(1 for person in people for day in person.days if day in days)
        weekday = DAYS[days[0]] if days is not every_day else None
        longer = tuple(_an_hour_later(one, days) if one.territory == territory else one for one in situation.people)
        yield More("hour", territory, hours, weekday), replace(situation, people=longer)


def _an_hour_later(person: Person, days: Sequence[int]) -> Person:
    was = person.later or (0,) * len(DAYS)
    return replace(person, later=tuple(more + (_HOUR if day in days else 0) for day, more in enumerate(was)))


def _skills(situation: Situation, territory: str, people: list[Person], _: Worth) -> Iterator[tuple[More, Situation]]:
    """The technician of the territory with the fewest skills learns one that they do not have, each by itself."""
    learner = min(people, key=lambda person: len(person.skills))
    for skill in situation.skills:
        if skill in learner.skills:
            continue
        level = max((kind.skills[skill] for kind in situation.kinds if skill in kind.skills), default=1)
        taught = replace(learner, skills={**learner.skills, skill: level})
        with_it = tuple(taught if person is learner else person for person in situation.people)
        yield More("skill", territory, 0.0, skill=skill), replace(situation, people=with_it)


def _valued(more: More, outcome: Outcome, asked: int) -> Valued:
    before, after = outcome.figures[AS_IT_IS], outcome.figures[more.name]
    weeks = [_week(one) for one in after], [_week(one) for one in before]
    return Valued(
        more,
        money=difference(*weeks),
        sla=outcome.change(more.name, "sla"),
        backlog=outcome.change(more.name, "backlog"),
        among_all=difference(*weeks, confidence=1 - (1 - CONFIDENCE) / asked),
    )


def _week(figures: Figures) -> float | None:
    """What a week of it costs, missed promises included."""
    paid, late = figures["cost_per_day"], figures["lateness_cost_per_day"]
    return None if paid is None or late is None else _WEEK * (paid + late)
