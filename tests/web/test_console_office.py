"""The back office in a browser: territories drawn, sheets mended, shifts dragged, and two people at one form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM, Role
from dispatch.services import people
from dispatch.store.tables import HeldSkill, Shift, Technician, Territory
from tests.dispatch.world import HERE
from tests.web.holding import held_back, painted
from tests.web.operations import EMAIL, Operation, operation, password_hash
from tests.web.test_accessibility import LOOKS, found
from tests.web.visiting import Seen, looking

expect.set_options(timeout=30_000)

ADMIN = "administrator@example.org"
WIDE = {"width": 1360, "height": 900}


@pytest.fixture(scope="module")
def here(migrated_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """An operation that the tests of this module share, with an administrator. It has no region."""
    with operation(migrated_store, tmp_path_factory.mktemp("office"), None) as made:
        made.day.world.user(Role.ADMINISTRATOR, email=ADMIN, password_hash=password_hash(), name="Amanda Soto")
        yield made


@contextmanager
def office(browser: Browser, here: Operation, page: str, *, who: str = ADMIN, **options: Any) -> Iterator[Seen]:
    """Somebody in front of a page of the back office."""
    at = f"/console#/office/{page}"
    still: dict[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce", **options}
    with looking(browser, here.url, at=at, who=who, **still) as seen:
        seen.page.wait_for_selector(".office-work > *")
        yield seen


def somebody(here: Operation, name: str, **fields: Any) -> str:
    """A technician with a territory of their own, so that no other test moves them."""
    territory = fields.pop("territory", None) or here.day.world.territory(f"Land of {name}")
    return here.day.world.technician(name, territory=territory, **fields)


def field(page: Page, name: str) -> Locator:
    """The field of a form for a member of the document."""
    return page.locator(f"[data-field={name}] input")


def corners(page: Page) -> Locator:
    return page.locator(".office-corners input")


def test_a_certificate_that_runs_out_stands_out_and_a_later_day_takes_the_mark_away(
    browser: Browser, here: Operation
) -> None:
    ana = somebody(here, "Ana Certera")
    with here.store.unit_of_work(SYSTEM) as uow:
        soon = {"skill": "gas", "level": 2, "certificate": "fitter", "valid_until": dt.date(2026, 12, 14)}
        people.set_skills(uow, ana, [soon])
    with office(browser, here, "technicians") as seen:
        page = seen.page
        row = page.locator(f"tr[data-id={ana}]")
        expect(row.locator(".office-mark.soon")).to_have_text("one runs out soon")
        expect(page.locator(".office-note").first).to_contain_text("Ana Certera: gas")
        row.locator("a").first.click()
        until = page.get_by_role("group", name="Last day of gas")
        expect(until).to_have_text(re.compile("14\\W+12\\W+2026"))
        expect(page.locator("tr[data-expiry=soon]")).to_have_count(1)

        until.get_by_role("spinbutton").first.click()
        page.keyboard.type("31012028")
        expect(until).to_have_text(re.compile("31\\W+01\\W+2028"))
        expect(page.locator("tr[data-expiry=later]")).to_have_count(1)
        expect(row.locator(".office-unsaved")).to_be_visible()
        page.get_by_role("button", name="Save").click()

        expect(row.locator(".office-mark.soon")).to_have_count(0)
    with here.store.reading() as uow:
        held = uow.session.scalars(select(HeldSkill).where(HeldSkill.technician_id == ana)).one()
        assert (held.valid_until, held.certificate) == (dt.date(2028, 1, 31), "fitter")


def test_what_is_wrong_is_said_at_its_field_and_nothing_that_was_typed_is_lost(
    browser: Browser, here: Operation
) -> None:
    with office(browser, here, "technicians/new") as seen:
        page = seen.page
        name = field(page, "name")
        expect(name).to_be_focused()
        page.get_by_role("button", name="Create").click()
        expect(page.locator("[data-field=name] [role=alert]")).to_have_text("Please fill this in.")
        expect(name).to_be_focused()

        name.fill("Berta Nueva")
        page.get_by_label("Latitude, longitude").fill("-29.91, -71.25")
        field(page, "pace").fill("100")
        page.get_by_role("button", name="Create").click()
        expect(page.locator("[data-field=pace] [role=alert]")).to_contain_text("less than or equal to 60")
        expect(name).to_have_value("Berta Nueva")

        field(page, "pace").fill("1.2")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("heading", name="Berta Nueva")).to_be_visible()
    with here.store.reading() as uow:
        made = uow.session.scalars(select(Technician).where(Technician.name == "Berta Nueva")).one()
        assert (made.pace, made.base_lat, made.base_lon) == (1.2, -29.91, -71.25)


def test_when_somebody_else_was_faster_what_was_typed_stays_and_both_are_saved(
    browser: Browser, here: Operation
) -> None:
    who = somebody(here, "Clara Doble", phone="+56 1")
    with office(browser, here, f"technicians/{who}") as seen:
        page = seen.page
        field(page, "name").fill("Clara Doble Rivas")
        field(page, "pace").fill("1.5")
        with here.store.unit_of_work(SYSTEM) as uow:
            people.change_technician(uow, who, phone="+56 2", pace=2)
        page.get_by_role("button", name="Save").click()

        told = page.locator(".office-stale")
        expect(told).to_contain_text("What you typed is still here")
        expect(told.locator("tbody tr")).to_have_count(1)
        expect(told.locator("tbody tr")).to_contain_text(re.compile("Pace.*1.5.*2"))
        expect(field(page, "name")).to_have_value("Clara Doble Rivas")
        expect(field(page, "phone")).to_have_value("+56 2")

        page.get_by_role("button", name="Take theirs").click()
        expect(field(page, "pace")).to_have_value("2")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Clara Doble Rivas")).to_be_visible()
        expect(told).to_have_count(0)
    with here.store.reading() as uow:
        saved = uow.get(Technician, who)
        assert (saved.name, saved.phone, saved.pace) == ("Clara Doble Rivas", "+56 2", 2)


def test_what_is_typed_while_it_is_saved_stays_and_what_is_new_is_made_once(browser: Browser, here: Operation) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
        else:
            held.append(route)

    with office(browser, here, "technicians/new") as seen:
        page = seen.page
        page.route("**/api/v1/technicians*", hold)
        page.route("**/api/v1/technicians/*", hold)
        field(page, "name").fill("Delia Doble")
        page.get_by_label("Latitude, longitude").fill("-29.91, -71.25")
        page.keyboard.press("Control+s")
        page.keyboard.press("Control+s")
        field(page, "phone").fill("+56 9")
        expect(page.get_by_role("button", name="Saving")).to_be_disabled()
        for route in held:
            route.continue_()
        made = page.get_by_role("heading", name="Delia Doble")
        expect(made).to_be_visible()
        assert len(held) == 1
        expect(field(page, "phone")).to_have_value("+56 9")

        page.keyboard.press("Control+s")
        field(page, "pace").fill("1.5")
        expect(page.get_by_role("button", name="Saving")).to_be_disabled()
        held[-1].continue_()
        expect(page.get_by_role("button", name="Save")).to_be_enabled()
        expect(field(page, "pace")).to_have_value("1.5")
        page.unroute("**/api/v1/technicians*")
        page.unroute("**/api/v1/technicians/*")
        page.keyboard.press("Control+s")
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
    with here.store.reading() as uow:
        saved = uow.session.scalars(select(Technician).where(Technician.name == "Delia Doble")).one()
        assert (saved.phone, saved.pace) == ("+56 9", 1.5)


def test_who_goes_to_another_row_while_one_is_saved_stays_there(browser: Browser, here: Operation) -> None:
    land = here.day.world.territory("Land of the two")
    one, other = (somebody(here, name, territory=land) for name in ("Uno Dosal", "Una Dosal"))
    with office(browser, here, f"technicians/{one}") as seen:
        page = seen.page
        heading, phone = page.locator(".office-detail h2"), field(page, "phone")
        for answer in ("given", "refused"):
            page.goto(f"{here.url}/console#/office/technicians/{one}")
            expect(heading).to_have_text("Uno Dosal")
            phone.fill(f"+56 {answer}")
            with page.expect_response(f"**/technicians/{one}") as answered, held_back(page, f"**/technicians/{one}"):
                with page.expect_request(f"**/technicians/{one}"):
                    page.keyboard.press("Control+s")
                if answer == "refused":  # by somebody else's change, which came in before
                    with here.store.unit_of_work(SYSTEM) as uow:
                        people.change_technician(uow, one, phone="+56 theirs")
                page.get_by_role("link", name="Una Dosal").click()
                expect(heading).to_have_text("Una Dosal")
            answered.value.finished()
            painted(page)
            expect(heading).to_have_text("Una Dosal")
            assert page.url.endswith(other)
        told = page.locator(".shell-notice.bad")
        expect(told).to_have_text("Uno Dosal is not saved: Somebody changed this while you were editing.")
        expect(page.locator("tr", has_text="Uno Dosal").locator(".office-unsaved")).to_have_count(1)


def test_a_territory_is_drawn_with_the_mouse_and_says_what_lies_in_it(browser: Browser, here: Operation) -> None:
    lat, lon = HERE[0] - 3, HERE[1]  # where nothing of another test lies
    ring = [[lon - 0.05, lat - 0.05], [lon + 0.05, lat - 0.05], [lon + 0.05, lat + 0.05], [lon - 0.05, lat + 0.05]]
    there = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    drawn = here.day.world.territory("Drawn", boundary=there)
    here.day.world.territory("Neighbour", boundary=there)
    here.day.world.site(territory=drawn, at=(lat, lon))
    with office(browser, here, f"territories/{drawn}") as seen:
        page = seen.page
        ground = page.locator(".office-canvas")
        expect(ground).to_have_attribute("data-drawing", "ready")
        expect(page.locator(".office-told")).to_contain_text("100 % of it lies in Neighbour too")
        expect(page.locator(".office-told")).to_contain_text("One site lies in it.")
        page.get_by_role("button", name="Take the boundary away").click()
        expect(page.locator(".office-told")).to_have_count(0)

        page.get_by_role("button", name="Draw on the map").click()
        box = ground.bounding_box()
        assert box is not None
        points = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)]
        for across, down in (*points, points[0]):
            page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down, steps=3)
            page.mouse.down()
            page.mouse.up()
        expect(ground).to_have_attribute("data-corners", "4")

        # A corner is dragged further out.
        x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7
        page.mouse.move(x, y, steps=3)
        page.mouse.down()
        page.mouse.move(x + 40, y + 20, steps=5)
        page.mouse.up()
        expect(page.locator(".office-told")).to_contain_text("km²")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
    with here.store.reading() as uow:
        boundary = uow.get(Territory, drawn).boundary
        assert boundary is not None
        saved = boundary["coordinates"][0]
        assert len(saved) == 5
        # Three corners lie on a rectangle, the one that was dragged does not.
        assert len({point[0] for point in saved[:4]}) == 3


def test_a_territory_is_drawn_without_a_mouse(browser: Browser, here: Operation) -> None:
    with office(browser, here, "territories/new") as seen:
        page = seen.page
        field(page, "name").fill("Written")
        field(page, "time_zone").fill("America/Santiago")
        page.locator("summary", has_text="Corners as a list").press("Enter")
        text = page.locator(".office-boundary textarea")
        text.fill("-29.90, -71.30\nnorth\n-29.95, -71.20")
        expect(page.get_by_text("Write at least three corners")).to_be_visible()
        text.fill("-29.90, -71.30\n-29.90, -71.20\n-29.95, -71.20")
        page.get_by_role("button", name="Take these corners").press("Enter")
        expect(corners(page)).to_have_count(3)
        page.get_by_role("button", name="Add a corner after corner 3").press("Enter")
        expect(corners(page)).to_have_count(4)
        corners(page).nth(3).press("Alt+ArrowDown")
        expect(corners(page).nth(3)).to_have_value("-29.926, -71.25")
        page.get_by_role("button", name="Remove corner 1").press("Enter")
        expect(corners(page)).to_have_count(3)
        page.keyboard.press("Control+s")
        expect(page.get_by_role("heading", name="Written")).to_be_visible()
    with here.store.reading() as uow:
        boundary = uow.session.scalars(select(Territory.boundary).where(Territory.name == "Written")).one()
        assert boundary is not None
        assert boundary["coordinates"] == [[[-71.2, -29.9], [-71.2, -29.95], [-71.25, -29.926], [-71.2, -29.9]]]


SHEET = """external_id,name,base_lat,base_lon,skills,senior
S-1,Diana Hoja,-29.9,-71.2,boiler:2,yes
S-2,Elsa Hoja,north,-71.2,boiler:x,no
S-3,Fabia Hoja,-29.9,-71.2,,perhaps
"""


def test_the_three_bad_cells_of_a_sheet_are_mended_where_they_stand(browser: Browser, here: Operation) -> None:
    with office(browser, here, "import") as seen:
        page = seen.page
        sheet = {"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
        page.locator("input[type=file]").set_input_files(sheet)
        expect(page.locator(".office-page-head")).to_contain_text("3 bad cells")
        expect(page.locator("td.bad")).to_have_count(3)
        expect(page.locator("td.bad").first).to_contain_text("Is no number: write it like 12.5.")
        expect(page.get_by_role("button", name=re.compile("^Take over"))).to_be_disabled()

        page.get_by_label("Row 3, base_lat").fill("-29.95")
        page.get_by_label("Row 3, skills").fill("boiler:1")
        expect(page.locator("td.mended")).to_have_count(2)
        page.get_by_role("button", name="Look at it again").click()
        expect(page.locator(".office-page-head")).to_contain_text("one bad cell")

        page.get_by_label("Leave row 4 out").check()
        page.get_by_role("button", name="Look at it again").click()
        expect(page.locator(".office-page-head")).to_contain_text("good, not taken over yet")
        page.get_by_role("button", name="Take over 2 rows").click()
        expect(page.locator(".office-page-head")).not_to_contain_text("not taken over yet")
        expect(page.locator(".office-page-head")).to_contain_text("taken over")
    with here.store.reading() as uow:
        names = select(Technician.name).where(Technician.external_id.like("S-%")).order_by(Technician.name)
        assert uow.session.scalars(names).all() == ["Diana Hoja", "Elsa Hoja"]


def shifts_of(here: Operation, technician: str) -> list[tuple[str, str]]:
    with here.store.reading() as uow:
        query = select(Shift).where(Shift.technician_id == technician).order_by(Shift.starts_at)
        return [(f"{one.starts_at:%m-%d %H:%M}", f"{one.ends_at:%m-%d %H:%M}") for one in uow.session.scalars(query)]


def test_a_shift_is_dragged_into_the_calendar_and_undone(browser: Browser, here: Operation) -> None:
    who = somebody(here, "Gloria Turno")  # of a territory three hours behind UTC
    with office(browser, here, "roster/2026-12-07") as seen:
        page = seen.page
        page.get_by_label("Somebody's name").fill("Gloria")
        cell = page.locator(f"[data-technician={who}][data-date='2026-12-08']")
        box = cell.bounding_box()
        assert box is not None
        # From 6 to 20 are drawn: a quarter of the day in is half past nine, three quarters half past four.
        page.mouse.move(box["x"] + box["width"] * 0.26, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.74, box["y"] + 20, steps=5)
        expect(page.locator(".office-bar.ghost")).to_have_text("09:30–16:30")
        page.mouse.up()
        expect(page.get_by_label("From", exact=True)).to_have_value("09:30")
        page.get_by_role("button", name="Make the shift").click()
        expect(cell.locator(".office-bar")).to_have_text("09:30–16:30")
        assert shifts_of(here, who) == [("12-08 12:30", "12-08 19:30")]

        page.keyboard.press("Control+z")
        expect(cell.locator(".office-bar")).to_have_count(0)
    assert shifts_of(here, who) == []


def test_shifts_and_absences_are_made_by_keyboard_and_a_clash_is_told(browser: Browser, here: Operation) -> None:
    who = somebody(here, "Hilda Tecla")
    with office(browser, here, "roster/2026-12-07") as seen:
        page = seen.page
        page.get_by_label("Somebody's name").fill("Hilda")
        cell = page.locator(f"[data-technician={who}][data-date='2026-12-07']")
        cell.focus()
        page.keyboard.press("Home")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        expect(page.locator("[role=gridcell][aria-selected=true]")).to_have_count(3)
        page.keyboard.press("Enter")
        page.get_by_label("to", exact=True).fill("16")
        page.get_by_role("button", name="Make 3 shifts").press("Enter")
        expect(page.locator(".office-bar")).to_have_count(3)
        assert shifts_of(here, who)[0] == ("12-07 11:00", "12-07 19:00")

        page.locator(f"[data-technician={who}][data-date='2026-12-08']").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="+ Absence").press("Enter")
        page.get_by_label("Reason").fill("Ill")
        page.get_by_role("button", name="Record the absence").press("Enter")
        expect(page.locator(".office-bar.clash")).to_have_count(1)
        expect(page.locator(".office-roster-main .office-note")).to_contain_text("One shift lies in an absence")

        page.get_by_role("button", name="Repeat this week").click()
        page.get_by_role("button", name="Repeat", exact=True).click()
        expect(page.locator("dialog")).to_have_count(0)
    assert len(shifts_of(here, who)) == 6


def test_a_dispatcher_sees_what_they_may_and_changes_no_more(browser: Browser, here: Operation) -> None:
    who = somebody(here, "Irma Solo")
    with office(browser, here, f"technicians/{who}", who=EMAIL) as seen:
        page = seen.page
        expect(page.get_by_role("heading", name="Irma Solo")).to_be_visible()
        expect(page.get_by_text("You may look at this, not change it.")).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_have_count(0)
        parts = page.locator(".office-nav-long")
        expect(parts.get_by_role("link", name="Customers")).to_be_visible()
        for hidden in ("Users", "Import", "Audit trail", "Webhooks", "Parked events"):
            expect(parts.get_by_role("link", name=hidden)).to_have_count(0)
        page.goto(f"{here.url}/console#/office/users")
        expect(page.get_by_text("Your role may not see this page.")).to_be_visible()
        page.goto(f"{here.url}/console#/office/customers/new")
        field(page, "name").fill("Panadería Irma")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("heading", name="Panadería Irma")).to_be_visible()
        page.goto(f"{here.url}/console#/office/roles")
        expect(page.locator("th.mine")).to_have_text("Dispatcher")


def test_a_checklist_is_made_of_questions_and_shown_as_a_phone_will(browser: Browser, here: Operation) -> None:
    with office(browser, here, "job-types/new") as seen:
        page = seen.page
        field(page, "name").fill("Boiler check")
        for kind in ("Yes or no", "Number", "Photos"):
            page.locator(".office-add-kinds").get_by_role("button", name=kind).click()
            page.get_by_label("Question", exact=True).last.fill(f"Asked as {kind}")
            page.get_by_label("Hint", exact=True).last.focus()
        page.get_by_role("tab", name="On the phone").click()
        expect(page.locator(".office-asked")).to_have_count(3)
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("heading", name="Boiler check")).to_be_visible()
        page.get_by_role("tab", name="As JSON Schema").click()
        expect(page.locator(".office-schema")).to_contain_text('"asked_as_yes_or_no"')


PAGES = (
    "technicians",
    "roster",
    "territories",
    "customers",
    "sites",
    "equipment",
    "job-types",
    "sla-policies",
    "calendars",
    "policies",
    "slices",
    "status",
    "users",
    "roles",
    "tokens",
    "webhooks",
    "import",
    "export",
    "audit",
    "notifications",
    "parked",
)


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_of_the_office_by_how_it_is_made(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    with office(browser, here, "technicians", locale=locale, color_scheme=theme) as seen:
        page = seen.page
        wrong = {}
        for name in PAGES:
            page.goto(f"{here.url}/console#/office/{name}")
            expect(page.locator(f".office-nav a[href='#/office/{name}']")).to_have_attribute("aria-current", "page")
            expect(page.locator(".office-work > *")).to_be_visible()
            row = page.locator("a.office-row-link").first
            if name in ("technicians", "territories", "customers", "job-types") and locale == "en-GB":
                row.click()
                expect(page.locator(".office-detail-head h2")).to_be_visible()
            if problems := found(page, within=".office-work"):
                wrong[name] = problems
        assert found(page, ".office-work") == []
        assert wrong == {}
        # No policy was broken, and no page failed.
        assert [one for one in seen.complaints if "401 (Unauthorized)" not in one] == []


def test_a_narrow_screen_shows_the_list_or_the_form_without_scrolling_sideways(
    browser: Browser, here: Operation
) -> None:
    who = somebody(here, "Julia Breve")
    with office(browser, here, "technicians", viewport={"width": 390, "height": 800}) as seen:
        page = seen.page
        page.locator(f"tr[data-id={who}] a").first.click()
        expect(page.get_by_role("heading", name="Julia Breve")).to_be_visible()
        expect(page.locator(".office-list")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="Back to the list").click()
        expect(page.locator(".office-list")).to_be_visible()
