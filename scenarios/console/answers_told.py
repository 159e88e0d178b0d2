"""What came of sweeps, staffings, worths and replays, as the planner's page is told it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.advising import an_hour, more_said, staffing_said, worth_said
from scenarios.console.answer_shapes import (
    CauseShape,
    ColumnShape,
    DecisionShape,
    GroupShape,
    MoreShape,
    PointShape,
    ReplayShape,
    StaffingShape,
    StageShape,
    SweepShape,
    TargetShape,
    TriedShape,
    WorthShape,
)
from scenarios.console.shapes import IntervalShape
from scenarios.console.telling import interval_told, kpi_told, outcome_told
from scenarios.measuring.kpis import KPIS
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed
from scenarios.replaying.telling import answer_said, uncertain_said
from scenarios.report.assumed import dispatched
from scenarios.report.staffing import limit_of
from scenarios.report.worth import BESIDE
from scenarios.running import Outcome
from scenarios.scenario import Scenario, Staffing, Sweep
from scenarios.staffing import Staffed, Tried
from scenarios.sweeping import knee_of, steps, sure_of_knee
from scenarios.telling import condition
from scenarios.words import label, said
from scenarios.words.replays import told
from scenarios.worth import Valuation, Valued


def sweep_told(outcome: Outcome, sweep: Sweep, kpis: Sequence[str], language: str) -> SweepShape:
    """A figure over the values of a sweep, and every other one."""
    whole = zip(outcome.alternatives, sweep.values, steps(outcome, sweep.kpi), strict=True)
    return SweepShape(
        digest=outcome.digest,
        replications=outcome.replications,
        kind=sweep.kind,
        varied=said(sweep.kind, language),
        kpi=kpi_told(KPIS[sweep.kpi], language),
        points=[
            PointShape(
                value=value,
                mean=interval_told(outcome.mean(name, sweep.kpi)),
                step=None if step is None else interval_told(step),
            )
            for name, value, step in whole
        ],
        knee=knee_of(outcome, sweep),
        sure=sure_of_knee(outcome, sweep),
        figures=outcome_told(outcome, kpis, language).figures,
    )


def staffing_told(staffed: Staffed, asked: Staffing, names: Mapping[str, str], language: str) -> StaffingShape:
    """Every staffing that was simulated; ``names``: of technicians who are of this operation."""
    tried = sorted(staffed.tried, key=lambda one: (one.cost, one.counts))
    return StaffingShape(
        digest=staffed.digest,
        said=staffing_said(staffed, asked, language),
        targets=[
            TargetShape(
                said=condition(one, language, name=label(one.kpi, language)),
                kpi=kpi_told(KPIS[one.kpi], language),
                limit=limit_of(one),
            )
            for one in asked.targets
        ],
        groups=[
            GroupShape(**one.model_dump(), names=[names.get(name, name) for name in one.technicians])
            for one in asked.groups
        ],
        tried=[_tried(one) for one in tried],
        best=None if staffed.best is None else tried.index(staffed.best),
        possible=staffed.possible,
    )


def _tried(one: Tried) -> TriedShape:
    return TriedShape(
        counts=list(one.counts),
        cost_per_day=one.cost,
        found=[interval_told(each) for each in one.found],
        replications=one.replications,
        meets=one.meets,
    )


def worth_told(valuation: Valuation, language: str) -> WorthShape:
    """What each thing is worth that there may be one more of."""
    return WorthShape(
        digest=valuation.outcome.digest,
        replications=valuation.outcome.replications,
        said=worth_said(valuation, language),
        kpis=[kpi_told(KPIS[name], language) for name in BESIDE],
        more=[_more(one, language) for one in valuation.valued],
    )


def _more(one: Valued, language: str) -> MoreShape:
    more = one.more
    return MoreShape(
        of=more.of,
        said=more_said(more, language),
        territory=more.territory,
        weekday=more.weekday,
        skill=more.skill,
        hours=more.hours,
        money=interval_told(one.money),
        an_hour=an_hour(one),
        sla=interval_told(one.sla),
        backlog=interval_told(one.backlog),
    )


def replay_told(replayed: Replayed, kept: Mapping[str, Any], scenario: Scenario, language: str) -> ReplayShape:
    """What the days could have been; ``kept`` says which days they are."""
    lost = [dict(replayed.losses(name)) for name in MINUTES]
    decided = [list(replayed.by_hand(name)) for name in MINUTES]
    return ReplayShape(
        digest=replayed.digest,
        first=dt.date.fromisoformat(kept["first"]),
        days=kept["days"],
        time_zone=kept["zone"],
        replications=replayed.replications,
        said=answer_said(replayed, language),
        dispatch=told("policy is", language, how=dispatched(scenario.agent_after, language)),
        columns=[ColumnShape(name=name, label=told(name, language)) for name in MINUTES],
        stages=[
            StageShape(
                name=stage,
                label=told(f"stage {stage}", language),
                meaning=told(f"meaning {stage}", language),
                minutes=[interval_told(replayed.mean(stage, name)) for name in MINUTES],
                jobs_per_day=interval_told(replayed.mean(stage, "jobs_per_day")),
            )
            for stage in replayed.stages
        ],
        causes=[
            _cause(f"cause {stage}", f"because {stage}", [interval_told(each[stage]) for each in lost], language)
            for stage in replayed.stages[:-1]
        ],
        whole=_cause("whole", "because whole", [interval_told(replayed.whole(name)) for name in MINUTES], language),
        by_hand=[
            DecisionShape(
                at=dt.datetime.fromtimestamp(one.at, dt.UTC),
                kind=one.kind,
                label=told(one.kind, language),
                about=one.about,
                minutes=[interval_told(each[at][1]) for each in decided],
            )
            for at, (one, _) in enumerate(decided[0])
        ],
        uncertain=uncertain_said(replayed, language),
    )


def _cause(word: str, because: str, minutes: list[IntervalShape], language: str) -> CauseShape:
    return CauseShape(label=told(word, language), because=told(because, language), minutes=minutes)
