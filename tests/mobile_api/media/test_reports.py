"""The service report: what it says in each language, when it is made, and how it gets to the customer."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError, Invalid, NotFound, TooMany
from dispatch.domain.events import Event, MediaAttached, ReportMade, VisitMoved
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.adapters import LogAdapter, SmtpAdapter, Undeliverable
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.notify import deliver
from dispatch.messaging.relay import relay
from dispatch.services import checklists, media, report_pages, report_sending, service_reports, uploads
from dispatch.services.report_facts import MOST_PHOTOS
from dispatch.settings import Settings
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.files import Files
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import (
    Contact,
    Job,
    JobType,
    Notification,
    OutboxEntry,
    PartRequest,
    PartUse,
    Purpose,
    ReportSending,
    ServiceReport,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.console.conftest import Api
from tests.dispatch.messaging.test_notify import mail_server
from tests.dispatch.world import World
from tests.mobile_api.media.conftest import given
from tests.mobile_api.media.pdf import Read, read
from tests.mobile_api.media.pictures import digest, photo

CHECKLIST: dict[str, Any] = {
    "type": "object",
    "title": "Boiler check",
    "properties": {
        "tight": {"type": "boolean", "x-kind": "yes_no", "title": "Gas tight?", "x-title-zh": "是否气密"},
        "pressure": {"type": "number", "x-kind": "reading", "title": "Pressure", "x-unit": "bar"},
        "part": {
            "type": "string",
            "x-kind": "choice",
            "title": "Worn part",
            "enum": ["valve", "pump"],
            "x-labels": {"valve": {"en": "Gas valve", "zh": "燃气阀"}, "pump": {"en": "Pump"}},
        },
        "remark": {"type": "string", "x-kind": "text", "title": "Remark", "maxLength": 4000},
        "plate": {"type": "array", "x-kind": "photo", "title": "Photo of the plate"},
        "unanswered": {"type": "string", "x-kind": "text", "title": "Nobody answered this"},
    },
}


@dataclass
class Work:
    """A visit that a technician is at, and what becomes of it."""

    store: Store
    settings: Settings
    visit: str
    job: str
    actor: Actor
    contact: str
    seeds: list[int] = field(default_factory=lambda: list(range(100)))

    @property
    def door(self) -> StoreDoor:
        return StoreDoor(self.store, self.actor)

    def do(self, what: Callable[[UnitOfWork], Any]) -> Any:
        """In a transaction of the technician."""
        with self.store.unit_of_work(self.actor) as uow:
            return what(uow)

    def attach(self, *, caption: str = "", name: str = "", size: tuple[int, int] = (60, 40), **said: Any) -> bytes:
        """Take a picture and say so; it has not come yet. ``name``: it is a signature."""
        content = photo("PNG", size, seed=self.seeds.pop())
        if name:
            self.do(lambda uow: media.sign(uow, self.visit, digest(content), name))
        else:
            purpose = said.pop("purpose", Purpose.PHOTO)
            self.do(lambda uow: media.attach(uow, self.visit, digest(content), purpose, caption, **said))
        return content

    def upload(self, *contents: bytes) -> None:
        for content in contents:
            uploads.begin(self.door, self.settings, digest(content), len(content), "image/png", Purpose.PHOTO)
            assert uploads.take(self.door, self.settings, digest(content), 0, content).complete

    def end(self, status: VisitStatus = VisitStatus.COMPLETED, outcome: str = "Replaced the electrode.") -> None:
        with self.store.unit_of_work() as uow:
            visit = uow.get(Visit, self.visit)
            visit.status, visit.outcome, visit.finished_at = status, outcome, uow.now
            visit.arrived_at = uow.now - dt.timedelta(minutes=105)
            visit.started_at = uow.now - dt.timedelta(minutes=97)
            visit.paused_for = 900
            uow.record(
                VisitMoved(
                    visit=visit.id, job=visit.job_id, before="working", after=status.value, action="x", reason=""
                )
            )

    def change(self, table: Any, row_id: str, **values: Any) -> None:
        with self.store.unit_of_work() as uow:
            row = uow.get(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def go_on(self) -> int:
        """Let handlers and jobs do what is to be done."""
        relay(self.store)
        run_handlers(self.store, [Handler("service reports", service_reports.KINDS, service_reports.react)])
        return service_reports.make_due(self.store, self.settings)

    def report(self) -> Read:
        return read(service_reports.document(self.door, self.settings, self.visit).content)

    def row(self) -> ServiceReport | None:
        with self.store.reading() as uow:
            return uow.session.scalar(select(ServiceReport))

    def mails(self) -> list[Notification]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(Notification).order_by(Notification.id)))

    def events(self, kind: type[Event]) -> list[dict[str, Any]]:
        with self.store.reading() as uow:
            told = select(OutboxEntry.payload).where(OutboxEntry.kind == kind.__name__).order_by(OutboxEntry.id)
            return list(uow.session.scalars(told))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.company, settings.company_contact = "Servicios Elqui SpA", "Balmaceda 100, La Serena"
    return settings


@pytest.fixture
def work(sqlite_store: Store, world: World, settings: Settings) -> Work:
    return at_work(sqlite_store, world, settings)


def at_work(store: Store, world: World, settings: Settings, language: str = "en") -> Work:
    territory = world.territory("North")
    crew = [world.technician(name, territory=territory) for name in ("Carla Rojas", "Diego Soto")]
    user = world.user(Role.TECHNICIAN, technician_id=crew[0])
    customer = world.customer("Panadería Ñuñoa & Hijos", language=language)
    site = world.site(customer, territory=territory, name="Bakery <1>", address="Calle Balmaceda 1234")
    machine = world.equipment(
        site, kind="Boiler", maker="Vaillant", model="ecoTEC", serial="S-77", warranty_until=dt.date(2027, 3, 2)
    )
    contact = new_id("contact")
    with store.unit_of_work() as uow:
        uow.session.add(Contact(id=contact, customer_id=customer, name="Ana Rojas", email="ana@example.org"))
    job, visit = world.job(
        customer=customer,
        site=site,
        territory=territory,
        job_type=world.job_type("Boiler repair"),
        title="Boiler does not heat",
        description="Shows error E4.\nAsk for the key.",
        equipment_id=machine,
        contact_id=contact,
        visit={"status": VisitStatus.WORKING},
    )
    given(store, visit, *crew)
    actor = Actor(user, "Carla Rojas", Role.TECHNICIAN, technician=crew[0])
    return Work(store, settings, visit, job, actor, contact)


def full_of_work(work: Work) -> None:
    """All that a report can say."""
    with work.store.unit_of_work() as uow:
        kind = uow.get(JobType, uow.get(Job, work.job).job_type_id)
        kind.checklist = CHECKLIST
        checklists.note_version(uow, kind)
        version = kind.checklist_version
        row = {"visit_id": work.visit, "technician_id": work.actor.technician, "at": uow.now}
        uow.session.add(PartUse(id="use_1", part="Ignition electrode", quantity=1.0, told_at=uow.now, **row))
        uow.session.add(PartUse(id="use_2", part="Cable", quantity=2.5, told_at=uow.now, **row))
        uow.session.add(PartRequest(id="req_1", job_id=work.job, part="Gas valve", quantity=1.0, **row))
    plate = work.attach(field="plate")
    front, signature = work.attach(caption="Before the repair"), work.attach(name="María José")
    work.upload(plate, front, signature)
    answers = {
        "tight": True, "pressure": 1.6, "part": "valve", "remark": "All <b>fine</b>", "plate": [digest(plate)],
    }  # fmt: skip
    work.do(lambda uow: checklists.answer(uow, uow.get(Visit, work.visit), version, answers, uow.now))


# -- what it says ------------------------------------------------------------------------------------------------------


def test_a_report_says_who_was_there_when_and_what_was_done(work: Work) -> None:
    full_of_work(work)
    work.end()
    report = work.report()
    for said in (
        "Servicios Elqui SpA",
        "Balmaceda 100, La Serena",
        "Service report T-",
        "Boiler does not heat",
        "Completed",
        "Boiler repair",
        "Panadería Ñuñoa & Hijos",
        "Ana Rojas",
        "Bakery <1>\nCalle Balmaceda 1234",
        "Boiler Vaillant ecoTEC",
        "S-77",
        "Under warranty\nuntil\n2027-03-02",
        "Monday, 23 November 2026",
        "Arrived\n07:15",
        "Work began\n07:23",
        "Finished\n09:00",
        "Paused for\n15 min",
        "Carla Rojas\nDiego Soto",
        "All times are those of America/Santiago.",
        "Shows error E4.\nAsk for the key.",
        "What was done\nReplaced the electrode.",
        "Boiler check\nGas tight?\nYes\nPressure\n1.6 bar\nWorn part\nGas valve\nRemark\nAll <b>fine</b>",
        "Cable\n2.5\nIgnition electrode\n1",
        "Parts that are still needed\nPart\nQuantity\nGas valve\n1",
        "Before the repair",
        "Signed by María José, Monday, 23 November 2026, 09:00",
        "page 1 of 2",
    ):
        assert said in report.text, said
    assert report.pictures == 3
    for left_out in ("Nobody answered this", "still to come", "Another visit"):
        assert left_out not in report.text


def test_a_chinese_customer_gets_it_in_chinese(sqlite_store: Store, world: World, settings: Settings) -> None:
    work = at_work(sqlite_store, world, settings, "zh-CN")
    full_of_work(work)
    work.end(outcome="更换点火电极。Ñandú")
    report = work.report()
    for said in (
        "服务报告 T-",
        "已完成",
        "工作类型\nBoiler repair",
        "客户\nPanadería Ñuñoa & Hijos",
        "2026年11月23日 星期一",
        "到达\n07:15",
        "暂停\n15分钟",
        "工作内容\n更换点火电极。Ñandú",
        "是否气密\n是",
        "Worn part\n燃气阀",
        "使用的配件\n配件\n数量\nCable\n2.5",
        "签字人：María José，2026年11月23日 星期一, 09:00",
    ):
        assert said in report.text, said
    assert "第1页，共2页" in report.pages[0].replace("\n", "")
    assert not any(word in report.text for word in ("Service report", "Arrived", "Yes", "Signed"))


def test_a_report_of_next_to_nothing_is_still_a_report(work: Work) -> None:
    work.settings.company = work.settings.company_contact = ""
    work.change(Job, work.job, equipment_id=None, contact_id=None, description="")
    with work.store.unit_of_work() as uow:
        visit = uow.get(Visit, work.visit)
        visit.status, visit.outcome = VisitStatus.COMPLETED, ""
    report = work.report()
    assert len(report.pages) == 1
    assert "North" in report.text, "the territory stands for the company"
    for missing in ("Contact", "Machine", "Arrived", "What was", "Checklist", "Parts", "Photos", "All times"):
        assert missing not in report.text, missing
    assert "Not signed" in report.text


def test_before_the_end_it_is_a_preview_that_nothing_is_kept_of(work: Work) -> None:
    assert "Not finished yet" in work.report().text
    assert work.row() is None
    assert work.events(ReportMade) == []


def test_a_visit_that_did_not_solve_it_says_what_is_left_and_that_somebody_comes_again(
    work: Work, world: World
) -> None:
    work.end(VisitStatus.INCOMPLETE, "needs parts: gas valve is cracked")
    assert "Not yet solved" in work.report().text
    assert "What is still to be done\ngas valve is cracked" in work.report().text
    assert "Another visit follows" not in work.report().text
    with work.store.reading() as uow:
        site = uow.get(Visit, work.visit).site_id
    world.visit(work.job, site=site)
    assert "Another visit follows" in work.report().text
    work.change(Visit, work.visit, status=VisitStatus.NO_SHOW, outcome="nobody was there: rang twice")
    assert "Nobody was there" in work.report().text


def test_texts_of_any_length_and_any_sign_go_on_on_the_next_page(work: Work) -> None:
    full_of_work(work)
    work.change(Job, work.job, description="A long story. " * 1200, title="x" * 200)
    work.end(outcome="Łódź 😀 Việt\tПривет ℃ " + "unbreakable" * 200 + "\n" + "更换点火电极" * 400)
    report = work.report()
    assert len(report.pages) > 4
    assert report.text.split().count("story.") == 1200
    assert report.text.count("换") == 400
    assert "□" in report.text
    assert "Vi" in report.text
    assert "Привет" in report.text
    assert all(f"page {number} of {len(report.pages)}" in page for number, page in enumerate(report.pages, start=1))


def test_a_checklist_answer_longer_than_a_page_is_shown_whole(work: Work) -> None:
    full_of_work(work)
    remark = ("word " * 800).strip()
    work.do(lambda uow: checklists.answer(uow, uow.get(Visit, work.visit), 1, {"remark": remark}, uow.now))
    assert work.report().text.split().count("word") == 800


def test_it_shows_so_many_photos_and_counts_the_rest(work: Work) -> None:
    contents = [work.attach(size=(8, 6)) for _ in range(MOST_PHOTOS + 3)]
    work.upload(*contents)
    work.attach()
    report = work.report()
    assert report.pictures == MOST_PHOTOS
    assert "Further photos that are not shown: 3." in report.text
    assert "Pictures still to come: 1." in report.text


def test_a_picture_that_is_gone_from_the_folder_does_not_keep_the_rest_from_being_shown(work: Work) -> None:
    work.upload(work.attach(), work.attach(name="Ana"))
    for file in (work.settings.media / "kept").rglob("*"):
        if file.is_file():
            file.unlink()
    report = work.report()
    assert report.pictures == 0
    assert report.text.count("The picture is still to come.") == 2


def test_the_last_signature_counts_and_one_of_the_checklist_does_not(work: Work, clock: FixedClock) -> None:
    work.attach(name="Somebody else")
    clock.advance(minutes=1)
    work.attach(name="Ana  Rojas")
    clock.advance(minutes=1)
    work.attach(purpose=Purpose.SIGNATURE, field="technician_signs", caption="Carla")
    assert "Signed by Ana Rojas" in work.report().text
    with work.store.reading() as uow:
        told = media.signatures(uow, [work.visit])[work.visit]
        assert (told["name"], told["status"]) == ("Ana Rojas", "awaited")
        assert [one["field"] for one in media.of_visits(uow, [work.visit])[work.visit]] == ["technician_signs"]


# -- made --------------------------------------------------------------------------------------------------------------


def test_it_is_made_when_the_visit_ends_and_again_when_late_pictures_come(work: Work, clock: FixedClock) -> None:
    late = work.attach()
    assert work.go_on() == 0
    work.end()
    assert work.go_on() == 1
    first = work.row()
    assert first is not None
    assert (first.edition, first.wanted_at) == (1, None)
    assert work.go_on() == 0
    clock.advance(minutes=5)
    work.upload(late)
    assert work.go_on() == 1
    second = work.row()
    assert second is not None
    assert (second.edition, second.made_at) == (2, clock.now())
    assert second.kept != first.kept
    assert [one["edition"] for one in work.events(ReportMade)] == [1, 2]
    assert [one["awaited"] for one in work.events(MediaAttached)] == [True, False]


def test_nothing_new_makes_no_new_edition(work: Work) -> None:
    work.end()
    work.go_on()
    with work.store.unit_of_work() as uow:
        service_reports.want(uow, work.visit)
    assert service_reports.make_due(work.store, work.settings) == 1
    row = work.row()
    assert row is not None
    assert (row.edition, row.wanted_at) == (1, None)
    assert len(work.events(ReportMade)) == 1


def test_who_reads_it_is_never_shown_an_old_one(work: Work) -> None:
    work.end()
    work.go_on()
    work.change(Job, work.job, title="Another title")
    assert "Another title" in work.report().text
    row = work.row()
    assert row is not None
    assert row.edition == 2


def test_a_report_whose_file_is_gone_is_made_again(work: Work) -> None:
    work.end()
    work.go_on()
    row = work.row()
    assert row is not None
    assert row.kept is not None
    Files.of(work.settings).path(row.kept).unlink()
    assert "Replaced the electrode" in work.report().text


def test_one_that_cannot_be_made_keeps_no_other_from_it_and_is_tried_again(
    work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work.end()
    with monkeypatch.context() as patch:
        patch.setattr(report_pages, "draw", lambda *_: [][0])
        assert work.go_on() == 0
    assert "IndexError" in caplog.text
    assert work.go_on() == 0, "not at once"
    clock.advance(minutes=11)
    assert work.go_on() == 1


# -- sent --------------------------------------------------------------------------------------------------------------


def ask(work: Work, address: str | None = None) -> ReportSending:
    sending: ReportSending = work.do(lambda uow: report_sending.ask(uow, work.visit, address))
    return sending


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


# -- who may -----------------------------------------------------------------------------------------------------------


def test_the_crew_and_the_dispatchers_of_the_territory_read_it(work: Work, world: World, api: Api) -> None:
    full_of_work(work)
    work.end()
    with work.store.reading() as uow:
        here = uow.get(Visit, work.visit).territory_id
    crew = api("technician", technician_id=work_mate(work))
    shown = crew.get(f"phone/visits/{work.visit}/report")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "application/pdf")
    assert shown.headers["content-disposition"].startswith('inline; filename="T-')
    assert "Replaced the electrode" in read(shown.content).text
    again = crew.get(f"phone/visits/{work.visit}/report", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    dispatcher = api("dispatcher", territories=[here])
    assert dispatcher.get(f"visits/{work.visit}/report").content == shown.content
    elsewhere = api("dispatcher", territories=[world.territory()])
    stranger = api("technician", technician_id=world.technician())
    for client, paths in ((elsewhere, ("report", "media")), (stranger, ("report", "media"))):
        for path in paths:
            assert client.get(f"visits/{work.visit}/{path}").status_code == 404
    assert stranger.get(f"phone/visits/{work.visit}/report").status_code == 404
    assert dispatcher.get(f"phone/visits/{work.visit}/report").status_code == 403
    assert api(None).get(f"visits/{work.visit}/report").status_code == 401


def work_mate(work: Work) -> str:
    with work.store.reading() as uow:
        return next(one for one in assigned_technicians(uow.session, work.visit) if one != work.actor.technician)


def test_dispatchers_see_the_pictures_of_their_territory_and_technicians_those_of_their_crew(
    work: Work, world: World, api: Api
) -> None:
    there, awaited = work.attach(caption="Before"), work.attach(name="Ana")
    work.upload(there)
    with work.store.reading() as uow:
        here = uow.get(Visit, work.visit).territory_id
    dispatcher, mate = api("dispatcher", territories=[here]), api("technician", technician_id=work_mate(work))
    listed = dispatcher.get(f"visits/{work.visit}/media").json()
    assert {one["sha256"]: one["status"] for one in listed} == {digest(there): "here", digest(awaited): "awaited"}
    (media_id,) = [one["id"] for one in listed if one["id"]]
    elsewhere = api("dispatcher", territories=[world.territory()])
    stranger = api("technician", technician_id=world.technician())
    for client, status in ((dispatcher, 200), (mate, 200), (elsewhere, 404), (stranger, 404), (api(None), 401)):
        assert client.get(f"media/{media_id}/content").status_code == status
    assert mate.get(f"phone/media/{digest(there)}/content").status_code == 200
    assert stranger.get(f"phone/media/{digest(there)}/content").status_code == 404
    assert mate.get(f"phone/media/{digest(awaited)}/content").status_code == 404
    assert dispatcher.get("media/media_unknown/content").status_code == 404


def test_nobody_attaches_to_or_sends_the_report_of_a_visit_of_somebody_else(work: Work, world: World) -> None:
    stranger = world.technician()
    user = world.user(Role.TECHNICIAN, technician_id=stranger)
    agent = world.user(Role.AGENT)
    for actor, refused in (
        (Actor(user, "Somebody", Role.TECHNICIAN, technician=stranger), NotFound),
        (Actor(agent, "Agent", Role.AGENT), DispatchError),
    ):
        for act in (
            lambda uow: media.attach(uow, work.visit, digest(b"x"), Purpose.PHOTO),
            lambda uow: media.sign(uow, work.visit, digest(b"x"), "Ana"),
            lambda uow: report_sending.ask(uow, work.visit),
        ):
            with pytest.raises(refused), work.store.unit_of_work(actor) as uow:
                act(uow)
    with work.store.reading() as uow:
        assert media.pictures_of(uow, [work.visit]) == {}


# -- on each kind of database ------------------------------------------------------------------------------------------


def test_several_workers_at_once_make_one_edition_and_send_one_mail(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    full_of_work(work)
    ask(work)
    work.end()
    relay(store)
    run_handlers(store, [Handler("service reports", service_reports.KINDS, service_reports.react)])
    start = threading.Barrier(3)

    def make() -> None:
        start.wait()
        service_reports.make_due(store, settings)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.go_on() == 0
    assert [one["edition"] for one in work.events(ReportMade)] == [1]
    assert len(work.mails()) == 1


def test_what_two_devices_attach_at_once_is_attached_once(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    start, found = threading.Barrier(2), []

    def attach() -> None:
        start.wait()
        found.append(work.do(lambda uow: media.attach(uow, work.visit, digest(b"x"), Purpose.PHOTO)).id)

    threads = [threading.Thread(target=attach) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_many_visits_are_told_of_in_a_few_statements(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    work.upload(work.attach(), work.attach(name="Ana"))
    work.attach()
    ask(work)
    work.end()
    work.go_on()
    statements: list[str] = []
    others = [f"visit_{number}" for number in range(300)]
    with store.reading() as uow:
        listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
        visits = [work.visit, *others]
        pictures, reports = media.of_visits(uow, visits), service_reports.of_visits(uow, visits)
    assert {visit: [one["status"] for one in told] for visit, told in pictures.items()} == {
        work.visit: ["here", "awaited"]
    }
    assert [told["sent_to"] for told in reports.values()] == ["ana@example.org"]
    assert len([one for one in statements if one.startswith("SELECT")]) == 3


def test_a_visit_has_so_many_pictures(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_OF_A_VISIT", 2)
    first = work.attach()
    work.attach()
    with pytest.raises(TooMany, match="2 pictures"):
        work.attach()
    work.do(lambda uow: media.attach(uow, work.visit, digest(first), Purpose.PHOTO))
