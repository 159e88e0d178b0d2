"""Kinds that move a visit along its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import visits
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Data, Kind, Taken

Words = Annotated[str, Field(max_length=500)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class Step(Data):
    """A step that may say why."""

    reason: Words = ""


class Because(Data):
    """A step that must say why."""

    reason: Reason


class Arrival(Data):
    """``proposed``: the phone saw that it had come to the place, and the technician said yes."""

    proposed: bool = False


class Extension(Data):
    """So many seconds more than planned."""

    seconds: Annotated[int, Field(ge=1, le=visits.LONGEST_EXTENSION)]
    reason: Words = ""


class Completion(Data):
    """What was done, in words: it becomes the visit's outcome and stands in the report, so it may be told at length."""

    summary: Annotated[str, Field(max_length=2000)] = ""


def _moving(action: VisitAction) -> Callable[[UnitOfWork, Taken], Mapping[str, Any]]:
    def apply(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
        said = taken.data.model_dump()
        visit = visits.act(
            uow,
            taken.about,
            action,
            at=taken.at,
            reason=said.get("reason") or said.get("summary") or "",
            seconds=said.get("seconds"),
        )
        return {"status": visit.status.value, "extended": visit.extended}

    return apply


def _kind(action: VisitAction, data: type[Data] = Step) -> Kind:
    return Kind(action.value, "visit", data, _moving(action))


LIFE: tuple[Kind, ...] = (
    _kind(VisitAction.ACCEPT),
    _kind(VisitAction.DECLINE, Because),
    _kind(VisitAction.DEPART),
    _kind(VisitAction.TURN_BACK),
    _kind(VisitAction.ARRIVE, Arrival),
    _kind(VisitAction.START),
    _kind(VisitAction.PAUSE),
    _kind(VisitAction.RESUME),
    _kind(VisitAction.EXTEND, Extension),
    _kind(VisitAction.COMPLETE, Completion),
    _kind(VisitAction.NO_SHOW, Because),
)
"""What a technician does to a visit. What ends with something still to be done is a matter of ``kinds/work.py``."""
