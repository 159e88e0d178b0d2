"""Users and tokens through the API, and who may do what with them."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import Role
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.world import World


def _new(**fields: Any) -> dict[str, Any]:
    return {"email": "Ana.Rojas@example.org", "name": "Ana Rojas", "role": "dispatcher", **fields}


def _enter(api: Api, email: str, password: str) -> Client:
    client = api(None)
    assert client.post("/session", json={"email": email, "password": password}).status_code == 200
    return client


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(api: Api) -> None:
    made = api("administrator").post("/users", json=_new())
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    ana = _enter(api, "ana.rojas@example.org", made.json()["password"])
    assert ana.get("/session").json()["role"] == "dispatcher"
    assert "password" not in ana.get("/session").text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_only_administrators_manage_users(api: Api, role: Role) -> None:
    client = api(role)
    assert client.get("/users").status_code == 403
    assert client.post("/users", json=_new()).status_code == 403
    assert client.patch(f"/users/{client.user}", json={"role": "administrator"}).status_code == 403


def test_who_is_deactivated_is_out_at_once(api: Api) -> None:
    administrator = api("administrator")
    made = administrator.post("/users", json=_new()).json()
    ana = _enter(api, made["user"]["email"], made["password"])
    token = ana.post("/tokens", json={"name": "phone"}).json()["secret"]
    phone = {"Authorization": f"Bearer {token}"}
    assert api(None).get("/session", headers=phone).status_code == 200
    assert administrator.patch(f"/users/{made['user']['id']}", json={"active": False}).status_code == 200
    assert ana.get("/session").status_code == 401
    assert api(None).get("/session", headers=phone).status_code == 401


def test_a_reset_password_signs_out_everywhere(api: Api) -> None:
    administrator = api("administrator")
    made = administrator.post("/users", json=_new()).json()
    ana = _enter(api, made["user"]["email"], made["password"])
    reset = administrator.post(f"/users/{made['user']['id']}/password").json()
    assert ana.get("/session").status_code == 401
    assert reset["password"] != made["password"]
    _enter(api, made["user"]["email"], reset["password"])


def test_the_last_administrator_remains_one(api: Api, sqlite_store: Store) -> None:
    administrator = api("administrator")
    me = f"/users/{administrator.user}"
    for change in ({"active": False}, {"role": "manager"}):
        refused = administrator.patch(me, json=change)
        assert refused.status_code == 409
        assert refused.json()["type"].endswith(":last-administrator")
    World(sqlite_store).user("administrator", email="second@example.org")
    assert administrator.patch(me, json={"role": "manager"}).status_code == 200


def test_nobody_reaches_further_through_others_than_they_do_themselves(api: Api, sqlite_store: Store) -> None:
    north, south = (World(sqlite_store).territory(name) for name in ("North", "South"))
    limited = api("administrator", territories=[north])
    assert limited.post("/users", json=_new()).status_code == 403  # everywhere
    assert limited.post("/users", json=_new(territories=[south])).status_code == 403
    made = limited.post("/users", json=_new(territories=[north]))
    assert made.status_code == 201
    wider = limited.patch(f"/users/{made.json()['user']['id']}", json={"territories": [north, south]})
    assert wider.status_code == 403
    everywhere = api("administrator")
    assert limited.post(f"/users/{everywhere.user}/password").status_code == 403


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"role": "technician"}, "body.technician_id"),
        ({"role": "system"}, "body.role"),
        ({"territories": ["territory_x"]}, "body.territories"),
        ({"role": "technician", "technician_id": "technician_x"}, "body.technician_id"),
        ({"password": "secret"}, "body.password"),
    ],
)
def test_a_user_that_makes_no_sense_is_refused(api: Api, fields: dict[str, Any], place: str) -> None:
    refused = api("administrator").post("/users", json=_new(**fields))
    assert refused.status_code == 422
    assert [one["place"] for one in refused.json()["errors"]] == [place]


def test_two_users_do_not_share_an_address(api: Api) -> None:
    administrator = api("administrator")
    administrator.post("/users", json=_new())
    refused = administrator.post("/users", json=_new(email="ana.rojas@EXAMPLE.org"))
    assert refused.status_code == 422


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(api: Api) -> None:
    administrator = api("administrator")
    path = f"/users/{administrator.user}"
    seen = administrator.get(path).headers["etag"]
    first = administrator.patch(path, json={"name": "Ana"}, headers={"If-Match": seen})
    assert first.headers["etag"] != seen
    second = administrator.patch(path, json={"name": "Eva"}, headers={"If-Match": seen})
    assert second.status_code == 412
    assert administrator.get(path).json()["name"] == "Ana"


def test_the_audit_trail_says_who_changed_what_from_what_to_what_but_no_secret(api: Api) -> None:
    administrator = api("administrator")
    user = administrator.post("/users", json=_new()).json()["user"]["id"]
    administrator.patch(f"/users/{user}", json={"name": "Ana R."})
    administrator.post(f"/users/{user}/password")
    trail = api("manager").get("/audit", params={"row": user, "actor": administrator.user}).json()["items"]
    assert [one["what"] for one in trail] == ["changed", "changed", "created"]
    assert trail[1]["changes"] == {"name": ["Ana Rojas", "Ana R."]}
    assert trail[0]["changes"] == {"password_hash": ["•••", "•••"]}


def test_the_audit_trail_is_found_by_table_kind_and_time(api: Api) -> None:
    administrator = api("administrator")
    user = administrator.post("/users", json=_new()).json()["user"]["id"]
    administrator.patch(f"/users/{user}", json={"name": "Ana R."})
    found = administrator.get("/audit", params={"table": "user_account", "what": "changed"}).json()["items"]
    assert [one["row"] for one in found] == [user]
    at = found[0]["at"]
    assert administrator.get("/audit", params={"what": "changed", "since": at}).json()["items"] == found
    assert administrator.get("/audit", params={"until": at}).json()["items"] == []
    assert api("dispatcher").get("/audit").status_code == 403


def test_a_token_opens_the_api_until_it_is_revoked_and_is_shown_once(api: Api) -> None:
    made = api("administrator").post("/users", json=_new()).json()
    ana = _enter(api, made["user"]["email"], made["password"])
    answer = ana.post("/tokens", json={"name": "phone", "days": 3})
    token = answer.json()["token"]
    phone = api(None)
    phone.headers["Authorization"] = f"Bearer {answer.json()['secret']}"
    assert phone.get("/session").status_code == 200
    listed = ana.get("/tokens")
    assert [one["id"] for one in listed.json()["items"]] == [token["id"]]
    assert listed.json()["items"][0]["last_used_at"] is not None
    assert answer.json()["secret"] not in listed.text
    assert phone.post("/tokens", json={"name": "another"}).status_code == 403  # or revoking would end nothing
    assert ana.delete(f"/tokens/{token['id']}").status_code == 204
    assert phone.get("/session").status_code == 401


def test_tokens_of_others_are_seen_and_revoked_by_administrators_only(api: Api) -> None:
    administrator, agent, other = api("administrator"), api("agent"), api("agent")
    token = agent.get("/tokens").json()["items"][0]["id"]
    assert other.get("/tokens", params={"user": agent.user}).status_code == 403
    assert other.delete(f"/tokens/{token}").status_code == 404
    assert administrator.get("/tokens", params={"user": agent.user}).json()["items"][0]["id"] == token
    assert administrator.delete(f"/tokens/{token}").status_code == 204
    assert agent.get("/session").status_code == 401
