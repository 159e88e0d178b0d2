"""How often what the published plan shows has been changed: a number that is counted up in each such transaction.

Whoever has made something of those rows and reads the same number again need not make it again. It is exact: who counts
holds the counter's row until the commit, so two transactions count one after the other, in the order in which others
see them; and it is read in the same transaction as the rows, so number and rows belong together. The session itself
counts, right before the commit: no service can forget it, and nobody waits longer for the row than a commit takes.
"""

from __future__ import annotations

from sqlalchemy import Delete, Insert, Update, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from dispatch.store.tables import Assignment, Counter, Job, PlanHead, Shift, Site, SlaClock, Technician, Visit

SHOWN = (Assignment, Job, PlanHead, Shift, Site, SlaClock, Technician, Visit)
"""The tables whose rows the published plan shows."""

_NAME = "shown"
_CHANGED = "what is shown was changed"


def revision(session: Session) -> int:
    """How often it has been changed by the transactions that this one sees."""
    return session.scalar(select(Counter.last).where(Counter.name == _NAME)) or 0


def count_changes(sessions: sessionmaker[Session]) -> None:
    """Let every transaction of these sessions that changes rows of :data:`SHOWN` count itself."""
    event.listen(sessions, "after_flush", _note_rows)
    event.listen(sessions, "do_orm_execute", _note_statement)
    event.listen(sessions, "before_commit", _count)


def _note_rows(session: Session, _: UOWTransaction) -> None:
    if any(isinstance(row, SHOWN) for rows in (session.new, session.dirty, session.deleted) for row in rows):
        session.info[_CHANGED] = True


def _note_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, Insert | Update | Delete) and statement.table in [one.__table__ for one in SHOWN]:
        state.session.info[_CHANGED] = True


def _count(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # what others add before the commit counts as well
    if session.info.pop(_CHANGED, False):
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        first = insert(Counter).values(name=_NAME, last=1)
        session.execute(first.on_conflict_do_update(index_elements=["name"], set_={"last": Counter.last + 1}))
