"""What must be true after many have worked on the same rows: each was told the truth, and nobody's work is gone.

The witnesses are the audit trail, the history of plans, and what each dispatcher was answered.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import func, select

from dispatch.store.audit import plain
from dispatch.store.engine import Store
from dispatch.store.tables import AuditEntry, Job, PlanningRun, PlanRow, RunStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from tests.endurance.desk import Decision, Log, Write
from tests.endurance.verify import assignments, events, plans

_TABLES: Mapping[str, type[Job] | type[Visit]] = {"job": Job, "visit": Visit}
_ONCE = {"job": ("title", "description"), "visit": ("drop_cost",)}
"""Columns that get a value which no other write has."""

Trail = dict[tuple[str, str], list[AuditEntry]]


def disagreements(store: Store, log: Log) -> list[str]:
    """Everything that is not as it must be once all has come to rest, in sentences."""
    with store.reading() as uow:
        trail = _trail(uow)
        return [
            *_created(uow, log),
            *_unbroken(uow, trail),
            *_kept(uow, log, trail),
            *_decided_once(log),
            *_approved(uow, log),
            *based_on_the_one_before(uow),
            *plans(uow),
            *assignments(uow),
            *events(uow),
        ]


def resting(store: Store) -> bool:
    """Whether no run is under way."""
    with store.reading() as uow:
        busy = select(func.count()).where(PlanningRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
        return not uow.session.scalar(busy)


def based_on_the_one_before(uow: UnitOfWork) -> Iterator[str]:
    """Whether each edition follows the one before it, and was worked out from it."""
    published = select(PlanRow.id, PlanRow.edition, PlanRow.based_on).where(PlanRow.edition.is_not(None))
    rows = uow.session.execute(published.order_by(PlanRow.edition)).all()
    for count, (row, before) in enumerate(zip(rows, [None, *rows], strict=False), 1):
        if row.edition != count:
            yield f"Edition {row.edition} ({row.id}) should be {count}."
        if row.based_on != (before.id if before is not None else None):
            yield f"Edition {row.edition} is based on {row.based_on}, and edition {count - 1} was published."


# -- jobs and visits ---------------------------------------------------------------------------------------------------


def _trail(uow: UnitOfWork) -> Trail:
    trail: Trail = defaultdict(list)
    entries = select(AuditEntry).where(AuditEntry.table_name.in_(_TABLES)).order_by(AuditEntry.id)
    for entry in uow.session.scalars(entries):
        trail[entry.table_name, entry.row_id].append(entry)
    return trail


def _created(uow: UnitOfWork, log: Log) -> Iterator[str]:
    there = set(uow.session.scalars(select(Job.id)))
    for title, job in log.created.items():
        if job not in there:
            yield f"The job {job} ({title}) was acknowledged and is not there."


def _unbroken(uow: UnitOfWork, trail: Trail) -> Iterator[str]:
    """Each change starts from what the one before left, and what stands in the row is what the last one left."""
    for name, table in _TABLES.items():
        rows: Iterable[Job | Visit] = uow.session.scalars(select(table)).all()
        for row in rows:
            entries = trail[name, row.id]
            last: dict[str, object] = {}
            for entry in entries:
                for column, (before, after) in entry.changes.items():
                    if column in last and last[column] != before:
                        told = f"{column} was {last[column]!r}, and {entry.actor_name} changed {before!r}"
                        yield f"{name} {row.id}: {told}."
                    last[column] = after
            for column, value in last.items():
                if plain(getattr(row, column)) != value:
                    yield f"{name} {row.id}: {column} is {getattr(row, column)!r}; the audit trail ends with {value!r}."
            if len(entries) > row.version:
                yield f"{name} {row.id}: {len(entries)} transactions changed it, and it has version {row.version}."


def _kept(uow: UnitOfWork, log: Log, trail: Trail) -> Iterator[str]:
    """Each acknowledged write made one version of the one it named, stands in the trail once, and was the last word
    until the next one."""
    by_row: dict[tuple[str, str], list[Write]] = defaultdict(list)
    for write in log.writes:
        if any(write.values[name] != write.before[name] for name in write.values):
            by_row[write.table, write.row].append(write)
        elif write.given != write.named:
            yield f"{write.table} {write.row}: nothing was changed, and version {write.named} became {write.given}."
    for key, writes in by_row.items():
        writes.sort(key=lambda one: one.given)
        for version, times in Tally(one.named for one in writes).items():
            if times > 1:
                yield f"{key}: version {version} was changed by {times} who had all seen it; only one can have been."
        places = []
        for write in writes:
            if write.given != write.named + 1:
                yield f"{key}: {write.by} named version {write.named} and was given {write.given}."
            found = [place for place, entry in enumerate(trail[key]) if _is_of(entry, write)]
            if len(found) != 1:
                yield f"{key}: version {write.given} by {write.by} stands {len(found)} times in the audit trail."
            places.append(found[0] if found else None)
        yield from _without_gaps(key, writes, places)
        row = uow.session.get_one(_TABLES[key[0]], key[1])
        for column in _ONCE[key[0]]:
            said = [one.values[column] for one in writes if column in one.values]
            if said and getattr(row, column) != said[-1]:
                yield f"{key}: {said[-1]!r} was acknowledged last, {getattr(row, column)!r} is stored."


def _is_of(entry: AuditEntry, write: Write) -> bool:
    once = [name for name in _ONCE[write.table] if name in write.values]
    if entry.actor_id != write.by or entry.version != write.given:
        return False
    return all(entry.changes.get(name) == [write.before[name], write.values[name]] for name in once)


def _without_gaps(key: tuple[str, str], writes: list[Write], places: list[int | None]) -> Iterator[str]:
    """Between two acknowledged writes there are as many versions as others have made, and no fewer."""
    pairs = zip(zip(writes, places, strict=True), zip(writes[1:], places[1:], strict=True), strict=False)
    for (first, before), (second, after) in pairs:
        if before is None or after is None:
            continue
        others, versions = after - before - 1, second.named - first.given
        if others < 0 or versions < others or (others == 0) != (versions == 0):
            yield f"{key}: {versions} versions from {first.given} to {second.named}, and {others} changes in the trail."


# -- plans -------------------------------------------------------------------------------------------------------------


def _decided_once(log: Log) -> Iterator[str]:
    """A version of a draft that somebody named is edited, rejected or approved by one of them and no other."""
    named: dict[tuple[str, int], list[Decision]] = defaultdict(list)
    for decision in log.decisions:
        if decision.named is not None:
            named[decision.draft, decision.named].append(decision)
    for (draft, version), several in named.items():
        if len(several) > 1:
            who = ", ".join(f"{one.what} by {one.by}" for one in several)
            yield f"Version {version} of {draft} was decided about {len(several)} times: {who}."


def _approved(uow: UnitOfWork, log: Log) -> Iterator[str]:
    """What was approved is published by who approved it, right after the edition that they had seen."""
    for decision in log.decisions:
        if decision.what != "approve":
            continue
        row = uow.session.get(PlanRow, decision.plan)
        if row is None or row.edition != decision.edition:
            found = None if row is None else row.edition
            yield f"{decision.by} was told that {decision.plan} is edition {decision.edition}; it is {found}."
        elif row.edition != decision.expected + 1:
            yield f"{decision.by} had seen edition {decision.expected}, and published edition {row.edition}."
        elif row.published_by != decision.by:
            yield f"{decision.plan} was published by {row.published_by}, not by {decision.by}."
