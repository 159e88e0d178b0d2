"""Work to be done on a phone: a visit whose kind of work has a checklist, parts to take, and people who know more."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dispatch.domain.events import instant
from dispatch.domain.roles import SYSTEM
from dispatch.services import job_types
from dispatch.store.tables import ChecklistVersion, Job, Visit
from tests.dispatch.checklists import boiler
from tests.web.field_days import FieldDay

EXPERT = "Berta Vega"


def with_work(day: FieldDay) -> None:
    """Give the day's first visit all that can be worked on, and the second an appointment a quarter after its start."""
    world = day.operation.world
    world.planning_policy()
    with day.store.unit_of_work(SYSTEM) as uow:
        job = uow.get(Job, uow.get(Visit, day.visits[0]).job_id)
        job_types.change_job_type(uow, job.job_type_id, checklist=boiler(), checklist_required=True)
        uow.session.flush()
        version = uow.session.scalars(select(ChecklistVersion)).one()
        version.since = uow.now - dt.timedelta(hours=2)
        uow.get(Visit, day.visits[0]).demand = {"ignition electrode": 1}
    with day.store.unit_of_work(SYSTEM) as uow:
        second = uow.get(Visit, day.visits[1])
        second.windows = [[instant(uow.now), instant(uow.now + dt.timedelta(hours=2, minutes=15))]]
        second.appointment = True
    world.technician(EXPERT, territory=day.operation.territory, skills={"gas": 3}, phone="+56 9 4000 2000", senior=True)
