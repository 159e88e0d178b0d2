"""The promise board in the console: clocks by the time that is left, what phones dispute, parts that are waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.domain.sla import ClockState, Target
from dispatch.services import messages
from dispatch.store.tables import (
    Assignment,
    Dispute,
    FieldAction,
    Job,
    Outcome,
    PartRequest,
    SlaClock,
    Visit,
)
from tests.dispatch.services.acting import somebody
from tests.web.deciding import console, faults
from tests.web.operations import EMAIL, NOON, Operation, operation
from tests.web.test_accessibility import LOOKS

expect.set_options(timeout=30_000)


@pytest.fixture
def here(migrated_store: Path, tmp_path: Path) -> Iterator[Operation]:
    """An operation in which one promise is missed, one is pressing and one has time; and a phone was refused."""
    with operation(migrated_store, tmp_path, None) as made:
        policy = made.day.world.sla_policy()
        with made.store.unit_of_work() as uow:
            rows = uow.session.scalars(select(Visit).order_by(Visit.id).limit(3)).all()
            for minutes, visit in zip((-10, 12, 300), rows, strict=True):
                uow.session.add(_clock(visit.job_id, policy, minutes))
            stop = uow.session.scalars(select(Assignment).where(Assignment.visit_id == rows[0].id)).one()
            uow.session.add(_part(rows[1], stop.technician_id))
        user = made.day.world.user(Role.TECHNICIAN, technician_id=stop.technician_id)
        with made.store.unit_of_work() as uow:
            uow.session.add(_refused(user, stop))
        yield made


def _clock(job: str, policy: str, minutes: int) -> SlaClock:
    due = NOON + dt.timedelta(minutes=minutes)
    return SlaClock(
        id=new_id("clock"),
        job_id=job,
        policy_id=policy,
        target=Target.ON_SITE,
        state=ClockState.RUNNING,
        allowed=7200,
        started_at=due - dt.timedelta(hours=2),
        running_since=due - dt.timedelta(hours=2),
        due_at=due,
        breached_at=due if minutes < 0 else None,
        warned=2 if minutes < 60 else 0,
        escalated=1 if minutes < 0 else 0,
    )


def _refused(user: str, stop: Assignment) -> FieldAction:
    return FieldAction(
        user_id=user,
        id="00000000-0000-4000-8000-000000000001",
        device_id="device_1",
        technician_id=stop.technician_id,
        kind="accept",
        visit_id=stop.visit_id,
        data={},
        content="",
        phone_at=NOON,
        happened_at=NOON,
        received_at=NOON,
        skew=0,
        outcome=Outcome.REFUSED,
        code="moved-away",
        detail="The visit is not yours any more.",
        facts={},
        dispute=Dispute.OPEN,
    )


def _part(visit: Visit, technician: str) -> PartRequest:
    return PartRequest(
        id=new_id("part"),
        visit_id=visit.id,
        job_id=visit.job_id,
        technician_id=technician,
        part="gas valve",
        quantity=1,
        urgent=True,
        at=NOON,
    )


def test_promises_stand_by_the_time_that_is_left_and_count(browser: Browser, here: Operation) -> None:
    with console(browser, here.url, "/promises", EMAIL) as page:
        rows = page.locator(".promises-row")
        expect(rows).to_have_count(3)
        expect(rows.nth(0)).to_contain_text("missed")
        expect(rows.nth(0)).to_contain_text("1 step of the ladder taken")
        expect(rows.nth(1)).to_contain_text("pressing")
        left = rows.nth(1).locator(".promises-time")
        expect(left).to_have_text("12 min left")
        here.day.clock.advance(minutes=5)
        page.reload()
        expect(left).to_contain_text(":")  # the last ten minutes are counted by seconds
        before = left.inner_text()
        expect(left).not_to_have_text(before)

        page.get_by_role("radio", name="missed", exact=True).check(force=True)
        expect(rows).to_have_count(1)
        number = rows.locator("strong").inner_text()
        rows.locator("button").click()
        expect(page.locator("#board-detail")).to_contain_text(number)


def test_what_a_phone_was_refused_is_looked_at_and_left_with_a_note(browser: Browser, here: Operation) -> None:
    with console(browser, here.url, "/promises/disputes", EMAIL) as page:
        card = page.locator(".promises-card")
        expect(card).to_contain_text("The visit is not yours any more.")
        leave = card.get_by_role("button", name="Leave it refused")
        expect(leave).to_be_disabled()
        assert faults(page, ".promises") == []
        card.get_by_label("Note; the technician reads it").fill("Ana had it by then.")
        leave.click()
        expect(page.get_by_text("Nothing that technicians did waits for you.")).to_be_visible()
        with here.store.reading() as uow:
            (row,) = uow.session.scalars(select(FieldAction))
            assert (row.dispute, row.note) == (Dispute.SETTLED, "Ana had it by then.")

        page.get_by_role("tab", name="Parts").click()
        part = page.locator(".promises-card")
        expect(part).to_contain_text("1 × gas valve")
        part.get_by_role("button", name="Ordered").click()
        expect(part).to_contain_text("ordered")
        assert faults(page, ".promises") == []


def test_what_a_technician_says_is_new_until_somebody_has_had_it_in_front_of_them(
    browser: Browser, here: Operation
) -> None:
    with here.store.reading() as uow:
        stop = uow.session.scalars(select(Assignment).order_by(Assignment.visit_id)).first()
        assert stop is not None
        job = uow.get(Visit, stop.visit_id).job_id
    with here.store.unit_of_work(somebody(Role.TECHNICIAN, stop.technician_id)) as uow:
        messages.say(uow, uow.get(Visit, stop.visit_id), "Nobody opens.", uow.now)
    with console(browser, here.url, f"/board/job/{job}", EMAIL) as page:
        page.get_by_role("tab", name="Conversation").click()
        line = page.locator(".talk-line.from_technician")
        expect(line).to_contain_text("Nobody opens.")
        assert faults(page, ".talk") == []
        expect(line).to_contain_text("read by Daniela Rivas")
    with here.store.reading() as uow:
        assert uow.session.execute(messages.unread_by_job()).all() == []
        assert uow.get(Job, job).version >= 1


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_by_how_promises_and_details_are_made(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    with here.store.reading() as uow:
        visit = uow.session.scalars(select(Visit).order_by(Visit.id)).first()
        assert visit is not None
        customer = uow.get(Job, visit.job_id).customer_id
    with console(browser, here.url, "/promises", EMAIL, locale=locale, color_scheme=theme) as page:
        expect(page.locator(".promises-row")).to_have_count(3)
        assert faults(page, ".promises") == []
        details = {"visit": visit.id, "technician": here.day.people[0], "job": visit.job_id, "customer": customer}
        for kind, row in details.items():
            page.goto(f"{here.url}/console#/board/{kind}/{row}")
            expect(page.locator("#board-detail .whole-head")).to_be_visible()
            assert faults(page, "#board-detail") == []
