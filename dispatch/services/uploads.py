"""How a picture comes in: piece by piece, and on from where it stopped, however often the connection breaks.

The phone declares a picture by the digest of its bytes and sends pieces, each with the offset at which it belongs. The
server's file is as long as what has come, and that is all there is to know: a piece that begins anywhere else is
refused with the right offset (:class:`WrongOffset`). When the last byte has come, the bytes are held against the
digest, looked into (:mod:`dispatch.services.pictures`), and the clean picture is kept.

What takes long happens in no transaction: only what is found is written. A crash after the last piece and before that
leaves a file that is whole; the next request about it, whichever it is, ends the work.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from dispatch.domain.errors import DispatchError, Invalid
from dispatch.services import media as services
from dispatch.services.pictures import REFUSALS, Unacceptable, clean
from dispatch.settings import Settings
from dispatch.store.door import Door
from dispatch.store.files import Coming, Files
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Media, Purpose

LARGEST_PIECE = 1 << 20
MOST_RESTARTS = 5
"""So often may bytes come that have another digest than was said; then it is a fault of who sends."""

log = logging.getLogger(__name__)


class WrongOffset(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A piece that does not belong where the file ends; ``offset`` in the facts says where it does."""

    code, title = "wrong-offset", "Go on somewhere else"


class WrongDigest(DispatchError):  # noqa: N818
    """What came is not what was announced; it was thrown away. ``offset`` is 0: send it again from there."""

    http_status, code, title = 422, "wrong-digest", "The bytes have another digest"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a picture is: ``offset`` bytes have come; ``complete`` once it is kept."""

    sha256: str
    offset: int
    complete: bool


def begin(door: Door, settings: Settings, sha256: str, size: int, media_type: str, purpose: Purpose) -> Standing:
    """Declare a picture, or ask where to go on. What was refused once is refused again, with the same code."""
    services.check_declared(settings, sha256, size, media_type)
    files = Files.of(settings)
    with door.reading() as uow:
        media = services.found(uow, sha256)
    if media is None:
        files.check_room(size)
    with door.unit_of_work() as uow:
        media = services.begin(uow, settings, sha256, size, media_type, purpose)
    return _standing(door, files, media)


def standing(door: Door, settings: Settings, sha256: str) -> Standing:
    """How far one's own picture is. Raises :class:`~dispatch.domain.errors.NotFound`."""
    with door.reading() as uow:
        media = services.own(uow, sha256)
    return _standing(door, Files.of(settings), media)


def take(door: Door, settings: Settings, sha256: str, offset: int, piece: bytes) -> Standing:
    """The next piece. Raises :class:`WrongOffset`, :class:`WrongDigest`, or why it is no picture."""
    if len(piece) > LARGEST_PIECE:
        raise services.TooLarge(f"Send at most {LARGEST_PIECE} bytes at a time.", limit=LARGEST_PIECE)
    with door.reading() as uow:
        media = services.own(uow, sha256)
    _refuse_again(media)
    if media.complete_at is not None:
        raise _elsewhere(media.size, complete=True)
    with Files.of(settings).coming(media.id) as coming:
        if offset != (length := coming.length):
            raise _elsewhere(length)
        if offset == 0:  # an empty file has had no piece yet, or somebody has finished it while we waited for the lock
            with door.reading() as uow:
                media = services.own(uow, sha256)
            _refuse_again(media)
            if media.complete_at is not None:
                coming.discard()
                raise _elsewhere(media.size, complete=True)
        if offset + len(piece) > media.size:
            problem = f"is longer than the {media.size} bytes that were declared"
            error = {"place": "body", "value": offset + len(piece), "problem": problem, "remedy": "send what belongs"}
            raise Invalid(f"The picture {problem}; nothing was taken.", errors=[error])
        coming.append(piece)
        if coming.length < media.size:
            return Standing(sha256, coming.length, complete=False)
        return _finish(door, Files.of(settings), media, coming)


def _standing(door: Door, files: Files, media: Media) -> Standing:
    _refuse_again(media)
    if media.complete_at is not None:
        return Standing(media.sha256, media.size, complete=True)
    if (length := files.length(media.id)) < media.size:
        return Standing(media.sha256, length, complete=False)
    with files.coming(media.id) as coming:  # all of it came before a crash, and nobody has looked into it
        if coming.length < media.size:
            return Standing(media.sha256, coming.length, complete=False)
        return _finish(door, files, media, coming)


def _finish(door: Door, files: Files, media: Media, coming: Coming) -> Standing:
    """The bytes are all there: they become a picture, or are refused."""
    with door.reading() as uow:
        now = services.own(uow, media.sha256)  # somebody may have finished it while we waited for the lock
    if now.complete_at is None:
        _refuse_again(now)
        content = coming.read()
        if hashlib.sha256(content).hexdigest() != media.sha256:
            raise _start_again(door, media, coming)
        try:
            picture = clean(content)
        except Unacceptable as refusal:
            _write_refusal(door, media, refusal.code)
            coming.discard()
            log.warning("%s was refused: %s", media.id, refusal.code)
            raise
        kept = files.keep(picture.content)
        with door.unit_of_work() as uow:
            services.come(uow, media.id, kept, picture)
    coming.discard()
    return Standing(media.sha256, media.size, complete=True)


def _start_again(door: Door, media: Media, coming: Coming) -> WrongDigest:
    with door.unit_of_work() as uow:
        row = locked(uow, Media, media.id)
        row.restarts += 1
        if row.restarts >= MOST_RESTARTS:
            row.refused = WrongDigest.code
    coming.discard()
    return _wrong_digest()


def _write_refusal(door: Door, media: Media, code: str) -> None:
    with door.unit_of_work() as uow:
        locked(uow, Media, media.id).refused = code


def _refuse_again(media: Media) -> None:
    if media.refused == WrongDigest.code:
        raise _wrong_digest()
    if media.refused:
        refusal = REFUSALS[media.refused]
        raise refusal(refusal.problem)


def _wrong_digest() -> WrongDigest:
    detail = "What came is not what was announced, and was thrown away. Send it again from the beginning."
    return WrongDigest(detail, offset=0)


def _elsewhere(offset: int, *, complete: bool = False) -> WrongOffset:
    return WrongOffset(f"Go on at byte {offset}.", offset=offset, complete=complete)
