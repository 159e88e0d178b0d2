"""Takes a situation from a live store: the company as it is, and how a day stood as it began or what some days were.

What is taken names nobody: technicians and jobs go by ids (see :mod:`scenarios.situation.live.names`), and customers,
addresses, telephone numbers, notes and messages are not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.domain.errors import NotFound
from dispatch.planning.day_board.day import operation_zone
from dispatch.planning.policies import OVERRIDES, standard_policy
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.invalid import InvalidInput
from scenarios.situation.live.history import history_of
from scenarios.situation.live.names import Names, Places, seconds
from scenarios.situation.live.people import people_of
from scenarios.situation.live.plans import by_hand_of, publications_of
from scenarios.situation.live.work import jobs_of
from scenarios.situation.record import Record
from scenarios.situation.situation import Situation

MOST_DAYS = 92
"""A record tells of so many days at most."""
LOOKED_BACK = 28
"""Days of history that say what demand and chance are like."""


def take(
    uow: UnitOfWork, travel: TravelProvider, first: dt.date, days: int = 0, *, history: int = LOOKED_BACK
) -> Situation:
    """The situation of a live store, which is only read.

    ``days`` 0: a dated snapshot, the company and its open work as ``first`` begins, midnight in the operation's zone;
    tomorrow may be named, and what is planned to be over by then counts as over. Otherwise a record of so many days
    from ``first`` on, all over by now. ``history``: of how many days up to then demand, shares of kinds and chance are
    counted.

    Raises :class:`InvalidInput` for days that have not been, or in which nothing was recorded.
    """
    zone = operation_zone(uow.session)
    since, until = _midnight(first, zone), _midnight(first + dt.timedelta(days=days), zone)
    _check(uow, zone, first, days)
    names, places = Names(uow.session), Places()
    # Shifts of a snapshot are those of the usual week; only recorded days have their own.
    people = people_of(uow.session, names, places, zone, since, until)
    if not people.persons:
        raise InvalidInput(
            "date", first.isoformat(), "is no day around which anybody works", "add shifts, or name another day"
        )
    known = history_of(uow.session, zone, until - dt.timedelta(days=max(history, days)), until)
    jobs = jobs_of(uow.session, names, places, known.urgencies, since, until, uow.now)
    publications = publications_of(uow.session, names, since, until)
    if days and not jobs:
        raise InvalidInput(
            "date", first.isoformat(), "begins an empty period: no job was open in it", "name other days"
        )
    if days and not publications:
        remedy = "publish a plan first, or take a snapshot without --days"
        raise InvalidInput("date", first.isoformat(), "begins a period in which no plan was published", remedy)
    told, table, metres = places.measured(travel)
    bases = {person.home for person in people.persons}
    sites = tuple(number for number in range(len(told)) if number not in bases)
    if not sites:
        raise InvalidInput("date", first.isoformat(), "has no site at which anything was open", "name another day")
    return Situation(
        name=f"{_what(first, days)}, travel by {travel.name}",
        zone=zone,
        places=told,
        sites=sites,
        seconds=table,
        metres=metres,
        people=people.persons,
        kinds=known.kinds,
        urgencies=known.urgencies,
        demand=known.demand,
        spread=known.spread,
        stock=known.stock,
        office=known.office,
        record=Record(
            first=first,
            days=days,
            start=seconds(since),
            end=seconds(until),
            jobs=jobs,
            shifts=people.shifts,
            publications=publications,
            by_hand=by_hand_of(uow.session, names, since, until),
            policy=policy_of(uow.session),
        ),
    )


def policy_of(session: Session) -> Mapping[str, Any]:
    """The fields of the standard planning policy as it is now; none where there is no policy yet."""
    try:
        policy = standard_policy(session)
    except NotFound:
        return {}
    return {name: getattr(policy, name) for name in (*OVERRIDES, "publish_without_asking") if name != "seconds"}


def _check(uow: UnitOfWork, zone: ZoneInfo, first: dt.date, days: int) -> None:
    today = uow.now.astimezone(zone).date()
    if not 0 <= days <= MOST_DAYS:
        raise InvalidInput("days", str(days), f"must be from 0 to {MOST_DAYS}", "0 takes a snapshot as the day begins")
    if days == 0 and first > today + dt.timedelta(days=1):
        raise InvalidInput(
            "date", first.isoformat(), "is too far ahead", f"name a day up to {today + dt.timedelta(days=1)}"
        )
    last = first + dt.timedelta(days=days - 1)
    if days and last >= today:
        remedy = f"name days up to {today - dt.timedelta(days=1)}"
        raise InvalidInput("days", str(days), f"ends on {last}, which is not over", remedy)


def _what(first: dt.date, days: int) -> str:
    if days == 0:
        return f"as {first} began"
    return f"the day {first}" if days == 1 else f"{days} days from {first} on"


def _midnight(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)
