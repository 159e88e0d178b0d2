"""Locks, the fence, crews, and visits in parts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Ref, Seconds, When
from dispatch.console.shapes.plans import Id


class Until(Sent):
    """Until when, and why."""

    until: When
    because: str = Field("", max_length=500)


class FenceAsked(Sent):
    """Until when nothing changes; none lifts the fence."""

    until: When | None
    because: str = Field("", max_length=500)


class FenceShape(BaseModel):
    """Nothing of the plan changes before ``until``."""

    model_config = ConfigDict(from_attributes=True)

    until: At
    because: str
    by: str
    by_name: str


class LockShape(FenceShape):
    """Nothing moves in this territory before ``until``."""

    territory_id: str


class LocksShape(BaseModel):
    """What is fixed now, besides single visits."""

    fence: FenceShape | None
    territories: list[LockShape]


class CrewAsked(Sent):
    """Who does a visit together. ``anyway``: set aside what may be set aside."""

    technicians: list[Id] = Field(min_length=1, max_length=10)
    because: str = Field("", max_length=500)
    anyway: bool = False


class PartsAsked(Sent):
    """The durations of the parts, in seconds, one after another."""

    durations: list[Seconds] = Field(min_length=2, max_length=10)


class JoinAsked(Sent):
    """The visit of the same job that is to be part of this one."""

    with_visit: Ref = Field(alias="with")
