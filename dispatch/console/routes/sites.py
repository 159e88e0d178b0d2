"""Sites of customers."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Addresses, Reading, TheStore, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, Words
from dispatch.console.shapes.customers import NewSite, SiteChange, SiteShape
from dispatch.console.shapes.places import SitePlace
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.services import placing, sites
from dispatch.services.history import unchanged
from dispatch.services.placing import Remembered
from dispatch.store.tables import Site

router = Router(prefix="/sites", dependencies=[right(Right.READ_CUSTOMERS)])


@router.get("", summary="Find sites", responses=problems(401, 403, 422))
def list_sites(
    uow: Reading,
    paging: Paging,
    q: Words = "",
    customer_id: Chosen = None,
    territory_id: Chosen = None,
    placed: bool | None = None,
) -> Page[SiteShape]:
    """Sites by the words of their name and address; ``placed`` false: those whose place is not known for sure."""
    query = sites.found(uow, q, customer_id=customer_id, territory_id=territory_id, placed=placed)
    return paged(uow, query, paging, [Site.id], SiteShape.model_validate)


@router.post("", status_code=201, summary="Add a site", responses=problems(401, 403, 404, 409, 422))
def add_site(response: Response, doors: Several, finder: Addresses, store: TheStore, wanted: NewSite) -> SiteShape:
    """A new place of a customer. Without a position its address is looked for; what is not sure is left open."""
    fields = placing.located(doors, finder, Remembered(store), wanted.model_dump())
    with doors.unit_of_work() as uow:
        return SiteShape.model_validate(tagged(response, sites.create_site(uow, **fields)))


@router.get("/{site_id}", summary="Read a site", responses=problems(401, 403, 404, 422))
def one_site(site_id: RowId, response: Response, uow: Reading) -> SiteShape:
    """A site, with the ETag to change it by."""
    return SiteShape.model_validate(tagged(response, sites.seen(uow, site_id)))


@router.patch("/{site_id}", summary="Change a site", responses=problems(401, 403, 404, 409, 412, 422))
def edit_site(
    site_id: RowId,
    response: Response,
    doors: Several,
    finder: Addresses,
    store: TheStore,
    change: SiteChange,
    if_match: IfMatch = None,
) -> SiteShape:
    """Change a site. Another address is looked for; in another territory, what is to be done there goes with it."""
    fields = placing.located_change(doors, finder, Remembered(store), site_id, change.sent())
    with doors.unit_of_work() as uow:
        sites.seen(uow, site_id)
        unchanged(uow, Site, site_id, if_match)
        return SiteShape.model_validate(tagged(response, sites.change_site(uow, site_id, **fields)))


@router.post("/{site_id}/place", summary="Say where a site is", responses=problems(401, 403, 404, 409, 412, 422))
def place_site(site_id: RowId, response: Response, uow: Uow, at: SitePlace, if_match: IfMatch = None) -> SiteShape:
    """Point at it on the map, or confirm a candidate for the address; what is to be done there is planned anew."""
    sites.seen(uow, site_id)
    unchanged(uow, Site, site_id, if_match)
    return SiteShape.model_validate(tagged(response, placing.place(uow, site_id, **at.model_dump())))


@router.delete("/{site_id}", status_code=204, summary="Remove a site", responses=problems(401, 403, 404, 409, 422))
def drop_site(site_id: RowId, uow: Uow) -> None:
    """Take away a site where nothing was ever done."""
    sites.remove_site(uow, site_id)
