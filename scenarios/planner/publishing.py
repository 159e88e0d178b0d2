"""Making an accepted change true: through the services of the live system, with their rights, checks and versions.

Not every change is a decision of ours: how much is asked for, and how long ways take, is assumed and not chosen. What
cannot be published says why, and what can names every row that it would change, with the version that is seen. All
that is chosen is published, or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain.errors import Invalid
from dispatch.domain.events import instant
from dispatch.domain.roles import Right
from dispatch.services.history import unchanged
from dispatch.services.rights import require
from dispatch.store.tables import ScenarioRow, Versioned
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner.hiring import Alike, alike
from scenarios.planner.live_changes import LIVE, NotPublished, Step
from scenarios.planner.outcomes import scenario_in
from scenarios.planner.people import people_of
from scenarios.planner.refusing import NotThere
from scenarios.planner.shelf import changing, tell
from scenarios.report.assumed import change_said
from scenarios.scenario import Change, Hire


@dataclass(frozen=True, slots=True)
class Part:
    """One change of a scenario: what publishing it would do (``steps``), or ``why_not``, a word of
    :mod:`scenarios.words`. ``right``: what it takes; ``published``: when and by whom, where that is done; ``alike``: of
    people who are hired, what is to be entered by hand.
    """

    change: int
    asked: Change
    right: Right | None = None
    why_not: str = ""
    steps: Sequence[Step] = ()
    published: Mapping[str, Any] = field(default_factory=dict)
    alike: Alike | None = None

    @property
    def can(self) -> bool:
        """Whether it can be published, by whoever has the right."""
        return not self.why_not and not self.published


def parts(uow: UnitOfWork, row: ScenarioRow, since: dt.date) -> list[Part]:
    """Every change of a scenario, as publishing it now would go; shifts from the day ``since`` on."""
    done = {one["change"]: one for one in row.published}
    scenario, people = scenario_in(row), people_of(uow, row)
    found = []
    for number, asked in enumerate(scenario.changes):
        live = LIVE[type(asked)]
        if number in done:
            found.append(Part(number, asked, live.right, published=done[number]))
            continue
        try:
            steps = live.steps(uow, asked, scenario, people, since)
        except NotPublished as why:
            like = alike(uow, asked, people, since) if isinstance(asked, Hire) else None
            found.append(Part(number, asked, live.right, why_not=why.word, alike=like))
        else:
            found.append(Part(number, asked, live.right, steps=steps, why_not="" if steps else "already so"))
    return found


def publish(
    uow: UnitOfWork,
    scenario_id: str,
    *,
    changes: Sequence[int],
    seen: Mapping[str, int],
    since: dt.date,
    versions: str | None = None,
) -> ScenarioRow:
    """Publish some changes of an accepted scenario: all of them, or none.

    ``seen``: for each row that it changes, the version that was seen. Raises :class:`Invalid` for what cannot be
    published, :class:`Stale` where a row is of another version, and whatever the services refuse.
    """
    row = changing(uow, scenario_id, Right.READ_SCENARIOS, versions)
    if row.accepted_at is None:
        raise NotThere(f"{row.title} has not been accepted; accept it first.")
    if since < uow.now.date():
        raise _invalid("since", since.isoformat(), "is over", "name today or a later day")
    open_ones = {one.change: one for one in parts(uow, row, since)}
    for place, number in enumerate(changes):
        part = open_ones.get(number)
        if part is None or not part.can:
            raise _invalid(f"changes[{place}]", number, "cannot be published", "leave it out")
        if part.right is not None:
            require(uow, part.right)
        for step in part.steps:
            _check(uow, step, seen)
            step.do(uow)
    row.published = [*row.published, *(_noted(uow, open_ones[number]) for number in dict.fromkeys(changes))]
    uow.session.flush()
    tell(uow, row, "published")
    return row


def _check(uow: UnitOfWork, step: Step, seen: Mapping[str, int]) -> None:
    table: type[Versioned] = type(step.row)
    if step.row.id not in seen:
        remedy = "name the version of each row that is changed, as the publication tells them"
        raise _invalid(f"seen.{step.row.id}", "", "is missing", remedy)
    unchanged(uow, table, step.row.id, f'"{seen[step.row.id]}"')


def _noted(uow: UnitOfWork, part: Part) -> dict[str, Any]:
    return {
        "change": part.change,
        "said": change_said(part.asked),
        "at": instant(uow.now),
        "by": uow.actor.id,
        "by_name": uow.actor.name,
    }


def _invalid(place: str, value: object, problem: str, remedy: str) -> Invalid:
    error = {"place": place, "value": value, "problem": problem, "remedy": remedy}
    return Invalid(f"{place} {problem}; {remedy}.", errors=[error])
