"""Absences."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, When
from dispatch.console.shapes.people import AbsenceShape, NewAbsence
from dispatch.domain.roles import Right
from dispatch.services import absences, people_lists
from dispatch.store.tables import Absence

router = Router(prefix="/absences", dependencies=[right(Right.READ_PEOPLE)])


@router.get("", summary="Find absences", responses=problems(401, 403, 422))
def list_absences(
    uow: Reading,
    paging: Paging,
    technician_id: Chosen = None,
    since: Annotated[When | None, Query(description="Ends after")] = None,
    until: Annotated[When | None, Query(description="Starts before")] = None,
) -> Page[AbsenceShape]:
    """Absences by their start."""
    query = people_lists.absences(uow, technician_id=technician_id, since=since, until=until)
    return paged(uow, query, paging, [Absence.starts_at, Absence.id], AbsenceShape.model_validate)


@router.post("", status_code=201, summary="Record an absence", responses=problems(401, 403, 404, 409, 422))
def add_absence(response: Response, uow: Uow, wanted: NewAbsence) -> AbsenceShape:
    """Somebody cannot work from then to then; plans take it into account at once."""
    return AbsenceShape.model_validate(tagged(response, absences.record_absence(uow, **wanted.model_dump())))


@router.get("/{absence_id}", summary="Read an absence", responses=problems(401, 403, 404, 422))
def one_absence(absence_id: RowId, response: Response, uow: Reading) -> AbsenceShape:
    """An absence."""
    return AbsenceShape.model_validate(tagged(response, absences.seen_absence(uow, absence_id)))


@router.delete(
    "/{absence_id}", status_code=204, summary="Remove an absence", responses=problems(401, 403, 404, 409, 422)
)
def drop_absence(absence_id: RowId, uow: Uow) -> None:
    """Somebody can work after all."""
    absences.remove_absence(uow, absence_id)
