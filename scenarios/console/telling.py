"""What the planner's page is told, made from what scenarios have found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from dispatch.domain.roles import Actor
from scenarios.console.shapes import (
    AlikeShape,
    ConditionShape,
    FigureShape,
    IntervalShape,
    KpiShape,
    OutcomeShape,
    PartShape,
    PersonShape,
    PromisedShape,
    PublishedShape,
    ShiftSpanShape,
    SitePlaceShape,
    SituationShape,
    StepShape,
    StockShape,
)
from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.planner.hiring import Alike
from scenarios.planner.publishing import Part
from scenarios.report.assumed import change_said
from scenarios.running import Outcome
from scenarios.scenario import Ground
from scenarios.situation.digest import digest_of
from scenarios.situation.situation import Situation, Terms
from scenarios.telling import condition
from scenarios.words import label, meaning, said, titled, unit


def outcome_told(outcome: Outcome, kpis: Sequence[str], language: str) -> OutcomeShape:
    """What came of one scenario, or of several."""
    return OutcomeShape(
        digest=outcome.digest,
        replications=outcome.replications,
        alternatives=[said(name, language) for name in outcome.alternatives],
        figures=[_figure(outcome, KPIS[name], language) for name in kpis],
        conditions=[
            ConditionShape(
                said=condition(one.rule, language, name=label(one.rule.kpi, language)),
                kpi=one.rule.kpi,
                unit=unit(KPIS[one.rule.kpi].unit, language),
                share=KPIS[one.rule.kpi].share,
                compares=one.rule.compares,
                found=interval_told(one.found),
                holds=one.holds,
            )
            for one in outcome.judged
        ],
        accepted=outcome.accepted,
    )


def _figure(outcome: Outcome, kpi: Kpi, language: str) -> FigureShape:
    first, *others = outcome.alternatives
    return FigureShape(
        **kpi_told(kpi, language).model_dump(),
        means=[interval_told(outcome.mean(name, kpi.name)) for name in outcome.alternatives],
        differences=[None, *(interval_told(outcome.change(other, kpi.name)) for other in others)],
        each=[[one[kpi.name] for one in outcome.figures[name]] for name in (first, *others)],
    )


def interval_told(found: Interval) -> IntervalShape:
    """An interval, with nothing in place of what is not known."""
    half = found.half if found.mean is not None and math.isfinite(found.half) else None
    return IntervalShape(mean=found.mean, half=half, count=found.count, tells=found.tells)


def kpi_told(kpi: Kpi, language: str) -> KpiShape:
    """A figure, by its name and in the words of people."""
    return KpiShape(
        name=kpi.name,
        label=label(kpi.name, language),
        unit=unit(kpi.unit, language),
        share=kpi.share,
        more_is_better=kpi.more_is_better,
        most=kpi.most if math.isfinite(kpi.most) else None,
        meaning=meaning(kpi.name, kpi.meaning, language),
    )


def situation_told(named: Ground, situation: Situation, names: Mapping[str, str], language: str) -> SituationShape:
    """What a scenario starts from; ``names``: those of its technicians who are of this operation."""
    digest, stock = digest_of(situation), situation.stock
    return SituationShape(
        situation={**named.model_dump(mode="json", exclude_unset=True, exclude_none=True), "digest": digest},
        name=titled(situation.name, language),
        digest=digest,
        recorded_days=0 if situation.record is None else situation.record.days,
        jobs_per_day=situation.demand.jobs_per_day,
        sites=len(situation.sites),
        places=[
            SitePlaceShape(id=one.id, lat=round(one.lat, 5), lon=round(one.lon, 5))
            for one in (situation.places[at] for at in situation.sites)
        ],
        stock=None if stock is None else StockShape(filled=stock.filled, hours=round(stock.wait / 3600, 2)),
        people=[
            PersonShape(
                id=one.id,
                name=names.get(one.id, one.id),
                territory=one.territory,
                skills=dict(one.skills),
                start=one.start,
                end=one.end,
                max_overtime=one.max_overtime,
            )
            for one in situation.people
        ],
        skills=list(situation.skills),
        territories=list(situation.territories),
        promises=[
            PromisedShape(
                priority=one.priority,
                share=one.share,
                on_site_hours=_hours(one.on_site),
                resolve_hours=_hours(one.resolve),
            )
            for one in situation.urgencies
        ],
    )


def _hours(terms: Terms | None) -> float | None:
    return None if terms is None else round(terms.within / 3600, 2)


def parts_told(parts: Sequence[Part], names: Mapping[str, str], actor: Actor, language: str) -> Iterator[PartShape]:
    """Every change, as publishing it would go; ``names``: what people call its technicians."""
    for one in parts:
        yield PartShape(
            change=one.change,
            said=change_said(one.asked, language, names),
            can=one.can,
            may=one.right is None or actor.may(one.right),
            right=one.right,
            why_not=said(one.why_not, language) if one.why_not else "",
            steps=[
                StepShape(
                    id=step.row.id, version=step.row.version, name=step.name, now=dict(step.now), then=dict(step.then)
                )
                for step in one.steps
            ],
            alike=None if one.alike is None else _alike(one.alike),
            published=PublishedShape.model_validate(one.published) if one.published else None,
        )


def _alike(one: Alike) -> AlikeShape:
    return AlikeShape(
        technician=one.technician.id,
        name=one.technician.name,
        count=one.count,
        territory=one.territory,
        skills=dict(one.skills),
        base_address=one.technician.base_address,
        shifts=[
            ShiftSpanShape(date=start.date(), start=f"{start:%H:%M}", end=f"{end:%H:%M}") for start, end in one.shifts
        ],
    )
