"""Forecasts and what they ask for, told: as tables for people, and as CSV for their programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rich.table import Column, Table

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.forecast import Forecast
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import HOURS
from scenarios.forecast.judging import INTERVALS
from scenarios.forecast.providing import Need
from scenarios.forecast.proving import OURS, UNCALIBRATED, Proof

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_SKILLS, _WIDEST = 6, 14


def days_table(forecast: Forecast) -> Table:
    """One row for each day: what is expected of all jobs, between which numbers they lie, and of the largest skills."""
    expected, quantiles = forecast.expected("all by day"), forecast.quantiles("all by day")
    of_skills, skills = forecast.expected("skill by day"), GRAINS["skill by day"].keys(forecast.series)
    largest = np.argsort(-of_skills.sum(axis=(1, 2)), kind="stable")[:_MOST_SKILLS].tolist()
    names = ["expected", *(f"{name} within" for name in INTERVALS), *(_cut(str(skills[at][1])) for at in largest)]
    columns = (Column(name, justify="right", no_wrap=True) for name in names)
    table = Table(Column("day", no_wrap=True), *columns, box=None, pad_edge=False)
    for day, date in enumerate(forecast.dates()):
        within = [
            f"{quantiles[low, 0, day, 0]:.0f}–{quantiles[high, 0, day, 0]:.0f}" for low, high in INTERVALS.values()
        ]
        parts = [f"{of_skills[at, day, 0]:.1f}" for at in largest]
        table.add_row(f"{_DAYS[date.weekday()]} {date}", f"{expected[0, day, 0]:.1f}", *within, *parts)
    return table


def _cut(name: str) -> str:
    return name if len(name) <= _WIDEST else f"{name[: _WIDEST - 1]}…"


def forecast_csv(forecast: Forecast) -> str:
    """A line for each date, hour, territory and skill: what is expected, and every quantile."""
    grain = "territory and skill by hour"
    expected, quantiles = forecast.expected(grain), forecast.quantiles(grain)
    head = ["date", "hour", "territory", "skill", "expected", *(f"q{round(share * 100):02d}" for share in SHARES)]
    keys = GRAINS[grain].keys(forecast.series)
    return _csv(
        head,
        (
            [date.isoformat(), hour, *key, f"{expected[at, day, hour]:.6g}"]
            + [f"{quantiles[share, at, day, hour]:.0f}" for share in range(len(SHARES))]
            for day, date in enumerate(forecast.dates())
            for hour in range(HOURS)
            for at, key in enumerate(keys)
        ),
    )


def proof_table(proof: Proof, grain: str) -> Table:
    """One row for each method and week ahead: its loss, and how much came to lie within its intervals."""
    names = [
        "loss",
        "of the naive",
        *(f"{name} held" for name in INTERVALS),
        *(f"{name} by rank" for name in INTERVALS),
    ]
    table = Table(grain, "week", *(Column(name, justify="right") for name in names), box=None, pad_edge=False)
    naive = proof.methods[-2]
    for method in proof.methods:
        for week in (*range(proof.weeks), None):
            score, other = proof.score(method, grain, week), proof.score(naive, grain, week)
            told = [f"{100 * score.coverage(name):.1f} %" for name in INTERVALS]
            by_rank = method in (OURS, UNCALIBRATED)
            told += [f"{100 * score.coverage_by_rank(name):.1f} %" if by_rank else "–" for name in INTERVALS]
            share = f"{score.loss / other.loss:.2f}" if other.loss else "–"
            which = "all" if week is None else str(week + 1)
            table.add_row(method if week in (0, None) else "", which, f"{score.loss_per_job:.4f}", share, *told)
    return table


def proof_lines(proof: Proof) -> Table:
    """One row for each grain: the loss of the forecast and of what one would guess, over all weeks ahead."""
    others = [method for method in proof.methods if method != UNCALIBRATED]
    names = [*others, *(f"{name} held" for name in INTERVALS), *(f"{name} by rank" for name in INTERVALS)]
    table = Table("loss for each job", *(Column(name, justify="right") for name in names), box=None, pad_edge=False)
    for grain in GRAINS:
        ours = proof.score(OURS, grain)
        losses = [f"{proof.score(method, grain).loss_per_job:.4f}" for method in others]
        held = [f"{100 * ours.coverage(name):.1f} %" for name in INTERVALS]
        held += [f"{100 * ours.coverage_by_rank(name):.1f} %" for name in INTERVALS]
        table.add_row(grain, *losses, *held)
    return table


def needs_table(found: Sequence[Need]) -> Table:
    """One row for each skill (in each territory): the most technicians that any day asks for in each hour, and the
    hours of work of a day in the mean. Hours and skills that ask for nobody are left out.
    """
    hours = sorted({need.hour for need in found if need.technicians})
    days = len({need.date for need in found})
    asked = {(need.territory, need.skill) for need in found if need.technicians}
    columns = [*(Column(f"{hour:02d}", justify="right") for hour in hours), Column("hours a day", justify="right")]
    table = Table("technicians", *columns, box=None, pad_edge=False)
    for name, of in _grouped([need for need in found if (need.territory, need.skill) in asked]):
        most = [max(need.technicians for need in of if need.hour == hour) for hour in hours]
        table.add_row(name, *(str(one) if one else "·" for one in most), f"{sum(need.hours for need in of) / days:.1f}")
    return table


def _grouped(found: Sequence[Need]) -> Iterator[tuple[str, list[Need]]]:
    keys = sorted({(need.territory or "", need.skill) for need in found})
    for territory, skill in keys:
        name = f"{territory}: {skill}" if territory else skill
        yield name, [need for need in found if (need.territory or "", need.skill) == (territory, skill)]


def needs_csv(found: Sequence[Need]) -> str:
    """A line for each date, hour and skill (and territory)."""
    apart = any(need.territory is not None for need in found)
    where = ["territory"] if apart else []
    return _csv(
        ["date", "hour", *where, "skill", "expected", "jobs", "hours", "technicians"],
        (
            [
                need.date.isoformat(),
                need.hour,
                *([need.territory] if apart else []),
                need.skill,
                *(f"{number:.6g}" for number in (need.expected, need.jobs, need.hours)),
                need.technicians,
            ]
            for need in found
        ),
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
