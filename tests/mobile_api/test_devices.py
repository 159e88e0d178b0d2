"""Phones that are lost, taken back and wiped; who may do that, and what the phone learns of it."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM, Role
from dispatch.services.users import change_user
from dispatch.store.engine import Store
from dispatch.store.installation_keys import installation_key
from dispatch.store.tables import AccessToken, AuditEntry, Device, OutboxEntry
from tests.mobile_api.carrying import ORIGIN, UNDER, Depot, Phone

LOST: dict[str, Any] = {"because": "left on a bus", "wipe": True}
KEPT: dict[str, Any] = {"because": "another phone now", "wipe": False}


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def device_of(store: Store, phone: Phone) -> Device:
    with store.reading() as uow:
        return uow.get(Device, phone.device)


def events(store: Store, kind: str) -> list[OutboxEntry]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)))


def test_a_dispatcher_sees_the_phones_without_their_secrets(depot: Depot, phone: Phone, bare_phone: Phone) -> None:
    depot.wall.advance(minutes=5)
    phone.get("/profile")
    office = depot.office()
    items = {one["id"]: one for one in office.get("devices").json()["items"]}
    assert set(items) == {phone.device, bare_phone.device}
    shown = items[phone.device]
    assert shown["owner"]["technician_id"] == phone.technician
    assert (shown["bound"], items[bare_phone.device]["bound"]) == (True, False)
    assert shown["seen_at"] == "2026-11-23T12:05:00Z"
    assert not {"key", "thumbprint", "push", "token"} & set(shown)
    of_one = office.get("devices", params={"technician": phone.technician}).json()["items"]
    assert [one["id"] for one in of_one] == [phone.device]
    assert office.get(f"devices/{phone.device}").json() == shown


def test_a_revoked_phone_is_told_so_and_once_to_wipe_itself(depot_anywhere: Depot) -> None:
    depot = depot_anywhere
    phone = depot.phone()
    answer = depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
    assert answer.status_code == 200
    assert (answer.json()["wipe"], answer.json()["wipe_told_at"]) == (True, None)
    (told,) = events(depot.store, "DeviceRevoked")
    assert (told.subject_id, told.technician, told.payload["wipe"]) == (phone.device, phone.technician, True)
    depot.wall.advance(minutes=3)
    for _ in range(2):
        refused = phone.get("/changes")
        assert (refused.status_code, code(refused)) == (401, "device-revoked")
        assert refused.json()["wipe"] is True
        depot.wall.advance(minutes=1)
    device = device_of(depot.store, phone)
    assert device.wipe_told_at == dt.datetime(2026, 11, 23, 12, 3, tzinfo=dt.UTC)
    assert len([one for one in events(depot.store, "RecordChanged") if one.subject_id == phone.device]) == 1


def test_a_phone_that_is_only_taken_back_keeps_what_it_holds(depot: Depot, phone: Phone) -> None:
    office = depot.office()
    assert office.post(f"devices/{phone.device}/revoke", json=KEPT).status_code == 200
    refused = phone.post("/actions", json={})
    assert (refused.status_code, code(refused), refused.json()["wipe"]) == (401, "device-revoked", False)
    assert device_of(depot.store, phone).wipe_told_at is None
    # Later it turns out that it was lost.
    again = office.post(f"devices/{phone.device}/revoke", json=LOST).json()
    assert (again["wipe"], again["revoked_because"]) == (True, "another phone now")
    assert phone.get("/changes").json()["wipe"] is True
    # Nobody takes that back.
    assert office.post(f"devices/{phone.device}/revoke", json=KEPT).json()["wipe"] is True
    assert len(events(depot.store, "DeviceRevoked")) == 2


def test_whoever_has_only_the_token_cannot_take_the_wiping_from_the_phone(depot: Depot, phone: Phone) -> None:
    depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
    with TestClient(depot.app, base_url=ORIGIN) as thief:
        for scheme in ("Bearer", "DPoP"):
            answer = thief.get(f"{UNDER}/changes", headers={"Authorization": f"{scheme} {phone.token}"})
            assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")
    assert device_of(depot.store, phone).wipe_told_at is None
    assert phone.get("/changes").json()["wipe"] is True


@pytest.mark.parametrize("path", ["/changes", "/profile", "/push/key"])
def test_every_way_of_asking_tells_a_lost_phone(depot: Depot, path: str) -> None:
    for keyed in (True, False):
        phone = depot.phone(keyed=keyed)
        depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
        assert code(phone.get(path)) == "device-revoked"
        assert code(phone.api("GET", "/events?seconds=0")) == "device-revoked"
        assert code(phone.delete("/device")) == "device-revoked"
        assert device_of(depot.store, phone).wipe_told_at is not None


@pytest.mark.parametrize("how", [KEPT, LOST], ids=["kept", "lost"])
def test_a_revoked_phone_takes_the_browsers_of_its_user_along(depot: Depot, phone: Phone, how: dict[str, Any]) -> None:
    browser, office = depot.browser(phone.user), depot.office()
    office.post(f"devices/{phone.device}/revoke", json=how)
    assert browser.get("session").status_code == 401
    assert office.get("session").status_code == 200


def test_the_browser_in_which_somebody_revokes_their_own_phone_stays_signed_in(depot: Depot, phone: Phone) -> None:
    here, elsewhere = depot.browser(phone.user), depot.browser(phone.user)
    assert here.post(f"devices/{phone.device}/revoke", json=LOST).status_code == 200
    assert [one.get("session").status_code for one in (here, elsewhere)] == [200, 401]


def test_a_token_without_a_key_revokes_no_phone_but_its_own(depot: Depot, phone: Phone) -> None:
    whose = {"user": phone.user, "technician": phone.technician, "shift": "", "visits": []}
    bare = depot.phone(whose, keyed=False)
    for how in (LOST, KEPT):
        refused = bare.api("POST", f"/devices/{phone.device}/revoke", json=how)
        assert (refused.status_code, code(refused)) == (403, "not-bound")
    assert device_of(depot.store, phone).revoked_at is None
    assert bare.api("POST", f"/devices/{bare.device}/revoke", json=KEPT).status_code == 200
    assert phone.get("/profile").status_code == 200


def test_a_lost_phone_whose_token_has_ended_or_was_replaced_is_told_all_the_same(depot: Depot, phone: Phone) -> None:
    newer = depot.sign_in(phone.user, phone.key, phone.device).json()
    assert newer["device"] == phone.device
    depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
    depot.wall.advance(days=60)
    assert phone.get("/changes").json()["wipe"] is True


def test_a_lost_phone_that_signs_in_again_is_told_first(depot: Depot, phone: Phone) -> None:
    depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
    first = depot.sign_in(phone.user, phone.key, phone.device)
    assert (first.status_code, code(first), first.json()["wipe"]) == (401, "device-revoked", True)
    found_again = depot.sign_in(phone.user, phone.key, phone.device)
    assert found_again.status_code == 200
    assert found_again.json()["device"] != phone.device  # wiped, it begins as another one
    assert code(phone.get("/changes")) == "device-revoked"


def test_a_technician_revokes_their_own_phone_and_no_other(depot: Depot, phone: Phone) -> None:
    whose = {"user": phone.user, "technician": phone.technician, "shift": "", "visits": []}
    second, other = depot.phone(whose), depot.phone()
    listed = [one["id"] for one in phone.api("GET", "/devices").json()["items"]]
    assert set(listed) == {phone.device, second.device}
    assert phone.api("POST", f"/devices/{other.device}/revoke", json=LOST).status_code == 404
    assert phone.api("GET", f"/devices/{other.device}").status_code == 404
    assert phone.api("POST", f"/devices/{second.device}/revoke", json=LOST).status_code == 200
    assert code(second.get("/changes")) == "device-revoked"
    assert other.get("/profile").status_code == 200
    assert device_of(depot.store, second).revoked_by == phone.user


@pytest.mark.parametrize(
    ("role", "here", "elsewhere"),
    [
        (Role.ADMINISTRATOR, 200, 200),
        (Role.MANAGER, 200, 404),
        (Role.DISPATCHER, 200, 404),
        (Role.PLANNER, 403, 403),
        (Role.AGENT, 403, 403),
    ],
)
def test_who_acts_on_visits_of_a_territory_revokes_its_phones(
    depot: Depot, role: Role, here: int, elsewhere: int
) -> None:
    north = depot.world.territory()
    near, far = depot.phone(keyed=False), depot.phone(keyed=False, territory=north)
    office = depot.office(role, territories=[] if role is Role.ADMINISTRATOR else [depot.territory])
    answers = [office.post(f"devices/{one.device}/revoke", json=LOST).status_code for one in (near, far)]
    assert answers == [here, elsewhere]
    listed = office.get("devices")
    if here == 200:
        expected = {near.device} | ({far.device} if elsewhere == 200 else set())
        assert {one["id"] for one in listed.json()["items"]} == expected
    else:
        assert listed.status_code == 403


def test_a_phone_that_was_not_taken_is_listed_apart(depot: Depot, phone: Phone, bare_phone: Phone) -> None:
    office = depot.office()
    office.post(f"devices/{phone.device}/revoke", json=KEPT)
    for revoked, device in ((True, phone.device), (False, bare_phone.device)):
        items = office.get("devices", params={"revoked": revoked}).json()["items"]
        assert [one["id"] for one in items] == [device]


def test_revoking_needs_a_reason(depot: Depot, phone: Phone) -> None:
    office = depot.office()
    assert office.post(f"devices/{phone.device}/revoke", json={"wipe": True}).status_code == 422
    assert office.post(f"devices/{phone.device}/revoke", json={"because": ""}).status_code == 422
    assert office.post("devices/device_unknown/revoke", json=LOST).status_code == 404
    assert phone.get("/profile").status_code == 200


def test_revoking_ends_the_stream_that_the_phone_follows(depot: Depot, phone: Phone, monkeypatch: Any) -> None:
    from dispatch.console.routes import events as stream

    monkeypatch.setattr(stream, "HEARTBEAT", 0.02)
    revoking = threading.Timer(0.2, _revoke, [depot, phone])
    revoking.start()
    with phone.stream("GET", "/api/v1/events?seconds=20") as answer:
        heard = "".join(answer.iter_text())
    revoking.join()
    assert "event: ended" in heard
    assert device_of(depot.store, phone).wipe_told_at is None  # the stream is no answer: it is told when it next asks
    assert phone.get("/changes").json()["wipe"] is True


def test_a_deactivated_users_phone_can_still_be_wiped(depot: Depot, phone: Phone) -> None:
    with depot.store.unit_of_work(SYSTEM) as uow:
        change_user(uow, phone.user, depot.wall.now(), active=False)
    assert code(phone.get("/changes")) == "signed-out"
    depot.office().post(f"devices/{phone.device}/revoke", json=LOST)
    assert phone.get("/changes").json()["wipe"] is True


def test_the_audit_trail_says_who_revoked_and_shows_no_secret(depot: Depot, phone: Phone) -> None:
    office = depot.office(name="Carla Soto")
    office.post(f"devices/{phone.device}/revoke", json=LOST)
    with depot.store.reading() as uow:
        entries = list(uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == phone.device)))
    assert [one.what for one in entries] == ["created", "changed"]
    assert entries[-1].actor_name == "Carla Soto"
    assert entries[-1].changes["wipe"] == [False, True]
    assert not {"seen_at", "skew", "push_failures"} & {name for one in entries for name in one.changes}


def test_revoking_ends_the_tokens_themselves(depot: Depot, phone: Phone) -> None:
    depot.office().post(f"devices/{phone.device}/revoke", json=KEPT)
    with depot.store.reading() as uow:
        tokens = list(uow.session.scalars(select(AccessToken).where(AccessToken.device_id == phone.device)))
    assert tokens
    assert all(one.revoked_at is not None for one in tokens)


def test_a_token_of_a_phone_can_be_revoked_as_any_other(phone: Phone) -> None:
    (token,) = phone.api("GET", "/tokens").json()["items"]
    assert phone.api("DELETE", f"/tokens/{token['id']}").status_code == 204
    assert code(phone.get("/changes")) == "signed-out"


def test_servers_that_start_at_once_make_one_key(store: Store) -> None:
    """Each asks first and then writes; who comes second takes what is there."""
    url = store.url.render_as_string(hide_password=False)
    stores = [Store(url, store.clock) for _ in range(6)]
    together, found = threading.Barrier(len(stores)), []

    def make(number: int) -> None:
        together.wait()
        found.append(installation_key(stores[number], "tests", lambda: f"key {number}"))

    threads = [threading.Thread(target=make, args=[number]) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in stores:
        one.dispose()
    assert len(found) == len(stores)
    assert len(set(found)) == 1


def _revoke(depot: Depot, phone: Phone) -> None:
    assert depot.office().post(f"devices/{phone.device}/revoke", json=LOST).status_code == 200
