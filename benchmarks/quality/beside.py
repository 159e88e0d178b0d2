"""Our plans beside those of the peers: every instance, ratios, and what they come to.

A peer with several set-ups had the whole budget for each of them, and the best of its plans counts, seed by seed. An
instance has a ratio to a peer only if every run of it, ours and theirs, ended with a plan without violation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality.run import OK, OURS, Row
from benchmarks.tables import amount, geometric_mean, mean, number, table

BEST = "best of the peers"

HEADINGS = (
    *("instance", "solver", "total", "ratio", "gap %", "unassigned", "violations"),
    *("seconds", "CPU s", "peak MB", "set-up"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One solver on one instance, means over seeds. ``total`` and ``ratio`` (ours / theirs) None: see ``why_not``."""

    instance: str
    solver: str
    total: float | None
    ratio: float | None
    runs: tuple[Row, ...]
    why_not: str = ""

    def mean(self, column: str) -> float | None:
        """The mean of a column over the runs that have it."""
        return mean([value for run in self.runs if (value := getattr(run, column)) is not None])


def entries(rows: Sequence[Row]) -> list[Entry]:
    """Each instance with ours first, then every peer, then the best of them; of rows of one family and one budget."""
    solvers = [OURS, *dict.fromkeys(row.solver for row in rows if row.solver != OURS)]
    found = []
    for instance in dict.fromkeys(row.instance for row in rows):
        ours = _entry(instance, OURS, rows, None)
        theirs = [_entry(instance, solver, rows, ours.total) for solver in solvers[1:]]
        best = min((one for one in theirs if one.total is not None), key=lambda one: one.total or 0.0, default=None)
        found += [ours, *theirs]
        if best is not None:
            found.append(Entry(instance, BEST, best.total, best.ratio, best.runs, best.solver))
    return found


def _entry(instance: str, solver: str, rows: Sequence[Row], ours: float | None) -> Entry:
    mine = [row for row in rows if (row.instance, row.solver) == (instance, solver)]
    runs = tuple(_best([row for row in mine if row.seed == seed]) for seed in dict.fromkeys(row.seed for row in mine))
    bad = [f"{run.status}, seed {run.seed}: {run.message}" for run in runs if run.status != OK or run.total is None]
    total = None if bad else mean([run.total for run in runs if run.total is not None])
    ratio = ours / total if ours is not None and total and solver != OURS else None
    return Entry(instance, solver, total, ratio, runs, bad[0] if bad else "")


def _best(runs: Sequence[Row]) -> Row:
    """The set-up that did best with one seed; one without violation, if there is any."""
    return min(runs, key=lambda run: (run.status != OK, run.total is None, run.total or 0.0))


def beside_table(rows: Sequence[Row]) -> str:
    """The table of one family and one budget, with geometric means at its end."""
    found = entries(rows)
    cells = [_cells(entry) for entry in found if entry.solver != BEST]
    cells += [_means(solver, found) for solver in dict.fromkeys(one.solver for one in found if one.solver != OURS)]
    text = table(HEADINGS, cells, left=2)
    return "\n".join([text, *_notes(found)])


def _cells(entry: Entry) -> list[str]:
    no_plan = any(run.own_visits == 0 for run in entry.runs)
    setups = dict.fromkeys(run.setup for run in entry.runs if run.setup)
    return [
        entry.instance,
        entry.solver,
        amount(entry.total) + ("*" if no_plan else ""),
        number(entry.ratio, 4),
        number(entry.mean("gap_percent")),
        number(entry.mean("unassigned"), 1),
        number(entry.mean("violations"), 1),
        number(entry.mean("solve_seconds")),
        number(entry.mean("cpu_seconds")),
        number(entry.mean("peak_mb"), 0),
        f"{entry.why_not.partition(',')[0]}: see below" if entry.why_not else ", ".join(setups),
    ]


def _means(solver: str, found: Sequence[Entry]) -> list[str]:
    of = len({entry.instance for entry in found})
    ratios = [entry.ratio for entry in found if entry.solver == solver and entry.ratio is not None]
    said = f"over {len(ratios)} of {of}, worst {number(max(ratios, default=None), 4)}"
    return ["geometric mean", solver, "", number(geometric_mean(ratios), 4), *[""] * 6, said]


def _notes(found: Sequence[Entry]) -> list[str]:
    said = ["ratio: ours / theirs, below 1 where ours is better; of several set-ups the best counts"]
    bad = [entry for entry in found if entry.why_not and entry.solver != BEST]
    said += [f"{entry.instance}, {entry.solver}: {entry.why_not}" for entry in bad]
    if any(run.own_visits == 0 for entry in found for run in entry.runs):
        said.append("* the peer came to no plan in its time: this is our greedy completion alone")
    return said
