"""How the program is doing."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from dispatch.console.deps import Reading, TheStore, Worker, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.errors import Unavailable
from dispatch.domain.roles import Right
from dispatch.reactions import REACTIONS
from dispatch.services.status import status
from dispatch.store.migrate import is_current

router = Router(prefix="/status")

health = APIRouter()
"""For whoever starts and stops this program: outside of the API, without signing in, and without saying anything."""


class LeaderShape(BaseModel):
    """The worker that leads, as it last said so itself; the instants are those of its machine."""

    model_config = ConfigDict(from_attributes=True)

    worker: str
    since: AwareDatetime
    seen_at: AwareDatetime


class HandlerShape(BaseModel):
    """How far a handler is: how many events it has yet to deal with, and how many it gave up."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    position: int
    waiting: int
    failures: int
    retry_at: AwareDatetime | None
    parked: int


class JobShape(BaseModel):
    """The last run of a timed job that was worth writing down. ``due_at`` is set for those that run once a day."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    started_at: AwareDatetime
    took: float = Field(description="Seconds")
    result: int = Field(description="How much it did")
    failures: int = Field(description="How often in a row it has failed")
    failed_at: AwareDatetime | None
    failure: str
    due_at: AwareDatetime | None


class EngineShape(BaseModel):
    """A source of travel times as the leading worker saw it last; the instants are those of its machine."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    kind: Literal["engine", "cache", "estimate"] = Field(
        description="An engine that measures, what was measured before, or the estimate that stands in for them"
    )
    state: Literal["up", "down"]
    since: AwareDatetime
    failures: int = Field(description="Within the last minute")
    last_error: str
    cells: int = Field(description="How many travel times it answered within the last hour")
    seen_at: AwareDatetime


class StatusShape(BaseModel):
    """Everything at one instant of the operation's clock."""

    model_config = ConfigDict(from_attributes=True)

    now: AwareDatetime
    leader: LeaderShape | None
    leads_here: bool | None = Field(
        None, description="Whether the worker in this process leads; null where it has none"
    )
    position: int
    without_position: int
    handlers: list[HandlerShape]
    queues: dict[str, int]
    jobs: list[JobShape]
    engines: list[EngineShape] = Field(description="In the order in which they are asked")
    estimated_share: float | None = Field(
        description="The share of the travel times of the last hour that were estimated; null where none was asked for"
    )


@router.get(
    "",
    summary="See how the program is doing",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403),
)
def read_status(uow: Reading, worker: Worker) -> StatusShape:
    """Who leads, how far each reader of the events is, what waits, how the timed jobs and the travel engines fare."""
    shape = StatusShape.model_validate(status(uow, REACTIONS))
    return shape.model_copy(update={"leads_here": worker.leads if worker is not None else None})


@health.get("/healthz", include_in_schema=False)
def is_alive() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok")


@health.get("/readyz", include_in_schema=False)
def is_ready(store: TheStore) -> PlainTextResponse:
    """The database answers too, and has the tables that this program needs."""
    try:
        ready = is_current(store)
    except SQLAlchemyError as error:
        raise Unavailable("The database does not answer.", retry_after=2) from error
    if not ready:
        raise Unavailable("The database has other tables than this program needs.", retry_after=2)
    return PlainTextResponse("ok")
