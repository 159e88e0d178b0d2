"""How long a round takes that expects everybody anew, on a store with so many who are on the way."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.positions.drives import Drive, phone
from benchmarks.tables import number, table
from dispatch.domain.clock import FixedClock
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.arrivals import Round, refresh
from dispatch.services import positions
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import Assignment, Base, Customer, Job, JobType, Priority, Shift, Site, Technician, Visit
from dispatch.travel.provider import TravelProvider

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FOUR_HOURS = dt.timedelta(hours=4)
BEFORE = 120
"""Seconds of trail before the first round."""
BETWEEN = 10
"""Seconds between rounds, as between what phones say."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One round: what it did, its seconds of a clock and of a processor, and how long the reports before it took."""

    done: Round
    cpu: float
    reporting: float


def rounds(
    folder: Path, travel: TravelProvider, driven: Sequence[Drive], count: int, noise: float, seed: int
) -> list[Timed]:
    """So many rounds, ten seconds of the operation apart; before each, every phone says where it is."""
    clock = FixedClock(NOON + dt.timedelta(seconds=BEFORE))
    store = Store(f"sqlite:///{folder / 'positions.db'}", clock)
    upgrade(store)
    generator = np.random.default_rng(seed)
    long = [drive for drive in driven if drive.takes > BEFORE + BETWEEN * count]
    under_way = [long[number % len(long)] for number in range(len(driven))]
    _fill(store, under_way)
    found = []
    said = 0
    for turn in range(count):
        until = BEFORE + BETWEEN * turn
        instants = np.arange(said, until + 1, BETWEEN).tolist()
        said = until + BETWEEN
        began = time.perf_counter()
        for number_, drive in enumerate(under_way):
            fixes = [phone(drive, at, noise, generator) for at in instants]
            with store.unit_of_work() as uow:
                positions.report(uow, f"t{number_}", [replace(fix, at=NOON.timestamp() + fix.at) for fix in fixes])
        reporting = time.perf_counter() - began
        cpu = time.process_time()
        done = refresh(store, travel)
        found.append(Timed(done, time.process_time() - cpu, reporting))
        clock.advance(seconds=BETWEEN)
    store.dispose()
    return found


def round_table(found: Sequence[Timed]) -> str:
    """The first round alone, and the others together."""
    headings = ("round", "under way", "matched %", "told", "seconds", "p95", "cpu", "all reports s")
    return table(
        headings, [_row("first", found[:1]), *([_row(f"next {len(found) - 1}", found[1:])] if found[1:] else [])]
    )


def _row(name: str, found: Sequence[Timed]) -> tuple[str, ...]:
    seconds = [one.done.seconds for one in found]
    under_way = sum(one.done.under_way for one in found)
    return (
        name,
        str(round(under_way / len(found))),
        number(100 * sum(one.done.matched for one in found) / max(1, under_way), 1),
        str(round(sum(one.done.told for one in found) / len(found))),
        number(float(np.median(seconds))),
        number(float(np.quantile(seconds, 0.95))),
        number(float(np.median([one.cpu for one in found]))),
        number(float(np.median([one.reporting for one in found]))),
    )


def _fill(store: Store, under_way: Sequence[Drive]) -> None:
    """One technician for each drive, who set out at noon."""
    rows: list[Base] = [
        Customer(id="c", name="Customer"),
        JobType(id="k", name="Repair", roles=[{"skills": {}}], duration=3600),
    ]
    groups: list[list[Base]] = [rows, [], [], [], [], []]
    for number_, drive in enumerate(under_way):
        lat, lon = drive.end
        home = drive.moment(0).place
        tail = str(number_)
        groups[1].append(Technician(id=f"t{tail}", name=f"Technician {tail}", base_lat=home[0], base_lon=home[1]))
        groups[1].append(Site(id=f"s{tail}", customer_id="c", address=f"Street {tail}", lat=lat, lon=lon))
        starts = NOON - dt.timedelta(hours=4)
        ends = NOON + dt.timedelta(hours=4)
        groups[2].append(
            Shift(id=f"h{tail}", technician_id=f"t{tail}", starts_at=starts, ends_at=ends, began_at=starts)
        )
        groups[2].append(
            Job(
                id=f"j{tail}",
                number=f"J-{tail}",
                customer_id="c",
                site_id=f"s{tail}",
                job_type_id="k",
                title="Repair",
                priority=Priority.NORMAL,
                status=JobStatus.EN_ROUTE,
                received_at=NOON,
            )
        )
        groups[3].append(
            Visit(
                id=f"v{tail}",
                job_id=f"j{tail}",
                sequence=1,
                status=VisitStatus.EN_ROUTE,
                site_id=f"s{tail}",
                roles=[{"skills": {}}],
                duration=3600,
                departed_at=NOON,
            )
        )
        groups[4].append(
            Assignment(
                visit_id=f"v{tail}",
                role=0,
                technician_id=f"t{tail}",
                shift_id=f"h{tail}",
                position=0,
                arrival=NOON,
                start=NOON,
                end=NOON + dt.timedelta(hours=1),
                edition=1,
            )
        )
    with store.unit_of_work() as uow:
        for group in groups:
            uow.session.add_all(group)
            uow.session.flush()
