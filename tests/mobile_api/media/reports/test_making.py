"""When a service report is made, and made again."""

from __future__ import annotations

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import MediaAttached, ReportMade
from dispatch.services import report_pages, service_reports
from dispatch.store.files import Files
from dispatch.store.tables import (
    Job,
)
from tests.mobile_api.media.reports.working import Work


def test_it_is_made_when_the_visit_ends_and_again_when_late_pictures_come(work: Work, clock: FixedClock) -> None:
    late = work.attach()
    assert work.go_on() == 0
    work.end()
    assert work.go_on() == 1
    first = work.row()
    assert first is not None
    assert (first.edition, first.wanted_at) == (1, None)
    assert work.go_on() == 0
    clock.advance(minutes=5)
    work.upload(late)
    assert work.go_on() == 1
    second = work.row()
    assert second is not None
    assert (second.edition, second.made_at) == (2, clock.now())
    assert second.kept != first.kept
    assert [one["edition"] for one in work.events(ReportMade)] == [1, 2]
    assert [one["awaited"] for one in work.events(MediaAttached)] == [True, False]


def test_nothing_new_makes_no_new_edition(work: Work) -> None:
    work.end()
    work.go_on()
    with work.store.unit_of_work() as uow:
        service_reports.want(uow, work.visit)
    assert service_reports.make_due(work.store, work.settings) == 1
    row = work.row()
    assert row is not None
    assert (row.edition, row.wanted_at) == (1, None)
    assert len(work.events(ReportMade)) == 1


def test_who_reads_it_is_never_shown_an_old_one(work: Work) -> None:
    work.end()
    work.go_on()
    work.change(Job, work.job, title="Another title")
    assert "Another title" in work.report().text
    row = work.row()
    assert row is not None
    assert row.edition == 2


def test_a_report_whose_file_is_gone_is_made_again(work: Work) -> None:
    work.end()
    work.go_on()
    row = work.row()
    assert row is not None
    assert row.kept is not None
    Files.of(work.settings).path(row.kept).unlink()
    assert "Replaced the electrode" in work.report().text


def test_one_that_cannot_be_made_keeps_no_other_from_it_and_is_tried_again(
    work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work.end()
    with monkeypatch.context() as patch:
        patch.setattr(report_pages, "draw", lambda *_: [][0])
        assert work.go_on() == 0
    assert "IndexError" in caplog.text
    assert work.go_on() == 0, "not at once"
    clock.advance(minutes=11)
    assert work.go_on() == 1
