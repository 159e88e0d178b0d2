"""Timing: a piece of work repeated, what it took in wall and processor seconds, and what that comes to."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median, stdev

from benchmarks.tables import number, table


@dataclass(frozen=True, slots=True)
class Timed:
    """Rounds of one piece of work. Each round did it ``repeats`` times; seconds are for one of them."""

    group: str
    name: str
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    repeats: int = 1

    @property
    def cpu_percent(self) -> float:
        """The part of the time in which the processor worked on it."""
        spent = sum(self.seconds)
        return 100 * sum(self.cpu_seconds) / spent if spent else 0.0


def timed(group: str, name: str, work: Callable[[], object], rounds: int, least: float = 0.02) -> Timed:
    """Do ``work`` in so many rounds, after one that does not count; a round lasts ``least`` seconds or longer."""
    began = time.perf_counter()
    work()
    once = max(time.perf_counter() - began, 1e-7)
    repeats = max(1, round(least / once))
    seconds, cpu_seconds = [], []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(repeats):
                work()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            seconds.append(wall / repeats)
            cpu_seconds.append(cpu / repeats)
    finally:
        if collecting:
            gc.enable()
    return Timed(group, name, tuple(seconds), tuple(cpu_seconds), repeats)


def timing_table(found: Sequence[Timed]) -> str:
    """Milliseconds by name; ``per second`` is 1 / median."""
    rows = []
    for one in found:
        shown = (min(one.seconds), median(one.seconds), mean(one.seconds), max(one.seconds), _spread(one.seconds))
        rate = 1 / median(one.seconds)
        counts = [f"{one.cpu_percent:.0f}", str(len(one.seconds)), str(one.repeats)]
        rows.append([one.name, *(number(1000 * value, 4) for value in shown), f"{rate:,.1f}", *counts])
    headings = ["name (ms)", "min", "median", "mean", "max", "stddev", "per second", "CPU %", "rounds", "repeats"]
    return table(headings, rows)


def _spread(values: Sequence[float]) -> float:
    return stdev(values) if len(values) > 1 else 0.0
