"""How many requests are worked on at once: fewer than there are threads and connections for.

A request passes through several threads in turn: who sent it, its transaction, its handler, its answer. In between it
may hold the only turn to write, or a lock. Where as many requests as there are threads wait for that turn, whoever has
it finds no thread to go on with, and everybody waits until they give up. So each request waits *here*, holding nothing,
until it is one of few: whoever is let in always finds a thread and a connection.

A body is read before, because it comes as slowly as the network it comes over; an answer is sent after. Whoever changes
something and whoever only looks wait apart, so that a long change keeps nobody from looking.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from fastapi import Request

CHANGING, LOOKING = 12, 14
"""Requests of each kind at once: fewer than the 40 threads that AnyIO lends, and than the 40 connections of a store, of
which a change may take a second one to look besides (:mod:`dispatch.console.transactions`)."""
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class _Places:
    changing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(CHANGING))
    looking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(LOOKING))


_of_this_loop: RunVar[_Places] = RunVar("places for requests")


async def arrived(request: Request) -> None:
    """Wait until all of the request's body is here."""
    if request.headers.get("content-type", "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        await request.form()
    else:
        await request.body()


def place_for(request: Request) -> AbstractAsyncContextManager[object]:
    """A place among the requests that are worked on; it is waited for in the order of arrival."""
    places = _of_this_loop.get(None)
    if places is None:
        _of_this_loop.set(places := _Places())
    return places.looking if request.method in _LOOKS else places.changing
