"""How the program itself is doing: who leads, when each job of the jobs table last ran, and who measures ways."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base


class Leader(Base):
    """The worker that leads, as it last said so itself. For people to look at: a lock decides, not this row.

    Instants here are those of the worker's machine, not of the operation's clock.
    """

    __tablename__ = "leader"

    id: Mapped[int] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(String(120))
    since: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]


class JobRecord(Base):
    """The last run of a job of the jobs table, and its last failure.

    ``due_at`` is kept for jobs that run once a day, on the operation's clock. The other instants are those of the
    worker's machine. ``result`` is what the job counted, for instance how many notifications it sent.
    """

    __tablename__ = "job_record"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[dt.datetime]
    took: Mapped[float]
    result: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[dt.datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    due_at: Mapped[dt.datetime | None]


class TravelEngineRecord(Base):
    """How a source of travel times was doing when the leading worker looked last; what was told last, too.

    ``place`` is its place among those asked. The instants are those of the worker's machine. ``cells``: how many cells
    of tables it answered within the last hour.
    """

    __tablename__ = "travel_engine"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[dt.datetime]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    cells: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[dt.datetime]
