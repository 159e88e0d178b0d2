"""Three weeks of the sample's company under demand shaped after real calls, by rules that people use and by ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.scenarios.calls import all_week, shape_of, shaped
from benchmarks.tables import say, table
from scenarios.measuring.intervals import Interval, difference, interval
from scenarios.measuring.kpis import KPIS
from scenarios.replication import Alternative, Figures
from scenarios.scenario import Dispatching, Horizon
from scenarios.situation.sample_city import sample_city
from scenarios.team import Team

WAYS = {
    "first come": Dispatching(agent="first_come"),
    "nearest": Dispatching(agent="nearest"),
    "ours": Dispatching(agent="live", iterations=1000),
    "ours, accepted at once": Dispatching(agent="live", iterations=1000, policy={"accept_ahead": 43_200}),
}
SHOWN = (
    "sla",
    "sla_critical",
    "response_hours",
    "resolution_hours",
    "travel_share",
    "overtime_hours",
    "backlog",
    "jobs_per_day",
    "cost_per_day",
    "lateness_cost_per_day",
)
_RIVALS = 2


def compared(
    folder: Path, sample: str, jobs: float, days: Horizon, replications: int, processes: int
) -> Sequence[Sequence[Figures]]:
    """Say what each way comes to, and by how much ours differs from each rival on the same days; the figures."""
    situation = all_week(shaped(sample_city(1, jobs), shape_of(folder, sample), jobs))
    alternatives = [Alternative(name, situation, way) for name, way in WAYS.items()]
    tasks = [(which, number) for number in range(replications) for which in range(len(alternatives))]
    found: list[list[Figures]] = [[] for _ in alternatives]
    with Team(alternatives, days, 1, processes=processes) as team:
        for (which, _), figures in zip(tasks, team.answers(tasks), strict=True):
            found[which].append(figures)
    counted = days.days - days.warm_up
    say(f"calls of {sample}, {jobs:g} a day, {counted} days after {days.warm_up}, {replications} replications")
    rows = [
        [name, *(_told(kpi, interval([one[kpi] for one in figures])) for kpi in SHOWN)]
        for name, figures in zip(WAYS, found, strict=True)
    ]
    say(table(["who decides", *SHOWN], rows))
    names = list(WAYS)
    rows = [
        [f"{names[ours]} less {names[rival]}", *(_less(kpi, found[rival], found[ours]) for kpi in SHOWN)]
        for ours in range(_RIVALS, len(names))
        for rival in range(_RIVALS)
    ]
    say(table(["on the same days", *SHOWN], rows))
    return found


def _less(kpi: str, before: Sequence[Figures], after: Sequence[Figures]) -> str:
    known = difference([one[kpi] for one in before], [one[kpi] for one in after])
    return _told(kpi, known) + (" *" if known.tells else "")


def _told(kpi: str, known: Interval) -> str:
    """In percent and points where it is a share. A star marks a difference that is more than chance."""
    if known.mean is None:
        return "–"
    scale, digits = (100, 1) if KPIS[kpi].share else (1, 2)
    return f"{scale * known.mean:.{digits}f} ± {scale * known.half:.{digits}f}"
