"""The technician's page on a phone: a day's work with and without a network, and what ends it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dispatch.access.passwords import hashed
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import devices, visits
from dispatch.store.tables import Device, FieldAction, User
from dispatch.store.tables.field_actions import Outcome
from tests.web.browsers import FAINT
from tests.web.field_days import EMAIL, PASSWORD, TITLES, FieldDay, handset
from tests.web.test_accessibility import found

expect.set_options(timeout=20_000)
DISPATCHER = Actor("user_d", "Daniela", Role.DISPATCHER)
STEP = ".bar .main"
LOST = "net::ERR_INTERNET_DISCONNECTED"


def tap_step(page: Page, named: str) -> None:
    """Tap the big button once it says so."""
    expect(page.locator(STEP)).to_have_text(named)
    page.locator(STEP).click()


def drive(page: Page) -> None:
    """Begin the shift and drive, without leaving for the navigation."""
    tap_step(page, "Begin shift")
    tap_step(page, "Drive")
    page.get_by_role("dialog").get_by_role("button", name="Back").click()


def kept(page: Page, store: str) -> int:
    """How many rows of a store are on the phone."""
    counted: int = page.evaluate(
        """(store) => new Promise((resolve, reject) => {
          const opening = indexedDB.open("fieldwright.field");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const counting = opening.result.transaction(store).objectStore(store).count();
            counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
          };
        })""",
        store,
    )
    return counted


def test_the_next_visit_stands_first_with_all_one_needs_and_nothing_leaves_loopback(
    browser: Browser, field: FieldDay
) -> None:
    with handset(browser, field.url) as phone:
        phone.sign_in()
        card = phone.page.locator(".next")
        for said in (TITLES[0], "09:15–10:15", "Calle Brasil 512", "Ring twice", "Juan Soto", "10 min drive"):
            expect(card).to_contain_text(said)
        expect(card.get_by_role("link", name="Call Juan Soto")).to_have_attribute("href", "tel:+56912345678")
        expect(phone.page.locator(STEP)).to_have_text("Accept")
        expect(phone.page.locator(".visits").first.locator("li")).to_have_count(3)
        expect(phone.page.get_by_role("heading", name="Tomorrow")).to_be_visible()
        phone.settle_in()
    assert phone.hosts() == {"127.0.0.1"}
    assert phone.complaints == []


def test_a_dead_spot_changes_nothing_and_everything_arrives_once_in_its_order(
    browser: Browser, field: FieldDay
) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        tap_step(page, "Accept")
        expect(page.locator(".sync")).to_contain_text("Everything sent · last sent")
        phone.settle_in()

        page.context.set_offline(True)
        drive(page)
        tap_step(page, "I'm here")
        tap_step(page, "Start")
        expect(page.locator(".next .mark.working")).to_be_visible()
        expect(page.locator(".sync")).to_contain_text("4 waiting")
        assert field.visit(0).status is VisitStatus.ACCEPTED

        page.reload()
        expect(page.locator(".next .mark.working")).to_be_visible()
        expect(page.locator(".sync")).to_contain_text("4 waiting")

        page.context.set_offline(False)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
        expect(page.locator(".next .mark.working")).to_be_visible()
    assert field.visit(0).status is VisitStatus.WORKING
    with field.store.reading() as uow:
        said = uow.session.scalars(select(FieldAction).order_by(FieldAction.happened_at, FieldAction.received_at)).all()
    assert sorted(one.kind for one in said) == ["accept", "arrive", "begin_shift", "depart", "start"]
    assert {one.outcome for one in said} == {Outcome.APPLIED}
    assert {one for one in phone.complaints if LOST not in one} == set()


def test_what_cannot_be_done_any_more_is_undone_on_the_phone_with_the_reason(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(STEP)).to_have_text("Accept")
        phone.settle_in()
        page.context.set_offline(True)
        tap_step(page, "Accept")
        expect(page.locator(".next .mark.accepted")).to_be_visible()
        with field.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, field.visits[0], VisitAction.CANCEL, reason="The customer has mended it.")

        page.context.set_offline(False)

        refusals = page.locator(".refusals")
        expect(refusals).to_contain_text("Accepted")
        expect(page.locator(".next h2")).to_have_text(TITLES[1])
        refusals.get_by_role("button", name="Seen").click()
        expect(refusals).to_have_count(0)
        page.locator(".sync").click()
        expect(page.get_by_role("heading", name="Refused")).to_be_visible()


def test_declining_takes_one_tap_for_the_reason(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        page.get_by_role("button", name="More").click()
        page.get_by_role("dialog").get_by_role("button", name="Decline").click()
        page.get_by_role("dialog").get_by_role("button", name="I lack a part").click()

        expect(page.locator(".next h2")).to_have_text(TITLES[1])
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    assert field.visit(0).status is VisitStatus.OPEN
    assert field.visit(0).outcome == "declined: I lack a part"


def test_a_lost_phone_is_emptied_when_it_next_asks(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        phone.settle_in()
        page.context.set_offline(True)
        tap_step(page, "Accept")
        revoke(field, wipe=True)

        page.context.set_offline(False)

        expect(page.get_by_role("heading", name="This phone was emptied")).to_be_visible()
        assert {store: kept(page, store) for store in ("documents", "outbox", "pictures", "fixes")} == {
            "documents": 0,
            "outbox": 0,
            "pictures": 0,
            "fixes": 0,
        }
        page.reload()
        expect(page.get_by_role("heading", name="This phone was emptied")).to_be_visible()
    assert field.visit(0).status is VisitStatus.DISPATCHED


def test_a_session_that_ends_keeps_what_was_tapped_until_the_same_person_is_back(
    browser: Browser, field: FieldDay
) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        phone.settle_in()
        page.context.set_offline(True)
        tap_step(page, "Accept")
        revoke(field, wipe=False)
        page.context.set_offline(False)
        expect(page.locator(".door")).to_contain_text("1 tap waits on this phone")

        phone.sign_in()

        expect(page.locator(".next .mark.accepted")).to_be_visible()
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    assert field.visit(0).status is VisitStatus.ACCEPTED


def test_what_one_person_tapped_is_not_sent_in_the_name_of_another(browser: Browser, field: FieldDay) -> None:
    other = field.operation.phone("Benjamín Soto")
    with field.store.unit_of_work() as uow:
        account = uow.get(User, other.user)
        account.email, account.password_hash = "ben@example.org", hashed(PASSWORD)
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        phone.settle_in()
        page.context.set_offline(True)
        tap_step(page, "Accept")
        revoke(field, wipe=False)
        page.context.set_offline(False)
        expect(page.locator(".door")).to_be_visible()

        phone.sign_in("ben@example.org")

        expect(page.get_by_role("heading", name="No visits today")).to_be_visible()
        page.locator(".sync").click()
        expect(page.locator(".screen")).to_contain_text("One tap of somebody else waits here")
        expect(page.locator(".entries")).to_have_count(0)
        assert field.visit(0).status is VisitStatus.DISPATCHED

        page.get_by_role("button", name="Me", exact=True).click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        phone.sign_in(EMAIL)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    assert field.visit(0).status is VisitStatus.ACCEPTED


def test_changes_are_marked_until_they_have_been_seen(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        with field.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, field.visits[2], VisitAction.CANCEL, reason="The customer has mended it.")
        field.operation.react()
        ask_again(page)

        news = page.locator(".news")
        expect(news).to_contain_text("Cancelled")
        expect(news).to_contain_text("The customer has mended it.")
        news.get_by_role("button", name="Seen").click()
        expect(news).to_have_count(0)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
        page.reload()
        expect(page.locator(".next")).to_be_visible()
        expect(news).to_have_count(0)


def test_near_the_place_the_arrival_is_proposed(browser: Browser, field: FieldDay) -> None:
    near = {"latitude": -29.9028, "longitude": -71.2520, "accuracy": 8}
    with handset(browser, field.url, geolocation=near, permissions=["geolocation"]) as phone:
        page = phone.page
        phone.sign_in()
        tap_step(page, "Accept")
        drive(page)
        expect(page.locator(".proposed")).to_have_text("You seem to be there.")
        tap_step(page, "I'm here")
        expect(page.locator(".next .mark.on_site")).to_be_visible()


def test_nobody_is_followed_before_the_shift_or_after_it(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url, geolocation=NEAR, permissions=["geolocation"]) as phone:
        page = phone.page
        page.evaluate(
            """() => {
              const told = document.documentElement.dataset;
              told.watches = "0";
              const { watchPosition, clearWatch } = Geolocation.prototype;
              Geolocation.prototype.watchPosition = function (...all) {
                told.watches = String(Number(told.watches) + 1);
                return watchPosition.apply(this, all);
              };
              Geolocation.prototype.clearWatch = function (...all) {
                told.watches = String(Number(told.watches) - 1);
                clearWatch.apply(this, all);
              };
            }"""
        )
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-watches", "0")
        page.get_by_role("button", name="Me", exact=True).click()
        page.get_by_role("button", name="Begin shift").click()
        expect(page.locator("html")).to_have_attribute("data-watches", "1")
        page.get_by_role("button", name="End shift").click()
        page.get_by_role("dialog").get_by_role("button", name="End shift").click()
        expect(page.locator("html")).to_have_attribute("data-watches", "0")


NEAR: Any = {"latitude": -29.9028, "longitude": -71.2520, "accuracy": 8}


@pytest.mark.parametrize("width", [320, 360, 430])
def test_nothing_is_wider_than_the_phone_and_everything_can_be_hit(
    browser: Browser, field: FieldDay, width: int
) -> None:
    with handset(browser, field.url, viewport={"width": width, "height": 740}) as phone:
        page = phone.page
        expect(page.locator("input[type=password]")).to_be_visible()
        assert too_small(page) == []
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        for place in ("#/today", f"#/today/visit/{field.visits[0]}", "#/outbox", "#/me"):
            page.evaluate("(place) => { location.hash = place; }", place)
            expect(page.locator("h1").first).to_be_visible()
            assert too_small(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth") == width, place
            assert page.evaluate("document.querySelector('.screen').scrollWidth") <= width, place


@pytest.mark.parametrize(
    ("locale", "theme"), [("en-GB", "light"), ("en-GB", "dark"), ("zh-CN", "light"), ("zh-CN", "dark")]
)
def test_nobody_is_kept_out_by_how_the_page_is_made(browser: Browser, field: FieldDay, locale: str, theme: Any) -> None:
    with handset(browser, field.url, locale=locale, color_scheme=theme) as phone:
        page = phone.page
        expect(page.locator("input[type=password]")).to_be_visible()
        looked_at(page)
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        looked_at(page)
        page.locator(STEP).click()
        expect(page.locator(".next .mark.accepted")).to_be_visible()
        page.locator(".bar .more").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        looked_at(page)
        page.get_by_role("dialog").locator(".quiet").click()
        for place in (f"#/today/visit/{field.visits[0]}", "#/outbox", "#/me"):
            page.evaluate("(place) => { location.hash = place; }", place)
            expect(page.locator("h1").first).to_be_visible()
            looked_at(page)


def looked_at(page: Page) -> None:
    assert found(page) == []
    assert page.evaluate(FAINT) == []


def too_small(page: Page) -> list[str]:
    """What is tapped and lower than 48 pixels, and what is read and smaller than 16."""
    made: list[str] = page.evaluate(
        """() => {
          const low = [...document.querySelectorAll("button, a[href], input, summary")]
            .filter((one) => one.checkVisibility() && !one.matches(".skip"))
            .filter((one) => one.getBoundingClientRect().height < 47.5)
            .map((one) => `${one.className}: ${one.textContent} ${one.getBoundingClientRect().height}`);
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const small = [];
          while (texts.nextNode()) {
            const { data, parentElement: one } = texts.currentNode;
            if (data.trim() === "" || !one.checkVisibility() || one.closest(".visually-hidden, svg")) continue;
            const size = Number.parseFloat(getComputedStyle(one).fontSize);
            if (size < 16) small.push(`${data}: ${size} px`);
          }
          return [...low, ...small];
        }"""
    )
    return made


def ask_again(page: Page) -> None:
    """What a phone does when somebody looks at it again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def revoke(field: FieldDay, *, wipe: bool) -> None:
    """The dispatcher takes the phone out of the operation."""
    with field.store.unit_of_work(SYSTEM) as uow:
        for device in uow.session.scalars(select(Device.id)).all():
            devices.revoke_device(uow, device, "Left in a taxi.", wipe, dt.datetime.now(dt.UTC))
