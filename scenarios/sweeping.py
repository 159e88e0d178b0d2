"""Sweeps: one thing varied over several values, what each step brings, and where more stops bringing much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.measuring.intervals import Interval, interval
from scenarios.measuring.kpis import KPIS
from scenarios.replication import Alternative
from scenarios.running import OnProgress, Outcome, ground, simulated
from scenarios.scenario import DemandChange, Scenario, Sweep
from scenarios.situation.digest import digest_of
from scenarios.situation.situation import Situation
from scenarios.situation.staff import so_many

MOST_DEMAND = 4.0
"""A change of demand may say so many times at most."""
DRAWN = 200
"""So many curves are drawn again to see how sure a knee is."""


def run_sweep(
    scenario: Scenario,
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Simulate a scenario with its changes at every value of its sweep, all on the same days and the same chance.

    Raises :class:`InvalidInput` where the file has no sweep, or its changes make no sense.
    """
    if scenario.sweep is None:
        remedy = 'add [sweep] with kind = "technicians" or "demand", and values'
        raise InvalidInput("sweep", "", "is missing", remedy)
    start = ground(scenario.situation)
    made = changed(start, scenario.changes)
    alternatives = [
        Alternative(f"{value:g}", varied(made, scenario.sweep, value), scenario.agent_after)
        for value in scenario.sweep.values
    ]
    return simulated(
        alternatives,
        scenario,
        digest_of(start),
        processes=processes,
        cluster=cluster,
        keep=keep,
        on_progress=on_progress,
    )


def varied(situation: Situation, sweep: Sweep, value: float) -> Situation:
    """The situation at one value: so many times the demand, or so many technicians in all.

    Where they are fewer, the last of the list are gone; where they are more, there is a second one like the first of
    them, like the second, and so on. Raises :class:`InvalidInput` for more demand than may be asked for.
    """
    if sweep.kind == "demand":
        if value > MOST_DEMAND:
            remedy = f"sweep up to {MOST_DEMAND:g} times the demand; start from a larger situation for more"
            raise InvalidInput("sweep.values", f"{value:g}", "is too many times the demand", remedy)
        return changed(situation, [DemandChange(kind="demand", factor=value)])
    return replace(situation, people=so_many(situation.people, round(value)))


def steps(outcome: Outcome, kpi: str) -> Iterator[Interval | None]:
    """What each value brings against the one before it, pair by pair; None for the first."""
    yield None
    for before, after in pairwise(outcome.alternatives):
        yield outcome.between(before, after, kpi)


def knee(values: Sequence[float], means: Sequence[float], *, more_is_better: bool) -> float | None:
    """Where more stops bringing much: the value whose point lies farthest beyond the chord between the first and the
    last one, both axes scaled to 1 (Satopää and others, *Finding a "Kneedle" in a Haystack*, 2011).

    None for fewer than three values, and where no point lies beyond the chord: then there is no knee among them.
    """
    low, high = min(means), max(means)
    if len(values) < 3 or high - low <= 0:
        return None
    across = [(value - values[0]) / (values[-1] - values[0]) for value in values]
    gained = [((mean - low) if more_is_better else (high - mean)) / (high - low) for mean in means]
    chord = [gained[0] + share * (gained[-1] - gained[0]) for share in across]
    above = [point - line for point, line in zip(gained, chord, strict=True)]
    best = max(range(len(values)), key=lambda at: above[at])
    return values[best] if above[best] > 1e-9 else None


def knee_of(outcome: Outcome, sweep: Sweep) -> float | None:
    """The knee of the figure that the sweep names."""
    return _knee_over(range(outcome.replications), outcome, sweep)


def sure_of_knee(outcome: Outcome, sweep: Sweep) -> float | None:
    """In which share of the curves that are drawn again from the same replications, as many of them and each as often
    as it comes, the knee is where it was found (the bootstrap: Efron, *Annals of Statistics* 7, 1979). All values keep
    their common chance, for a replication is drawn with all of them. None where there is no knee.
    """
    found = knee_of(outcome, sweep)
    if found is None:
        return None
    chance = Random(1)  # the same curves for the same outcome
    drawn = (chance.choices(range(outcome.replications), k=outcome.replications) for _ in range(DRAWN))
    return sum(_knee_over(several, outcome, sweep) == found for several in drawn) / DRAWN


def _knee_over(replications: Sequence[int], outcome: Outcome, sweep: Sweep) -> float | None:
    """The knee of the means of some replications; None where there was nothing to count at a value."""
    figures = (outcome.figures[name] for name in outcome.alternatives)
    means = [interval([each[at][sweep.kpi] for at in replications]).mean for each in figures]
    known = [mean for mean in means if mean is not None]
    if len(known) < len(means):
        return None
    return knee(sweep.values, known, more_is_better=KPIS[sweep.kpi].more_is_better)
