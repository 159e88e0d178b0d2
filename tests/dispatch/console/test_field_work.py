"""What technicians say on the spot, over HTTP: checklists, the record of a visit, parts that are needed."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import checklists, expert_calls, media, parts, report_sending, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Purpose
from tests.dispatch.checklists import PHOTO, SIGNATURE, boiler
from tests.dispatch.console.conftest import Api
from tests.dispatch.services.acting import assign, bring
from tests.dispatch.world import World

LINKS = [{"title": "Gas code", "url": "https://example.org/gas"}]


@pytest.fixture
def world(sqlite_store: Store) -> World:
    return World(sqlite_store)


class Work:
    """A visit where Anna works, of a kind of work with a checklist."""

    def __init__(self, api: Api, store: Store, world: World) -> None:
        self.store = store
        administrator = api("administrator")
        body = {"name": "Boiler", "duration": 3600, "checklist": boiler(), "knowledge": LINKS}
        made = administrator.post("job-types", json={**body, "checklist_required": True})
        assert made.status_code == 201, made.text
        self.kind: str = made.json()["id"]
        self.territory = world.territory()
        self.technician = world.technician("Anna", territory=self.territory, phone="+56 9 1")
        self.phone = api("technician", technician_id=self.technician)
        self.anna = Actor(self.phone.user, "Anna", Role.TECHNICIAN, frozenset(), self.technician)
        self.job, self.visit = world.job(job_type=self.kind, territory=self.territory, title="No hot water")
        assign(world, self.visit, self.technician)
        bring(store, self.visit, VisitStatus.WORKING)

    def request(self, **details: Any) -> str:
        with self.store.unit_of_work(self.anna) as uow:
            return parts.request(uow, visits.seen(uow, self.visit), "fan", 1, uow.now, **details).id


@pytest.fixture
def work(api: Api, sqlite_store: Store, world: World) -> Work:
    return Work(api, sqlite_store, world)


# -- job types ---------------------------------------------------------------------------------------------------------


def test_an_administrator_gives_a_kind_of_work_a_checklist_and_changes_it(api: Api, work: Work) -> None:
    administrator = api("administrator")
    path = f"job-types/{work.kind}"
    told = administrator.get(path).json()
    assert (told["checklist_version"], told["checklist_required"], told["knowledge"]) == (1, True, LINKS)
    assert list(told["checklist"]["properties"]) == list(boiler()["properties"])
    tag = administrator.get(path).headers["ETag"]
    changed = administrator.patch(path, json={"checklist": told["checklist"]}, headers={"If-Match": tag})
    assert changed.json()["checklist_version"] == 1, "what was read is sent back as it is"
    turned = {**told["checklist"], "x-order": told["checklist"]["x-order"][::-1]}
    changed = administrator.patch(path, json={"checklist": turned, "knowledge": []}).json()
    assert (changed["checklist_version"], changed["knowledge"]) == (2, [])
    assert list(changed["checklist"]["properties"]) == list(boiler()["properties"])[::-1]
    assert administrator.patch(path, json={"checklist": {}}).json()["checklist"] == {}


def test_a_checklist_that_phones_could_not_show_is_refused_by_its_place(api: Api, work: Work) -> None:
    wrong = boiler()
    wrong["properties"]["pressure"]["multipleOf"] = 0.5
    answer = api("administrator").patch(f"job-types/{work.kind}", json={"checklist": wrong})
    assert answer.status_code == 422
    assert [one["place"] for one in answer.json()["errors"]] == ["checklist.properties.pressure.multipleOf"]


@pytest.mark.parametrize("url", ["http://example.org", "javascript:alert(1)", "https://", "https://example.org/a b"])
def test_links_lead_only_where_a_browser_is_safe(api: Api, work: Work, url: str) -> None:
    link = {"title": "Elsewhere", "url": url}
    assert api("administrator").patch(f"job-types/{work.kind}", json={"knowledge": [link]}).status_code == 422


# -- the record of a visit ---------------------------------------------------------------------------------------------


def test_the_record_tells_what_was_done_at_a_visit(api: Api, work: Work) -> None:
    with work.store.unit_of_work(work.anna) as uow:
        visit = visits.seen(uow, work.visit)
        checklists.answer(uow, visit, 1, {"cause": "valve", "pressure": 21.5, "photos": [PHOTO]}, uow.now)
        parts.use(uow, visit, "valve", 1, uow.now)
        expert_calls.call(uow, visit, uow.now, skill="gas", note="The flame goes out.")
        media.attach(uow, work.visit, PHOTO, Purpose.PHOTO, "after", "photos", uow.now)
        media.sign(uow, work.visit, SIGNATURE, "Rosa Miranda", uow.now)
        report_sending.ask(uow, work.visit, "rosa@example.org", asked_by=uow.actor.id)
    request = work.request(urgent=True)
    answer = api("dispatcher").get(f"visits/{work.visit}/record")
    assert answer.status_code == 200, answer.text
    record = answer.json()
    (checklist,) = record["checklists"]
    assert (checklist["version"], checklist["missing"], checklist["technician_id"]) == (
        1,
        ["label", "tight"],
        work.technician,
    )
    told = {one["name"]: one for one in checklist["answers"]}
    assert list(told) == list(boiler()["properties"])
    assert told["cause"] == {
        "name": "cause",
        "kind": "choice",
        "title": "Cause",
        "title_zh": "原因",
        "unit": None,
        "value": "valve",
        "label": {"en": "Gas valve", "zh": "燃气阀"},
    }
    assert (told["pressure"]["value"], told["pressure"]["unit"], told["tight"]["value"]) == (21.5, "mbar", None)
    assert [(one["part"], one["quantity"]) for one in record["parts"]] == [("valve", 1)]
    assert [(one["id"], one["status"]) for one in record["requests"]] == [(request, "open")]
    assert [(one["by"], one["expert"], one["skill"]) for one in record["calls"]] == [("Anna", None, "gas")]
    assert [(one["sha256"], one["field"], one["status"]) for one in record["media"]] == [(PHOTO, "photos", "awaited")]
    assert record["signature"]["name"] == "Rosa Miranda"
    assert record["report"] == {"made_at": None, "edition": 0, "addresses": ["rosa@example.org"]}


def test_a_visit_where_nothing_was_said_has_an_empty_record(api: Api, world: World) -> None:
    _, visit = world.job()
    record = api("dispatcher").get(f"visits/{visit}/record").json()
    assert record == {
        "visit_id": visit,
        "checklists": [],
        "parts": [],
        "requests": [],
        "calls": [],
        "media": [],
        "signature": None,
        "report": None,
    }


def test_technicians_read_the_record_of_their_own_visits_and_of_no_other(api: Api, work: Work, world: World) -> None:
    path = f"visits/{work.visit}/record"
    stranger = api("technician", technician_id=world.technician())
    elsewhere = api("dispatcher", territories=[world.territory()])
    assert [one.get(path).status_code for one in (work.phone, stranger, elsewhere)] == [200, 404, 404]


# -- parts -------------------------------------------------------------------------------------------------------------


def test_the_office_reads_what_is_needed_and_sees_to_it(api: Api, work: Work) -> None:
    plain, urgent = work.request(note="the small one"), work.request(urgent=True)
    office = api("agent")
    page = office.get("part-requests", params={"limit": 1}).json()
    rest = office.get(page["next"]).json()["items"]
    assert {one["id"] for one in (*page["items"], *rest)} == {plain, urgent}
    hurry = office.get("part-requests", params={"urgent": True}).json()["items"]
    assert [one["id"] for one in hurry] == [urgent]
    one = office.get(f"part-requests/{plain}")
    told = one.json()
    assert (told["title"], told["note"], told["actions"]) == (
        "No hot water",
        "the small one",
        ["order", "arrive", "cancel"],
    )
    path, tag = f"part-requests/{plain}/actions", one.headers["ETag"]
    ordered = office.post(path, json={"action": "order"}, headers={"If-Match": tag})
    assert (ordered.status_code, ordered.json()["status"]) == (200, "ordered")
    assert office.post(path, json={"action": "arrive"}, headers={"If-Match": tag}).status_code == 412
    assert office.post(path, json={"action": "arrive"}).json()["actions"] == []
    refused = office.post(path, json={"action": "cancel"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fieldwright:problem:no-such-step")
    still = office.get("part-requests", params={"status": "open", "job_id": work.job}).json()["items"]
    assert [one["id"] for one in still] == [urgent]


@pytest.mark.parametrize(("role", "read", "step"), [("planner", 200, 403), ("technician", 403, 403)])
def test_who_may_not_change_jobs_orders_nothing(api: Api, work: Work, role: str, read: int, step: int) -> None:
    request = work.request()
    client = work.phone if role == "technician" else api(role)
    assert client.get("part-requests").status_code == read
    assert client.get(f"part-requests/{request}").status_code == read
    assert client.post(f"part-requests/{request}/actions", json={"action": "order"}).status_code == step


def test_requests_of_other_territories_are_not_there(api: Api, work: Work, world: World) -> None:
    request = work.request()
    elsewhere = api("dispatcher", territories=[world.territory()])
    assert elsewhere.get("part-requests").json()["items"] == []
    assert elsewhere.get(f"part-requests/{request}").status_code == 404
    assert elsewhere.post(f"part-requests/{request}/actions", json={"action": "order"}).status_code == 404
