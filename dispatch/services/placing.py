"""Where sites are: finding the place of an address, taking it where it is sure, and what people say themselves.

An address is looked for before the transaction that writes begins, because a geocoder far away may take seconds. What
is not sure is not taken: the site has no position then, what is to be done there waits with :data:`NO_POSITION` as the
reason, and somebody chooses among the candidates or points at the place on the map.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.domain.roles import Right
from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.finding import Finder, Found, as_document, from_document
from dispatch.geocoding.providers import GeocoderDown, NobodyToAsk
from dispatch.geocoding.reading import Point
from dispatch.services import sites
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.door import Door
from dispatch.store.engine import Store
from dispatch.store.tables import GeocodedAnswer, PlacedBy, Site
from dispatch.store.unit_of_work import UnitOfWork

NO_POSITION = "Nobody knows yet where it is: confirm the address of the site, or point at it on the map."
"""Why a visit is not planned whose site has no position."""
HIT_LASTS, MISS_LASTS = dt.timedelta(days=90), dt.timedelta(days=1)
"""For how long an answer of a geocoder far away is remembered, and that it found nothing."""
PRECISIONS = ("exact", "street", "place", "partial")
MOST_NAMED = 3

log = logging.getLogger(__name__)


class NoGeocoder(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Nobody can be asked for addresses here, now or later, until somebody sets that up."""

    code, title = "no-geocoder", "There is nobody to ask for addresses"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Remembers answers of geocoders far away in the store, where all servers find them.

    Each look and each note is a short transaction of its own: nothing is locked while a geocoder is asked.
    """

    store: Store

    def recall(self, key: str) -> list[Candidate] | None:
        """See :class:`dispatch.geocoding.finding.Memory`."""
        with self.store.reading() as uow:
            known = uow.session.get(GeocodedAnswer, key)
            if known is None or known.expires_at <= uow.now:
                return None
            return [from_document(document) for document in known.candidates]

    def keep(self, key: str, source: str, candidates: Sequence[Candidate]) -> None:
        """See :class:`dispatch.geocoding.finding.Memory`."""
        with self.store.unit_of_work() as uow:
            known = uow.session.get(GeocodedAnswer, key, with_for_update=True)
            values = {
                "source": source,
                "candidates": [as_document(one) for one in candidates],
                "found_at": uow.now,
                "expires_at": uow.now + (HIT_LASTS if candidates else MISS_LASTS),
            }
            if known is None:
                uow.session.merge(GeocodedAnswer(key=key, **values))
            else:
                for name, value in values.items():
                    setattr(known, name, value)


def search(
    door: Door, finder: Finder, memory: Remembered, query: str, limit: int, around: Point | None, *, typing: bool
) -> Found:
    """The places that a text may mean. ``typing``: somebody is still writing; then only what is near at hand is asked.

    Raises :class:`Forbidden`, :class:`Unavailable` where nobody answers, :class:`NoGeocoder` where nobody can be asked.
    """
    with door.reading() as uow:
        require(uow, Right.READ_CUSTOMERS)
    try:
        if typing:
            return finder.at_hand(query, limit, around) or Found((), "")
        return finder.find(query, limit, around, memory)
    except GeocoderDown as error:
        raise _unavailable(error) from error


def reverse(door: Door, finder: Finder, memory: Remembered, point: Point) -> Found:
    """What lies at a point. Raises as :func:`search` does."""
    with door.reading() as uow:
        require(uow, Right.READ_CUSTOMERS)
    try:
        return finder.reverse(point, memory)
    except GeocoderDown as error:
        raise _unavailable(error) from error


def located(door: Door, finder: Finder, memory: Remembered, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a new site, with the position of its address where that is sure and none was sent.

    Raises :class:`Forbidden` for whom may not add it. A geocoder that does not answer keeps nobody from adding a site.
    """
    with door.reading() as uow:
        require(uow, Right.WRITE_CUSTOMERS)
    given = dict(fields)
    if given.get("lat") is not None or given.get("lon") is not None or not given.get("address"):
        return given
    return given | (_sure_place(finder, memory, str(given["address"])) or {})


def located_change(
    door: Door, finder: Finder, memory: Remembered, site_id: str, change: Mapping[str, Any]
) -> dict[str, Any]:
    """What is to be changed of a site, with the position of another address where no position is sent.

    A position that somebody set or sent stays. One that came from the old address goes to the new one where that is
    sure; where it is not, the site stays where it was and its precision is ``partial``, so that somebody looks at it.
    """
    with door.reading() as uow:
        require(uow, Right.WRITE_CUSTOMERS)
        site = sites.seen(uow, site_id)
    address = str(change.get("address") or "").strip()
    own = site.lat is not None and site.placed_by in (PlacedBy.MAP, PlacedBy.GIVEN, None)
    if own or "lat" in change or "lon" in change or not address or address == site.address:
        return dict(change)
    found = _sure_place(finder, memory, address)
    return {**change, **(found or ({"precision": sites.UNSURE} if site.lat is not None else {}))}


def place(
    uow: UnitOfWork, site_id: str, *, lat: float, lon: float, placed_by: str, precision: str | None = None
) -> Site:
    """Say where a site is: pointed at on the ``map``, or a candidate for its ``address`` that somebody confirmed.

    Raises :class:`NotFound`, :class:`Forbidden` or :class:`Invalid`.
    """
    complaints = Complaints()
    if placed_by not in (PlacedBy.MAP, PlacedBy.ADDRESS):
        complaints.say("placed_by", placed_by, "is not how a person places a site", "use map or address")
    if precision is not None and precision not in PRECISIONS:
        complaints.say("precision", precision, "is no precision", f"use {', '.join(PRECISIONS)}")
    complaints.raise_any()
    how = "exact" if placed_by == PlacedBy.MAP else precision
    return sites.change_site(uow, site_id, lat=lat, lon=lon, placed_by=PlacedBy(placed_by), precision=how)


# -- sheets ------------------------------------------------------------------------------------------------------------


def in_sheet(finder: Finder | None, address: str) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """The place of an address in a sheet where it is sure; otherwise a note that says what to do.

    Only what is near at hand is asked: services far away do not want whole sheets.
    """
    try:
        found = finder.at_hand(address, MOST_NAMED + 1) if finder is not None else None
    except GeocoderDown:
        found = None
    if found is None:
        return None, {"problem": "was not looked for: there is no offline index", "remedy": _REMEDY}
    if found.sure:
        first = found.candidates[0]
        return {"lat": first.lat, "lon": first.lon, "precision": first.precision, "placed_by": "import"}, None
    if not found.candidates:
        return None, {"problem": "was not found", "remedy": _REMEDY}
    named = "; ".join(one.label for one in found.candidates[:MOST_NAMED])
    problem = "may be several places" if found.ambiguous else "was found in part only"
    return None, {"problem": f"{problem}: {named}", "remedy": "write it as one of these, or " + _REMEDY}


_REMEDY = "give lat and lon; otherwise the site comes in without a position"


# -- parts -------------------------------------------------------------------------------------------------------------


def _sure_place(finder: Finder, memory: Remembered, address: str) -> dict[str, Any] | None:
    try:
        found = finder.find(address, memory=memory)
    except GeocoderDown as error:
        log.warning("an address could not be looked for: %s", error)
        return None
    if not found.sure:
        return None
    first = found.candidates[0]
    return {"lat": first.lat, "lon": first.lon, "precision": first.precision, "placed_by": PlacedBy.ADDRESS}


def _unavailable(error: GeocoderDown) -> DispatchError:
    if isinstance(error, NobodyToAsk):
        return NoGeocoder(f"{error} A place can be pointed at on the map without one.")
    return Unavailable(
        f"{error} Try again, or point at the place on the map.", retry_after=max(1, round(error.retry_after))
    )
