"""Exports: sheets with the columns of the imports, and the audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from dispatch.console.deps import Reading, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.roles import Right
from dispatch.services import exports
from dispatch.services.exports import ExportKind
from dispatch.services.sheet_files import MEDIA_TYPES, Format

router = Router(prefix="/exports", dependencies=[right(Right.EXPORT)])

_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()
        },
    }
}


@router.get(
    "/{kind}",
    summary="Export a sheet",
    response_class=Response,
    responses={**_FILES, **problems(401, 403, 422)},
)
def download(
    kind: ExportKind,
    uow: Reading,
    form: Annotated[Format, Query(alias="format", description="CSV or Excel")] = "csv",
) -> Response:
    """All that you may see of a kind. Technicians, customers and jobs can be imported again, unchanged."""
    content = exports.export(uow, kind, form)
    disposition = {"Content-Disposition": f'attachment; filename="{kind}.{form}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=disposition)
