"""What is refused: who has no business here, what is not theirs, and what is not what it seems. And nothing changes.

Each refusal is held against a dump of all tables, before and after; what is documented to be kept is named.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import itertools
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import inspect

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import visits
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Base, Visit
from tests.mobile_api.carrying import ORIGIN, UNDER, Depot, Phone, PhoneKey, Proving

TWO_GB = 2 * 10**9
MEGABYTE = 10**6
PIECE = {"Content-Type": "application/offset+octet-stream"}

Rows = Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]


@pytest.fixture
def depot(store: Store, wall: FixedClock, tmp_path: Path) -> Iterator[Depot]:
    """Hands out phones, on each kind of database in turn."""
    depot = Depot(store, wall, Settings(database_url="sqlite://", media_folder=tmp_path / "media"))
    yield depot
    depot.close()


@pytest.fixture
def phone(depot: Depot) -> Phone:
    """A phone that has been in touch before: that it was is on record."""
    phone = depot.phone()
    assert phone.get("/changes").status_code == 200
    return phone


# -- who comes ---------------------------------------------------------------------------------------------------------

DOORS = [
    ("GET", "/changes"),
    ("POST", "/actions"),
    ("GET", "/profile"),
    ("PUT", "/profile"),
    ("POST", "/media"),
    ("GET", f"/media/{'0' * 64}"),
    ("PATCH", f"/media/{'0' * 64}"),
    ("GET", f"/media/{'0' * 64}/content"),
    ("GET", "/push/key"),
    ("PUT", "/push"),
    ("DELETE", "/push"),
    ("DELETE", "/device"),
]


def test_a_strangers_token_opens_nothing(depot: Depot) -> None:
    depot.phone()
    with nothing_changes(depot.store):
        for token, (method, path) in itertools.product(("fwt_" + "A" * 43, "nonsense", ""), DOORS):
            answer = stranger(depot).request(method, UNDER + path, headers={"Authorization": f"Bearer {token}"})
            assert (path, answer.status_code, code(answer)) == (path, 401, "not-signed-in")


def test_the_token_of_a_phone_opens_nothing_without_its_key(depot: Depot, phone: Phone) -> None:
    other = PhoneKey()
    other.nonce = phone.key.nonce if phone.key else None
    with nothing_changes(depot.store):
        for method, path in DOORS:
            bare = stranger(depot).request(method, UNDER + path, headers={"Authorization": f"Bearer {phone.token}"})
            assert (path, bare.status_code, code(bare)) == (path, 401, "invalid_dpop_proof")
            stolen = stranger(depot).request(method, UNDER + path, auth=Proving(other, phone.token))
            assert (path, stolen.status_code, code(stolen)) == (path, 401, "invalid_dpop_proof")


def test_a_phone_that_signed_in_too_long_ago_is_signed_out(depot: Depot, phone: Phone, wall: FixedClock) -> None:
    wall.advance(days=depot.settings.phone_days, seconds=1)
    with nothing_changes(depot.store):
        for method, path in DOORS:
            answer = phone.request(method, path)
            assert (path, answer.status_code, code(answer)) == (path, 401, "signed-out")


@pytest.mark.parametrize("wipe", [False, True])
def test_a_revoked_phone_is_told_so_and_whether_to_wipe(depot: Depot, phone: Phone, wipe: bool) -> None:
    revoked = depot.office().post(f"devices/{phone.device}/revoke", json={"because": "Lost.", "wipe": wipe})
    assert revoked.status_code == 200, revoked.text
    told: dict[str, set[str] | None] = {"device": {"wipe_told_at", "version"}, "outbox": None, "audit": None}
    with nothing_changes(depot.store, but=told if wipe else {}):
        assert phone.get("/changes").json()["wipe"] is wipe
    with nothing_changes(depot.store):  # and it is told again, where it did not get that answer
        for method, path in DOORS:
            answer = phone.request(method, path)
            assert (path, answer.status_code, code(answer)) == (path, 401, "device-revoked")
            assert answer.json()["wipe"] is wipe


# -- what is somebody else's -------------------------------------------------------------------------------------------

KINDS: dict[str, dict[str, Any]] = {
    "accept": {},
    "decline": {"reason": "No."},
    "depart": {},
    "turn_back": {},
    "arrive": {},
    "start": {},
    "pause": {},
    "resume": {},
    "extend": {"seconds": 600},
    "complete": {},
    "need_parts": {"reason": "A valve."},
    "need_visit": {"reason": "Two people."},
    "no_show": {"reason": "Nobody."},
    "checklist": {"version": 1, "answers": {}},
    "use_part": {"part": "valve", "quantity": 1},
    "request_part": {"part": "valve", "quantity": 1},
    "attach": {"sha256": "0" * 64, "purpose": "photo"},
    "sign": {"sha256": "0" * 64, "name": "Somebody"},
    "send_report": {},
    "expert_call": {},
    "say": {"text": "Hello."},
}
KEPT = {"field_action": None, "device": {"skew", "seen_at"}}
"""What an action that is refused leaves: itself, and by how much the phone's clock is wrong."""


def test_an_action_about_somebody_elses_visit_is_refused_and_tells_nothing_of_it(depot: Depot, phone: Phone) -> None:
    theirs = depot.technician()["visits"][0]
    for kind, data in KINDS.items():
        with nothing_changes(depot.store, but=KEPT) as came:
            receipt = sent(phone, kind, theirs, data)
            nowhere = sent(phone, kind, "visit_01jdqk0000000000000000000z", data)
        assert (kind, receipt["outcome"], receipt["code"]) == (kind, "refused", "not-yours")
        assert without(receipt, "id") == without(nowhere, "id"), "as if there were no such visit"
        assert [row["dispute"] for row in came["field_action"]] == [None, None], "there is nothing to decide"


def test_what_belongs_to_somebody_elses_visit_is_nowhere_to_be_found(depot: Depot, phone: Phone) -> None:
    other = depot.phone()
    theirs, content = other.visits[0], picture()
    upload(other, content)
    assert sent(other, "accept", theirs, {})["outcome"] == "applied"
    receipt = sent(other, "attach", theirs, {"sha256": digest(content), "purpose": "photo"})
    assert receipt["outcome"] == "applied", receipt
    with nothing_changes(depot.store):
        for path in (
            f"/visits/{theirs}/report",
            f"/visits/{theirs}/extension?seconds=600",
            f"/media/{digest(content)}",
            f"/media/{digest(content)}/content",
        ):
            answer = phone.get(path)
            assert (path, answer.status_code, code(answer)) == (path, 404, "not-found")
        documents = {one["id"] for one in phone.get("/changes").json()["documents"]}
    assert f"visit:{theirs}" not in documents
    assert other.get(f"/media/{digest(content)}/content").status_code == 200


def test_an_action_for_a_visit_that_moved_is_refused_kept_and_shown_to_the_dispatcher(
    depot: Depot, phone: Phone
) -> None:
    moved, other = phone.visits[0], depot.technician()
    assert phone.get("/changes").status_code == 200
    give(depot.store, moved, other["technician"], other["shift"])
    kept = {**KEPT, "outbox": None, "counter": None}
    with nothing_changes(depot.store, but=kept) as came:
        receipt = sent(phone, "depart", moved, {})
    assert (receipt["outcome"], receipt["code"]) == ("refused", "moved-away")
    [row] = came["field_action"]
    assert (row["id"], row["outcome"], row["dispute"]) == (receipt["id"], "refused", "open")
    assert [one["kind"] for one in came["outbox"]] == ["ActionRefused"]
    listed = depot.office().get("disputes?open=true").json()["items"]
    assert [one["id"] for one in listed] == [receipt["id"]]


# -- pictures that are none --------------------------------------------------------------------------------------------


def test_two_gigabytes_are_refused_when_they_are_announced(depot: Depot, phone: Phone) -> None:
    with nothing_changes(depot.store):
        announced = {"sha256": "0" * 64, "size": TWO_GB, "type": "image/jpeg", "purpose": "photo"}
        answer = phone.post("/media", json=announced)
        assert (answer.status_code, code(answer)) == (413, "too-large")


def test_two_gigabytes_are_refused_by_their_declared_length_before_any_of_them_is_read(
    depot: Depot, phone: Phone
) -> None:
    sha256 = announce(phone, picture())
    with nothing_changes(depot.store):
        read, status = stream(depot, phone, f"/media/{sha256}", {"content-length": str(TWO_GB), "upload-offset": "0"})
    assert status == 413
    assert read <= MEGABYTE


def test_two_gigabytes_without_a_length_are_cut_off_soon(depot: Depot, phone: Phone) -> None:
    sha256 = announce(phone, picture())
    with nothing_changes(depot.store):
        for path in (f"/media/{sha256}", "/media", "/actions", "/sign-in"):
            read, status = stream(depot, phone, path, {"upload-offset": "0"})
            assert (path, status) == (path, 413)
            assert read <= 4 * MEGABYTE


def test_a_zip_that_poses_as_a_photo_is_refused_when_it_is_there(depot: Depot, phone: Phone) -> None:
    content = archive()
    sha256 = announce(phone, content)
    with nothing_changes(depot.store, but={"media": None, "counter": {"last"}}) as came:
        answer = phone.patch(f"/media/{sha256}", content=content, headers={**PIECE, "Upload-Offset": "0"})
        assert (answer.status_code, code(answer)) == (422, "not-a-picture")
    assert not came, "what was announced is marked as refused, and nothing comes besides"
    with nothing_changes(depot.store):
        assert phone.get(f"/media/{sha256}/content").status_code == 404
        assert code(phone.get(f"/media/{sha256}")) == "not-a-picture", "it is told again whenever it is asked"
    assert stored(depot.settings) == []


def test_a_photo_with_a_zip_behind_it_is_kept_as_a_photo_only(phone: Phone) -> None:
    content = picture() + archive()
    upload(phone, content)
    kept = phone.get(f"/media/{digest(content)}/content")
    assert kept.status_code == 200
    assert kept.headers["content-type"] == "image/jpeg"
    assert not zipfile.is_zipfile(io.BytesIO(kept.content))


def test_what_is_announced_as_something_else_than_a_picture_is_refused(depot: Depot, phone: Phone) -> None:
    with nothing_changes(depot.store):
        announced = {"sha256": "0" * 64, "size": 1000, "type": "application/zip", "purpose": "photo"}
        answer = phone.post("/media", json=announced)
        assert answer.status_code == 415


# -- parts -------------------------------------------------------------------------------------------------------------


@contextmanager
def nothing_changes(
    store: Store, but: Mapping[str, set[str] | None] | None = None
) -> Iterator[dict[str, list[Mapping[str, Any]]]]:
    """All rows are as they were. ``but``: table → the columns that may differ, None where rows may come besides.

    Fills what it yields with the rows that have come, by their table.
    """
    allowed, came = but or {}, dict[str, list[Mapping[str, Any]]]()
    before = dump(store)
    yield came
    after = dump(store)
    for table, rows in after.items():
        free = allowed.get(table, set())
        new = [rows[key] for key in rows.keys() - before[table].keys()]
        if new:
            came[table] = new
        if free is None:
            continue
        assert not new, f"{table} has {new}"
        assert rows.keys() == before[table].keys()
        for key, row in rows.items():
            assert without(row, *free) == without(before[table][key], *free), table


def dump(store: Store) -> Rows:
    """Every row of every table, by its primary key."""
    rows: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = {}
    with store.reading() as uow:
        for mapper in Base.registry.mappers:
            found = uow.session.execute(mapper.local_table.select()).mappings()
            keys = [column.name for column in inspect(mapper.class_).primary_key]
            rows[mapper.local_table.name] = {tuple(row[key] for key in keys): dict(row) for row in found}
    return rows


def stranger(depot: Depot) -> TestClient:
    return TestClient(depot.app, base_url=ORIGIN)


def code(answer: Any) -> str:
    return str(answer.json()["type"].rpartition(":")[2])


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def sent(phone: Phone, kind: str, visit: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of one action that happened just now."""
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC).isoformat()
    action = {"id": str(uuid.uuid4()), "kind": kind, "visit": visit, "at": now, "after": None, "data": data}
    answer = phone.post("/actions", json={"sent_at": now, "actions": [action]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["receipts"][0])


def give(store: Store, visit: str, technician: str, shift: str) -> None:
    """A plan moves the visit to somebody else, whose phone it goes to."""
    with store.unit_of_work() as uow:
        row = uow.session.query(Assignment).filter_by(visit_id=visit).one()
        row.technician_id, row.shift_id = technician, shift
        uow.session.flush()
        for action in (VisitAction.REASSIGN, VisitAction.DISPATCH):
            visits.act(uow, visit, action, via_plan=True)
        assert uow.get(Visit, visit).status.value == "dispatched"


def picture() -> bytes:
    """A photo."""
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(written, "JPEG")
    return written.getvalue()


def archive() -> bytes:
    """A zip with something in it that unfolds."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("page.html", "<script>alert(1)</script>" * 100)
    return written.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def announce(phone: Phone, content: bytes) -> str:
    """Say that a photo will come; its digest."""
    announced = {"sha256": digest(content), "size": len(content), "type": "image/jpeg", "purpose": "photo"}
    answer = phone.post("/media", json=announced)
    assert answer.status_code == 200, answer.text
    return digest(content)


def upload(phone: Phone, content: bytes) -> None:
    """Send a photo."""
    path = f"/media/{announce(phone, content)}"
    answer = phone.patch(path, content=content, headers={**PIECE, "Upload-Offset": "0"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["complete"]


def stored(settings: Settings) -> list[Path]:
    """The files that were kept of pictures."""
    return [path for path in settings.media.rglob("*") if path.is_file() and path.stat().st_size]


def stream(depot: Depot, phone: Phone, path: str, headers: Mapping[str, str]) -> tuple[int, int]:
    """Send zeros without end to a path as this phone; how many bytes of them were read, and the status."""
    assert phone.key is not None
    method = "POST" if path in ("/media", "/actions", "/sign-in") else "PATCH"
    told = {
        "host": "localhost",
        "authorization": f"DPoP {phone.token}",
        "dpop": phone.key.proof(method, f"{ORIGIN}{UNDER}{path}", phone.token),
        "content-type": PIECE["Content-Type"] if method == "PATCH" else "application/json",
        **headers,
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": UNDER + path,
        "raw_path": (UNDER + path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    read, statuses = 0, []
    chunk = bytes(256 * 1024)

    async def receive() -> dict[str, Any]:
        nonlocal read
        assert read < TWO_GB, "all of it was read"
        read += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(depot.app(scope, receive, send))
    return read, statuses[0]
