"""Every router, registered here and nowhere else: module in this package → the tag it is shown under.

A module ``routes/NAME.py`` holds ``router = Router(prefix="/name")`` (see :mod:`dispatch.console.routing`); the
application puts it under ``/api/v1``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from dispatch.console.routing import Router

ROUTERS: Mapping[str, str] = {
    "session": "Signing in",
    "openid": "Signing in",
    "tokens": "Signing in",
    "users": "Users",
    "roles": "Users",
    "audit": "Audit trail",
    "events": "Events",
    "webhooks": "Events",
    "notifications": "Events",
    "status": "Status",
    "choices": "Status",
    "customers": "Customers",
    "sites": "Customers",
    "places": "Customers",
    "equipment": "Customers",
    "job_types": "Jobs and visits",
    "jobs": "Jobs and visits",
    "visits": "Jobs and visits",
    "crews": "Jobs and visits",
    "messages": "Jobs and visits",
    "media": "Jobs and visits",
    "field_work": "Jobs and visits",
    "booking": "Booking",
    "emergencies": "Booking",
    "technicians": "People",
    "skills": "People",
    "positions": "People",
    "time_sheets": "People",
    "devices": "People",
    "shifts": "People",
    "absences": "People",
    "territories": "People",
    "travel": "Travel",
    "board": "The board",
    "views": "The board",
    "history": "The board",
    "locks": "Planning",
    "comparison": "Planning",
    "plans": "Planning",
    "trials": "Planning",
    "explanations": "Planning",
    "moves": "Planning",
    "plan_files": "Planning",
    "plan_routes": "Planning",
    "runs": "Planning",
    "policies": "Planning",
    "calendars": "Promises",
    "sla": "Promises",
    "promises": "Promises",
    "maps": "Map",
    "regions": "Map",
    "imports": "Imports and exports",
    "exports": "Imports and exports",
}


def routers() -> list[tuple[Router, str]]:
    """The routers and their tags, in the order of the table."""
    return [(importlib.import_module(f"{__name__}.{name}").router, tag) for name, tag in ROUTERS.items()]
