"""One table: for each thing that planners ask of a scenario, what makes sense to ask, and how it is answered and kept.

What is kept in the store is every figure of every replication, and what it takes to tell it; means, intervals and
verdicts are worked out from that when they are asked for. Of a staffing, whose every simulation is of another company,
the intervals themselves are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dispatch.store.tables import ScenarioAsks
from optimizer.invalid import InvalidInput, shown
from scenarios.changes import changed
from scenarios.measuring.intervals import Interval
from scenarios.replaying.running import Replayed, run_replay
from scenarios.report.page import page
from scenarios.report.replay import replay_page
from scenarios.report.staffing import staffing_page
from scenarios.report.worth import worth_page
from scenarios.running import AS_IT_IS, WITH_CHANGES, Means, Outcome, ground, run_scenario
from scenarios.scenario import DispatchChange, Dispatching, Scenario
from scenarios.situation.record import ByHand
from scenarios.situation.situation import Situation
from scenarios.staffing import Staffed, Tried, refuse_strangers, run_staffing
from scenarios.sweeping import run_sweep, varied
from scenarios.worth import More, Valuation, ones_more, run_worth, valuation

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it: as it is kept, whether what was asked for holds (None: nothing was), and the report in each
    language.
    """

    outcome: Mapping[str, Any]
    kept: bool | None
    reports: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """``check`` raises :class:`InvalidInput` where it cannot be asked of a situation; ``find`` raises it as well."""

    check: Callable[[Scenario, Situation], None]
    find: Callable[[Scenario, Means], Found]


# What the changes do --------------------------------------------------------------------------------------------------


def _check_effect(scenario: Scenario, situation: Situation) -> None:
    changed(situation, scenario.changes)


def _effect(scenario: Scenario, means: Means) -> Found:
    outcome = run_scenario(scenario, **means)
    named = {WITH_CHANGES if scenario.changes else AS_IT_IS: scenario}
    reports = {one: page(scenario.title, named, outcome, language=one) for one in LANGUAGES}
    return Found(figures_kept(outcome), outcome.accepted if scenario.accept else None, reports)


def figures_kept(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON values, with every figure of every replication."""
    each = [{"name": name, "each": [dict(one) for one in outcome.figures[name]]} for name in outcome.alternatives]
    return {"digest": outcome.digest, "alternatives": each}


def figures_in(kept: Mapping[str, Any]) -> Outcome:
    """The outcome that was kept; its conditions are not judged."""
    figures = {one["name"]: one["each"] for one in kept["alternatives"]}
    return Outcome(kept["digest"], tuple(figures), figures)


# What each value of a sweep does --------------------------------------------------------------------------------------


def _check_sweep(scenario: Scenario, situation: Situation) -> None:
    made = changed(situation, scenario.changes)
    if scenario.sweep is None:
        raise InvalidInput("sweep", "", "is missing", "say what is varied, and over which values")
    varied(made, scenario.sweep, scenario.sweep.values[-1])  # the largest value is what may be too much


def _sweep(scenario: Scenario, means: Means) -> Found:
    outcome = run_sweep(scenario, **means)
    named = {WITH_CHANGES: scenario}
    reports = {one: page(scenario.title, named, outcome, scenario.sweep, one) for one in LANGUAGES}
    return Found(figures_kept(outcome), None, reports)


# The cheapest staffing ------------------------------------------------------------------------------------------------


def _check_staffing(scenario: Scenario, situation: Situation) -> None:
    made = changed(situation, scenario.changes)
    if scenario.staffing is None:
        raise InvalidInput("staffing", "", "is missing", "name targets, and who can stand in for whom")
    refuse_strangers(scenario.staffing, made)


def _staffing(scenario: Scenario, means: Means) -> Found:
    staffed = run_staffing(scenario, **means)
    reports = {one: staffing_page(scenario, staffed, one) for one in LANGUAGES}
    return Found(_staffing_kept(staffed), staffed.best is not None, reports)


def _staffing_kept(staffed: Staffed) -> dict[str, Any]:
    def told(one: Tried) -> dict[str, Any]:
        found = [[each.mean, each.half if math.isfinite(each.half) else None, each.count] for each in one.found]
        return {**asdict(one), "counts": list(one.counts), "found": found}

    best = None if staffed.best is None else staffed.tried.index(staffed.best)
    tried = [told(one) for one in staffed.tried]
    return {"digest": staffed.digest, "tried": tried, "best": best, "possible": staffed.possible}


def staffing_in(kept: Mapping[str, Any]) -> Staffed:
    """The staffings that were kept."""

    def interval(mean: float | None, half: float | None, count: int) -> Interval:
        return Interval(mean, math.inf if half is None else half, count)

    tried = tuple(
        Tried(**{**one, "counts": tuple(one["counts"]), "found": tuple(interval(*each) for each in one["found"])})
        for one in kept["tried"]
    )
    best = None if kept["best"] is None else tried[kept["best"]]
    return Staffed(kept["digest"], tried, best, kept["possible"])


# What one more is worth -----------------------------------------------------------------------------------------------


def _check_worth(scenario: Scenario, situation: Situation) -> None:
    made = changed(situation, scenario.changes)
    if scenario.worth is None:
        raise InvalidInput("worth", "", "is missing", "say of what there may be one more")
    if next(ones_more(made, scenario.worth), None) is None:
        raise InvalidInput("worth.of", "", "leaves nothing to be added", "ask for technicians or hours as well")


def _worth(scenario: Scenario, means: Means) -> Found:
    found = run_worth(scenario, **means)
    reports = {one: worth_page(scenario, found, one) for one in LANGUAGES}
    more = [asdict(one.more) for one in found.valued]
    return Found({**figures_kept(found.outcome), "more": more}, None, reports)


def worth_in(kept: Mapping[str, Any]) -> Valuation:
    """What each thing is worth, from the figures that were kept."""
    return valuation([More(**one) for one in kept["more"]], figures_in(kept))


# What days that are over could have been ------------------------------------------------------------------------------


def _check_replay(scenario: Scenario, situation: Situation) -> None:
    record = situation.record
    if record is None or not record.days:
        remedy = "take days that are over, and replay those"
        raise InvalidInput("situation", shown(situation.name, 80), "tells of no day that is over", remedy)
    for index, change in enumerate(scenario.changes):
        if not isinstance(change, DispatchChange):
            remedy = "remove it, or ask what its changes do"
            raise InvalidInput(f"changes[{index}]", shown(change.kind), "is nothing that a replay changes", remedy)


def _replay(scenario: Scenario, means: Means) -> Found:
    situation = ground(scenario.situation)
    _check_replay(scenario, situation)
    plan = scenario.replications
    replayed = run_replay(situation, scenario.agent_after, replications=plan.most, seed=plan.seed, **means)
    reports = {one: replay_page(situation, replayed, one) for one in LANGUAGES}
    return Found(_replay_kept(situation, replayed), None, reports)


def _replay_kept(situation: Situation, replayed: Replayed) -> dict[str, Any]:
    """Of what was decided by hand: when, what and about what; that is what is told of it."""
    assert situation.record is not None
    decided = [{"at": one.at, "kind": one.kind, "territory": one.about} for one in replayed.decided]
    return {
        "digest": replayed.digest,
        "first": situation.record.first.isoformat(),
        "days": situation.record.days,
        "zone": situation.zone.key,
        "stages": [{"name": name, "each": [dict(one) for one in each]} for name, each in replayed.figures.items()],
        "without": [[dict(one) for one in each] for each in replayed.without.values()],
        "decided": decided,
        "dispatch": replayed.dispatch.model_dump(mode="json"),
    }


def replay_in(kept: Mapping[str, Any]) -> Replayed:
    """The replay that was kept."""
    figures = {one["name"]: one["each"] for one in kept["stages"]}
    decided = [ByHand(**one) for one in kept["decided"]]
    without: Mapping[int, Sequence[Any]] = dict(enumerate(kept["without"]))
    return Replayed(kept["digest"], decided, figures, without, Dispatching.model_validate(kept["dispatch"]))


QUESTIONS: Mapping[ScenarioAsks, Question] = {
    ScenarioAsks.EFFECT: Question(_check_effect, _effect),
    ScenarioAsks.SWEEP: Question(_check_sweep, _sweep),
    ScenarioAsks.STAFFING: Question(_check_staffing, _staffing),
    ScenarioAsks.WORTH: Question(_check_worth, _worth),
    ScenarioAsks.REPLAY: Question(_check_replay, _replay),
}
