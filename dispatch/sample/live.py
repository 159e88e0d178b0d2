"""Filling a store with the sample's company, with what its customers have asked for, and with a first plan.

Each step looks at what is there first: a beginning that was cut off is finished by the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dispatch.access.actors import actor_of
from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Actor
from dispatch.messaging.handlers import run_handlers
from dispatch.messaging.relay import relay
from dispatch.planning.publish import approve_in
from dispatch.planning.run import RunWorker, request_run
from dispatch.reactions import REACTIONS
from dispatch.regions.opening import network_of
from dispatch.sample import company
from dispatch.sample.city import SAMPLE_DATE, TIME_ZONE, drawn_day
from dispatch.sample.intake import place_order, read_directory
from dispatch.sample.nowhere import RECEIVED, name_on, place_order_from_nowhere
from dispatch.sample.orders import orders
from dispatch.services import sla
from dispatch.services.travel import create_standard_slices
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, Job, PlanHead, PlanningRun, ReplanRequest, Technician, User
from dispatch.travel.provider import TravelProvider

DAY_BEGINS = dt.time(7, 25)
"""Local time at which the sample's clock starts: five minutes before the first shift."""
_FOUNDED = dt.timedelta(days=30)
_LOOK_EVERY = 0.1

Teller = Callable[[str], None]
"""Is told each step."""


class CutShort(Exception):  # noqa: N818  it was
    """Somebody wants to stop before the sample is ready. Filling and planning go on where they stood the next time."""


class NotTheSample(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A store that holds an operation is nothing to play with."""

    code, title = "not-the-sample", "The store holds something else than the sample"


def begins_at(date: dt.date = SAMPLE_DATE) -> dt.datetime:
    """When the sample's day begins."""
    return dt.datetime.combine(date, DAY_BEGINS, TIME_ZONE)


def is_ready(store: Store) -> bool:
    """Whether the store holds the sample, planned. Raises :class:`NotTheSample` where it holds something else."""
    with store.reading() as uow:
        if _is_the_sample(uow.session):
            head = uow.session.scalar(select(PlanHead).where(PlanHead.edition > 0))
            return head is not None
        if any(uow.session.scalar(select(exists().select_from(table))) for table in (Technician, Customer)):
            raise NotTheSample(
                f"{store.url.render_as_string()} holds an operation already. The sample wants an empty database: "
                "name another one with --database, or leave --sample out."
            )
    return False


def fill(
    store: Store,
    seed: int = 1,
    date: dt.date = SAMPLE_DATE,
    travel: TravelProvider | None = None,
    *,
    password_hash: str | None = None,
    planning_seconds: float = 3.0,
    told: Teller = lambda _: None,
    ending: Event | None = None,
) -> None:
    """Put the sample's company and its jobs into a migrated store. Raises :class:`CutShort` once ``ending`` is set.

    Everything is recorded at the time at which it happened: jobs came in over the days before. The same seed and date
    give the same rows, except for their ids.
    """
    day = drawn_day(seed, date, None if travel is None else network_of(travel))
    begins = begins_at(date)
    with _standing_clock(store, begins - _FOUNDED), store.unit_of_work() as uow:
        if not _is_the_sample(uow.session):
            desks = company.add_desks(uow.session, password_hash)
            territories = company.add_territories(uow.session, desks[company.MANAGER.word])
            company.add_promises(uow.session)
            company.add_policy(uow.session, planning_seconds)
            company.add_job_types(uow)
            company.add_technicians(uow.session, day.problem, territories, date, password_hash)
            create_standard_slices(uow)
    told(f"{len(day.problem.technicians)} technicians with skills, shifts and vans, 4 people at desks")
    agent = desk(store, company.AGENT)
    with store.reading() as uow:
        directory = read_directory(uow.session)
        there = set(uow.session.scalars(select(Job.external_id)))
    known = [order for order in orders(day, seed) if order.received <= begins]
    for order in known:
        if ending is not None and ending.is_set():
            raise CutShort
        if order.name not in there:
            with _standing_clock(store, order.received), store.unit_of_work(agent) as uow:
                place_order(uow, order, directory)
    if name_on(date) not in there:
        rang = dt.datetime.combine(date, RECEIVED, TIME_ZONE)
        with _standing_clock(store, rang), store.unit_of_work(agent) as uow:
            place_order_from_nowhere(uow, date, directory)
    told(f"{len(known) + 1} jobs, each with the time at which it came in")


def publish_first_plan(
    store: Store,
    settings: Settings,
    travel: TravelProvider,
    at: dt.datetime,
    *,
    seconds: float = 6.0,
    ending: Event | None = None,
) -> int:
    """Plan what is there and publish it, the way a dispatcher does; the plan's edition.

    The operation's clock stands at ``at`` meanwhile. ``seconds`` is the time for the search. Raises :class:`CutShort`
    once ``ending`` is set.
    """
    dispatcher = desk(store, company.DISPATCHER)
    worker = RunWorker(store, settings, travel)
    with _standing_clock(store, at):
        try:
            with store.unit_of_work(dispatcher) as uow:
                because = "The first plan of the sample."
                run_id = request_run(uow, reason="asked", because=because, overrides={"seconds": seconds}).id
            _work(worker, ending or Event())
            with store.reading() as uow:
                run = uow.get(PlanningRun, run_id)
            if run.draft_id is None:
                raise DispatchError(f"The first plan could not be made: {run.failure or 'nothing was found'}.")
            edition = approve_in(store, dispatcher, run.draft_id, travel).edition or 0
            _catch_up(store, run_id)
            return edition
        finally:
            worker.stop()


def _work(worker: RunWorker, ending: Event) -> None:
    """Work on runs until none waits, but not after ``ending`` is set."""
    done = Event()

    def watch() -> None:
        while not done.wait(_LOOK_EVERY):
            if ending.is_set():
                worker.stop()
                return

    watcher = Thread(target=watch, name="watch for the end")
    watcher.start()
    try:
        while not ending.is_set() and worker.work_once():
            pass
    finally:
        done.set()
        watcher.join()
    if ending.is_set():
        raise CutShort


def _catch_up(store: Store, run_id: str) -> None:
    """Let everything react to what has happened by now; the first plan has answered what asked for one."""
    more = True
    while more:
        with store.unit_of_work() as uow:
            watched = sla.watch(uow)
        relay(store)
        more = bool(run_handlers(store, REACTIONS) or watched)
    with store.unit_of_work() as uow:
        for request in uow.session.scalars(select(ReplanRequest).where(ReplanRequest.run_id.is_(None))):
            request.run_id = run_id


def give_password(store: Store, password_hash: str) -> None:
    """Let everybody of the sample sign in with another password."""
    with store.unit_of_work() as uow:
        for user in uow.session.scalars(select(User).where(User.email.endswith(f"@{company.MAIL}"))):
            user.password_hash = password_hash


def desk(store: Store, employee: company.Employee) -> Actor:
    """Somebody at a desk, as who they act."""
    with store.reading() as uow:
        return actor_of(uow.session.scalars(select(User).where(User.email == employee.email)).one())


def _is_the_sample(session: Session) -> bool:
    return session.scalar(select(User.id).where(User.email == company.DISPATCHER.email)) is not None


@contextmanager
def _standing_clock(store: Store, at: dt.datetime) -> Iterator[None]:
    """Let the operation's clock stand at an instant for a while."""
    usual, store.clock = store.clock, FixedClock(at)
    try:
        yield
    finally:
        store.clock = usual
