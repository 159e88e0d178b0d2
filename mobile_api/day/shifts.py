"""A shift as the phone holds it."""

from __future__ import annotations

from typing import Any

from dispatch.store.tables import Shift
from mobile_api.day.document import Document, said
from mobile_api.day.whose import Whose


def shift_documents(who: Whose) -> list[Document]:
    """Today's shifts, and those of tomorrow."""
    return [
        Document(f"shift:{shift.id}", "shift", _body(who, shift)) for shift in who.shifts_of(who.date, who.tomorrow)
    ]


def _body(who: Whose, shift: Shift) -> dict[str, Any]:
    technician = who.technician
    return {
        "shift": shift.id,
        "day": who.local_date(shift.starts_at).isoformat(),
        "starts_at": said(shift.starts_at),
        "ends_at": said(shift.ends_at),
        "max_overtime": shift.max_overtime,
        "began_at": said(shift.began_at),
        "ended_at": said(shift.ended_at),
        "breaks": [{**rest, "ended_at": rest.get("ended_at")} for rest in shift.breaks],
        "base": {"address": technician.base_address, "lat": technician.base_lat, "lon": technician.base_lon},
    }
