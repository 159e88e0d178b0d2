"""The offline index behind geopy's interface: a geocoder like any other, that asks nobody outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.opened import Index


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """What geopy would ask other servers with; here there is none to be asked."""

    def get_json(self, url: str, *, timeout: Any, headers: Any) -> Any:
        raise NotImplementedError(f"The offline index asks nobody, not even {url.split('?')[0]}.")

    def get_text(self, url: str, *, timeout: Any, headers: Any) -> str:
        raise NotImplementedError(f"The offline index asks nobody, not even {url.split('?')[0]}.")


class OfflineGeocoder(Geocoder):  # type: ignore[misc]
    """Finds addresses in an index that :func:`dispatch.geocoding.index.build` wrote. Safe among threads.

    Raises :class:`~dispatch.geocoding.opened.IndexUnreadable` for a file that is none.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(user_agent="fieldwright", adapter_factory=_NoNetwork)
        self.index = Index(file)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        limit: int = 5,
        around: tuple[float, float] | None = None,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """The places that a text may mean; None where there is none. ``raw`` holds what a :class:`Candidate` knows."""
        found = [_location(one) for one in self.index.search(query, limit, around)]
        if not found:
            return None
        return found[0] if exactly_one else found

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """What lies at a point, the nearest first; None far from everything that has a name."""
        point = GeopyPoint(query)
        found = [_location(one) for one in self.index.near((point.latitude, point.longitude))]
        if not found:
            return None
        return found[0] if exactly_one else found


def _location(candidate: Candidate) -> Location:
    return Location(candidate.label, (candidate.lat, candidate.lon), candidate.raw())
