"""Histories from files: those of the command's form, and two public samples of calls by the names of their files.

The samples are drawn evenly from years of calls to San Francisco's 311 and fire department (DataSF, PDDL), so that they
are thinned: fewer calls than there were, at the same hours of the same days. Their times are those of the clock on the
wall, though written as UTC. Several vehicles of one alarm are one call. Kinds that are rare are taken together.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from scenarios.forecast.csv_files import read_history
from scenarios.forecast.gathering import ANY, ELSEWHERE, Period, Received, gather
from scenarios.forecast.history import History


@dataclass(frozen=True, slots=True)
class Sample:
    """How a sample is read: its columns, the days that it covers evenly, and how many kinds are kept apart."""

    received: str
    territory: str
    skill: str
    once: str
    period: Period
    country: str
    kinds: int = 6


SAMPLES = {
    "sffd_service_calls.csv": Sample(
        received="received_timestamp",
        territory="battalion",
        skill="call_type",
        once="call_number",
        period=Period(dt.date(2001, 1, 1), dt.date(2012, 1, 1)),
        country="US-CA",
        kinds=4,
    ),
    "311_service_requests.csv": Sample(
        received="created_date",
        territory="supervisor_district",
        skill="category",
        once="unique_key",
        period=Period(dt.date(2009, 1, 1), dt.date(2018, 1, 1)),
        country="US-CA",
    ),
}
"""By the name of the file."""
OTHER = "other"


def histories(path: Path, zone: ZoneInfo, country: str | None) -> Iterator[tuple[str, History, str | None]]:
    """The name, the history and the country of a file, or of every sample below a folder."""
    files = sorted(file for name in SAMPLES for file in path.rglob(name)) if path.is_dir() else [path]
    for file in files:
        sample = SAMPLES.get(file.name)
        if sample is None:
            yield file.name, read_history(file, zone), country
        else:
            yield file.name, gather(_calls(file, sample), ZoneInfo("UTC"), sample.period), country or sample.country


def _calls(path: Path, sample: Sample) -> list[Received]:
    """Each call once, with the rarest kinds as one."""
    found: dict[str, Received] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = dt.datetime.fromisoformat(row[sample.received])
            call = Received(at, row[sample.territory] or ELSEWHERE, row[sample.skill] or ANY)
            found.setdefault(row[sample.once], call)
    common = {kind for kind, _ in Counter(call.skill for call in found.values()).most_common(sample.kinds)}
    return [call if call.skill in common else replace(call, skill=OTHER) for call in found.values()]
