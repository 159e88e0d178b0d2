"""Which regions an installation has, and which of them it works with."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch import regions
from dispatch.domain.roles import Right
from dispatch.regions.opening import current, region_in_use
from dispatch.regions.region import NoRegion, Region
from dispatch.services.rights import require
from dispatch.settings import Settings
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider


@dataclass(frozen=True, slots=True)
class Regions:
    """``there``: every region; ``current``: the name of the one that is wanted; ``used``: the one that travel times
    come from in this process, in the version in use. None where there is none.
    """

    there: tuple[Region, ...]
    current: str | None
    used: Region | None


def regions_here(uow: UnitOfWork, settings: Settings, travel: TravelProvider) -> Regions:
    """What there is. Raises :class:`dispatch.domain.errors.Forbidden`."""
    require(uow, Right.READ_SETUP)
    try:
        wanted = current(settings)
    except NoRegion:  # it was removed while this program runs; the roads that it has read go on
        wanted = None
    return Regions(regions.listed(settings.home), None if wanted is None else wanted.name, region_in_use(travel))
