"""Runs of one instance with one seed, each in a process of its own, and the rows they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace

from benchmarks.machine import ROOT, load
from benchmarks.quality.families import FAMILIES, Instance
from benchmarks.quality.records import Record
from benchmarks.quality.task import Outcome, Task

OK, VIOLATED, FAILED, TIMEOUT, NOT_RUN = "ok", "violated", "failed", "timeout", "not run"

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Libraries take no threads but those that the search was given."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What every run is given."""

    seconds: float
    threads: int
    jobs: int
    convention: str
    wall_limit: float


@dataclass(frozen=True, slots=True)
class Row:
    """One run, whatever came of it: None is what it did not come to.

    ``value`` is what records speak of (see :class:`~benchmarks.quality.families.Family`), ``total`` what the plan
    costs. ``gap_percent`` is there for plans without violation; it is ``comparable`` where the plan serves as many as
    the record and, where vehicles are counted, uses as many.
    """

    family: str
    instance: str
    seed: int
    status: str
    message: str = ""
    visits: int | None = None
    total: float | None = None
    value: float | None = None
    unit: str = ""
    best_known: float | None = None
    gap_percent: float | None = None
    comparable: bool = True
    unassigned: int | None = None
    best_known_unassigned: int | None = None
    routes: int | None = None
    best_known_routes: int | None = None
    violations: int | None = None
    iterations: int | None = None
    read_seconds: float | None = None
    solve_seconds: float | None = None
    cpu_seconds: float | None = None
    check_seconds: float | None = None
    peak_mb: float | None = None
    load: float = 0.0

    def cpu_percent(self, threads: int) -> float | None:
        """The part of the processor time due to the run that it got."""
        if self.cpu_seconds is None or not self.solve_seconds:
            return None
        return 100 * self.cpu_seconds / (self.solve_seconds * threads)


def run_all(
    work: Sequence[tuple[Instance, int, Record]], budget: Budget, done: Callable[[Row], None]
) -> tuple[list[Row], bool]:
    """A row for every piece of work, in its order, and whether all of it was run. ``done`` sees each as it comes."""
    rows: dict[int, Row] = {}
    whole = True
    pool = ThreadPoolExecutor(max_workers=budget.jobs)
    try:
        futures = {pool.submit(run_one, *piece, budget): place for place, piece in enumerate(work)}
        for future in as_completed(futures):
            row = rows[futures[future]] = future.result()
            done(row)
    except KeyboardInterrupt:
        whole = False
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    for place in (place for place in range(len(work)) if place not in rows):
        rows[place] = _blank(*work[place], NOT_RUN, "interrupted")
        done(rows[place])
    return [rows[place] for place in range(len(work))], whole


def run_one(instance: Instance, seed: int, record: Record, budget: Budget) -> Row:
    """Run in a process of its own. Never raises for what becomes of it."""
    blank = replace(_blank(instance, seed, record, FAILED, ""), load=load())
    if instance.problem:
        return replace(blank, message=instance.problem)
    reader = FAMILIES[instance.family].reader
    task = Task(str(instance.path.resolve()), reader, budget.convention, budget.seconds, seed, budget.threads)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "benchmarks.quality.worker"],
            input=json.dumps(asdict(task)),
            cwd=ROOT,
            env=os.environ | ONE_THREAD | {"PYTHONHASHSEED": "0"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=budget.wall_limit,
        )
    except subprocess.TimeoutExpired:
        return replace(blank, status=TIMEOUT, message=f"stopped after {budget.wall_limit:g} s")
    except OSError as error:
        return replace(blank, message=f"could not be started: {error.strerror}")
    outcome, complaint = _understood(ended)
    return replace(blank, message=complaint) if outcome is None else _row(blank, outcome, budget)


def _understood(ended: subprocess.CompletedProcess[str]) -> tuple[Outcome | None, str]:
    """What a worker said; or what it complained of, or died of."""
    try:
        said = json.loads(next(_backwards(ended.stdout), ""))
        if "error" in said:
            return None, " ".join(str(said["error"]).split())
        return Outcome(**said), ""
    except (ValueError, TypeError):
        pass  # it did not come so far as to say anything
    if ended.returncode < 0:
        return None, f"killed by signal {-ended.returncode}"
    return None, next(_backwards(ended.stderr), f"ended with status {ended.returncode} and said nothing")


def _backwards(text: str) -> Iterator[str]:
    return (line.strip() for line in reversed(text.splitlines()) if line.strip())


def _blank(instance: Instance, seed: int, record: Record, status: str, message: str) -> Row:
    family = FAMILIES.get(instance.family)
    return Row(
        family=instance.family,
        instance=instance.label,
        seed=seed,
        status=status,
        message=message,
        unit=family.unit if family else "",
        best_known=record.value,
        best_known_unassigned=record.unserved,
        best_known_routes=record.routes,
    )


def _row(blank: Row, outcome: Outcome, budget: Budget) -> Row:
    family = FAMILIES[blank.family]
    value = outcome.cost[family.value]
    if budget.convention == "sintef" and family.reader == "solomon":
        value -= outcome.cost["shift"]  # vehicles have a price of their own there
    gap = None
    if blank.best_known and not outcome.violations:
        gap = 100 * (value - blank.best_known) / blank.best_known
    return replace(
        blank,
        status=VIOLATED if outcome.violations else OK,
        message=outcome.first_violation,
        visits=outcome.visits,
        total=outcome.cost["total"],
        value=value,
        gap_percent=gap,
        comparable=blank.best_known_unassigned in (None, outcome.unassigned)
        and blank.best_known_routes in (None, outcome.routes),
        unassigned=outcome.unassigned,
        routes=outcome.routes,
        violations=outcome.violations,
        iterations=outcome.iterations,
        read_seconds=outcome.read_seconds,
        solve_seconds=outcome.solve_seconds,
        cpu_seconds=outcome.cpu_seconds,
        check_seconds=outcome.check_seconds,
        peak_mb=outcome.peak_mb,
    )
