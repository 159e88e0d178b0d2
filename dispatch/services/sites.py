"""Sites and the equipment that stands there. A site's territory is where its position lies, unless said otherwise."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from dispatch.domain.errors import Invalid, NotFound
from dispatch.domain.events import SitePlaced, VisitChanged
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import ENDED
from dispatch.domain.roles import Actor, Right
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.domain.words import fold
from dispatch.services.changing import checked_texts, tell, written
from dispatch.services.complaints import Complaints
from dispatch.services.places import check_position, territory_at
from dispatch.services.rights import require, require_sight
from dispatch.services.warranty import Warranty, warranty
from dispatch.store.tables import Customer, Equipment, Job, PlacedBy, Site, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork

_SITE = {"name": 200, "address": 300, "access_notes": 20_000, "time_zone": 64, "external_id": 80}
UNSURE = "partial"
"""The precision of a position that somebody has to look at."""
_EQUIPMENT = {"kind": 80, "maker": 120, "model": 120, "serial": 120, "notes": 20_000}
_DATES = frozenset({"installed_on", "warranty_until"})


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The sites that the actor may see, as a condition."""
    if not actor.territories:
        return Site.id.is_not(None)
    return or_(Site.territory_id.is_(None), Site.territory_id.in_(sorted(actor.territories)))


def seen(uow: UnitOfWork, site_id: str) -> Site:
    """The site, if it lies where the actor may see it."""
    require(uow, Right.READ_CUSTOMERS)
    site = uow.get(Site, site_id)
    require_sight(uow, Right.READ_CUSTOMERS, site.territory_id, "site", site_id)
    return site


def found(
    uow: UnitOfWork,
    words: str = "",
    *,
    customer_id: str | None = None,
    territory_id: str | None = None,
    placed: bool | None = None,
) -> Select[Site]:
    """Sites by the words of their name and address, of a customer, in a territory.

    ``placed`` False: those that somebody has to look at, because nobody knows where they are, or not for sure.
    """
    require(uow, Right.READ_CUSTOMERS)
    query = select(Site).where(visible_to(uow.actor))
    query = query.where(*(Site.search_key.contains(word, autoescape=True) for word in fold(words).split()))
    if customer_id is not None:
        query = query.where(Site.customer_id == customer_id)
    if placed is not None:
        unsure = or_(Site.lat.is_(None), func.coalesce(Site.precision, "") == UNSURE)
        query = query.where(~unsure if placed else unsure)
    return query if territory_id is None else query.where(Site.territory_id == territory_id)


def create_site(
    uow: UnitOfWork,
    customer_id: str,
    *,
    address: str,
    lat: float | None = None,
    lon: float | None = None,
    **fields: Any,
) -> Site:
    """A new place of a customer whom the actor may see: ``name``, ``territory_id``, ``access_notes``, ``time_zone``,
    ``external_id``, and with a position ``placed_by`` and ``precision``. Without a territory it gets the one that it
    lies in; without a position nothing there can be planned yet. Raises :class:`Invalid` or :class:`NotFound`.
    """
    require(uow, Right.WRITE_CUSTOMERS)
    uow.get(Customer, customer_id)
    values = _checked(uow, {"address": address, "lat": lat, "lon": lon, **fields})
    if lat is None or lon is None:
        if lat is not None or lon is not None:
            raise Invalid("A position has two parts: send lat and lon, or neither.")
        values |= {"placed_by": None, "precision": None}
        values.setdefault("territory_id", None)
    else:
        values["placed_by"] = values.get("placed_by") or PlacedBy.GIVEN
        if values.get("territory_id") is None:
            values["territory_id"] = territory_at(uow.session, lat, lon)
    require(uow, Right.WRITE_CUSTOMERS, values["territory_id"])
    site = Site(id=new_id("site"), customer_id=customer_id, **values)
    uow.session.add(site)
    tell(uow, site, "created", site.territory_id)
    return site


def change_site(uow: UnitOfWork, site_id: str, **fields: Any) -> Site:
    """Change a site. Where it comes to lie in another territory, what is still to be done there goes with it.

    Raises :class:`NotFound`, :class:`Forbidden` or :class:`Invalid`.
    """
    require(uow, Right.WRITE_CUSTOMERS)
    site = seen(uow, site_id)
    values = _checked(uow, fields)
    at = _new_position(site, values)
    if at is not None:
        values.setdefault("placed_by", PlacedBy.GIVEN)
        values.setdefault("precision", None)
        if "territory_id" not in values:
            values["territory_id"] = territory_at(uow.session, *at) or site.territory_id
    require(uow, Right.WRITE_CUSTOMERS, values.get("territory_id", site.territory_id))
    known = site.lat is not None
    changed = written(site, values)
    if "territory_id" in changed:
        take_work_along(uow, site)
    if changed:
        tell(uow, site, "changed", site.territory_id)
    if {"lat", "lon"} & set(changed):
        _tell_place(uow, site, moved=known)
    return site


def remove_site(uow: UnitOfWork, site_id: str) -> None:
    """Take away a site where nothing was ever done; the database refuses where there are jobs."""
    require(uow, Right.WRITE_CUSTOMERS)
    site = seen(uow, site_id)
    uow.session.delete(site)
    tell(uow, site, "removed", site.territory_id)


def take_work_along(uow: UnitOfWork, site: Site) -> None:
    """Jobs that are not over and visits that are still to be done are in the territory of their site."""
    for job in uow.session.scalars(select(Job).where(Job.site_id == site.id, Job.status.not_in(ENDED))):
        job.territory_id = site.territory_id
    for visit in uow.session.scalars(select(Visit).where(Visit.site_id == site.id, Visit.status.not_in(FINAL))):
        visit.territory_id = site.territory_id


# -- equipment ---------------------------------------------------------------------------------------------------------


def seen_equipment(uow: UnitOfWork, equipment_id: str) -> Equipment:
    """The machine, if it stands where the actor may see it."""
    require(uow, Right.READ_CUSTOMERS)
    machine = uow.get(Equipment, equipment_id)
    if not uow.actor.covers(uow.get(Site, machine.site_id).territory_id):
        raise NotFound(f"There is no equipment {equipment_id!r}.", what="equipment", id=equipment_id)
    return machine


def found_equipment(
    uow: UnitOfWork, words: str = "", *, site_id: str | None = None, customer_id: str | None = None
) -> Select[Equipment]:
    """Machines by kind, maker, model and serial number, at a site, of a customer."""
    require(uow, Right.READ_CUSTOMERS)
    query = select(Equipment).join(Site, Site.id == Equipment.site_id).where(visible_to(uow.actor))
    query = query.where(*(Equipment.search_key.contains(word, autoescape=True) for word in fold(words).split()))
    if site_id is not None:
        query = query.where(Equipment.site_id == site_id)
    return query if customer_id is None else query.where(Site.customer_id == customer_id)


def create_equipment(uow: UnitOfWork, site_id: str, *, model: str, **fields: Any) -> Equipment:
    """A machine at a site: ``kind``, ``maker``, ``serial``, ``installed_on``, ``warranty_until``, ``notes``."""
    require(uow, Right.WRITE_CUSTOMERS)
    site = seen(uow, site_id)
    machine = Equipment(id=new_id("equipment"), site_id=site_id, **_checked_machine({"model": model, **fields}))
    uow.session.add(machine)
    tell(uow, machine, "created", site.territory_id)
    return machine


def change_equipment(uow: UnitOfWork, equipment_id: str, **fields: Any) -> Equipment:
    """Change a machine; a new ``site_id`` moves it. Raises :class:`NotFound` or :class:`Invalid`."""
    require(uow, Right.WRITE_CUSTOMERS)
    machine = seen_equipment(uow, equipment_id)
    values = _checked_machine(fields)
    site = seen(uow, values.get("site_id", machine.site_id))
    if written(machine, values):
        tell(uow, machine, "changed", site.territory_id)
    return machine


def remove_equipment(uow: UnitOfWork, equipment_id: str) -> None:
    """Take a machine away; jobs that named it name none then."""
    require(uow, Right.WRITE_CUSTOMERS)
    machine = seen_equipment(uow, equipment_id)
    territory = uow.get(Site, machine.site_id).territory_id
    uow.session.delete(machine)
    tell(uow, machine, "removed", territory)


def with_warranty(uow: UnitOfWork, machines: Iterable[Equipment]) -> list[tuple[Equipment, Warranty]]:
    """Each machine with where its warranty stands, on today's date where it stands."""
    machines = list(machines)
    zones = zones_of(uow, {machine.site_id for machine in machines})
    return [
        (machine, warranty(machine.warranty_until, uow.now.astimezone(zones[machine.site_id]).date()))
        for machine in machines
    ]


def zones_of(uow: UnitOfWork, site_ids: Iterable[str]) -> dict[str, zoneinfo.ZoneInfo]:
    """The time zone of each site: its own, that of its territory, or UTC."""
    query = (
        select(Site.id, Site.time_zone, Territory.time_zone)
        .join(Territory, Territory.id == Site.territory_id, isouter=True)
        .where(Site.id.in_(set(site_ids)))
    )
    return {name: zoneinfo.ZoneInfo(own or zone or "UTC") for name, own, zone in uow.session.execute(query)}


# -- parts -------------------------------------------------------------------------------------------------------------


def _new_position(site: Site, values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where a site is to be from now on; None where that is not to be changed. Raises :class:`Invalid`."""
    if not {"lat", "lon"} & values.keys():
        return None
    lat, lon = values.get("lat", site.lat), values.get("lon", site.lon)
    if lat is None or lon is None:
        complaints = Complaints()
        name = "lat" if lat is None else "lon"
        complaints.say(name, None, "must not be empty", "send lat and lon; a position is replaced, never taken away")
        complaints.raise_any()
    return lat, lon


def _tell_place(uow: UnitOfWork, site: Site, *, moved: bool) -> None:
    """Say that it is known (better) where a site is; plans that have a visit there were made for another place."""
    assert site.placed_by is not None
    uow.record(
        SitePlaced(
            site=site.id,
            customer=site.customer_id,
            placed_by=site.placed_by.value,
            moved=moved,
            territory=site.territory_id,
        )
    )
    for visit in uow.session.scalars(select(Visit).where(Visit.site_id == site.id, Visit.status.not_in(FINAL))):
        uow.record(VisitChanged(visit=visit.id, job=visit.job_id, changed=("place",), territory=visit.territory_id))


def _checked(uow: UnitOfWork, fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    if "placed_by" in fields and fields["placed_by"] is not None:
        fields = {**fields, "placed_by": PlacedBy(fields["placed_by"])}
    known = _SITE.keys() | {"lat", "lon", "territory_id", "placed_by", "precision"}
    for name in fields.keys() - known:
        complaints.say(name, fields[name], "is nothing a site has", f"use {', '.join(sorted(known))}")
    values = checked_texts(fields, _SITE, complaints, required=("address",))
    check_position(complaints, values)
    check_zone(complaints, values.get("time_zone"))
    territory = values.get("territory_id")
    if territory is not None and uow.session.get(Territory, territory) is None:
        complaints.say("territory_id", territory, "is no territory", "use the id of one, or leave it out")
    complaints.raise_any()
    return values


def check_zone(complaints: Complaints, name: str | None) -> None:
    """Note a time zone that the time zone database does not have."""
    if name is not None and name not in zoneinfo.available_timezones():
        complaints.say("time_zone", name, "is no time zone", "use a name such as America/Santiago")


def _checked_machine(fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    known = _EQUIPMENT.keys() | _DATES | {"site_id"}
    for name in fields.keys() - known:
        complaints.say(name, fields[name], "is nothing a machine has", f"use {', '.join(sorted(known))}")
    values = checked_texts(fields, _EQUIPMENT, complaints, required=("model",))
    complaints.raise_any()
    return values
