"""What the back office asks of the API besides the lists and forms: skills, areas, sheets that are mended, roles."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.store.engine import Store
from dispatch.store.tables import Shift, Site, Technician
from optimizer.scoring import TERMS
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.services.test_customers import square
from tests.dispatch.world import World

SHEET = """external_id,name,base_lat,base_lon,skills,senior
T-1,Ana,-29.9,-71.2,boiler:2,yes
T-2,Ben,north,-71.2,boiler:x,no
T-3,Carla,-29.9,-71.2,,perhaps
"""


def look(client: Client, text: str = SHEET) -> Any:
    return client.post("imports?kind=technicians", files={"file": ("people.csv", text.encode(), "text/csv")}).json()


def test_the_table_of_roles_is_the_one_that_holds(api: Api) -> None:
    answer = api("agent").get("roles").json()
    assert {one["role"]: set(one["rights"]) for one in answer["roles"]} == {
        role.value: {right.value for right in RIGHTS[role]} for role in Role if role is not Role.SYSTEM
    }
    assert Right.RUN_SYSTEM.value not in answer["rights"], "what no person may is not in a table of people"


def test_forms_choose_from_the_words_of_the_program(api: Api) -> None:
    answer = api("planner").get("choices").json()
    assert answer["rules"] == list(TERMS)
    assert {"JobReceived", "PlanPublished"} <= set(answer["events"])


def test_skills_are_counted_and_certificates_that_run_out_come_first(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    here, there = world.territory("Here"), world.territory("There")
    ana, ben = world.technician("Ana", territory=here), world.technician("Ben", territory=there)
    manager = api("manager")
    for who, level, until in ((ana, 2, "2026-12-10"), (ben, 3, "2026-12-01")):
        held = [{"skill": "boiler", "level": level, "valid_until": until}, {"skill": "gas"}]
        assert manager.patch(f"technicians/{who}", json={"skills": held}).status_code == 200

    listed = manager.get("skills").json()["items"]
    assert [(one["skill"], one["technicians"], one["highest_level"]) for one in listed] == [
        ("boiler", 2, 3),
        ("gas", 2, 1),
    ]
    ending = manager.get("skills/running-out?until=2026-12-31").json()["items"]
    assert [(one["technician_name"], one["valid_until"]) for one in ending] == [
        ("Ben", "2026-12-01"),
        ("Ana", "2026-12-10"),
    ]
    assert manager.get("skills/running-out?until=2026-12-05").json()["items"] == ending[:1]

    only_here = api("dispatcher", territories=[here])
    assert [one["technician_name"] for one in only_here.get("skills/running-out?until=2026-12-31").json()["items"]] == [
        "Ana"
    ]
    assert only_here.get("skills").json()["items"][0]["highest_level"] == 2


def test_an_area_says_what_lies_in_it_and_what_it_would_change(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    drawn, other = world.territory("Drawn"), world.territory("Other")
    world.site(lat=-29.9, lon=-71.2, territory=drawn)
    world.site(lat=-31.0, lon=-71.2, territory=drawn)
    world.site(lat=-29.9, lon=-71.21, territory=other)
    loose = world.site(lat=-29.91, lon=-71.2, territory=drawn)
    with sqlite_store.unit_of_work() as uow:
        uow.get(Site, loose).territory_id = None
    world.technician("Ana", territory=other, base_lat=-29.9, base_lon=-71.2)
    client = api("planner")

    answer = client.post("territories/look", json={"boundary": square(-29.9, -71.2, 0.1), "territory_id": drawn})

    assert answer.status_code == 200, answer.text
    seen = answer.json()
    people = seen.pop("technicians")
    assert seen == {"kept": 1, "joining": 1, "others": 1, "leaving": 1}
    assert [(one["name"], one["territory_id"]) for one in people] == [("Ana", other)]

    wrong = client.post("territories/look", json={"boundary": {"type": "Point", "coordinates": [0, 0]}})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["place"] == "boundary"


def test_bad_cells_are_mended_where_they_stand_and_the_rest_stays(api: Api, sqlite_store: Store) -> None:
    manager = api("manager")
    made = look(manager)
    assert {(one["row"], one["column"]) for one in made["errors"]} == {(3, "base_lat"), (3, "skills"), (4, "senior")}

    rows = manager.get(f"imports/{made['id']}/rows?limit=2").json()
    assert rows["columns"] == ["external_id", "name", "base_lat", "base_lon", "skills", "senior"]
    assert [(one["row"], one["outcome"]) for one in rows["items"]] == [(2, "new"), (3, "bad")]
    assert [one["row"] for one in manager.get(rows["next"]).json()["items"]] == [4]
    assert manager.get(f"imports/{made['id']}/rows?only=bad").json()["total"] == 2

    cells = [
        {"row": 3, "column": "base_lat", "value": "-29.95"},
        {"row": 3, "column": "skills", "value": "boiler:1"},
    ]
    better = manager.post(f"imports/{made['id']}/corrections", json={"cells": cells}).json()
    assert [(one["row"], one["column"]) for one in better["errors"]] == [(4, "senior")]
    assert manager.get(f"imports/{made['id']}").json()["errors"] == made["errors"], "the first look stays as it was"

    good = manager.post(f"imports/{better['id']}/corrections", json={"without": [4]}).json()
    assert good["errors"] == []
    assert good["counts"]["new"] == 2
    assert manager.post(f"imports/{good['id']}/apply").status_code == 200
    with sqlite_store.reading() as uow:
        assert {one.name for one in uow.session.query(Technician)} == {"Ana", "Ben"}
    again = manager.post(f"imports/{good['id']}/corrections", json={"without": [3]})
    assert again.status_code == 409
    assert again.json()["type"].endswith("import-applied")


@pytest.mark.parametrize(
    "body",
    [
        {"cells": [{"row": 9, "column": "name", "value": "x"}]},
        {"cells": [{"row": 2, "column": "shoe", "value": "9"}]},
        {"without": [2, 3, 4]},
    ],
)
def test_what_is_no_cell_and_a_sheet_without_rows_are_refused(api: Api, body: dict[str, Any]) -> None:
    manager = api("manager")
    answer = manager.post(f"imports/{look(manager)['id']}/corrections", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["remedy"]


def test_somebody_elses_sheet_is_not_there_for_who_has_territories(api: Api, sqlite_store: Store) -> None:
    here = World(sqlite_store).territory("Here")
    made = look(api("manager"))
    other = api("manager", territories=[here])
    assert other.get(f"imports/{made['id']}/rows").status_code == 404
    assert other.post(f"imports/{made['id']}/corrections", json={"without": [3]}).status_code == 404


def test_a_week_is_repeated_at_the_same_time_of_day_where_nothing_is_in_the_way(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    here = world.territory("Here", time_zone="Europe/Madrid")
    ana = world.technician("Ana", territory=here)
    manager = api("manager")

    def add(day: str, since: str, until: str, **more: Any) -> Any:
        shift = {"technician_id": ana, "starts_at": f"{day}T{since}+00:00", "ends_at": f"{day}T{until}+00:00", **more}
        answer = manager.post("shifts", json=shift)
        assert answer.status_code == 201, answer.text
        return answer.json()

    rest = {"earliest": "2026-10-19T10:00Z", "latest": "2026-10-19T11:00Z", "duration": 1800}
    add("2026-10-19", "06:00", "15:00", breaks=[rest], max_overtime=3600)
    add("2026-10-20", "06:00", "15:00")
    there = add("2026-10-27", "12:00", "20:00")

    answer = manager.post("shifts/repeat", json={"monday": "2026-10-19", "weeks": 2, "territory_id": here})

    assert answer.status_code == 201, answer.text
    made = [(one["starts_at"], one["ends_at"]) for one in answer.json()["made"]]
    # The clocks are put back on the 25th: what was 08:00 is 08:00, an hour later by UTC.
    assert made == [
        ("2026-10-26T07:00:00Z", "2026-10-26T16:00:00Z"),
        ("2026-11-02T07:00:00Z", "2026-11-02T16:00:00Z"),
        ("2026-11-03T07:00:00Z", "2026-11-03T16:00:00Z"),
    ]
    assert answer.json()["made"][0]["breaks"][0]["earliest"] == "2026-10-26T11:00:00Z"
    assert answer.json()["made"][0]["max_overtime"] == 3600
    assert [one["shift"] for one in answer.json()["skipped"]] == [there["id"]]
    again = manager.post("shifts/repeat", json={"monday": "2026-10-19", "weeks": 2, "territory_id": here}).json()
    assert again["made"] == []

    those = {"shifts": [one["id"] for one in answer.json()["made"]]}
    assert api("dispatcher").post("shifts/remove", json=those).status_code == 403
    begun = add("2026-11-09", "06:00", "15:00")
    with sqlite_store.unit_of_work() as uow:
        uow.get(Shift, begun["id"]).began_at = uow.now
    assert manager.post("shifts/remove", json={"shifts": [*those["shifts"], begun["id"]]}).status_code == 409
    assert all(manager.get(f"shifts/{one}").status_code == 200 for one in those["shifts"]), "all of them or none"
    assert manager.post("shifts/remove", json=those).status_code == 204
    assert {manager.get(f"shifts/{one}").status_code for one in those["shifts"]} == {404}
    assert manager.post("shifts/remove", json=those).status_code == 204, "what is gone already stays gone"
    assert api("dispatcher").post("shifts/repeat", json={"monday": "2026-10-19"}).status_code == 403
    assert manager.post("shifts/repeat", json={"monday": "2026-10-20"}).status_code == 422
