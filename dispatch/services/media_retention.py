"""Forgetting pictures that never came or belong to nothing, and files that nobody refers to any more.

Pictures of visits and the reports made of them stay for ever, like the visits. Safe to repeat, and to be cut off
anywhere: what a crash leaves behind is found the next time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import exists, select

from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.files import Files
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Media, Notification, ServiceReport, VisitMedia
from dispatch.store.unit_of_work import UnitOfWork

_BATCH = 200
_A_DAY = 24 * 3600.0
"""A file as young as this may belong to a row that is just being written."""


def forget_pictures(store: Store, settings: Settings) -> int:
    """Forget what is old enough; how many pictures and files."""
    files, forgotten = Files.of(settings), 0
    while gone := _forget_rows(store, settings):
        for media_id in gone:
            files.discard(media_id)
        forgotten += len(gone)
    return forgotten + _forget_uploads(store, files) + _forget_files(store, files)


def _forget_rows(store: Store, settings: Settings) -> list[str]:
    """A batch of pictures that were begun long ago and are not finished, or are of no visit."""
    attached = exists().where(VisitMedia.owner_id == Media.owner_id, VisitMedia.sha256 == Media.sha256)
    unfinished = Media.complete_at.is_(None) & (Media.refused == "")
    with store.unit_of_work() as uow:
        before = uow.now - dt.timedelta(days=settings.media_unfinished_days)
        old = select(Media).where(Media.begun_at < before, unfinished | ~attached).order_by(Media.id).limit(_BATCH)
        rows = uow.session.scalars(old.with_for_update(skip_locked=True)).all()
        for row in rows:
            uow.session.delete(row)
        return [row.id for row in rows]


def _forget_uploads(store: Store, files: Files) -> int:
    """What is left of uploads that are over: a crash came between writing that down and removing the file."""
    names = files.uploads(_A_DAY)
    with store.reading() as uow:
        under_way: set[str] = set()
        for chunk in chunks(names):
            going_on = select(Media.id).where(Media.id.in_(chunk), Media.complete_at.is_(None), Media.refused == "")
            under_way.update(uow.session.scalars(going_on))
    over = [name for name in names if name not in under_way]
    for name in over:
        files.discard(name)
    return len(over)


def _forget_files(store: Store, files: Files) -> int:
    """What is kept and nobody refers to: earlier editions of reports, pictures of rows that are gone."""
    forgotten = 0
    for folder in range(256):
        if old := {file.name: file for file in files.kept_in(folder, _A_DAY)}:
            with store.reading() as uow:
                wanted = _referred_to(uow, old)
            for name in old.keys() - wanted:
                old[name].unlink(missing_ok=True)
                forgotten += 1
    return forgotten


def _referred_to(uow: UnitOfWork, digests: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(digests):
        for column in (Media.kept, ServiceReport.kept, Notification.attachment):
            found.update(one for one in uow.session.scalars(select(column).where(column.in_(chunk))) if one)
    return found
