"""Two visits in one dead spot, and a tab that dies while it sends: what the dispatcher's live stream tells of it."""

from __future__ import annotations

import io
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.relay import relay
from dispatch.store.tables import FieldAction, Media, VisitMedia
from dispatch.store.tables.field_actions import Outcome
from dispatch.store.tables.media import Purpose
from tests.dispatch.console.conftest import token_for
from tests.dispatch.console.live import Follower, following
from tests.dispatch.messaging.outbox import eventually
from tests.web.field_days import TITLES, FieldDay, Handset, handset
from tests.web.field_work import with_work
from tests.web.test_field_work import answers, question, rows, sheet, sign, take, tap

expect.set_options(timeout=20_000)
STATUSES = ["accepted", "en_route", "on_site", "working", "completed"]
PIECES = "**/api/v1/phone/media/*"


def test_two_visits_of_a_dead_spot_are_told_once_and_in_order_though_the_tab_dies_while_it_sends(
    browser: Browser, field: FieldDay
) -> None:
    with_work(field)
    token = token_for(field.store, field.operation.world.user(Role.DISPATCHER))
    with relaying(field), following(field.url, token) as dispatcher, handset(browser, field.url) as phone:
        install(phone)
        phone.sign_in()
        expect(phone.page.locator(".next")).to_be_visible()
        phone.page.context.set_offline(True)

        work(phone.page, 0)
        answer_the_checklist(phone.page)
        complete(phone.page)
        work(phone.page, 1)
        photos = phone.page.get_by_role("region", name="Photos", exact=True)
        take(phone.page, photos.get_by_role("button", name="Take a photo"), a_large_photo())
        expect(photos.locator(".thumbnail")).to_contain_text("kept on this phone")
        complete(phone.page)
        assert moves(dispatcher) == []

        die_in_the_middle_of_a_picture(phone)
        assert [one for one in rows(field, Media) if one.complete_at is None] != []
        page = phone.page
        page.goto(f"{field.url}/field")
        expect(page.locator(".sync")).to_contain_text(re.compile(r"\d pictures waiting"))
        page.context.set_offline(False)
        expect(page.locator(".sync")).to_contain_text("Everything sent")

        eventually(lambda: len(pictures(dispatcher, awaited=False)) >= 4)
    first, second = field.visits[:2]
    assert moves(dispatcher) == [(visit, status) for visit in (first, second) for status in STATUSES]
    for awaited in (True, False):
        told = Counter(pictures(dispatcher, awaited=awaited))
        assert set(told.values()) == {1}
        assert Counter((visit, purpose) for visit, purpose, _ in told) == {
            (visit, purpose): 1 for visit in (first, second) for purpose in ("photo", "signature")
        }
    assert dispatcher.positions() == sorted(set(dispatcher.positions()))
    assert [field.visit(number).status for number in (0, 1)] == [VisitStatus.COMPLETED] * 2
    assert {one.outcome for one in rows(field, FieldAction)} == {Outcome.APPLIED}
    assert all(one.complete_at is not None and one.refused == "" for one in rows(field, Media))
    assert Counter(one.purpose for one in rows(field, VisitMedia)) == {Purpose.PHOTO: 2, Purpose.SIGNATURE: 2}
    assert answers(field)["pressure"] == 18


@contextmanager
def relaying(field: FieldDay) -> Iterator[None]:
    """What happens gets its place in the stream, as by the worker, while we are in here."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(0.05):
            relay(field.store)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def install(phone: Handset) -> None:
    """The browser would install the app, and it is all there without a network."""
    phone.settle_in()
    tools = phone.page.context.new_cdp_session(phone.page)
    manifest = tools.send("Page.getAppManifest")
    assert (manifest["url"], manifest["errors"]) == (f"{phone.url}/field/manifest.webmanifest", [])
    against = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in against} <= {"in-incognito"}  # as all browsers of tests are
    tools.detach()


def work(page: Page, number: int) -> None:
    """Accept the next visit, drive there, arrive and start, and open its page."""
    expect(page.locator(".next h2")).to_have_text(TITLES[number])
    tap(page, "Accept")
    if number == 0:
        tap(page, "Begin shift")
    tap(page, "Drive")
    sheet(page).get_by_role("button", name="Back").click()
    tap(page, "I'm here")
    tap(page, "Start")
    expect(page.locator(".next .mark.working")).to_be_visible()
    page.locator(".next .second").last.click()
    expect(page.locator(".about h1")).to_have_text(TITLES[number])


def answer_the_checklist(page: Page) -> None:
    """What it needs, and a photo."""
    question(page, "Gas pressure").get_by_role("textbox").fill("18")
    question(page, "Tight").get_by_role("button", name="Yes").click()
    question(page, "Label of the boiler").get_by_role("button", name="Scan").click()
    sheet(page).get_by_role("textbox").fill("AB-1234")
    sheet(page).get_by_role("button", name="Take it").click()
    expect(page.locator(".code-read")).to_have_text("AB-1234")
    take(page, question(page, "Photos").first.get_by_role("button"), a_large_photo())
    expect(page.get_by_text("All that must be answered is answered")).to_be_visible()


def a_large_photo() -> bytes:
    """One that takes several pieces, scaled down as well."""
    noise = [Image.effect_noise((1600, 1200), 90) for _ in range(3)]
    file = io.BytesIO()
    Image.merge("RGB", noise).save(file, "JPEG", quality=95)
    return file.getvalue()


def complete(page: Page) -> None:
    """With the customer's signature; then back to the day."""
    tap(page, "Finish")
    sheet(page).get_by_role("button", name="Part replaced").click()
    sheet(page).get_by_role("button", name="Customer signs").click()
    sign(page)
    expect(sheet(page).get_by_role("button", name="Signed by Juan Soto")).to_be_visible()
    sheet(page).get_by_role("button", name="Complete the visit").click()
    expect(page.locator(".about .mark.completed")).to_be_visible()
    page.locator("button.back").click()


def die_in_the_middle_of_a_picture(phone: Handset) -> None:
    """Go online until the second piece of a picture is under way. Then the network goes, and the tab is killed."""
    under_way = threading.Event()

    def hold_the_second(route: Route) -> None:
        if route.request.headers.get("upload-offset", "0") == "0":
            route.continue_()
        else:
            under_way.set()

    page = phone.page
    page.context.route(PIECES, hold_the_second)
    page.context.set_offline(False)
    eventually(lambda: page.wait_for_timeout(20) or under_way.is_set())
    page.context.set_offline(True)
    context = page.context
    page.close()  # without a word to what runs in it
    phone.page = context.new_page()
    context.unroute(PIECES)


def moves(dispatcher: Follower) -> list[tuple[str, str]]:
    """Each step of a visit that the stream has told: the visit, and its status since."""
    told = [one.data for one in dispatcher.messages if one.event == "message" and one.data["kind"] == "VisitMoved"]
    return [(one["subject"]["id"], one["data"]["after"]) for one in told]


def pictures(dispatcher: Follower, *, awaited: bool) -> list[tuple[str, str, str]]:
    """Each picture that the stream has told of as awaited, or as there: its visit, its purpose and its digest."""
    told = [one.data for one in dispatcher.messages if one.event == "message" and one.data["kind"] == "MediaAttached"]
    of = [(one["subject"]["id"], one["data"]) for one in told if one["data"]["awaited"] is awaited]
    return [(visit, data["purpose"], data["sha256"]) for visit, data in of]
