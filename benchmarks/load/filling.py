"""A store with a busy day in it: technicians at work, jobs in flight, promises that run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.access.tokens import new_token
from dispatch.domain.ids import new_id
from dispatch.domain.roles import SYSTEM, Role
from dispatch.planning.publish import approve_in
from dispatch.planning.run import RunWorker, request_run
from dispatch.services.intake import receive_job
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    BusinessCalendar,
    Customer,
    HeldSkill,
    JobType,
    PlanHead,
    PlanningPolicy,
    PlanningRun,
    Priority,
    Shift,
    Site,
    SlaPolicy,
    Technician,
    Territory,
    User,
)
from dispatch.travel.provider import EstimatedTravel

MIDDLE = (-33.45, -70.65)
SPREAD = 0.09
"""Degrees: most of a large town."""
SKILLS = ("gas", "electrical", "refrigeration", "fibre", "pumps")
TERRITORIES = 6
_AT_ONCE = 100
_SLA = {Priority.CRITICAL: 2, Priority.HIGH: 6, Priority.NORMAL: 12, Priority.LOW: 48}
"""Hours in which a job is resolved."""
_SHARES = (0.03, 0.17, 0.5, 0.3)
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Filled:
    """What traffic needs to know of the store; ``token`` is a dispatcher's."""

    token: str
    customers: Sequence[tuple[str, str]]
    job_types: Sequence[str]
    jobs: Sequence[str]
    technicians: Sequence[str]


def fill(store: Store, jobs: int, technicians: int, seed: int) -> Filled:
    """Put so many technicians and jobs into an empty store."""
    generator = np.random.default_rng(seed)
    now = store.clock.now().replace(microsecond=0)
    with store.unit_of_work() as uow:
        user = User(id=new_id("user"), email="load@bench.example", name="Load", role=Role.DISPATCHER)
        uow.session.add(user)
        uow.session.flush()
        token = new_token(uow, user.id, "load", dt.datetime.now(dt.UTC), dt.timedelta(days=1))[1]
        territories = [Territory(id=new_id("territory"), name=f"T{n}", time_zone="UTC") for n in range(TERRITORIES)]
        hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        calendar = BusinessCalendar(id=new_id("calendar"), name="always", time_zone="UTC", hours=hours)
        kinds = [_kind(skill) for skill in SKILLS]
        uow.session.add_all([*territories, calendar, *kinds])
        uow.session.flush()
        uow.session.add_all(_promise(priority, hours, calendar.id) for priority, hours in _SLA.items())
        unasked = {"reason": "*", "touches_at_most": 100_000, "priority": None}
        policy = PlanningPolicy(
            id=new_id("policy"), name="load", standard=True, seconds=5, horizon_days=1, publish_without_asking=[unasked]
        )
        uow.session.add(policy)
        people = [_technician(number, generator, territories) for number in range(technicians)]
        uow.session.add_all(people)
        uow.session.flush()
        for number, one in enumerate(people):
            uow.session.add_all(_skills(one.id, number))
            uow.session.add(_shift(one.id, now, number))
    customers, taken = [], []
    for first in range(0, jobs, _AT_ONCE):
        with store.unit_of_work() as uow:
            for number in range(first, min(first + _AT_ONCE, jobs)):
                customer, site = _site(number, generator, territories)
                uow.session.add(customer)
                uow.session.flush()
                uow.session.add(site)
                uow.session.flush()
                customers.append((customer.id, site.id))
                job = receive_job(
                    uow,
                    customer_id=customer.id,
                    site_id=site.id,
                    job_type_id=kinds[number % len(kinds)].id,
                    title=f"Job {number}",
                    priority=list(_SLA)[int(generator.choice(len(_SHARES), p=_SHARES))],
                    duration=60 * int(generator.integers(20, 60)),
                    drop_cost=500.0,
                )
                taken.append(job.id)
    return Filled(token, customers, [kind.id for kind in kinds], taken, [one.id for one in people])


def publish_first_plan(store: Store, settings: Settings, seconds: float) -> None:
    """Plan all of it and publish that."""
    travel = EstimatedTravel(settings.travel_speed_kmh, settings.travel_detour)
    worker = RunWorker(store, settings, travel)
    try:
        with store.unit_of_work() as uow:
            run_id = request_run(uow, reason="asked", overrides={"seconds": seconds}).id
        while worker.work_once():
            pass
        with store.reading() as uow:
            run = uow.get(PlanningRun, run_id)
    finally:
        worker.stop()
    if run.draft_id is None:
        raise RuntimeError(f"there is no first plan: {run.failure}")
    with store.reading() as uow:
        head = uow.session.get(PlanHead, 1)
    if head is None or not head.edition:  # the policy lets plans out by themselves, unless something came between
        approve_in(store, SYSTEM, run.draft_id, travel)


def _kind(skill: str) -> JobType:
    return JobType(id=new_id("job_type"), name=f"{skill} fault", roles=[{"skills": {skill: 1}}], duration=2400)


def _promise(priority: Priority, hours: int, calendar: str) -> SlaPolicy:
    return SlaPolicy(
        id=new_id("sla"),
        name=priority.value,
        priority=priority,
        calendar_id=calendar,
        dispatch_within=_HOUR,
        resolve_within=hours * _HOUR,
        costs={"resolve": {"breach_cost": 50.0, "cost_per_hour_late": 20.0}},
    )


def _technician(number: int, generator: np.random.Generator, territories: Sequence[Territory]) -> Technician:
    lat, lon = _place(generator)
    costs = {"per_shift": 20.0, "per_travel_hour": 24.0, "per_km": 0.25, "per_overtime_hour": 36.0}
    return Technician(
        id=new_id("technician"),
        name=f"Technician {number:03d}",
        territory_id=territories[number % len(territories)].id,
        base_lat=lat,
        base_lon=lon,
        costs=costs,
        senior=number % 10 == 0,
    )


def _skills(technician: str, number: int) -> list[HeldSkill]:
    held = {SKILLS[number % len(SKILLS)], SKILLS[(number // len(SKILLS)) % len(SKILLS)]}
    return [HeldSkill(id=new_id("skill"), technician_id=technician, skill=one, level=2) for one in sorted(held)]


def _shift(technician: str, now: dt.datetime, number: int) -> Shift:
    start = now - dt.timedelta(minutes=30 + 5 * (number % 12))
    return Shift(
        id=new_id("shift"), technician_id=technician, starts_at=start, ends_at=start + dt.timedelta(hours=10),
        max_overtime=_HOUR,
    )  # fmt: skip


def _site(number: int, generator: np.random.Generator, territories: Sequence[Territory]) -> tuple[Customer, Site]:
    lat, lon = _place(generator)
    customer = Customer(id=new_id("customer"), name=f"Customer {number}")
    site = Site(
        id=new_id("site"),
        customer_id=customer.id,
        territory_id=territories[number % len(territories)].id,
        address=f"Street {number}",
        lat=lat,
        lon=lon,
    )
    return customer, site


def _place(generator: np.random.Generator) -> tuple[float, float]:
    north, east = generator.uniform(-SPREAD, SPREAD, 2)
    return round(MIDDLE[0] + float(north), 6), round(MIDDLE[1] + float(east), 6)
