"""Territories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.people import AreaAsked, AreaSeen, NewTerritory, TerritoryChange, TerritoryShape
from dispatch.domain.roles import Right
from dispatch.services import areas, territories
from dispatch.services.history import unchanged
from dispatch.store.tables import Territory

router = Router(prefix="/territories", dependencies=[right(Right.READ_SETUP)])


@router.get("", summary="List territories", responses=problems(401, 403, 422))
def list_territories(uow: Reading, paging: Paging) -> Page[TerritoryShape]:
    """Territories by name."""
    order = [Territory.name, Territory.id]
    locked = territories.locked(uow)
    return paged(uow, territories.found(uow), paging, order, lambda one: _shape(one, locked))


@router.post("", status_code=201, summary="Add a territory", responses=problems(401, 403, 409, 422))
def add_territory(response: Response, uow: Uow, wanted: NewTerritory) -> TerritoryShape:
    """A new territory; sites of no territory that lie in it join it."""
    territory = territories.create_territory(uow, **wanted.model_dump())
    return _shape(tagged(response, territory), territories.locked(uow))


@router.post("/look", summary="See what an area holds", responses=problems(401, 403, 422))
def look_at_area(uow: Reading, asked: AreaAsked) -> AreaSeen:
    """Which sites and technicians lie in an area that is drawn, and what it would change; nothing is changed."""
    return AreaSeen.model_validate(areas.look(uow, asked.boundary, asked.territory_id))


@router.get("/{territory_id}", summary="Read a territory", responses=problems(401, 403, 404, 422))
def one_territory(territory_id: RowId, response: Response, uow: Reading) -> TerritoryShape:
    """A territory, with the ETag to change it by."""
    return _shape(tagged(response, territories.seen(uow, territory_id)), territories.locked(uow))


@router.patch("/{territory_id}", summary="Change a territory", responses=problems(401, 403, 404, 409, 412, 422))
def edit_territory(
    territory_id: RowId, response: Response, uow: Uow, change: TerritoryChange, if_match: IfMatch = None
) -> TerritoryShape:
    """Change a territory; after its boundary was drawn anew, sites join and leave it."""
    territories.seen(uow, territory_id)
    unchanged(uow, Territory, territory_id, if_match)
    territory = territories.change_territory(uow, territory_id, **change.sent())
    return _shape(tagged(response, territory), territories.locked(uow))


@router.delete(
    "/{territory_id}", status_code=204, summary="Remove a territory", responses=problems(401, 403, 404, 409, 422)
)
def drop_territory(territory_id: RowId, uow: Uow) -> None:
    """Take away a territory in which nothing lies."""
    territories.remove_territory(uow, territory_id)


def _shape(territory: Territory, locked: Mapping[str, dt.datetime]) -> TerritoryShape:
    shape = TerritoryShape.model_validate(territory)
    return shape.model_copy(update={"locked_until": locked.get(territory.id)})
