"""From events to lines that a person reads: who, which job, when; what is of one kind is told together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.commands.feed_words import said
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import FINAL, VisitAction
from dispatch.planning.draft import whole_row
from dispatch.store.queries.planning import by_priority
from dispatch.store.tables import (
    Absence,
    Assignment,
    Job,
    OutboxEntry,
    PlanHead,
    PlanStatus,
    Priority,
    Site,
    SlaClock,
    Technician,
    User,
    Visit,
)

_SHOWN = 6
"""So many of a kind are named in one line."""
_NEW_SHOWN = 3
_WORTH = 300
"""Seconds. Less than that late, or held up, is an ordinary day."""
_AGAIN = 600
"""Seconds by which it must have become later still before it is said again."""

WARNING, PROPOSAL, GOOD, PLAIN = "warning", "proposal", "good", "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when (of the operation), what, and how much it matters."""

    at: dt.datetime
    text: str
    mood: str = PLAIN


@dataclass(slots=True)
class _Told:
    """Something to say; ``items`` are what happened alike at once."""

    at: dt.datetime
    word: str
    values: Mapping[str, str]
    mood: str
    items: list[str] = field(default_factory=list)


class Lines:
    """Tells events in one language and time zone. It remembers what it has said of who is late or held up."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self._language, self._zone = language, zone
        self._late: dict[str, int] = {}
        self._held_up: dict[str, int] = {}
        self._tellers: Mapping[str, Callable[[Session, OutboxEntry], _Told | None]] = {
            "JobReceived": self._job_received,
            "VisitMoved": self._visit_moved,
            "VisitExtended": self._visit_extended,
            "ShiftChanged": self._shift_changed,
            "AbsenceRecorded": self._absence_recorded,
            "PositionReported": self._position_reported,
            "JeopardyChanged": self._jeopardy_changed,
            "PromiseBreached": self._promise_breached,
            "DraftProposed": self._draft_proposed,
            "PlanPublished": self._plan_published,
            "RunEnded": self._run_ended,
            "HandlerParked": self._handler_parked,
            "TravelDegraded": self._travel_degraded,
            "TravelRecovered": self._travel_recovered,
            "SignedIn": self._signed_in,
        }

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events that lines are made of."""
        return tuple(self._tellers)

    def of(self, session: Session, entries: Iterable[OutboxEntry]) -> list[Line]:
        """What these events have to say, as the store stands now."""
        told: dict[object, _Told] = {}
        for entry in entries:
            one = self._tellers[entry.kind](session, entry)
            if one is not None:
                alike = (one.word, *sorted(one.values.items())) if one.items else entry.id
                first = told.setdefault(alike, one)
                if first is not one:
                    first.items += [item for item in one.items if item not in first.items]
        return [Line(one.at, self._sentence(one), one.mood) for one in told.values()]

    def standing(self, session: Session, now: dt.datetime) -> Line | None:
        """What is published at the moment."""
        head = session.scalar(select(PlanHead).where(PlanHead.edition > 0))
        if head is None:
            return None
        planned = select(func.count(Assignment.visit_id.distinct()), func.count(Assignment.technician_id.distinct()))
        visits, people = session.execute(
            planned.join(Visit, Visit.id == Assignment.visit_id).where(Visit.status.not_in(FINAL))
        ).one()
        placed = select(Assignment.visit_id)
        left = select(func.count(Visit.id)).where(Visit.status.not_in(FINAL), Visit.id.not_in(placed))
        values = {"edition": head.edition, "visits": visits, "people": people, "left": session.scalar(left)}
        return Line(now, said("standing", self._language, **values), GOOD)

    # -- jobs and visits -----------------------------------------------------------------------------------------------

    def _job_received(self, session: Session, entry: OutboxEntry) -> _Told | None:
        job = session.get(Job, entry.payload["job"])
        site = session.get(Site, job.site_id) if job is not None else None
        if job is None or site is None:
            return None
        values = {"number": job.number, "title": job.title.lower(), "address": site.address}
        if job.priority is not Priority.CRITICAL:
            return _Told(entry.at, "new_job", {**values, "priority": job.priority.value}, PLAIN)
        clock = select(SlaClock.due_at).where(SlaClock.job_id == job.id, SlaClock.target == Target.ON_SITE)
        due = session.scalar(clock)
        asked = session.scalars(select(Visit.only).where(Visit.job_id == job.id)).all()
        by = "" if due is None else said("on_site_by", self._language, due=self._clock(due, entry.at))
        senior = said("senior", self._language) if any(asked) else ""
        return _Told(entry.at, "critical_job", {**values, "senior": senior, "by": by}, WARNING)

    def _visit_moved(self, session: Session, entry: OutboxEntry) -> _Told | None:
        if entry.payload["action"] not in _ACTIONS:
            return None
        word, names, mood = _ACTIONS[VisitAction(entry.payload["action"])]
        values = {"who": self._person(session, entry.technician), "reason": entry.payload["reason"] or "–"}
        values = {name: values[name] for name in names}
        return _Told(entry.at, word, values, mood, [self._visit(session, entry, place=word == "set_out")])

    def _visit_extended(self, session: Session, entry: OutboxEntry) -> _Told:
        values = {"who": self._person(session, entry.technician), "minutes": _minutes(entry.payload["seconds"])}
        return _Told(entry.at, "more_time", values, WARNING, [self._visit(session, entry)])

    def _jeopardy_changed(self, session: Session, entry: OutboxEntry) -> _Told | None:
        visit, late = entry.payload["visit"], entry.payload["late"]
        values = {"who": self._person(session, entry.technician)}
        before = self._late.get(visit, 0)
        if late < _WORTH:
            if not self._late.pop(visit, 0) or late:
                return None
            return _Told(entry.at, "in_time", values, GOOD, [self._visit(session, entry)])
        if before and late < before + _AGAIN:
            return None
        self._late[visit] = late
        return _Told(entry.at, "late", {**values, "minutes": _minutes(late)}, WARNING, [self._visit(session, entry)])

    def _promise_breached(self, session: Session, entry: OutboxEntry) -> _Told | None:
        job = session.get(Job, entry.payload["job"])
        if job is None:
            return None
        due = self._clock(dt.datetime.fromisoformat(entry.payload["due"]), entry.at)
        values = {"target": said(entry.payload["target"], self._language), "due": due}
        return _Told(entry.at, "missed", values, WARNING, [job.number])

    # -- people --------------------------------------------------------------------------------------------------------

    def _shift_changed(self, session: Session, entry: OutboxEntry) -> _Told | None:
        duty = entry.payload.get("duty")
        if duty not in ("began", "ended"):
            return None
        return _Told(entry.at, duty, {}, PLAIN, [self._person(session, entry.payload["person"])])

    def _absence_recorded(self, session: Session, entry: OutboxEntry) -> _Told:
        who = self._person(session, entry.payload["person"])
        if entry.payload["removed"]:
            return _Told(entry.at, "back", {"who": who}, GOOD)
        absence = session.get(Absence, entry.payload["absence"])
        until = self._clock(dt.datetime.fromisoformat(entry.payload["end"]), entry.at)
        values = {"who": who, "until": until, "reason": (absence.reason if absence else "") or "–"}
        return _Told(entry.at, "away", values, WARNING)

    def _position_reported(self, session: Session, entry: OutboxEntry) -> _Told | None:
        person, delay = entry.payload["person"], entry.payload["delay"]
        before = self._held_up.pop(person, 0)
        if delay < _WORTH:
            return None
        self._held_up[person] = delay
        if before and delay < before + _WORTH:
            return None
        values = {"who": self._person(session, person), "minutes": _minutes(delay)}
        return _Told(entry.at, "held_up", values, PLAIN)

    def _signed_in(self, session: Session, entry: OutboxEntry) -> _Told | None:
        user = session.get(User, entry.payload["user"])
        if user is None or not entry.payload["succeeded"]:
            return None
        return _Told(entry.at, "signed_in", {"who": user.name}, PLAIN)

    # -- plans ---------------------------------------------------------------------------------------------------------

    def _draft_proposed(self, session: Session, entry: OutboxEntry) -> _Told | None:
        row = whole_row(session, entry.payload["plan"])
        if row is None or row.status is not PlanStatus.DRAFT:
            return None  # it is decided already, which is another event
        what = [*self._new(session, row.difference, row.snapshot["names"]), self._moved(row.touched)]
        values = {"what": ", ".join(what), "gain": f"{row.gain:,.0f}", "plan": row.id}
        return _Told(entry.at, "proposal", values, PROPOSAL)

    def _new(self, session: Session, difference: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
        """Of the visits that a draft gives a place, those that matter most."""
        new = {change["visit"]: change for change in difference["visits"] if change["kind"] == "assigned"}
        for visit, *_ in by_priority(session, list(new))[:_NEW_SHOWN]:
            after = new[visit]["after"]
            who = " + ".join(names.get(one, one) for one in after["technicians"])
            time = f"{dt.datetime.fromisoformat(after['start']).astimezone(self._zone):%H:%M}"
            number = names.get(visit, visit)
            yield said("with", self._language, number=number, who=who, time=time)
        if len(new) > _NEW_SHOWN:
            yield said("more", self._language, count=len(new) - _NEW_SHOWN)

    def _moved(self, count: int) -> str:
        word = {0: "nobody_touched", 1: "touched_one"}.get(count, "touched")
        return said(word, self._language, count=count)

    def _plan_published(self, _: Session, entry: OutboxEntry) -> _Told:
        who = said("itself", self._language) if entry.payload["automatic"] else entry.actor_name
        values = {
            "edition": str(entry.payload["edition"]),
            "who": who,
            "moved": self._moved(entry.payload["touched"]),
        }
        return _Told(entry.at, "published", values, GOOD)

    def _run_ended(self, _: Session, entry: OutboxEntry) -> _Told | None:
        if entry.payload["status"] != "failed":
            return None
        return _Told(entry.at, "planning_failed", {"reason": entry.payload["because"]}, WARNING)

    def _handler_parked(self, _: Session, entry: OutboxEntry) -> _Told:
        return _Told(entry.at, "parked", {"reason": entry.payload["handler"]}, WARNING)

    def _travel_degraded(self, _: Session, entry: OutboxEntry) -> _Told:
        return _Told(entry.at, "travel_degraded", {"engine": entry.payload["engine"]}, WARNING)

    def _travel_recovered(self, _: Session, entry: OutboxEntry) -> _Told:
        return _Told(entry.at, "travel_recovered", {"engine": entry.payload["engine"]}, GOOD)

    # -- names ---------------------------------------------------------------------------------------------------------

    def _sentence(self, one: _Told) -> str:
        shown, more = one.items[:_SHOWN], len(one.items) - _SHOWN
        if more > 0:
            shown = [*shown, said("more", self._language, count=more)]
        return said(one.word, self._language, **one.values, items=", ".join(shown))

    def _person(self, session: Session, technician: str | None) -> str:
        found = session.get(Technician, technician) if technician else None
        return found.name if found is not None else "–"

    def _visit(self, session: Session, entry: OutboxEntry, *, place: bool = False) -> str:
        job = session.get(Job, entry.payload["job"])
        if job is None:
            return "–"
        visit = session.get(Visit, entry.payload["visit"])
        # The second visit of a job is another one: who declined the first may well accept it.
        first = session.scalar(select(func.min(Visit.sequence)).where(Visit.job_id == job.id))
        number = job.number if visit is None or visit.sequence == first else f"{job.number}/{visit.sequence}"
        site = session.get(Site, job.site_id) if place else None
        return number if site is None else f"{number}, {site.address}"

    def _clock(self, at: dt.datetime, now: dt.datetime) -> str:
        local = at.astimezone(self._zone)
        today = local.date() == now.astimezone(self._zone).date()
        return f"{local:%H:%M}" if today else f"{local:%d.%m. %H:%M}"


def _minutes(seconds: int) -> str:
    return str(max(1, round(seconds / 60)))


_ACTIONS: Mapping[VisitAction, tuple[str, tuple[str, ...], str]] = {
    VisitAction.ACCEPT: ("accepted", ("who",), PLAIN),
    VisitAction.DEPART: ("set_out", ("who",), PLAIN),
    VisitAction.COMPLETE: ("finished", ("who",), PLAIN),
    VisitAction.DECLINE: ("declined", ("who", "reason"), WARNING),
    VisitAction.NO_SHOW: ("nobody_home", ("who",), WARNING),
    VisitAction.NEED_PARTS: ("needs_parts", ("reason",), WARNING),
    VisitAction.NEED_VISIT: ("needs_visit", ("reason",), WARNING),
    VisitAction.CANCEL: ("called_off", (), WARNING),
}
"""What of a visit is worth a line: the word, the names in it, and the mood."""
