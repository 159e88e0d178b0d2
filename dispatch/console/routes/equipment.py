"""Equipment at sites."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, Words
from dispatch.console.shapes.customers import EquipmentChange, EquipmentShape, NewEquipment
from dispatch.domain.roles import Right
from dispatch.services import sites
from dispatch.services.history import unchanged
from dispatch.store.tables import Equipment
from dispatch.store.unit_of_work import UnitOfWork

router = Router(prefix="/equipment", dependencies=[right(Right.READ_CUSTOMERS)])


def _shown(uow: UnitOfWork, response: Response, machine: Equipment) -> EquipmentShape:
    return EquipmentShape.of(sites.with_warranty(uow, [tagged(response, machine)])[0])


@router.get("", summary="Find equipment", responses=problems(401, 403, 422))
def list_equipment(
    uow: Reading, paging: Paging, q: Words = "", site_id: Chosen = None, customer_id: Chosen = None
) -> Page[EquipmentShape]:
    """Machines by kind, maker, model and serial number, each with where its warranty stands."""
    query = sites.found_equipment(uow, q, site_id=site_id, customer_id=customer_id)
    page: Page[Equipment] = Page.model_construct(**paged(uow, query, paging, [Equipment.id], lambda row: row).__dict__)
    return Page(items=[EquipmentShape.of(pair) for pair in sites.with_warranty(uow, page.items)], next=page.next)


@router.post("", status_code=201, summary="Add equipment", responses=problems(401, 403, 404, 409, 422))
def add_equipment(response: Response, uow: Uow, wanted: NewEquipment) -> EquipmentShape:
    """A machine at a site."""
    return _shown(uow, response, sites.create_equipment(uow, **wanted.model_dump()))


@router.get("/{equipment_id}", summary="Read equipment", responses=problems(401, 403, 404, 422))
def one_machine(equipment_id: RowId, response: Response, uow: Reading) -> EquipmentShape:
    """A machine, with the ETag to change it by."""
    return _shown(uow, response, sites.seen_equipment(uow, equipment_id))


@router.patch("/{equipment_id}", summary="Change equipment", responses=problems(401, 403, 404, 409, 412, 422))
def edit_equipment(
    equipment_id: RowId, response: Response, uow: Uow, change: EquipmentChange, if_match: IfMatch = None
) -> EquipmentShape:
    """Change a machine; another ``site_id`` moves it."""
    sites.seen_equipment(uow, equipment_id)
    unchanged(uow, Equipment, equipment_id, if_match)
    return _shown(uow, response, sites.change_equipment(uow, equipment_id, **change.sent()))


@router.delete(
    "/{equipment_id}", status_code=204, summary="Remove equipment", responses=problems(401, 403, 404, 409, 422)
)
def drop_equipment(equipment_id: RowId, uow: Uow) -> None:
    """Take a machine away; jobs that named it name none then."""
    sites.remove_equipment(uow, equipment_id)
