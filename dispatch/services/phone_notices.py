"""What a technician is told of changes to their day, on all of their phones, until they have seen it.

The events say it; here it is written down for each whom it concerns, so that a phone that was out of reach hears of it
as well. Messages by other channels are another matter, see :mod:`dispatch.messaging.notices`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import DisputeSettled, Event, VisitAssigned, VisitMoved
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import NOT_DISPATCHED, VisitAction
from dispatch.services.rights import require
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import Assignment, FieldAction, OutboxEntry, PhoneNotice, PlanRow, Visit
from dispatch.store.unit_of_work import UnitOfWork

WORTH_TELLING = dt.timedelta(minutes=15)
"""A planned start that moves by less is no news."""
AHEAD = dt.timedelta(days=3)
"""Phones show today and tomorrow: what happens to visits further ahead is no news yet."""
KINDS = frozenset({VisitAssigned.__name__, VisitMoved.__name__, DisputeSettled.__name__})


@dataclass(frozen=True, slots=True)
class News:
    """What an event means for one technician.

    ``because``: ``{"code": …}`` with what belongs to the code: ``new``, ``taken_over`` and ``given_to``
    (``technicians``), ``unplanned``, ``time``, ``cancelled`` and ``recalled`` (``reason``), ``declined``, ``apply`` and
    ``leave`` (``note``); ``plan`` is the reason of the plan that moved it, where that is known.
    """

    technician: str
    what: str
    before: str | None = None
    after: str | None = None
    because: dict[str, Any] = field(default_factory=dict)


def react(uow: UnitOfWork, event: Event, entry: OutboxEntry) -> None:
    """A handler of events: write down what each whom it concerns is told."""
    if isinstance(event, VisitAssigned):
        reason = plan_reason(uow, entry.at)
        for news in of_assignment(event):
            _write(uow, entry, event.visit, news, plan=reason)
    elif isinstance(event, VisitMoved):
        crew = assigned_technicians(uow.session, event.visit)
        for news in of_step(event, crew):
            _write(uow, entry, event.visit, news, start=_planned(uow, event.visit))
    elif isinstance(event, DisputeSettled) and event.technician is not None:
        action = uow.session.get(FieldAction, (event.user, event.action))
        because = {"code": event.decision, "note": action.note if action is not None else ""}
        _write(uow, entry, event.visit or None, News(event.technician, "dispute_settled", because=because))


def seen(uow: UnitOfWork, notice_ids: Collection[str]) -> int:
    """The actor has seen these of their notices; how many of them were news until now. Others are passed over."""
    require(uow, Right.WORK_VISITS)
    fresh = PhoneNotice.technician_id == uow.actor.technician, PhoneNotice.seen_at.is_(None)
    query = select(PhoneNotice).where(PhoneNotice.id.in_(list(notice_ids)), *fresh).order_by(PhoneNotice.id)
    news = uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    for one in news:
        one.seen_at = uow.now
    return len(news)


def of_assignment(event: VisitAssigned) -> Iterator[News]:
    """What the publication of a plan means for who had a visit, and for who has it now.

    Only what was asked for can be taken away, and what nobody was asked for is nobody's yet: what was only planned, or
    only lies on phones, comes, changes and goes without a word.
    """
    had = event.technicians_before if event.told_before else ()
    have = event.technicians_after if event.told_after else ()
    times = {"before": event.start_before, "after": event.start_after}
    came = {"code": "taken_over", "technicians": list(had)} if had else {"code": "new"}
    went = {"code": "given_to", "technicians": list(event.technicians_after)}
    for one in have:
        if one not in event.technicians_before:
            yield News(one, "assigned", None, event.start_after, came)
    for one in had:
        if one not in event.technicians_after:
            because = went if event.technicians_after else {"code": "unplanned"}
            yield News(one, "moved_away", event.start_before, None, because)
        elif _moved(event):
            yield News(one, "time_changed", **times, because={"code": "time"})


def of_step(event: VisitMoved, crew: Collection[str]) -> Iterator[News]:
    """What a step of a visit means for those who have it, ``crew``; nothing where nobody had been asked for it."""
    if event.before in NOT_DISPATCHED or not event.asked:
        return
    what = {VisitAction.CANCEL.value: "cancelled", VisitAction.RECALL.value: "recalled"}.get(event.action)
    if what is not None:
        because = {"code": what, "reason": event.reason}
        yield from (News(one, what, because=because) for one in sorted({*crew, event.technician or ""} - {""}))


def plan_reason(uow: UnitOfWork, at: dt.datetime) -> str:
    """Why the plan was made that was published at this very instant, as its run has it."""
    published = select(PlanRow.reason).where(PlanRow.published_at == at)
    return uow.session.scalar(published.limit(1)) or ""


def _moved(event: VisitAssigned) -> bool:
    if event.start_before is None or event.start_after is None:
        return False
    before, after = (dt.datetime.fromisoformat(one) for one in (event.start_before, event.start_after))
    return abs(after - before) >= WORTH_TELLING


def _planned(uow: UnitOfWork, visit: str) -> dt.datetime | None:
    return uow.session.scalar(select(Assignment.start).where(Assignment.visit_id == visit).limit(1))


def _write(
    uow: UnitOfWork,
    entry: OutboxEntry,
    visit: str | None,
    news: News,
    *,
    start: dt.datetime | None = None,
    plan: str = "",
) -> None:
    before, after = _at(news.before) or start, _at(news.after)
    known = [one for one in (before, after) if one is not None]
    if known and min(known) > entry.at + AHEAD:
        return
    if visit is not None and uow.session.get(Visit, visit) is None:
        return  # it was removed meanwhile
    because = {**news.because, **({"plan": plan} if plan else {})}
    uow.session.add(
        PhoneNotice(
            id=new_id("notice"),
            technician_id=news.technician,
            visit_id=visit,
            what=news.what,
            at=entry.at,
            before=before,
            after=after,
            because=because,
        )
    )


def _at(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
