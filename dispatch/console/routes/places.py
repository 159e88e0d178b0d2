"""Places: what an address may mean, and what lies at a point."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from dispatch.console.deps import Addresses, TheStore, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import without_nul
from dispatch.console.shapes.places import PlacesShape
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.services import placing
from dispatch.services.placing import Remembered

router = Router(prefix="/places", dependencies=[right(Right.READ_CUSTOMERS)])

Address = Annotated[str, AfterValidator(without_nul), Query(min_length=1, max_length=300, description="An address")]
NEARER = "Between equals, what is nearer to this point goes first"
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]


@router.get("", summary="Find the place of an address", responses=problems(401, 403, 409, 422, 503))
def find_places(
    doors: Several,
    finder: Addresses,
    store: TheStore,
    query: Address,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False, description=NEARER)] = None,
    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None,
    typing: Annotated[bool, Query(description="Somebody is still writing: only what is near at hand is asked")] = False,
) -> PlacesShape:
    """What an address may mean, in any usual form, with typing errors; candidates to choose from, the best first."""
    around = (lat, lon) if lat is not None and lon is not None else None
    found = placing.search(doors, finder, Remembered(store), query, limit, around, typing=typing)
    return PlacesShape.of(found)


@router.get("/reverse", summary="Name what lies at a point", responses=problems(401, 403, 409, 422, 503))
def name_point(doors: Several, finder: Addresses, store: TheStore, lat: Lat, lon: Lon) -> PlacesShape:
    """The nearest address or street, and the place around it; farther than 250 m from both, the place only."""
    return PlacesShape.of(placing.reverse(doors, finder, Remembered(store), (lat, lon)))
