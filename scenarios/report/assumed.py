"""What an answer assumes, in sentences: a reader has to be able to disagree with it."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.scenario import (
    Change,
    DemandChange,
    DispatchChange,
    Dispatching,
    Hire,
    Leave,
    MoveShifts,
    Overtime,
    PromiseChange,
    Scenario,
    Train,
    TravelChange,
)
from scenarios.situation.situation import Situation

AGENTS = {
    "first_come": "First come, first served",
    "nearest": "The nearest technician",
    "morning": "One plan every morning",
    "rolling": "A new plan again and again, published without asking",
    "live": "The live system's rules",
}


def assumed(scenario: Scenario, situation: Situation, digest: str) -> Iterator[tuple[str, str]]:
    """What about, and what: of the situation as it is, the days and the dispatch."""
    demand, spread = situation.demand, situation.spread
    horizon, plan = scenario.horizon, scenario.replications
    yield "Situation", f"{situation.name}; {len(situation.people)} technicians, {len(situation.sites)} sites; {digest}"
    yield "Demand", f"{demand.jobs_per_day:g} jobs on a working day, a Poisson process that follows the hour"
    yield (
        "Days",
        f"{horizon.days} from {horizon.first.isoformat()} on, of which the first {horizon.warm_up} are not counted",
    )
    yield "Dispatch", dispatched(scenario.dispatch)
    if spread.memoryless:
        yield "Chance", "times without memory"
    else:
        yield (
            "Chance",
            f"work and driving take what was planned times a factor of mean 1 (deviation of its log: {spread.work:g}"
            f" and {spread.travel:g}); {spread.no_show:.0%} find nobody at home, {spread.incomplete:.0%} have to come"
            f" again, {spread.illness:.1%} of shifts end in illness",
        )
    until = ", ".join(f"{kpi} to ± {half:g}" for kpi, half in plan.until.items()) or "no figure in particular"
    yield "Replications", f"seed {plan.seed}; at least {plan.least}, at most {plan.most}, until they tell {until}"
    yield (
        "Intervals",
        "95 %, Student's t over replications; differences within pairs that met the same customers and the same chance",
    )


def dispatched(dispatch: Dispatching) -> str:
    """Who decides, and how."""
    said = AGENTS[dispatch.agent]
    if dispatch.agent == "rolling":
        said += f", every {dispatch.every_minutes} minutes"
    if dispatch.agent == "live":
        said += f"; a dispatcher approves after {dispatch.answers_after} s"
    if dispatch.agent in ("morning", "rolling", "live"):
        said += f"; searches of {dispatch.iterations} rounds"
    fields = ", ".join(f"{name} {value}" for name, value in dispatch.policy.items())
    return f"{said}; policy: {fields}" if fields else said


def changes(scenario: Scenario) -> list[str]:
    """What is changed, one sentence for each change."""
    return [_change(change) for change in scenario.changes]


def _change(change: Change) -> str:
    match change:
        case DemandChange():
            some = [f"in {change.territory}"] if change.territory else []
            some += [f"for {change.skill}"] if change.skill else []
            some += [f"of {change.priority.value} priority"] if change.priority else []
            return f"{change.factor:g} times the demand {' '.join(some) or 'everywhere'}."
        case Leave():
            return f"{_people(change.technicians)} {'leaves' if len(change.technicians) == 1 else 'leave'}."
        case Hire():
            return f"{change.count} more like {change.like}."
        case Train():
            are = "is" if len(change.technicians) == 1 else "are"
            return f"{_people(change.technicians)} {are} trained on {change.skill}, to level {change.level}."
        case MoveShifts():
            way = "later" if change.minutes >= 0 else "earlier"
            return f"The shifts of {_people(change.technicians)} begin {abs(change.minutes)} minutes {way}."
        case Overtime():
            return f"{change.minutes} minutes of overtime are allowed to {_people(change.technicians)}."
        case PromiseChange():
            terms = [f"be there within {change.on_site_hours:g} h"] if change.on_site_hours else []
            terms += [f"have it resolved within {change.resolve_hours:g} h"] if change.resolve_hours else []
            return f"Jobs of {change.priority.value} priority are promised to {' and to '.join(terms)}."
        case TravelChange():
            return f"Every way takes {change.factor:g} times as long."
        case DispatchChange():
            return f"Dispatch: {dispatched(change.dispatch)}."


def _people(names: list[str] | None) -> str:
    if names is None:
        return "everybody"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
