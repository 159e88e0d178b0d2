"""The board ready to be sent: whole, or what was changed of it since somebody saw it last."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
from collections import OrderedDict

from pydantic_core import to_json
from sqlalchemy import select

from dispatch.domain.clock import Clock, pace_of
from dispatch.domain.roles import Right
from dispatch.planning.day_board.day import day_of
from dispatch.planning.day_board.kept import Changed, KeptDay
from dispatch.services.rights import require
from dispatch.store.queries.locks import fence_at
from dispatch.store.tables import PlanningPolicy
from dispatch.store.unit_of_work import UnitOfWork

MOST_DAYS = 5
"""So many days are kept; a busy one takes some ten megabytes."""
EVERY = 30.0
"""Seconds after which the whole day is read again where anything was changed."""


class DayBoards:
    """Make one for each process and store; it may be used from several threads."""

    def __init__(self, clock: Clock, *, every: float = EVERY) -> None:
        self._clock, self._every = clock, every
        self._days: OrderedDict[dt.date, KeptDay] = OrderedDict()
        self._turn = threading.Lock()
        self._epoch = secrets.token_hex(6)

    def sent(self, uow: UnitOfWork, date: dt.date | None, language: str) -> tuple[bytes, str]:
        """The whole board of a day (None: today) as this transaction sees it or newer, in UTF-8; and its tag."""
        require(uow, Right.READ_PLANS)
        with self._turn:
            kept = self._kept(uow, date)
            rows = kept.everything(uow.actor, language)
            head = {
                **self._clocked(uow, kept),
                "time_zone": kept.day.zone.key,
                "day": kept.day.date,
                "since": kept.day.since,
                "until": kept.day.until,
                "territories": kept.territories_of(uow.actor, -1),
            }
            seen = [self._epoch, kept.serial, kept.floor, language, *sorted(uow.actor.territories)]
        # What goes on by itself is no news: the clock, what is frozen ahead of it, and events of other days.
        lasting = {name: head[name] for name in head if name not in {"now", "fence", "position"}}
        lasting["frozen"] = _frozen(uow)
        tag = hashlib.blake2s(repr(seen).encode() + to_json(lasting), digest_size=12).hexdigest()
        return _document(head, rows), tag

    def changes(self, uow: UnitOfWork, date: dt.date | None, since: int, language: str) -> bytes:
        """What was changed of a day after a position. ``reset``: that is not known; ask for the whole board."""
        require(uow, Right.READ_PLANS)
        with self._turn:
            kept = self._kept(uow, date)
            reset = not kept.floor <= since <= kept.position
            rows = Changed((), (), ()) if reset else kept.changed_since(uow.actor, language, since)
            head = {
                **self._clocked(uow, kept),
                "reset": reset,
                "gone": sorted(rows.gone),
                "territories": None if reset else kept.territories_of(uow.actor, since),
            }
        return _document(head, rows)

    def _kept(self, uow: UnitOfWork, date: dt.date | None) -> KeptDay:
        day = day_of(uow, date)
        kept = self._days.pop(day.date, None)
        if kept is None or kept.day != day:
            kept = KeptDay(day)
        kept.bring_up_to_date(uow, self._every)
        self._days[day.date] = kept
        if len(self._days) > MOST_DAYS:
            self._days.popitem(last=False)
        return kept

    def _clocked(self, uow: UnitOfWork, kept: KeptDay) -> dict[str, object]:
        return {
            "position": kept.position,
            "now": uow.now,
            "pace": pace_of(self._clock),
            "edition": kept.published.edition,
            "plan": kept.published.plan,
            "fence": fence(uow),
            "drafts": kept.drafts,
            "disputes": kept.disputes_of(uow.actor),
        }


def fence(uow: UnitOfWork) -> dt.datetime:
    """The instant before which no plan changes anything: by the standard policy, or later where somebody said so."""
    ahead, fixed = _frozen(uow)
    frozen = uow.now + dt.timedelta(seconds=ahead)
    return frozen if fixed is None else max(frozen, dt.datetime.fromtimestamp(fixed, dt.UTC))


def _frozen(uow: UnitOfWork) -> tuple[int, int | None]:
    """The seconds that the standard policy freezes ahead, and the instant that somebody set."""
    freeze = uow.session.scalar(
        select(PlanningPolicy.freeze).order_by(
            PlanningPolicy.standard.desc(), PlanningPolicy.created_at, PlanningPolicy.id
        )
    )
    return freeze or 0, fence_at(uow.session, uow.now)


def _document(head: dict[str, object], rows: Changed) -> bytes:
    """The rows are written already; only what stands before them is not."""
    return b"".join(
        (
            to_json(head)[:-1],
            b',"technicians":[',
            b",".join(rows.technicians),
            b'],"visits":[',
            b",".join(rows.visits),
            b"]}",
        )
    )
