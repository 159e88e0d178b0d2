"""Notifications: written with what they tell of, sent by the adapter of their channel, and tried again."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import DraftProposed, Event, VisitAssigned, VisitMoved, instant
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.sla import Target
from dispatch.messaging import notices
from dispatch.messaging.adapters import AppriseAdapter, LogAdapter, SmtpAdapter, Undeliverable, adapters_for
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.notify import ATTEMPTS, deliver, notify
from dispatch.messaging.texts import TEXTS, said, spoken
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Job, Notification, NotificationStatus, PlanRow, Priority
from tests.dispatch.messaging.outbox import recorded
from tests.dispatch.world import World


def written(store: Store) -> list[Notification]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(Notification).order_by(Notification.recipient, Notification.id)))


class Broken:
    """Fails as often as it is told to."""

    def __init__(self, times: int, error: Exception | None = None) -> None:
        self.times, self.error = times, error or ConnectionError("no answer")
        self.sent: list[str] = []

    def send(self, notification: Notification) -> None:
        if self.times > 0:
            self.times -= 1
            raise self.error
        self.sent.append(notification.id)


def test_a_notification_goes_by_the_first_channel_that_reaches_somebody(store: Store, world: World) -> None:
    user = world.user("manager", email="ana@example.org")
    with store.unit_of_work() as uow:
        notify(uow, f"user:{user}", "J-1: late", "It is late.", about="job:job_1")
    (row,) = written(store)
    assert (row.channel, row.address, row.about) == ("email", "ana@example.org", "job:job_1")


def test_a_role_is_everybody_of_it_whose_rights_reach_there(store: Store, world: World) -> None:
    north, south = world.territory(), world.territory()
    everywhere = world.user("dispatcher")
    here = world.user("dispatcher", territories=[north])
    world.user("dispatcher", territories=[south])
    world.user("dispatcher", active=False)
    world.user("planner")
    with store.unit_of_work() as uow:
        notify(uow, "role:dispatcher", "s", "b", territory=north)
    assert {row.recipient for row in written(store)} == {f"user:{everywhere}", f"user:{here}"}


def test_somebody_whom_no_channel_reaches_is_written_to_the_log(store: Store, world: World) -> None:
    technician = world.technician()
    with store.unit_of_work() as uow:
        notify(uow, f"technician:{technician}", "s", "b", channels=["sms", "email"])
    assert [row.channel for row in written(store)] == ["log"]


def test_a_recipient_that_is_no_person_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody can be named"):
        notify(None, "dog:rex", "s", "b")  # type: ignore[arg-type]


def test_what_could_not_be_sent_is_tried_again_until_it_is(store: Store, world: World, clock: FixedClock) -> None:
    user = world.user()
    with store.unit_of_work() as uow:
        notify(uow, f"user:{user}", "s", "b")
    adapter = Broken(2)
    assert deliver(store, {"email": adapter, "log": LogAdapter()}) == 0
    assert deliver(store, {"email": adapter, "log": LogAdapter()}) == 0, "it waits for its next attempt"
    assert adapter.times == 1
    clock.advance(minutes=1)
    deliver(store, {"email": adapter, "log": LogAdapter()})
    clock.advance(minutes=1)
    assert deliver(store, {"email": adapter, "log": LogAdapter()}) == 1
    (row,) = written(store)
    assert (row.status, row.attempts, row.failure) == (NotificationStatus.SENT, 3, "")
    assert adapter.sent == [row.id]


def test_it_gives_up_after_several_attempts_or_when_it_will_never_arrive(
    store: Store, world: World, clock: FixedClock
) -> None:
    user = world.user()
    for adapter, attempts in ((Broken(99), ATTEMPTS), (Broken(99, Undeliverable("no such box")), 1)):
        with store.unit_of_work() as uow:
            (row,) = notify(uow, f"user:{user}", "s", "b")
        for _ in range(2 * ATTEMPTS):
            deliver(store, {"email": adapter, "log": LogAdapter()})
            clock.advance(days=3)
        with store.reading() as uow:
            kept = uow.get(Notification, row.id)
            assert (kept.status, kept.attempts) == (NotificationStatus.FAILED, attempts)


def test_a_crash_while_sending_sends_again_later(store: Store, world: World, clock: FixedClock) -> None:
    class Crash(BaseException):
        pass

    class Crashing:
        def send(self, _: Notification) -> None:
            raise Crash

    user = world.user()
    with store.unit_of_work() as uow:
        notify(uow, f"user:{user}", "s", "b")
    with pytest.raises(Crash):
        deliver(store, {"email": Crashing(), "log": LogAdapter()})
    adapter = Broken(0)
    assert deliver(store, {"email": adapter, "log": LogAdapter()}) == 0, "somebody may be sending it"
    clock.advance(minutes=6)
    assert deliver(store, {"email": adapter, "log": LogAdapter()}) == 1


def test_the_log_holds_nothing_personal(store: Store, world: World, caplog: pytest.LogCaptureFixture) -> None:
    user = world.user(email="ana@example.org", name="Ana Rojas")
    with store.unit_of_work() as uow:
        notify(uow, f"user:{user}", "J-1: late", "Ana, call Bruno at +56 9 1234 5678.")
    with caplog.at_level(logging.DEBUG):
        assert deliver(store, adapters_for(Settings(database_url="sqlite://"))) == 1
    assert f"to user:{user} by email: J-1: late" in caplog.text
    assert not any(secret in caplog.text for secret in ("ana@example.org", "Ana", "1234"))


# E-mail --------------------------------------------------------------------------------------------------------------


class _Mailbox(socketserver.StreamRequestHandler):
    """Just enough of SMTP to take one message."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _MailServer)
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line.split(b":")[0].split()[0].upper()
            if word == b"EHLO":
                self.wfile.write(b"250 test\r\n")
            elif word == b"RCPT" and server.refuses:
                self.wfile.write(f"{server.refuses} no\r\n".encode())
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                for text in self.rfile:
                    if text == b".\r\n":
                        break
                    lines.append(text)
                server.messages.append(b"".join(lines).decode())
                self.wfile.write(b"250 taken\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class _MailServer(socketserver.ThreadingTCPServer):
    def __init__(self, refuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Mailbox)
        self.refuses = refuses
        self.messages: list[str] = []


@contextmanager
def mail_server(refuses: int = 0) -> Iterator[tuple[str, list[str]]]:
    server = _MailServer(refuses)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", server.messages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _mail(address: str = "ana@example.org", subject: str = "J-1: late") -> Notification:
    return Notification(
        id="notification_1", recipient="user:1", address=address, subject=subject, body="Vis\u00edtanos"
    )


def test_an_e_mail_arrives_whole() -> None:
    with mail_server() as (server, messages):
        SmtpAdapter(f"smtp://{server}?from=dispatch@example.org").send(_mail(subject="two\nlines"))
    (message,) = messages
    assert "To: ana@example.org" in message
    assert "From: dispatch@example.org" in message
    assert "Subject: two lines" in message
    assert "Message-ID: <notification_1@example.org>" in message


def test_a_mailbox_that_does_not_exist_is_final_and_a_full_one_is_not() -> None:
    with mail_server(refuses=550) as (server, _), pytest.raises(Undeliverable):
        SmtpAdapter(f"smtp://{server}").send(_mail())
    with mail_server(refuses=452) as (server, _), pytest.raises(smtplib.SMTPRecipientsRefused) as raised:
        SmtpAdapter(f"smtp://{server}").send(_mail())
    assert not isinstance(raised.value, Undeliverable)


def test_no_password_goes_over_an_open_connection() -> None:
    with mail_server() as (server, messages), pytest.raises(Exception, match="no TLS"):
        SmtpAdapter(f"smtp://user:password@{server}").send(_mail())
    assert messages == []


def test_a_setting_that_is_no_mail_server_is_refused() -> None:
    with pytest.raises(ValueError, match="FIELDWRIGHT_SMTP_URL"):
        SmtpAdapter("https://example.org")


def test_a_channel_without_a_valid_service_will_never_arrive() -> None:
    with pytest.raises(Undeliverable):
        AppriseAdapter("nonsense").send(_mail())


# Who is told what ----------------------------------------------------------------------------------------------------


def told(store: Store, event: Event) -> list[Notification]:
    recorded(store, event)
    run_handlers(store, [Handler("notices", notices.KINDS, notices.react)])
    return written(store)


def test_a_technician_is_told_of_a_new_visit_in_their_language_and_time(store: Store, world: World) -> None:
    territory = world.territory()
    technician = world.technician(territory=territory)
    world.user("technician", technician_id=technician, language="zh")
    job, visit = world.job(territory=territory, title="Boiler cold")
    start = world.now() + dt.timedelta(hours=2)  # 14:00 UTC, 11:00 in Chile
    event = VisitAssigned(visit=visit, job=job, technicians_after=(technician,), start_after=instant(start))
    (row,) = told(store, event)
    assert (row.recipient, row.channel, row.about) == (f"technician:{technician}", "push", f"visit:{visit}")
    assert row.subject.endswith("11月23日 11:00")
    assert "Boiler cold" in row.body


def test_a_change_of_technician_is_told_to_both_and_a_small_change_of_time_to_nobody(
    store: Store, world: World
) -> None:
    before, after, stays = (world.technician(email=f"{number}@example.org") for number in range(3))
    job, visit = world.job()
    start = world.now()
    event = VisitAssigned(
        visit=visit,
        job=job,
        technicians_before=(before, stays),
        technicians_after=(after, stays),
        start_before=instant(start),
        start_after=instant(start + dt.timedelta(minutes=10)),
    )
    subjects = {row.recipient: row.subject.partition(": ")[2] for row in told(store, event)}
    assert subjects == {
        f"technician:{before}": "no longer yours",
        f"technician:{after}": "a visit for you, Mon 23 Nov 12:10",
    }


def test_a_technician_is_told_when_a_dispatched_visit_is_cancelled(store: Store, world: World) -> None:
    technician = world.technician(email="t@example.org")
    job, visit = world.job()
    moved = {"visit": visit, "job": job, "after": "cancelled", "action": "cancel", "technician": technician}
    assert told(store, VisitMoved(before="scheduled", **moved)) == [], "nobody had been told to go there"
    (row,) = told(store, VisitMoved(before="accepted", reason="Customer called.", **moved))
    assert row.recipient == f"technician:{technician}"
    assert "Customer called." in row.body


def test_dispatchers_are_told_when_a_visit_is_declined_and_when_a_draft_waits(store: Store, world: World) -> None:
    dispatcher = world.user("dispatcher")
    technician = world.technician("Carla")
    job, visit = world.job()
    declined = VisitMoved(
        visit=visit, job=job, before="dispatched", after="open", action="decline", technician=technician
    )
    (row,) = told(store, declined)
    assert (row.recipient, row.body.startswith("Carla declined")) == (f"user:{dispatcher}", True)
    rows = told(store, DraftProposed(plan="plan_1", run="run_1", gain=1234.5, touched=3))
    assert {row.about for row in rows} == {f"visit:{visit}", "plan:plan_1"}


def test_a_draft_that_waits_is_told_with_the_job_that_matters_most(store: Store, world: World) -> None:
    world.user("dispatcher")
    (_, low), (urgent, visit) = world.job(priority=Priority.LOW), world.job(priority=Priority.CRITICAL)
    (_, moved) = world.job(priority=Priority.CRITICAL)
    changes = [
        {"visit": low, "kind": "assigned"},
        {"visit": moved, "kind": "time"},
        {"visit": visit, "kind": "assigned"},
    ]
    with store.unit_of_work() as uow:
        number = uow.get(Job, urgent).number
        uow.session.add(
            PlanRow(
                id="plan_1", horizon_start=uow.now, horizon_end=uow.now, problem={}, plan={}, created_by="somebody",
                difference={"visits": changes},
            )
        )  # fmt: skip
    (row,) = told(store, DraftProposed(plan="plan_1", run="run_1", gain=1234.5, touched=3))
    assert row.subject == f"{number}: A draft waits for you: 3 visits touched"
    assert row.body.startswith(f"{number}: A new draft saves 1,234")


def test_every_text_is_there_in_english_and_chinese_with_the_same_names_in_it() -> None:
    values = dict.fromkeys(("number", "when", "before", "title", "address", "reason", "who"), "x")
    values |= dict.fromkeys(("priority", "status", "promise", "asked", "opens", "closes", "phone", "part"), "y")
    values |= dict.fromkeys(("quantity", "note", "kind", "text"), "z")
    values |= {"gain": 1.0, "touched": 1, "first": "f", "engine": "e", "handler": "h", "position": 1, "because": "b"}  # type: ignore[dict-item]
    for name, languages in TEXTS.items():
        assert set(languages) == {"en", "zh"}
        for language in ("en", "zh-CN", "fr"):
            subject, body = said(name, language, **values)
            assert subject
            assert body
        assert said(name, "fr", **values) == said(name, "en", **values)
        assert said(name, "zh-CN", **values) == said(name, "zh", **values)


def test_every_word_of_the_program_that_people_are_told_is_there_in_chinese() -> None:
    for word in (*Priority, *JobStatus, *Target):
        assert spoken(word, "zh-CN") != spoken(word, "en"), word
    assert (spoken(JobStatus.ON_SITE, "en"), spoken(JobStatus.ON_SITE, "fr")) == ("on site", "on site")
