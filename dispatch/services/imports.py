"""Taking sheets over: first a preview that changes nothing and names each bad cell, then all of it or nothing.

The preview does what applying would do, inside a savepoint that is then rolled back: what it says is what will happen,
as long as nobody changes the same rows meanwhile; applying looks at every row again.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Invalid, NotFound
from dispatch.domain.events import ImportApplied
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.geocoding.finding import Finder
from dispatch.services import sheet_customers, sheet_files, sheet_jobs, sheet_people
from dispatch.services.complaints import shown
from dispatch.services.placing import in_sheet
from dispatch.services.rights import require
from dispatch.services.sheet_columns import FOUND, BadCell, Column, Values, read_row
from dispatch.services.sheet_files import Sheet
from dispatch.store.queries.rows import locked
from dispatch.store.tables import SheetImport
from dispatch.store.unit_of_work import UnitOfWork

Kind = Literal["technicians", "customers", "jobs"]
KINDS: Mapping[str, ModuleType] = {"technicians": sheet_people, "customers": sheet_customers, "jobs": sheet_jobs}
"""What can be imported: a module with ``COLUMNS``, ``REPEATED``, ``key``, ``rows``, ``before`` and ``take``."""

OUTCOMES = ("new", "changed", "unchanged")
MAX_ERRORS = 500


class HasErrors(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A sheet with bad cells is not taken over, not even in part."""

    code, title = "import-has-errors", "The sheet has cells that cannot be taken over"


def preview(uow: UnitOfWork, kind: Kind, content: bytes, file_name: str, finder: Finder | None = None) -> SheetImport:
    """Look at a sheet: what it would create and change, and which cells cannot be taken over. Changes nothing.

    Sites without a position are looked for by their address, with ``finder`` and only near at hand. What is sure is
    taken over with the sheet; what is not, :func:`notes` name.

    Raises :class:`Invalid` where the file cannot be read, :class:`TooLarge` where it holds too much.
    """
    require(uow, Right.IMPORT)
    sheet = sheet_files.read(content, file_name)
    errors = _header_errors(kind, sheet)
    name = file_name.replace("\x00", "")[-200:] or "sheet"
    return looked_at(uow, kind, name, [] if errors else _as_rows(sheet), errors, finder)


def looked_at(
    uow: UnitOfWork,
    kind: str,
    file_name: str,
    rows: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    finder: Finder | None,
) -> SheetImport:
    """An import of these rows (``sheet``, ``row`` and ``cells``), unless there are ``errors`` in its header."""
    if not errors:
        if kind == "customers":
            _look_for_addresses(rows, finder)
        savepoint = uow.session.begin_nested()
        outcomes, errors = _take_all(uow, kind, rows)
        savepoint.rollback()
        uow.session.expire_all()
        rows = [{**row, "outcome": outcome} for row, outcome in zip(rows, outcomes, strict=True)]
    made = SheetImport(
        id=new_id("import"),
        kind=kind,
        file_name=file_name,
        rows=rows,
        errors=errors[:MAX_ERRORS],
        created_at=uow.now,
        created_by=uow.actor.id,
        applied_at=None,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def apply(uow: UnitOfWork, import_id: str) -> SheetImport:
    """Take over all of a sheet that was looked at. Doing so again changes nothing and gives the same answer.

    Raises :class:`HasErrors` where it has bad cells, and :class:`Invalid` where it has some by now.
    """
    seen(uow, import_id)
    made = locked(uow, SheetImport, import_id)
    if made.applied_at is not None:
        return made
    if made.errors:
        raise HasErrors(f"{len(made.errors)} cells must be corrected first; upload the corrected sheet.")
    outcomes, errors = _take_all(uow, made.kind, made.rows)
    if errors:
        first = errors[0]
        where = f"Row {first['row']}, {first['column']}: {first['value']} {first['problem']}"
        raise Invalid(f"{where}. Things have changed since the sheet was looked at; upload it again.", errors=errors)
    made.rows = [{**row, "outcome": outcome} for row, outcome in zip(made.rows, outcomes, strict=True)]
    made.applied_at = uow.now
    uow.session.flush()
    uow.record(ImportApplied(sheet=made.id, kind_of_rows=made.kind, rows=len(outcomes)))
    return made


def seen(uow: UnitOfWork, import_id: str) -> SheetImport:
    """An import, by who made it, or by somebody whose rights reach everywhere."""
    require(uow, Right.IMPORT)
    made = uow.get(SheetImport, import_id)
    if made.created_by != uow.actor.id and uow.actor.territories:
        raise NotFound(f"There is no sheet import {import_id!r}.", what="sheet import", id=import_id)
    return made


def counts(made: SheetImport) -> dict[str, int]:
    """How many rows are new, changed and unchanged."""
    counted = Counter(row.get("outcome") for row in made.rows)
    return {outcome: counted[outcome] for outcome in OUTCOMES}


def notes(made: SheetImport) -> list[dict[str, Any]]:
    """Cells that can be taken over, but not as well as they could be: addresses that are not known for sure."""
    return [row["note"] for row in made.rows if row.get("note") is not None][:MAX_ERRORS]


# -- parts -------------------------------------------------------------------------------------------------------------


def _header_errors(kind: str, sheet: Sheet) -> list[dict[str, Any]]:
    columns: Sequence[Column] = KINDS[kind].COLUMNS
    names = [column.name for column in columns]
    errors = []
    for at, name in enumerate(sheet.columns):
        if name and name not in names:
            near = difflib.get_close_matches(name, names, 1)
            remedy = f"call it {near[0]}" if near else f"remove it; possible are {', '.join(names)}"
            errors.append(_error(sheet.name, 1, name, name, "is no column of this sheet", remedy))
        elif name and name in sheet.columns[:at]:
            errors.append(_error(sheet.name, 1, name, name, "stands twice", "remove one of the two"))
    missing = [column.name for column in columns if column.required and column.name not in sheet.columns]
    return errors + [_error(sheet.name, 1, name, "", "is missing", "add the column") for name in missing]


def _look_for_addresses(rows: Sequence[dict[str, Any]], finder: Finder | None) -> None:
    """Note with each row the position of its address where the row has none: what applying it will take."""
    known: dict[str, tuple[dict[str, Any] | None, dict[str, str] | None]] = {}
    for row in rows:
        cells = row["cells"]
        address = cells.get("address", "").strip()
        if not address or cells.get("lat") or cells.get("lon"):
            continue
        if address not in known:
            known[address] = in_sheet(finder, address)
        row["found"], note = known[address]
        if note is not None:
            row["note"] = _error(row["sheet"], row["row"], "address", address, note["problem"], note["remedy"])


def _as_rows(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "sheet": sheet.name,
            "row": at,
            "cells": {name: cell for name, cell in zip(sheet.columns, cells, strict=False) if name},
        }
        for at, cells in sheet.rows
    ]


def _take_all(uow: UnitOfWork, kind: str, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Take every row over, going on after bad ones to find them all; whoever asked decides what becomes of it."""
    outcomes: list[str] = []
    errors: list[dict[str, Any]] = []
    first_at: dict[str, int] = {}
    groups: dict[str, tuple[int, Values]] = {}
    for row in rows:
        outcome = "new"
        for bad in _take(uow, KINDS[kind], row, first_at, groups):
            if isinstance(bad, str):
                outcome = bad
            elif len(errors) < MAX_ERRORS:
                value = row["cells"].get(bad.column, "")
                errors.append(_error(row["sheet"], row["row"], bad.column, value, bad.problem, bad.remedy))
        outcomes.append(outcome)
    return outcomes, errors


def _take(
    uow: UnitOfWork,
    kind: ModuleType,
    row: Mapping[str, Any],
    first_at: dict[str, int],
    groups: dict[str, tuple[int, Values]],
) -> Iterator[BadCell | str]:
    """Take one row over; yields its bad cells, or what became of it."""
    columns: Sequence[Column] = kind.COLUMNS
    values, bad = read_row(columns, row["cells"])
    yield from bad
    if bad:
        return
    values |= {FOUND: found} if (found := row.get("found")) else {}
    name = kind.key(values)
    if (earlier := first_at.setdefault(name, row["row"])) != row["row"]:
        yield BadCell(columns[0].name, f"stands in row {earlier} already", "keep one of the two")
        return
    if kind.REPEATED and (contradictions := _contradictions(kind, values, row["row"], groups)):
        yield from contradictions
        return
    try:
        before = kind.before(uow, values)
        if before is not None and _same(columns, values, before):
            yield "unchanged"
            return
        kind.take(uow, values)
        yield "new" if before is None else "unchanged" if kind.before(uow, values) == before else "changed"
    except BadCell as error:
        yield error
    except DispatchError as error:
        yield from _bad_cells(columns, error)


def _contradictions(kind: ModuleType, values: Values, at: int, groups: dict[str, tuple[int, Values]]) -> list[BadCell]:
    """Cells that say something else than an earlier row did of the same thing."""
    earlier, first = groups.setdefault(str(values[kind.COLUMNS[0].name]), (at, values))
    problem = f"says something else than row {earlier} for the same {kind.COLUMNS[0].name}"
    different = [name for name in kind.REPEATED if values.get(name) != first.get(name)]
    return [BadCell(name, problem, "make the two agree") for name in different]


def _same(columns: Sequence[Column], values: Values, before: Values) -> bool:
    """Whether the row says what is there already, read the same way."""
    texts = {name: sheet_files.plain(value) for name, value in before.items() if name in values}
    read, _ = read_row([column for column in columns if column.name in values], texts)
    return read == {name: value for name, value in values.items() if name != FOUND}


def _bad_cells(columns: Sequence[Column], error: DispatchError) -> Iterator[BadCell]:
    """The cells that a service has refused, or the row's first one where it named none of ours."""
    names = [column.name for column in columns]
    refused = error.facts.get("errors") or [{"place": "", "problem": error.detail, "remedy": ""}]
    for one in refused:
        place = one["place"].split("[")[0].split(".")[0]
        guesses = [name for name in names if name == place or name.removesuffix("_id") == place.removesuffix("_id")]
        yield BadCell(next(iter(guesses), names[0]), one["problem"], one["remedy"])


def _error(sheet: str, row: int, column: str, value: str, problem: str, remedy: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "row": row,
        "column": column,
        "value": shown(value),
        "problem": problem,
        "remedy": remedy,
    }


def made_by(uow: UnitOfWork) -> Any:
    """The imports that the actor may see."""
    require(uow, Right.IMPORT)
    query = select(SheetImport)
    return query.where(SheetImport.created_by == uow.actor.id) if uow.actor.territories else query
