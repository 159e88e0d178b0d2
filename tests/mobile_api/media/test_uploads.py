"""Pictures come in whole, however often the connection breaks, and what is refused leaves nothing behind."""

from __future__ import annotations

import errno
import itertools
import os
import random
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Actor, Role
from dispatch.services import uploads
from dispatch.settings import Settings
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.files import Files, NoSpace
from dispatch.store.tables import Media, Purpose
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.world import World
from tests.mobile_api.media.conftest import Phone
from tests.mobile_api.media.pictures import archive, digest, photo

numbers = itertools.count(1000)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def rows(store: Store) -> list[Media]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(Media).order_by(Media.id)))


# -- sending -----------------------------------------------------------------------------------------------------------


def test_a_picture_sent_in_pieces_is_complete_and_can_be_read(phone: Phone) -> None:
    content = photo()
    name, half = digest(content), len(content) // 2
    assert phone.announce(content).json() == {"sha256": name, "offset": 0, "complete": False}
    assert phone.piece(name, 0, content[:half]).json() == {"sha256": name, "offset": half, "complete": False}
    assert phone.standing(name).json()["offset"] == half
    done = {"sha256": name, "offset": len(content), "complete": True}
    assert phone.piece(name, half, content[half:]).json() == done
    assert phone.standing(name).json() == phone.announce(content).json() == done
    shown = phone.client.get(f"phone/media/{name}/content")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")


CUTS = st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans(), st.sampled_from(("", "announce", "ask"))), max_size=5)
"""Where the connection breaks, whether the answer is lost with it, and what a phone that was killed asks then."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CUTS)
def test_an_upload_that_breaks_anywhere_any_number_of_times_goes_on_where_it_stopped(
    phone: Phone, cuts: list[tuple[float, bool, str]]
) -> None:
    content = photo(size=(32, 24), seed=next(numbers))
    name, offset = digest(content), 0
    phone.announce(content)
    for share, lost, asks in [*cuts, (1.0, True, "ask")]:
        end = max(offset, round(share * len(content)))
        if end > offset:
            assert phone.piece(name, offset, content[offset:end]).json()["offset"] == end
        if lost and end > offset:
            again = phone.piece(name, offset, content[offset:end])
            assert (again.status_code, again.json()["offset"]) == (409, end)
        if asks:
            answer = phone.announce(content) if asks == "announce" else phone.standing(name)
            assert answer.json() == {"sha256": name, "offset": end, "complete": end == len(content)}
        offset = end
    assert phone.standing(name).json()["complete"]


def test_a_piece_that_belongs_elsewhere_is_told_where_and_nothing_is_taken(phone: Phone) -> None:
    content = photo()
    name = digest(content)
    phone.announce(content)
    phone.piece(name, 0, content[:100])
    for offset in (0, 99, 101, len(content)):
        answer = phone.piece(name, offset, content[offset : offset + 10] or b"x")
        assert (answer.status_code, answer.json()["offset"]) == (409, 100)
        assert answer.json()["type"].endswith(":wrong-offset")
    assert phone.piece(name, 100, content[100:]).json()["complete"]


def test_more_than_was_declared_is_refused(phone: Phone) -> None:
    content = photo()
    phone.announce(content)
    assert phone.piece(digest(content), 0, content + b"more").status_code == 422
    assert phone.standing(digest(content)).json()["offset"] == 0


def test_a_piece_of_another_type_or_too_large_is_refused(phone: Phone) -> None:
    content = photo()
    phone.announce(content)
    name = digest(content)
    headers = {"Upload-Offset": "0", "Content-Type": "image/jpeg"}
    assert phone.client.patch(f"phone/media/{name}", content=content, headers=headers).status_code == 415
    assert phone.piece(name, 0, bytes(uploads.LARGEST_PIECE + 1)).status_code == 413
    assert phone.client.patch(f"phone/media/{name}", content=content).status_code == 422
    assert phone.standing(name).json()["offset"] == 0


def test_two_who_send_the_same_piece_at_once_do_not_mix_it_up(sqlite_store: Store, settings: Settings) -> None:
    content = photo(size=(200, 150))
    door = door_of(sqlite_store)
    uploads.begin(door, settings, digest(content), len(content), "image/jpeg", Purpose.PHOTO)
    start, outcomes = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        offset = 0
        while offset < len(content):
            try:
                offset = uploads.take(door, settings, digest(content), offset, content[offset : offset + 5000]).offset
                outcomes.append("taken")
            except uploads.WrongOffset as elsewhere:
                offset = elsewhere.facts["offset"]

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == -(-len(content) // 5000), "each piece was taken once"
    assert uploads.standing(door, settings, digest(content)).complete


def test_who_waited_while_another_finished_the_picture_is_told_that_it_is_complete(
    sqlite_store: Store, settings: Settings
) -> None:
    content, door = photo(), door_of(sqlite_store)
    name = digest(content)
    uploads.begin(door, settings, name, len(content), "image/jpeg", Purpose.PHOTO)
    late = Overtaken(door, lambda: uploads.take(door, settings, name, 0, content))
    with pytest.raises(uploads.WrongOffset) as refused:
        uploads.take(late, settings, name, 0, content)
    assert refused.value.facts == {"offset": len(content), "complete": True}
    assert list((settings.media / "coming").iterdir()) == []


class Overtaken:
    """A door of somebody whom another overtakes after the first look."""

    def __init__(self, door: StoreDoor, overtake: Callable[[], object]) -> None:
        self._door, self._overtake = door, [overtake]
        self.unit_of_work = door.unit_of_work

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        with self._door.reading() as uow:
            yield uow
        if self._overtake:
            self._overtake.pop()()


def door_of(store: Store) -> StoreDoor:
    technician = World(store).technician()
    user = World(store).user(Role.TECHNICIAN, technician_id=technician)
    return StoreDoor(store, Actor(user, "Carla", Role.TECHNICIAN, technician=technician))


def test_begun_twice_at_once_it_is_begun_once(store: Store, settings: Settings) -> None:
    content, door, start, found = photo(), door_of(store), threading.Barrier(4), []

    def begin() -> None:
        start.wait()
        found.append(uploads.begin(door, settings, digest(content), len(content), "image/jpeg", Purpose.PHOTO).offset)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0, 0, 0, 0]
    assert uploads.take(door, settings, digest(content), 0, content).complete
    assert len(rows(store)) == 1


# -- crashes and full disks --------------------------------------------------------------------------------------------


def test_a_crash_after_the_last_byte_is_made_good_by_the_next_request(
    sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: Any) -> None:
        raise Crash

    door, content = door_of(sqlite_store), photo()
    said = (digest(content), len(content), "image/jpeg", Purpose.PHOTO)
    whole = uploads.Standing(digest(content), len(content), complete=True)
    for lost in ("clean", "hashlib", "services.come"):
        for ask in (partial(uploads.begin, door, settings, *said), partial(uploads.standing, door, settings, said[0])):
            uploads.begin(door, settings, *said)
            with monkeypatch.context() as patch:
                patch.setattr(f"dispatch.services.uploads.{lost}", crash)
                with pytest.raises((Crash, AttributeError)):
                    uploads.take(door, settings, digest(content), 0, content)
            assert [file.parent.name for file in files_in(settings.media / "coming")] == ["coming"]
            assert ask() == whole
            assert files_in(settings.media / "coming") == []
            with sqlite_store.unit_of_work() as uow:
                uow.session.delete(uow.session.scalars(select(Media)).one())


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Let the disk be full, or no longer."""
    really, is_full = os.fsync, False

    def fsync(number: int) -> None:
        if is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(number)

    def set_full(now: bool) -> None:
        nonlocal is_full
        is_full = now

    monkeypatch.setattr(os, "fsync", fsync)
    yield set_full
    set_full(False)


def test_a_full_disk_takes_nothing_and_the_upload_goes_on_when_there_is_room(
    phone: Phone, settings: Settings, full: Callable[[bool], None]
) -> None:
    content = photo()
    name, half = digest(content), len(content) // 2
    phone.announce(content)
    phone.piece(name, 0, content[:half])
    full(True)
    for piece in (content[half : half + 50], content[half:]):
        answer = phone.piece(name, half, piece)
        assert (answer.status_code, answer.headers["retry-after"]) == (507, "300")
        assert answer.json()["type"].endswith(":no-space")
    assert phone.standing(name).json() == {"sha256": name, "offset": half, "complete": False}
    full(False)
    assert phone.piece(name, half, content[half:]).json()["complete"]
    assert len(files_in(settings.media)) == 1


def test_a_disk_that_fills_up_while_the_clean_picture_is_kept_leaves_no_half_of_it(
    phone: Phone, settings: Settings, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = photo()
    phone.announce(content)

    def no_room(*_: Any) -> str:
        raise NoSpace("full", retry_after=300)

    with monkeypatch.context() as patch:
        patch.setattr(Files, "keep", no_room)
        assert phone.piece(digest(content), 0, content).status_code == 507
    assert rows(sqlite_store)[0].complete_at is None
    assert phone.standing(digest(content)).json()["complete"], "its bytes are there: it needed only room"
    assert [file.parent.parent.name for file in files_in(settings.media)] == ["kept"]


def test_a_failed_write_to_what_is_kept_leaves_no_file(tmp_path: Path, full: Callable[[bool], None]) -> None:
    files = Files(tmp_path)
    files.keep(b"first")
    full(True)
    with pytest.raises(NoSpace):
        files.keep(b"second")
    full(False)
    assert [path.read_bytes() for path in files_in(tmp_path)] == [b"first"]


def test_nothing_is_begun_while_the_disk_is_nearly_full(sqlite_store: Store, settings: Settings, phone: Phone) -> None:
    door = StoreDoor(sqlite_store, Actor(phone.user, "Carla", Role.TECHNICIAN, technician=phone.technician))
    tight = settings.model_copy(update={"media_reserve_mb": 1e12})
    with pytest.raises(NoSpace):
        uploads.begin(door, tight, digest(b"x"), 1, "image/jpeg", Purpose.PHOTO)
    assert rows(sqlite_store) == []


def test_nobody_else_on_the_machine_may_read_pictures(phone: Phone, settings: Settings) -> None:
    phone.send(photo())
    content = photo(seed=1)
    phone.announce(content)
    phone.piece(digest(content), 0, content[:10])
    found = files_in(settings.media)
    assert {path.parent.name for path in found} > {"coming"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in found)
    assert stat.S_IMODE(settings.media.stat().st_mode) & 0o077 == 0


# -- limits ------------------------------------------------------------------------------------------------------------


def test_two_gigabytes_are_refused_before_a_byte_is_sent(phone: Phone, sqlite_store: Store, settings: Settings) -> None:
    answer = phone.announce(b"", size=2 * 1000**3, sha256=digest(b"large"))
    assert (answer.status_code, answer.json()["limit"]) == (413, 10_000_000)
    assert phone.piece(digest(b"large"), 0, b"x").status_code == 404
    assert rows(sqlite_store) == []
    assert files_in(settings.media) == []


def test_what_is_declared_as_no_picture_is_refused(phone: Phone, sqlite_store: Store) -> None:
    for kind in ("image/svg+xml", "text/html", "application/zip", "image/gif", ""):
        assert phone.announce(b"x", type=kind).status_code == 415
    for sha256 in ("x", "A" * 64, "../" * 20 + "abcd"):
        assert phone.announce(b"x", sha256=sha256).status_code == 422
    assert phone.announce(b"", sha256=digest(b"")).status_code == 422
    assert rows(sqlite_store) == []


def test_one_person_has_so_many_under_way_and_sends_so_much_a_day(
    phone: Phone, another: Phone, settings: Settings, clock: FixedClock
) -> None:
    settings.media_uploads, settings.media_day_mb = 2, 0.05
    one, two, three = (photo(seed=seed) for seed in range(3))
    assert [phone.announce(content).status_code for content in (one, two)] == [200, 200]
    refused = phone.announce(three)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert phone.announce(one).status_code == 200, "what was begun may go on"
    assert another.announce(three).status_code == 200, "somebody else has their own quota"
    for content in (one, two):
        assert phone.piece(digest(content), 0, content).json()["complete"]
    large = photo("PNG", (130, 130), seed=9)
    assert len(large) > 50_000
    assert phone.announce(large, type="image/png").status_code == 429
    clock.advance(days=1, seconds=1)
    settings.media_day_mb = 0.06
    assert phone.announce(large, type="image/png").status_code == 200


def test_one_person_begins_so_many_a_day_however_small_they_are_and_whatever_becomes_of_them(
    phone: Phone, another: Phone, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.services.media.MOST_A_DAY", 2)
    for content in (b"1", b"2"):
        assert phone.announce(content).status_code == 200
        assert phone.piece(digest(content), 0, content).status_code == 422
    assert phone.announce(b"3").status_code == 429
    assert phone.announce(b"1").status_code == 422, "what is known is answered as before"
    assert another.announce(b"3").status_code == 200
    clock.advance(days=1, seconds=1)
    assert phone.announce(b"3").status_code == 200


def test_the_same_picture_with_another_size_is_refused(phone: Phone) -> None:
    content = photo()
    phone.announce(content)
    assert phone.announce(content, size=len(content) + 1).status_code == 422


# -- what is no picture ------------------------------------------------------------------------------------------------


def test_other_bytes_than_were_announced_are_thrown_away_and_can_be_sent_again(
    phone: Phone, settings: Settings
) -> None:
    content = photo()
    wrong = bytes([content[0] ^ 1]) + content[1:]
    phone.announce(content)
    answer = phone.piece(digest(content), 0, wrong)
    assert (answer.status_code, answer.json()["offset"]) == (422, 0)
    assert answer.json()["type"].endswith(":wrong-digest")
    assert files_in(settings.media) == []
    assert phone.piece(digest(content), 0, content).json()["complete"]


def test_who_sends_other_bytes_again_and_again_is_refused_at_last(phone: Phone) -> None:
    content = photo()
    phone.announce(content)
    for _ in range(uploads.MOST_RESTARTS):
        assert phone.piece(digest(content), 0, bytes(len(content))).status_code == 422
    assert phone.piece(digest(content), 0, content).status_code == 422
    assert phone.announce(content).status_code == 422


def test_a_zip_that_is_called_a_photo_is_refused_for_good_and_not_kept(
    phone: Phone, settings: Settings, sqlite_store: Store
) -> None:
    content = archive()
    for answer in (phone.send(content), phone.announce(content), phone.standing(digest(content))):
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(":not-a-picture")
    assert phone.client.get(f"phone/media/{digest(content)}/content").status_code == 404
    assert files_in(settings.media) == []
    assert [(row.refused, row.kept) for row in rows(sqlite_store)] == [("not-a-picture", None)]


# -- who may -----------------------------------------------------------------------------------------------------------


def test_only_technicians_send_pictures_and_only_their_own(phone: Phone, another: Phone, api: Any) -> None:
    content = photo()
    name, said = digest(content), {"sha256": digest(content), "size": len(content), "type": "image/jpeg"}
    for role in ("administrator", "dispatcher", "agent"):
        assert api(role).post("phone/media", json=said).status_code == 403
    assert api(None).post("phone/media", json=said).status_code == 401
    phone.announce(content)
    assert another.standing(name).status_code == 404
    assert another.piece(name, 0, content).status_code == 404
    assert another.announce(content).json()["offset"] == 0, "the same picture of somebody else is another one"
    assert phone.piece(name, 0, content).json()["complete"]
    assert another.client.get(f"phone/media/{name}/content").status_code == 404


def test_a_picture_is_sent_on_through_another_server_of_the_same_operation(
    phone: Phone, sqlite_store: Store, settings: Settings
) -> None:
    content = photo()
    half = random.Random(1).randrange(1, len(content))
    phone.announce(content)
    phone.piece(digest(content), 0, content[:half])
    phone.client.app = create_app(sqlite_store, settings)
    assert phone.piece(digest(content), half, content[half:]).json()["complete"]


def test_an_upload_that_was_forgotten_while_somebody_waited_for_it_begins_anew(tmp_path: Path) -> None:
    files, waiting, lengths = Files(tmp_path), threading.Event(), []

    def wait() -> None:
        waiting.set()
        with files.coming("media_1") as coming:
            coming.append(b"new")
            lengths.append(coming.length)

    with files.coming("media_1") as coming:
        coming.append(b"old bytes")
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait()
        coming.discard()
    thread.join()
    assert lengths == [3]
    assert files.length("media_1") == 3
