"""What lies in an area that somebody draws, before it becomes the boundary of a territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from dispatch.domain.roles import Right
from dispatch.services.complaints import Complaints
from dispatch.services.places import contains, polygons
from dispatch.services.rights import require
from dispatch.services.sites import visible_to
from dispatch.services.territories import check_boundary
from dispatch.store.tables import Site, Technician
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Somebody:
    """A technician whose base lies in the area; ``territory_id``: where they work."""

    id: str
    name: str
    territory_id: str | None


@dataclass(frozen=True, slots=True)
class Area:
    """Sites inside by whose they are: of the territory that is drawn (``kept``), of none (``joining``), of ``others``.

    ``leaving``: sites of the territory that would lie outside.
    """

    kept: int
    joining: int
    others: int
    leaving: int
    technicians: list[Somebody]


def look(uow: UnitOfWork, boundary: Mapping[str, Any], territory: str | None = None) -> Area:
    """Count what lies in a GeoJSON polygon, as a new boundary of ``territory`` (None: of a new one).

    Only what the actor may see is counted. Raises :class:`Invalid` for what is no polygon.
    """
    require(uow, Right.READ_SETUP)
    complaints = Complaints()
    check_boundary(complaints, boundary)
    complaints.raise_any()
    counted = {"kept": 0, "joining": 0, "others": 0, "leaving": 0}
    south, west, north, east = _box(boundary)
    near = Site.lat.between(south, north) & Site.lon.between(west, east)
    columns = select(Site.territory_id, Site.lat, Site.lon).where(visible_to(uow.actor), Site.lat.is_not(None))
    for whose, lat, lon in uow.session.execute(columns.where(or_(near, Site.territory_id == territory))):
        inside = lat is not None and lon is not None and contains(boundary, lat, lon)
        if whose is not None and whose == territory:
            counted["kept" if inside else "leaving"] += 1
        elif inside:
            counted["joining" if whose is None else "others"] += 1
    return Area(technicians=_people(uow, boundary), **counted)


def _people(uow: UnitOfWork, boundary: Mapping[str, Any]) -> list[Somebody]:
    if not uow.actor.may(Right.READ_PEOPLE):
        return []
    south, west, north, east = _box(boundary)
    query = select(Technician).where(
        Technician.active, Technician.base_lat.between(south, north), Technician.base_lon.between(west, east)
    )
    mine = sorted(uow.actor.territories)
    if mine:
        query = query.where(or_(Technician.territory_id.is_(None), Technician.territory_id.in_(mine)))
    found = uow.session.scalars(query.order_by(Technician.name, Technician.id))
    inside = [one for one in found if contains(boundary, one.base_lat, one.base_lon)]
    return [Somebody(one.id, one.name, one.territory_id) for one in inside]


def _box(boundary: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """South, west, north and east of a polygon, in degrees."""
    points = [point for polygon in polygons(boundary) for ring in polygon for point in ring]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lats), min(lons), max(lats), max(lons)
