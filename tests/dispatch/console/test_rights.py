"""The table of roles and rights is what the API answers: requests that take each right, sent by every role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.console.seeded import assign
from tests.dispatch.world import World

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
SOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
LATER = SOON + dt.timedelta(hours=1)
Send = Callable[[Client, Mapping[str, str]], Any]


def _get(path: str) -> Send:
    return lambda client, ids: client.get(path.format_map(ids))


def _post(path: str, **body: Any) -> Send:
    return lambda client, ids: client.post(path.format_map(ids), json=_filled(body, ids))


def _put(path: str, **body: Any) -> Send:
    return lambda client, ids: client.put(path.format_map(ids), json=_filled(body, ids))


def _patch(path: str, **body: Any) -> Send:
    return lambda client, ids: client.patch(path.format_map(ids), json=_filled(body, ids))


def _filled(body: Any, ids: Mapping[str, str]) -> Any:
    return {name: value.format_map(ids) if isinstance(value, str) else value for name, value in body.items()}


_JOB = {"customer_id": "{customer}", "site_id": "{site}", "job_type_id": "{job_type}", "title": "Cold"}
_ABSENCE = {"technician_id": "{colleague}", "starts_at": SOON.isoformat(), "ends_at": LATER.isoformat()}
_WINDOW = {"earliest": SOON.isoformat(), "latest": LATER.isoformat()}

TAKES: Mapping[Right, tuple[Send, ...]] = {
    Right.READ_CUSTOMERS: (_get("customers"), _get("customers/{customer}"), _get("sites"), _get("equipment")),
    Right.WRITE_CUSTOMERS: (
        _post("customers", name="New"),
        _patch("customers/{customer}", name="Renamed"),
        _patch("sites/{site}", access_notes="Ring twice"),
    ),
    Right.READ_JOBS: (_get("jobs"), _get("jobs/{job}"), _get("promises"), _get("jobs/{job}/promises")),
    Right.CREATE_JOBS: (_post("jobs", **_JOB),),
    Right.CHANGE_JOBS: (
        _patch("jobs/{job}", title="Warm"),
        _post("jobs/{job}/actions", action="cancel"),
        _post("jobs/{job}/visits"),
        _patch("visits/{theirs}", duration=1800),
    ),
    Right.ACT_ON_VISITS: (_put("visits/{theirs}/pin", technician="{colleague}"),),
    Right.BOOK: (_get("booking/visits/{visit}/slots"), _post("booking/visits/{visit}/holds", **_WINDOW)),
    Right.READ_PEOPLE: (_get("absences"),),
    Right.WRITE_PEOPLE: (_post("technicians", name="New", base_lat=-29.9, base_lon=-71.2),),
    Right.RECORD_ABSENCE: (_post("absences", **_ABSENCE),),
    Right.READ_PLANS: (_get("plans"), _get("plans/today"), _get("runs")),
    Right.START_RUNS: (_post("runs"), _post("runs/run_none/cancel")),
    Right.EDIT_DRAFTS: (_post("plans/plan_none/reject"), _post("plans/plan_none/edit", edits=[])),
    Right.APPROVE_PLANS: (_post("plans/plan_none/approve"),),
    Right.READ_SCENARIOS: (_get("scenarios"), _get("scenarios/form"), _get("scenarios/scenario_none/outcome")),
    Right.RUN_SCENARIOS: (_post("scenarios/scenario_none/run"), _post("scenarios/scenario_none/accept")),
    Right.READ_SETUP: tuple(map(_get, ("territories", "job-types", "calendars", "sla-policies", "policies"))),
    Right.WRITE_SETUP: (
        _post("territories", name="East", time_zone="UTC"),
        _post("job-types", name="Painting", duration=600),
        _post("calendars", name="Nights", hours={"mon": [["20:00", "22:00"]]}),
        _post("sla-policies", name="Gold", calendar_id="calendar_none"),
        _post("policies", name="Careful"),
        _get("status"),
        _get("events/parked"),
        _post("notifications/notification_none/retry"),
    ),
    Right.MANAGE_USERS: (_get("users"), _post("users", email="a@b.example", name="A", role="agent")),
    Right.READ_AUDIT: (_get("audit"), _get("notifications?everybodys=true"), _get("exports/audit")),
    Right.IMPORT: (_get("imports"), _post("imports/import_none/apply")),
    Right.EXPORT: (_get("exports/jobs"), _get("exports/technicians"), _get("exports/customers")),
    Right.MANAGE_WEBHOOKS: (_get("webhooks"), _post("webhooks", name="In", url="https://hooks.example.org/")),
}
"""Right → requests that take it and no other right that its roles have not."""

OF_EITHER: Mapping[tuple[Right, ...], tuple[Send, ...]] = {
    (Right.READ_EVENTS, Right.WORK_VISITS): (_get("events/history"),),
    (Right.READ_PEOPLE, Right.WORK_VISITS): (_get("technicians"), _get("technicians/{own}"), _get("shifts")),
    (Right.READ_JOBS, Right.WORK_VISITS): (_get("visits"), _get("visits/{visit}")),
    (Right.ACT_ON_VISITS, Right.WORK_VISITS): (_put("technicians/{own}/position", lat=-29.9, lon=-71.25),),
}
"""Any of these rights → requests that one of them is enough for."""


@pytest.fixture
def ids(sqlite_store: Store) -> dict[str, str]:
    """A technician of the tests, a colleague, and a visit for each of them."""
    world = World(sqlite_store)
    world.planning_policy()
    customer = world.customer()
    site, job_type = world.site(customer), world.job_type()
    own, colleague = world.technician("Own"), world.technician("Colleague")
    shift = world.shift(own)
    job, visit = world.job(customer=customer, site=site, job_type=job_type, visit={"status": "dispatched"})
    assign(sqlite_store, visit, own, shift)
    _, theirs = world.job(customer=customer, site=site, job_type=job_type)
    return {
        "customer": customer,
        "site": site,
        "job_type": job_type,
        "own": own,
        "colleague": colleague,
        "job": job,
        "visit": visit,
        "theirs": theirs,
    }


def test_every_right_of_a_person_is_in_these_tables() -> None:
    either = {right for rights in OF_EITHER for right in rights}
    assert {*TAKES, *either} == {right for role in PEOPLE for right in RIGHTS[role]}


@pytest.mark.parametrize("role", PEOPLE)
def test_who_has_a_right_may_and_who_has_not_is_forbidden(api: Api, ids: Mapping[str, str], role: Role) -> None:
    client = api(role.value, technician_id=ids["own"] if role is Role.TECHNICIAN else None)
    wrong = []
    for rights, requests in (*(((right,), some) for right, some in TAKES.items()), *OF_EITHER.items()):
        allowed = bool(set(rights) & RIGHTS[role])
        for send in requests:
            answer = send(client, ids)
            hidden = role is Role.TECHNICIAN and ids["theirs"] in answer.request.url.path
            fits = answer.status_code not in (401, 403, 405, 500) if allowed else answer.status_code == 403
            if not fits and not (hidden and answer.status_code == 404):
                wrong.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
    assert not wrong, "\n".join(wrong)


def test_a_technician_sees_and_moves_along_what_is_theirs_and_nothing_else(api: Api, ids: Mapping[str, str]) -> None:
    client = api("technician", technician_id=ids["own"])
    assert [one["id"] for one in client.get("visits").json()["items"]] == [ids["visit"]]
    assert client.get(f"visits/{ids['theirs']}").status_code == 404
    assert client.post(f"visits/{ids['theirs']}/actions", json={"action": "accept"}).status_code == 404
    assert client.get(f"technicians/{ids['colleague']}").status_code == 403
    assert client.put(f"technicians/{ids['colleague']}/position", json={"lat": 0, "lon": 0}).status_code == 404
    assert client.post(f"visits/{ids['visit']}/actions", json={"action": "recall"}).status_code == 403
    assert client.post(f"visits/{ids['visit']}/actions", json={"action": "accept"}).status_code == 200
