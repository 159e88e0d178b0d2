"""The work on a visit, on a technician's phone: what is answered, taken and signed arrives, also from dead spots."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from sqlalchemy import select

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import checklists
from dispatch.store.tables import ExpertCall, FieldAction, Media, PartRequest, PartUse, ReportSending, VisitMedia
from dispatch.store.tables.field_actions import Outcome
from dispatch.store.tables.media import Purpose
from tests.web.browsers import FAINT, chromium
from tests.web.field_days import FieldDay, Handset, field_day, handset
from tests.web.field_work import EXPERT, with_work
from tests.web.test_accessibility import found

expect.set_options(timeout=20_000)
STEP = ".bar > .row .main"
LOST = "net::ERR_INTERNET_DISCONNECTED"
LOOKS = (("en-GB", "light"), ("zh-CN", "dark"))


@pytest.fixture
def work(field: FieldDay) -> FieldDay:
    """A day whose first visit has a checklist, parts to take, and somebody who knows more."""
    with_work(field)
    return field


@pytest.fixture
def mapped(migrated_store: Path, tmp_path: Path, home: Path) -> Iterator[FieldDay]:
    """A day in an operation that has a map."""
    with field_day(migrated_store, tmp_path, data_folder=home, media_folder=tmp_path / "media") as made:
        yield made


def tap(page: Page, named: str) -> None:
    """Tap the big button once it says so."""
    expect(page.locator(STEP)).to_have_text(named)
    page.locator(STEP).click()


def begin(phone: Handset) -> None:
    """Sign in, and be at work at the first visit, on its page."""
    page = phone.page
    phone.sign_in()
    expect(page.locator(STEP)).to_be_visible()
    for step, status in ((0, "accepted"), (1, None), (2, "en_route"), (3, "on_site"), (4, "working")):
        said = page.locator(STEP).inner_text()
        page.locator(STEP).click()
        expect(page.locator(STEP)).not_to_have_text(said)  # the next tap is meant for the next step
        if step == 2:
            page.get_by_role("dialog").locator(".sheet-head button").click()
        if status is not None:
            expect(page.locator(f".next .mark.{status}")).to_be_visible()
    page.locator(".next .second").last.click()
    expect(page.locator(".questions")).to_be_visible()


def see_sent(page: Page, *said: str) -> None:
    """Wait until the outbox says of something that it has arrived."""
    page.locator(".sync").click()
    for one in said:
        expect(page.locator(".entries .sent", has_text=one).first).to_be_visible()


def question(page: Page, named: str) -> Locator:
    """A question of the checklist with its control."""
    return page.get_by_role("group", name=named, exact=False)


def sheet(page: Page) -> Locator:
    """The sheet that lies on top."""
    return page.get_by_role("dialog").last


def photo() -> bytes:
    """A photo as a phone takes it: larger than what is kept, and saying where it was taken."""
    taken = Image.effect_noise((2000, 1500), 80).convert("RGB")
    tags = Image.Exif()
    tags[0x010F] = "A maker of phones"
    file = io.BytesIO()
    taken.save(file, "JPEG", exif=tags)
    return file.getvalue()


def take(page: Page, button: Locator, picture: bytes) -> None:
    """Tap a button that opens the camera, and take a picture."""
    with page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})


def filmed(text: str) -> bytes:
    """A film of a QR code as cameras of a test browser show it: YUV4MPEG2, grey."""
    width, height, box = 640, 480, 10
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    left, top = (width - count * box) // 2, (height - count * box) // 2
    grey = bytearray(b"\xeb" * (width * height))
    for row in range(count * box):
        for column in range(count * box):
            if code.isDark(row // box, column // box):
                grey[(top + row) * width + left + column] = 16
    frame = b"FRAME\n" + bytes(grey) + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420\n".encode() + frame * 2


@contextmanager
def seeing(browser: Browser, film: Path) -> Iterator[Browser]:
    """A browser whose camera shows a film."""
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}", "--no-sandbox"]
    opened = browser.browser_type.launch(executable_path=chromium(), args=camera)
    try:
        yield opened
    finally:
        opened.close()


def sign(page: Page) -> None:
    """Draw on the pad, and say that it is done."""
    box = page.locator(".signature-pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 60 + 20 * (step % 2))
    page.mouse.up()
    sheet(page).get_by_role("button", name="Done").click()


def rows(day: FieldDay, table: type[Any]) -> list[Any]:
    """All rows of a table."""
    with day.store.reading() as uow:
        return list(uow.session.scalars(select(table).order_by(table.id)))


def answers(day: FieldDay) -> dict[str, Any]:
    """What the server knows as answered of the first visit."""
    with day.store.reading() as uow:
        told: dict[str, Any] = checklists.of_visits(uow, [day.visits[0]])[day.visits[0]]["answers"]
        return told


def test_what_is_done_in_a_dead_spot_arrives_with_its_photos_and_signatures(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
        phone.settle_in()
        page.context.set_offline(True)

        pressure = question(page, "Gas pressure").get_by_role("textbox")
        pressure.fill("99")
        expect(question(page, "Gas pressure").get_by_role("alert")).to_have_text("Not above 60.")
        pressure.fill("12,5")
        question(page, "Cause").get_by_role("button", name="Gas valve").click()
        question(page, "Tight").get_by_role("button", name="Yes").click()
        expect(page.get_by_text("All that must be answered is answered")).to_be_visible()
        take(page, question(page, "Photos needed").or_(question(page, "Photos")).first.get_by_role("button"), photo())
        expect(page.get_by_text("1 answer is missing")).to_be_visible()
        question(page, "Label of the boiler").get_by_role("button", name="Scan").click()
        sheet(page).get_by_role("textbox").fill("wrong")
        sheet(page).get_by_role("button", name="Take it").click()
        expect(sheet(page).get_by_role("alert")).to_contain_text("wrong is not the code")
        sheet(page).get_by_role("textbox").fill("AB-1234")
        sheet(page).get_by_role("button", name="Take it").click()
        expect(page.locator(".code-read")).to_have_text("AB-1234")
        question(page, "Customer").get_by_role("button", name="Sign").click()
        sign(page)
        expect(question(page, "Customer").get_by_text("kept on this phone")).to_be_visible()

        page.get_by_role("button", name="One more: ignition electrode").click()
        expect(page.get_by_text("1 on the van")).to_be_visible()
        page.get_by_role("button", name="Ask for a part").click()
        sheet(page).get_by_label("Which part").fill("pump seal")
        sheet(page).get_by_role("button", name="Urgent").click()
        sheet(page).get_by_role("button", name="Ask for it").click()
        expect(page.get_by_text("1 × pump seal, urgent")).to_be_visible()

        page.get_by_role("button", name="More", exact=True).click()
        sheet(page).get_by_role("button", name="more time").click()
        sheet(page).get_by_role("button", name="60 min").click()
        expect(sheet(page)).to_contain_text("Estimated on this phone")
        sheet(page).get_by_role("button", name="Say that I need 60 min more").click()

        tap(page, "Finish")
        expect(sheet(page)).to_contain_text("6 of 8 answered · 1 photo · 1 part used")
        sheet(page).get_by_role("button", name="Part replaced").click()
        sheet(page).get_by_role("button", name="Customer signs").click()
        sign(page)
        expect(sheet(page).get_by_role("button", name="Signed by Juan Soto")).to_be_visible()
        sheet(page).get_by_role("button", name="Send the report by e-mail").click()
        expect(sheet(page).get_by_label("To")).to_have_value("juan@example.org")
        sheet(page).get_by_role("button", name="Complete the visit").click()
        expect(page.locator(".about .mark.completed")).to_be_visible()
        assert work.visit(0).status is VisitStatus.WORKING

        page.reload()
        expect(page.locator(".about .mark.completed")).to_be_visible()
        expect(page.locator(".given")).to_contain_text("12.5 mbar")
        page.context.set_offline(False)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
        expect(page.get_by_text("kept on this phone")).to_have_count(0)
        expect(page.get_by_text("Sent to juan@example.org")).to_be_visible()

    visit = work.visit(0)
    assert (visit.status, visit.outcome, visit.extended) == (VisitStatus.COMPLETED, "Part replaced", 3600)
    given = answers(work)
    assert {name: given[name] for name in ("pressure", "cause", "tight", "label")} == {
        "pressure": 12.5,
        "cause": "valve",
        "tight": True,
        "label": "AB-1234",
    }
    pictures = {one.sha256: one for one in rows(work, Media)}
    assert all(one.complete_at is not None and one.refused == "" for one in pictures.values())
    assert max(pictures[given["photos"][0]].width, pictures[given["photos"][0]].height) == 1600
    attached = {(one.purpose, one.field) for one in rows(work, VisitMedia)}
    assert attached >= {(Purpose.PHOTO, "photos"), (Purpose.SIGNATURE, "customer"), (Purpose.SIGNATURE, "")}
    assert [(one.part, one.quantity) for one in rows(work, PartUse)] == [("ignition electrode", 1)]
    assert [(one.part, one.quantity, one.urgent) for one in rows(work, PartRequest)] == [("pump seal", 1, True)]
    assert [one.address for one in rows(work, ReportSending)] == ["juan@example.org"]
    assert {one.outcome for one in rows(work, FieldAction)} == {Outcome.APPLIED}
    assert {one for one in phone.complaints if LOST not in one} == set()


def test_a_code_is_read_by_the_camera(browser: Browser, work: FieldDay, tmp_path: Path) -> None:
    film = tmp_path / "code.y4m"
    film.write_bytes(filmed("AB-1234"))
    with seeing(browser, film) as looking, handset(looking, work.url, permissions=["camera"]) as phone:
        page = phone.page
        begin(phone)
        question(page, "Label of the boiler").get_by_role("button", name="Scan").click()
        expect(page.locator(".code-read")).to_have_text("AB-1234")
        expect(page.get_by_role("dialog")).to_have_count(0)
        see_sent(page, "Checklist")
    assert answers(work) == {"label": "AB-1234"}


def test_a_phone_whose_camera_is_forbidden_says_what_helps(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        question(page, "Label of the boiler").get_by_role("button", name="Scan").click()
        expect(sheet(page).get_by_role("status")).to_contain_text("ype the code")
        expect(sheet(page).locator("video")).to_be_hidden()


def test_an_answer_is_taken_back_and_what_is_typed_last_counts(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        phone.settle_in()
        # All of it in one dead spot: the server's clock stands still here, so that what comes later would be older.
        page.context.set_offline(True)
        tight = question(page, "Tight").get_by_role("button", name="Yes")
        notes = question(page, "Notes").get_by_role("textbox")
        tight.click()
        notes.fill("First words")
        page.get_by_role("button", name="Back").click()
        page.locator(".next .second").last.click()
        expect(notes).to_have_value("First words")
        expect(tight).to_have_attribute("aria-pressed", "true")
        tight.click()
        notes.fill("Last words")
        page.get_by_role("button", name="Back").click()
        page.locator(".next .second").last.click()
        expect(notes).to_have_value("Last words")
        expect(tight).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".sync")).to_contain_text("waiting")

        page.context.set_offline(False)
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    assert answers(work) == {"notes": "Last words"}


def test_work_that_lacks_a_part_ends_with_the_part_asked_for(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        tap(page, "Finish")
        expect(sheet(page)).to_contain_text("The checklist still asks for:")
        expect(sheet(page).get_by_role("button", name="Complete the visit")).to_be_disabled()
        sheet(page).get_by_role("button", name="Back").click()
        page.get_by_role("button", name="More", exact=True).click()
        sheet(page).get_by_role("button", name="Parts are missing").click()
        chosen = sheet(page).get_by_role("button", name="A part is missing")
        expect(chosen).to_have_attribute("aria-pressed", "true")
        sheet(page).get_by_role("button", name="gasket set").click()
        sheet(page).get_by_role("button", name="One more: gasket set").click()
        sheet(page).get_by_role("button", name="End the visit").click()

        expect(page.locator(".about .mark.incomplete")).to_be_visible()
        expect(page.locator(".sync")).to_contain_text("Everything sent")
    assert work.visit(0).status is VisitStatus.INCOMPLETE
    assert [(one.part, one.quantity) for one in rows(work, PartRequest)] == [("gasket set", 2)]


def test_whom_more_time_makes_late_is_said_before_it_is_sent(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        page.get_by_role("button", name="More", exact=True).click()
        sheet(page).get_by_role("button", name="more time").click()
        sheet(page).get_by_role("button", name="Other").click()
        sheet(page).get_by_label("Minutes").fill("120")
        said = sheet(page).get_by_role("status")
        expect(said).to_contain_text(re.compile(r"Customer 2: \d+ min late T-\d+ promised by 11:15; in time so far"))
        expect(said).not_to_contain_text("Estimated")
        phone.settle_in()
        page.context.set_offline(True)
        sheet(page).get_by_label("Minutes").fill("121")
        expect(said).to_contain_text("Estimated on this phone")
        expect(said).to_contain_text("Customer 2")
        assert work.visit(0).extended == 0


def test_who_knows_more_is_called_and_the_call_is_told(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        page.get_by_role("button", name="Call somebody who knows more").click()
        expect(sheet(page)).to_contain_text(EXPERT)
        call = sheet(page).get_by_role("link", name="Call")
        expect(call).to_have_attribute("href", "tel:+56940002000")
        # A telephone's own screen would take over; here nothing answers to the link.
        call.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
        call.click()
        page.keyboard.press("Escape")
        see_sent(page, "Expert called")
    assert [one.skill for one in rows(work, ExpertCall)] == ["gas"]


def test_the_map_of_the_day_is_there_without_a_network(browser: Browser, mapped: FieldDay) -> None:
    with handset(browser, mapped.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        phone.settle_in()
        page.evaluate(UNTIL_MAP_IS_KEPT)
        page.context.set_offline(True)
        page.reload()

        page.get_by_role("button", name="Map").click()
        canvas = page.locator(".map-canvas")
        expect(canvas).to_have_attribute("data-drawn", "yes", timeout=60_000)
        assert canvas.get_attribute("data-missing") is None
        expect(page.get_by_text("© OpenStreetMap contributors")).to_be_visible()
        expect(page.locator(".map-stop")).to_have_count(4)
        assert found(page) == []
        page.get_by_role("button", name="2: Customer 2").click()
        expect(page.locator(".about h1")).to_have_text("No hot water")
    assert phone.hosts() == {"127.0.0.1"}


UNTIL_MAP_IS_KEPT = """async () => {
  const area = () => new Promise((resolve, reject) => {
    const opening = indexedDB.open("fieldwright.field");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asking = opening.result.transaction("meta").objectStore("meta").get("area");
      asking.onsuccess = () => { opening.result.close(); resolve(asking.result); };
    };
  });
  const code = async () => {
    const names = (await caches.keys()).filter((one) => one.startsWith("fieldwright.shell."));
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const paths = kept.flat().map((one) => one.url);
    const wanted = [/map-tab-.*js$/, /map-tab-.*css$/, /maplibre-gl-worker-.*js$/];
    return wanted.every((name) => paths.some((one) => name.test(one)));
  };
  for (let left = 600; (await area()) === undefined || !(await code()); left--) {
    if (left === 0) throw new Error("The map was not kept in a minute.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""
"""Wait until the map of the day's area is on the phone, and what draws it."""


def test_without_a_region_the_list_says_where_everything_lies(browser: Browser, field: FieldDay) -> None:
    here = {"latitude": -29.9027, "longitude": -71.2519}
    with handset(browser, field.url, permissions=["geolocation"], geolocation=here) as phone:
        page = phone.page
        phone.sign_in()
        page.get_by_role("button", name="Map").click()
        expect(page.get_by_text("This operation has no map of its area.")).to_be_visible()
        expect(page.locator(".distance").nth(3)).to_contain_text("km to the south, as the crow flies")


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_of_the_work(browser: Browser, work: FieldDay, locale: str, theme: Any) -> None:
    with handset(browser, work.url, locale=locale, color_scheme=theme, reduced_motion="reduce") as phone:
        page = phone.page
        begin(phone)
        assert found(page) == []
        assert page.evaluate(FAINT) == []
        for opening in (
            page.locator(STEP),
            page.locator(".questions .second").first,
            page.locator(".screen > .second"),
        ):
            opening.click()
            expect(sheet(page)).to_be_visible()
            assert found(page) == []
            assert page.evaluate(FAINT) == []
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_sheet_on_a_sheet_is_put_away_alone(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        tap(page, "Finish")
        sheet(page).get_by_role("button", name="Customer signs").click()
        expect(page.locator("dialog[open]")).to_have_count(2)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(1)
        expect(sheet(page).get_by_role("button", name="Customer signs")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_taps_are_felt_and_said_where_that_is_wanted(browser: Browser, field: FieldDay) -> None:
    with handset(browser, field.url) as phone:
        page = phone.page
        phone.sign_in()
        expect(page.locator(".next")).to_be_visible()
        page.evaluate(LISTEN)
        page.get_by_role("button", name="Me", exact=True).click()
        page.get_by_role("button", name="a voice").click()
        page.get_by_role("button", name="Today").click()
        tap(page, "Accept")
        expect(page.locator(".next .mark.accepted")).to_be_visible()
        assert page.evaluate("heard") == ["buzz", "Accepted."]


LISTEN = """() => {
  globalThis.heard = [];
  Object.defineProperty(navigator, "vibrate", { value: () => heard.push("buzz") > 0 });
  Object.defineProperty(speechSynthesis, "speak", { value: ({ text }) => heard.push(text) });
}"""
"""Note what the phone is made to do."""


def test_the_time_sheet_can_be_read_where_there_is_no_network(browser: Browser, work: FieldDay) -> None:
    with handset(browser, work.url) as phone:
        page = phone.page
        begin(phone)
        see_sent(page, "Started")
        phone.settle_in()
        for offline in (False, True):
            page.context.set_offline(offline)
            page.get_by_role("button", name="Me", exact=True).click()
            page.get_by_role("button", name="Time sheet").click()
            expect(page.locator(".entry").first).to_contain_text("Between")
        expect(page.get_by_text("As it was read last; there is no network.")).to_be_visible()
        page.get_by_role("button", name="Earlier").click()
        expect(page.get_by_text("There is no network, and this week was not read before.")).to_be_visible()
