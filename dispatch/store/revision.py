"""How often what somebody is shown has been changed: numbers that are counted up in each such transaction.

Whoever has made something of those rows and reads the same number again need not make it again. It is exact: who counts
holds the counter's row until the commit, so two transactions count one after the other, in the order in which others
see them; and it is read in the same transaction as the rows, so number and rows belong together. The session itself
counts, right before the commit: no service can forget it, and nobody waits longer for the row than a commit takes.

What phones show has a number for each technician, named by their identifier, beside a common one: what changes one
day leaves the others' numbers alone (:mod:`dispatch.store.whose_phones`). Whose days a transaction changes depends on
what others have committed, so whoever counts for phones holds the common row first, and all of them ask one by one.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Delete, Insert, Update, bindparam, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from dispatch.store.tables import (
    Assignment,
    Base,
    Counter,
    HeldSkill,
    Job,
    JobType,
    PlanHead,
    Shift,
    Site,
    SlaClock,
    Technician,
    Visit,
)
from dispatch.store.whose_phones import Noted, note_rows, note_statement, whose_phones

SHOWN = (Assignment, Job, PlanHead, Shift, Site, SlaClock, Technician, Visit)
"""The tables whose rows the published plan shows."""
PEOPLE = (HeldSkill, JobType, Technician)
"""The tables that say what there is to do, and who can do it with what."""

_COUNTED: Mapping[str, tuple[type[Base], ...]] = {"people": PEOPLE, "shown": SHOWN}
"""Counter → its tables."""
_ON_PHONES = "on phones"
_CHANGED, _NOTED = "what was changed is counted by", "what was changed on phones"
_HALF = 1 << 32


def revision(session: Session) -> int:
    """How often what the plan shows has been changed by the transactions that this one sees."""
    return _counted(session, "shown")


def phone_revision(session: Session, technician_id: str | None) -> int:
    """Another number whenever what the phone of a technician shows was changed: how often all phones were, and theirs.

    Each of the two takes half of the number, and begins anew after four thousand million changes.
    """
    numbers = {name: last for name, last in session.execute(_FOR_PHONES, {"own": technician_id or _ON_PHONES})}  # noqa: C416
    common, own = numbers.get(_ON_PHONES, 0), numbers.get(technician_id or "", 0)
    return common % _HALF * _HALF + own % _HALF


def people_revision(session: Session) -> int:
    """How often people, their skills and vans, and the kinds of work have been."""
    return _counted(session, "people")


def count_changes(sessions: sessionmaker[Session]) -> None:
    """Let every transaction of these sessions that changes rows of counted tables count itself."""
    event.listen(sessions, "after_flush", _note_rows)
    event.listen(sessions, "do_orm_execute", _note_statement)
    event.listen(sessions, "before_commit", _count)


_FOR_PHONES = select(Counter.name, Counter.last).where(Counter.name.in_((_ON_PHONES, bindparam("own"))))


def _counted(session: Session, name: str) -> int:
    return session.scalar(select(Counter.last).where(Counter.name == name)) or 0


def _note_rows(session: Session, _: UOWTransaction) -> None:
    changed = {type(row) for rows in (session.new, session.dirty, session.deleted) for row in rows}
    for name, tables in _COUNTED.items():
        if not changed.isdisjoint(tables):
            _note(session, name)
    note_rows(_noted(session), session)


def _note_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, Insert | Update | Delete):
        for name, tables in _COUNTED.items():
            if statement.table in [one.__table__ for one in tables]:
                _note(state.session, name)
        note_statement(_noted(state.session), state)


def _note(session: Session, name: str) -> None:
    session.info.setdefault(_CHANGED, set()).add(name)


def _noted(session: Session) -> Noted:
    noted: Noted = session.info.setdefault(_NOTED, Noted())
    return noted


def _count(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # what others add before the commit counts as well
    changed: set[str] = session.info.pop(_CHANGED, set())
    noted: Noted = session.info.pop(_NOTED, Noted())
    if noted:
        _wait_for_turn(session)
        whose = whose_phones(session, noted)
        changed |= {_ON_PHONES} if whose is None else whose
    if changed:
        # In one order, so that no two wait for each other.
        _add(session, 1, sorted(changed))


def _wait_for_turn(session: Session) -> None:
    """Hold the common row, so that what is asked now stands until the commit. On SQLite who writes is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        row = select(Counter.last).where(Counter.name == _ON_PHONES).with_for_update()
        if session.scalar(row) is None:
            _add(session, 0, [_ON_PHONES])


def _add(session: Session, number: int, names: list[str]) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Counter).on_conflict_do_update(
        index_elements=["name"], set_={"last": Counter.last + insert(Counter).excluded.last}
    )
    session.connection().execute(first, [{"name": name, "last": number} for name in names])
