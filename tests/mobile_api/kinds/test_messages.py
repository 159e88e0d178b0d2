"""What the office and a technician say to each other, over the phone's API: heard, answered once, seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from dispatch.store.tables import Message
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import codes, send, tap
from tests.mobile_api.test_refusals import give


def job_of(depot: Depot, phone: Phone) -> str:
    office = depot.office()
    job: str = office.get(f"visits/{phone.visits[0]}").json()["job_id"]
    return job


def heard(phone: Phone) -> list[dict[str, Any]]:
    documents = phone.get("/changes").json()["documents"]
    return [one for one in documents if one["kind"] == "message"]


def test_a_message_is_a_document_of_the_day_until_it_is_seen_and_after(depot: Depot, phone: Phone) -> None:
    job, office = job_of(depot, phone), depot.office()
    assert heard(phone) == []
    wrote = office.post(f"jobs/{job}/messages", json={"text": "The key is at the porter's.", "to": "technician"})
    assert wrote.status_code == 201, wrote.text
    (document,) = heard(phone)
    assert document == document | {"visit": phone.visits[0], "mine": False, "text": "The key is at the porter's."}
    assert (document["new"], document["id"]) == (True, f"message:{document['message']}")

    receipts = send(phone, tap("read", messages=[document["message"]]))
    assert (codes(receipts), receipts[0]["facts"]) == (["applied"], {"read": 1})
    assert [one["new"] for one in heard(phone)] == [False]
    seen = office.get(f"jobs/{job}/messages").json()["messages"][0]["heard"]
    assert [one["seen_at"] is not None for one in seen] == [True]


def test_what_is_said_twice_in_the_same_words_by_a_lost_answer_is_said_once(depot: Depot, phone: Phone) -> None:
    job, said = job_of(depot, phone), tap("say", phone.visits[0], ago=60, text="Nobody opens.")
    first, again = send(phone, said), send(phone, said)
    assert codes(first) == codes(again) == ["applied"]
    with depot.store.reading() as uow:
        assert [row.text for row in uow.session.scalars(select(Message))] == ["Nobody opens."]
    told = depot.office().get(f"jobs/{job}/messages").json()
    assert (told["unread"], told["messages"][0]["kind"]) == (1, "from_technician")
    (mine,) = heard(phone)
    assert (mine["mine"], mine["new"], mine["read"]) == (True, False, False)

    read = depot.office().post(f"jobs/{job}/messages/read", json={"until": told["messages"][0]["id"]})
    assert read.json()["unread"] == 0
    assert [one["read"] for one in heard(phone)] == [True]


def test_who_had_a_visit_may_still_say_what_happened_there_and_nobody_else_may(depot: Depot, phone: Phone) -> None:
    moved, other = phone.visits[0], depot.technician()
    give(depot.store, moved, other["technician"], other["shift"])
    said = tap("say", moved, text="I left my ladder there.")
    assert codes(send(phone, said)) == ["applied"]
    assert codes(send(depot.phone(), tap("say", moved, text="Hello?"))) == ["not-yours"]
    assert codes(send(phone, tap("say", phone.visits[1], text=""))) == ["not-understood"]
