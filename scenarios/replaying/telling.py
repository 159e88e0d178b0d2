"""What came of a replay, told: as tables for people, and as a document of which a second run writes the same bytes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Column, Table

from scenarios.measuring.intervals import Interval, rounded
from scenarios.measuring.kpis import KPIS
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed
from scenarios.situation.record import ByHand
from scenarios.words.replays import told
from scenarios.words.sentences import ENGLISH

FORMAT = "fieldwright replay result 1"
ANSWERED_BY = "minutes"
"""The figure of the answer, and of the picture."""


def answer_said(replayed: Replayed, language: str = ENGLISH) -> str:
    """In a sentence: what the days took, what they could have taken, and what most of the difference is."""
    recorded, hindsight = (
        replayed.mean(stage, ANSWERED_BY).mean or 0.0 for stage in (replayed.stages[0], replayed.stages[-1])
    )
    most, lost = max(replayed.losses(ANSWERED_BY), key=lambda one: one[1].mean or 0.0)
    better = (lost.mean or 0.0) > 0 and hindsight < recorded
    cause = told(f"cause {most}", language)
    return told("answer" if better else "no loss", language, recorded=recorded, hindsight=hindsight, cause=cause)


def uncertain_said(replayed: Replayed, language: str = ENGLISH) -> list[str]:
    """What is uncertain about it, a sentence for each reason."""
    visits, drawn = (replayed.mean("policy", name).mean or 0.0 for name in ("visits", "drawn_visits"))
    return [
        told("drawn", language, visits=visits, drawn=drawn),
        *(told(one, language) for one in ("stays with", "search", "crews")),
    ]


def tables(replayed: Replayed, zone: ZoneInfo, language: str = ENGLISH) -> Iterator[Table]:
    """The stages with their minutes, what was lost by cause, and what decisions by hand cost."""
    yield _stages(replayed, language)
    yield _losses(replayed, language)
    if replayed.without:
        yield _by_hand(replayed, zone, language)


def _stages(replayed: Replayed, language: str) -> Table:
    table = Table(
        told("stage", language),
        *_columns(language),
        Column(told("jobs_per_day", language), justify="right"),
        "",
        box=None,
        pad_edge=False,
    )
    for stage in replayed.stages:
        cells = [number(replayed.mean(stage, name)) for name in (*MINUTES, "jobs_per_day")]
        table.add_row(told(f"stage {stage}", language), *cells, told(f"meaning {stage}", language))
    return table


def _losses(replayed: Replayed, language: str) -> Table:
    table = Table(told("cause", language), *_columns(language), "", box=None, pad_edge=False)
    lost = {name: dict(replayed.losses(name)) for name in MINUTES}
    for stage in replayed.stages[:-1]:
        cells = [number(lost[name][stage], signed=True) for name in MINUTES]
        table.add_row(told(f"cause {stage}", language), *cells, told(f"because {stage}", language))
    cells = [number(replayed.whole(name), signed=True) for name in MINUTES]
    table.add_row(told("whole", language), *cells, told("because whole", language))
    return table


def _by_hand(replayed: Replayed, zone: ZoneInfo, language: str) -> Table:
    table = Table(
        *(told(word, language) for word in ("when", "what", "about")), *_columns(language), box=None, pad_edge=False
    )
    cost = {name: list(replayed.by_hand(name)) for name in MINUTES}
    for row, (one, _) in enumerate(cost["minutes"]):
        cells = [number(cost[name][row][1], signed=True) for name in MINUTES]
        table.add_row(when(one, zone), told(one.kind, language), one.about, *cells)
    return table


def _columns(language: str) -> Iterator[Column]:
    return (Column(told(name, language), justify="right") for name in MINUTES)


def number(found: Interval, *, signed: bool = False) -> str:
    """A mean with half of its interval, where there is one; ``signed``: it is a difference."""
    if found.mean is None:
        return "–"
    mean = f"{found.mean:+.1f}" if signed else f"{found.mean:.1f}"
    return f"{mean} ± {found.half:.1f}" if math.isfinite(found.half) else mean


def when(one: ByHand, zone: ZoneInfo) -> str:
    """When something was decided, by the clock on the wall."""
    return dt.datetime.fromtimestamp(one.at, zone).strftime("%Y-%m-%d %H:%M")


def document(replayed: Replayed) -> dict[str, Any]:
    """All that was found, as JSON values."""
    figures = (*MINUTES, *KPIS, "visits", "drawn_visits")
    decided = {name: list(replayed.by_hand(name)) for name in MINUTES}
    return {
        "format": FORMAT,
        "situation": replayed.digest,
        "replications": replayed.replications,
        "stages": [
            {
                "name": stage,
                "figures": {name: replayed.mean(stage, name).document() for name in figures},
                "each": [{name: rounded(one[name]) for name in figures} for one in replayed.figures[stage]],
            }
            for stage in replayed.stages
        ],
        "lost": [
            {"cause": told(f"cause {stage}", ENGLISH), "between": [stage, after]}
            | {name: dict(replayed.losses(name))[stage].document() for name in MINUTES}
            for stage, after in zip(replayed.stages, replayed.stages[1:], strict=False)
        ],
        "whole": {name: replayed.whole(name).document() for name in MINUTES},
        "by_hand": [
            {"at": one.at, "kind": one.kind, "about": one.about}
            | {name: decided[name][row][1].document() for name in MINUTES}
            for row, (one, _) in enumerate(decided["minutes"])
        ],
    }
