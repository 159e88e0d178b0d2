"""What the phone holds about who carries it: who they are, whom they can ring, what should be in the van."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dispatch.services import parts
from dispatch.store.revision import people_revision
from dispatch.store.tables import Absence
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.company import experts, parts_known
from mobile_api.day.document import Document, said
from mobile_api.day.whose import Whose


def absences_ahead(uow: UnitOfWork, who: Whose) -> Sequence[Absence]:
    """The absences that are not over, the one that lasts longest first."""
    theirs = Absence.technician_id == who.technician.id, Absence.ends_at > uow.now
    return uow.session.scalars(select(Absence).where(*theirs).order_by(Absence.ends_at.desc(), Absence.id)).all()


def me_document(uow: UnitOfWork, who: Whose, absences: Sequence[Absence]) -> Document:
    """The document ``me``. ``absences``: those that are not over."""
    technician, territory = who.technician, who.territory
    absence = next((one for one in absences if one.starts_at <= uow.now), None)
    counted = people_revision(uow.session)
    body = {
        "technician": {"id": technician.id, "name": technician.name, "phone": technician.phone},
        "time_zone": who.zone.key,
        "territory": territory and {"id": territory.id, "name": territory.name},
        "dispatch_phone": who.dispatch_phone,
        "van": parts.van(uow, technician.id),
        "parts_known": parts_known(uow, counted),
        "absence": absence and {"id": absence.id, "until": said(absence.ends_at), "own": absence.own},
        "experts": experts(uow, who, counted),
    }
    return Document("me", "me", body)
