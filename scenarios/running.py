"""Runs scenarios: every alternative on the same days, as often as it takes, on as many processes as asked.

It does not matter where and in which order replications run, here or on a cluster: the result is that of running them
one after another. An alternative is simulated once for each number, and alternatives are compared pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

from dispatch.commands.base import naming
from optimizer.invalid import InvalidInput, shown
from scenarios.changes import changed
from scenarios.cluster import Cluster
from scenarios.forecast.files import read_forecast
from scenarios.measuring.intervals import Interval, difference, interval, narrow_enough
from scenarios.replication import Alternative, Figures
from scenarios.scenario import Acceptance, GeneratedTown, Ground, Parts, Replications, Scenario, TakenSituation
from scenarios.situation.digest import digest_of
from scenarios.situation.expecting import expecting, refuse_unexpected
from scenarios.situation.files import read_situation
from scenarios.situation.generated import TOWN_PARTS, Town, generated
from scenarios.situation.sample_city import CITY_PARTS, sample_city
from scenarios.situation.situation import Situation
from scenarios.situation.stock import Stock
from scenarios.team import Team
from scenarios.work import Replicating

AS_IT_IS, WITH_CHANGES = "as it is", "with the changes"


@dataclass(frozen=True)
class Judged:
    """A condition, what it was held against (``found``), and whether it holds."""

    rule: Acceptance
    found: Interval
    holds: bool


@dataclass(frozen=True)
class Outcome:
    """What came of it. ``figures``: alternative → replications in their order; the first alternative is what the others
    are compared with. ``digest`` is that of the situation that all of them start from.
    """

    digest: str
    alternatives: tuple[str, ...]
    figures: Mapping[str, Sequence[Figures]]
    judged: tuple[Judged, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether every condition holds."""
        return all(one.holds for one in self.judged)

    @property
    def replications(self) -> int:
        """How often everything was simulated."""
        return len(self.figures[self.alternatives[0]])

    def mean(self, alternative: str, kpi: str) -> Interval:
        """A figure of an alternative."""
        return interval([one[kpi] for one in self.figures[alternative]])

    def change(self, alternative: str, kpi: str) -> Interval:
        """A figure's difference to the first alternative, pair by pair."""
        return self.between(self.alternatives[0], alternative, kpi)

    def between(self, before: str, after: str, kpi: str) -> Interval:
        """A figure's difference from one alternative to another, pair by pair."""
        return difference([one[kpi] for one in self.figures[before]], [one[kpi] for one in self.figures[after]])


OnProgress = Callable[[int, int], None]
"""Called with how many replications are done, and how many there may be at most."""


class Means(TypedDict):
    """By what means scenarios are simulated."""

    processes: int
    cluster: str | None
    keep: Path | None
    on_progress: OnProgress


def ground(named: Ground) -> Situation:
    """The situation that a scenario starts from. Raises :class:`InvalidInput` where its digest is another one, and
    :class:`OSError` where its file cannot be read.
    """
    if isinstance(named, GeneratedTown):
        fields = named.model_dump(exclude={"kind", "digest", "demand", "parts"})
        situation = _carrying(generated(Town(**fields)), named.parts, TOWN_PARTS)
    elif isinstance(named, TakenSituation):
        with naming(named.file):
            situation = read_situation(named.file)
    else:
        situation = _carrying(sample_city(named.seed, named.jobs_per_day, named.crews), named.parts, CITY_PARTS)
    if named.demand is not None:
        with naming(named.demand):
            situation = expecting(situation, read_forecast(named.demand))
    found = digest_of(situation)
    if named.digest is not None and named.digest != found:
        remedy = f'what it starts from has changed: look at what did, then write digest = "{found}"'
        raise InvalidInput("situation.digest", shown(named.digest, 80), "is not that of the situation", remedy)
    return situation


def _carrying(situation: Situation, parts: Parts | None, kinds: Iterable[str]) -> Situation:
    """With the parts that these kinds of work need, and what vans carry of them."""
    if parts is None:
        return situation
    there = {one.name for one in situation.kinds}
    return replace(situation, stock=Stock.of(there.intersection(kinds), parts.needed, parts.filled, parts.hours))


def run_scenario(
    scenario: Scenario,
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Simulate a scenario with its changes and, where there are any, without them; judge its conditions.

    ``cluster``: the address of a Dask scheduler whose workers simulate, instead of processes of this machine. Raises
    :class:`InvalidInput` for changes that make no sense, and for a digest that is another one, and
    :class:`~scenarios.cluster.ClusterError` for a cluster that cannot be used.
    """
    start = ground(scenario.situation)
    alternatives = [Alternative(AS_IT_IS, start, scenario.dispatch)]
    if scenario.changes:
        alternatives.append(_changed(WITH_CHANGES, start, scenario))
    outcome = simulated(
        alternatives,
        scenario,
        digest_of(start),
        processes=processes,
        cluster=cluster,
        keep=keep,
        on_progress=on_progress,
    )
    return judged(scenario, outcome)


def judged(scenario: Scenario, outcome: Outcome) -> Outcome:
    """The outcome with what becomes of the scenario's conditions."""
    return replace(outcome, judged=tuple(_judged(rule, outcome) for rule in scenario.accept))


def compare(
    scenarios: Mapping[str, Scenario],
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Simulate several scenarios, each with its changes, on the same days, and hold the others against the first.

    How often, the first one says. Raises :class:`InvalidInput` where they do not start from the same situation, on the
    same days, with the same seed: what differed then would be chance as well.
    """
    (first_name, first), *others = scenarios.items()
    start = ground(first.situation)
    digest = digest_of(start)
    for name, other in others:
        for place, mine, its in (
            ("situation", digest, digest_of(ground(other.situation))),
            ("horizon", first.horizon.model_dump_json(), other.horizon.model_dump_json()),
            ("replications.seed", str(first.replications.seed), str(other.replications.seed)),
        ):
            if mine != its:
                remedy = f"make it that of {first_name}: {mine}"
                raise InvalidInput(f"{name}: {place}", shown(its, 100), "is not what the first scenario has", remedy)
    alternatives = [_changed(name, start, scenario) for name, scenario in scenarios.items()]
    return simulated(
        alternatives, first, digest, processes=processes, cluster=cluster, keep=keep, on_progress=on_progress
    )


def _changed(name: str, start: Situation, scenario: Scenario) -> Alternative:
    return Alternative(name, changed(start, scenario.changes), scenario.agent_after)


# As often as it takes ------------------------------------------------------------------------------------------------


def simulated(
    alternatives: Sequence[Alternative],
    scenario: Scenario,
    digest: str,
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Simulate alternatives on the days of a scenario, as often as it says; ``digest`` of what they start from.

    ``keep``: a folder in which every replication is kept, and found again by the next run (:mod:`scenarios.keeping`).
    Raises :class:`InvalidInput` for days that a forecast does not reach.
    """
    plan, horizon = scenario.replications, scenario.horizon
    refuse_unexpected(alternatives[0].situation, horizon.first, horizon.days)
    figures: dict[str, list[Figures]] = {one.name: [] for one in alternatives}
    team = (
        Team(alternatives, scenario.horizon, plan.seed, processes=processes, keep=keep)
        if cluster is None
        else Cluster(cluster, [Replicating(one, scenario.horizon, plan.seed) for one in alternatives], keep=keep)
    )
    with team:
        done = 0
        while done < plan.most and (done < plan.least or not _sure_enough(figures, plan)):
            # As many at once as there is somebody for them; how many are kept does not depend on that.
            batch = range(done, min(plan.most, max(plan.least, done + max(1, team.at_once // len(alternatives)))))
            tasks = [(which, number) for number in batch for which in range(len(alternatives))]
            answers = team.answers(tasks)
            for number in batch:
                found = {one.name: next(answers) for one in alternatives}
                if number >= plan.least and _sure_enough(figures, plan):
                    continue
                for name, values in found.items():
                    figures[name].append(values)
                done = number + 1
                if on_progress is not None:
                    on_progress(done, plan.most)
    return Outcome(digest, tuple(figures), figures)


def _sure_enough(figures: Mapping[str, Sequence[Figures]], plan: Replications) -> bool:
    """Whether every figure that was named is known as narrowly as asked: of the difference where things are compared,
    of each alternative's own value where there is one only. Nothing named: it never is, and all replications are run.
    """
    if not plan.until:
        return False
    first, *others = figures.values()
    for kpi, half in plan.until.items():
        own = [one[kpi] for one in first]
        found = [difference(own, [one[kpi] for one in other]) for other in others] or [interval(own)]
        if not all(narrow_enough(one, half) for one in found):
            return False
    return True


def _judged(rule: Acceptance, outcome: Outcome) -> Judged:
    """Whether a condition holds, for sure where it asks for that."""
    last = outcome.alternatives[-1]
    found = outcome.change(last, rule.kpi) if rule.compares else outcome.mean(last, rule.kpi)
    if found.mean is None:
        return Judged(rule, found, holds=False)
    low, high = (found.low, found.high) if rule.sure else (found.mean, found.mean)
    if rule.at_least is not None:
        holds = low >= rule.at_least
    elif rule.at_most is not None:
        holds = high <= rule.at_most
    elif rule.may_fall_by is not None:
        holds = low >= -rule.may_fall_by
    else:
        holds = rule.may_rise_by is not None and high <= rule.may_rise_by
    return Judged(rule, found, holds)
