"""What a visit asks for: checked once, for job types, intake, follow-up visits and changes alike.

Windows are kept as RFC 3339 strings in UTC. Limits are those of the planning model, so that nothing is accepted here
that could not be planned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import instant
from dispatch.services.complaints import Complaints
from dispatch.store.tables import Technician
from optimizer.validation import MAX_COST, MAX_DURATION, MAX_LEVEL, MAX_QUANTITY

MAX_ROLES = 8
MAX_WINDOWS = 32
MAX_NAMED = 200
_SKILL_LENGTH = 80

Window = Sequence[dt.datetime | str]


def roles(value: Sequence[Mapping[str, Any]], complaints: Complaints, place: str = "roles") -> list[dict[str, Any]]:
    """``value`` as it is kept: a list of ``{"skills": {skill: level}}``, at least one."""
    if not 1 <= len(value) <= MAX_ROLES:
        complaints.say(place, len(value), f"a visit has 1 to {MAX_ROLES} roles", "name one role for each technician")
    return [
        {"skills": skills(role.get("skills", {}), complaints, f"{place}[{at}].skills")} for at, role in enumerate(value)
    ]


def skills(value: Mapping[str, int], complaints: Complaints, place: str) -> dict[str, int]:
    """Skills with their levels."""
    for name, level in value.items():
        complaints.text(f"{place}.{name}", name, _SKILL_LENGTH, required=True)
        complaints.within(f"{place}.{name}", level, 0, MAX_LEVEL, "a level of 1 says: has the skill")
    return {name.strip(): int(level) for name, level in value.items()}


def quantities(value: Mapping[str, float], complaints: Complaints, place: str) -> dict[str, float]:
    """Resources with how much of each: of what a visit uses up, or what a van carries."""
    for name, quantity in value.items():
        complaints.text(f"{place}.{name}", name, _SKILL_LENGTH, required=True)
        complaints.within(f"{place}.{name}", quantity, 0, MAX_QUANTITY)
        if round(quantity, 3) != quantity:
            complaints.say(f"{place}.{name}", quantity, "has more than three decimals", "round it")
    return {name.strip(): quantity for name, quantity in value.items()}


def duration(value: int, complaints: Complaints, place: str = "duration") -> int:
    """Seconds, not negative."""
    complaints.within(place, value, 0, MAX_DURATION, "durations are seconds, and at most 366 days")
    return int(value)


def drop_cost(value: float | None, complaints: Complaints) -> float | None:
    """What leaving the visit out costs; None: it must be done."""
    complaints.within("drop_cost", value, 0, MAX_COST, "leave it out for a visit that must be done")
    return value


def windows(value: Iterable[Window], complaints: Complaints, place: str = "windows") -> list[list[str]]:
    """Time windows in their order, as pairs of RFC 3339 strings."""
    pairs: list[tuple[dt.datetime, dt.datetime]] = []
    for at, window in enumerate(value):
        if len(window) != 2:
            complaints.say(f"{place}[{at}]", list(window), "is no pair", "give [earliest, latest]")
            continue
        earliest, latest = (moment(one, complaints, f"{place}[{at}]") for one in window)
        if earliest is None or latest is None:
            continue
        if latest < earliest:
            complaints.say(f"{place}[{at}]", f"{window[0]} to {window[1]}", "ends before it starts", "swap the two")
        pairs.append((earliest, latest))
    if len(pairs) > MAX_WINDOWS:
        complaints.say(place, len(pairs), f"at most {MAX_WINDOWS} windows are possible", "join those that touch")
    return [[instant(earliest), instant(latest)] for earliest, latest in sorted(pairs)]


def moment(value: dt.datetime | str, complaints: Complaints, place: str) -> dt.datetime | None:
    """An aware instant, whole seconds. None where it is none, which has been noted."""
    try:
        read = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if read.tzinfo is not None:
            return read.astimezone(dt.UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        complaints.say(place, value, "is no instant", 'write it like "2026-11-23T08:00:00-03:00"')
        return None
    complaints.say(
        place, value, "has no offset, so nobody knows which instant is meant", "add one, such as Z or -03:00"
    )
    return None


def technicians(session: Session, value: Iterable[str], complaints: Complaints, place: str) -> list[str]:
    """Ids of technicians that exist, each once, in the order given."""
    named = list(dict.fromkeys(value))
    if len(named) > MAX_NAMED:
        complaints.say(place, len(named), f"at most {MAX_NAMED} technicians can be named", "ask for a skill instead")
        return []
    known = set(session.scalars(select(Technician.id).where(Technician.id.in_(named)))) if named else set()
    for one in named:
        if one not in known:
            complaints.say(place, one, "is no technician", "use the id of one")
    return named
