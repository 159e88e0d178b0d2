"""Imports of sheets: looked at first, then applied."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Query, UploadFile
from pydantic import BaseModel, Field

from dispatch.console.deps import Addresses, Reading, TheSettings, Uow, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At, RowId
from dispatch.domain.roles import Right
from dispatch.services import imports
from dispatch.services.imports import Kind
from dispatch.services.sheet_files import TooLarge
from dispatch.settings import Settings
from dispatch.store.tables import SheetImport

router = Router(prefix="/imports", dependencies=[right(Right.IMPORT)])


class BadCellShape(BaseModel):
    """A cell that cannot be taken over, and what to do about it."""

    sheet: str
    row: int
    column: str
    value: str
    problem: str
    remedy: str


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
    def of(cls, made: SheetImport) -> ImportShape:
        """The import as a document."""
        columns = {name: getattr(made, name) for name in cls.model_fields if name not in ("counts", "notes")}
        return cls.model_validate({**columns, "counts": imports.counts(made), "notes": imports.notes(made)})


def _content(file: UploadFile, settings: Settings) -> bytes:
    content = file.file.read(int(settings.upload_mb * 1_000_000) + 1)
    if len(content) > settings.upload_mb * 1_000_000:
        raise TooLarge(f"The file has more than {settings.upload_mb:g} MB. Split it.")
    return content


@router.get("", summary="List imports", responses=problems(401, 403, 422))
def list_imports(uow: Reading, paging: Paging) -> Page[ImportShape]:
    """Sheets that were looked at or applied, the latest first."""
    query = imports.made_by(uow)
    return paged(uow, query, paging, [SheetImport.created_at.desc(), SheetImport.id.desc()], ImportShape.of)


@router.post("", status_code=201, summary="Look at a sheet", responses=problems(401, 403, 409, 413, 422))
def upload(
    uow: Uow,
    settings: TheSettings,
    finder: Addresses,
    kind: Annotated[Kind, Query(description="What its rows are")],
    file: Annotated[UploadFile, File(description="CSV, or Excel (.xlsx)")],
) -> ImportShape:
    """Say what a sheet would create and change, and which of its cells cannot be taken over; nothing is changed."""
    made = imports.preview(uow, kind, _content(file, settings), file.filename or "sheet", finder)
    return ImportShape.of(made)


@router.get("/{import_id}", summary="Read an import", responses=problems(401, 403, 404, 422))
def one_import(import_id: RowId, uow: Reading) -> ImportShape:
    """What a sheet would do, or did."""
    return ImportShape.of(imports.seen(uow, import_id))


@router.post("/{import_id}/apply", summary="Apply an import", responses=problems(401, 403, 404, 409, 422))
def apply_import(import_id: RowId, uow: Uow) -> ImportShape:
    """Take over all rows, or none. Again: the same answer, and nothing is changed."""
    return ImportShape.of(imports.apply(uow, import_id))
