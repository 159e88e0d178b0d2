"""Results as CSV: one line a run, with everything a reader needs to repeat it; and results read back to compare."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType

from benchmarks.machine import Conditions
from benchmarks.quality.run import OK, OURS, Budget, Row
from benchmarks.tables import mean

_ROW = [field.name for field in fields(Row)]
_BUDGET = ("threads", "jobs", "convention")
_CONDITIONS = [field.name for field in fields(Conditions) if field.name != "load"]
COLUMNS = [*_ROW, "cpu_percent", *_BUDGET, "load_at_start", *_CONDITIONS]


class Writer:
    """A CSV file that has every row as soon as it is there, so that a broken-off measurement leaves what it has."""

    def __init__(self, path: Path, budget: Budget, conditions: Conditions) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._csv.writeheader()
        self._threads = budget.threads
        self._same = {name: getattr(budget, name) for name in _BUDGET}
        self._same |= {name: getattr(conditions, name) for name in _CONDITIONS}
        self._same["load_at_start"] = conditions.load

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, row: Row) -> None:
        """Add a row."""
        values = asdict(row) | {"cpu_percent": row.cpu_percent(self._threads)} | self._same
        self._csv.writerow({column: _text(value) for column, value in values.items()})
        self._file.flush()


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return round(value, 6) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True)
class Other:
    """What the comparison needs of a run in another file; ``total`` is None unless the plan had no violation.

    ``seconds`` is what it was given; None where the file does not say.
    """

    seed: int
    total: float | None
    status: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Others:
    """Results of another version, or another solver, and what its runs were given."""

    name: str
    runs: Mapping[tuple[str, str], list[Other]]
    given: Mapping[str, set[str]]
    cpu_percent: float | None


def read_others(path: Path) -> Others:
    """Results that :class:`Writer` wrote, or that have at least family, instance and total.

    Without a column ``seed`` all runs have seed 0, without ``status`` those with a total are taken as sound. Runs of
    peers that stand beside our own (column ``solver``) are left out. Raises :class:`ValueError` naming what is wrong
    with the file.
    """
    runs: dict[tuple[str, str], list[Other]] = {}
    given: dict[str, set[str]] = {}
    shares: list[float] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := {"family", "instance", "total"} - set(reader.fieldnames or ()):
            raise ValueError(f"{path.name}: has no column {', '.join(sorted(missing))}")
        rows = [(reader.line_num, row) for row in reader]
        with_ours = any(row.get("solver") == OURS for _, row in rows)
        for line, row in rows:
            if with_ours and row.get("solver") != OURS:
                continue
            try:
                total = float(row["total"]) if row["total"] else None
                seed = int(row.get("seed") or 0)
                seconds = float(row["budget_seconds"]) if row.get("budget_seconds") else None
                shares += [float(row["cpu_percent"])] if row.get("cpu_percent") else []
            except ValueError as error:
                raise ValueError(f"{path.name}, line {line}: {error}") from None
            status = row.get("status") or (OK if total is not None else "no total")
            known = runs.setdefault((row["family"], row["instance"]), [])
            known.append(Other(seed, total if status == OK else None, status, seconds))
            for column in ("budget_seconds", "threads", "jobs", "convention", "cpu", "cores"):
                if row.get(column):
                    given.setdefault(column, set()).add(row[column])
    return Others(path.stem, runs, given, mean(shares))
