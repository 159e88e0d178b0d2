"""Puts a forecast into a situation: the days that it is for bring what it expects."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dispatch.store.tables import Priority
from optimizer.invalid import Complaints, InvalidInput, nearest, shown
from scenarios.forecast.forecast import Forecast
from scenarios.forecast.gathering import joined
from scenarios.situation.expected import Expected, ExpectedPart
from scenarios.situation.situation import Situation


def expecting(situation: Situation, forecast: Forecast) -> Situation:
    """The situation with the demand of a forecast. What a job is, where in its territory it lies and what it is
    promised stay the situation's.

    Raises :class:`InvalidInput` where the forecast is of territories in which the situation has no
    site, of skills that none of its kinds of work asks for, of priorities to which it promises nothing, or of another
    time zone.
    """
    known = {
        "territory": ({situation.places[site].territory for site in situation.sites}, "is none with a site"),
        "skill": ({joined(kind.skills) for kind in situation.kinds}, "is none that a kind of work asks for"),
    }
    complaints = Complaints()
    if forecast.zone != situation.zone.key:
        remedy = f"make the forecast with --zone {situation.zone.key}"
        complaints.add("zone", shown(forecast.zone), "is not that of the situation", remedy)
    for at, one in enumerate(forecast.series):
        for name, (names, problem) in known.items():
            said = getattr(one, name)
            if said not in names:
                complaints.add(f"series[{at}].{name}", shown(said), problem, nearest(said, sorted(names), '"'))
    promised = {urgency.priority.value for urgency in situation.urgencies}
    for skill, shares in forecast.priorities.items():
        for priority in sorted(shares.keys() - promised):
            remedy = nearest(priority, sorted(promised), '"')
            complaints.add(f"priorities.{skill}", shown(priority), "is no priority of the situation", remedy)
    complaints.raise_any()
    parts = tuple(
        ExpectedPart(
            territory=one.territory,
            skill=one.skill,
            rates=tuple(tuple(day) for day in forecast.rates[at].tolist()),
            priorities=tuple((Priority(name), share) for name, share in forecast.priorities.get(one.skill, {}).items()),
        )
        for at, one in enumerate(forecast.series)
    )
    expected = Expected(forecast.first, forecast.days, forecast.spreads["all by day"], parts)
    return replace(situation, expected=expected)


def refuse_unexpected(situation: Situation, first: dt.date, days: int) -> None:
    """Raise :class:`InvalidInput` where a situation takes its demand from a forecast that does not reach all of these
    days.
    """
    expected, record = situation.expected, situation.record
    if expected is None:
        return
    for date in (first + dt.timedelta(days=day) for day in range(days)):
        if not expected.covers(date) and not (record is not None and record.covers(date)):
            remedy = f"choose days from {expected.first} to {expected.last}, or make a longer forecast"
            raise InvalidInput("horizon", date.isoformat(), "is a day that the forecast does not reach", remedy)
