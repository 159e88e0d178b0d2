"""What planners ask, and what came of it. What a scenario says is understood by the package of that name."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import BULK, BULK_TOLD, Base
from dispatch.store.tables.leased import Leased


class ScenarioStatus(enum.StrEnum):
    """Where a scenario stands."""

    NEW = "new"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ScenarioAsks(enum.StrEnum):
    """What is asked of a scenario: what its changes do, what each value of a sweep does, the cheapest staffing, what
    one more is worth, or what days that are over could have been.
    """

    EFFECT = "effect"
    SWEEP = "sweep"
    STAFFING = "staffing"
    WORTH = "worth"
    REPLAY = "replay"


class ScenarioRow(Leased, Base):
    """A scenario, simulated by one process under a lease.

    ``asks``: what is asked of it, by which ``progress`` counts replications, staffings or runs of the days.
    ``document``: as its file has it. ``operation``: it starts from this operation, and not from a made-up town.
    ``progress``: ``{"done", "most", "elapsed", "left"}``, times in seconds. ``outcome``: what came of it, with every
    figure of every replication (:mod:`scenarios.planner.questions`). ``kept``: whether its conditions hold (None: it
    has none, or no outcome). ``accepted_because``: why it was accepted, or accepted although a condition is not kept.
    ``published``: what was made true of it, ``[{"change", "said", "at", "by", "by_name"}]``.
    """

    __tablename__ = "scenario"
    __table_args__ = (Index("ix_scenario_status_created_at", "status", "created_at"),)

    title: Mapped[str] = mapped_column(String(120))
    document: Mapped[dict[str, Any]] = mapped_column(info=BULK)
    asks: Mapped[ScenarioAsks] = mapped_column(default=ScenarioAsks.EFFECT)
    operation: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ScenarioStatus] = mapped_column(default=ScenarioStatus.NEW)
    created_by: Mapped[str] = mapped_column(String(40))
    created_by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[dt.datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, info=BULK_TOLD)
    kept: Mapped[bool | None]
    accepted_by: Mapped[str | None] = mapped_column(String(40))
    accepted_by_name: Mapped[str] = mapped_column(String(200), default="")
    accepted_at: Mapped[dt.datetime | None]
    accepted_because: Mapped[str] = mapped_column(String(500), default="")
    published: Mapped[list[Any]] = mapped_column(default=list)


class ScenarioReport(Base):
    """The page that shows what came of a scenario, in one language."""

    __tablename__ = "scenario_report"

    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenario.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    html: Mapped[str] = mapped_column(Text())


class ScenarioSituation(Base):
    """A situation that was taken from this operation, as the file that scenarios start from, by its digest.

    ``people``: whom its names of technicians mean, ``{name: id of the technician}``; the file does not say.
    """

    __tablename__ = "scenario_situation"

    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary(), deferred=True)
    people: Mapped[dict[str, Any]] = mapped_column(default=dict)
    taken_at: Mapped[dt.datetime]
