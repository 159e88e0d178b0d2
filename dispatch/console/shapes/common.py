"""Values that many documents share."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from dispatch.domain.events import instant

_EARLIEST, _LATEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _sensible(at: dt.datetime) -> dt.datetime:
    if not _EARLIEST <= at < _LATEST:
        raise ValueError("must lie between 1970 and 2200")
    return at


def without_nul(text: str) -> str:
    """The text, which must not hold the character NUL."""
    if "\x00" in text:
        raise ValueError("must not hold the character NUL")
    return text


When = Annotated[AwareDatetime, AfterValidator(_sensible)]
"""An instant that somebody sends, with its offset."""

At = Annotated[dt.datetime, PlainSerializer(instant, return_type=str)]
"""An instant that is answered: RFC 3339 in UTC."""

RowId = Annotated[str, Path(max_length=40, pattern="^[!-~]+$")]
"""The identifier in a path."""

Ref = Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$")]
"""An identifier in a document."""

Chosen = Annotated[str | None, Query(max_length=40, pattern="^[!-~]+$")]
"""An identifier that a list is narrowed to."""

Words = Annotated[str, AfterValidator(without_nul), Query(max_length=200, description="Words that must all be found")]
"""What somebody looks for."""

Seconds = Annotated[int, Field(ge=0, le=366 * 86_400, description="Seconds")]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Heading = Annotated[float, Field(ge=0, le=360, allow_inf_nan=False, description="Degrees clockwise from north")]
Speed = Annotated[float, Field(ge=0, le=150, allow_inf_nan=False, description="Metres a second")]
Accuracy = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, description="Metres, 68 %")]
Cost = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
SkillName = Annotated[str, Field(min_length=1, max_length=80)]
Level = Annotated[int, Field(ge=0, le=1_000_000)]
Quantity = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Short = Annotated[str, Field(max_length=80)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(max_length=20_000)]
Phone = Annotated[str, Field(max_length=40)]
Zone = Annotated[str, Field(max_length=64, description="Such as America/Santiago")]
Reason = Annotated[str, AfterValidator(without_nul), Field(max_length=500)]
