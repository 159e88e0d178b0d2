"""Views that people save: their own, and those that they share."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.services import saved_views
from tests.dispatch.console.conftest import Api, Client

NORTH = {"filter": {"territories": ["north"], "text": "gas"}, "panes": [40, 60]}


def saved(client: Client, name: str = "North", **fields: Any) -> dict[str, Any]:
    answer = client.post("views", json={"name": name, "what": NORTH, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def names(client: Client) -> list[str]:
    return [one["name"] for one in client.get("views").json()["items"]]


def test_a_view_is_found_again_as_it_was_saved(api: Api) -> None:
    dispatcher = api()
    view = saved(dispatcher)
    assert dispatcher.get("views").json()["items"] == [view]
    assert view["what"] == NORTH
    assert (view["own"], view["shared"]) == (True, False)


def test_only_what_is_shared_is_seen_by_others_and_only_its_owner_changes_it(api: Api) -> None:
    owner, other = api(), api("agent")
    private, shared = saved(owner), saved(owner, "Everybody's", shared=True)
    assert names(other) == ["Everybody's"]
    (seen,) = other.get("views").json()["items"]
    assert (seen["own"], seen["owner"]) == (False, shared["owner"])
    assert other.patch(f"views/{shared['id']}", json={"name": "Mine"}).status_code == 403
    assert other.delete(f"views/{shared['id']}").status_code == 403
    assert other.patch(f"views/{private['id']}", json={"name": "Mine"}).status_code == 404
    assert other.delete(f"views/{private['id']}").status_code == 404
    assert owner.patch(f"views/{shared['id']}", json={"shared": False}).status_code == 200
    assert names(other) == []
    assert names(owner) == ["Everybody's", "North"]


def test_a_view_is_changed_by_who_has_seen_its_last_version(api: Api) -> None:
    dispatcher = api()
    view = saved(dispatcher)
    path = f"views/{view['id']}"
    changed = dispatcher.patch(path, json={"what": {"panes": [50, 50]}}, headers={"If-Match": f'"{view["version"]}"'})
    assert changed.json()["what"] == {"panes": [50, 50]}
    late = dispatcher.patch(path, json={"name": "Late"}, headers={"If-Match": f'"{view["version"]}"'})
    assert late.status_code == 412
    assert dispatcher.delete(path, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert names(dispatcher) == []


def test_a_name_is_taken_once_by_each(api: Api) -> None:
    one, other = api(), api()
    view = saved(one)
    saved(other)
    again = one.post("views", json={"name": " North ", "what": {}})
    assert again.status_code == 409
    assert again.json()["view"] == view["id"]
    south = saved(one, "South")
    assert one.patch(f"views/{south['id']}", json={"name": "North"}).status_code == 409
    assert one.patch(f"views/{south['id']}", json={"name": "South", "shared": True}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "what": {}},
        {"name": "x" * 81, "what": {}},
        {"name": "  ", "what": {}},
        {"name": "Large", "what": {"text": "西" * (saved_views.LARGEST // 3)}},
        {"name": "List", "what": []},
        {"name": "More", "what": {}, "user_id": "user_other"},
    ],
    ids=["no name", "a long name", "a blank name", "too large", "no object", "somebody else's"],
)
def test_what_is_no_view_is_refused(wrong: dict[str, Any], api: Api) -> None:
    dispatcher = api()
    assert dispatcher.post("views", json=wrong).status_code == 422
    assert names(dispatcher) == []


def test_nobody_keeps_more_views_than_may_be(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    dispatcher = api()
    saved(dispatcher, "One"), saved(dispatcher, "Two")
    assert dispatcher.post("views", json={"name": "Three", "what": {}}).status_code == 409
    saved(api(), "Somebody else's")


def test_technicians_and_strangers_have_no_views(api: Api) -> None:
    assert api("technician").get("views").status_code == 403
    assert api("technician").post("views", json={"name": "North", "what": {}}).status_code == 403
    assert api(None).get("views").status_code == 401
