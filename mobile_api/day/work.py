"""What was done and left behind at visits: checklists, parts, pictures, signatures, reports; a query for each kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.services import checklists, media, parts, service_reports
from dispatch.store.tables import Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Work:
    """By visit: ``told`` is what the document tells of the work, ``to_take`` the parts that the van should carry."""

    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    to_take: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


NOTHING: Mapping[str, Any] = {
    "checklist": None,
    "used": [],
    "requests": [],
    "media": [],
    "signature": None,
    "report": None,
}
"""What is told of a visit at which nobody has been yet."""


def read_work(uow: UnitOfWork, visits: Collection[Visit], previews: Collection[Visit]) -> Work:
    """All of it for these visits; of those that are previewed or provisional only what to take along."""
    ids = [visit.id for visit in visits]
    asked, used, requests = checklists.of_visits(uow, ids), parts.used(uow, ids), parts.requests(uow, ids)
    attached, reports = media.pictures_of(uow, ids), service_reports.of_visits(uow, ids)
    pictures, signatures = media.told(attached), media.signed(attached)
    told = {
        visit: {
            "checklist": asked.get(visit),
            "used": used.get(visit, []),
            "requests": requests.get(visit, []),
            "media": pictures.get(visit, []),
            "signature": signatures.get(visit),
            "report": reports.get(visit),
        }
        for visit in ids
    }
    return Work(told, parts.to_take(uow, [*visits, *previews]))
