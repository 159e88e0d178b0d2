"""The rows of an import as a person sees them, and mending them where they stand."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain.errors import DispatchError, Invalid
from dispatch.geocoding.finding import Finder
from dispatch.services import imports
from dispatch.store.tables import SheetImport
from dispatch.store.unit_of_work import UnitOfWork


class Applied(DispatchError):  # noqa: N818  a refusal reads as what is said
    """What was taken over cannot be mended any more."""

    code, title = "import-applied", "The sheet was taken over already"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row: its number in the sheet, what would become of it (``bad`` with bad cells), its cells, what they lack."""

    row: int
    outcome: str
    cells: Mapping[str, str]
    errors: list[dict[str, Any]] = field(default_factory=list)
    note: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an import; ``after``: the number of the last one where there are more, else None."""

    columns: list[str]
    total: int
    rows: list[ImportRow]
    after: int | None


def rows_of(made: SheetImport, *, only: str | None = None, after: int = 0, limit: int = 50) -> Rows:
    """Rows behind the one with the number ``after``; ``only`` those of an outcome, or the ``bad`` ones."""
    by_row: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for error in made.errors:
        by_row[error["row"]].append(error)
    every = [_as_seen(row, by_row[row["row"]]) for row in made.rows]
    wanted = [one for one in every if only is None or one.outcome == only]
    behind = [one for one in wanted if one.row > after]
    shown = behind[:limit]
    return Rows(_columns(made), len(wanted), shown, shown[-1].row if len(behind) > limit else None)


def correct(
    uow: UnitOfWork,
    import_id: str,
    cells: Sequence[tuple[int, str, str]],
    without: Sequence[int] = (),
    finder: Finder | None = None,
) -> SheetImport:
    """A new import of the same sheet with other ``cells`` (row, column, value) and ``without`` some rows.

    The one before stays as it is. Raises :class:`Applied`, and :class:`Invalid` for a cell that is not there.
    """
    made = imports.seen(uow, import_id)
    if made.applied_at is not None:
        raise Applied("Upload the sheet again to change what it brought.")
    rows = copy.deepcopy([row for row in made.rows if row["row"] not in set(without)])
    by_number = {row["row"]: row for row in rows}
    columns = set(_columns(made))
    for number, column, value in cells:
        if number not in by_number or column not in columns:
            remedy = "name a row and a column of the sheet, and none that is left out"
            place = {"place": f"cells.{number}.{column}", "value": value[:80], "problem": "is no cell of the sheet"}
            raise Invalid(f"There is no cell {column} in row {number}.", errors=[{**place, "remedy": remedy}])
        by_number[number]["cells"][column] = value.strip()
    if not rows:
        raise Invalid(
            "No rows are left.", errors=[{"place": "without", "problem": "leaves no rows", "remedy": "keep one"}]
        )
    plain = [{name: row[name] for name in ("sheet", "row", "cells")} for row in rows]
    return imports.looked_at(uow, made.kind, made.file_name, plain, [], finder)


def _as_seen(row: Mapping[str, Any], errors: list[dict[str, Any]]) -> ImportRow:
    outcome = "bad" if errors else row.get("outcome", "new")
    return ImportRow(row["row"], outcome, row["cells"], errors, row.get("note"))


def _columns(made: SheetImport) -> list[str]:
    """The columns of the sheet in the order in which such sheets are written: not every store keeps that of a row."""
    there = {name for row in made.rows for name in row["cells"]}
    return [column.name for column in imports.KINDS[made.kind].COLUMNS if column.name in there]
