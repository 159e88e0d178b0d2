"""Coming in with a phone: by password or by the browser's session, again and again, and out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.access.device_sign_in import MOST
from dispatch.access.passwords import hashed
from dispatch.access.retention import forget
from dispatch.domain.clock import AcceleratedClock, FixedClock
from dispatch.domain.roles import SYSTEM, Role
from dispatch.services import people
from dispatch.services.users import change_user, reset_password
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import AccessToken, AuditEntry, Device, OutboxEntry, User
from tests.mobile_api.carrying import ABOUT, ORIGIN, UNDER, Depot, Phone, PhoneKey

PASSWORD = "tide over the kelp"
KEPT = hashed(PASSWORD)


def signing_in(depot: Depot, email: str | None, password: str | None = PASSWORD, **device: Any) -> Any:
    """What a phone is answered that signs in with a password."""
    body = {"email": email, "password": password, "device": {**ABOUT, "id": None, "key": None, **device}}
    with TestClient(depot.app, base_url=ORIGIN) as client:
        return client.post(f"{UNDER}/sign-in", json=body)


def ana(depot: Depot, **fields: Any) -> dict[str, Any]:
    """A technician with a password."""
    return depot.technician(email="ana@example.org", password_hash=KEPT, name="Ana Rojas", language="zh", **fields)


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def rows(store: Store, table: type) -> list[Any]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(table)))


def events(store: Store, kind: str) -> list[OutboxEntry]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)))


def test_a_technician_signs_in_with_a_phone_and_gets_a_token_that_is_kept_nowhere(depot_anywhere: Depot) -> None:
    depot, key = depot_anywhere, PhoneKey()
    whose = ana(depot)
    answer = signing_in(depot, "Ana@Example.org ", key=key.public)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["DPoP-Nonce"]
    told = answer.json()
    assert told["me"] == {
        "user_id": whose["user"],
        "technician_id": whose["technician"],
        "name": "Ana Rojas",
        "language": "zh",
    }
    assert told["expires_at"] == "2026-12-23T12:00:00Z"
    assert (told["now"], told["pace"]) == ("2026-11-23T12:00:00Z", 1.0)
    (device,) = rows(depot.store, Device)
    assert (device.id, device.user_id, device.key) == (told["device"], whose["user"], key.public)
    assert device.thumbprint == key.pair.thumbprint()
    (token,) = rows(depot.store, AccessToken)
    assert (token.device_id, token.token_hash == told["token"]) == (device.id, False)
    (registered,) = events(depot.store, "DeviceRegistered")
    assert (registered.subject_id, registered.technician) == (device.id, whose["technician"])
    assert events(depot.store, "SignedIn")[0].payload["detail"] == {"by": "password", "device": device.id}
    for table in (AuditEntry, OutboxEntry):
        assert told["token"] not in repr([vars(row) for row in rows(depot.store, table)])


def test_the_operations_clock_is_told_with_its_pace(depot: Depot) -> None:
    ana(depot)
    start = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    depot.store.clock = AcceleratedClock(dt.datetime.now(dt.UTC), start, 60.0)
    told = signing_in(depot, "ana@example.org").json()
    assert told["pace"] == 60.0
    assert dt.datetime.fromisoformat(told["now"]) > start
    assert told["expires_at"] == "2026-12-23T12:00:00Z"  # a token lasts by the time of this machine


def test_a_wrong_password_and_an_unknown_account_are_answered_alike_and_counted(depot: Depot) -> None:
    ana(depot)
    answers = [signing_in(depot, "ana@example.org", "wrong wrong wrong") for _ in range(3)]
    answers.append(signing_in(depot, "nobody@example.org"))
    documents = [answer.json() for answer in answers]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert documents == [documents[0]] * 4
    for _ in range(2):
        signing_in(depot, "ana@example.org", "wrong wrong wrong")
    refused = signing_in(depot, "ana@example.org")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert rows(depot.store, Device) == []


def test_half_of_the_credentials_is_no_way_in(depot: Depot) -> None:
    ana(depot)
    assert signing_in(depot, "ana@example.org", None).status_code == 401
    assert signing_in(depot, None, PASSWORD).status_code == 401
    assert signing_in(depot, None, None).status_code == 401


@pytest.mark.parametrize("role", sorted(role for role in Role if role not in (Role.TECHNICIAN, Role.SYSTEM)))
def test_only_technicians_have_a_day_to_carry(depot: Depot, role: Role) -> None:
    depot.world.user(role, email="ana@example.org", password_hash=KEPT)
    answer = signing_in(depot, "ana@example.org")
    assert (answer.status_code, code(answer)) == (403, "not-a-technician")
    assert rows(depot.store, Device) == []


def test_who_no_longer_works_here_does_not_come_in(depot: Depot) -> None:
    whose = ana(depot, visits=0)
    with depot.store.unit_of_work() as uow:
        people.change_technician(uow, whose["technician"], active=False)
    answer = signing_in(depot, "ana@example.org")
    assert (answer.status_code, code(answer)) == (403, "not-a-technician")


def test_the_session_of_the_phones_browser_registers_it_too(depot: Depot) -> None:
    whose = depot.technician()
    answer = depot.sign_in(whose["user"])
    assert answer.status_code == 200
    assert answer.json()["me"]["user_id"] == whose["user"]
    assert events(depot.store, "SignedIn")[0].payload["detail"]["by"] == "session"
    browser = depot.browser(whose["user"])
    assert browser.post("phone/sign-in", json={"device": ABOUT}).status_code == 200
    assert browser.get("session").status_code == 401  # what it was good for, it has done
    assert browser.post("phone/sign-in", json={"device": ABOUT}).status_code == 401
    browser = depot.browser(whose["user"])
    depot.wall.advance(hours=13)
    assert browser.post("phone/sign-in", json={"device": ABOUT}).status_code == 401


def test_the_page_of_another_site_registers_nothing(depot: Depot) -> None:
    """It could make a browser send its cookie along: the frame refuses that."""
    browser = depot.browser(depot.technician()["user"])
    answer = browser.post("phone/sign-in", json={"device": ABOUT}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, code(answer)) == (403, "cross-site")
    assert rows(depot.store, Device) == []


def test_a_token_registers_no_phone(depot: Depot, bare_phone: Phone) -> None:
    """One that leaked would live on as another."""
    answer = bare_phone.post("/sign-in", json={"device": ABOUT})
    assert (answer.status_code, code(answer)) == (401, "not-signed-in")
    with TestClient(depot.app, base_url=ORIGIN, cookies={"fieldwright_session": bare_phone.token}) as client:
        assert client.post(f"{UNDER}/sign-in", json={"device": ABOUT}).status_code == 401


def test_the_same_phone_again_is_the_same_device_with_a_new_token(depot_anywhere: Depot) -> None:
    depot = depot_anywhere
    first = depot.phone()
    whose = {"user": first.user, "technician": first.technician, "shift": first.shift, "visits": first.visits}
    again = depot.phone(whose, device=first.device)
    assert again.device == first.device
    assert again.get("/profile").status_code == 200
    refused = first.get("/profile")
    assert refused.status_code == 401  # its key is another one, too
    assert len(rows(depot.store, Device)) == 1
    assert sum(one.revoked_at is None for one in rows(depot.store, AccessToken)) == 1
    assert len(events(depot.store, "DeviceRegistered")) == 2  # the second time with another key


def test_the_same_phone_with_the_same_key_is_told_that_its_old_token_has_ended(depot: Depot, phone: Phone) -> None:
    assert depot.sign_in(phone.user, phone.key, phone.device).json()["device"] == phone.device
    answer = phone.get("/profile")
    assert (answer.status_code, code(answer)) == (401, "signed-out")
    assert len(events(depot.store, "DeviceRegistered")) == 1


def test_what_the_phone_of_another_is_called_says_nothing(depot: Depot, phone: Phone) -> None:
    other = depot.phone(device=phone.device)
    assert other.device != phone.device
    assert phone.get("/profile").status_code == 200
    made_up = depot.phone(device="device_made_up")
    assert made_up.device not in (phone.device, other.device, "device_made_up")


def test_a_user_has_several_phones_but_not_any_number(depot: Depot) -> None:
    whose = depot.technician()
    phones = []
    for _ in range(MOST + 1):
        phones.append(depot.phone(whose, keyed=False))
        depot.wall.advance(minutes=2)
    assert phones[0].get("/profile").status_code == 401
    assert {one.get("/profile").status_code for one in phones[1:]} == {200}


def test_signing_out_ends_the_token_and_nothing_else(depot: Depot, phone: Phone, bare_phone: Phone) -> None:
    for one in (phone, bare_phone):
        assert one.delete("/device").status_code == 204
        answer = one.get("/profile")
        assert (answer.status_code, code(answer)) == (401, "signed-out")
        assert "wipe" not in answer.json()
    assert all(one.revoked_at is None and not one.wipe for one in rows(depot.store, Device))


def test_a_token_ends_after_its_days_and_says_so(depot: Depot, phone: Phone) -> None:
    depot.wall.advance(days=30, seconds=-1)
    assert phone.get("/profile").status_code == 200
    depot.wall.advance(seconds=1)
    answer = phone.get("/profile")
    assert (answer.status_code, code(answer)) == (401, "signed-out")


def test_the_settings_say_for_how_many_days(sqlite_store: Store, wall: FixedClock) -> None:
    depot = Depot(sqlite_store, wall, Settings(database_url="sqlite://", phone_days=0.5))
    assert depot.sign_in(depot.technician()["user"]).json()["expires_at"] == "2026-11-24T00:00:00Z"
    depot.close()


def test_a_user_who_is_deactivated_or_whose_password_is_reset_is_out(depot: Depot) -> None:
    for change in (
        lambda uow, user: change_user(uow, user, depot.wall.now(), active=False),
        lambda uow, user: reset_password(uow, user, KEPT, depot.wall.now()),
    ):
        phone = depot.phone()
        with depot.store.unit_of_work(SYSTEM) as uow:
            change(uow, phone.user)
        answer = phone.get("/profile")
        assert (answer.status_code, code(answer)) == (401, "signed-out")


def test_who_becomes_another_technician_does_not_find_their_day_on_the_old_phone(depot: Depot, phone: Phone) -> None:
    other = depot.world.technician(territory=depot.territory)
    with depot.store.unit_of_work(SYSTEM) as uow:
        change_user(uow, phone.user, depot.wall.now(), technician_id=other)
    answer = phone.get("/profile")
    assert (answer.status_code, code(answer)) == (401, "signed-out")
    again = depot.sign_in(phone.user, phone.key, phone.device).json()
    assert (again["device"], again["me"]["technician_id"]) == (phone.device, other)


def test_a_technician_who_no_longer_works_is_out(depot: Depot) -> None:
    phone = depot.phone(visits=0)
    with depot.store.unit_of_work() as uow:
        people.change_technician(uow, phone.technician, active=False)
    answer = phone.get("/profile")
    assert (answer.status_code, code(answer)) == (401, "signed-out")


def test_the_key_must_be_one_and_a_public_one(depot: Depot) -> None:
    ana(depot)
    key = PhoneKey()
    wrong: list[Any] = [
        "a key",
        {**key.public, "crv": "P-384"},
        {**key.public, "x": "short"},
        {**key.public, "x": "A" * 43},
        {**key.public, "d": "A" * 43},
    ]
    for one in wrong:
        answer = signing_in(depot, "ana@example.org", key=one)
        assert (answer.status_code, code(answer)) == (422, "invalid"), one
    exported = {**key.public, "ext": True, "key_ops": ["verify"]}
    assert signing_in(depot, "ana@example.org", key=exported).status_code == 200


def test_the_profile_is_ones_own_and_its_language_can_be_changed(depot: Depot, phone: Phone) -> None:
    profile = phone.get("/profile").json()
    assert (profile["user_id"], profile["technician_id"]) == (phone.user, phone.technician)
    assert profile["device"] == phone.device
    answer = phone.put("/profile", json={"language": "zh"})
    assert (answer.status_code, answer.json()["language"]) == (200, "zh")
    (user,) = [row for row in rows(depot.store, User) if row.id == phone.user]
    assert user.language == "zh"
    assert phone.put("/profile", json={"language": "zh", "role": "administrator"}).status_code == 422


def test_the_phones_routes_are_for_phones(depot: Depot) -> None:
    office = depot.office(Role.DISPATCHER)
    for method, path in (("GET", "profile"), ("DELETE", "device"), ("GET", "push/key"), ("DELETE", "push")):
        answer = office.request(method, f"phone/{path}")
        assert (answer.status_code, code(answer)) == (403, "not-a-device"), path


def test_seen_at_is_written_once_a_minute_and_never_audited(depot: Depot, phone: Phone) -> None:
    def seen() -> tuple[dt.datetime, int]:
        (device,) = rows(depot.store, Device)
        return device.seen_at, device.version

    begun = depot.wall.now()
    before = len(rows(depot.store, AuditEntry))
    depot.wall.advance(seconds=59)
    phone.get("/profile")
    assert seen() == (begun, 1)
    depot.wall.advance(seconds=1)
    phone.get("/profile")
    assert seen() == (begun + dt.timedelta(minutes=1), 1)
    assert len(rows(depot.store, AuditEntry)) == before


def test_what_is_forgotten_leaves_phones_that_are_signed_in_alone(depot: Depot, phone: Phone) -> None:
    with depot.store.unit_of_work() as uow:
        forget(uow, depot.wall.now(), depot.settings)
    assert phone.get("/profile").status_code == 200


def test_a_phone_acts_as_its_technician(depot: Depot, phone: Phone) -> None:
    answer = phone.api("GET", "/session")
    assert answer.json()["technician_id"] == phone.technician
    own = {one["id"] for one in phone.api("GET", "/visits").json()["items"]}
    depot.technician()
    assert own == set(phone.visits)
