"""What it would come to if a visit took longer, before anybody says so."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.deps import Reading, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At, RowId
from dispatch.domain.roles import Right
from dispatch.planning.extension import preview
from dispatch.services.visits import LONGEST_EXTENSION

router = Router(prefix="/visits")

Longer = Annotated[int, Query(ge=1, le=LONGEST_EXTENSION, description="By how many seconds the visit takes longer")]


class LateShape(BaseModel):
    """A promise that would be missed, or by more. Without a number it is another technician's visit."""

    model_config = ConfigDict(from_attributes=True)

    visit: str | None
    number: str | None
    who: str | None = Field(description="The customer; of a visit that is only planned, its title")
    promise: str = Field(description="`appointment`, `on_site` or `resolve`")
    due: At
    late_by_before: int = Field(description="Seconds, as things stand")
    late_by_after: int = Field(description="Seconds, with the visit longer")


class ExtensionShape(BaseModel):
    """What it would come to. ``later``: how many of your visits would start a minute or more later."""

    model_config = ConfigDict(from_attributes=True)

    visits: list[LateShape]
    later: int
    ends_before: At | None = Field(description="When this visit ends as things stand")
    ends_after: At | None
    day_ends_before: At | None = Field(description="When the last visit of the shift ends as things stand")
    day_ends_after: At | None


@router.get(
    "/{visit_id}/extension",
    summary="Whom would it make late",
    dependencies=[right(Right.WORK_VISITS)],
    responses=problems(401, 403, 404, 409, 422),
)
def preview_extension(visit_id: RowId, uow: Reading, travel: Travel, seconds: Longer) -> ExtensionShape:
    """Which promises would be missed if a visit of yours took longer by so many seconds; nothing is changed."""
    return ExtensionShape.model_validate(preview(uow, visit_id, seconds, travel))
