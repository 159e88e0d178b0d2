"""Pictures as the phone hears of them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MediaStanding(BaseModel):
    """How far a picture is."""

    model_config = ConfigDict(from_attributes=True)

    sha256: str
    offset: int = Field(description="So many bytes have come; go on there")
    complete: bool = Field(description="It has come, is a picture, and is kept")
