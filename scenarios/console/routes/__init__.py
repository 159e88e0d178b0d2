"""The routes of scenarios, registered here and nowhere else: the modules in this package."""

from __future__ import annotations

import importlib

from dispatch.console.routing import Router

ROUTERS = ("form", "answers", "questions", "shelf")
"""Those with fixed paths before the one whose paths begin with an identifier."""


def routers() -> list[Router]:
    """The routers, in the order of the table."""
    return [importlib.import_module(f"{__name__}.{name}").router for name in ROUTERS]
