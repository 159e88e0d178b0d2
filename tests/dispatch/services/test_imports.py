"""Sheets: read with limits, looked at without a trace, taken over whole or not at all, and exported as they came."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.roles import Actor
from dispatch.services import exports, imports, sheet_files
from dispatch.services.imports import HasErrors
from dispatch.services.sheet_columns import quantities, shown_quantities, shown_skills, skills
from dispatch.services.sheet_files import TooLarge, decoded, guarded, read, unguarded
from dispatch.store.engine import Store
from dispatch.store.tables import Contact, Customer, HeldSkill, Job, OutboxEntry, SheetImport, Site, Technician, Visit
from tests.dispatch.services.acting import bring, somebody
from tests.dispatch.services.test_customers import square
from tests.dispatch.world import World

MANAGER = somebody("manager")
TECHNICIANS = """external_id;name;base_lat;base_lon;skills;senior;phone
T-1;Añá Núñez;-29,90;-71,25;gas:2@2027-06-30; pipes;yes;+56 51 234 5678
"""
PEOPLE = (
    "external_id,name,base_lat,base_lon,skills,senior,territory\n"
    "T-1,Añá Núñez,-29.90,-71.25,gas:2@2027-06-30; pipes,yes,Norte\n"
    "T-2,Ben,-29.91,-71.24,,no,\n"
)
CUSTOMERS = (
    "customer_id,customer_name,contact_name,contact_phone,site_id,address,lat,lon\n"
    "C-1,Panadería Núñez,Ana,+56 51 234 5678,S-1,Cordovez 480,-29.90,-71.25\n"
    "C-1,Panadería Núñez,,,S-2,Balmaceda 12,-29.91,-71.26\n"
    "C-2,Hotel Faro,,,,,,\n"
)
JOBS = (
    "external_id,customer_id,site_id,job_type,title,priority,duration_minutes,windows\n"
    "J-A,C-1,S-1,Boiler,No hot water,high,90,2026-11-23T09:00-03:00/2026-11-23T12:00-03:00\n"
    "J-B,C-1,S-2,Boiler,Leak,,,\n"
)


def look(store: Store, kind: Any, content: str | bytes, actor: Any = MANAGER) -> SheetImport:
    content = content.encode() if isinstance(content, str) else content
    with store.unit_of_work(actor) as uow:
        return imports.preview(uow, kind, content, f"{kind}.csv")


def take(store: Store, made: SheetImport, actor: Any = MANAGER) -> SheetImport:
    with store.unit_of_work(actor) as uow:
        return imports.apply(uow, made.id)


def bring_in(store: Store, kind: Any, content: str | bytes) -> dict[str, int]:
    made = look(store, kind, content)
    assert made.errors == []
    return imports.counts(take(store, made))


def count(store: Store, table: Any) -> int:
    with store.reading() as uow:
        return uow.session.scalars(select(func.count()).select_from(table)).one()


def excel(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def city(world: World) -> World:
    """A territory called Norte, around everything, and a job type."""
    world.territory("Norte", boundary=square(-29.9, -71.25, 1))
    world.job_type("Boiler", duration=3600)
    return world


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_western_sheets_are_read_in_every_usual_encoding(encoding: str) -> None:
    sheet = read(TECHNICIANS.replace("gas:2@2027-06-30; pipes", "gas").encode(encoding), "t.csv")
    assert sheet.columns[:2] == ["external_id", "name"]
    assert [cells[1] for _, cells in sheet.rows] == ["Añá Núñez"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_sheets_are_read(encoding: str) -> None:
    text = "external_id,name,base_address\n1,王小明,上海市浦东新区世纪大道100号\n2,李娜,北京市朝阳区\n"
    assert [cells[1] for _, cells in read(text.encode(encoding), "t.csv").rows] == ["王小明", "李娜"]


@pytest.mark.parametrize("text", ["Núñez", "ÄÖÜß", "Señor Muñoz; cañería; ñandú", "déjà vu", "naïve façade — “quoted”"])
def test_western_letters_are_not_taken_for_chinese(text: str) -> None:
    assert decoded(text.encode("cp1252")) == text


@given(st.text(max_size=40).filter(lambda text: "\x00" not in text))
def test_what_is_guarded_against_formulas_is_what_it_was(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    assert not safe.startswith(("=", "@", "\t", "\r"))
    if safe.startswith(("+", "-")):
        assert float(safe) == float(text)


def test_rows_are_numbered_as_people_see_them() -> None:
    sheet = read(b'name,notes\n"a","two\nlines"\n\nb,x\n', "s.csv")
    assert [(at, cells[0]) for at, cells in sheet.rows] == [(2, "a"), (4, "b")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b'a,b\n"open', b"PK\x03\x04 no package"])
def test_files_that_are_no_sheets_are_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read(content, "s.csv")


def test_a_sheet_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge):
        read(b"a\n" + b"x\n" * (sheet_files.MAX_ROWS + 1), "s.csv")
    with pytest.raises(TooLarge):
        read(b"a," * 100 + b"\n", "s.csv")


def test_a_package_that_unpacks_to_too_much_is_refused() -> None:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(sheet_files.MAX_UNPACKED // (1 << 20) + 1):
            part.write(b" " * (1 << 20))
    assert len(content.getvalue()) < 1_000_000
    with pytest.raises(TooLarge):
        read(content.getvalue(), "s.xlsx")


def test_a_package_with_entities_is_refused() -> None:
    content = io.BytesIO(excel([["name"], ["a"]]))
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("xl/evil.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with pytest.raises(Invalid):
        read(content.getvalue(), "s.xlsx")


def test_cells_of_excel_are_read_as_people_see_them() -> None:
    sheet = read(excel([["Name", "Base Lat", "Senior"], [7.0, -29.5, True], [None], ["'=1+1", None, False]]), "s.xlsx")
    assert sheet.columns == ["name", "base_lat", "senior"]
    assert list(sheet.rows) == [(2, ["7", "-29.5", "yes"]), (4, ["=1+1", "", "no"])]


def test_lists_in_cells_are_read_as_they_are_written() -> None:
    assert quantities(shown_quantities({"valve": 3.0, "pipe": 1.5})) == {"valve": 3.0, "pipe": 1.5}
    held = skills("pipes; gas:2@2027-06-30")
    assert shown_skills((one["skill"], one["level"], one["valid_until"]) for one in held) == "gas:2@2027-06-30; pipes:1"


# -- imports -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_a_preview_changes_nothing_and_says_what_would(store: Store) -> None:
    made = look(store, "technicians", PEOPLE)
    assert (made.errors, imports.counts(made)) == ([], {"new": 2, "changed": 0, "unchanged": 0})
    assert count(store, Technician) == 0
    assert count(store, OutboxEntry) == 0
    take(store, made)
    with store.reading() as uow:
        anna = uow.session.scalars(select(Technician).where(Technician.external_id == "T-1")).one()
        held = uow.session.scalars(select(HeldSkill).where(HeldSkill.technician_id == anna.id)).all()
        last = uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first()
    assert (anna.name, anna.senior, {one.skill: one.level for one in held}) == (
        "Añá Núñez",
        True,
        {"gas": 2, "pipes": 1},
    )
    assert last is not None
    assert (last.kind, last.payload["rows"]) == ("ImportApplied", 2)


@pytest.mark.usefixtures("city")
def test_a_second_import_knows_what_is_new_changed_and_unchanged(store: Store) -> None:
    bring_in(store, "technicians", PEOPLE)
    again = PEOPLE.replace("Ben", "Benjamin") + "T-3,Carla,-29.9,-71.2,,no,Norte\n"
    made = look(store, "technicians", again)
    assert imports.counts(made) == {"new": 1, "changed": 1, "unchanged": 1}


@pytest.mark.usefixtures("city")
def test_applying_twice_does_it_once(store: Store) -> None:
    made = take(store, look(store, "technicians", PEOPLE))
    events = count(store, OutboxEntry)
    again = take(store, made)
    assert (again.applied_at, imports.counts(again)) == (made.applied_at, imports.counts(made))
    assert count(store, OutboxEntry) == events
    assert count(store, Technician) == 2


@pytest.mark.usefixtures("city")
def test_each_bad_cell_is_named_and_nothing_is_taken_over(store: Store) -> None:
    made = look(
        store,
        "technicians",
        "external_id,name,base_lat,base_lon,senior,territory,pace,skills\n"
        "T-1,,-29.9,-71.2,no,,,\n"
        "T-2,Ben,north,-71.2,perhaps,,,\n"
        "T-3,Carla,-29.9,-71.2,no,Nowhere,,\n"
        "T-4,Dora,-129.9,-71.2,no,,0,\n"
        "T-5,Eva,-29.9,-71.2,no,,,gas:much\n"
        "T-6,Fay,-29.9,-71.2,no,,,\n"
        "T-6,Gil,-29.9,-71.2,no,,,\n",
    )
    places = {(one["row"], one["column"]) for one in made.errors}
    assert places == {
        (2, "name"),
        (3, "base_lat"),
        (3, "senior"),
        (4, "territory"),
        (5, "base_lat"),
        (5, "pace"),
        (6, "skills"),
        (8, "external_id"),
    }
    assert {one["sheet"] for one in made.errors} == {"technicians.csv"}
    assert next(one for one in made.errors if one["row"] == 3)["value"] == "'north'"
    with pytest.raises(HasErrors):
        take(store, made)
    assert count(store, Technician) == 0


def test_columns_that_are_missing_or_unknown_are_named(store: Store) -> None:
    made = look(store, "technicians", "external_id,nmae,base_lat,base_lat\n")
    told = {(one["column"], one["problem"]): one["remedy"] for one in made.errors}
    assert told["nmae", "is no column of this sheet"] == "call it name"
    assert ("base_lat", "stands twice") in told
    assert ("base_lon", "is missing") in told


@pytest.mark.usefixtures("city")
def test_customers_come_with_sites_and_contacts(store: Store) -> None:
    assert bring_in(store, "customers", CUSTOMERS) == {"new": 3, "changed": 0, "unchanged": 0}
    assert (count(store, Customer), count(store, Site), count(store, Contact)) == (2, 2, 1)
    assert bring_in(store, "customers", CUSTOMERS) == {"new": 0, "changed": 0, "unchanged": 3}
    moved = CUSTOMERS.replace("Cordovez 480", "Cordovez 500")
    assert bring_in(store, "customers", moved)["changed"] == 1
    with store.reading() as uow:
        site = uow.session.scalars(select(Site).where(Site.external_id == "S-1")).one()
        assert site.territory_id is not None


def test_rows_of_one_customer_must_agree(store: Store) -> None:
    made = look(store, "customers", "customer_id,customer_name\nC-1,Ana\nC-1,Ben\n")
    assert [(one["row"], one["column"]) for one in made.errors] == [(3, "customer_id")]
    sheet = "customer_id,customer_name,site_id,address,lat,lon\nC-1,Ana,S-1,A,0,0\nC-1,Ben,S-2,B,0,0\n"
    assert [(one["row"], one["column"]) for one in look(store, "customers", sheet).errors] == [(3, "customer_name")]


@pytest.mark.usefixtures("city")
def test_jobs_come_in_as_by_any_channel(store: Store) -> None:
    bring_in(store, "customers", CUSTOMERS)
    assert bring_in(store, "jobs", JOBS)["new"] == 2
    with store.reading() as uow:
        job = uow.session.scalars(select(Job).where(Job.external_id == "J-A")).one()
        visit = uow.session.scalars(select(Visit).where(Visit.job_id == job.id)).one()
    assert (job.channel, job.priority.value, job.status.value) == ("import", "high", "triaged")
    assert (visit.duration, visit.windows) == (5400, [["2026-11-23T12:00:00Z", "2026-11-23T15:00:00Z"]])
    assert bring_in(store, "jobs", JOBS.replace("Leak", "Large leak").replace(",90,", ",60,"))["changed"] == 2
    bring(store, visit.id, "completed")
    late = look(store, "jobs", JOBS.replace("Leak", "Large leak").replace(",90,", ",45,").replace("S-2", "S-1"))
    assert {(one["row"], one["column"]) for one in late.errors} == {(2, "duration_minutes"), (3, "site_id")}


@pytest.mark.usefixtures("city")
def test_what_has_changed_since_the_preview_stops_the_whole_import(store: Store) -> None:
    bring_in(store, "customers", CUSTOMERS)
    made = look(store, "jobs", JOBS)
    with store.unit_of_work() as uow:
        uow.session.delete(uow.session.scalars(select(Site).where(Site.external_id == "S-2")).one())
    with pytest.raises(Invalid) as refused:
        take(store, made)
    assert refused.value.facts["errors"][0]["row"] == 3
    assert count(store, Job) == 0


@pytest.mark.usefixtures("city")
def test_imports_are_for_those_who_may(store: Store, world: World) -> None:
    for role in ("agent", "dispatcher", "planner"):
        with pytest.raises(Forbidden):
            look(store, "technicians", PEOPLE, somebody(role))
    abroad = somebody("manager", None, world.territory("Sur"))
    assert {one["column"] for one in look(store, "technicians", PEOPLE, abroad).errors} == {"territory", "external_id"}
    made = look(store, "technicians", PEOPLE)
    stranger = Actor("user_2", "Somebody else", abroad.role, abroad.territories)
    with store.reading(stranger) as uow, pytest.raises(NotFound):
        imports.seen(uow, made.id)


# -- exports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_can_be_imported_again_unchanged(store: Store, city: World, form: Any) -> None:
    bring_in(store, "technicians", PEOPLE)
    bring_in(store, "customers", CUSTOMERS)
    bring_in(store, "jobs", JOBS)
    # Rows that came by other ways, with texts that mean something to a spreadsheet, and no number of somebody else's.
    city.technician("=HYPERLINK(1)", skills={"gas": 3}, phone="+56 9 1234 5678", costs={"per_km": 0.25}, pace=1.1)
    customer = city.customer("-Minus & 'Co'", notes="two\nlines; and, more")
    city.job(customer=customer, job_type=city.job_type("@home"), description="'quoted")
    kinds: list[Any] = ["technicians", "customers", "jobs"]
    for kind in kinds:
        with store.reading(MANAGER) as uow:
            content = exports.export(uow, kind, form)
        made = look(store, kind, content)
        assert made.errors == [], kind
        counted = imports.counts(made)
        assert (counted["new"], counted["changed"]) == (0, 0), kind
        assert counted["unchanged"] >= 3
        before = count(store, OutboxEntry)
        take(store, made)
        assert count(store, OutboxEntry) == before + 1


def test_no_exported_cell_is_a_formula(store: Store, world: World) -> None:
    world.technician("=cmd|' /C calc'!A0", base_address="@SUM(1)", phone="+1-2")
    with store.reading(MANAGER) as uow:
        text = exports.export(uow, "technicians", "csv").decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(exports.export(uow, "technicians", "xlsx")))
    assert "'=cmd" in text
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "'@SUM(1)" in {cell.value for cell in cells}


@pytest.mark.usefixtures("city")
def test_the_audit_trail_is_exported_for_those_who_may_read_it(store: Store) -> None:
    bring_in(store, "technicians", PEOPLE)
    with store.reading(MANAGER) as uow:
        sheet = read(exports.export(uow, "audit", "csv"), "audit.csv")
    assert list(sheet.columns) == list(exports.AUDIT_COLUMNS)
    assert any("Añá Núñez" in cells[6] for _, cells in sheet.rows)
    with store.reading(somebody("dispatcher")) as uow, pytest.raises(Forbidden):
        exports.export(uow, "audit", "csv")
