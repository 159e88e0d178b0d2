"""The service report of a visit, on the phone."""

from __future__ import annotations

from fastapi import Request, Response

from dispatch.console.deps import SignedIn, TheSettings, TheStore, right
from dispatch.console.pictures import DOCUMENT, read_out
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.domain.roles import Right
from dispatch.services import service_reports
from dispatch.store.door import StoreDoor

router = Router(dependencies=[right(Right.WORK_VISITS)])


@router.get(
    "/visits/{visit_id}/report",
    summary="Show the service report",
    response_class=Response,
    responses={**DOCUMENT, **problems(401, 403, 404, 422, 507)},
)
def show_report(visit_id: RowId, request: Request, store: TheStore, actor: SignedIn, settings: TheSettings) -> Response:
    """A PDF in the customer's language with all that has come so far; before the end of the visit, as a preview."""
    return read_out(service_reports.document(StoreDoor(store, actor), settings, visit_id), request.headers)
