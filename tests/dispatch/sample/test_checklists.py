"""What the sample's technicians are asked: real checklists, which the simulated force fills in like everybody else."""

from __future__ import annotations

import pytest

from dispatch.domain.checklist import as_kept, missing, wrong
from dispatch.domain.checklist_form import KINDS, problems_of
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.sample.checklists import PAPERS, Paper
from dispatch.sample.company import add_job_types
from dispatch.sample.force.paperwork import fill_in
from dispatch.sample.people import PEOPLE
from dispatch.sample.work import CREW_KINDS, FOLLOW_UPS
from dispatch.sample.work import KINDS as KINDS_OF_WORK
from dispatch.services import checklists
from dispatch.services.checklists import ChecklistIncomplete
from dispatch.store.engine import Store
from dispatch.store.tables import JobType
from tests.dispatch.services.acting import assign, bring, do, somebody
from tests.dispatch.world import World

ALL_WORK = (*KINDS_OF_WORK, *CREW_KINDS, *(follow_up[1] for follow_up in FOLLOW_UPS))


@pytest.mark.parametrize("skill", sorted(PAPERS))
def test_each_checklist_has_a_question_of_every_kind_in_both_languages(skill: str) -> None:
    paper: Paper = PAPERS[skill]
    assert problems_of(paper.schema) == []
    kept = as_kept(paper.schema)
    assert {one["x-kind"] for one in kept["properties"].values()} == set(KINDS)
    for one in kept["properties"].values():
        assert one["x-title-zh"] != one["title"]
        assert all(label["en"] and label["zh"] for label in one.get("x-labels", {}).values())
    assert paper.required
    assert paper.conditions
    assert all(link["url"].startswith("https://example.org/") for link in paper.knowledge)


def test_all_work_of_the_sample_asks_something_and_every_part_of_it_is_on_a_van() -> None:
    carried = {part for person in PEOPLE for part in person.parts}
    for kind in ALL_WORK:
        assert next(iter(kind.skills)) in PAPERS
        assert set(kind.parts) <= carried


@pytest.mark.parametrize("name", ["gas boiler fault", "circuit trips", "cold store fault", "fibre connection"])
def test_the_force_answers_what_must_be_before_it_completes_a_visit(sqlite_store: Store, name: str) -> None:
    world = World(sqlite_store)
    with sqlite_store.unit_of_work() as uow:
        kind = add_job_types(uow)[name]
    technician = world.technician()
    _, visit = world.job(job_type=kind)
    assign(world, visit, technician)
    bring(sqlite_store, visit, VisitStatus.WORKING)
    who = somebody(Role.TECHNICIAN, technician)
    with sqlite_store.reading() as uow:
        must = uow.get(JobType, kind).checklist_required
    if must:
        with pytest.raises(ChecklistIncomplete):
            do(sqlite_store, visit, VisitAction.COMPLETE, who)
    with sqlite_store.unit_of_work(who) as uow:
        fill_in(uow, visit, uow.now)
    with sqlite_store.reading() as uow:
        told = checklists.of_visits(uow, [visit])[visit]
    assert told["answers"]
    assert wrong(told["schema"], told["answers"]) == []
    assert missing(told["schema"], told["answers"]) == []
    assert do(sqlite_store, visit, VisitAction.COMPLETE, who).status is VisitStatus.COMPLETED


def test_the_force_writes_nothing_where_nothing_is_asked(sqlite_store: Store) -> None:
    _, visit = World(sqlite_store).job()
    with sqlite_store.unit_of_work() as uow:
        fill_in(uow, visit, uow.now)
        assert checklists.answers_of(uow, visit) == []
