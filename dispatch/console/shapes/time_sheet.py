"""A time sheet as it is answered: instants with the offset of the place, durations in seconds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BaseModel, Field

from dispatch.domain.time_sheet import Doing
from dispatch.services.time_sheets import Day, Entry, ShiftWorked, TimeSheet

Week = Annotated[
    str | None, Query(max_length=10, description="Of ISO 8601, such as `2026-W48`; this one where it is left out")
]


class TotalsShape(BaseModel):
    """Seconds. ``shift`` is the sum of all others."""

    shift: int
    travel: int
    work: int
    pause: int
    rest: int = Field(alias="break")
    idle: int


class EntryShape(BaseModel):
    """What was done from one instant to another; ``visit`` and ``number`` where it was about one."""

    what: Doing
    since: str = Field(alias="from")
    until: str = Field(alias="to")
    seconds: int
    visit: str | None
    number: str | None

    @classmethod
    def of(cls, entry: Entry, zone: ZoneInfo) -> Self:
        """One entry."""
        span = entry.span
        times = {"from": local(span.starts, zone), "to": local(span.ends, zone), "seconds": span.seconds}
        return cls.model_validate({"what": span.what, "visit": span.visit, "number": entry.number, **times})


class ShiftWorkedShape(BaseModel):
    """A shift as it was worked; ``going_on``: it may not be over yet."""

    shift: str
    since: str = Field(alias="from")
    until: str = Field(alias="to")
    going_on: bool

    @classmethod
    def of(cls, worked: ShiftWorked, zone: ZoneInfo) -> Self:
        """One shift."""
        times = {"from": local(worked.starts, zone), "to": local(worked.ends, zone)}
        return cls.model_validate({"shift": worked.id, "going_on": worked.going_on, **times})


class DayShape(BaseModel):
    """One date. The entries cut its shifts into pieces that never overlap."""

    date: dt.date
    shifts: list[ShiftWorkedShape]
    entries: list[EntryShape]
    totals: TotalsShape

    @classmethod
    def of(cls, day: Day, zone: ZoneInfo) -> Self:
        """One day."""
        worked = [ShiftWorkedShape.of(one, zone) for one in day.shifts]
        entries = [EntryShape.of(one, zone) for one in day.entries]
        return cls(date=day.date, shifts=worked, entries=entries, totals=TotalsShape.model_validate(day.totals))


class TimeSheetShape(BaseModel):
    """A week. Dates and times are those of ``time_zone``, where the technician works."""

    technician_id: str
    week: str
    time_zone: str
    days: list[DayShape]
    totals: TotalsShape

    @classmethod
    def of(cls, sheet: TimeSheet) -> Self:
        """The whole sheet."""
        return cls(
            technician_id=sheet.technician,
            week=sheet.week,
            time_zone=sheet.zone.key,
            days=[DayShape.of(day, sheet.zone) for day in sheet.days],
            totals=TotalsShape.model_validate(sheet.totals),
        )


def local(at: dt.datetime, zone: ZoneInfo) -> str:
    """An instant as the clock on the wall showed it, with its offset, in whole seconds."""
    return at.astimezone(zone).replace(microsecond=0).isoformat()
