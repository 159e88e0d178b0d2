"""What happened: as a live stream that resumes, and page by page; and what a handler could not deal with."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import AwareDatetime, BaseModel, Field
from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from dispatch.access.actors import still_recognised
from dispatch.console.context import Context
from dispatch.console.deps import Here, Reading, Secret, SignedIn, Uow, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Short
from dispatch.domain.roles import Actor, Right
from dispatch.messaging.outside import told
from dispatch.messaging.relay import latest_position
from dispatch.messaging.stream import Listener, as_heard, stream_of
from dispatch.services.events import dismiss_parked, history, parked_events, retry_parked
from dispatch.store.tables import OutboxEntry, ParkedEvent

router = Router(prefix="/events")

HEARTBEAT = 15.0
"""Seconds after which the stream says that it is still there, and looks whether the session is."""
_SEND_TIMEOUT = 30.0
_RECONNECT = 2000
_LARGEST = (1 << 63) - 1

Kinds = Annotated[list[Short] | None, Query(alias="kind", description="Only events of these kinds", max_length=50)]
_hears = right(Right.READ_EVENTS, Right.WORK_VISITS)

Handler = Annotated[str, Path(max_length=60, description="Of events in this program")]
At = Annotated[int, Path(ge=0, lt=1 << 63, description="A position on the stream of events")]


class SubjectShape(BaseModel):
    """What an event is about."""

    kind: str
    id: str


class EventShape(BaseModel):
    """Something that happened. Thin: ask for the subject to learn more."""

    position: int
    kind: str
    at: AwareDatetime
    actor: str
    subject: SubjectShape
    territory: str | None
    technician: str | None
    data: dict[str, Any]


class ParkedShape(BaseModel):
    """An event that a handler could not deal with. ``event`` is null where it is no longer kept."""

    handler: str
    position: int
    because: str
    at: AwareDatetime
    retry_at: AwareDatetime | None = Field(description="Set while another attempt is due")
    event: EventShape | None


class LiveResponse(EventSourceResponse):
    """A stream that ends quietly when the other side takes nothing any more."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            self.active = False


@router.get(
    "",
    summary="Follow what happens",
    response_class=LiveResponse,
    dependencies=[_hears],
    responses={
        200: {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **problems(401, 403, 422),
    },
)
def follow_events(
    here: Here,
    secret: Secret,
    actor: SignedIn,
    kind: Kinds = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=_LARGEST)] = None,
    after: Annotated[int | None, Query(ge=0, le=_LARGEST, description="Like Last-Event-ID, which goes before")] = None,
    seconds: Annotated[
        float | None, Query(ge=0, le=3600, allow_inf_nan=False, description="End after so many seconds")
    ] = None,
) -> LiveResponse:
    """Server-sent events; each has its position as `id` and a JSON document as `data`.

    A client that comes back with `Last-Event-ID` gets what it missed first; without it, the stream begins with what
    happens from now on. `reset` tells that it cannot be made complete from there: read everything anew. `ended` tells
    that the session has ended.
    """
    start = last_event_id if last_event_id is not None else after
    live = _live(here, secret or "", actor, frozenset(kind or ()), start, seconds)
    return LiveResponse(live, ping=HEARTBEAT, send_timeout=_SEND_TIMEOUT)


@router.get("/history", summary="List what happened", dependencies=[_hears], responses=problems(401, 403, 422))
def list_events(
    uow: Reading,
    paging: Paging,
    kind: Kinds = None,
    subject: Annotated[str | None, Query(max_length=40, description="Id of what they are about")] = None,
    after: Annotated[int | None, Query(ge=0, le=_LARGEST, description="After this position, the oldest first")] = None,
) -> Page[EventShape]:
    """What happened, the latest first; with `after`, the oldest first."""
    order = OutboxEntry.position.desc() if after is None else OutboxEntry.position
    return paged(uow, history(uow, kind or (), subject, after), paging, [order], _event)


@router.get(
    "/parked",
    summary="List events that a handler could not deal with",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 422),
)
def list_parked_events(uow: Reading, paging: Paging) -> Page[ParkedShape]:
    """The oldest first."""
    order = [ParkedEvent.position, ParkedEvent.handler]
    return paged(uow, parked_events(uow), paging, order, lambda row: _parked(*row))


@router.post(
    "/parked/{handler}/{position}/retry",
    status_code=202,
    summary="Let a handler try again",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 404),
)
def retry_parked_event(uow: Uow, handler: Handler, position: At) -> ParkedShape:
    """It is tried soon: the event leaves the list, or the list says why not."""
    return _parked(retry_parked(uow, handler, position), None)


@router.delete(
    "/parked/{handler}/{position}",
    status_code=204,
    summary="Give up an event that a handler could not deal with",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 404),
)
def dismiss_parked_event(uow: Uow, handler: Handler, position: At) -> None:
    """The handler will never deal with it."""
    dismiss_parked(uow, handler, position)


def _event(entry: OutboxEntry) -> EventShape:
    return EventShape.model_validate(told(entry))


def _parked(parked: ParkedEvent, entry: OutboxEntry | None) -> ParkedShape:
    return ParkedShape(
        handler=parked.handler,
        position=parked.position,
        because=parked.because,
        at=parked.at,
        retry_at=parked.retry_at,
        event=_event(entry) if entry is not None else None,
    )


async def _live(
    here: Context, secret: str, actor: Actor, kinds: frozenset[str], start: int | None, seconds: float | None
) -> AsyncIterator[dict[str, Any]]:
    stream = stream_of(here.store)
    listener = Listener(actor, kinds)
    end = time.monotonic() + seconds if seconds is not None else None
    complete = start is None or await run_in_threadpool(stream.is_complete_after, start)
    position = start if start is not None and complete else await run_in_threadpool(_latest, here)
    # From the first line on the client knows from where to go on: it may be cut off before anything happens.
    yield {"id": str(position), "retry": _RECONNECT, "comment": "listening"}
    if not complete:
        yield {"event": "reset", "data": "{}"}
    try:
        head = await run_in_threadpool(stream.add, listener)
        while position < head:
            entries, position = await run_in_threadpool(stream.page, position, head, kinds)
            for heard in (as_heard(entry) for entry in entries if listener.wants(entry)):
                yield {"id": str(heard.position), "data": heard.text}
            yield {"id": str(position), "comment": "up to here"}  # what was not for us need not be read again
        checked = time.monotonic()
        while not listener.cut_off and (end is None or time.monotonic() < end):
            left = HEARTBEAT if end is None else max(0.0, min(HEARTBEAT, end - time.monotonic()))
            taken, seen = await listener.take(left)
            for heard in taken:
                if heard.position > position:
                    yield {"id": str(heard.position), "data": heard.text}
            if not taken and seen > position:
                yield {"id": str(seen), "comment": "still listening"}  # what was not for us need not be read again
            position = max(position, seen)
            if time.monotonic() - checked >= HEARTBEAT:
                checked = time.monotonic()
                now_actor = await run_in_threadpool(_still_there, here, secret)
                if now_actor is None:
                    yield {"event": "ended", "data": "{}"}
                    return
                listener.actor = now_actor
    finally:
        stream.remove(listener)


def _latest(here: Context) -> int:
    with here.store.reading() as uow:
        return latest_position(uow.session)


def _still_there(here: Context, secret: str) -> Actor | None:
    return still_recognised(here.store, here.settings, secret, here.wall.now())
