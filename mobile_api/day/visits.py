"""A visit as the phone holds it. Tomorrow's is a preview: where and what, but nobody to ring and nothing told.

One that is not dispatched is provisional, whichever day it is for: place, kind and times, and nothing about anybody.
One that is dispatched and not asked for yet may still change without a word as well, but all about it is told: who is
out of reach when its time comes goes on by what the phone holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import visits
from dispatch.services.visit_steps import INSTANTS
from dispatch.services.warranty import Warranty, warranty
from dispatch.store.tables import Equipment, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.document import Document, said
from mobile_api.day.reading import PastVisit, Read, Stop
from mobile_api.day.whose import Whose
from mobile_api.day.work import NOTHING, Work

_UNDER_WARRANTY = (Warranty.VALID, Warranty.ENDING)


def visit_documents(uow: UnitOfWork, who: Whose, read: Read, work: Work) -> list[Document]:
    """One for each visit, numbered by day in the order in which they are done."""
    numbers: dict[dt.date, int] = {}
    found = []
    for stop in read.stops:
        numbers[stop.date] = number = numbers.get(stop.date, 0) + 1
        body = _always(uow, stop, number, read, work)
        body |= _told(who, stop, read, work)
        found.append(Document(f"visit:{stop.visit.id}", "visit", body))
    return found


def _always(uow: UnitOfWork, stop: Stop, number: int, read: Read, work: Work) -> dict[str, Any]:
    visit, planned, job = stop.visit, stop.assignment, stop.job
    crew = read.crews.get(visit.id, ())
    clocks = read.clocks.get(job.id, ())
    return {
        "visit": visit.id,
        "status": visit.status.value,
        "actions": [one.value for one in visits.allowed(uow, visit, [technician for technician, _ in crew])],
        "day": stop.date.isoformat(),
        "order": number,
        "asked_from": said(_asked_from(visit, read)),
        "planned": {
            "start": said(planned.start),
            "end": said(planned.end),
            "arrive": said(planned.arrival),
            "travel_seconds": planned.travel_seconds,
            "travel_metres": planned.travel_metres,
        },
        "windows": visit.windows,
        "appointment": visit.appointment,
        "duration": visit.duration,
        "extended": visit.extended,
        "promises": [{"target": one.target.value, "due": said(one.due_at), "state": one.state.value} for one in clocks],
        "instants": {name: said(getattr(visit, name)) for name in (*INSTANTS, "finished_at")},
        "paused_for": visit.paused_for,
        "outcome": visit.outcome,
        "arrival_proposed_at": said(stop.proposed_at),
        "knowledge": stop.job_type.knowledge,
        "parts": work.to_take.get(visit.id, []),
        "crew": [{"id": technician, "name": name} for technician, name in crew],
    }


def _asked_from(visit: Visit, read: Read) -> dt.datetime | None:
    """From when on they are asked to accept it; None where that is over, or where it is only planned.

    Once they are asked it stays so, even if it starts later after all. It is the planned instant and not the one at
    which the server came to it, so that a phone out of reach says the same, and nothing changes by the asking.
    """
    if visit.status is not VisitStatus.DISPATCHED:
        return None
    planned = read.asked.get(visit.id)
    return min((one for one in (planned, visit.asked_at) if one is not None), default=None)


def _told(who: Whose, stop: Stop, read: Read, work: Work) -> dict[str, Any]:
    ahead = stop.date > who.date
    if stop.provisional:
        return {**_limited(stop), "preview": ahead, "provisional": True, "customer": None, "outcome": ""}
    return _limited(stop) if ahead else _whole(who, stop, read, work)


def _whole(who: Whose, stop: Stop, read: Read, work: Work) -> dict[str, Any]:
    contact, equipment = stop.contact, stop.equipment
    return {
        "preview": False,
        "provisional": False,
        "job": _job(stop, stop.job.description),
        "customer": {"name": stop.customer.name, "notes": stop.customer.notes},
        "contact": contact and {"name": contact.name, "phone": contact.phone, "email": contact.email},
        "site": _site(stop, stop.site.access_notes),
        "equipment": equipment and _equipment(who, equipment, read.history.get(equipment.id, ())),
        **work.told.get(stop.visit.id, NOTHING),
    }


def _limited(stop: Stop) -> dict[str, Any]:
    machine = stop.equipment
    return {
        "preview": True,
        "provisional": False,
        "job": _job(stop, ""),
        "customer": {"name": stop.customer.name, "notes": ""},
        "contact": None,
        "site": _site(stop, ""),
        "equipment": machine and {**_NO_MACHINE, "kind": machine.kind, "maker": machine.maker, "model": machine.model},
        **NOTHING,
    }


_NO_MACHINE: Mapping[str, Any] = {
    "serial": None,
    "installed_on": None,
    "warranty_until": None,
    "in_warranty": None,
    "notes": "",
    "history": [],
}


def _job(stop: Stop, description: str) -> dict[str, Any]:
    job = stop.job
    told = {"id": job.id, "number": job.number, "title": job.title, "description": description}
    return {**told, "priority": job.priority.value, "status": job.status.value, "type": stop.job_type.name}


def _site(stop: Stop, access_notes: str) -> dict[str, Any]:
    site = stop.site
    place = {"name": site.name, "address": site.address, "lat": site.lat, "lon": site.lon}
    return {**place, "access_notes": access_notes}


def _equipment(who: Whose, machine: Equipment, history: Iterable[PastVisit]) -> dict[str, Any]:
    stands = warranty(machine.warranty_until, who.date)
    return {
        "kind": machine.kind,
        "maker": machine.maker,
        "model": machine.model,
        "serial": machine.serial,
        "installed_on": _date(machine.installed_on),
        "warranty_until": _date(machine.warranty_until),
        "in_warranty": None if stands is Warranty.UNKNOWN else stands in _UNDER_WARRANTY,
        "notes": machine.notes,
        "history": [
            {
                "date": one.date.isoformat(),
                "number": one.number,
                "title": one.title,
                "outcome": one.outcome or one.status.value,
                "technician": one.technician,
            }
            for one in history
        ],
    }


def _date(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()
