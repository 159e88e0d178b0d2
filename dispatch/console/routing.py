"""The router that all routes of the API are made with.

Use ``router = Router(prefix="/things", tags=["Things"])``. It makes each route a :class:`Route`, which remembers the
answers to requests that carry an ``Idempotency-Key``, and derives a stable operation id from the handler's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from dispatch.console.idempotency import HEADER, fingerprint_of
from dispatch.console.in_flight import arrived, place_for
from dispatch.domain.errors import Invalid

_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Route(APIRoute):
    """A route that writes its answer down before the transaction that it belongs to ends."""

    NUL_IN_BODY: ClassVar[bool] = False
    """Whether bodies with the character NUL are let in; the route refuses it itself then."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            await _refuse_nul(request, body=not self.NUL_IN_BODY)
            if HEADER in request.headers:
                request.state.fingerprint = await fingerprint_of(request)
            await arrived(request)
            async with place_for(request):
                response = await handler(request)
                claim = getattr(request.state, "claim", None)
                if claim is not None:
                    await run_in_threadpool(claim.keep, response)
            return response

        return answer


class Router(APIRouter):
    """A router of :class:`Route`, or of a kind of it."""

    def __init__(self, *, route_class: type[Route] = Route, **options: Any) -> None:
        super().__init__(route_class=route_class, generate_unique_id_function=_operation_id, **options)


async def _refuse_nul(request: Request, *, body: bool) -> None:
    """PostgreSQL keeps no text with the character NUL, and nobody has a use for it."""
    places = {"path": "\0" in request.url.path or "%00" in request.url.path, "query": "%00" in request.url.query}
    if body and "json" in request.headers.get("content-type", ""):
        places["body"] = _ESCAPED_NUL.search(await request.body()) is not None
    errors = [{"place": place, "problem": "it holds the character NUL", "remedy": "leave it out"} for place in places]
    wrong = [error for error in errors if places[error["place"]]]
    if wrong:
        raise Invalid("Text must not hold the character NUL.", errors=wrong)


def _operation_id(route: APIRoute) -> str:
    return f"{route.endpoint.__module__.rsplit('.', 1)[-1]}_{route.name}"
