"""CSV files of people: the jobs that came in, and what the weather was."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.domain.calendars import FIRST_YEAR, LAST_YEAR
from dispatch.store.tables import Priority
from optimizer.invalid import Complaints, InvalidInput, nearest, shown
from scenarios.forecast.covariates import KNOWN_DAYS, Covariates
from scenarios.forecast.gathering import ALL_OF_IT, ELSEWHERE, Period, Received, gather, joined
from scenarios.forecast.history import History

COLUMNS = ("received", "territory", "skill", "priority", "minutes")
"""What a history's columns are called, unless the command says what they are called in the file."""
_MUST = "received"
MOST_BYTES = 1_000_000_000
MOST_COVARIATES = 20
_MOST_MINUTES = 7 * 24 * 60
_MOST_DAYS = 366 * 200

Row = tuple[str, Mapping[str, str]]
"""A row's place, and its cells by the names in the first line."""


def read_history(
    path: str | Path, zone: ZoneInfo, period: Period = ALL_OF_IT, columns: Mapping[str, str] | None = None
) -> History:
    """The history in a file: a line for each job. ``columns``: what of :data:`COLUMNS` is called otherwise there,
    or nothing where a column of that name is something else.

    Columns that nobody knows are passed over. Raises :class:`InvalidInput` with all that is wrong, and
    :class:`OSError`.
    """
    named = dict(columns or {})
    names = {name: named.get(name, name) for name in COLUMNS}
    needed = [names[_MUST], *(said for said in named.values() if said)]
    complaints = Complaints()
    jobs = []
    for place, cells in _rows(path, needed):
        found = {name: cells.get(said, "").strip() if said else "" for name, said in names.items()}
        reader = _Cells(place, found, names, complaints)
        at, priority, minutes = reader.instant(), reader.priority(), reader.minutes()
        if at is not None:
            jobs.append(Received(at, reader.text("territory") or ELSEWHERE, reader.skill(), priority, minutes))
    complaints.raise_any()
    return gather(jobs, zone, period)


def read_covariates(path: str | Path, known_days: int = KNOWN_DAYS) -> Covariates:
    """The covariates in a file: a column ``date`` (a day; several lines of one day are averaged) and columns of
    numbers, empty where nothing is known. Raises :class:`InvalidInput` with all that is wrong, and :class:`OSError`.
    """
    complaints = Complaints()
    days: dict[dt.date, list[list[float]]] = {}
    names: list[str] = []
    for place, cells in _rows(path, ["date"]):
        names = names or [name for name in cells if name != "date"]
        date = _instant(f"{place}: date", cells["date"].strip(), complaints, "write it like 2026-12-25")
        numbers = [_number(f"{place}: {name}", cells[name].strip(), complaints) for name in names]
        if date is not None:
            days.setdefault(date.date(), []).append(numbers)
    complaints.raise_any()
    if not days or not 1 <= len(names) <= MOST_COVARIATES:
        remedy = f"give a column `date`, and 1 to {MOST_COVARIATES} columns of numbers beside it"
        raise InvalidInput("the file", f"{len(days)} days, {len(names)} columns", "holds no covariates", remedy)
    if (max(days) - min(days)).days >= _MOST_DAYS:
        raise InvalidInput("the file", f"{min(days)} to {max(days)}", "is too long", "correct the dates")
    return _by_day(names, days, known_days)


def _by_day(names: Sequence[str], days: Mapping[dt.date, list[list[float]]], known_days: int) -> Covariates:
    first = min(days)
    values = np.full(((max(days) - first).days + 1, len(names)), np.nan)
    for date, rows in days.items():
        for column, cells in enumerate(zip(*rows, strict=True)):
            known = [cell for cell in cells if not math.isnan(cell)]
            if known:
                values[(date - first).days, column] = sum(known) / len(known)
    return Covariates(tuple(names), first, values, known_days)


class _Cells:
    """The cells of one job, each read once; what is wrong is noted."""

    def __init__(self, place: str, cells: Mapping[str, str], names: Mapping[str, str], complaints: Complaints) -> None:
        self._place, self._cells, self._names, self._complaints = place, cells, names, complaints

    def text(self, name: str) -> str:
        return self._cells[name]

    def instant(self) -> dt.datetime | None:
        remedy = 'write it like "2026-11-23 08:15" (the clock on the wall) or "2026-11-23T11:15:00Z"'
        return _instant(self._at(_MUST), self.text(_MUST), self._complaints, remedy)

    def skill(self) -> str:
        return joined(part.strip() for part in self.text("skill").split("+") if part.strip())

    def priority(self) -> str | None:
        said, known = self.text("priority").lower(), [one.value for one in Priority]
        if said and said not in known:
            remedy = f"{nearest(said, known)}; --columns priority= passes the column over"
            self._complaints.add(self._at("priority"), shown(said), "is no priority", remedy)
        return said or None

    def minutes(self) -> float | None:
        said = self.text("minutes")
        found = _number(self._at("minutes"), said, self._complaints)
        if found <= 0 or found > _MOST_MINUTES:
            remedy = f"give minutes above 0 to {_MOST_MINUTES}, or leave it empty"
            self._complaints.add(self._at("minutes"), shown(said), "is no length of work", remedy)
        return None if math.isnan(found) else found

    def _at(self, name: str) -> str:
        return f"{self._place}: {self._names[name]}"


def _instant(place: str, said: str, complaints: Complaints, remedy: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(said)
    except ValueError:
        complaints.add(place, shown(said), "is no date", remedy)
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        complaints.add(place, shown(said), "is out of sight", f"give a year from {FIRST_YEAR} to {LAST_YEAR}")
        return None
    return found


def _number(place: str, said: str, complaints: Complaints) -> float:
    """NaN where the cell is empty, or is no number."""
    try:
        found = float(said) if said else math.nan
    except ValueError:
        found = math.inf
    if math.isinf(found) or (said and math.isnan(found)):
        complaints.add(place, shown(said), "is no number", "write it like 12.5, or leave it empty")
        return math.nan
    return found


def _rows(path: str | Path, needed: Sequence[str]) -> Iterator[Row]:
    file = Path(path)
    if file.stat().st_size > MOST_BYTES:
        raise InvalidInput(
            "the file", f"{file.stat().st_size} bytes", "is too large", f"{MOST_BYTES} bytes are the most"
        )
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        try:
            head = [name.strip() for name in next(rows, [])]
            _check_head(head, needed)
            for cells in rows:
                if any(cells):
                    yield _row(f"line {rows.line_num}", head, cells)
        except csv.Error as error:
            raise InvalidInput(f"line {rows.line_num}", "", f"is no CSV: {error}", "save the file as CSV") from None
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"after line {rows.line_num}", "", f"is no UTF-8: {error.reason}", "save it as UTF-8"
            ) from None


def _check_head(head: Sequence[str], needed: Sequence[str]) -> None:
    for name in needed:
        if name not in head:
            raise InvalidInput("line 1", shown(name), "is no column of the file", nearest(name, head))
    twice = [name for name in needed if head.count(name) > 1]
    if twice:
        raise InvalidInput("line 1", shown(twice[0]), "stands there twice", "rename one of them")


def _row(place: str, head: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(head) and any(cells[len(head) :]):
        found = f"{len(cells)} cells"
        raise InvalidInput(place, found, f"has more cells than the first line, {len(head)}", "quote cells with commas")
    return place, dict(zip(head, [*cells, *[""] * len(head)], strict=False))
