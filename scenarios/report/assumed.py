"""What an answer assumes, in sentences: a reader has to be able to disagree with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.scenario import (
    Change,
    DemandChange,
    DispatchChange,
    Dispatching,
    Hire,
    Leave,
    MoveShifts,
    NewBase,
    Overtime,
    PromiseChange,
    Replications,
    Scenario,
    Train,
    TravelChange,
    VanStock,
)
from scenarios.situation.situation import Situation
from scenarios.telling import apart
from scenarios.words import ENGLISH, label, said, titled, unit

Names = Mapping[str, str]
"""What people call those who have a number in a situation that was taken."""
NOBODY: Names = {}


def assumed(
    scenario: Scenario, situation: Situation, digest: str, language: str = ENGLISH
) -> Iterator[tuple[str, str]]:
    """What about, and what: of the situation as it is, the days and the dispatch."""

    def line(word: str, about: str = "", **values: object) -> tuple[str, str]:
        return said(f"about {about or word}", language), said(word, language, **values)

    demand, spread = situation.demand, situation.spread
    horizon, plan = scenario.horizon, scenario.replications
    people, sites = len(situation.people), len(situation.sites)
    yield line("situation", name=titled(situation.name, language), people=people, sites=sites, digest=digest)
    if situation.expected is None:
        yield line("demand is", "demand", jobs=f"{demand.jobs_per_day:g}")
    else:
        expected = situation.expected
        jobs = f"{expected.jobs_per_day:.1f}"
        yield line("demand is expected", "demand", jobs=jobs, first=expected.first, last=expected.last)
    record = situation.record
    if record is not None and record.days:
        yield line("record is", "record", days=record.days, first=record.first.isoformat(), jobs=len(record.jobs))
    elif record is not None and record.first == horizon.first:
        yield line("standing is", "record", first=record.first.isoformat(), jobs=len(record.standing))
    elif record is not None:
        yield line("company alone", "record", first=record.first.isoformat())
    yield line("days", days=horizon.days, first=horizon.first.isoformat(), warm_up=horizon.warm_up)
    yield said("about dispatch", language), dispatched(scenario.dispatch, language)
    if spread.memoryless:
        yield line("memoryless", "chance")
    else:
        yield line(
            "chance",
            work=f"{spread.work:g}",
            travel=f"{spread.travel:g}",
            no_show=f"{spread.no_show:.0%}",
            incomplete=f"{spread.incomplete:.0%}",
            illness=f"{spread.illness:.1%}",
        )
    for_several = sum(kind.share for kind in situation.kinds if kind.crew)
    if for_several:
        yield line("crews", share=f"{for_several / sum(kind.share for kind in situation.kinds):.0%}")
    stock = situation.stock
    if stock is None:
        yield line("no parts", "parts")
    else:
        shares = sorted(set(stock.needed.values()))
        needed = " – ".join(f"{share:.0%}" for share in dict.fromkeys((shares[0], shares[-1]))) if shares else "0%"
        kinds, hours = len(stock.needed), f"{stock.wait / 3600:g}"
        yield line("parts", needed=needed, kinds=kinds, filled=f"{stock.filled:.0%}", hours=hours)
    if plan.least == plan.most:
        yield line("so often exactly", "replications", most=plan.most, seed=plan.seed)
    else:
        yield line("replications", seed=plan.seed, least=plan.least, most=plan.most, until=_until(plan, language))
    yield line("intervals")


def _until(plan: Replications, language: str) -> str:
    wanted = [
        said("until one", language, kpi=label(kpi, language), half=apart(KPIS[kpi], half, language))
        for kpi, half in plan.until.items()
    ]
    return said("until", language, told=said("comma", language).join(wanted)) if wanted else ""


def headed(kpi: Kpi, language: str) -> str:
    """A figure with its unit, as people call it."""
    name = label(kpi.name, language)
    return f"{name} ({unit(kpi.unit, language)})" if kpi.unit else name


def dispatched(dispatch: Dispatching, language: str = ENGLISH) -> str:
    """Who decides, and how."""
    told = said(dispatch.agent, language)
    if dispatch.agent == "rolling":
        told += said("every minutes", language, minutes=dispatch.every_minutes)
    if dispatch.agent == "live":
        told += said("approves after", language, seconds=dispatch.answers_after)
    if dispatch.agent in ("morning", "rolling", "live"):
        told += said("rounds", language, rounds=dispatch.iterations)
    fields = said("comma", language).join(f"{name} {value}" for name, value in dispatch.policy.items())
    return told + said("policy", language, fields=fields) if fields else told


def changes(scenario: Scenario, language: str = ENGLISH, names: Names = NOBODY) -> list[str]:
    """What is changed, one sentence for each change; ``names``: what people call those who have a number."""
    return [change_said(change, language, names) for change in scenario.changes]


def change_said(change: Change, language: str = ENGLISH, names: Names = NOBODY) -> str:
    """What one change is, in a sentence."""
    match change:
        case DemandChange():
            return said("change demand", language, factor=f"{change.factor:g}", some=_some(change, language))
        case Leave():
            word = "change leave one" if len(change.technicians) == 1 else "change leave"
            return said(word, language, who=_people(change.technicians, language, names))
        case Hire():
            return said("change hire", language, count=change.count, like=names.get(change.like, change.like))
        case Train():
            word = "change train one" if len(change.technicians) == 1 else "change train"
            who = _people(change.technicians, language, names)
            return said(word, language, who=who, skill=change.skill, level=change.level)
        case MoveShifts():
            word = "change later" if change.minutes >= 0 else "change earlier"
            return said(word, language, who=_people(change.technicians, language, names), minutes=abs(change.minutes))
        case Overtime():
            who = _people(change.technicians, language, names)
            return said("change overtime", language, minutes=change.minutes, who=who)
        case NewBase():
            word = (
                "change base" if change.technicians is not None and len(change.technicians) > 1 else "change base one"
            )
            told = said(
                word, language, who=_people(change.technicians, language, names), where=_where(change, language, names)
            )
            return told[:1].upper() + told[1:]
        case PromiseChange():
            hours = {"promise there": change.on_site_hours, "promise resolved": change.resolve_hours}
            terms = [said(word, language, hours=f"{within:g}") for word, within in hours.items() if within]
            priority = said(change.priority.value, language)
            return said("change promise", language, priority=priority, terms=said("and to", language).join(terms))
        case TravelChange():
            return said("change travel", language, factor=f"{change.factor:g}")
        case VanStock():
            return said("change van stock", language, told=said("and then", language).join(_stock(change, language)))
        case DispatchChange():
            return said("change dispatch", language, how=dispatched(change.dispatch, language))


def _stock(change: VanStock, language: str) -> Iterator[str]:
    if change.filled is not None:
        yield said("vans have", language, filled=f"{change.filled:.0%}")
    if change.hours is not None:
        yield said("parts are there", language, hours=f"{change.hours:g}")


def _where(change: NewBase, language: str, names: Names) -> str:
    if change.point is not None:
        lat, lon = change.point
        return said("at the point", language, lat=f"{lat:.5f}", lon=f"{lon:.5f}")
    if change.like is not None:
        return said("where one does", language, like=names.get(change.like, change.like))
    return said("at the site", language, site=change.site)


def _some(change: DemandChange, language: str) -> str:
    parts = {"in territory": change.territory, "for skill": change.skill}
    some = [said(word, language, name=name) for word, name in parts.items() if name]
    if change.priority:
        some.append(said("of priority", language, name=said(change.priority.value, language)))
    return (" " if language == ENGLISH else "，").join(some) or said("everywhere", language)


def _people(named: list[str] | None, language: str, names: Names) -> str:
    if named is None:
        return said("everybody", language)
    *others, last = (names.get(one, one) for one in named)
    return said("comma", language).join(others) + said("and", language) + last if others else last
