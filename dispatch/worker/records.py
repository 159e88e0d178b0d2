"""Running one timed job: at its time, with its failure caught, and with a record of the run that can be looked at."""

from __future__ import annotations

import datetime as dt
import logging
import time
import traceback
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from dispatch.domain.clock import SystemClock
from dispatch.domain.errors import Unavailable
from dispatch.jobs import Daily, JobContext, TimedJob
from dispatch.store.tables import JobRecord

_WRITTEN_EVERY = {False: dt.timedelta(seconds=30), True: dt.timedelta(seconds=3)}
"""By whether it did anything: a job that runs as often as something happens would otherwise write as often."""
_SHOWN = 500

log = logging.getLogger(__name__)


class JobRunner:
    """Runs jobs for one leader."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._wall = SystemClock()
        self._written: dict[str, dt.datetime] = {}
        self._failed: set[str] = set()

    def run(self, job: TimedJob) -> bool:
        """Run a job if it is due; whether it did not fail. Never raises: the next run is another chance."""
        started, begun = self._wall.now(), time.monotonic()
        result, failure = 0, ""
        try:
            if isinstance(job.when, Daily) and not self._is_due(job, job.when):
                return True
            result = job.run(self._context)
            if isinstance(job.when, Daily):
                self._plan_next(job, job.when)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"[:_SHOWN]
            # The message of an error may hold what a person sent: the log has its kind and its place.
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("the job %r failed: %s\n%s", job.name, type(error).__name__, place)
        try:
            self._record(job, started, time.monotonic() - begun, result, failure)
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("the run of %r could not be recorded (%s)", job.name, type(error).__name__)
        return not failure

    def _is_due(self, job: TimedJob, when: Daily) -> bool:
        with self._context.store.reading() as uow:
            record = uow.session.get(JobRecord, job.name)
            if record is not None and record.due_at is not None:
                return record.due_at <= uow.now
        self._plan_next(job, when)  # a new operation does not begin with its nightly jobs
        return False

    def _plan_next(self, job: TimedJob, when: Daily) -> None:
        settings = self._context.settings
        with self._context.store.unit_of_work() as uow:
            record = uow.session.get(JobRecord, job.name)
            if record is None:
                record = JobRecord(name=job.name, started_at=self._wall.now(), took=0.0)
                uow.session.add(record)
            record.due_at = next_time(when.at(settings), ZoneInfo(settings.time_zone), uow.now)

    def _record(self, job: TimedJob, started: dt.datetime, took: float, result: int, failure: str) -> None:
        last = self._written.get(job.name)
        news = failure or job.name in self._failed
        if not news and last is not None and started - last < _WRITTEN_EVERY[bool(result)]:
            return
        with self._context.store.unit_of_work() as uow:
            record = uow.session.get(JobRecord, job.name)
            if record is None:
                record = JobRecord(name=job.name, failures=0)
                uow.session.add(record)
            record.started_at, record.took, record.result = started, took, result
            if failure:
                record.failures, record.failed_at, record.failure = record.failures + 1, started, failure
            else:
                record.failures = 0
        self._written[job.name] = started
        (self._failed.add if failure else self._failed.discard)(job.name)


def next_time(at: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """The next instant after ``now`` at which local clocks show ``at`` ("03:00").

    Where clocks skip that time, it is the instant at which they would have shown it; where they show it twice, the
    first one.
    """
    hour, minute = (int(part) for part in at.split(":"))
    today = now.astimezone(zone).date()
    for days in range(3):
        local = dt.datetime.combine(today + dt.timedelta(days), dt.time(hour, minute), zone)
        instant = local.astimezone(dt.UTC)
        if instant > now:
            return instant
    raise AssertionError(f"no {at} within two days of {now}")
