"""Checklists through the services: kept in versions, answered in any order, asked for before a visit is completed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import checklists, job_types, visits
from dispatch.services.checklists import ChecklistIncomplete, ChecklistUnknown
from dispatch.store.engine import Store
from dispatch.store.tables import ChecklistAnswers, ChecklistVersion, JobType, OutboxEntry, Visit
from tests.dispatch.checklists import PHOTO, boiler
from tests.dispatch.services.acting import assign, bring, do, somebody
from tests.dispatch.services.test_sla_changes import counted_statements
from tests.dispatch.world import World

ADMINISTRATOR = somebody(Role.ADMINISTRATOR)
DISPATCHER = somebody(Role.DISPATCHER)
MINUTE = dt.timedelta(minutes=1)


class Boilers:
    """A kind of work with a checklist, and a visit of that kind where Anna works."""

    def __init__(self, store: Store, world: World, clock: FixedClock) -> None:
        self.store, self.world, self.clock = store, world, clock
        with store.unit_of_work(ADMINISTRATOR) as uow:
            row = job_types.create_job_type(
                uow, name="gas boiler fault", duration=3600, checklist=boiler(), checklist_required=True
            )
            self.kind = row.id
        self.technician = world.technician("Anna")
        self.anna = somebody(Role.TECHNICIAN, self.technician)
        self.clock.advance(minutes=1)
        self.visit = self.another()

    def another(self, **job: Any) -> str:
        visit: str = self.world.job(job_type=self.kind, **job)[1]
        assign(self.world, visit, self.technician)
        bring(self.store, visit, VisitStatus.WORKING)
        return visit

    def change(self, **fields: Any) -> None:
        with self.store.unit_of_work(ADMINISTRATOR) as uow:
            job_types.change_job_type(uow, self.kind, **fields)

    def answer(
        self, answers: Mapping[str, Any], version: int = 1, at: dt.datetime | None = None, visit: str | None = None
    ) -> Mapping[str, Any]:
        with self.store.unit_of_work(self.anna) as uow:
            row = visits.seen(uow, visit or self.visit)
            return checklists.answer(uow, row, version, answers, at or uow.now)

    def told(self) -> dict[str, Any]:
        with self.store.reading() as uow:
            return checklists.of_visits(uow, [self.visit])[self.visit]

    def events(self) -> list[dict[str, Any]]:
        with self.store.reading() as uow:
            kinds = OutboxEntry.kind == "ChecklistAnswered"
            return [
                one.payload for one in uow.session.scalars(select(OutboxEntry).where(kinds).order_by(OutboxEntry.id))
            ]


@pytest.fixture
def boilers(store: Store, world: World, clock: FixedClock) -> Boilers:
    return Boilers(store, world, clock)


# -- the checklist of a kind of work -----------------------------------------------------------------------------------


def test_a_checklist_is_kept_in_full_and_each_change_of_it_is_another_version(boilers: Boilers) -> None:
    with boilers.store.reading() as uow:
        kind = uow.get(JobType, boilers.kind)
        assert (kind.checklist_version, kind.checklist["additionalProperties"]) == (1, False)
        assert kind.checklist["x-order"] == list(boiler()["properties"])
    boilers.change(checklist=boiler(required=["tight"]))
    boilers.change(duration=1800)
    boilers.change(checklist=boiler(required=["tight"]))  # as it is
    boilers.change(checklist_required=False)
    boilers.change(checklist={})
    with boilers.store.reading() as uow:
        rows = uow.session.scalars(select(ChecklistVersion).order_by(ChecklistVersion.version)).all()
        kept = [(one.version, one.schema.get("required"), one.required) for one in rows]
        assert uow.get(JobType, boilers.kind).checklist == {}
    assert kept == [(1, ["pressure", "tight"], True), (2, ["tight"], True), (3, ["tight"], False), (4, None, False)]


def test_a_checklist_that_is_none_is_refused_with_every_place_that_is_wrong(boilers: Boilers) -> None:
    wrong = boiler()
    wrong["properties"]["pressure"]["minimum"] = "low"
    wrong["properties"]["cause"]["enum"] = []
    with pytest.raises(Invalid) as refused:
        boilers.change(checklist=wrong, knowledge=[{"title": " ", "url": "http://example.org/a b"}])
    places = [one["place"] for one in refused.value.facts["errors"]]
    assert places == [
        "checklist.properties.pressure.minimum",
        "checklist.properties.cause.enum",
        "knowledge[0].title",
        "knowledge[0].url",
    ]


def test_only_who_may_write_the_setup_changes_a_checklist(boilers: Boilers) -> None:
    with pytest.raises(Forbidden), boilers.store.unit_of_work(DISPATCHER) as uow:
        job_types.change_job_type(uow, boilers.kind, checklist={})


def test_links_to_what_is_known_are_kept_as_they_are(boilers: Boilers) -> None:
    links = [{"title": "Gas code", "url": "https://example.org/gas"}]
    boilers.change(knowledge=links)
    with boilers.store.reading() as uow:
        assert uow.get(JobType, boilers.kind).knowledge == links


# -- answers -----------------------------------------------------------------------------------------------------------


def test_a_visit_tells_what_it_asks_in_order_and_what_was_answered(boilers: Boilers) -> None:
    told = boilers.told()
    assert (told["version"], told["answers"], told["answered_at"], told["required"]) == (1, {}, None, True)
    assert list(told["schema"]["properties"]) == list(boiler()["properties"])
    facts = boilers.answer({"pressure": 20, "photos": [PHOTO]})
    assert facts == {"version": 1, "answered": 2, "missing": ["label", "tight"]}
    boilers.answer({"tight": True, "photos": None})
    told = boilers.told()
    assert told["answers"] == {"pressure": 20, "tight": True}
    assert told["answered_at"] == "2026-11-23T12:01:00Z"
    assert [(one["answered"], one["missing"]) for one in boilers.events()] == [(2, 2), (2, 0)]
    assert json.dumps(told)


def test_an_answer_that_is_none_is_refused_and_nothing_of_its_like_is_kept(boilers: Boilers) -> None:
    with pytest.raises(Invalid) as refused:
        boilers.answer({"tight": True, "pressure": 99, "colour": "blue"})
    assert [one["place"] for one in refused.value.facts["errors"]] == ["answers.pressure", "answers.colour"]
    assert boilers.told()["answers"] == {}


@pytest.mark.parametrize("version", [0, 2])
def test_answers_to_a_version_that_never_was_are_refused(boilers: Boilers, version: int) -> None:
    with pytest.raises(ChecklistUnknown):
        boilers.answer({"tight": True}, version)


def test_answers_of_two_phones_are_the_same_in_whatever_order_they_come(boilers: Boilers) -> None:
    now = boilers.clock.now()
    early, late = {"pressure": 20, "notes": "first", "cause": "valve"}, {"notes": "second", "cause": None}
    other = boilers.another()
    boilers.answer(early, at=now - 2 * MINUTE)
    boilers.answer(late, at=now - MINUTE)
    boilers.answer(late, at=now - MINUTE, visit=other)
    boilers.answer(early, at=now - 2 * MINUTE, visit=other)
    with boilers.store.reading() as uow:
        rows = uow.session.scalars(select(ChecklistAnswers)).all()
        kept = {row.visit_id: (row.answers, row.answered_at) for row in rows}
    assert kept[boilers.visit] == kept[other] == ({"pressure": 20, "notes": "second"}, now - MINUTE)


def test_answers_that_change_nothing_tell_nothing(boilers: Boilers) -> None:
    boilers.answer({"tight": True})
    boilers.answer({"tight": True})
    assert len(boilers.events()) == 1


def test_answers_stay_with_the_version_that_they_were_given_for(boilers: Boilers) -> None:
    boilers.answer({"pressure": 20, "notes": "as it was"})
    newer = boiler(required=["meter"], dependentRequired={}, allOf=[])
    del newer["properties"]["notes"]
    boilers.change(checklist=newer)
    boilers.answer({"notes": "still as it was"}, version=1)
    told = boilers.told()
    assert (told["version"], told["answers"]["notes"]) == (1, "still as it was")
    assert "notes" in told["schema"]["properties"]
    with pytest.raises(Invalid):
        boilers.answer({"notes": "gone"}, version=2)
    boilers.clock.advance(minutes=1)
    boilers.answer({"meter": 7}, version=2)
    assert (boilers.told()["version"], boilers.told()["answers"]) == (2, {"meter": 7})
    with boilers.store.reading() as uow:
        record = checklists.answers_of(uow, boilers.visit)
    assert [(row.checklist_version, row.answers.get("notes")) for row, _ in record] == [
        (2, None),
        (1, "still as it was"),
    ]


def test_a_meter_tells_what_it_showed_at_an_earlier_visit_to_the_same_equipment(boilers: Boilers) -> None:
    site = boilers.world.site()
    equipment, other = boilers.world.equipment(site), boilers.world.equipment(site)
    before = [boilers.another(site=site, equipment_id=equipment) for _ in range(2)]
    boilers.answer({"meter": 100, "pressure": 20}, visit=before[0])
    boilers.clock.advance(minutes=1)
    boilers.answer({"meter": 140}, visit=before[1])
    boilers.answer({"meter": 7}, visit=boilers.another(site=site, equipment_id=other))
    boilers.visit = boilers.another(site=site, equipment_id=equipment)
    assert boilers.told()["previous"] == {"meter": {"value": 140, "at": "2026-11-23T12:02:00Z"}}
    boilers.answer({"meter": 150})
    assert boilers.told()["previous"]["meter"]["value"] == 140


def test_many_visits_are_told_with_as_many_questions_to_the_store_as_one(boilers: Boilers) -> None:
    one, three = [boilers.visit], [boilers.visit, boilers.another(), boilers.another()]
    counted = []
    for wanted in (one, three):
        with counted_statements(boilers.store) as statements, boilers.store.reading() as uow:
            assert set(checklists.of_visits(uow, wanted)) == set(wanted)
        counted.append(len(statements))
    assert counted[0] == counted[1]


def test_visits_of_a_kind_that_asks_nothing_are_left_out(store: Store, world: World) -> None:
    _, visit = world.job()
    with store.reading() as uow:
        assert checklists.of_visits(uow, [visit, "visit_that_is_not"]) == {}


# -- completing --------------------------------------------------------------------------------------------------------


def test_a_technician_completes_a_visit_only_once_what_must_be_is_answered(boilers: Boilers) -> None:
    with pytest.raises(ChecklistIncomplete) as refused:
        do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna)
    assert refused.value.code == "checklist-incomplete"
    assert refused.value.detail == "Still to be answered: Gas pressure, Tight."
    assert refused.value.facts["missing"][1] == {"name": "tight", "title": "Tight", "title_zh": "无泄漏"}
    boilers.answer({"pressure": 20, "tight": False})
    with pytest.raises(ChecklistIncomplete) as refused:
        do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna)
    assert [one["name"] for one in refused.value.facts["missing"]] == ["notes"]
    boilers.answer({"notes": "leaks at the seal"})
    done = do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna)
    assert done.status is VisitStatus.COMPLETED


def test_a_dispatcher_completes_a_visit_for_a_technician_without_the_checklist(boilers: Boilers) -> None:
    assert do(boilers.store, boilers.visit, VisitAction.COMPLETE, DISPATCHER).status is VisitStatus.COMPLETED


def test_a_visit_ends_otherwise_without_the_checklist(boilers: Boilers) -> None:
    assert do(boilers.store, boilers.visit, VisitAction.NEED_VISIT, boilers.anna).status is VisitStatus.INCOMPLETE


def test_where_the_checklist_is_a_wish_a_visit_is_completed_without_it(boilers: Boilers) -> None:
    boilers.change(checklist_required=False)
    assert do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna).status is VisitStatus.COMPLETED


def test_answers_to_the_version_that_the_phone_had_are_enough_when_more_is_asked_meanwhile(boilers: Boilers) -> None:
    boilers.answer({"pressure": 20, "tight": True})
    boilers.clock.advance(minutes=1)
    boilers.change(checklist=boiler(required=["pressure", "tight", "meter", "customer"]))
    assert do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna).status is VisitStatus.COMPLETED


def test_a_checklist_that_came_after_the_visit_was_dispatched_is_not_asked_of_a_phone_that_never_saw_it(
    boilers: Boilers,
) -> None:
    plain = boilers.world.job_type()
    _, visit = boilers.world.job(job_type=plain)
    assign(boilers.world, visit, boilers.technician)
    bring(boilers.store, visit, VisitStatus.WORKING)
    boilers.clock.advance(minutes=1)
    with boilers.store.unit_of_work(ADMINISTRATOR) as uow:
        job_types.change_job_type(uow, plain, checklist=boiler(), checklist_required=True)
    assert do(boilers.store, visit, VisitAction.COMPLETE, boilers.anna).status is VisitStatus.COMPLETED
    _, later = boilers.world.job(job_type=plain)
    assign(boilers.world, later, boilers.technician)
    boilers.clock.advance(minutes=1)
    bring(boilers.store, later, VisitStatus.WORKING)
    with pytest.raises(ChecklistIncomplete):
        do(boilers.store, later, VisitAction.COMPLETE, boilers.anna)


def test_a_step_that_is_not_possible_anyway_is_refused_as_such(boilers: Boilers) -> None:
    do(boilers.store, boilers.visit, VisitAction.NEED_VISIT, boilers.anna)
    with pytest.raises(Exception, match="incomplete") as refused:
        do(boilers.store, boilers.visit, VisitAction.COMPLETE, boilers.anna)
    assert refused.value.code == "illegal-transition"  # type: ignore[attr-defined]


def test_answers_go_with_their_visit_and_leave_a_trace(boilers: Boilers) -> None:
    boilers.answer({"tight": True})
    with boilers.store.unit_of_work() as uow:
        uow.session.delete(uow.get(Visit, boilers.visit))
    with boilers.store.reading() as uow:
        assert uow.session.scalars(select(ChecklistAnswers)).all() == []
