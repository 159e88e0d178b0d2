"""How a service report gets to the customer: once it is whole, or once more when it is."""

from __future__ import annotations

import email
import email.policy
import logging

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError, Invalid, TooMany
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.adapters import LogAdapter, SmtpAdapter, Undeliverable
from dispatch.messaging.notify import deliver
from dispatch.services import media, report_sending, service_reports, uploads
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.files import Files
from dispatch.store.tables import (
    Contact,
    Notification,
    Purpose,
    ReportSending,
    Visit,
)
from tests.dispatch.messaging.test_notify import mail_server
from tests.dispatch.world import World
from tests.mobile_api.media.pdf import read
from tests.mobile_api.media.pictures import digest
from tests.mobile_api.media.reports.working import Work, ask, at_work


def test_it_is_sent_to_the_contact_once_the_visit_is_over_and_its_pictures_are_there(work: Work) -> None:
    picture = work.attach()
    assert ask(work).address == "ana@example.org"
    work.go_on()
    assert work.mails() == [], "the visit goes on"
    work.end()
    work.go_on()
    assert work.mails() == [], "a picture is still to come"
    work.upload(picture)
    work.go_on()
    work.go_on()
    (mail,) = work.mails()
    assert (mail.recipient, mail.address, mail.channel) == (f"contact:{work.contact}", "ana@example.org", "email")
    row = work.row()
    assert row is not None
    assert mail.attachment == row.kept


def test_it_does_not_wait_for_a_picture_for_ever(work: Work, clock: FixedClock) -> None:
    work.attach()
    work.end()
    ask(work)
    work.go_on()
    assert work.mails() == []
    clock.advance(minutes=31)
    work.go_on()
    assert len(work.mails()) == 1


def test_one_that_went_without_pictures_is_sent_once_more_when_the_last_of_them_is_there(
    work: Work, clock: FixedClock
) -> None:
    first, second = work.attach(), work.attach()
    work.end()
    ask(work)
    clock.advance(minutes=31)
    work.go_on()
    (without,) = work.mails()
    work.upload(first)
    work.go_on()
    assert len(work.mails()) == 1, "another picture is still to come"
    clock.advance(hours=20)
    work.upload(second)
    work.go_on()
    work.go_on()
    mails = work.mails()
    assert [one.address for one in mails] == ["ana@example.org"] * 2
    row = work.row()
    assert row is not None
    assert mails[1].attachment == row.kept != without.attachment
    work.upload(work.attach(caption="One more"))
    work.go_on()
    assert len(work.mails()) == 2, "what nobody waited for makes a new edition and no mail"


def test_one_that_went_without_a_picture_which_turns_out_to_be_none_is_put_right_once(
    work: Work, clock: FixedClock
) -> None:
    none = b"\x89PNG\r\n\x1a\n and then nothing"
    work.do(lambda uow: media.attach(uow, work.visit, digest(none), Purpose.PHOTO))
    work.end()
    ask(work)
    clock.advance(minutes=31)
    work.go_on()
    uploads.begin(work.door, work.settings, digest(none), len(none), "image/png", Purpose.PHOTO)
    with pytest.raises(DispatchError):
        uploads.take(work.door, work.settings, digest(none), 0, none)
    for _ in range(3):
        work.go_on()
    first, second = work.mails()
    assert first.attachment != second.attachment, "it does not say any more that something is to come"


def test_a_picture_that_never_comes_is_not_waited_for_beyond_its_time(work: Work, clock: FixedClock) -> None:
    picture = work.attach()
    work.end()
    ask(work)
    clock.advance(minutes=31)
    work.go_on()
    clock.advance(days=work.settings.media_unfinished_days + 1)
    work.upload(picture)
    work.go_on()
    assert len(work.mails()) == 1


def test_a_cancelled_visit_sends_no_report(work: Work) -> None:
    ask(work)
    work.change(Visit, work.visit, status=VisitStatus.CANCELLED)
    work.go_on()
    assert work.mails() == []
    with work.store.reading() as uow:
        assert service_reports.of_visits(uow, [work.visit]) == {}
        assert uow.session.scalars(select(ReportSending)).one().dropped_because == "the visit was cancelled"


def test_an_address_that_was_typed_is_kept_with_who_typed_it(work: Work) -> None:
    sending = ask(work, " Luis@Example.ORG ")
    assert (sending.address, sending.contact_id, sending.asked_by) == ("Luis@example.org", None, work.actor.id)
    assert ask(work, "ana@example.org").contact_id == work.contact
    with work.store.reading() as uow:
        told = service_reports.of_visits(uow, [work.visit])[work.visit]
    assert told["sent_to"] == "ana@example.org"
    assert told["addresses"] == ["Luis@example.org", "ana@example.org"]
    assert told["made_at"] is None


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@c", "a b@example.org", "x@" + "y" * 250 + ".org", "a@example.org\nBcc: b@c.de"]
)
def test_what_is_no_address_is_refused(work: Work, address: str) -> None:
    with pytest.raises(Invalid):
        ask(work, address)
    assert work.mails() == []


def test_without_a_contacts_address_one_must_be_typed(work: Work) -> None:
    work.change(Contact, work.contact, email=None)
    with pytest.raises(Invalid, match="type one"):
        ask(work)
    assert ask(work, "luis@example.org").waiting


def test_asking_twice_sends_once_and_asking_often_is_refused(work: Work, clock: FixedClock) -> None:
    assert ask(work).id == ask(work).id
    for number in range(report_sending.MOST_OF_A_VISIT - 1):
        ask(work, f"somebody{number}@example.org")
    with pytest.raises(TooMany):
        ask(work, "more@example.org")
    clock.advance(days=1, seconds=1)
    assert ask(work, "more@example.org").waiting


def test_one_person_has_so_many_sent_a_day(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_sending, "MOST_A_DAY", 2)
    ask(work, "one@example.org")
    ask(work, "two@example.org")
    with pytest.raises(TooMany):
        ask(work, "three@example.org")


def test_it_arrives_as_an_attachment_of_a_mail_in_the_customers_language(
    sqlite_store: Store, world: World, settings: Settings
) -> None:
    work = at_work(sqlite_store, world, settings, "zh")
    ask(work)
    work.end()
    work.go_on()
    with mail_server() as (server, messages):
        adapter = SmtpAdapter(f"smtp://{server}?from=dispatch@example.org", Files.of(settings))
        assert deliver(work.store, {"email": adapter, "log": LogAdapter()}) == 1
    message = email.message_from_string(messages[0], policy=email.policy.default)
    assert message["To"] == "ana@example.org"
    assert "服务报告" in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "Boiler does not heat" in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == f"{message['Subject'].partition('：')[0]}.pdf"
    assert "服务报告" in read(attached.get_content()).text


def test_the_log_adapter_says_that_something_was_attached(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    ask(work, "luis@example.org")
    work.end()
    work.go_on()
    with caplog.at_level(logging.INFO):
        assert deliver(work.store, {"log": LogAdapter()}) == 1
    (mail,) = work.mails()
    assert f"to visit:{work.visit} by email" in caplog.text
    assert f"(with {mail.attachment_name})" in caplog.text
    assert "luis" not in caplog.text


def test_what_cannot_carry_an_attachment_does_not_pretend_to() -> None:
    mail = Notification(id="n", recipient="r", address="a@example.org", subject="s", body="b", attachment="0" * 64)
    with pytest.raises(Undeliverable), mail_server() as (server, _):
        SmtpAdapter(f"smtp://{server}").send(mail)
