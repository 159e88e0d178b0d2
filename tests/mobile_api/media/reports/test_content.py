"""What a service report says, in each language, of much and of little."""

from __future__ import annotations

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import ReportMade
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import checklists, media
from dispatch.services.report_facts import MOST_PHOTOS
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Job,
    Purpose,
    Visit,
)
from tests.dispatch.world import World
from tests.mobile_api.media.reports.working import Work, at_work, full_of_work


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
