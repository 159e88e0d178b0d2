"""The media folder: what is kept by the digest of its bytes, and what is still coming in.

``kept/ab/abcd…`` are pictures and documents under the SHA-256 of their bytes: written beside, made durable, and renamed
to where they belong, so that a crash leaves either all of a file or nothing. ``coming/ID`` are uploads. The length of
such a file is how far the upload is; nothing else says it, so nothing can say otherwise. What is written to it is made
durable before it is answered, and a lock on it keeps two requests apart, in one process or in several.

Nobody but the account of this server may read the files. A disk that is full is :class:`NoSpace`: what was there before
is still there, and nothing is half-done.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from dispatch.domain.errors import DispatchError
from dispatch.settings import Settings

_MEGABYTE = 1_000_000
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_AGAIN = 300
"""Seconds after which a disk that was full may have room again."""


class NoSpace(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The disk is full. ``retry_after`` (seconds) in the facts says when to try again."""

    http_status, code, title = 507, "no-space", "There is no room for that just now"


class Coming:
    """A file that is coming in, locked: nobody else writes to it meanwhile."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path, self._file = path, file

    @property
    def length(self) -> int:
        """How many bytes have come."""
        return os.fstat(self._file.fileno()).st_size

    def append(self, piece: bytes) -> None:
        """Add to its end, durably. Raises :class:`NoSpace`, and then it is as long as before."""
        before = self.length
        try:
            with _room():
                self._file.seek(before)
                rest = memoryview(piece)
                while rest:
                    rest = rest[self._file.write(rest) :]
                os.fsync(self._file.fileno())
        except BaseException:
            # What a write left behind before it failed is no more of the upload than was answered for.
            with suppress(OSError):
                self._file.truncate(before)
            raise

    def read(self) -> bytes:
        """All that has come."""
        self._file.seek(0)
        return self._file.readall()

    def discard(self) -> None:
        """Forget it."""
        self._path.unlink(missing_ok=True)


class Files:
    """The media folder of an installation. Several processes may use one at a time."""

    def __init__(self, folder: Path, *, reserve_mb: float = 0) -> None:
        """``reserve_mb``: :meth:`check_room` wants so much room to be left."""
        self._folder, self._kept, self._coming = folder, folder / "kept", folder / "coming"
        self._reserve = reserve_mb * _MEGABYTE

    @classmethod
    def of(cls, settings: Settings) -> Files:
        """Those of the settings."""
        return cls(settings.media, reserve_mb=settings.media_reserve_mb)

    # -- what is kept --------------------------------------------------------------------------------------------------

    def keep(self, content: bytes) -> str:
        """Keep the bytes, durably; their digest. Keeping them again is harmless. Raises :class:`NoSpace`."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        with _room():
            _folder(path.parent, self._folder)
            number, name = tempfile.mkstemp(prefix="new-", dir=path.parent)
            try:
                with open(number, "wb") as file:  # noqa: PTH123  it is open already
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            _sync(path.parent)
        return digest

    def path(self, digest: str) -> Path:
        """Where the bytes with this digest lie, or would."""
        return self._kept / _checked(digest)[:2] / digest

    def read(self, digest: str) -> bytes:
        """The bytes with this digest. Raises FileNotFoundError."""
        return self.path(digest).read_bytes()

    def kept_in(self, folder: int, older_than: float) -> list[Path]:
        """What lies in one of the 256 folders for at least so many seconds, and what a crash left there half-written.

        To remove one of them, unlink it.
        """
        before = time.time() - older_than
        place = self._kept / f"{folder:02x}"
        found = place.iterdir() if place.is_dir() else iter(())
        return sorted(file for file in found if _changed_at(file) < before)

    # -- what is coming in ---------------------------------------------------------------------------------------------

    @contextmanager
    def coming(self, name: str) -> Iterator[Coming]:
        """The upload with this name, empty where it is new, locked until the end. Waits for whoever is at it."""
        path = self._coming / _checked(name)
        with _room():
            _folder(self._coming, self._folder)
            file = _locked(path)
        with file:
            yield Coming(path, file)

    def length(self, name: str) -> int:
        """How far an upload is; 0 where there is none."""
        try:
            return (self._coming / _checked(name)).stat().st_size
        except FileNotFoundError:
            return 0

    def uploads(self, older_than: float) -> list[str]:
        """The uploads to which nothing has come for so many seconds."""
        before = time.time() - older_than
        found = self._coming.iterdir() if self._coming.is_dir() else iter(())
        return sorted(file.name for file in found if _changed_at(file) < before)

    def discard(self, name: str) -> None:
        """Forget an upload."""
        (self._coming / _checked(name)).unlink(missing_ok=True)

    def check_room(self, size: int) -> None:
        """Raise :class:`NoSpace` unless ``size`` more bytes leave the reserve untouched."""
        with _room():
            _folder(self._coming, self._folder)
        if shutil.disk_usage(self._coming).free - size < self._reserve:
            raise NoSpace("The server's disk is nearly full; nothing was taken. Try again later.", retry_after=_AGAIN)


def _locked(path: Path) -> FileIO:
    """The file, open and locked; made anew where somebody removed it while we waited for its lock."""
    while True:
        # Nothing is held back in a buffer: what could not be written must not be written later, on closing.
        file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass  # it went between the two looks: once more
        except BaseException:
            file.close()
            raise
        file.close()


def _folder(path: Path, within: Path) -> None:
    """Make a folder, and those between it and ``within``, which is one of ours too; for nobody else to look into."""
    if path.is_dir():
        return
    if path == within:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        _folder(path.parent, within)
        path.mkdir(mode=0o700, exist_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise NoSpace("The server's disk is full; nothing was taken. Try again later.", retry_after=_AGAIN) from error


def _changed_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _checked(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name of a file in the media folder")
    return name
