"""The rows of an import as documents."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.datastructures import URL

from dispatch.console import chinese
from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import Short, without_nul
from dispatch.services.import_rows import Rows
from dispatch.services.sheet_files import MAX_CELL, MAX_ROWS

Number = Annotated[int, Field(ge=1, le=10_000_000)]
Outcome = Literal["new", "changed", "unchanged", "bad"]


class BadCellShape(BaseModel):
    """A cell that cannot be taken over, and what to do about it."""

    sheet: str
    row: int
    column: str
    value: str
    problem: str
    remedy: str

    def in_chinese(self) -> BadCellShape:
        """The same with its sentences in Chinese."""
        told = {"problem": chinese.said(self.problem), "remedy": chinese.said(self.remedy)}
        return self.model_copy(update=told)


class ImportRowShape(BaseModel):
    """A row of a sheet: what would become of it, its cells, and those of them that cannot be taken over."""

    model_config = ConfigDict(from_attributes=True)

    row: int = Field(description="As a spreadsheet counts: the header is row 1")
    outcome: Outcome
    cells: dict[str, str]
    errors: list[BadCellShape]
    note: BadCellShape | None

    def in_chinese(self) -> ImportRowShape:
        """The same with its sentences in Chinese."""
        note = None if self.note is None else self.note.in_chinese()
        return self.model_copy(update={"errors": [one.in_chinese() for one in self.errors], "note": note})


class ImportRowsShape(BaseModel):
    """Some rows of a sheet; ``total``: of those that were asked for."""

    columns: list[str]
    total: int
    items: list[ImportRowShape]
    next: str | None = Field(None, description="Path and query of the next page; null on the last one")

    @classmethod
    def of(cls, rows: Rows, asked: URL, *, in_chinese: bool = False) -> Self:
        """The rows as a document; ``asked``: the address that was asked for them."""
        further = None if rows.after is None else asked.include_query_params(after=rows.after)
        link = None if further is None else f"{further.path}?{further.query}"
        items = [ImportRowShape.model_validate(one) for one in rows.rows]
        if in_chinese:
            items = [one.in_chinese() for one in items]
        return cls(columns=rows.columns, total=rows.total, items=items, next=link)


class MendedCell(Sent):
    """What a cell is to say."""

    row: Number
    column: Short
    value: Annotated[str, AfterValidator(without_nul), Field(max_length=MAX_CELL)]


class Corrections(Sent):
    """Cells that say something else now, and rows that are left out."""

    cells: list[MendedCell] = Field(default_factory=list, max_length=5000)
    without: list[Number] = Field(default_factory=list, max_length=MAX_ROWS)
