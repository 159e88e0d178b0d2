"""Emergencies: who rings, who could come and when, and taking the job in for somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import BackgroundTasks, Query, Response

from dispatch.console.deps import Here, Reading, TheSettings, Travel, Uow, right
from dispatch.console.etags import tagged
from dispatch.console.problems import problems
from dispatch.console.routes.booking import raster_of
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Words
from dispatch.console.shapes.customers import ContactShape, CustomerShape
from dispatch.console.shapes.emergencies import AtHandShape, KnownCustomer, Look, MadeWayShape, NewEmergency
from dispatch.console.shapes.work import JobDetail, one_job, plain
from dispatch.domain.roles import Right
from dispatch.planning.at_hand import at_hand
from dispatch.planning.giving_way import made_ways
from dispatch.planning.imagined import Asked
from dispatch.services import emergencies

router = Router(prefix="/emergencies")


@router.get(
    "/customers",
    summary="Find who rings",
    dependencies=[right(Right.READ_CUSTOMERS)],
    responses=problems(401, 403, 422),
)
def find_who_rings(uow: Reading, q: Words = "", limit: Annotated[int, Query(ge=1, le=50)] = 10) -> list[KnownCustomer]:
    """Customers by telephone number, however it is written, or by words; with contacts, addresses and open jobs."""
    return [
        KnownCustomer(
            customer=CustomerShape.model_validate(one.customer),
            contacts=[ContactShape.model_validate(contact) for contact in one.contacts],
            addresses=list(one.addresses),
            open_jobs=one.open_jobs,
        )
        for one in emergencies.known(uow, q, limit)
    ]


@router.post(
    "/look",
    summary="See who could come, and when",
    dependencies=[right(Right.CREATE_JOBS)],
    responses=problems(401, 403, 404, 422),
)
def look(
    uow: Reading, here: Here, travel: Travel, settings: TheSettings, wanted: Look, afterwards: BackgroundTasks
) -> AtHandShape:
    """Technicians with when they arrive, what that costs and whom it delays; priced slots. Nothing is written."""
    asked = Asked(**wanted.model_dump(exclude={"days"}))
    afterwards.add_task(here.grounds.warm, here.store, travel)
    found = at_hand(uow, travel, asked, days=wanted.days, raster=raster_of(settings), grounds=here.grounds)
    return AtHandShape.model_validate(found)


@router.post(
    "/look/making-way",
    summary="See who could come if another visit gave way",
    dependencies=[right(Right.CREATE_JOBS)],
    responses=problems(401, 403, 404, 422),
)
def look_for_what_makes_way(uow: Reading, travel: Travel, wanted: Look) -> list[MadeWayShape]:
    """Who could come sooner than anybody as things stand, and which visit gives way to it, where it goes, and what both
    cost. Empty where somebody can come in time, or nothing critical is asked for. Nothing is written."""
    found = made_ways(uow, travel, Asked(**wanted.model_dump(exclude={"days"})))
    return [MadeWayShape.model_validate(one) for one in found]


@router.post(
    "",
    status_code=201,
    summary="Take in an emergency",
    dependencies=[right(Right.CREATE_JOBS)],
    responses={200: {"model": JobDetail, "description": "Known already"}, **problems(401, 403, 404, 409, 422)},
)
def add_emergency(response: Response, uow: Uow, wanted: NewEmergency) -> JobDetail:
    """A job with its first visit, which is pinned to the technician who was chosen, in the same transaction."""
    taken = emergencies.take_in(uow, **plain(wanted))
    if not taken.new:
        response.status_code = 200
    response.headers["Location"] = f"/api/v1/jobs/{taken.job.id}"
    return one_job(uow, tagged(response, taken.job))
