"""The phone's API and its page, mounted on the server that the console's API runs on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from dispatch.settings import Settings
from mobile_api.pages import serve_field
from mobile_api.routes import disputes, routers

PREFIX = "/api/v1"


def mount(app: FastAPI, settings: Settings) -> None:
    """Add the routes of the phone, those of disputes for dispatchers, and the page that technicians carry."""
    app.router.routes.extend(_routes())
    serve_field(app, settings)


@cache
def _routes() -> Sequence[BaseRoute]:
    """For every application of this process, as those of the console are."""
    api = APIRouter()
    for router in routers():
        api.include_router(router, prefix=f"{PREFIX}/phone", tags=["Phone"])
    api.include_router(disputes.router, prefix=PREFIX, tags=["Disputes"])
    return tuple(api.routes)
