"""What never came, and what nobody refers to any more, is forgotten; what belongs to a visit is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.services import media, report_sending
from dispatch.services.media_retention import forget_pictures
from dispatch.services.uploads import begin, standing, take
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.files import Files
from dispatch.store.tables import Media, Purpose
from tests.dispatch.world import World
from tests.mobile_api.media.pictures import digest, photo
from tests.mobile_api.media.reports.working import Work, at_work
from tests.mobile_api.media.test_uploads import files_in


@pytest.fixture
def work(sqlite_store: Store, world: World, settings: Settings) -> Work:
    return at_work(sqlite_store, world, settings)


def grow_old(folder: Path, days: float = 2) -> None:
    """Let every file look as if nobody had touched it for so long."""
    then = time.time() - days * 86_400
    for file in files_in(folder):
        os.utime(file, (then, then))


def known(store: Store) -> list[str]:
    with store.reading() as uow:
        return sorted(uow.session.scalars(select(Media.sha256)))


def test_an_upload_that_was_given_up_is_forgotten_and_can_be_begun_anew(
    work: Work, settings: Settings, clock: FixedClock
) -> None:
    content, door = photo(), work.door
    said = (digest(content), len(content), "image/jpeg", Purpose.PHOTO)
    begin(door, settings, *said)
    take(door, settings, said[0], 0, content[:100])
    clock.advance(days=settings.media_unfinished_days - 1)
    assert forget_pictures(work.store, settings) == 0
    clock.advance(days=1, seconds=1)
    assert forget_pictures(work.store, settings) == 1
    assert files_in(settings.media) == []
    assert begin(door, settings, *said).offset == 0


def test_a_picture_of_no_visit_is_forgotten_and_one_of_a_visit_is_not(
    work: Work, settings: Settings, clock: FixedClock
) -> None:
    attached, alone = work.attach(), photo("PNG", seed=500)
    work.upload(attached, alone)
    clock.advance(days=settings.media_unfinished_days + 1)
    assert forget_pictures(work.store, settings) == 1
    assert known(work.store) == [digest(attached)]
    grow_old(settings.media)
    assert forget_pictures(work.store, settings) == 1, "the file of the one that is forgotten"
    assert len(files_in(settings.media)) == 1
    assert work.report().pictures == 1


def test_a_refused_picture_of_a_visit_stays_known_as_refused(work: Work, settings: Settings, clock: FixedClock) -> None:
    content = b"no picture at all"
    work.do(lambda uow: media.attach(uow, work.visit, digest(content), Purpose.PHOTO))
    begin(work.door, settings, digest(content), len(content), "image/png", Purpose.PHOTO)
    with pytest.raises(Exception, match="no JPEG"):
        take(work.door, settings, digest(content), 0, content)
    clock.advance(days=settings.media_unfinished_days + 1)
    assert forget_pictures(work.store, settings) == 0
    with work.store.reading() as uow:
        assert [one["status"] for one in media.of_visits(uow, [work.visit])[work.visit]] == ["refused"]


def test_what_crashes_leave_in_the_folder_is_removed_once_it_is_old(work: Work, settings: Settings) -> None:
    work.upload(work.attach())
    files = Files.of(settings)
    files.keep(b"kept, and the row was never written")
    with files.coming("media_gone") as coming:
        coming.append(b"the row is gone")
    half = files.path("ab" * 32).parent
    half.mkdir(parents=True, exist_ok=True)
    (half / "new-half").write_bytes(b"half-written")
    assert forget_pictures(work.store, settings) == 0, "they may belong to what is just being done"
    grow_old(settings.media)
    assert forget_pictures(work.store, settings) == 3
    assert len(files_in(settings.media)) == 1
    assert forget_pictures(work.store, settings) == 0


def test_an_upload_under_way_outlives_a_long_night(work: Work, settings: Settings) -> None:
    content = photo()
    begin(work.door, settings, digest(content), len(content), "image/jpeg", Purpose.PHOTO)
    take(work.door, settings, digest(content), 0, content[:100])
    grow_old(settings.media)
    assert forget_pictures(work.store, settings) == 0
    assert standing(work.door, settings, digest(content)).offset == 100


def test_earlier_editions_of_a_report_go_and_what_was_mailed_stays(
    work: Work, settings: Settings, clock: FixedClock
) -> None:
    work.end()
    work.do(lambda uow: report_sending.ask(uow, work.visit))
    work.go_on()
    (mail,) = work.mails()
    for caption in ("second", "third"):
        work.upload(work.attach(caption=caption))
        clock.advance(minutes=1)
        work.go_on()
    row = work.row()
    assert row is not None
    assert row.edition == 3
    grow_old(settings.media)
    assert forget_pictures(work.store, settings) == 1, "the second edition"
    files = Files.of(settings)
    for kept in (row.kept, mail.attachment):
        assert kept is not None
        assert files.path(kept).exists()


def test_the_folder_is_told_to_others_by_its_setting_or_lies_with_the_data(tmp_path: Path) -> None:
    assert Settings(database_url="sqlite://", data_folder=tmp_path).media == tmp_path / "media"
    assert Settings(database_url="sqlite://", media_folder=tmp_path / "x").media == tmp_path / "x"


def test_a_name_that_leads_elsewhere_is_no_name(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for name in ("../x", "a/b", "", ".", "x" * 65, "a\0b"):
        for act in (files.path, files.length, files.discard):
            with pytest.raises(ValueError, match="no name"):
                act(name)
