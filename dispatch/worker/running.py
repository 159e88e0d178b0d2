"""The threads of a worker: one that finds out who leads, those of the timed jobs, and those that search for plans."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import secrets
import socket
import threading
import traceback
from collections.abc import Iterator

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from dispatch.domain.clock import SystemClock
from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.jobs import JOBS, Daily, Every, JobContext, TimedJob, Woken
from dispatch.messaging.adapters import adapters_for
from dispatch.messaging.pushing import WebPushAdapter
from dispatch.messaging.recipients import DEVICE
from dispatch.messaging.wake import Wake
from dispatch.messaging.webhooks import Sender
from dispatch.planning.run import RunWorker
from dispatch.reactions import REACTIONS
from dispatch.regions.opening import close, provider_for
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Leader
from dispatch.travel.provider import TravelProvider
from dispatch.worker.besides import Beside, besides
from dispatch.worker.leadership import leadership
from dispatch.worker.records import JobRunner

_LOOK_EVERY = 1.0
_SAY_EVERY = dt.timedelta(seconds=10)
_THREADS = 4

log = logging.getLogger(__name__)


class Worker:
    """Begins with :meth:`start`, ends with :meth:`stop`, once each. Used inside a server as well as by itself."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        travel: TravelProvider | None = None,
        *,
        jobs: tuple[TimedJob, ...] = JOBS,
        runs: RunWorker | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.wake = Wake(store)
        self._store, self._settings, self._jobs = store, settings, jobs
        self._travel = travel or provider_for(settings)
        self._own_travel = self._travel if travel is None else None
        self._runs = runs or RunWorker(store, settings, self._travel)
        self._leadership = leadership(store)
        self._stopping = threading.Event()
        self._leading = threading.Event()
        self._threads: list[threading.Thread] = []
        self._besides: list[Beside] = []

    @property
    def leads(self) -> bool:
        """Whether this worker does the timed jobs now."""
        return self._leading.is_set()

    def start(self) -> None:
        """Begin, in threads of its own."""
        self._threads = [
            threading.Thread(target=self._lead_when_possible, name="lead"),
            *(threading.Thread(target=self._plan, name="plan") for _ in range(self._settings.solver_processes)),
        ]
        for number, thread in enumerate(self._threads):
            try:
                thread.start()
            except BaseException:
                del self._threads[number:]
                raise
        for beside in besides(self._store, self._settings):
            beside.start()
            self._besides.append(beside)

    def stop(self) -> None:
        """End everything that was begun, and wait until it has ended."""
        self._stopping.set()
        self.wake.signal()
        if self._threads:
            self._runs.stop()  # a run that is worked on goes back into the queue
        for beside in self._besides:
            beside.stop()
        for thread in self._threads:
            thread.join()
        self.wake.close()
        if self._own_travel is not None:
            close(self._own_travel)

    def _plan(self) -> None:
        """Work on planning runs, one after the other; every worker does, whoever leads."""
        while not self._stopping.is_set():
            heard = self.wake.count
            try:
                if not self._runs.work_once():
                    self.wake.wait(_LOOK_EVERY, since=heard)
            except (SQLAlchemyError, DispatchError) as error:
                log.warning("a planning run was interrupted (%s); it is taken up again", type(error).__name__)
                self._stopping.wait(_LOOK_EVERY)
            except Exception as error:  # without this thread nobody here would plan any more, and nobody would notice
                place = "".join(traceback.format_tb(error.__traceback__))
                log.error("planning failed: %s\n%s", type(error).__name__, place)
                self._stopping.wait(_LOOK_EVERY)

    def _lead_when_possible(self) -> None:
        while not self._stopping.is_set():
            if self._leadership.acquire():
                log.info("%s leads", self.name)
                try:
                    with self._duties():
                        self._lead()
                except Exception as error:
                    place = "".join(traceback.format_tb(error.__traceback__))
                    log.error("%s could not lead: %s\n%s", self.name, type(error).__name__, place)
                finally:
                    self._leading.clear()
                    self._leadership.release()
                log.info("%s no longer leads", self.name)
            self._stopping.wait(_LOOK_EVERY)

    def _lead(self) -> None:
        clock = SystemClock()
        since = said = clock.now()
        self._say(since, said)
        while self._leadership.is_held() and not self._stopping.wait(_LOOK_EVERY):
            if clock.now() - said >= _SAY_EVERY:
                said = clock.now()
                self._say(since, said)

    def _say(self, since: dt.datetime, now: dt.datetime) -> None:
        try:
            with self._store.unit_of_work() as uow:
                uow.session.merge(Leader(id=1, worker=self.name, since=since, seen_at=now))
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("the database does not answer (%s)", type(error).__name__)

    @contextlib.contextmanager
    def _duties(self) -> Iterator[None]:
        """The timed jobs run inside of this."""
        over = threading.Event()
        sender = Sender(private=self._settings.webhook_private_networks)
        context = JobContext(
            self._store,
            self._settings,
            self._travel,
            self.wake,
            {**adapters_for(self._settings), DEVICE: WebPushAdapter(self._store, self._settings)},
            sender,
            REACTIONS,
            over=over,
        )
        runner = JobRunner(context)
        scheduler = _scheduler()
        threads = []
        for job in self._jobs:
            match job.when:
                case Woken(seconds):
                    arguments = (runner, job, seconds, over)
                    threads.append(threading.Thread(target=self._repeat, args=arguments, name=job.name))
                case Every(seconds):
                    _add(scheduler, runner, job, seconds)
                case Daily():
                    _add(scheduler, runner, job, _LOOK_EVERY * 5)
        scheduler.start()
        for thread in threads:
            thread.start()
        self._leading.set()
        try:
            yield
        finally:
            over.set()
            self.wake.signal()
            scheduler.shutdown(wait=True)
            for thread in threads:
                thread.join()
            sender.close()

    def _repeat(self, runner: JobRunner, job: TimedJob, seconds: float, over: threading.Event) -> None:
        while not over.is_set():
            heard = self.wake.count
            if runner.run(job):
                self.wake.wait(seconds, since=heard)
            else:
                over.wait(_LOOK_EVERY)  # it failed, and would fail again at once


def _scheduler() -> BackgroundScheduler:
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    executors = {"default": ThreadPoolExecutor(_THREADS)}
    return BackgroundScheduler(timezone=dt.UTC, executors=executors, job_defaults=defaults)


def _add(scheduler: BackgroundScheduler, runner: JobRunner, job: TimedJob, seconds: float) -> None:
    now = SystemClock().now()
    scheduler.add_job(runner.run, "interval", [job], id=job.name, seconds=seconds, next_run_time=now)
