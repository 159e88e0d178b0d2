"""The phone's API and its page, mounted on the server that the console's API runs on."""

from __future__ import annotations

from fastapi import FastAPI

from dispatch.settings import Settings
from mobile_api.pages import serve_field
from mobile_api.routes import disputes, routers

PREFIX = "/api/v1"


def mount(app: FastAPI, settings: Settings) -> None:
    """Add the routes of the phone, those of disputes for dispatchers, and the page that technicians carry."""
    for router in routers():
        app.include_router(router, prefix=f"{PREFIX}/phone", tags=["Phone"])
    app.include_router(disputes.router, prefix=PREFIX, tags=["Disputes"])
    serve_field(app, settings)
