"""Making a scenario of a staffing that was found: who leaves, who is hired, and the targets as its conditions.

What is simulated of it is the very company that the staffing was found with, so that what is kept of it is found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dispatch.domain.errors import Invalid
from dispatch.store.tables import ScenarioAsks, ScenarioRow
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner import shelf
from scenarios.planner.outcomes import answer_kept, scenario_in
from scenarios.planner.questions import staffing_in
from scenarios.planner.refusing import NotThere
from scenarios.scenario import Change, Group, Hire, Leave, Scenario
from scenarios.staffing import Counts, told

_TITLE = 120


def take_over(uow: UnitOfWork, scenario_id: str, counts: Sequence[int] | None = None) -> ScenarioRow:
    """Keep a scenario of a staffing that was simulated: of the cheapest one that meets the targets, unless ``counts``
    name another. It is not run yet.

    Raises :class:`NotThere` where there is no such answer, and :class:`Invalid` for a staffing that was not simulated.
    """
    row = shelf.seen(uow, scenario_id, outcome=True)
    found = staffing_in(answer_kept(row, ScenarioAsks.STAFFING))
    if counts is None:
        if found.best is None:
            raise NotThere(f"{row.title} found no staffing that meets every target; name one of those it simulated.")
        counts = found.best.counts
    if tuple(counts) not in {one.counts for one in found.tried}:
        remedy = "name one of those that were simulated"
        error = {"place": "counts", "value": list(counts), "problem": "is no staffing of the answer", "remedy": remedy}
        raise Invalid(f"counts is no staffing of the answer; {remedy}.", errors=[error])
    return shelf.create(uow, scenario_of_staffing(scenario_in(row), tuple(counts)))


def scenario_of_staffing(asked: Scenario, counts: Counts) -> Scenario:
    """The scenario that has the staffing. Raises :class:`ValueError` for a scenario that asks for none."""
    if asked.staffing is None:
        raise ValueError(f"{asked.title}: asks for no staffing")
    suffix = f" ({told(counts)})"
    update = {
        "title": asked.title[: _TITLE - len(suffix)] + suffix,
        "changes": [*asked.changes, *_staffed(asked.staffing.groups, counts)],
        "accept": list(asked.staffing.targets),
        **dict.fromkeys(("sweep", "staffing", "worth")),
    }
    return asked.model_copy(update=update)


def _staffed(groups: Sequence[Group], counts: Counts) -> Iterator[Change]:
    gone = [name for group, count in zip(groups, counts, strict=True) for name in group.technicians[count:]]
    if gone:
        yield Leave(kind="leave", technicians=gone)
    for group, count in zip(groups, counts, strict=True):
        yield from _hired(group, count)


def _hired(group: Group, count: int) -> Iterator[Change]:
    """One like the first of them, one like the second, and so on, in the order in which the staffing had them."""
    turns = [group.technicians[at % len(group.technicians)] for at in range(len(group.technicians), count)]
    if len(group.technicians) == 1 and turns:
        yield Hire(kind="hire", like=turns[0], count=len(turns))
        return
    for like in turns:
        yield Hire(kind="hire", like=like)
