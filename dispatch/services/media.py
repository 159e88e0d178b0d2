"""Pictures of visits: begun, attached, come, seen. How their bytes come in is :mod:`dispatch.services.uploads`.

A picture belongs to whoever sends it. Attaching one to a visit is a separate step, which may come first: photos are the
last thing that a phone sends. Until it has come it is *awaited*.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import DispatchError, Forbidden, Invalid, NotFound, TooMany
from dispatch.domain.events import MediaAttached, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import visits
from dispatch.services.pictures import TYPES, Clean
from dispatch.services.rights import require
from dispatch.settings import Settings
from dispatch.store.queries.rows import chunks, locked
from dispatch.store.tables import Assignment, Media, Purpose, User, Visit, VisitMedia
from dispatch.store.unit_of_work import UnitOfWork

DAY = dt.timedelta(days=1)
MOST_OF_A_VISIT = 200
MOST_A_DAY = 2000
"""So many pictures one person begins within a day, however small they are and whatever becomes of them."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEGABYTE = 1_000_000
_AGAIN = 3600
"""Seconds after which another attempt at a quota makes sense."""

AWAITED, HERE, REFUSED = "awaited", "here", "refused"
"""Where a picture stands: still to come, there, or never to come because its bytes were no picture."""


PicturesOf = Mapping[str, Collection[tuple[VisitMedia, Media | None]]]
"""Visit → what was attached to it, each with its picture as far as that was begun."""


class TooLarge(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A picture is larger than this server takes."""

    http_status, code, title = 413, "too-large", "Too large"


class UnknownType(DispatchError):  # noqa: N818
    """Something that is declared not to be a picture."""

    http_status, code, title = 415, "unknown-type", "Not a type that can be sent"


# -- on their way ------------------------------------------------------------------------------------------------------


def found(uow: UnitOfWork, sha256: str) -> Media | None:
    """One's own picture with this digest, as sent; None where it was never begun."""
    return uow.session.scalar(select(Media).where(Media.owner_id == uow.actor.id, Media.sha256 == sha256))


def own(uow: UnitOfWork, sha256: str) -> Media:
    """One's own picture with this digest. Raises :class:`NotFound`."""
    media = found(uow, sha256)
    if media is None:
        raise NotFound(f"You have begun no picture {sha256!r}.", what="picture", id=sha256)
    return media


def check_declared(settings: Settings, sha256: str, size: int, media_type: str) -> None:
    """Raise what is wrong with a picture before any of it was sent: :class:`TooLarge`, :class:`UnknownType` …"""
    _check_digest(sha256)
    most = int(settings.media_mb * _MEGABYTE)
    if size > most:
        raise TooLarge(f"A picture of {size} bytes is too large: at most {most}. Scale it down.", limit=most)
    if size < 1:
        raise _invalid("size", size, "is no picture", "send one")
    if media_type not in TYPES:
        raise UnknownType(f"{media_type[:40]!r} cannot be sent; send one of {', '.join(TYPES)}.", types=list(TYPES))


def begin(
    uow: UnitOfWork, settings: Settings, sha256: str, size: int, media_type: str, purpose: Purpose = Purpose.PHOTO
) -> Media:
    """Begin to send a picture; one that was begun already is answered as it is.

    ``size`` in bytes. Raises what :func:`check_declared` does, and :class:`TooMany` beyond one's quota.
    """
    require(uow, Right.WORK_VISITS)
    check_declared(settings, sha256, size, media_type)
    media = found(uow, sha256)
    if media is None:
        _check_quota(uow, settings, size)
        media = Media(
            id=new_id("media"),
            owner_id=uow.actor.id,
            sha256=sha256,
            size=size,
            type=media_type,
            purpose=Purpose(purpose),
            begun_at=uow.now,
        )
        try:
            with uow.session.begin_nested():
                uow.session.add(media)
        except IntegrityError:
            media = own(uow, sha256)  # the same phone began it twice at once
    if media.size != size:
        raise _invalid("size", size, f"contradicts the {media.size} bytes that were declared first", "say it again")
    return media


def _check_quota(uow: UnitOfWork, settings: Settings, size: int) -> None:
    mine = Media.owner_id == uow.actor.id
    open_ones = select(func.count()).where(mine, Media.complete_at.is_(None), Media.refused == "")
    if (uow.session.scalar(open_ones) or 0) >= settings.media_uploads:
        problem = f"{settings.media_uploads} pictures of yours are under way. Send these first."
        raise TooMany(problem, retry_after=_AGAIN, limit=settings.media_uploads)
    begun = select(func.count(), func.coalesce(func.sum(Media.size), 0)).where(mine, Media.begun_at > uow.now - DAY)
    count, sent = uow.session.execute(begun).one()
    if count >= MOST_A_DAY:
        raise TooMany(f"You have begun {MOST_A_DAY} pictures since yesterday.", retry_after=_AGAIN, limit=MOST_A_DAY)
    most = int(settings.media_day_mb * _MEGABYTE)
    if sent + size > most:
        raise TooMany(f"You have sent {most} bytes of pictures since yesterday.", retry_after=_AGAIN, limit=most)


def come(uow: UnitOfWork, media_id: str, kept: str, picture: Clean) -> Media:
    """All of a picture has come, and its clean form is kept under the digest ``kept``; its visits are told."""
    media = locked(uow, Media, media_id)
    if media.complete_at is None:
        media.complete_at, media.kept, media.kept_size = uow.now, kept, len(picture.content)
        media.kept_type, media.width, media.height = picture.type, picture.width, picture.height
        media.refused = ""
        waiting = select(VisitMedia).where(VisitMedia.owner_id == media.owner_id, VisitMedia.sha256 == media.sha256)
        for one in uow.session.scalars(waiting.order_by(VisitMedia.id)):
            _tell(uow, one, awaited=False)
    return media


# -- of visits ---------------------------------------------------------------------------------------------------------


def attach(
    uow: UnitOfWork,
    visit_id: str,
    sha256: str,
    purpose: Purpose,
    caption: str = "",
    field: str = "",
    at: dt.datetime | None = None,
    *,
    owner: str | None = None,
) -> VisitMedia:
    """Say that a picture belongs to a visit; saying it again changes nothing.

    ``field`` names the checklist's question that it answers; ``at`` is when it was taken, never later than now.
    ``owner`` is the id of the user who sends the picture, where that is somebody else than the actor. Raises
    :class:`NotFound`, :class:`Forbidden`, :class:`Invalid` or :class:`TooMany`.
    """
    visit = visits.seen(uow, visit_id)
    if not (uow.actor.may(Right.WORK_VISITS) or uow.actor.may(Right.ACT_ON_VISITS)):
        raise Forbidden(f"{uow.actor.role.value} may not attach pictures to visits.")
    _check_digest(sha256)
    sender = owner or uow.actor.id
    known = select(VisitMedia).where(
        VisitMedia.visit_id == visit_id,
        VisitMedia.owner_id == sender,
        VisitMedia.sha256 == sha256,
        VisitMedia.purpose == purpose,
        VisitMedia.field == field,
    )
    attached = uow.session.scalar(known)
    if attached is not None:
        return attached
    if (uow.session.scalar(select(func.count()).where(VisitMedia.visit_id == visit_id)) or 0) >= MOST_OF_A_VISIT:
        raise TooMany(f"The visit has {MOST_OF_A_VISIT} pictures, which is the most.", limit=MOST_OF_A_VISIT)
    attached = VisitMedia(
        id=new_id("visitmedia"),
        visit_id=visit.id,
        owner_id=sender,
        sha256=sha256,
        purpose=Purpose(purpose),
        caption=caption,
        field=field,
        at=min(at or uow.now, uow.now),
        attached_at=uow.now,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(attached)
    except IntegrityError:
        return uow.session.scalars(known).one()  # another device of the same person said so at the same moment
    # The sweep removes what belongs to no visit: it waits for us, or we for it.
    there = select(Media).where(Media.owner_id == sender, Media.sha256 == sha256).with_for_update()
    media = uow.session.scalar(there)
    _tell(uow, attached, awaited=media is None or media.complete_at is None)
    return attached


def sign(
    uow: UnitOfWork, visit_id: str, sha256: str, name: str, at: dt.datetime | None = None, *, owner: str | None = None
) -> VisitMedia:
    """The customer has signed: the picture of the signature, and the name of who signed. The last one counts."""
    if not (signer := " ".join(name.split())):
        raise _invalid("name", name, "names nobody", "say who signed")
    return attach(uow, visit_id, sha256, Purpose.SIGNATURE, signer, "", at, owner=owner)


def _tell(uow: UnitOfWork, attached: VisitMedia, *, awaited: bool) -> None:
    visit = uow.get(Visit, attached.visit_id)
    sender = uow.session.get(User, attached.owner_id)
    uow.record(
        MediaAttached(
            visit=visit.id,
            job=visit.job_id,
            sha256=attached.sha256,
            purpose=attached.purpose.value,
            awaited=awaited,
            territory=visit.territory_id,
            technician=sender.technician_id if sender is not None else None,
        )
    )


# -- seen --------------------------------------------------------------------------------------------------------------


def pictures_of(uow: UnitOfWork, visit_ids: Collection[str]) -> dict[str, list[tuple[VisitMedia, Media | None]]]:
    """The pictures of many visits, in the order in which they were taken; rights aside. One query for a thousand."""
    found: dict[str, list[tuple[VisitMedia, Media | None]]] = {}
    for chunk in chunks(visit_ids):
        for row in uow.session.execute(_pictures().where(VisitMedia.visit_id.in_(chunk))):
            found.setdefault(row[0].visit_id, []).append((row[0], row[1]))
    return found


def of_visits(uow: UnitOfWork, visit_ids: Collection[str]) -> Mapping[str, list[dict[str, Any]]]:
    """What documents tell of the pictures of many visits, the customer's signature left out; rights aside.

    Each ``{"sha256", "purpose", "caption", "field", "at", "status"}``, the digest as it was sent; ``status`` is
    :data:`AWAITED`, :data:`HERE` or :data:`REFUSED`. Visits without pictures are left out.
    """
    return told(pictures_of(uow, visit_ids))


def told(pictures_of_visits: PicturesOf) -> dict[str, list[dict[str, Any]]]:
    """:func:`of_visits` of pictures that were read already."""
    found = {
        visit: [_told(attached, media) for attached, media in pictures if not is_signature(attached)]
        for visit, pictures in pictures_of_visits.items()
    }
    return {visit: pictures for visit, pictures in found.items() if pictures}


def signatures(uow: UnitOfWork, visit_ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """The signature of each visit that has one: ``{"name", "at", "sha256", "status"}``, the last one; rights aside."""
    return signed(pictures_of(uow, visit_ids))


def signed(pictures_of_visits: PicturesOf) -> dict[str, dict[str, Any]]:
    """:func:`signatures` of pictures that were read already."""
    return {
        visit: {"name": signature[0].caption, **_told(*signature, only=("at", "sha256", "status"))}
        for visit, pictures in pictures_of_visits.items()
        if (signature := last_signature(pictures)) is not None
    }


def last_signature(
    pictures: Collection[tuple[VisitMedia, Media | None]],
) -> tuple[VisitMedia, Media | None] | None:
    """The customer's signature that counts among the pictures of a visit."""
    signed = [one for one in pictures if is_signature(one[0])]
    return max(signed, key=lambda one: (one[0].at, one[0].id), default=None)


def is_signature(attached: VisitMedia) -> bool:
    """Whether it is the customer's signature under the visit; one that answers a question of a checklist is not."""
    return attached.purpose is Purpose.SIGNATURE and not attached.field


def of_visit(uow: UnitOfWork, visit_id: str) -> list[tuple[VisitMedia, Media | None]]:
    """The pictures of a visit that the actor may see, signatures among them. Raises :class:`NotFound`."""
    visits.seen(uow, visit_id)
    return pictures_of(uow, [visit_id]).get(visit_id, [])


def status(media: Media | None) -> str:
    """Where a picture stands."""
    if media is None or (media.complete_at is None and not media.refused):
        return AWAITED
    return REFUSED if media.refused else HERE


def readable(uow: UnitOfWork, sha256: str) -> Media:
    """The picture with this digest, as sent, that is there: one's own, or one of one's crew's visits.

    Raises :class:`NotFound`.
    """
    require(uow, Right.WORK_VISITS)
    crews = (
        select(VisitMedia.owner_id)
        .join(Assignment, Assignment.visit_id == VisitMedia.visit_id)
        .where(VisitMedia.sha256 == sha256, Assignment.technician_id == (uow.actor.technician or ""))
    )
    theirs = or_(Media.owner_id == uow.actor.id, Media.owner_id.in_(crews))
    media = uow.session.scalar(
        select(Media).where(Media.sha256 == sha256, Media.kept.is_not(None), theirs).order_by(Media.id).limit(1)
    )
    if media is None:
        raise NotFound(f"There is no picture {sha256!r}.", what="picture", id=sha256)
    return media


def seen(uow: UnitOfWork, media_id: str) -> Media:
    """A picture that is there and belongs to a visit that the actor may see. Raises :class:`NotFound`."""
    media = uow.session.get(Media, media_id)
    if media is not None and media.kept is not None:
        if media.owner_id == uow.actor.id:
            return media
        of = select(VisitMedia.visit_id).where(VisitMedia.owner_id == media.owner_id, VisitMedia.sha256 == media.sha256)
        if any(_may_see(uow, visit_id) for visit_id in uow.session.scalars(of.distinct()).all()):
            return media
    raise NotFound(f"There is no picture {media_id!r}.", what="picture", id=media_id)


def _may_see(uow: UnitOfWork, visit_id: str) -> bool:
    try:
        visits.seen(uow, visit_id)
    except NotFound:
        return False
    return True


def _pictures() -> Select[VisitMedia, Media]:
    same = (Media.owner_id == VisitMedia.owner_id) & (Media.sha256 == VisitMedia.sha256)
    return select(VisitMedia, Media).outerjoin(Media, same).order_by(VisitMedia.at, VisitMedia.id)


_TOLD = ("sha256", "purpose", "caption", "field", "at", "status")


def _told(attached: VisitMedia, media: Media | None, only: Collection[str] = _TOLD) -> dict[str, Any]:
    told = {
        "sha256": attached.sha256,
        "purpose": attached.purpose.value,
        "caption": attached.caption or None,
        "field": attached.field or None,
        "at": instant(attached.at),
        "status": status(media),
    }
    return {name: told[name] for name in only}


# -- parts -------------------------------------------------------------------------------------------------------------


def _check_digest(sha256: str) -> None:
    if _DIGEST.fullmatch(sha256) is None:
        raise _invalid("sha256", sha256[:80], "is no SHA-256", "send 64 hexadecimal digits in small letters")


def _invalid(place: str, value: object, problem: str, remedy: str) -> Invalid:
    error = {"place": place, "value": value, "problem": problem, "remedy": remedy}
    return Invalid(f"{place}: {value} {problem}: {remedy}.", errors=[error])
