"""An appointment as an iCalendar file (RFC 5545), which calendars on phones and desks understand.

The same visit always has the same UID, and its SEQUENCE goes up whenever the visit is changed, by whomever: so the
calendar moves the entry rather than adding another. A visit that is cancelled is sent as cancelled.
"""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar, Event

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.texts import said
from dispatch.planning.slots import zone_of
from dispatch.services.rights import require_sight
from dispatch.store.tables import Customer, Job, Site, Visit
from dispatch.store.unit_of_work import UnitOfWork


def invitation(uow: UnitOfWork, visit_id: str) -> bytes:
    """The calendar file of a visit's appointment. Raises :class:`NotFound` where it never had one."""
    visit = uow.get(Visit, visit_id)
    require_sight(uow, Right.READ_JOBS, visit.territory_id, "visit", visit_id)
    if not visit.appointment or not visit.windows:
        raise NotFound(f"Visit {visit_id!r} has no appointment.", what="appointment", id=visit_id)
    cancelled = visit.status is VisitStatus.CANCELLED
    job, site, zone = uow.get(Job, visit.job_id), uow.get(Site, visit.site_id), zone_of(uow, visit)
    language = uow.get(Customer, job.customer_id).language
    opens, closes = (dt.datetime.fromisoformat(at).astimezone(zone) for at in visit.windows[0])
    event = Event()
    event.add("uid", f"{visit.id}@fieldwright")
    event.add("sequence", visit.version)
    event.add("dtstamp", uow.now)
    event.add("last-modified", visit.updated_at)
    event.add("dtstart", opens)
    event.add("dtend", closes)
    event.add("summary", f"{job.title} ({job.number})")
    event.add("location", site.address)
    event.add("description", said("appointment", language, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")[1])
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Fieldwright//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
