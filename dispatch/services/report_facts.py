"""What a service report says: gathered in one reading transaction, so that it can be drawn afterwards at leisure.

The facts are plain values. Their digest says whether a report that was made still says all there is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.domain.visit_lifecycle import FINAL, VisitStatus
from dispatch.services import checklists, media, parts
from dispatch.services.warranty import Warranty, warranty
from dispatch.settings import Settings
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import (
    Contact,
    Customer,
    Equipment,
    Job,
    JobType,
    Media,
    Purpose,
    Site,
    Technician,
    Territory,
    Visit,
    VisitMedia,
)
from dispatch.store.unit_of_work import UnitOfWork

MOST_PHOTOS = 40
"""So many photos a report shows; it says how many more there are."""
DESIGN = 1
"""Counted up when reports look different from now on, so that they are made again when somebody asks for them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the checklist. ``value``: a text, a number, a choice, True or False; ``pictures``: kept digests."""

    title: str
    value: Any
    unit: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo, by the digest of what is kept."""

    kept: str
    caption: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, when, and the picture of it where that has come."""

    name: str
    at: dt.datetime
    kept: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a service report says. Instants are in the zone of the site; ``language`` is the customer's.

    ``awaited``: so many pictures are still to come; ``left_out``: so many are not shown.
    """

    language: str
    company: str
    company_contact: str
    number: str
    title: str
    description: str
    job_type: str
    customer: str
    contact: str
    site: str
    address: str
    equipment: tuple[tuple[str, str], ...]
    zone: str
    arrived_at: dt.datetime | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    paused_for: int
    status: str
    outcome: str
    follows: bool
    technicians: tuple[str, ...]
    checklist: str
    answers: tuple[Answer, ...]
    used: tuple[tuple[str, float], ...]
    requested: tuple[tuple[str, float], ...]
    photos: tuple[Photo, ...]
    awaited: int
    left_out: int
    signed: Signed | None

    def digest(self) -> str:
        """The same exactly where two reports say the same."""
        said = json.dumps([DESIGN, asdict(self)], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()


def gather(uow: UnitOfWork, settings: Settings, visit_id: str) -> Facts:
    """What there is to say about a visit now; rights aside."""
    visit = uow.get(Visit, visit_id)
    job = uow.get(Job, visit.job_id)
    customer, site = uow.get(Customer, job.customer_id), uow.get(Site, visit.site_id)
    territory = uow.session.get(Territory, visit.territory_id) if visit.territory_id else None
    contact = uow.session.get(Contact, job.contact_id) if job.contact_id else None
    zone = site.time_zone or (territory.time_zone if territory else None) or settings.time_zone
    language = "zh" if customer.language.lower().startswith("zh") else "en"
    pictures = media.pictures_of(uow, [visit_id]).get(visit_id, [])
    title, answers, shown = _checklist(uow, visit_id, language, pictures)
    photos = [Photo(kept, attached.caption) for attached, kept in _photos(pictures) if attached.sha256 not in shown]
    return Facts(
        language=language,
        company=settings.company or (territory.name if territory else ""),
        company_contact=settings.company_contact,
        number=job.number,
        title=job.title,
        description=job.description,
        job_type=uow.get(JobType, job.job_type_id).name,
        customer=customer.name,
        contact=contact.name if contact else "",
        site=site.name,
        address=site.address,
        equipment=_equipment(uow, job, visit, ZoneInfo(zone)),
        zone=zone,
        arrived_at=_local(visit.arrived_at, zone),
        started_at=_local(visit.started_at, zone),
        finished_at=_local(visit.finished_at, zone),
        paused_for=visit.paused_for,
        status=visit.status.value,
        outcome=_outcome(visit),
        follows=_follows(uow, visit),
        technicians=_crew(uow, visit),
        checklist=title,
        answers=answers,
        used=_used(uow, visit_id),
        requested=tuple(
            (one["part"], one["quantity"]) for one in parts.requests(uow, [visit_id]).get(visit_id, [])
            if one["status"] in ("open", "ordered")
        ),
        photos=tuple(photos[:MOST_PHOTOS]),
        awaited=sum(media.status(one) == media.AWAITED for _, one in pictures),
        left_out=max(0, len(photos) - MOST_PHOTOS),
        signed=_signed(pictures, zone),
    )  # fmt: skip


# -- parts -------------------------------------------------------------------------------------------------------------

Pictures = list[tuple[VisitMedia, Media | None]]


def _local(at: dt.datetime | None, zone: str) -> dt.datetime | None:
    return at.astimezone(ZoneInfo(zone)) if at is not None else None


def _outcome(visit: Visit) -> str:
    """What whoever ended the visit said; how it ended stands in its status."""
    if visit.status is VisitStatus.COMPLETED:
        return visit.outcome
    return visit.outcome.partition(": ")[2] if visit.status in FINAL else ""


def _follows(uow: UnitOfWork, visit: Visit) -> bool:
    later = select(Visit.id).where(
        Visit.job_id == visit.job_id, Visit.sequence > visit.sequence, Visit.status != VisitStatus.CANCELLED
    )
    return uow.session.scalar(later.limit(1)) is not None


def _crew(uow: UnitOfWork, visit: Visit) -> tuple[str, ...]:
    crew = assigned_technicians(uow.session, visit.id)
    named = select(Technician).where(Technician.id.in_(crew))
    names = {one.id: one.name for one in uow.session.scalars(named)}
    return tuple(names[one] for one in dict.fromkeys(crew))


def _used(uow: UnitOfWork, visit_id: str) -> tuple[tuple[str, float], ...]:
    used = parts.used(uow, [visit_id]).get(visit_id, [])
    return tuple((one["part"], one["quantity"]) for one in used if one["quantity"] > 0)


def _equipment(uow: UnitOfWork, job: Job, visit: Visit, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """The machine, as pairs of what is said of it and the value; what nobody knows is left out."""
    machine = uow.session.get(Equipment, job.equipment_id) if job.equipment_id else None
    if machine is None:
        return ()
    on = (visit.finished_at or visit.arrived_at or uow.now).astimezone(zone).date()
    until = machine.warranty_until.isoformat() if machine.warranty_until else ""
    ended = warranty(machine.warranty_until, on) is Warranty.ENDED
    said = {
        "machine": " ".join(one for one in (machine.kind, machine.maker, machine.model) if one),
        "serial": machine.serial or "",
        "installed": machine.installed_on.isoformat() if machine.installed_on else "",
        "warranty_ended" if ended else "warranty": until,
    }
    return tuple((name, value) for name, value in said.items() if value)


def _photos(pictures: Pictures) -> Iterator[tuple[VisitMedia, str]]:
    """The photos and scans that are there, with the digest of what is kept; the same one once."""
    seen: set[str] = set()
    for attached, picture in pictures:
        signed = attached.purpose is Purpose.SIGNATURE
        if not signed and picture is not None and picture.kept is not None and picture.kept not in seen:
            seen.add(picture.kept)
            yield attached, picture.kept


def _signed(pictures: Pictures, zone: str) -> Signed | None:
    last = media.last_signature(pictures)
    if last is None:
        return None
    attached, picture = last
    at = attached.at.astimezone(ZoneInfo(zone))
    return Signed(attached.caption, at, picture.kept if picture is not None else None)


def _checklist(
    uow: UnitOfWork, visit_id: str, language: str, pictures: Pictures
) -> tuple[str, tuple[Answer, ...], set[str]]:
    """The checklist's title, what was answered in its order, and the digests (as sent) of pictures shown with it."""
    asked = checklists.of_visits(uow, [visit_id]).get(visit_id)
    if asked is None or not asked["answers"]:
        return "", (), set()
    schema, kept = asked["schema"], {one.sha256: picture.kept for one, picture in pictures if picture is not None}
    answers: list[Answer] = []
    shown: set[str] = set()
    for name in schema["x-order"]:
        value = asked["answers"].get(name)
        if value is None:
            continue
        question = schema["properties"][name]
        title = (question.get("x-title-zh") if language == "zh" else None) or question["title"]
        sent: list[str] = []
        if question["x-kind"] in ("photo", "signature"):
            sent = list(value) if isinstance(value, list) else [value]
            shown.update(one for one in sent if kept.get(one))
        found = tuple(digest for one in sent if (digest := kept.get(one)) is not None)
        said = None if sent else _value(question, value, language)
        answers.append(Answer(title, said, question.get("x-unit", ""), found))
    return schema.get("title", ""), tuple(answers), shown


def _value(question: Mapping[str, Any], value: Any, language: str) -> Any:
    """The answer in the customer's language, where the checklist has words for it."""
    label = question.get("x-labels", {}).get(value) if isinstance(value, str) else None
    return (label.get(language) or label["en"]) if label else value
