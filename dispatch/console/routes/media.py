"""Pictures and service reports, for the office."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import BaseModel, Field

from dispatch.console.deps import Reading, SignedIn, TheSettings, TheStore, right
from dispatch.console.pictures import BINARY, DOCUMENT, read_out, shown
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At, RowId
from dispatch.domain.roles import Right
from dispatch.services import media, service_reports
from dispatch.store.door import StoreDoor
from dispatch.store.files import Files
from dispatch.store.tables import Media, Purpose, VisitMedia

router = Router(dependencies=[right(Right.READ_JOBS, Right.WORK_VISITS)])


class VisitMediaShape(BaseModel):
    """A picture of a visit."""

    id: str | None = Field(description="What to read it by; null while it has not come")
    sha256: str = Field(description="Of the bytes as the phone sends them")
    purpose: Purpose
    caption: str = Field(description="Of a signature: who signed")
    field: str = Field(description="The checklist's question that it answers; empty for others")
    at: At
    status: str = Field(description="`awaited`, `here`, or `refused` because its bytes were no picture")
    type: str | None
    width: int | None = Field(description="Pixels")
    height: int | None = Field(description="Pixels")
    size: int | None = Field(description="Bytes")

    @classmethod
    def of(cls, attached: VisitMedia, picture: Media | None) -> VisitMediaShape:
        """The picture as a document."""
        there = picture if picture is not None and picture.kept is not None else None
        return cls(
            id=there.id if there else None,
            sha256=attached.sha256,
            purpose=attached.purpose,
            caption=attached.caption,
            field=attached.field,
            at=attached.at,
            status=media.status(picture),
            type=there.kept_type if there else None,
            width=there.width if there else None,
            height=there.height if there else None,
            size=there.kept_size if there else None,
        )


@router.get("/visits/{visit_id}/media", summary="Pictures of a visit", responses=problems(401, 403, 404, 422))
def list_visit_media(visit_id: RowId, uow: Reading) -> list[VisitMediaShape]:
    """What technicians photographed, scanned and let sign, in the order in which it was taken."""
    return [VisitMediaShape.of(*one) for one in media.of_visit(uow, visit_id)]


@router.get(
    "/media/{media_id}/content",
    summary="Read a picture of a visit",
    response_class=Response,
    responses={**BINARY, **problems(401, 403, 404, 416, 422)},
)
def read_picture(media_id: RowId, request: Request, uow: Reading, settings: TheSettings) -> Response:
    """The picture as it is kept, without anything but its pixels."""
    return shown(Files.of(settings), media.seen(uow, media_id), request.headers)


@router.get(
    "/visits/{visit_id}/report",
    summary="Read the service report of a visit",
    response_class=Response,
    responses={**DOCUMENT, **problems(401, 403, 404, 422, 507)},
)
def read_report(visit_id: RowId, request: Request, store: TheStore, actor: SignedIn, settings: TheSettings) -> Response:
    """A PDF in the customer's language, as of now. Drawing it takes a moment and no transaction."""
    return read_out(service_reports.document(StoreDoor(store, actor), settings, visit_id), request.headers)
