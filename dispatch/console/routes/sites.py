"""Sites of customers."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, Words
from dispatch.console.shapes.customers import NewSite, SiteChange, SiteShape
from dispatch.domain.roles import Right
from dispatch.services import sites
from dispatch.services.history import unchanged
from dispatch.store.tables import Site

router = Router(prefix="/sites", dependencies=[right(Right.READ_CUSTOMERS)])


@router.get("", summary="Find sites", responses=problems(401, 403, 422))
def list_sites(
    uow: Reading, paging: Paging, q: Words = "", customer_id: Chosen = None, territory_id: Chosen = None
) -> Page[SiteShape]:
    """Sites by the words of their name and address."""
    query = sites.found(uow, q, customer_id=customer_id, territory_id=territory_id)
    return paged(uow, query, paging, [Site.id], SiteShape.model_validate)


@router.post("", status_code=201, summary="Add a site", responses=problems(401, 403, 404, 409, 422))
def add_site(response: Response, uow: Uow, wanted: NewSite) -> SiteShape:
    """A new place of a customer; without a territory it gets the one that it lies in."""
    return SiteShape.model_validate(tagged(response, sites.create_site(uow, **wanted.model_dump())))


@router.get("/{site_id}", summary="Read a site", responses=problems(401, 403, 404, 422))
def one_site(site_id: RowId, response: Response, uow: Reading) -> SiteShape:
    """A site, with the ETag to change it by."""
    return SiteShape.model_validate(tagged(response, sites.seen(uow, site_id)))


@router.patch("/{site_id}", summary="Change a site", responses=problems(401, 403, 404, 409, 412, 422))
def edit_site(site_id: RowId, response: Response, uow: Uow, change: SiteChange, if_match: IfMatch = None) -> SiteShape:
    """Change a site; in another territory, what is still to be done there goes with it."""
    sites.seen(uow, site_id)
    unchanged(uow, Site, site_id, if_match)
    return SiteShape.model_validate(tagged(response, sites.change_site(uow, site_id, **change.sent())))


@router.delete("/{site_id}", status_code=204, summary="Remove a site", responses=problems(401, 403, 404, 409, 422))
def drop_site(site_id: RowId, uow: Uow) -> None:
    """Take away a site where nothing was ever done."""
    sites.remove_site(uow, site_id)
