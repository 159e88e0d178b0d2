"""What has changed of a day since a phone last asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.store.revision import phone_revision
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.cursor import Cursor, cursor_for, read_cursor, written
from mobile_api.day.documents import Day, day
from mobile_api.day.gone import reasons


@dataclass(frozen=True, slots=True)
class Changes:
    """``full``: the phone drops whatever it has besides. ``documents`` as they are sent; ``gone``: id → why."""

    cursor: str
    date: dt.date
    full: bool
    documents: Sequence[Mapping[str, Any]]
    gone: Mapping[str, str]


def changes(uow: UnitOfWork, text: str | None) -> Changes:
    """What is new to a phone that has this cursor; everything, where the cursor says nothing."""
    known = read_cursor(text)
    if known is not None and not known.of(uow.actor.id):
        known = None
    counted = phone_revision(uow.session, uow.actor.technician)
    if known is not None and text is not None and _still_true(known, counted, uow.now):
        return Changes(text, dt.date.fromordinal(known.date), full=False, documents=(), gone={})
    today = day(uow)
    had = known.versions if known is not None else None
    new = today.documents
    if had is not None:
        new = [one for one in new if had.get(one.id) != one.digest]
    return Changes(
        cursor=written(_cursor(uow, today, counted)),
        date=today.who.date,
        full=had is None,
        documents=[one.as_sent() for one in new],
        gone={} if had is None else _gone(uow, today, had),
    )


def _still_true(known: Cursor, counted: int, now: dt.datetime) -> bool:
    return known.changes == counted and now.timestamp() < known.until


def _cursor(uow: UnitOfWork, today: Day, counted: int) -> Cursor:
    versions = {one.id: one.digest for one in today.documents}
    return cursor_for(uow.actor.id, counted, int(today.holds_until.timestamp()), today.who.date.toordinal(), versions)


def _gone(uow: UnitOfWork, today: Day, had: Mapping[str, bytes]) -> dict[str, str]:
    there = {one.id for one in today.documents}
    return reasons(uow, today.who, [name for name in had if name not in there])
