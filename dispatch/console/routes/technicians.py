"""Technicians: who they are, what they can do, where they are."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, Words
from dispatch.console.shapes.people import (
    NewTechnician,
    PositionReport,
    PositionShape,
    TechnicianChange,
    TechnicianDetail,
    TechnicianShape,
)
from dispatch.domain.roles import Right
from dispatch.services import people, people_lists
from dispatch.services.history import unchanged
from dispatch.store.tables import Technician

router = Router(prefix="/technicians", dependencies=[right(Right.READ_PEOPLE, Right.WORK_VISITS)])


@router.get("", summary="Find technicians", responses=problems(401, 403, 422))
def list_technicians(
    uow: Reading,
    paging: Paging,
    q: Words = "",
    territory_id: Chosen = None,
    skill: Words | None = None,
    active: bool | None = None,
) -> Page[TechnicianShape]:
    """Technicians by name; ``skill``: who holds it today."""
    query = people_lists.technicians(uow, q, territory_id=territory_id, skill=skill, active=active)
    return paged(uow, query, paging, [Technician.name, Technician.id], TechnicianShape.model_validate)


@router.post("", status_code=201, summary="Add a technician", responses=problems(401, 403, 409, 422))
def add_technician(response: Response, uow: Uow, wanted: NewTechnician) -> TechnicianDetail:
    """Somebody new; without a territory they get the one that their base lies in."""
    return TechnicianDetail.of(uow, tagged(response, people.create_technician(uow, **wanted.model_dump())))


@router.get("/{technician_id}", summary="Read a technician", responses=problems(401, 403, 404, 422))
def one_technician(technician_id: RowId, response: Response, uow: Reading) -> TechnicianDetail:
    """A technician with skills, and the ETag to change them by."""
    return TechnicianDetail.of(uow, tagged(response, people.seen(uow, technician_id)))


@router.patch("/{technician_id}", summary="Change a technician", responses=problems(401, 403, 404, 409, 412, 422))
def edit_technician(
    technician_id: RowId, response: Response, uow: Uow, change: TechnicianChange, if_match: IfMatch = None
) -> TechnicianDetail:
    """Change a technician; ``skills`` replaces all that they hold."""
    people.seen(uow, technician_id)
    unchanged(uow, Technician, technician_id, if_match)
    values = change.model_dump(exclude_unset=True)
    return TechnicianDetail.of(uow, tagged(response, people.change_technician(uow, technician_id, **values)))


@router.get("/{technician_id}/position", summary="Where is a technician", responses=problems(401, 403, 404, 422))
def read_position(technician_id: RowId, uow: Reading) -> PositionShape:
    """Where somebody was last known to be; 404 outside of their shifts."""
    return PositionShape.model_validate(people_lists.position_of(uow, technician_id))


@router.put("/{technician_id}/position", summary="Report a position", responses=problems(401, 403, 404, 409, 422))
def put_position(technician_id: RowId, uow: Uow, report: PositionReport) -> PositionShape:
    """Where somebody is, and how much traffic holds them up; refused outside of their shifts."""
    return PositionShape.model_validate(people.report_position(uow, technician_id, **report.model_dump()))
