"""The phone's routes, registered here and nowhere else: the modules in this package."""

from __future__ import annotations

import importlib

from dispatch.console.routing import Router

ROUTERS = ("sign_in", "device", "profile", "push", "changes", "extension", "time_sheet", "sync", "media", "report")


def routers() -> list[Router]:
    """The routers, in the order of the table."""
    return [importlib.import_module(f"{__name__}.{name}").router for name in ROUTERS]
