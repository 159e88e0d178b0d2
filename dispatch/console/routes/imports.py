"""Imports of sheets: looked at first, then applied."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, File, Query, Request, UploadFile
from pydantic import BaseModel, Field

from dispatch.console import chinese
from dispatch.console.deps import Addresses, Reading, TheSettings, Uow, right
from dispatch.console.paging import LARGEST, Page, Paging, paged
from dispatch.console.problems import problems, reads_chinese
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At, RowId
from dispatch.console.shapes.imports import BadCellShape, Corrections, ImportRowsShape, Outcome
from dispatch.domain.roles import Right
from dispatch.services import import_rows, imports
from dispatch.services.imports import Kind
from dispatch.services.sheet_files import TooLarge
from dispatch.settings import Settings
from dispatch.store.tables import SheetImport

router = Router(prefix="/imports", dependencies=[right(Right.IMPORT)])


InChinese = Annotated[bool, Depends(reads_chinese)]


class Counts(BaseModel):
    """How many rows are new, changed and unchanged."""

    new: int
    changed: int
    unchanged: int


class ImportShape(BaseModel):
    """A sheet that was looked at: what it would do, or did once it was applied."""

    id: str
    kind: Kind
    file_name: str
    counts: Counts
    errors: list[BadCellShape]
    notes: list[BadCellShape] = Field(description="Addresses that were not found for sure; they do not hinder applying")
    created_at: At
    created_by: str
    applied_at: At | None

    @classmethod
    def of(cls, made: SheetImport, *, in_chinese: bool = False) -> ImportShape:
        """The import as a document, its sentences in the language of who reads it."""
        columns = {name: getattr(made, name) for name in cls.model_fields if name not in ("counts", "notes")}
        sentences = {"errors": made.errors, "notes": imports.notes(made)}
        if in_chinese:
            sentences = {name: chinese.cells(some) for name, some in sentences.items()}
        return cls.model_validate({**columns, **sentences, "counts": imports.counts(made)})


def _content(file: UploadFile, settings: Settings) -> bytes:
    content = file.file.read(int(settings.upload_mb * 1_000_000) + 1)
    if len(content) > settings.upload_mb * 1_000_000:
        raise TooLarge(f"The file has more than {settings.upload_mb:g} MB. Split it.")
    return content


@router.get("", summary="List imports", responses=problems(401, 403, 422))
def list_imports(uow: Reading, paging: Paging, in_chinese: InChinese) -> Page[ImportShape]:
    """Sheets that were looked at or applied, the latest first."""
    query = imports.made_by(uow)
    shape = partial(ImportShape.of, in_chinese=in_chinese)
    return paged(uow, query, paging, [SheetImport.created_at.desc(), SheetImport.id.desc()], shape)


@router.post("", status_code=201, summary="Look at a sheet", responses=problems(401, 403, 409, 413, 422))
def upload(
    uow: Uow,
    settings: TheSettings,
    finder: Addresses,
    kind: Annotated[Kind, Query(description="What its rows are")],
    file: Annotated[UploadFile, File(description="CSV, or Excel (.xlsx)")],
    in_chinese: InChinese,
) -> ImportShape:
    """Say what a sheet would create and change, and which of its cells cannot be taken over; nothing is changed."""
    made = imports.preview(uow, kind, _content(file, settings), file.filename or "sheet", finder)
    return ImportShape.of(made, in_chinese=in_chinese)


@router.get("/{import_id}", summary="Read an import", responses=problems(401, 403, 404, 422))
def one_import(import_id: RowId, uow: Reading, in_chinese: InChinese) -> ImportShape:
    """What a sheet would do, or did."""
    return ImportShape.of(imports.seen(uow, import_id), in_chinese=in_chinese)


@router.get("/{import_id}/rows", summary="Read the rows of an import", responses=problems(401, 403, 404, 422))
def list_rows(
    import_id: RowId,
    request: Request,
    uow: Reading,
    only: Annotated[Outcome | None, Query(description="Only the rows that would become that")] = None,
    after: Annotated[int, Query(ge=0, le=10_000_000, description="Behind the row with this number")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="At most so many rows")] = 50,
) -> ImportRowsShape:
    """The rows of a sheet with its bad cells, as they stood when it was looked at."""
    rows = import_rows.rows_of(imports.seen(uow, import_id), only=only, after=after, limit=limit)
    return ImportRowsShape.of(rows, request.url, in_chinese=reads_chinese(request))


@router.post(
    "/{import_id}/corrections",
    status_code=201,
    summary="Mend the cells of an import",
    responses=problems(401, 403, 404, 409, 422),
)
def mend(import_id: RowId, uow: Uow, finder: Addresses, wanted: Corrections, in_chinese: InChinese) -> ImportShape:
    """Look at the sheet again with other cells, or without some rows: another import, to be applied in its place."""
    cells = [(one.row, one.column, one.value) for one in wanted.cells]
    return ImportShape.of(import_rows.correct(uow, import_id, cells, wanted.without, finder), in_chinese=in_chinese)


@router.post("/{import_id}/apply", summary="Apply an import", responses=problems(401, 403, 404, 409, 422))
def apply_import(import_id: RowId, uow: Uow, in_chinese: InChinese) -> ImportShape:
    """Take over all rows, or none. Again: the same answer, and nothing is changed."""
    return ImportShape.of(imports.apply(uow, import_id), in_chinese=in_chinese)
