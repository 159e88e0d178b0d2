"""One search of a day of thousands, and what came of it: in a module of its own, so that another process finds it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks.generate import generate
from benchmarks.machine import peak_mb
from optimizer.check import check
from optimizer.solve import Progress, solve


@dataclass(frozen=True, slots=True)
class Asked:
    """One search. ``seconds`` of wall time."""

    kind: str
    visits: int
    technicians: int
    seconds: float
    threads: int
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it: ``first`` and ``seconds`` from the call on; ``share`` of as many cores as it had threads."""

    asked: Asked
    first: float
    seconds: float
    cost: float
    left_out: int
    share: float
    peak: float
    broken: tuple[str, ...]


@dataclass(slots=True)
class _Ear:
    first: float | None = field(default=None)

    def __call__(self, progress: Progress) -> bool:
        if self.first is None:
            self.first = progress.elapsed
        return True


def searched(asked: Asked) -> Found:
    """Make the problem and plan it once."""
    problem, ear = generate(asked.kind, asked.visits, asked.seed, asked.technicians), _Ear()
    used, began = time.process_time(), time.monotonic()
    found = solve(problem, seconds=asked.seconds, seed=asked.seed, threads=asked.threads, on_progress=ear)
    share = (time.process_time() - used) / (time.monotonic() - began) / asked.threads
    return Found(
        asked,
        ear.first or found.seconds,
        found.seconds,
        float(found.scorecard.total),
        len(found.plan.unassigned),
        share,
        peak_mb(),
        tuple(map(str, check(problem, found.plan))),
    )
