"""Kinds about what is done on the spot: checklists, parts, what is still missing, who knows more; and being away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from dispatch.domain.events import instant
from dispatch.services import checklists, expert_calls, follow_ups, messages, parts, unavailability, visits
from dispatch.services.field_actions import AlreadySo
from dispatch.store.tables import Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Data, Kind, Nothing, Taken
from mobile_api.kinds.life import Because, Words

Id = Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$")]
Part = Annotated[str, Field(min_length=1, max_length=parts.PART_LENGTH)]
_PARTS_AT_MOST = parts.PARTS_AT_MOST
Quantity = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]


class Answers(Data):
    """Answers to a version of the checklist, by the names of the questions; null takes one back."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]
    answers: Annotated[dict[str, Any], Field(max_length=100)]


class Use(Data):
    """So much was taken from the van; less than nothing: put back."""

    part: Part
    quantity: Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class Need(Data):
    """So much of a part is needed."""

    part: Part
    quantity: Quantity = 1


class Request(Need):
    """A part that the office is to get."""

    urgent: bool = False
    note: Words = ""


class NeedParts(Because):
    """Why the work cannot be finished, and the parts that the job waits for."""

    parts: Annotated[list[Need], Field(max_length=_PARTS_AT_MOST)] = Field(default_factory=list)


class NeedVisit(Because):
    """Why another visit is needed, and how many seconds it should last."""

    duration: Annotated[int, Field(ge=0, le=366 * 86_400)] | None = None


class Call(Data):
    """Who knows more is to call: ``expert`` is a technician's id, nobody's for the supervisor."""

    expert: Id | None = None
    skill: Annotated[str, Field(max_length=80)] = ""
    note: Words = ""


class Saying(Data):
    """Something for the office to read."""

    text: Annotated[str, Field(min_length=1, max_length=messages.LONGEST)]


class Away(Data):
    """So many minutes in which somebody cannot work."""

    minutes: Annotated[int, Field(ge=1, le=1440)]
    reason: Annotated[str, Field(max_length=80)] = ""


def _checklist(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Answers)
    return checklists.answer(uow, _visit(uow, taken), taken.data.version, taken.data.answers, taken.at)


def _use_part(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Use)
    return parts.use(uow, _visit(uow, taken), taken.data.part, taken.data.quantity, taken.at)


def _request_part(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Request)
    said = taken.data
    row = parts.request(uow, _visit(uow, taken), said.part, said.quantity, taken.at, urgent=said.urgent, note=said.note)
    return {"request": row.id, "status": row.status.value}


def _need_parts(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, NeedParts)
    wanted = [{"part": one.part, "quantity": one.quantity} for one in taken.data.parts]
    asked = follow_ups.need_parts(uow, taken.about, reason=taken.data.reason, at=taken.at, wanted=wanted)
    return {**_standing(uow, taken), "requests": asked}


def _need_visit(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, NeedVisit)
    said = taken.data
    added = follow_ups.need_visit(uow, taken.about, reason=said.reason, at=taken.at, duration=said.duration)
    follow_up = None if added is None else {"visit": added.id, "sequence": added.sequence, "duration": added.duration}
    return {**_standing(uow, taken), "follow_up": follow_up}


def _expert_call(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Call)
    said = taken.data
    row = expert_calls.call(uow, _visit(uow, taken), taken.at, expert=said.expert, skill=said.skill, note=said.note)
    return {"call": row.id}


def _say(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Saying)
    row = messages.say(uow, uow.get(Visit, taken.about), taken.data.text, taken.at)
    return {"message": row.id}


def _unavailable(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Away)
    absence = unavailability.begin(uow, uow.actor.technician or "", taken.data.minutes, taken.data.reason, taken.at)
    return {"absence": absence.id, "until": instant(absence.ends_at)}


def _available(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    if not unavailability.end(uow, uow.actor.technician or "", taken.at):
        raise AlreadySo("You are not away.")
    return {}


def _visit(uow: UnitOfWork, taken: Taken) -> Visit:
    return visits.seen(uow, taken.about)


def _standing(uow: UnitOfWork, taken: Taken) -> dict[str, Any]:
    visit = uow.get(Visit, taken.about)
    return {"status": visit.status.value, "at": instant(visit.finished_at or taken.at)}


WORK: tuple[Kind, ...] = (
    Kind("checklist", "visit", Answers, _checklist),
    Kind("use_part", "visit", Use, _use_part),
    Kind("request_part", "visit", Request, _request_part),
    Kind("need_parts", "visit", NeedParts, _need_parts),
    Kind("need_visit", "visit", NeedVisit, _need_visit),
    Kind("expert_call", "visit", Call, _expert_call),
    Kind("say", "visit", Saying, _say),
    Kind("unavailable", "duty", Away, _unavailable),
    Kind("available", "duty", Nothing, _available),
)
"""What a technician says of the work itself, and of not being there for it."""
