"""Sending the service report of a visit: asked for on the spot, sent once the visit is over and its pictures are there.

It goes to the job's contact, or to an address that somebody typed, which is kept with who typed it. How many one person
may have sent is limited: what a lost phone can do in our name is little.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from dispatch.domain.errors import Forbidden, Invalid, TooMany
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import visits
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Contact, Job, ReportSending, User
from dispatch.store.unit_of_work import UnitOfWork

MOST_OF_A_VISIT = 5
MOST_A_DAY = 40
_DAY = dt.timedelta(days=1)
_LONGEST = 200


def ask(uow: UnitOfWork, visit_id: str, email: str | None = None, *, asked_by: str | None = None) -> ReportSending:
    """Have the report of a visit sent to an address; None: to the job's contact. Asking again sends it once more.

    While it waits to be sent, asking for the same address changes nothing. ``asked_by``: the user who asked, where
    that is not the actor. Raises :class:`NotFound`, :class:`Forbidden`, :class:`Invalid` or :class:`TooMany`.
    """
    visit = visits.seen(uow, visit_id)
    if not (uow.actor.may(Right.WORK_VISITS) or uow.actor.may(Right.ACT_ON_VISITS)):
        raise Forbidden(f"{uow.actor.role.value} may not send service reports.")
    contact = _contact(uow, visit.job_id)
    address = _address(email, contact)
    who = asked_by or uow.actor.id
    same = select(ReportSending).where(
        ReportSending.visit_id == visit_id, ReportSending.address == address, ReportSending.waiting
    )
    waiting = uow.session.scalar(same.limit(1))
    if waiting is not None:
        return waiting
    _check_quota(uow, visit_id, who)
    is_contacts = contact is not None and address.casefold() == (contact.email or "").casefold()
    asked = ReportSending(
        id=new_id("sending"),
        visit_id=visit_id,
        address=address,
        contact_id=contact.id if contact is not None and is_contacts else None,
        asked_by=who,
        asked_at=uow.now,
    )
    uow.session.add(asked)
    return asked


def addresses(uow: UnitOfWork, visit_ids: Collection[str]) -> Mapping[str, list[str]]:
    """Where the reports of these visits were sent or will be, in the order in which it was asked; rights aside."""
    found: dict[str, list[str]] = {}
    for chunk in chunks(visit_ids):
        mine = ReportSending.visit_id.in_(chunk) & (ReportSending.dropped_because == "")
        asked = select(ReportSending.visit_id, ReportSending.address).where(mine).order_by(ReportSending.id)
        for visit_id, address in uow.session.execute(asked):
            found.setdefault(visit_id, []).append(address)
    return found


def _contact(uow: UnitOfWork, job_id: str) -> Contact | None:
    job = uow.get(Job, job_id)
    return uow.session.get(Contact, job.contact_id) if job.contact_id else None


def _address(email: str | None, contact: Contact | None) -> str:
    given = (email or "").strip()
    if not given:
        if contact is None or not contact.email:
            error = {
                "place": "email",
                "value": None,
                "problem": "the job has no contact with an e-mail address",
                "remedy": "type one",
            }
            raise Invalid("The job has no contact with an e-mail address: type one.", errors=[error])
        return contact.email
    try:
        address = validate_email(given, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        address, said = "", str(problem)
    else:
        said = "" if len(address) <= _LONGEST else f"is longer than {_LONGEST} characters"
    if said:
        error = {"place": "email", "value": given[:80], "problem": said, "remedy": "type it like ana@example.org"}
        raise Invalid(f"{given[:80]!r} is no e-mail address: type it like ana@example.org.", errors=[error])
    return address


def _check_quota(uow: UnitOfWork, visit_id: str, who: str) -> None:
    since = ReportSending.asked_at > uow.now - _DAY
    of_visit = select(func.count()).where(ReportSending.visit_id == visit_id, since)
    if (uow.session.scalar(of_visit) or 0) >= MOST_OF_A_VISIT:
        problem = f"This report was sent {MOST_OF_A_VISIT} times since yesterday, which is the most."
        raise TooMany(problem, retry_after=round(_DAY.total_seconds()), limit=MOST_OF_A_VISIT)
    of_person = select(func.count()).where(ReportSending.asked_by == who, since)
    if (uow.session.scalar(of_person) or 0) >= MOST_A_DAY:
        problem = f"You have had {MOST_A_DAY} reports sent since yesterday, which is the most."
        raise TooMany(problem, retry_after=round(_DAY.total_seconds()), limit=MOST_A_DAY)


def asker(uow: UnitOfWork, sending: ReportSending) -> User | None:
    """Who wanted a report to be sent."""
    return uow.session.get(User, sending.asked_by)
