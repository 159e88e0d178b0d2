"""Regions: the roads, addresses and maps that this installation has."""

from __future__ import annotations

from dispatch.console.deps import Reading, TheSettings, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.regions import RegionsShape
from dispatch.domain.roles import Right
from dispatch.services.regions import regions_here

router = Router(prefix="/regions", dependencies=[right(Right.READ_SETUP)])


@router.get("", summary="See which regions there are", responses=problems(401, 403))
def list_regions(uow: Reading, settings: TheSettings, travel: Travel) -> RegionsShape:
    """Every region with its bounds, versions and counts, and the one in use. `fieldwright region` builds them."""
    return RegionsShape.of(regions_here(uow, settings, travel))
