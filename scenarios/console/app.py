"""Scenarios on the server: the routes of the planner's page, and who simulates beside the worker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from dispatch.settings import Settings
from dispatch.store.engine import Store
from scenarios.console.routes import routers
from scenarios.planner.working import Simulating

PREFIX = "/api/v1/scenarios"


def mount(app: FastAPI, _: Settings) -> None:
    """Add the routes of the planner's page (an entry point of ``fieldwright.api``)."""
    app.router.routes.extend(_routes())


def simulating(store: Store, settings: Settings) -> Simulating:
    """Who simulates what planners ask, beside a worker (an entry point of ``fieldwright.work``)."""
    return Simulating(store, settings)


@cache
def _routes() -> Sequence[BaseRoute]:
    """For every application of this process, as those of the console are."""
    api = APIRouter()
    for router in routers():
        api.include_router(router, prefix=PREFIX, tags=["Scenarios"])
    return tuple(api.routes)
