"""The rest of the day as it is planned, on the technician's phone: told apart, out of reach as well, without alarm."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import visits
from dispatch.store.tables import Shift, Visit
from tests.web.browsers import FAINT
from tests.web.field_days import TITLES, FieldDay, handset
from tests.web.test_accessibility import found

expect.set_options(timeout=20_000)
DISPATCHER = Actor("user_d", "Daniela", Role.DISPATCHER)
STEP = ".bar .main"


def only_planned(field: FieldDay, *numbers: int) -> None:
    with field.store.unit_of_work() as uow:
        for number in numbers:
            visit = uow.get(Visit, field.visits[number])
            visit.status, visit.asked_at = VisitStatus.SCHEDULED, None


def held(page: Page) -> str:
    """Everything that the phone keeps of visits that are only planned, as text."""
    text: str = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open("fieldwright.field");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const reading = opening.result.transaction("documents").objectStore("documents").getAll();
            reading.onsuccess = () => {
              opening.result.close();
              resolve(JSON.stringify(reading.result.filter((one) => one.provisional)));
            };
          };
        })"""
    )
    return text


def test_what_is_only_planned_stands_apart_tells_little_and_nothing_can_be_done_with_it(
    browser: Browser, field: FieldDay
) -> None:
    only_planned(field, 2, 3)
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.get_by_role("heading", name="Planned, may change")).to_be_visible()
        lines = page.locator("section", has=page.get_by_role("heading", name="Planned, may change")).locator(".visit")
        expect(lines).to_have_count(2)
        expect(lines.first).to_contain_text("12:45–13:45")
        expect(lines.first).to_contain_text(TITLES[2])
        expect(page.locator(".next")).to_contain_text(TITLES[0])
        kept = held(page)
        assert TITLES[2] in kept
        for secret in ("Juan Soto", "+56 9 1234 5678", "juan@example.org", "Customer 3", "CX-2-4711"):
            assert secret not in kept
        assert page.evaluate(FAINT) == []
        phone.settle_in()

        page.context.set_offline(True)
        page.reload()
        lines.first.click()
        expect(page.locator(".provisional-note")).to_contain_text("not handed to you yet")
        expect(page.locator(".bar")).to_contain_text("It is handed to you when its time comes.")
        expect(page.locator(STEP)).to_have_count(0)
        expect(page.get_by_role("button", name="Navigate")).to_have_count(0)
        expect(page.get_by_role("link", name="Call")).to_have_count(0)
        assert page.evaluate(FAINT) == []
        assert found(page) == []


def test_who_waits_for_the_first_visit_begins_to_work_and_gets_it_when_its_time_comes(
    browser: Browser, field: FieldDay
) -> None:
    only_planned(field, 0, 1, 2, 3)
    with field.store.unit_of_work() as uow:
        uow.get(Shift, field.phone.shift).began_at = None
    with handset(browser, field.url, locale="zh-CN", color_scheme="dark") as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".empty")).to_contain_text("下一次上门计划于 09:15")
        expect(page.get_by_role("heading", name="已计划，可能变动")).to_be_visible()
        assert page.evaluate(FAINT) == []
        expect(page.locator(STEP)).to_have_text("开始上班")
        page.locator(STEP).click()
        expect(page.locator(STEP)).to_have_count(0)
        expect(page.locator(".sync")).to_contain_text("全部已发送")

        field.operation.publish(field.visits[1], dispatched=False)
        with field.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, field.visits[0], VisitAction.DISPATCH)
        field.operation.react()
        page.reload()
        expect(page.locator(".next")).to_contain_text("Juan Soto")
        expect(page.locator(STEP)).to_have_text("接受")
        expect(page.locator(".visit.provisional")).to_have_count(3)  # two of today's, and tomorrow's
        expect(page.locator(".news")).to_have_count(0)


def test_a_planned_visit_that_goes_while_somebody_reads_it_says_that_there_is_nothing_to_do(
    browser: Browser, field: FieldDay
) -> None:
    only_planned(field, 3)
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        page.locator(".visit.provisional").first.click()
        expect(page.locator(".about h1")).to_have_text(TITLES[3])
        with field.store.unit_of_work(SYSTEM) as uow:
            visits.act(uow, field.visits[3], VisitAction.CANCEL, reason="It works again.")
        field.operation.react()
        page.reload()
        expect(page.locator(".empty h1")).to_have_text("The plan has changed")
        page.get_by_role("button", name="Back").click()
        expect(page.locator(".next")).to_be_visible()
        expect(page.locator(".news")).to_have_count(0)
