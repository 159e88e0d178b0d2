"""What a company's history says of its days to come: kinds of work, promises, how much comes in, what goes otherwise.

Plain counts and quantiles of what was recorded. What the history is too short for is taken as a generated situation has
it. A forecast says more of demand (:mod:`scenarios.forecast`).
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain.calendars import DAYS
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services.sla import DEFAULT_COSTS
from dispatch.store.tables import BusinessCalendar, Job, JobType, Priority, SlaPolicy, Visit
from scenarios.situation.generated import OFFICE_DAY
from scenarios.situation.live.parts import lacking, stock_of
from scenarios.situation.situation import Demand, Kind, Spread, Terms, Urgency
from scenarios.situation.stock import Stock

ENOUGH = 30
"""So many of something have to be known before its figures are believed."""
_SPREAD = (0.1, 0.5, 0.9)
"""The least, the usual and the most of a kind's minutes, as quantiles of what was planned."""
_ALWAYS = (("00:00", "24:00"),)

Office = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class History:
    """What the jobs and visits of some days before ``until`` say."""

    kinds: tuple[Kind, ...]
    urgencies: tuple[Urgency, ...]
    demand: Demand
    spread: Spread
    office: Office
    stock: Stock | None


def history_of(session: Session, zone: ZoneInfo, since: dt.datetime, until: dt.datetime) -> History:
    """What came in between two instants, counted, but not before the first job ever came in."""
    began = session.scalar(select(func.min(Job.received_at)))
    since = max(since, began) if began is not None and began < until else since
    jobs = session.execute(
        select(Job.received_at, Job.job_type_id, Job.priority, Visit.duration)
        .join(Visit, (Visit.job_id == Job.id) & (Visit.sequence == 1))
        .where(Job.received_at >= since, Job.received_at < until)
        .order_by(Job.received_at, Job.number)
    ).all()
    minutes: dict[str, list[float]] = {}
    for row in jobs:
        minutes.setdefault(row.job_type_id, []).append(row.duration / 60)
    urgencies, office = _promised(session, Counter(row.priority for row in jobs))
    stock = stock_of(session, since, until)
    return History(
        kinds=tuple(_kinds(session, minutes)),
        urgencies=urgencies,
        demand=_demand(
            [row.received_at.astimezone(zone) for row in jobs], since.astimezone(zone), until.astimezone(zone)
        ),
        spread=_spread(session, since, until, parts_apart=stock is not None),
        office=office,
        stock=stock,
    )


def _kinds(session: Session, minutes: Mapping[str, Sequence[float]]) -> Iterator[Kind]:
    """Every kind of work that came in, as often as it did; all that there are, where nothing came in."""
    for row in session.scalars(select(JobType).order_by(JobType.name)):
        known = sorted(minutes.get(row.id, ()))
        if not known and (minutes or not row.active):
            continue
        usual = row.duration / 60
        at = [known[min(len(known) - 1, int(share * len(known)))] for share in _SPREAD] if known else [usual] * 3
        skills = {str(skill): int(level) for role in row.roles[:1] for skill, level in role.get("skills", {}).items()}
        yield Kind(row.name, float(len(known) or 1), skills, (at[0], at[1], at[2]))


# Promises ------------------------------------------------------------------------------------------------------------


def _promised(session: Session, came: Mapping[Priority, int]) -> tuple[tuple[Urgency, ...], Office]:
    """What jobs of each priority are promised where nothing but their priority speaks, and the hours that count."""
    calendars = {row.id: row for row in session.scalars(select(BusinessCalendar))}
    rows = session.scalars(select(SlaPolicy).where(SlaPolicy.active).order_by(SlaPolicy.id)).all()
    plain = [row for row in rows if row.customer_id is None and row.contract is None and row.job_type_id is None]
    urgencies, offices = [], list[Office]()
    for priority in Priority:
        fitting = [row for row in plain if row.priority in (None, priority)]
        policy = max(fitting, key=lambda row: (row.priority is not None, row.rank), default=None)
        hours = {} if policy is None else calendars[policy.calendar_id].hours
        always = all(_as_hours(hours.get(day, ())) == _ALWAYS for day in DAYS)
        if policy is not None and not always:
            offices.append({day: _as_hours(hours[day]) for day in DAYS if hours.get(day)})
        urgencies.append(
            Urgency(
                priority=priority,
                share=float(came.get(priority, 0) if came else 1),
                on_site=_terms(policy, "on_site"),
                resolve=_terms(policy, "resolve"),
                around_the_clock=always,
            )
        )
    everyday: Office = dict.fromkeys(DAYS[:5], (("08:00", "18:00"),))
    return tuple(urgencies), max(offices, key=offices.count, default=everyday)


def _as_hours(hours: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((opens, closes) for opens, closes in hours)


def _terms(policy: SlaPolicy | None, target: str) -> Terms | None:
    within = None if policy is None else getattr(policy, f"{target}_within")
    if policy is None or within is None:
        return None
    return Terms(within, **{**DEFAULT_COSTS, **policy.costs.get(target, {})})


# Demand --------------------------------------------------------------------------------------------------------------


def _demand(came: Sequence[dt.datetime], since: dt.datetime, until: dt.datetime) -> Demand:
    """Jobs a day, by the hour and by the day of the week, of local instants."""
    dates = [since.date() + dt.timedelta(days=number) for number in range(max(1, (until.date() - since.date()).days))]
    if not came:
        return Demand(0.0, OFFICE_DAY)
    by_weekday = Counter(one.weekday() for one in came)
    of_weekday = Counter(date.weekday() for date in dates)
    means = [by_weekday[day] / of_weekday[day] if of_weekday[day] else None for day in range(7)]
    known = [mean for mean in means if mean is not None]
    # On a weekday that the history has not seen nobody knows better than the mean of those it has.
    filled = [statistics.fmean(known) if mean is None else mean for mean in means]
    most = max(filled)
    by_hour = Counter(one.hour for one in came)
    hours = tuple(float(by_hour[hour]) for hour in range(24)) if len(came) >= ENOUGH else OFFICE_DAY
    return Demand(most, hours, tuple(mean / most for mean in filled))


# What goes otherwise -------------------------------------------------------------------------------------------------


def _spread(session: Session, since: dt.datetime, until: dt.datetime, *, parts_apart: bool) -> Spread:
    """How often nobody was at home or somebody had to come again, and how far work strayed from its plan.

    ``parts_apart``: for want of a part is told apart, and not counted as having to come again.
    """
    over = session.execute(
        select(Visit.id, Visit.status, Visit.duration, Visit.started_at, Visit.finished_at, Visit.paused_for).where(
            Visit.finished_at >= since,
            Visit.finished_at < until,
            Visit.status.in_([VisitStatus.COMPLETED, VisitStatus.INCOMPLETE, VisitStatus.NO_SHOW]),
        )
    ).all()
    usual = Spread()
    if len(over) < ENOUGH:
        return usual
    again = {row.id for row in over if row.status is VisitStatus.INCOMPLETE}
    again -= lacking(session, again) if parts_apart else frozenset()
    factors = [
        math.log(took / row.duration)
        for row in over
        if row.started_at is not None
        and row.duration > 0
        and (took := (row.finished_at - row.started_at).total_seconds() - row.paused_for) > 0
    ]
    return Spread(
        work=round(statistics.stdev(factors), 3) if len(factors) >= ENOUGH else usual.work,
        no_show=round(sum(row.status is VisitStatus.NO_SHOW for row in over) / len(over), 4),
        incomplete=round(len(again) / len(over), 4),
    )
