"""The application: routes, and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from dispatch.console.compression import Compressed
from dispatch.console.context import Context
from dispatch.console.documentation import DOCUMENT_AT, serve_documentation
from dispatch.console.pages import serve_pages
from dispatch.console.problems import answer_refusals
from dispatch.console.routes import routers
from dispatch.console.routes.status import health
from dispatch.console.security import Frame
from dispatch.domain.clock import Clock, SystemClock
from dispatch.settings import Settings
from dispatch.store.engine import Store

PREFIX = "/api/v1"
ANNOUNCED = "fieldwright.api"
"""The group of entry points that name what is mounted besides: functions of the application and the settings."""
VERSION = "1.0"
"""Of the API, not of the program: its first part is that of the paths."""

_DESCRIPTION = """Jobs, promises, plans and the people who keep them.

Every refusal is a problem document (RFC 9457). A list is read page by page along its `next` links. Who changes
something sends the `ETag` they saw as `If-Match`; who may have to repeat a request sends an `Idempotency-Key`."""


@cache
def _routes() -> Sequence[BaseRoute]:
    """The routes of the API, for every application of this process: FastAPI works out what each of them asks for when
    the first request comes, which takes half a second, and keeps it with them."""
    api = APIRouter()
    for router, tag in routers():
        api.include_router(router, prefix=PREFIX, tags=[tag])
    api.include_router(health)
    return tuple(api.routes)


def create_app(
    store: Store, settings: Settings, *, travel: Any = None, worker: Any = None, wall: Clock | None = None
) -> FastAPI:
    """The REST API on a store.

    ``travel`` is a :class:`dispatch.travel.provider.TravelProvider` (None: as the settings say); ``worker`` the worker
    in this process, where there is one; ``wall`` the time of this machine, by which sessions and tokens end.
    """
    app = FastAPI(
        title="Fieldwright",
        version=VERSION,
        description=_DESCRIPTION,
        redirect_slashes=False,
        openapi_url=DOCUMENT_AT,
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = Context(store, settings, travel, worker, wall or SystemClock())
    app.router.routes.extend(_routes())
    for besides in sorted(entry_points(group=ANNOUNCED), key=lambda one: one.name):
        besides.load()(app, settings)
    answer_refusals(app)
    serve_documentation(app)
    serve_pages(app, settings)
    app.add_middleware(Compressed)
    app.add_middleware(Frame, settings=settings)
    return app
