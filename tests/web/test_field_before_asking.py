"""What phones hold before anybody is asked for it: told in full, no question until its time comes, out of reach too."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Browser, Locator, Page, expect

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables import Shift, Visit
from tests.web.browsers import FAINT
from tests.web.field_days import MORNING, TITLES, FieldDay, handset
from tests.web.test_accessibility import found

expect.set_options(timeout=20_000)
STEP = ".bar .main"


def not_asked(field: FieldDay, *numbers: int) -> None:
    """Everybody is asked an hour ahead; of these visits nobody was asked yet. The technician is at work."""
    field.operation.world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=3600)
    with field.store.unit_of_work() as uow:
        for number in numbers:
            uow.get(Visit, field.visits[number]).asked_at = None
        uow.get(Shift, field.phone.shift).began_at = uow.now


def may_change(page: Page) -> Locator:
    """The rest of today that may still change."""
    return page.locator("section", has=page.get_by_role("heading", name="Planned, may change")).locator(".visit")


def test_a_visit_becomes_a_question_by_the_clock_while_the_phone_is_out_of_reach(
    browser: Browser, field: FieldDay
) -> None:
    # It is nine; they begin at a quarter past nine, at eleven, at a quarter to one and at half past two.
    not_asked(field, 1, 2, 3)
    with handset(browser, field.url, color_scheme="dark") as phone:
        page = phone.page
        page.clock.install(time=MORNING)
        phone.sign_in()
        expect(page.locator(STEP)).to_have_text("Accept")
        expect(may_change(page)).to_have_count(3)
        for number, line in enumerate(may_change(page).all(), 1):
            expect(line).to_contain_text(TITLES[number])
            expect(line).to_contain_text(f"Customer {number + 1}")
        phone.settle_in()

        page.context.set_offline(True)
        page.locator(".visit.provisional").first.click()
        expect(page.locator(".provisional-note")).to_contain_text("asked to accept it from 10:00")
        expect(page.locator("#content")).to_contain_text("Juan Soto")
        expect(page.locator(".bar")).to_contain_text("You are asked to accept it from 10:00.")
        expect(page.locator(STEP)).to_have_count(0)
        assert page.evaluate(FAINT) == []
        assert found(page) == []
        page.clock.fast_forward(dt.timedelta(minutes=59).total_seconds() * 1000)
        expect(page.locator(STEP)).to_have_count(0)
        page.clock.fast_forward(dt.timedelta(minutes=2).total_seconds() * 1000)
        expect(page.locator(STEP)).to_have_text("Accept")
        expect(page.locator(".provisional-note")).to_have_count(0)
        page.get_by_role("button", name="Back").click()
        expect(may_change(page)).to_have_count(2)


def test_who_is_out_of_reach_sets_out_to_what_they_were_not_asked_for_and_that_counts(
    browser: Browser, field: FieldDay
) -> None:
    not_asked(field, 1, 2, 3)
    with handset(browser, field.url, locale="zh-CN") as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(STEP)).to_have_text("接受")
        phone.settle_in()
        page.context.set_offline(True)
        page.locator(".visit.provisional").nth(1).click()
        expect(page.locator(".provisional-note")).to_contain_text("11:45 起会请您接受")
        assert page.evaluate(FAINT) == []
        page.get_by_role("button", name="更多").click()
        expect(page.locator(".choice")).to_have_text(["出发", "拒绝"])
        page.locator(".choice").first.click()
        expect(page.locator(".provisional-note")).to_have_count(0)
        page.context.set_offline(False)
        expect(page.locator(".sync")).to_contain_text("全部已发送")
        visit = field.visit(2)
        assert (visit.status, visit.accepted_at) == (VisitStatus.EN_ROUTE, visit.departed_at)


def test_the_next_visit_is_driven_to_with_one_tap_though_nobody_was_asked_for_it(
    browser: Browser, field: FieldDay
) -> None:
    # The first is over: what is next begins at eleven, and it is nine.
    not_asked(field, 1, 2, 3)
    with field.store.unit_of_work() as uow:
        first = uow.get(Visit, field.visits[0])
        first.status, first.finished_at = VisitStatus.COMPLETED, uow.now
    with handset(browser, field.url, color_scheme="dark") as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next .provisional-note")).to_contain_text("from 10:00; if it is time to go, just go")
        expect(page.locator(STEP)).to_have_text("Drive")
        assert page.evaluate(FAINT) == []
        assert found(page) == []
        page.locator(STEP).click()
        expect(page.locator(".next .mark")).to_have_text("on the way")
        expect(page.locator(".sync")).to_contain_text("Everything sent")
        assert field.visit(1).status is VisitStatus.EN_ROUTE
