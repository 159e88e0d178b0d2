"""Territories: where people normally work, drawn as a polygon or not."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, or_, select

from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.changing import checked_texts, tell, written
from dispatch.services.complaints import Complaints
from dispatch.services.places import contains, polygons, territory_at
from dispatch.services.rights import require, require_sight
from dispatch.services.sites import check_zone, take_work_along
from dispatch.store.queries import rows
from dispatch.store.queries.locks import locked_until
from dispatch.store.tables import Site, Territory, User
from dispatch.store.unit_of_work import UnitOfWork

MOST_POINTS = 5000
_TEXTS = {"name": 120, "time_zone": 64}
_FIELDS = frozenset({*_TEXTS, "boundary", "supervisor_id"})


def found(uow: UnitOfWork) -> Select[Territory]:
    """The territories that the actor's rights reach into."""
    require(uow, Right.READ_SETUP)
    query = select(Territory)
    mine = uow.actor.territories
    return query.where(Territory.id.in_(sorted(mine))) if mine else query


def seen(uow: UnitOfWork, territory_id: str) -> Territory:
    """The territory, if the actor's rights reach into it."""
    require_sight(uow, Right.READ_SETUP, territory_id, "territory", territory_id)
    return uow.get(Territory, territory_id)


def locked(uow: UnitOfWork) -> Mapping[str, dt.datetime]:
    """Territory → until when nothing that is planned there moves, of those that somebody locked."""
    require(uow, Right.READ_SETUP)
    return locked_until(uow.session, uow.now)


def create_territory(uow: UnitOfWork, *, name: str, time_zone: str, **fields: Any) -> Territory:
    """A new territory: ``boundary`` (GeoJSON), ``supervisor_id``. Sites of no territory that lie in it join it."""
    require(uow, Right.WRITE_SETUP)
    values = _checked(uow, {"name": name, "time_zone": time_zone, **fields})
    territory = Territory(id=new_id("territory"), **{"boundary": None, **values})
    require(uow, Right.WRITE_SETUP, territory.id if uow.actor.territories else None)
    uow.session.add(territory)
    tell(uow, territory, "created", territory.id)
    _gather_sites(uow, territory)
    return territory


def change_territory(uow: UnitOfWork, territory_id: str, **fields: Any) -> Territory:
    """Change a territory. After its boundary was drawn anew, sites join and leave it, with what is to be done there."""
    require_sight(uow, Right.WRITE_SETUP, territory_id, "territory", territory_id)
    territory = rows.locked(uow, Territory, territory_id)
    changed = written(territory, _checked(uow, fields))
    if changed:
        tell(uow, territory, "changed", territory_id)
    if "boundary" in changed:
        _gather_sites(uow, territory)
    return territory


def remove_territory(uow: UnitOfWork, territory_id: str) -> None:
    """Take a territory away; the database refuses while anything lies in it."""
    require_sight(uow, Right.WRITE_SETUP, territory_id, "territory", territory_id)
    territory = uow.get(Territory, territory_id)
    uow.session.delete(territory)
    tell(uow, territory, "removed", territory_id)


# -- parts -------------------------------------------------------------------------------------------------------------


def _gather_sites(uow: UnitOfWork, territory: Territory) -> None:
    """Sites of no territory, and those of this one, are where the boundaries say. One that no boundary holds stays."""
    if territory.boundary is None:
        return
    undecided = or_(Site.territory_id.is_(None), Site.territory_id == territory.id)
    for site in uow.session.scalars(select(Site).where(undecided, Site.lat.is_not(None))).all():
        if site.territory_id == territory.id and contains(territory.boundary, *site.at):
            continue
        holding = territory_at(uow.session, *site.at)
        if holding is not None and holding != site.territory_id:
            site.territory_id = holding
            take_work_along(uow, site)
    uow.session.flush()


def _checked(uow: UnitOfWork, fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - _FIELDS:
        complaints.say(name, fields[name], "is nothing a territory has", f"use {', '.join(sorted(_FIELDS))}")
    values = checked_texts(fields, _TEXTS, complaints, required=("name",))
    if "time_zone" in values:
        check_zone(complaints, values["time_zone"] or "")
    supervisor = values.get("supervisor_id")
    if supervisor is not None and uow.session.get(User, supervisor) is None:
        complaints.say("supervisor_id", supervisor, "is no user", "use the id of one, or leave it out")
    if values.get("boundary") is not None:
        check_boundary(complaints, values["boundary"])
        values["boundary"] = {name: values["boundary"].get(name) for name in ("type", "coordinates")}
    complaints.raise_any()
    return values


def check_boundary(complaints: Complaints, boundary: Mapping[str, Any]) -> None:
    """Note what is no GeoJSON polygon."""
    remedy = 'give a GeoJSON Polygon: {"type": "Polygon", "coordinates": [[[lon, lat], …]]}, first point also last'
    try:
        if boundary["type"] not in ("Polygon", "MultiPolygon"):
            raise ValueError(boundary["type"])
        rings = [ring for polygon in polygons(boundary) for ring in polygon]
        points = [_point(point) for ring in rings for point in ring]
    except (KeyError, OverflowError, TypeError, ValueError):
        complaints.say("boundary", boundary.get("type"), "is no GeoJSON polygon", remedy)
        return
    if not rings or any(len(ring) < 4 or list(ring[0]) != list(ring[-1]) for ring in rings):
        complaints.say("boundary", f"{len(rings)} rings", "has a ring that is not closed, or has no area", remedy)
    if len(points) > MOST_POINTS:
        complaints.say("boundary", f"{len(points)} points", f"has more than {MOST_POINTS} points", "simplify it")
    if not all(abs(lon) <= 180 and abs(lat) <= 90 and all(map(math.isfinite, more)) for lon, lat, *more in points):
        complaints.say("boundary", "", "has points that lie nowhere on earth", "longitude comes first, then latitude")


def _point(position: Any) -> tuple[float, ...]:
    """Longitude, latitude and what else a GeoJSON position may hold. Raises an exception where it is none."""
    if len(position) < 2 or not all(type(one) in (int, float) for one in position):
        raise ValueError(position)
    return tuple(map(float, position))
