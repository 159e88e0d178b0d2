"""The conversation about a job: who may say what to whom, who hears it, and what is new to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid, NotFound, TooMany
from dispatch.domain.events import restored
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging import notices
from dispatch.services import messages
from dispatch.store.engine import Store
from dispatch.store.revision import phone_revision
from dispatch.store.tables import Contact, MessageKind, Notification, NotificationStatus, OutboxEntry, Visit
from tests.dispatch.services.acting import assign, bring, somebody
from tests.dispatch.world import World

DISPATCHER = somebody(Role.DISPATCHER)
TO = MessageKind.TO_TECHNICIAN


def say(store: Store, visit: str, technician: str, text: str) -> str:
    """A technician says something about their visit."""
    with store.unit_of_work(somebody(Role.TECHNICIAN, technician)) as uow:
        return messages.say(uow, uow.get(Visit, visit), text, uow.now).id


def test_a_message_is_for_the_crew_of_the_visit_that_is_not_over_and_new_to_each(store: Store, world: World) -> None:
    ana, ben = world.technician("Ana"), world.technician("Ben")
    job, first = world.job()
    assign(world, first, ana)
    bring(store, first, VisitStatus.COMPLETED)
    with store.reading() as uow:
        site = uow.get(Visit, first).site_id
    second = world.visit(job, site=site)
    assign(world, second, ana, ben)
    before = [_revision(store, one) for one in (ana, ben)]
    with store.unit_of_work(DISPATCHER) as uow:
        messages.write(uow, job, "  The key is at the porter's. ", to=TO)

    assert [_revision(store, one) for one in (ana, ben)] == [one + 1 for one in before], "their phones hear of it"
    with store.unit_of_work(somebody(Role.TECHNICIAN, ana)) as uow:
        ((row, new),) = messages.of_technician(uow, ana, [first, second])
        assert (row.visit_id, row.text, new) == (second, "The key is at the porter's.", True)
        assert messages.seen(uow, [row.id, "message_of_nobody"]) == 1
        assert messages.seen(uow, [row.id]) == 0, "it is no news any more"
    with store.reading(DISPATCHER) as uow:
        told = messages.conversation(uow, job)
        assert (told.visit, told.crew) == (second, {ana: "Ana", ben: "Ben"})
        assert [(one.name, one.seen_at) for one in told.messages[0].heard] == [("Ana", uow.now), ("Ben", None)]
        kinds = select(OutboxEntry.kind, OutboxEntry.technician).where(OutboxEntry.kind.like("Message%"))
        recorded = [tuple(row) for row in uow.session.execute(kinds.order_by(OutboxEntry.id))]
    assert recorded == [("MessageWritten", ana), ("MessageWritten", ben), ("MessagesRead", ana)]


def test_what_a_technician_says_is_new_until_somebody_of_the_office_has_read_it(
    store: Store, world: World, clock: FixedClock
) -> None:
    ana = world.technician("Ana")
    job, visit = world.job()
    assign(world, visit, ana)
    first = say(store, visit, ana, "Nobody opens.")
    clock.advance(minutes=1)
    say(store, visit, ana, "Now they do.")
    with store.reading(DISPATCHER) as uow:
        assert dict(uow.session.execute(messages.unread_by_job()).all()) == {job: 2}
    with store.unit_of_work(DISPATCHER) as uow:
        assert messages.read(uow, job, first) == 1
        assert messages.read(uow, job, first) == 0
        told = messages.conversation(uow, job)
    assert told.unread == 1
    assert [(one.kind, one.by, one.read_by) for one in told.messages] == [
        (MessageKind.FROM_TECHNICIAN, "A technician", "A dispatcher"),
        (MessageKind.FROM_TECHNICIAN, "A technician", ""),
    ]


def test_a_note_reaches_no_phone(store: Store, world: World) -> None:
    ana = world.technician("Ana")
    job, visit = world.job()
    assign(world, visit, ana)
    before = _revision(store, ana)
    with store.unit_of_work(DISPATCHER) as uow:
        messages.write(uow, job, "Pays late.", to=MessageKind.NOTE)
    assert _revision(store, ana) == before
    with store.reading(somebody(Role.TECHNICIAN, ana)) as uow:
        assert messages.of_technician(uow, ana, [visit]) == []


def test_the_crew_is_told_on_their_channels_and_the_office_of_what_comes_back(store: Store, world: World) -> None:
    world.user(Role.DISPATCHER)
    ana = world.technician("Ana", email="ana@example.org")
    job, visit = world.job()
    assign(world, visit, ana)
    with store.unit_of_work(DISPATCHER) as uow:
        messages.write(uow, job, "Please ring.", to=TO)
        messages.write(uow, job, "For us alone.", to=MessageKind.NOTE)
    say(store, visit, ana, "I will.")
    with store.unit_of_work() as uow:
        wanted = select(OutboxEntry).where(OutboxEntry.kind == "MessageWritten").order_by(OutboxEntry.id)
        for entry in uow.session.scalars(wanted).all():
            notices.react(uow, restored(entry.kind, entry.payload), entry)
        uow.session.flush()
        sent = uow.session.scalars(select(Notification).order_by(Notification.id)).all()
    assert [one.recipient.partition(":")[0] for one in sent] == ["technician", "user"]
    assert "Please ring." in sent[0].body
    assert "I will." in sent[1].body
    assert "ring" not in sent[0].subject, "subjects are written to logs"


def test_the_conversation_holds_what_the_customer_was_told(store: Store, world: World) -> None:
    customer = world.customer()
    job, visit = world.job(customer=customer)
    with store.unit_of_work() as uow:
        uow.session.add(Contact(id="contact_1", customer_id=customer, name="Eva", email="eva@example.org"))
        for number, (recipient, about) in enumerate(
            [("contact:contact_1", f"visit:{visit}"), ("contact:contact_1", "visit:another"), ("user:1", f"job:{job}")]
        ):
            uow.session.add(
                Notification(
                    id=f"notification_{number}",
                    recipient=recipient,
                    channel="email",
                    address="eva@example.org",
                    subject="Your appointment",
                    body="A technician will come.",
                    about=about,
                    status=NotificationStatus.SENT,
                    created_at=uow.now,
                    sent_at=uow.now,
                )
            )
    with store.reading(DISPATCHER) as uow:
        assert [one.id for one in messages.conversation(uow, job).told] == ["notification_0"]


def test_what_cannot_be_said_is_refused(store: Store, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, here = world.territory(), world.territory()
    job, _ = world.job(territory=here)
    with store.unit_of_work(DISPATCHER) as uow:
        with pytest.raises(Invalid, match="nobody has this job"):
            messages.write(uow, job, "Hello?", to=TO)
        with pytest.raises(Invalid, match="text"):
            messages.write(uow, job, " ", to=MessageKind.NOTE)
        with pytest.raises(Invalid, match="text"):
            messages.write(uow, job, "x" * (messages.LONGEST + 1), to=MessageKind.NOTE)
    with store.unit_of_work(somebody(Role.PLANNER)) as uow:
        assert messages.conversation(uow, job).messages == []
        with pytest.raises(Forbidden):
            messages.write(uow, job, "Hello.", to=MessageKind.NOTE)
    with store.unit_of_work(somebody(Role.DISPATCHER, None, elsewhere)) as uow, pytest.raises(NotFound):
        messages.conversation(uow, job)
    other, _ = world.job()
    monkeypatch.setattr(messages, "MOST_OF_A_JOB", 1)
    with store.unit_of_work(DISPATCHER) as uow:
        first = messages.write(uow, job, "One.", to=MessageKind.NOTE)
        with pytest.raises(TooMany):
            messages.write(uow, job, "Two.", to=MessageKind.NOTE)
        with pytest.raises(NotFound):
            messages.read(uow, other, first.id)


def _revision(store: Store, technician: str) -> int:
    with store.reading() as uow:
        return phone_revision(uow.session, technician)


def test_somebody_has_said_it_though_a_dispatcher_enters_it(store: Store, world: World) -> None:
    ana = world.technician("Ana")
    _, visit = world.job()
    assign(world, visit, ana)
    actor = replace(DISPATCHER, role=Role.TECHNICIAN, technician=ana, on_behalf=True)
    with store.unit_of_work(actor) as uow:
        row = messages.say(uow, uow.get(Visit, visit), "It drips.", uow.now - dt.timedelta(hours=1))
        assert row.by_name == "Ana"
