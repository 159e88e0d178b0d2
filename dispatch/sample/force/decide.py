"""What a technician of the simulated force does next: a function of what they see, of the time, and of luck."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.sample.force.luck import NOISE, Luck, VisitLuck
from dispatch.sample.force.sight import Task, View
from dispatch.sample.force.ways import Way
from dispatch.travel.ports import Fix, Point
from optimizer.distance import EARTH_RADIUS_M

Drive = Callable[[Point, Point], int]
"""Seconds from one place to another."""
Find = Callable[[Point, Point], Way]
"""The way from one place to another."""

FIX_EVERY = dt.timedelta(seconds=10)
"""So often a phone knows where it is while it drives."""
BEAT = dt.timedelta(minutes=5)
"""So often it says so while it lies somewhere, and so often somebody says what traffic adds."""
_MOST_FIXES = 60
_SLACK = dt.timedelta(minutes=3)
"""Somebody sets out so much earlier than the plan asks for."""
_CREW_PATIENCE = dt.timedelta(minutes=60)
"""So long after the planned start the first of a crew waits for the others."""
_JAM = 1.25
"""From so much longer a drive on, somebody says that traffic holds them up."""
_OVERRUN = 1.15
"""From so much longer a piece of work on, somebody asks for more time."""
_NOTICED = 0.8
"""The share of the planned time after which an overrun is seen to come."""
_ROUND = 300


@dataclass(frozen=True, slots=True)
class BeginShift:
    """The working day begins."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class EndShift:
    """The working day is over."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Rest:
    """A break is taken."""

    at: dt.datetime
    break_id: str


@dataclass(frozen=True, slots=True)
class Report:
    """A phone says where it was since it said so last; ``delay``: traffic holds it up by so many seconds from now on,
    None: nobody says so.
    """

    at: dt.datetime
    fixes: tuple[Fix, ...]
    delay: int | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """An action on a visit."""

    at: dt.datetime
    visit: str
    action: VisitAction
    reason: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class FallIll:
    """Somebody goes home for the rest of the shift."""

    at: dt.datetime


Step = BeginShift | EndShift | Rest | Report | Tap | FallIll


def _crow_flight(start: Point, end: Point) -> Way:
    return Way.through((start, end))


def next_step(
    view: View,
    now: dt.datetime,
    luck: Luck,
    drive: Drive,
    everybody: Mapping[str, View],
    find: Find = _crow_flight,
) -> Step | None:
    """The next thing that somebody does, if its time has come; None while they only wait or work.

    ``everybody``: the views of all, by technician; a crew waits for its members. ``find`` knows the roads.
    """
    if view.absent:
        return None
    return _decided(view, now, luck, drive, everybody, find) or _beat(view, now)


def _decided(
    view: View, now: dt.datetime, luck: Luck, drive: Drive, everybody: Mapping[str, View], find: Find
) -> Step | None:
    day = luck.day(view.technician.name, _date(view))
    if view.shift.began_at is None:
        begins = view.shift.starts_at + dt.timedelta(seconds=day.late_start)
        return BeginShift(begins) if begins <= now else _answer(view, now, luck)
    if day.ill_after is not None:
        ill = view.shift.starts_at + day.ill_after * (view.shift.ends_at - view.shift.starts_at)
        if ill <= now:
            return _go_home_ill(view, now)
    return _answer(view, now, luck) or _go_on(view, now, luck, drive, everybody, find)


def _beat(view: View, now: dt.datetime) -> Step | None:
    """A phone that lies somewhere says so now and then."""
    if view.shift.began_at is None or view.reported is None or view.reported + BEAT > now:
        return None
    return Report(now, (_standing(now, view.at),))


def _standing(at: dt.datetime, place: Point) -> Fix:
    return Fix(at.timestamp(), *place, speed=0.0, accuracy=5.0)


def _date(view: View) -> dt.date:
    return view.shift.starts_at.date()


def _answer(view: View, now: dt.datetime, luck: Luck) -> Step | None:
    """Accept or decline what they are asked for."""
    for task in view.tasks:
        if task.visit.status is not VisitStatus.DISPATCHED or not task.lead or task.visit.asked_at is None:
            continue
        chance = luck.visit(task.name)
        due = task.visit.asked_at + dt.timedelta(seconds=chance.reaction)
        if due > now:
            continue
        due = max(due, view.shift.starts_at)
        if chance.declines and len(task.visit.roles) == 1 and not task.visit.pin and not _declined(task):
            return Tap(due, task.visit.id, VisitAction.DECLINE, "the tool that it needs is at the workshop")
        return Tap(due, task.visit.id, VisitAction.ACCEPT)
    return None


def _declined(task: Task) -> bool:
    """Whether somebody has declined the visit before: it is not declined by one after the other."""
    return bool(task.visit.never)


def _go_home_ill(view: View, now: dt.datetime) -> Step:
    for task in view.tasks:
        if task.committed and task.lead:
            away = task.visit.status is VisitStatus.EN_ROUTE
            action = VisitAction.DECLINE if away else VisitAction.NEED_VISIT
            return Tap(now, task.visit.id, action, "fell ill")
    return FallIll(now)


def _go_on(
    view: View, now: dt.datetime, luck: Luck, drive: Drive, everybody: Mapping[str, View], find: Find
) -> Step | None:
    leading = next((task for task in view.tasks if task.committed and task.lead), None)
    if leading is not None:
        if leading.visit.status is VisitStatus.EN_ROUTE:
            return _drive_on(view, leading, now, luck, drive, find)
        return _carry_on(view, leading, now, luck.visit(leading.name), everybody)
    resting = _resting_until(view)
    if resting is not None and resting > now:
        return None
    first = next((task for task in view.tasks if not _only_waits(task)), None)
    if first is not None and first.committed:
        return _stay_with_the_crew(view, first, now)
    return _rest(view, first, now, drive) or _set_out(view, first, now, drive) or _call_it_a_day(view, first, now)


def _stay_with_the_crew(view: View, task: Task, now: dt.datetime) -> Step | None:
    """The first of a crew speaks for all of it; the others only say that they have come."""
    there = task.visit.status is not VisitStatus.EN_ROUTE
    return Report(now, (_standing(now, task.at),)) if there and view.at != task.at else None


def _only_waits(task: Task) -> bool:
    """Whether a visit is not on the phone yet."""
    return task.visit.status is VisitStatus.SCHEDULED


# -- one visit ---------------------------------------------------------------------------------------------------------


def _carry_on(
    view: View, task: Task, now: dt.datetime, chance: VisitLuck, everybody: Mapping[str, View]
) -> Step | None:
    status = task.visit.status
    if status is VisitStatus.ON_SITE:
        return _begin_work(task, now, chance, everybody)
    if status is VisitStatus.WORKING:
        return _work_on(view, task, now, chance)
    if status is VisitStatus.PAUSED and task.visit.paused_at is not None:
        resumes = task.visit.paused_at + dt.timedelta(seconds=max(chance.pause, 60))
        return Tap(resumes, task.visit.id, VisitAction.RESUME) if resumes <= now else None
    return None


def _drive_on(view: View, task: Task, now: dt.datetime, luck: Luck, drive: Drive, find: Find) -> Step | None:
    """Along the roads from where they set out; where that is not known any more, from where they were last."""
    chance = luck.visit(task.name)
    reported = view.reported or view.shift.starts_at
    since = task.visit.departed_at or now
    origin = view.origin
    if origin is None:
        origin, since = view.at, max(since, reported)
    usual = drive(origin, task.at)
    takes = dt.timedelta(seconds=max(1, round(usual * chance.traffic)))
    if since + takes <= now:
        return Tap(since + takes, task.visit.id, VisitAction.ARRIVE)
    said = max(since, reported)
    if said + FIX_EVERY > now:
        return None
    way = find(origin, task.at)
    instants = [said + number * FIX_EVERY for number in range(1, (now - said) // FIX_EVERY + 1)][-_MOST_FIXES:]
    fixes = tuple(_driving(way, at, (at - since) / takes, way.metres / takes.total_seconds(), luck) for at in instants)
    delay = None
    if chance.traffic >= _JAM and (now - since) // BEAT > (said - since) // BEAT:
        delay = round(usual * (chance.traffic - 1) * (1 - (instants[-1] - since) / takes))
    return Report(now, fixes, delay)


def _driving(way: Way, at: dt.datetime, share: float, speed: float, luck: Luck) -> Fix:
    """What a phone says there: some metres beside it, and some degrees."""
    (lat, lon), heading = way.place(share)
    north, east, turned = luck.noise(at)
    lat += math.degrees(north / EARTH_RADIUS_M)
    lon += math.degrees(east / EARTH_RADIUS_M / math.cos(math.radians(lat)))
    return Fix(at.timestamp(), round(lat, 6), round(lon, 6), round(heading + turned, 1) % 360, NOISE, round(speed, 1))


def _begin_work(task: Task, now: dt.datetime, chance: VisitLuck, everybody: Mapping[str, View]) -> Step | None:
    arrived = task.visit.arrived_at or now
    if chance.nobody_home:
        gives_up = arrived + dt.timedelta(seconds=chance.waiting)
        return Tap(gives_up, task.visit.id, VisitAction.NO_SHOW, "nobody opened") if gives_up <= now else None
    begins = max(arrived + dt.timedelta(seconds=chance.settling), _opens(task, arrived))
    waited_enough = now >= max(task.start, arrived) + _CREW_PATIENCE
    if task.mates and not waited_enough and not all(_is_free_for(task, everybody.get(one)) for one in task.mates):
        return None
    # A crew begins when the last of it has come, which nobody noted: now.
    begins = now if task.mates else begins
    return Tap(begins, task.visit.id, VisitAction.START) if begins <= now and _opens(task, arrived) <= now else None


def _opens(task: Task, arrived: dt.datetime) -> dt.datetime:
    """When service may start for somebody who is there; at once where no window is left."""
    for earliest, latest in task.visit.windows:
        if arrived <= dt.datetime.fromisoformat(latest):
            return max(arrived, dt.datetime.fromisoformat(earliest))
    return arrived


def _is_free_for(task: Task, mate: View | None) -> bool:
    """Whether a colleague has nothing left to do before this visit; one who is not at work keeps nobody waiting."""
    if mate is None or mate.absent or not mate.tasks:
        return True
    return mate.shift.began_at is not None and mate.tasks[0].visit.id == task.visit.id


def _work_on(view: View, task: Task, now: dt.datetime, chance: VisitLuck) -> Step | None:
    visit = task.visit
    started = visit.started_at or now
    planned = dt.timedelta(seconds=visit.duration * view.technician.pace)
    stood_still = dt.timedelta(seconds=visit.paused_for)
    if chance.pause and not visit.paused_for and started + planned / 2 <= now:
        return Tap(started + planned / 2, visit.id, VisitAction.PAUSE, "the customer fetches the key")
    if chance.work >= _OVERRUN and not visit.extended:
        noticed = started + stood_still + _NOTICED * planned
        if noticed <= now:
            more = -(-planned.total_seconds() * (chance.work - 1) // _ROUND) * _ROUND
            return Tap(noticed, visit.id, VisitAction.EXTEND, "it takes longer than thought", int(more))
    done = started + stood_still + chance.work * planned
    if done > now:
        return None
    if chance.needs_parts:
        return Tap(done, visit.id, VisitAction.NEED_PARTS, "the part has to be ordered")
    if chance.needs_visit:
        return Tap(done, visit.id, VisitAction.NEED_VISIT, "somebody has to come again")
    return Tap(done, visit.id, VisitAction.COMPLETE)


# -- between visits ----------------------------------------------------------------------------------------------------


def _resting_until(view: View) -> dt.datetime | None:
    taken = [
        dt.datetime.fromisoformat(rest["taken_at"]) + dt.timedelta(seconds=rest["duration"])
        for rest in view.breaks
        if rest.get("taken_at")
    ]
    return max(taken, default=None)


def _rest(view: View, first: Task | None, now: dt.datetime, drive: Drive) -> Step | None:
    """The next break that is open, unless the next visit can be done before it closes and would be late otherwise."""
    for rest in view.breaks:
        earliest, latest = _interval(rest)
        if rest.get("taken_at") or earliest > now:
            continue
        length = dt.timedelta(seconds=rest["duration"])
        if first is not None:
            way = dt.timedelta(seconds=drive(view.at, first.at))
            ends = max(now + way, first.start) + dt.timedelta(seconds=first.visit.duration * view.technician.pace)
            if now + length + way > first.start + _SLACK and ends <= latest:
                continue
        return Rest(now, rest["id"])
    return None


def _interval(rest: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime.fromisoformat(rest["earliest"]), dt.datetime.fromisoformat(rest["latest"])


def _set_out(view: View, first: Task | None, now: dt.datetime, drive: Drive) -> Step | None:
    if first is None or first.visit.status not in (VisitStatus.DISPATCHED, VisitStatus.ACCEPTED):
        return None
    if not first.lead:
        return None  # goes along with the first of the crew, who speaks for all
    way = dt.timedelta(seconds=drive(view.at, first.at))
    if now + way > view.shift.ends_at + dt.timedelta(seconds=view.shift.max_overtime):
        return Tap(now, first.visit.id, VisitAction.DECLINE, "the shift is over")
    # Nobody sets out before the plan says so: what comes up until then may change what is next.
    return Tap(now, first.visit.id, VisitAction.DEPART) if first.arrival - way - _SLACK <= now else None


def _call_it_a_day(view: View, first: Task | None, now: dt.datetime) -> Step | None:
    over = view.shift.ends_at + dt.timedelta(seconds=view.shift.max_overtime if first else 0)
    return EndShift(max(view.shift.ends_at, view.shift.began_at or over)) if over <= now else None
