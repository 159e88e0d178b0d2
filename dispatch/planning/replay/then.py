"""What was so of visits at an instant, though it has been changed since: out of the trail of changes and the event log.

A day that is played again is judged by what held then. An appointment that was moved to next week a day later was kept
or missed as it stood on the day; who looks at the day is told of that one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import PromiseStarted
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import AuditEntry, OutboxEntry, Visit

_COLUMNS = ("status", "windows", "appointment", "late_by")


def changed_since(session: Session, visits: Collection[str], at: dt.datetime) -> Mapping[str, Mapping[str, Any]]:
    """Visit → column → its value at an instant, for the columns of a visit that have another one since then.

    ``status`` is a word, ``windows`` are [earliest, latest] as RFC 3339 strings.
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for chunk in chunks(sorted(visits)):
        trail = select(AuditEntry.row_id, AuditEntry.changes).where(
            AuditEntry.table_name == Visit.__tablename__,
            AuditEntry.row_id.in_(chunk),
            AuditEntry.what == "changed",
            AuditEntry.at > at,
        )
        for visit, changes in session.execute(trail.order_by(AuditEntry.id.desc())):
            found[visit] |= {name: changes[name][0] for name in _COLUMNS if name in changes}
    return found


def fields_then(fields: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a board's row with the windows and the appointment of then."""
    windows = fields["windows"]
    if "windows" in then:
        windows = [{"earliest": earliest, "latest": latest} for earliest, latest in then["windows"]]
    promised = then.get("appointment", fields["appointment"] is not None)
    return {**fields, "windows": windows, "appointment": windows[0] if promised and windows else None}


def due_at_first(session: Session, jobs: Collection[str]) -> Mapping[tuple[str, str], dt.datetime]:
    """(job, target) → when the promise was due as it was made, before any pause put it off."""
    found: dict[tuple[str, str], dt.datetime] = {}
    for chunk in chunks(sorted(jobs)):
        made = select(OutboxEntry.subject_id, OutboxEntry.payload).where(
            OutboxEntry.subject_word == PromiseStarted.ABOUT[0],
            OutboxEntry.subject_id.in_(chunk),
            OutboxEntry.kind == PromiseStarted.__name__,
        )
        for job, payload in session.execute(made.order_by(OutboxEntry.id)):
            found.setdefault((job, payload["target"]), dt.datetime.fromisoformat(payload["due"]))
    return found
