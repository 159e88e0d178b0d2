"""The technician's page where something is not as it should be: a phone to be emptied, a picture that is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from dispatch.domain.events import instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables import Absence, ChecklistAnswers, ExpertCall, Job, Media, Technician, Visit, VisitMedia
from tests.web.field_days import FieldDay, handset
from tests.web.field_work import EXPERT, with_work
from tests.web.test_field_page import kept, revoke
from tests.web.test_field_work import begin, photo, question, rows, see_sent, sheet, take

expect.set_options(timeout=20_000)


@pytest.fixture
def work(field: FieldDay) -> FieldDay:
    """A day whose first visit has a checklist, parts to take, and somebody who knows more."""
    with_work(field)
    return field


def test_a_phone_that_hears_of_its_wipe_when_somebody_signs_in_is_emptied(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        revoke(field, wipe=False)
        page.reload()
        expect(page.locator(".door")).to_be_visible()
        assert kept(page, "documents") > 0
        revoke(field, wipe=True)

        phone.sign_in()

        expect(page.get_by_role("heading", name="This phone was emptied")).to_be_visible()
        assert [kept(page, store) for store in ("documents", "outbox", "pictures", "fixes")] == [0, 0, 0, 0]
        page.get_by_role("button", name="Sign in").click()
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()


def test_what_the_office_entered_only_the_office_takes_back(browser: Browser, field: FieldDay) -> None:
    with field.store.unit_of_work(SYSTEM) as uow:
        lasts = {"starts_at": uow.now - dt.timedelta(minutes=5), "ends_at": uow.now + dt.timedelta(hours=2)}
        uow.session.add(Absence(id=new_id("absence"), technician_id=field.phone.technician, reason="", **lasts))
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        page.get_by_role("button", name="Me", exact=True).click()
        expect(page.locator(".screen")).to_contain_text("The office entered it")
        expect(page.get_by_role("button", name="I am available again")).to_have_count(0)


def test_the_meter_shows_what_it_showed_last_time_and_the_call_says_whom(browser: Browser, work: FieldDay) -> None:
    with work.store.unit_of_work(SYSTEM) as uow:
        jobs = [uow.get(Job, uow.get(Visit, work.visits[number]).job_id) for number in (0, 3)]
        jobs[1].equipment_id = jobs[0].equipment_id
        before = uow.now - dt.timedelta(days=200)
        row = {"visit_id": work.visits[3], "job_type_id": jobs[0].job_type_id, "checklist_version": 1}
        given = {"meter": instant(before)}
        uow.session.add(
            ChecklistAnswers(id=new_id("answers"), answers={"meter": 1234.5}, given=given, answered_at=before, **row)
        )
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        expect(question(page, "Gas meter")).to_contain_text("Last time: 1234.5 m³")

        page.get_by_role("button", name="Call somebody who knows more").click()
        call = sheet(page).get_by_role("link", name="Call")
        call.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
        call.click()
        page.keyboard.press("Escape")
        # Not the line: it said that everything was sent before the tap as well.
        see_sent(page, "Expert called")
    (called,) = rows(work, ExpertCall)
    with work.store.reading() as uow:
        assert called.expert_id == uow.session.scalars(select(Technician.id).where(Technician.name == EXPERT)).one()


def test_a_picture_that_the_browser_has_lost_is_said_to_be_and_taken_again(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        phone.settle_in()
        page.context.set_offline(True)
        photos = page.get_by_role("region", name="Photos", exact=True)
        take(page, photos.get_by_role("button", name="Take a photo"), photo())
        expect(photos.locator(".thumbnail")).to_contain_text("kept on this phone")
        page.evaluate(
            """() => new Promise((resolve, reject) => {
              const opening = indexedDB.open("fieldwright.field");
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const clearing = opening.result.transaction("bytes", "readwrite").objectStore("bytes").clear();
                clearing.onsuccess = () => { opening.result.close(); resolve(); };
              };
            })"""
        )
        page.context.set_offline(False)
        page.locator(".sync").click()
        lost = page.locator(".entries .lost")
        expect(lost).to_contain_text("It is not on this phone any more, and was not sent. Take it again.")

        take(page, lost.get_by_role("button", name="Take a photo"), photo())

        expect(lost).to_have_count(0)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    here = [one.sha256 for one in rows(work, Media) if one.complete_at is not None]
    attached = rows(work, VisitMedia)
    # The operation's clock stands still here: neither is the later one.
    assert sorted((one.caption, one.sha256 in here) for one in attached) == [("Before", False), ("Before", True)]
    assert work.visit(0).status is VisitStatus.WORKING
