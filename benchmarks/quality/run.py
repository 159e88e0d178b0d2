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
CANNOT_SAY = "cannot say"
"""A peer cannot be told all of the problem."""
UNSUITED = "unsuited"
"""No run at all: a peer has another set-up for this problem."""

OURS = "fieldwright"
"""The solver of rows that are not a peer's."""

GRACE_SECONDS = 120.0
"""What a run may take beyond three times its budget, for reading and checking, before it is stopped."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Libraries take no threads but those that the search was given."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What every run is given beside its seconds. ``wall_limit`` None: three times these and :data:`GRACE_SECONDS`."""

    threads: int
    jobs: int
    convention: str
    wall_limit: float | None = None

    def limit(self, seconds: float) -> float:
        """The seconds after which a run is stopped."""
        return 3 * seconds + GRACE_SECONDS if self.wall_limit is None else self.wall_limit


@dataclass(frozen=True, slots=True)
class Work:
    """One run to be made: an instance with a seed in so many seconds, by a ``peer`` in a ``setup``, or by us."""

    instance: Instance
    seed: int
    record: Record
    seconds: float
    peer: str = ""
    setup: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of a ``solver``, whatever came of it: None is what it did not come to.

    ``value`` is what records speak of (see :class:`~benchmarks.quality.families.Family`), ``total`` what the plan
    costs. ``gap_percent`` is there for plans without violation; it is ``comparable`` where the plan serves as many as
    the record and, where vehicles are counted, uses as many. A peer's plan had ``own_visits`` before it was completed.
    """

    family: str
    instance: str
    seed: int
    status: str
    solver: str = OURS
    setup: str = ""
    solver_version: str = ""
    budget_seconds: float = 0.0
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
    own_visits: int | None = None
    taken_out: int | None = None
    put_in: int | None = None
    complete_seconds: float | None = None
    load: float = 0.0

    def cpu_percent(self, threads: int) -> float | None:
        """The part of the processor time due to the run that it got."""
        if self.cpu_seconds is None or not self.solve_seconds:
            return None
        return 100 * self.cpu_seconds / (self.solve_seconds * threads)


def run_all(work: Sequence[Work], budget: Budget, done: Callable[[Row], None]) -> tuple[list[Row], bool]:
    """A row for every piece of work, in its order, and whether all of it was run. ``done`` sees each as it comes.

    What turns out to be :data:`UNSUITED` has no row.
    """
    rows: dict[int, Row] = {}
    whole = True
    pool = ThreadPoolExecutor(max_workers=budget.jobs)
    try:
        futures = {pool.submit(run_one, piece, budget): place for place, piece in enumerate(work)}
        for future in as_completed(futures):
            row = rows[futures[future]] = future.result()
            done(row)
    except KeyboardInterrupt:
        whole = False
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    for place in (place for place in range(len(work)) if place not in rows):
        rows[place] = _blank(work[place], NOT_RUN, "interrupted")
        done(rows[place])
    found = [rows[place] for place in range(len(work))]
    return [row for row in found if row.status != UNSUITED], whole


def run_one(work: Work, budget: Budget) -> Row:
    """Run in a process of its own. Never raises for what becomes of it."""
    instance, blank = work.instance, replace(_blank(work, FAILED, ""), load=load())
    if instance.problem:
        return replace(blank, message=instance.problem)
    task = Task(
        path=str(instance.path.resolve()),
        reader=FAMILIES[instance.family].reader,
        convention=budget.convention,
        seconds=work.seconds,
        seed=work.seed,
        threads=budget.threads,
        peer=work.peer,
        setup=work.setup,
    )
    limit = budget.limit(work.seconds)
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
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return replace(blank, status=TIMEOUT, message=f"stopped after {limit:g} s")
    except OSError as error:
        return replace(blank, message=f"could not be started: {error.strerror}")
    understood = _understood(ended)
    if isinstance(understood, Outcome):
        return _row(blank, understood, budget)
    status, message = understood
    return replace(blank, status=status, message=message)


def _understood(ended: subprocess.CompletedProcess[str]) -> Outcome | tuple[str, str]:
    """What a worker said; or how it ended, and what it complained of, or died of."""
    try:
        said = json.loads(next(_backwards(ended.stdout), ""))
        for key, status in (("error", FAILED), ("cannot_say", CANNOT_SAY), ("unsuited", UNSUITED)):
            if key in said:
                return status, " ".join(str(said[key]).split())
        return Outcome(**said)
    except (ValueError, TypeError):
        pass  # it did not come so far as to say anything
    if ended.returncode < 0:
        return FAILED, f"killed by signal {-ended.returncode}"
    return FAILED, next(_backwards(ended.stderr), f"ended with status {ended.returncode} and said nothing")


def _backwards(text: str) -> Iterator[str]:
    return (line.strip() for line in reversed(text.splitlines()) if line.strip())


def _blank(work: Work, status: str, message: str) -> Row:
    family, record = FAMILIES.get(work.instance.family), work.record
    return Row(
        family=work.instance.family,
        instance=work.instance.label,
        seed=work.seed,
        status=status,
        solver=work.peer or OURS,
        setup=work.setup,
        solver_version=work.version,
        budget_seconds=work.seconds,
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
        own_visits=outcome.own_visits,
        taken_out=outcome.taken_out,
        put_in=outcome.put_in,
        complete_seconds=outcome.complete_seconds,
    )
