"""What technicians say of pictures, signatures and reports, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from dispatch.services import media
from dispatch.store.tables import Assignment, ReportSending, VisitMedia
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.media.pictures import digest, photo
from tests.mobile_api.sync.sending import chain, codes, send, tap


@pytest.fixture
def visit(phone: Phone) -> str:
    """The phone's first visit, somebody working on it."""
    (visit, *_) = phone.visits
    assert codes(send(phone, *chain(visit, "accept", "depart", "arrive", "start", ago=900))) == ["applied"] * 4
    return visit


def attached(depot: Depot) -> list[VisitMedia]:
    with depot.store.reading() as uow:
        return list(uow.session.scalars(select(VisitMedia).order_by(VisitMedia.id)))


def document(phone: Phone, visit: str) -> dict[str, Any]:
    documents = phone.get("/changes").json()["documents"]
    return next(one for one in documents if one["id"] == f"visit:{visit}")


def upload(phone: Phone, content: bytes) -> dict[str, Any]:
    said = {"sha256": digest(content), "size": len(content), "type": "image/jpeg", "purpose": "photo"}
    assert phone.post("/media", json=said).status_code == 200
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    sent: dict[str, Any] = phone.patch(f"/media/{digest(content)}", content=content, headers=headers).json()
    return sent


def test_a_photo_is_attached_before_it_has_come_and_shown_once_it_has(depot: Depot, phone: Phone, visit: str) -> None:
    content = photo()
    sent = tap("attach", visit, ago=60, sha256=digest(content), purpose="photo", caption="The plate", field="plate")
    receipts = send(phone, sent)
    assert codes(receipts) == ["applied"]
    assert receipts[0]["facts"]["sha256"] == digest(content)
    (told,) = document(phone, visit)["media"]
    assert {name: told[name] for name in ("purpose", "caption", "field", "status")} == {
        "purpose": "photo",
        "caption": "The plate",
        "field": "plate",
        "status": "awaited",
    }
    version = document(phone, visit)["version"]
    assert upload(phone, content)["complete"]
    after = document(phone, visit)
    assert [one["status"] for one in after["media"]] == ["here"]
    assert after["version"] != version, "the phone hears of it"
    assert send(phone, sent) == receipts
    assert len(attached(depot)) == 1


def test_the_same_picture_attached_twice_is_there_once(depot: Depot, phone: Phone, visit: str) -> None:
    twice = [tap("attach", visit, ago=60 - at, sha256=digest(b"1")) for at in range(2)]
    assert codes(send(phone, *twice)) == ["applied"] * 2
    assert codes(send(phone, tap("attach", visit, sha256=digest(b"1"), field="plate"))) == ["applied"]
    assert [one.field for one in attached(depot)] == ["", "plate"]


def test_a_signature_is_told_with_its_name(phone: Phone, visit: str) -> None:
    assert codes(send(phone, tap("sign", visit, ago=30, sha256=digest(b"1"), name=" Ana  Rojas "))) == ["applied"]
    told = document(phone, visit)
    assert told["signature"]["name"] == "Ana Rojas"
    assert told["media"] == []


def test_a_report_is_asked_for_before_the_visit_is_over(depot: Depot, phone: Phone, visit: str) -> None:
    receipts = send(phone, tap("send_report", visit, ago=30, email="ana@example.org"))
    assert codes(receipts) == ["applied"]
    assert receipts[0]["facts"]["sent_to"] == "ana@example.org"
    assert document(phone, visit)["report"]["sent_to"] == "ana@example.org"
    with depot.store.reading() as uow:
        assert uow.session.scalars(select(ReportSending.asked_by)).all() == [phone.user]


def test_what_makes_no_sense_is_not_understood(depot: Depot, phone: Phone, visit: str) -> None:
    wrong = [
        tap("attach", visit, sha256="x"),
        tap("attach", visit, sha256=digest(b"1"), purpose="selfie"),
        tap("attach", visit, sha256=digest(b"1"), caption="x" * 501),
        tap("sign", visit, sha256=digest(b"1"), name=""),
        tap("sign", visit, sha256=digest(b"1")),
        tap("send_report", visit, email="x" * 201),
    ]
    assert codes(send(phone, *wrong)) == ["not-understood"] * len(wrong)
    assert attached(depot) == []


def test_pictures_of_somebody_elses_visit_are_refused(depot: Depot, visit: str) -> None:
    other = depot.phone()
    for sent in (
        tap("attach", visit, sha256=digest(b"1")),
        tap("sign", visit, sha256=digest(b"1"), name="Ana"),
        tap("send_report", visit, email="ana@example.org"),
    ):
        assert codes(send(other, sent)) == ["not-yours"]
    assert attached(depot) == []


def test_a_photo_of_a_visit_that_moved_is_a_dispute_and_made_true_it_is_still_the_technicians(
    depot: Depot, phone: Phone, visit: str
) -> None:
    other = depot.technician(visits=0)
    with depot.store.unit_of_work() as uow:
        moved = update(Assignment).where(Assignment.visit_id == visit)
        uow.session.execute(moved.values(technician_id=other["technician"], shift_id=other["shift"]))
    content = photo()
    sent = tap("attach", visit, sha256=digest(content))
    assert codes(send(phone, sent)) == ["moved-away"]
    assert attached(depot) == []
    upload(phone, content)
    with depot.store.unit_of_work() as uow:
        uow.session.execute(moved.values(technician_id=phone.technician, shift_id=phone.shift))
    settled = depot.office().post(
        f"disputes/{phone.user}/{sent['id']}/settle", json={"decision": "apply", "note": "Yes"}
    )
    assert settled.status_code == 200, settled.text
    (one,) = attached(depot)
    assert one.owner_id == phone.user
    with depot.store.reading() as uow:
        assert [told["status"] for told in media.of_visits(uow, [visit])[visit]] == ["here"]
