"""Pictures from the phone: sent in pieces, and shown again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Header, Path, Request, Response
from pydantic import Field

from dispatch.console.deps import Reading, SignedIn, TheSettings, TheStore, right
from dispatch.console.pictures import BINARY, shown
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.base import Sent
from dispatch.domain.roles import Right
from dispatch.services import media, uploads
from dispatch.services.media import UnknownType
from dispatch.services.uploads import LARGEST_PIECE
from dispatch.store.door import StoreDoor
from dispatch.store.files import Files
from dispatch.store.tables import Purpose
from mobile_api.shapes.media import MediaStanding

router = Router(prefix="/media", dependencies=[right(Right.WORK_VISITS)])

PIECE = "application/offset+octet-stream"

_SHA256: dict[str, Any] = {
    "pattern": "^[0-9a-f]{64}$",
    "max_length": 64,
    "description": "The SHA-256 of the bytes as they are sent",
}
Digest = Annotated[str, Field(**_SHA256)]
DigestInPath = Annotated[str, Path(**_SHA256)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=1 << 40, description="Where the piece belongs")]
Piece = Annotated[bytes, Body(media_type=PIECE, description=f"At most {LARGEST_PIECE} bytes")]


class Announced(Sent):
    """A picture that is going to be sent."""

    sha256: Digest
    size: Annotated[int, Field(ge=1, le=1 << 40, description="Bytes")]
    type: Annotated[str, Field(max_length=80, description="`image/jpeg`, `image/png` or `image/webp`")]
    purpose: Purpose = Purpose.PHOTO


@router.post("", summary="Announce a picture", responses=problems(401, 403, 413, 415, 422, 429, 507))
def announce_picture(picture: Announced, store: TheStore, actor: SignedIn, settings: TheSettings) -> MediaStanding:
    """Begin to send a picture, or ask where to go on: the same announcement again does no harm."""
    door = StoreDoor(store, actor)  # what is found out about a picture is kept even where it is then refused
    said = (picture.sha256, picture.size, picture.type, picture.purpose)
    return MediaStanding.model_validate(uploads.begin(door, settings, *said))


@router.get("/{sha256}", summary="How far is a picture", responses=problems(401, 403, 404, 422))
def picture_standing(sha256: DigestInPath, store: TheStore, actor: SignedIn, settings: TheSettings) -> MediaStanding:
    """How many bytes of it have come; 422 where it was refused, with the reason."""
    return MediaStanding.model_validate(uploads.standing(StoreDoor(store, actor), settings, sha256))


@router.patch(
    "/{sha256}", summary="Send a piece of a picture", responses=problems(401, 403, 404, 409, 413, 415, 422, 507)
)
def send_piece(
    sha256: DigestInPath,
    offset: Offset,
    piece: Piece,
    request: Request,
    store: TheStore,
    actor: SignedIn,
    settings: TheSettings,
) -> MediaStanding:
    """The next bytes. 409 where they belong elsewhere, with the right `offset`; the last piece makes it complete."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE:
        raise UnknownType(f"Send pieces as {PIECE}.", types=[PIECE])
    return MediaStanding.model_validate(uploads.take(StoreDoor(store, actor), settings, sha256, offset, piece))


@router.get(
    "/{sha256}/content",
    summary="Read a picture",
    response_class=Response,
    responses={**BINARY, **problems(401, 403, 404, 416, 422)},
)
def picture_content(sha256: DigestInPath, request: Request, uow: Reading, settings: TheSettings) -> Response:
    """The picture as it is kept, without anything but its pixels: your own, and those of your crew's visits."""
    return shown(Files.of(settings), media.readable(uow, sha256), request.headers)
