"""Saved views of the board."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.views import NewView, ViewChange, ViewShape
from dispatch.domain.roles import Right
from dispatch.services import saved_views
from dispatch.store.tables import SavedView

router = Router(prefix="/views", dependencies=[right(Right.READ_PLANS)])


@router.get("", summary="List saved views", responses=problems(401, 403, 422))
def list_views(uow: Reading, paging: Paging) -> Page[ViewShape]:
    """Your own views and those that others share, by name."""
    order = [SavedView.name, SavedView.id]
    return paged(uow, saved_views.views(uow), paging, order, lambda row: ViewShape.of(row[0], row[1], uow.actor.id))


@router.post("", status_code=201, summary="Save a view", responses=problems(401, 403, 409, 422))
def add_view(response: Response, uow: Uow, wanted: NewView) -> ViewShape:
    """Keep how you look at the board under a name."""
    view = tagged(response, saved_views.save_view(uow, **wanted.model_dump()))
    return ViewShape.of(view, saved_views.owner_of(uow, view), uow.actor.id)


@router.patch("/{view_id}", summary="Change a saved view", responses=problems(401, 403, 404, 409, 412, 422))
def edit_view(view_id: RowId, response: Response, uow: Uow, change: ViewChange, if_match: IfMatch = None) -> ViewShape:
    """Change a view of your own."""
    view = tagged(response, saved_views.change_view(uow, view_id, versions=if_match, **change.sent()))
    return ViewShape.of(view, saved_views.owner_of(uow, view), uow.actor.id)


@router.delete(
    "/{view_id}", status_code=204, summary="Remove a saved view", responses=problems(401, 403, 404, 409, 412, 422)
)
def remove_view(view_id: RowId, uow: Uow, if_match: IfMatch = None) -> None:
    """Remove a view of your own."""
    saved_views.remove_view(uow, view_id, versions=if_match)
