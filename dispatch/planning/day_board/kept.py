"""One day's rows, kept in memory and brought up to date by the events that have happened since.

Each row remembers the position of the event log at which it was changed last, so whoever has seen everything up to a
position is sent what was changed after it, and nothing else. The rows are kept once for everybody: what somebody may
see of them, and in which language, is decided when they are sent.

An event gets its position a moment after its transaction was committed (see :mod:`dispatch.messaging.relay`). What was
read in between is newer than the latest position; such a row is marked with a position that is yet to come, so that
nobody who has seen all positions so far misses it. Some of it is sent twice then, which does no harm.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json
from sqlalchemy import func, or_, select

from dispatch.domain.roles import Actor
from dispatch.messaging.relay import latest_position
from dispatch.planning.day_board.affected import Affected, affected_by
from dispatch.planning.day_board.day import Day
from dispatch.planning.day_board.published import Published, published_now
from dispatch.planning.day_board.reasons import LANGUAGES, reasons_for, sentences
from dispatch.planning.day_board.technicians import TechnicianRow, technicians_of
from dispatch.planning.day_board.visits import VisitRow, planned_on, visits_of
from dispatch.store.queries.rows import chunks
from dispatch.store.revision import revision
from dispatch.store.tables import (
    Dispute,
    FieldAction,
    OutboxEntry,
    PlanRow,
    PlanStatus,
    Territory,
    TerritoryLock,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork

MOST_EVENTS = 2000
"""After more events than these the whole day is read again: that is quicker."""


@dataclass(slots=True)
class _Sent:
    """A row as it is sent, in each language; ``at``: the position at which it was changed last.

    ``whose`` decides who may see it, and ``moved`` is the position at which that was changed last.
    """

    words: Mapping[str, bytes]
    at: int
    whose: Hashable
    moved: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed of a day since a position, for one person. ``gone``: visits that are not on it any more."""

    visits: Sequence[bytes]
    technicians: Sequence[bytes]
    gone: Sequence[str]


@dataclass
class KeptDay:
    """The rows of a day. Made empty; :meth:`bring_up_to_date` reads them, and then again what was changed."""

    day: Day
    position: int = -1
    floor: int = 0
    """The position at which all rows were read first: what was changed before it is not known here."""
    serial: int = 0
    """Counts the changes of anything that is kept."""
    published: Published = field(default_factory=Published)
    territories: Sequence[Mapping[str, Any]] = ()
    drafts: int = 0
    disputes: Mapping[str | None, int] = field(default_factory=dict)
    _visits: dict[str, VisitRow] = field(default_factory=dict)
    _technicians: dict[str, TechnicianRow] = field(default_factory=dict)
    _sent: dict[str, _Sent] = field(default_factory=dict)
    _gone: dict[str, int] = field(default_factory=dict)
    _territories_at: int = 0
    _revision: int = -1
    _read_whole: float = 0.0
    _repeated: bool = False
    """Whether rows count as changed the next time even if they are the same."""

    def bring_up_to_date(self, uow: UnitOfWork, every: float) -> None:
        """Read what was changed since the last time. A transaction that sees less than is known changes nothing.

        Every so many seconds the whole day is read again where any of it was changed at all: for what no event told.
        """
        latest = latest_position(uow.session)
        if latest < self.position:
            return
        happened = self._happened(uow, latest)
        pending = any(position is None for position, _, _ in happened)
        first, before = self.position < 0, self.serial
        mark = latest if first or (latest > self.position and not pending) else latest + 1
        affected = affected_by((kind, payload) for _, kind, payload in happened)
        affected.technicians |= self._turned(uow.now)
        revised = revision(uow.session)
        overdue = revised != self._revision and time.monotonic() - self._read_whole >= every
        if first or affected.everything or overdue or len(happened) > MOST_EVENTS:
            self._read_all(uow, mark)
            self._revision, self._read_whole = revised, time.monotonic()
        else:
            self._read_some(uow, affected, mark)
        if happened or first or overdue:
            self._count(uow)
            # What is pending when all is read first is in the rows, and others have not seen it at this position.
            self._repeated = first and pending
        if first:
            self.floor = latest
        self.position = latest
        if before != self.serial:
            self._gone = {key: at for key, at in self._gone.items() if key not in self._sent}

    def everything(self, actor: Actor, language: str) -> Changed:
        """All rows that somebody may see, the technicians by their names."""
        return self._seen(actor, language, -1)

    def changed_since(self, actor: Actor, language: str, position: int) -> Changed:
        """The rows that were changed after a position, whole, and the visits that are gone since then."""
        return self._seen(actor, language, position)

    def disputes_of(self, actor: Actor) -> int:
        """How many disputes wait for somebody like the actor."""
        return sum(count for territory, count in self.disputes.items() if actor.covers(territory))

    def territories_of(self, actor: Actor, after: int) -> list[Mapping[str, Any]] | None:
        """The territories into which the actor's rights reach; None: none was changed after a position."""
        if self._territories_at <= after:
            return None
        return [one for one in self.territories if actor.covers(one["id"])]

    # -- reading -------------------------------------------------------------------------------------------------------

    def _happened(self, uow: UnitOfWork, latest: int) -> list[tuple[int | None, str, Mapping[str, Any]]]:
        since = self.position if self.position >= 0 else latest
        fresh = (OutboxEntry.position > since) & (OutboxEntry.position <= latest)
        query = select(OutboxEntry.position, OutboxEntry.kind, OutboxEntry.payload)
        query = query.where(or_(fresh, OutboxEntry.position.is_(None))).order_by(OutboxEntry.id)
        return [
            (position, kind, payload) for position, kind, payload in uow.session.execute(query.limit(MOST_EVENTS + 1))
        ]

    def _turned(self, now: dt.datetime) -> set[str]:
        return {row.id for row in self._technicians.values() if row.turns_at is not None and row.turns_at <= now}

    def _read_all(self, uow: UnitOfWork, mark: int) -> None:
        self.published = published_now(uow.session, self.published)
        self._read_territories(uow, mark)
        technicians = technicians_of(uow, self.day, self.published)
        visits = visits_of(uow.session, self.day)
        people, named = self._technicians.keys() | technicians.keys(), self._visits.keys() | visits.keys()
        self._take(technicians, people, visits, named, mark, otherwise=False)

    def _read_territories(self, uow: UnitOfWork, mark: int) -> None:
        query = select(Territory.id, Territory.name, Territory.boundary, TerritoryLock.until, TerritoryLock.because)
        rows = uow.session.execute(
            query.outerjoin(TerritoryLock, TerritoryLock.territory_id == Territory.id).order_by(Territory.name)
        )
        names = ("id", "name", "area", "locked_until", "locked_because")
        territories = [dict(zip(names, row, strict=True)) for row in rows]
        if territories != self.territories:
            self.territories, self._territories_at = territories, mark
            self.serial += 1

    def _read_some(self, uow: UnitOfWork, affected: Affected, mark: int) -> None:
        before = self.published
        if affected.territories:
            self._read_territories(uow, mark)
        if affected.plan:
            self.published = published_now(uow.session, before)
        named = self._named(uow, affected)
        if not named and not affected.technicians and self.published is before:
            return
        visits = visits_of(uow.session, self.day, named) if named else {}
        people = set(affected.technicians)
        for key in named:
            for row in (self._visits.get(key), visits.get(key)):
                people |= row.technicians if row is not None else frozenset()
        if self.published is not before:  # it may put the breaks of anybody elsewhere
            people |= self._technicians.keys()
        technicians = technicians_of(uow, self.day, self.published, people) if people else {}
        self._take(technicians, people, visits, named, mark, otherwise=self.published is not before)

    def _named(self, uow: UnitOfWork, affected: Affected) -> set[str]:
        """The visits that are affected, those of affected jobs, customers and sites among them."""
        named = set(affected.visits)
        for chunk in chunks(sorted(affected.jobs)):
            named |= set(uow.session.scalars(select(Visit.id).where(Visit.job_id.in_(chunk))))
        if affected.plan:
            planned = planned_on(uow.session, self.day)
            named |= {key for key, roles in planned.items() if key not in self._visits or self._planned(key) != roles}
            named |= {key for key in self._visits if key not in planned and self._planned(key)}
        if affected.customers or affected.sites:
            named |= {
                row.id
                for row in self._visits.values()
                if row.customer in affected.customers or row.site in affected.sites
            }
        return named

    def _planned(self, visit: str) -> Sequence[Mapping[str, Any]]:
        planned: Sequence[Mapping[str, Any]] = self._visits[visit].fields["planned"]
        return planned

    def _count(self, uow: UnitOfWork) -> None:
        drafts = uow.session.scalar(select(func.count(PlanRow.id)).where(PlanRow.status == PlanStatus.DRAFT)) or 0
        query = select(FieldAction.territory_id, func.count()).where(FieldAction.dispute == Dispute.OPEN)
        rows = uow.session.execute(query.group_by(FieldAction.territory_id))
        disputes: dict[str | None, int] = {territory: count for territory, count in rows}  # noqa: C416  rows, not pairs
        if (drafts, disputes) != (self.drafts, self.disputes):
            self.drafts, self.disputes = drafts, disputes
            self.serial += 1

    # -- keeping -------------------------------------------------------------------------------------------------------

    def _take(
        self,
        technicians: Mapping[str, TechnicianRow],
        people: Iterable[str],
        visits: Mapping[str, VisitRow],
        named: Iterable[str],
        mark: int,
        *,
        otherwise: bool,
    ) -> None:
        """Put what was read into the place of what was known of these people and visits.

        ``otherwise``: the published plan is another, and may give other reasons why nobody has a visit.
        """
        skills_before = self._skills()
        for key in people:
            self._put_technician(key, technicians.get(key), mark)
        for key in named:
            if (visit := visits.get(key)) is None:
                if self._visits.pop(key, None) is not None:
                    self._lose(key, mark)
            else:
                self._visits[key] = visit
        skills = self._skills()
        otherwise = otherwise or skills != skills_before
        again = {row.id for row in self._visits.values() if row.without_place} if otherwise else set()
        for key in {*named, *again}:
            if key in self._visits:
                row = self._visits[key]
                self._say(key, self._words(row, skills), (row.territory, row.technicians), mark)

    def _put_technician(self, key: str, row: TechnicianRow | None, mark: int) -> None:
        known = self._technicians.get(key)
        if row is None:
            if known is not None:
                del self._technicians[key]
                self._lose(key, mark)
            return
        self._technicians[key] = row
        said = to_json(row.fields)
        self._say(key, dict.fromkeys(LANGUAGES, said), row.territory, mark)
        if known is not None and known.territory != row.territory:
            for visit in self._visits.values():  # somebody else may see them now
                if key in visit.technicians:
                    self._sent[visit.id].at = self._sent[visit.id].moved = mark
                    self.serial += 1

    def _words(self, row: VisitRow, skills: Sequence[Mapping[str, int]]) -> Mapping[str, bytes]:
        if not row.without_place:
            return dict.fromkeys(LANGUAGES, to_json({**row.fields, "reasons": []}))
        reasons = reasons_for(row, self.published, skills)
        return {language: to_json({**row.fields, "reasons": sentences(reasons, language)}) for language in LANGUAGES}

    def _say(self, key: str, words: Mapping[str, bytes], whose: Hashable, mark: int) -> None:
        known = self._sent.get(key)
        if known is None or known.words != words or self._repeated:
            moved = known.moved if known is not None and known.whose == whose else mark
            self._sent[key] = _Sent(words, mark, whose, moved)
            self.serial += 1

    def _lose(self, key: str, mark: int) -> None:
        del self._sent[key]
        self._gone[key] = mark
        self.serial += 1

    def _skills(self) -> list[Mapping[str, int]]:
        return [row.skills for row in self._technicians.values()]

    # -- sending -------------------------------------------------------------------------------------------------------

    def _seen(self, actor: Actor, language: str, after: int) -> Changed:
        mine = {key for key, row in self._technicians.items() if actor.covers(row.territory)}
        technicians, visits, gone = list[bytes](), list[bytes](), list[str]()
        for who in sorted(self._technicians.values(), key=lambda row: (row.fields["name"], row.id)):
            self._send(who.id, who.id in mine, after, language, technicians, gone)
        for key, row in self._visits.items():
            seen = actor.covers(row.territory) or not mine.isdisjoint(row.technicians)
            self._send(key, seen, after, language, visits, gone)
        gone += [key for key, at in self._gone.items() if at > after]
        return Changed(visits, technicians, gone)

    def _send(self, key: str, seen: bool, after: int, language: str, rows: list[bytes], gone: list[str]) -> None:
        sent = self._sent[key]
        if seen and sent.at > after:
            rows.append(sent.words[language])
        elif not seen and sent.moved > after:
            gone.append(key)
