"""Whose phones show what a transaction has changed: the technicians whose day may be another one by it.

While the transaction goes on, it is noted what its rows are about: technicians, visits, jobs, shifts, machines,
pictures. Right before its commit one query says whose days show these. It names somebody too many rather than one too
few: what is about everybody, is gone with all that hung on it, or cannot be attributed, concerns everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update, and_, bindparam, inspect, select, union
from sqlalchemy.orm import ORMExecuteState, Session

from dispatch.store.tables import (
    Absence,
    Assignment,
    Base,
    ChecklistAnswers,
    Contact,
    Customer,
    Equipment,
    ExpectedArrival,
    HeldSkill,
    Job,
    JobType,
    Media,
    Message,
    MessageReader,
    PartRequest,
    PartUse,
    PhoneNotice,
    PlanningPolicy,
    ReportSending,
    ServiceReport,
    Shift,
    Site,
    SlaClock,
    Technician,
    Territory,
    User,
    Visit,
    VisitMedia,
)
from dispatch.store.types import Instant

MOST = 48
"""A transaction that concerns more technicians concerns everybody: one number is counted up, not hundreds."""
_MOST_NOTED = 500
"""So much is looked up; whatever changes more concerns everybody."""
_SHOWN_SINCE = dt.timedelta(days=21)
"""Nobody's day shows a visit that was planned so long ago: a phone's holds those still open from the last 14 days."""


@dataclass(slots=True)
class Noted:
    """What a transaction has changed, by what it is about; identifiers.

    ``visits``: whose crews see it. ``jobs``: the crews of whose visits do. ``renamed``: jobs whose name stands in news.
    ``told``: visits of which those tell who go to the same machine, ``placed``: the same once they are over.
    ``machines``: whoever goes there sees it. ``owners`` and ``digests``: of pictures. ``customers``, ``sites`` and
    ``contacts``: whoever goes to one of their jobs sees it. ``supervisors``: their territories' technicians ring them.
    """

    everybody: bool = False
    technicians: set[str] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    jobs: set[str] = field(default_factory=set)
    renamed: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    machines: set[str] = field(default_factory=set)
    shifts: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    supervisors: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether anything was changed that a phone may show."""
        return self.everybody or bool(self.technicians) or any(getattr(self, name) for name in _FOUND_BY)

    def note(self, name: str, values: Collection[Any] | None) -> None:
        """Note what something was and is about; None: nobody knows, so everybody is concerned."""
        if values is None:
            self.everybody = True
        else:
            getattr(self, name).update(one for one in values if one is not None)


_ABOUT_EVERYBODY = (HeldSkill, JobType, PlanningPolicy, Technician, Territory)
_SHOWN_ONCE_NAMED = (Customer, Contact, Equipment, Site)
"""New ones of these are on no phone before a job names them, which is a change of that job or its visit."""
_ALL_THAT_HANGS_ON_IT = (Contact, Customer, Equipment, Job, Site, User, Visit)
"""With one of these that is removed the database removes or empties what would say whose it was."""

_ABOUT: Mapping[type[Base], Mapping[str, tuple[str, ...]]] = {
    Absence: {"technician_id": ("technicians",)},
    Assignment: {"technician_id": ("technicians",), "visit_id": ("visits", "placed")},
    ChecklistAnswers: {"visit_id": ("visits", "told")},
    Contact: {"id": ("contacts",)},
    Customer: {"id": ("customers",)},
    Equipment: {"id": ("machines",)},
    ExpectedArrival: {"technician_id": ("technicians",)},
    Job: {"id": ("jobs",)},
    Media: {"owner_id": ("owners",), "sha256": ("digests",)},
    Message: {"technician_id": ("technicians",), "visit_id": ("visits",)},
    MessageReader: {"technician_id": ("technicians",)},
    PartRequest: {"visit_id": ("visits",), "job_id": ("jobs",)},
    PartUse: {"technician_id": ("technicians",), "visit_id": ("visits",)},
    PhoneNotice: {"technician_id": ("technicians",)},
    ReportSending: {"visit_id": ("visits",)},
    ServiceReport: {"visit_id": ("visits",)},
    Shift: {"technician_id": ("technicians",), "id": ("shifts",)},
    Site: {"id": ("sites",)},
    SlaClock: {"job_id": ("jobs",)},
    User: {"id": ("supervisors",), "technician_id": ("technicians",)},
    Visit: {"id": ("visits",)},
    VisitMedia: {"visit_id": ("visits",)},
}
"""Table → column → what it names."""

ON_PHONES: tuple[type[Base], ...] = (*_ABOUT_EVERYBODY, *(table for table in _ABOUT if table is not ExpectedArrival))
"""The tables whose rows phones show; of expected arrivals they only show that one was proposed."""


# -- what is noted -----------------------------------------------------------------------------------------------------


def note_rows(noted: Noted, session: Session) -> None:
    """Note what this flush has changed, row by row, by what it was about before and is about now."""
    for row in session.new:
        if not isinstance(row, _SHOWN_ONCE_NAMED):
            _note_row(noted, row)
    for row in session.dirty:
        if isinstance(row, (*ON_PHONES, ExpectedArrival)) and session.is_modified(row):
            _note_row(noted, row, changed=True)
    for row in session.deleted:
        if isinstance(row, _ALL_THAT_HANGS_ON_IT):
            noted.everybody = True
        else:
            _note_row(noted, row)


def note_statement(noted: Noted, state: ORMExecuteState) -> None:
    """Note what a statement is about to change. Of those that plans are written with it is said whose; that is exact
    because who removes assignments has locked their visits, as everybody has who adds one.
    """
    statement = state.statement
    assert isinstance(statement, Insert | Update | Delete)
    tables: tuple[type[Base], ...] = (*ON_PHONES, ExpectedArrival)
    table = next((one for one in tables if one.__table__ == statement.table), None)
    if table is None or noted.everybody:
        return
    rows: Iterable[Mapping[str, Any]] | None = None
    if isinstance(statement, Delete) and table in (Assignment, ExpectedArrival, PhoneNotice):
        rows = _found(state, table, statement)
    elif isinstance(statement, Insert) and table is Assignment and isinstance(state.parameters, list):
        rows = state.parameters
    for row in rows or ():
        for column, names in _ABOUT[table].items():
            for name in names:
                noted.note(name, None if row.get(column) is None else {row[column]})
    if rows is None:
        noted.everybody = True


def _found(state: ORMExecuteState, table: type[Base], statement: Delete) -> list[Mapping[str, Any]]:
    columns = [getattr(table, name) for name in _ABOUT[table]]
    query = select(*columns) if statement.whereclause is None else select(*columns).where(statement.whereclause)
    if table is ExpectedArrival:
        query = query.where(ExpectedArrival.proposed_at.is_not(None))
    return [row._asdict() for row in state.session.execute(query, state.parameters)]


def _note_row(noted: Noted, row: Any, *, changed: bool = False) -> None:
    table = type(row)
    if table in _ABOUT_EVERYBODY:
        noted.everybody = True
    if table not in _ABOUT or noted.everybody or (table is ExpectedArrival and not _proposed(row, changed=changed)):
        return
    for column, names in _ABOUT[table].items():
        for name in names:
            noted.note(name, _was_and_is(row, column, changed=changed))
    if table is Visit:
        _note_visit(noted, row, changed=changed)
    elif table is Job and changed:
        _note_job(noted, row)


def _note_visit(noted: Noted, row: Visit, *, changed: bool) -> None:
    if changed and inspect(row).attrs.job_id.history.has_changes():
        noted.everybody = True
    finished = _was_and_is(row, "finished_at", changed=changed)
    if finished is None or any(one is not None for one in finished):
        noted.note("told", {row.id})


def _note_job(noted: Noted, row: Job) -> None:
    attributes = inspect(row).attrs
    if any(attributes[name].history.has_changes() for name in ("number", "title", "equipment_id")):
        noted.note("renamed", {row.id})
        noted.note("machines", _was_and_is(row, "equipment_id", changed=True))


def _was_and_is(row: Any, column: str, *, changed: bool) -> set[Any] | None:
    """The values of a column before and after this flush; None where one of them is not known.

    A column that nobody set has none in a new row.
    """
    history = inspect(row).attrs[column].history
    if changed and (not any(history) or (history.added and not history.deleted)):
        return None
    return {one for values in history for one in values or ()}


def _proposed(row: ExpectedArrival, *, changed: bool) -> bool:
    """Whether an arrival is proposed otherwise than before, or to somebody else."""
    attributes = inspect(row).attrs
    names = "proposed_at", "technician_id", "visit_id"
    return any(attributes[name].history.has_changes() for name in names) if changed else row.proposed_at is not None


# -- whose that is -----------------------------------------------------------------------------------------------------


def whose_phones(session: Session, noted: Noted) -> set[str] | None:
    """The technicians whose days show what was noted; None: everybody."""
    if noted.everybody or len(noted.technicians) > MOST:
        return None
    names = tuple(name for name in _FOUND_BY if getattr(noted, name))
    asked = {name: sorted(getattr(noted, name)) for one in names for name in (_BESIDES.get(one, ()) or (one,))}
    if sum(len(values) for values in asked.values()) > _MOST_NOTED:
        return None
    if not names:
        return noted.technicians
    unit_of_work = session.info.get("unit_of_work")
    since = dt.datetime(1, 1, 2, tzinfo=dt.UTC) if unit_of_work is None else unit_of_work.now - _SHOWN_SINCE
    dated = {"since": since} if _DATED & set(names) else {}
    found = noted.technicians | set(session.scalars(_query(names), {**asked, **dated}))
    return None if len(found) > MOST else found


@lru_cache(maxsize=256)
def _query(names: tuple[str, ...]) -> CompoundSelect[Any]:
    return union(*(_FOUND_BY[name]() for name in names)).limit(2 * MOST + 1)


def _one_of(name: str) -> Any:
    return bindparam(name, expanding=True)


def _crews() -> Select[Any]:
    return select(Assignment.technician_id)


def _of_jobs() -> Select[Any]:
    return _crews().join(Visit, Visit.id == Assignment.visit_id).where(Visit.job_id.in_(_one_of("jobs")))


def _of_jobs_with(column: Any, name: str) -> Select[Any]:
    """Who goes, or went not long ago, where something of the job's own is told."""
    there = _crews().join(Visit, Visit.id == Assignment.visit_id).join(Job, Job.id == Visit.job_id)
    return there.where(column.in_(_one_of(name)), Assignment.start >= bindparam("since", type_=Instant))


def _supervised() -> Select[Any]:
    theirs = Territory.supervisor_id.in_(_one_of("supervisors"))
    return select(Technician.id).join(Territory, Territory.id == Technician.territory_id).where(theirs)


def _in_news() -> Select[Any]:
    news = select(PhoneNotice.technician_id).join(Visit, Visit.id == PhoneNotice.visit_id)
    return news.where(Visit.job_id.in_(_one_of("renamed")))


def _at(machines: Any) -> Select[Any]:
    """Who goes, or went not long ago, to one of these machines."""
    there = _crews().join(Visit, Visit.id == Assignment.visit_id).join(Job, Job.id == Visit.job_id)
    return there.where(Job.equipment_id.in_(machines), Assignment.start >= bindparam("since", type_=Instant))


def _machines_of(*visits: Any) -> Select[Any]:
    of = select(Job.equipment_id).join(Visit, Visit.job_id == Job.id)
    return of.where(Job.equipment_id.is_not(None), and_(*visits))


def _with_pictures() -> Select[Any]:
    theirs = VisitMedia.owner_id.in_(_one_of("owners")), VisitMedia.sha256.in_(_one_of("digests"))
    return _crews().join(VisitMedia, VisitMedia.visit_id == Assignment.visit_id).where(*theirs)


_FOUND_BY: Mapping[str, Callable[[], Select[Any]]] = {
    "visits": lambda: _crews().where(Assignment.visit_id.in_(_one_of("visits"))),
    "jobs": _of_jobs,
    "renamed": _in_news,
    "told": lambda: _at(_machines_of(Visit.id.in_(_one_of("told")))),
    "placed": lambda: _at(_machines_of(Visit.id.in_(_one_of("placed")), Visit.finished_at.is_not(None))),
    "machines": lambda: _at(_one_of("machines")),
    "shifts": lambda: _crews().where(Assignment.shift_id.in_(_one_of("shifts"))),
    "digests": _with_pictures,
    "customers": lambda: _of_jobs_with(Job.customer_id, "customers"),
    "sites": lambda: _of_jobs_with(Visit.site_id, "sites"),
    "contacts": lambda: _of_jobs_with(Job.contact_id, "contacts"),
    "supervisors": _supervised,
}
"""What was noted → how to find who sees it."""
_BESIDES: Mapping[str, tuple[str, ...]] = {"digests": ("digests", "owners")}
_DATED = frozenset({"told", "placed", "machines", "customers", "sites", "contacts"})
